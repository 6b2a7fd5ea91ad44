"""The log line between an act and its answer: what was recorded, and what will tell of it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

log = structlog.get_logger(__name__)

Caused = Sequence[tuple[str | None, str]]
"""Some words on each thing, and the id of what caused it."""


def tell_of(journalled: Caused, queued: Caused) -> None:
    """One line a commit; acts of several causes may go together, and then it names them all.

    `journalled` are the verbs and subjects of the journal's entries, never what somebody wrote;
    `queued` what waits to be told. A card that waited already to be drawn anew stands in the line
    of each act it will show.
    """
    causes = sorted({cause for cause, _ in (*journalled, *queued) if cause is not None})
    if not causes:
        return
    by = {"cause": causes[0]} if len(causes) == 1 else {"cause": None, "causes": causes}
    done, told = [what for _, what in journalled], [what for _, what in queued]
    log.info("recorded", **by, journal=done, outbox=told)
