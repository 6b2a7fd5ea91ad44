"""A messenger that keeps what was posted and fails on request."""

from __future__ import annotations

import itertools
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from coordination.messages.parts import Message
from coordination.ports import DeliveryError, Messenger, Standing, Target
from coordination.records import MessageRef

Meanwhile = Callable[[Target], Awaitable[None]]


@dataclass
class Posted:
    """One message as it stands."""

    ref: MessageRef
    target: Target
    message: Message
    keys: tuple[str, ...]
    whole: bool = True

    @property
    def text(self) -> str:
        """What it says, as plain text."""
        return self.message.text


async def where(
    messenger: Messenger, target: Target, keys: Iterable[str]
) -> Mapping[str, MessageRef]:
    """Which of the keys stand in whole messages there; the oldest of each."""
    wanted, found = set(keys), {}
    for message in await messenger.find(target, wanted):
        for key in message.keys & wanted if message.whole else ():
            found.setdefault(key, message.ref)
    return found


class FakeMessenger:
    """`Messenger` in memory. `trouble` holds what happens to the next posts, None for success;
    `faults` what happens to the next calls of any method, by its name, before they do anything.

    `before` and `after` are what happens elsewhere while a post is on its way to the platform, and
    while its answer is on its way back.

    An error with `maybe_posted` is raised after the message stands, one with anything `begun` when
    a part of it does, which the next post with its keys completes; any other one before.
    """

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.trouble: deque[DeliveryError | None] = deque()
        self.faults: defaultdict[str, deque[DeliveryError | None]] = defaultdict(deque)
        self.refuses: Callable[[Target], DeliveryError | None] = lambda _target: None
        self.before: Meanwhile | None = None
        self.after: Meanwhile | None = None
        self.deleted: list[Posted] = []
        self.attempts = 0
        self.looks = 0
        self._numbers = itertools.count(1)
        self.reacted: dict[MessageRef, Mapping[str, frozenset[str]] | None] = {}
        self.meanwhile: Callable[[], None] | None = None

    async def post(self, target: Target, message: Message, keys: Sequence[str]) -> MessageRef:
        """Post, or raise what is next in `trouble` or what `refuses` says of the target."""
        self.attempts += 1
        self._meet("post")
        error = self.refuses(target) or (self.trouble.popleft() if self.trouble else None)
        if error is not None and not (error.maybe_posted or error.begun):
            raise error
        if self.before is not None:
            await self.before(target)
        ref = MessageRef(target.channel or f"D{target.user}", f"{next(self._numbers)}.000100")
        begun = [p for p in self.posted if not p.whole and set(keys).issubset(p.keys)]
        if begun:
            ref = begun[0].ref
            self.posted.remove(begun[0])
        whole = error is None or not error.begun
        self.posted.append(Posted(ref, target, message, tuple(keys), whole))
        if error is not None and error.begun:
            error.begun = (ref,)
        if self.after is not None:
            await self.after(target)
        if error is not None:
            raise error
        return ref

    def later(self, seconds: int) -> None:
        """What is posted from now on stands so many seconds after what was posted so far."""
        self._numbers = itertools.count(next(self._numbers) + seconds)

    async def update(self, ref: MessageRef, message: Message, keys: Sequence[str]) -> None:
        """Replace what stands there."""
        self._meet("update")
        self.at(ref).message = message

    async def find(self, target: Target, keys: Iterable[str]) -> tuple[Standing, ...]:
        """Where the keys stand."""
        self._meet("find")
        self.looks += 1
        wanted = set(keys)
        here = [p for p in self.posted if p.target == target and wanted.intersection(p.keys)]
        return tuple(Standing(p.ref, frozenset(p.keys), whole=p.whole) for p in here)

    async def delete(self, ref: MessageRef) -> None:
        """It stands no more."""
        self._meet("delete")
        self.deleted += [p for p in self.posted if p.ref == ref]
        self.posted = [p for p in self.posted if p.ref != ref]

    async def reactions(self, ref: MessageRef) -> Mapping[str, frozenset[str]] | None:
        """What the test says stands there; `meanwhile` happens before the answer is here."""
        self._meet("reactions")
        if self.meanwhile is not None:
            self.meanwhile()
        return self.reacted.get(ref, {})

    async def permalink(self, ref: MessageRef) -> str | None:
        """An address made of the place."""
        self._meet("permalink")
        return f"https://chat.example.org/{ref.channel}/{ref.ts}"

    def _meet(self, method: str) -> None:
        error = self.faults[method].popleft() if self.faults[method] else None
        if error is not None:
            raise error

    def at(self, ref: MessageRef) -> Posted:
        """The message that stands there."""
        return next(p for p in self.posted if p.ref == ref)

    def all_keys(self) -> list[str]:
        """All keys of all messages, in order."""
        return [key for posted in self.posted for key in posted.keys]
