"""Positions that an editorial version took over from the one before: how they are known."""

from __future__ import annotations

from workplan.clearance import Standing

_CARRIED = "carried:"


def carried_source(circulation: int) -> str:
    """The source of an act that was taken over from a circulation of that id."""
    return f"{_CARRIED}{circulation}"


def carried_from(standing: Standing) -> int | None:
    """The id of the circulation that the position was given on, None when it is this one's own."""
    if standing.position is None or not (standing.source or "").startswith(_CARRIED):
        return None
    return int((standing.source or "")[len(_CARRIED) :])
