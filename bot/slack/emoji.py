"""Names of reactions folded: skin tones taken off, second names replaced by the canonical one."""

from __future__ import annotations

_CANONICAL = {
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


def canonical(name: str) -> str:
    """Slack's own name: `thumbsup::skin-tone-4` and `+1` are both `+1`."""
    base = name.strip().strip(":").partition("::")[0].lower()
    return _CANONICAL.get(base, base)
