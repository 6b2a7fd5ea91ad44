"""Two people of one agency who differ: the later counts, and both are told."""

from __future__ import annotations

from coordination.asking.common import said, tell
from coordination.counting import titled
from coordination.messages.parts import Message, Paragraph, Part, line
from coordination.records import Circulation
from coordination.rights import represents
from coordination.services import Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Standing


async def tell_who_differ(
    services: Services,
    uow: UnitOfWork,
    circulation: Circulation,
    agency: str,
    was: Standing,
    now: Standing,
) -> tuple[Part, ...]:
    """Write to the person whose answer counted; what the one whose answer counts now is to read.

    Nothing where they agree, or where it is one person.
    """
    if was.position is None or now.position is None or was.person is None:
        return ()
    if was.person == now.person or was.position is now.position:
        return ()
    words = _words(services.snapshot, circulation, agency, was, now)
    if represents(services.snapshot, was.person) == agency:
        await tell(uow, (was.person,), Message(words))
    return (Paragraph(line(words)),)


def _words(
    snapshot: Snapshot, circulation: Circulation, agency: str, was: Standing, now: Standing
) -> str:
    assert was.position is not None
    assert now.position is not None
    short, title = snapshot.agency_short(agency), titled(circulation)
    return (
        f"There are two answers of {short} to {title}: {_who(snapshot, agency, was)} answered "
        f"“{said(circulation, was.position)}”, and later {_who(snapshot, agency, now)} "
        f"“{said(circulation, now.position)}”. The later one counts. If that is not what {short} "
        "wants to say, please answer once more on its message."
    )


def _who(snapshot: Snapshot, agency: str, standing: Standing) -> str:
    if (standing.source or "").startswith("entered:"):
        return "the secretariat, by what reached it,"
    person = snapshot.people.get(standing.person or "")
    if person is None or person.agency != agency:
        return "a colleague"
    return person.name
