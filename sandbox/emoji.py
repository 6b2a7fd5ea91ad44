"""The emoji the sandbox knows, by Slack's canonical names."""

from __future__ import annotations

import re

from sandbox.errors import SlackError

PALETTE: dict[str, str] = {
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "eyes": "👀",
    "no_entry": "⛔",
    "white_circle": "⚪",
    "speech_balloon": "💬",
    "hourglass_flowing_sand": "⏳",
    "hand": "✋",
    "+1": "👍",
    "-1": "👎",
    "tada": "🎉",
    "pray": "🙏",
    "heart": "❤️",
    "question": "❓",
    "wave": "👋",
    "calendar": "📆",
    "pushpin": "📌",
    "warning": "⚠️",
}
"""Canonical name → character; the page offers these."""

_ALIASES = {
    # Second short names of emoji-data (github.com/iamcal/emoji-data).
    "raised_hand": "hand",
    "thumbsup": "+1",
    "thumbsdown": "-1",
    "punch": "facepunch",
    "collision": "boom",
    "heavy_exclamation_mark": "exclamation",
    "satisfied": "laughing",
    "pencil": "memo",
    "telephone": "phone",
}
_NAME = re.compile(r"[a-z0-9_+'-]+(?:::skin-tone-[2-6])?")


def canonical(name: str) -> str:
    """Slack's own name of an emoji, its skin tone kept: `raised_hand` → `hand`.

    Raises SlackError `invalid_name` for what can be no name.
    """
    name = name.removeprefix(":").removesuffix(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    base, tone, rest = name.partition("::")
    return _ALIASES.get(base, base) + tone + rest


def character(name: str) -> str:
    """The character of a canonical name; the name between colons where the sandbox has none."""
    return PALETTE.get(name.partition("::")[0], f":{name}:")
