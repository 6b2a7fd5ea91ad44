"""Names of emoji: several may stand for one."""

from __future__ import annotations

_FIRST_NAMES = {
    # Second names of emoji-data (github.com/iamcal/emoji-data, short_names) for the gestures and
    # signs that people answer with.
    "thumbsup": "+1",
    "thumbsdown": "-1",
    "raised_hand": "hand",
    "punch": "facepunch",
    "collision": "boom",
    "heavy_exclamation_mark": "exclamation",
    "satisfied": "laughing",
    "pencil": "memo",
    "email": "envelope",
    "telephone": "phone",
}


def first_name(name: str) -> str:
    """The name an emoji is reported by: `thumbsup` and `+1` are both `+1`."""
    return _FIRST_NAMES.get(name, name)
