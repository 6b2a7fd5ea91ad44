"""The log line between an act and its answer: recorded, and which rows of the outbox tell of it."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

log = structlog.get_logger(__name__)


def tell_of(queued: Iterable[tuple[str | None, int]]) -> None:
    """One line for each cause whose rows (by id) were committed; acts of several may go together.

    A card that waited already to be drawn anew stands in the line of each act it will show.
    """
    rows: dict[str | None, list[int]] = {}
    for cause, id in queued:
        rows.setdefault(cause, []).append(id)
    for cause, ids in rows.items():
        if cause is not None:
            log.info("recorded", cause=cause, outbox=ids)
