"""Files on a platform known by heart."""

from __future__ import annotations

from coordination.ports import DeliveryError, Fetched, FileUnavailable, Target


class FakeFiles:
    """`Files` in memory: `handed_in` by id, `placed` as (target, name, content)."""

    def __init__(self) -> None:
        self.handed_in: dict[str, Fetched] = {}
        self.placed: list[tuple[Target, str, bytes]] = []
        self.refused: DeliveryError | None = None

    async def fetch(self, id: str) -> Fetched:
        """What was handed in under that id."""
        if id not in self.handed_in:
            raise FileUnavailable("That file is gone. Please choose it again.")
        return self.handed_in[id]

    async def place(self, target: Target, name: str, content: bytes) -> str:
        """Keep it, once for a target and name; an address made of the name."""
        if self.refused is not None:
            raise self.refused
        if not any((t, n) == (target, name) for t, n, _ in self.placed):
            self.placed.append((target, name, content))
        return f"https://chat.example.org/files/{name}"
