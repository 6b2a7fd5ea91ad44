"""The emoji the sandbox knows, by Slack's canonical names."""

from __future__ import annotations

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
    "raised_hand": "hand",
    "thumbsup": "+1",
    "thumbsdown": "-1",
    "white_tick": "white_check_mark",
}


def canonical(name: str) -> str:
    """Slack's own name of an emoji, its skin tone kept: `raised_hand` → `hand`."""
    base, tone, rest = name.strip(":").partition("::")
    return _ALIASES.get(base, base) + tone + rest


def character(name: str) -> str:
    """The character of an emoji; its name between colons where the sandbox has none."""
    return PALETTE.get(canonical(name).partition("::")[0], f":{name}:")
