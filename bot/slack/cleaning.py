"""Characters that Slack or a reader could stumble over, made harmless before they are sent."""

from __future__ import annotations

from coordination.messages.legible import clean as clean
from coordination.messages.legible import one_line as one_line


def shorten(text: str, most: int) -> str:
    """At most `most` characters, the cut shown by an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def escape(text: str) -> str:
    """The cleaned text as Slack's mark-up wants it where it knows no plain text: `&`, `<`, `>`."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_within(text: str, most: int) -> str:
    """The escaped text in at most `most` characters, no entity cut in two."""
    whole = escape(text)
    if len(whole) <= most:
        return whole
    kept: list[str] = []
    left = most - 1
    for char in clean(text):
        piece = escape(char)
        if len(piece) > left:
            break
        kept.append(piece)
        left -= len(piece)
    return "".join(kept).rstrip() + "…"


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` characters, cut at a space or line if it can."""
    out = []
    while len(text) > most:
        cut = max(text.rfind("\n", 0, most), text.rfind(" ", 0, most)) + 1
        cut = cut if cut > most // 2 else most
        out.append(text[:cut])
        text = text[cut:]
    return [*out, text] if text else out
