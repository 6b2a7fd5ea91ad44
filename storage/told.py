"""The log line between an act and its answer: recorded, and what is going to tell of it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

log = structlog.get_logger(__name__)


def tell_of(queued: Sequence[tuple[str | None, str]]) -> None:
    """One line a commit; acts of several causes may go together, and then it names them all.

    A card that waited already to be drawn anew stands in the line of each act it will show.
    """
    causes = sorted({cause for cause, _ in queued if cause is not None})
    if not causes:
        return
    by = {"cause": causes[0]} if len(causes) == 1 else {"cause": None, "causes": causes}
    log.info("recorded", **by, outbox=[what for _, what in queued])
