"""Terminals that lack typographic signs are given plain ones instead of a traceback."""

from __future__ import annotations

import codecs
import io
import sys

_PLAIN = {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "—": "-", "–": "-", "→": "->",
          "•": "*"}  # fmt: skip


def writes_all_signs() -> bool:
    """Whether what is printed can hold any character."""
    return (sys.stdout.encoding or "utf-8").lower().replace("-", "").startswith("utf")


def spare_the_terminal() -> None:
    """Print plain signs where the terminal's encoding lacks one, and `?` for what has none."""
    if writes_all_signs():
        return
    codecs.register_error("plain-signs", _plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain-signs")


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign, "?") for sign in lacking), error.end
