"""Characters that a reader or a file format could stumble over, made harmless."""

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
