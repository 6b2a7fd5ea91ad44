"""The ports: what the use cases need of the clock and the platform, as Protocols
that other rooms fulfil. Those of the storage are in coordination/storage_ports.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coordination.messages.parts import Message
from coordination.messages.sheet import Sheet
from coordination.records import MessageRef


class Clock(Protocol):
    """Plan time. It is read only through this port (scheduler/clock.py)."""

    def now(self) -> datetime:
        """The present instant of plan time, aware, in UTC."""
        ...

    def plan_time(self, epoch: float) -> datetime:
        """The plan time (aware, UTC) at which the real time `epoch` (seconds) lay.

        Slack stamps events with real time; this orders and shows them in plan time.
        """
        ...


class DeliveryError(Exception):
    """A message could not be delivered.

    `code` is the platform's error. `permanent` says that trying again cannot help;
    `retry_after` is in real seconds; `maybe_posted` says the message may stand all the same (the
    connection broke after sending), so that it must be looked up before it is sent again;
    `under_way` that it may come to stand even later (no answer in time), so that looking it up at
    once would prove nothing; `begun` is what stands of a longer message of which the rest was
    refused.
    """

    def __init__(
        self,
        code: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        maybe_posted: bool = False,
        under_way: bool = False,
        begun: Sequence[MessageRef] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.maybe_posted = maybe_posted
        self.under_way = under_way
        self.begun = tuple(begun)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: a channel (and thread), or a person by user id (a direct message)."""

    channel: str | None = None
    user: str | None = None
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A message of ours that was found by its keys.

    `keys` are all that it carries or, where it carries too many to list them, those asked for, and
    `more` says that there are others. What is longer than the platform takes is several messages:
    `whole` says that all of them stand; `parts` are those after the first, each once, `surplus`
    what stands of them a second time.
    """

    ref: MessageRef
    keys: frozenset[str]
    more: bool = False
    whole: bool = True
    parts: tuple[MessageRef, ...] = ()
    surplus: tuple[MessageRef, ...] = ()


class Messenger(Protocol):
    """Posts messages; every method raises DeliveryError and never retries by itself."""

    async def post(self, target: Target, message: Message, keys: Sequence[str]) -> MessageRef:
        """Post; the keys go into the message's metadata, so that it can be found again."""
        ...

    async def update(self, ref: MessageRef, message: Message, keys: Sequence[str]) -> None:
        """Replace a message of ours."""
        ...

    async def find(self, target: Target, keys: Iterable[str]) -> tuple[Standing, ...]:
        """The messages of ours in the target's recent history with any of the keys, oldest
        first."""
        ...

    async def delete(self, ref: MessageRef) -> None:
        """Take a message of ours away; one that does not stand any more is no error."""
        ...

    async def reactions(self, ref: MessageRef) -> Mapping[str, frozenset[str]] | None:
        """Who (user ids) reacts with what (canonical names) to a message of ours, all of it.

        None where the message does not stand any more. The platform keeps no times of them.
        """
        ...

    async def permalink(self, ref: MessageRef) -> str | None:
        """The message's permanent address, None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Profile:
    """What the platform says about a user."""

    user: str
    team: str
    name: str
    zone: str | None
    is_bot: bool = False
    guest: bool = False
    external: bool = False


class Directory(Protocol):
    """Looks people up on the platform."""

    async def profile(self, user: str) -> Profile | None:
        """The user's profile, None when there is no such user; cached for minutes."""
        ...

    async def in_group(self, user: str) -> bool:
        """Whether the user is in one of the group's channels, and so may ask."""
        ...


class FileUnavailable(Exception):
    """A file cannot be fetched; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file's content as it was handed in."""

    name: str
    media_type: str
    content: bytes


class Files(Protocol):
    """Files on the platform."""

    async def fetch(self, id: str) -> Fetched:
        """The file somebody handed in; raises FileUnavailable (too large, gone, refused)."""
        ...

    async def place(self, target: Target, name: str, content: bytes) -> str:
        """Put a copy of ours there, once under that name in that thread; its permanent address.

        Raises DeliveryError; `permanent` where the workspace takes no files.
        """
        ...

    async def leave_one(
        self, target: Target, name: str, size: int | None, address: str | None
    ) -> None:
        """Take away what stands of such a copy (of any size where that is None) a second time.

        Left is the one at `address`; where that does not stand there, the oldest. Raises
        DeliveryError.
        """
        ...


class SheetWriter(Protocol):
    """Writes a table to a file of one format (bot/export/); the same bytes for the same table."""

    def __call__(self, sheet: Sheet) -> bytes: ...


Wake = Callable[[], None]
