"""`chair`: the terms and the troika."""

from __future__ import annotations

from coordination.answers.common import year_of
from coordination.answers.owner import agency_line
from coordination.messages.parts import Bullets, Heading, Paragraph, Part, bold, line, message
from coordination.messages.wording import day_text
from coordination.services import Asker, Reply, Services
from workplan.membership import troika


async def chair(services: Services, asker: Asker, _words: str) -> Reply:
    """`chair`."""
    snapshot = services.snapshot
    day = snapshot.day(asker.at)
    last, present, following = troika(snapshot.plan, day)
    parts: list[Part] = [Heading("The chair")]
    if present is None:
        parts.append(Paragraph(line("The chair is vacant today.")))
    else:
        parts.append(Paragraph(line("In the chair today: ", *agency_line(snapshot, present))))
    beside = [(w, a) for w, a in (("before", last), ("next", following)) if a is not None]
    if beside:
        words = "; ".join(f"{w}: {snapshot.agency_short(a)}" for w, a in beside)
        parts.append(Paragraph(line(f"The troika with {words}.")))
    year = year_of(snapshot)
    terms = sorted(snapshot.plan.chair, key=lambda t: t.from_)
    parts.append(
        Bullets(
            tuple(
                line(
                    bold(snapshot.agency_short(t.agency)),
                    f": {day_text(t.from_, year)} to {day_text(t.until, year)}",
                )
                for t in terms
            )
        )
    )
    return Reply(message(*parts))
