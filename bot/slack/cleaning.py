"""Characters that Slack or a reader could stumble over, made harmless before they are sent."""

from __future__ import annotations

import re

_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that change the direction of text
_DIRECTION = re.compile(f"[{_TURNING}]")
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without control characters; marks of direction are named instead of obeyed."""
    text = _BREAK.sub("\n", text).replace("\t", " ")
    text = _UNPRINTABLE.sub("\ufffd", text)
    return _DIRECTION.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", text)


def one_line(text: str) -> str:
    """The cleaned text on one line, its spaces folded."""
    return " ".join(clean(text).split())


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
