"""A messenger that keeps what was posted and fails on request."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from coordination.messages.parts import Message
from coordination.ports import DeliveryError, Target
from coordination.records import MessageRef


@dataclass
class Posted:
    """One message as it stands."""

    ref: MessageRef
    target: Target
    message: Message
    keys: tuple[str, ...]

    @property
    def text(self) -> str:
        """What it says, as plain text."""
        return self.message.text


class FakeMessenger:
    """`Messenger` in memory. `trouble` holds what happens to the next posts, None for success;
    `faults` what happens to the next calls of the other methods, by their name.

    An error with `maybe_posted` is raised after the message stands, any other one before.
    """

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.trouble: deque[DeliveryError | None] = deque()
        self.faults: defaultdict[str, deque[DeliveryError | None]] = defaultdict(deque)
        self.refuses: Callable[[Target], DeliveryError | None] = lambda _target: None
        self.attempts = 0
        self.reacted: dict[MessageRef, Mapping[str, frozenset[str]] | None] = {}

    async def post(self, target: Target, message: Message, keys: Sequence[str]) -> MessageRef:
        """Post, or raise what is next in `trouble` or what `refuses` says of the target."""
        self.attempts += 1
        error = self.refuses(target) or (self.trouble.popleft() if self.trouble else None)
        if error is not None and not error.maybe_posted:
            raise error
        ref = MessageRef(target.channel or f"D{target.user}", f"{len(self.posted) + 1}.000100")
        self.posted.append(Posted(ref, target, message, tuple(keys)))
        if error is not None:
            raise error
        return ref

    async def update(self, ref: MessageRef, message: Message, keys: Sequence[str]) -> None:
        """Replace what stands there."""
        self._meet("update")
        self.at(ref).message = message

    async def find(self, target: Target, keys: Iterable[str]) -> Mapping[str, MessageRef]:
        """Where the keys stand."""
        self._meet("find")
        wanted = set(keys)
        here = [p for p in self.posted if p.target == target]
        return {key: p.ref for p in here for key in p.keys if key in wanted}

    async def reactions(self, ref: MessageRef) -> Mapping[str, frozenset[str]] | None:
        """What the test says stands there."""
        self._meet("reactions")
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
