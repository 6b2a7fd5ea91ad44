"""Cells of a spreadsheet: what people wrote must never be computed."""

from __future__ import annotations

from coordination.messages.legible import clean

_STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def neutral(text: str) -> str:
    """The cleaned text; an apostrophe before it where a program could take it for a formula.

    Whatever space comes first: some programs take it off before they look. Tabs and returns,
    which also start formulas in some, are spaces and line breaks by then.
    Source: OWASP, CSV Injection.
    """
    made = clean(text)
    return f"'{made}" if made.lstrip().startswith(_STARTS_A_FORMULA) else made
