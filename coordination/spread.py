"""Where one of several processes begins that look at the same things to do."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


def from_own_place(owner: str, things: Sequence[T]) -> list[T]:
    """The things in their order, from a place on that is the owner's own.

    Processes that begin at different places seldom reach for the same thing, which only one of them
    wins. The place is another one for another number of things, so that two who began near each
    other part again.
    """
    if not things:
        return []
    mixed = sha256(f"{owner} {len(things)}".encode()).digest()
    place = int.from_bytes(mixed[:8], "big") % len(things)
    return [*things[place:], *things[:place]]
