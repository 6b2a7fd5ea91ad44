"""Which reaction stands for which position: the plan's choice, else the defaults of product use."""

from __future__ import annotations

from collections.abc import Mapping

from coordination.messages.parts import Emoji
from workplan.clearance import Position
from workplan.plan import Plan, PositionName

_POSITIONS: Mapping[PositionName, Position] = {
    "cleared": Position.CLEARED,
    "cannot clear": Position.CANNOT_CLEAR,
    "stands aside": Position.STANDS_ASIDE,
    "seen": Position.SEEN,
}
_DEFAULTS: Mapping[PositionName, tuple[str, ...]] = {
    "cleared": ("white_check_mark", "heavy_check_mark"),
    "cannot clear": ("no_entry",),
    "stands aside": ("white_circle",),
    "seen": ("eyes",),
}
_CHARACTERS = {"white_check_mark": "✅", "no_entry": "⛔", "white_circle": "⚪", "eyes": "👀"}


def reactions(plan: Plan) -> Mapping[str, Position]:
    """The positions by the (canonical) name of the reaction that stands for them."""
    own = plan.clearance.reactions
    kept = {name: names for name, names in _DEFAULTS.items() if name not in own}
    # The plan's own come last: what it gives another meaning has that one alone.
    return {e: _POSITIONS[n] for part in (kept, own) for n, names in part.items() for e in names}


def shown(plan: Plan, position: Position) -> Emoji | None:
    """The reaction that people are told to use for a position, None where the plan took it."""
    emoji = next((e for e, p in reactions(plan).items() if p is position), None)
    return Emoji(emoji, _CHARACTERS.get(emoji, f":{emoji}:")) if emoji else None
