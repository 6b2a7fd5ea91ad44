"""Which reaction stands for which position or wish: the plan's choice, else the usual ones."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from coordination.messages.parts import Emoji
from workplan.clearance import Position
from workplan.plan import Plan, PositionName


class Wish(StrEnum):
    """What a reaction says besides positions: nothing that counts, and the bot asks on."""

    MORE_TIME = "needs more time"
    QUESTION = "raised a hand"


Meaning = Position | Wish

_MEANINGS: Mapping[PositionName, Meaning] = {
    "cleared": Position.CLEARED,
    "suggestions": Position.CLEARED_WITH_SUGGESTIONS,
    "cannot clear": Position.CANNOT_CLEAR,
    "stands aside": Position.STANDS_ASIDE,
    "more time": Wish.MORE_TIME,
    "question": Wish.QUESTION,
    "seen": Position.SEEN,
}
_DEFAULTS: Mapping[PositionName, tuple[str, ...]] = {
    "cleared": ("white_check_mark", "heavy_check_mark"),
    "suggestions": ("speech_balloon",),
    "cannot clear": ("no_entry",),
    "stands aside": ("white_circle",),
    "more time": ("hourglass_flowing_sand",),
    "question": ("hand",),
    "seen": ("eyes",),
}
_CHARACTERS = {
    "white_check_mark": "✅",
    "speech_balloon": "💬",
    "no_entry": "⛔",
    "white_circle": "⚪",
    "hourglass_flowing_sand": "⏳",
    "hand": "✋",
    "eyes": "👀",
}


def reactions(plan: Plan) -> Mapping[str, Meaning]:
    """The meanings by the (canonical) name of the reaction that stands for them."""
    own = plan.clearance.reactions
    kept = {name: names for name, names in _DEFAULTS.items() if name not in own}
    # The plan's own come last: what it gives another meaning has that one alone.
    return {e: _MEANINGS[n] for part in (kept, own) for n, names in part.items() for e in names}


def shown(plan: Plan, meaning: Meaning) -> Emoji | None:
    """The reaction that people are told to use for a meaning, None where the plan took it."""
    emoji = next((e for e, m in reactions(plan).items() if m is meaning), None)
    return Emoji(emoji, _CHARACTERS.get(emoji, f":{emoji}:")) if emoji else None
