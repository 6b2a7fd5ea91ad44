"""Files on a platform known by heart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from coordination.ports import DeliveryError, Fetched, FileUnavailable, Target


class FakeFiles:
    """`Files` in memory: `handed_in` by id, `placed` as (target, name, content)."""

    def __init__(self) -> None:
        self.handed_in: dict[str, Fetched] = {}
        self.placed: list[tuple[Target, str, bytes]] = []
        self.refused: DeliveryError | None = None
        self.before: Callable[[], Awaitable[None]] | None = None

    async def fetch(self, id: str) -> Fetched:
        """What was handed in under that id."""
        if id not in self.handed_in:
            raise FileUnavailable("That file is gone. Please choose it again.")
        return self.handed_in[id]

    async def place(self, target: Target, name: str, content: bytes) -> str:
        """Keep it, once for a target and name; an address made of the name.

        `before` is what happens elsewhere between the look for it and its upload.
        """
        if self.refused is not None:
            raise self.refused
        if not self._copies(target, name):
            if self.before is not None:
                before, self.before = self.before, None
                await before()
            self.placed.append((target, name, content))
        return f"https://chat.example.org/files/{name}"

    async def leave_one(
        self, target: Target, name: str, size: int | None, address: str | None
    ) -> None:
        """Keep the oldest: all have one address here."""
        for copy in self._copies(target, name)[1:]:
            self.placed = [p for p in self.placed if p is not copy]

    def _copies(self, target: Target, name: str) -> list[tuple[Target, str, bytes]]:
        return [p for p in self.placed if p[:2] == (target, name)]
