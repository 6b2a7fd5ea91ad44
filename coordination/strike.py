"""Strike the agencies asked that have left the group: their answers are not awaited any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from coordination.ending import announce, end_if_decided
from coordination.messages.parts import Note, line, message
from coordination.messages.wording import count, listed
from coordination.questions import drop
from coordination.records import Circulation, Entry
from coordination.remind import moment
from coordination.services import Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork


def struck_at(snapshot: Snapshot, agency: str) -> datetime | None:
    """When an agency asked is struck: at notice time of the first working day on which it is not
    a member any more (UTC). None for one that stays.

    Only what the plan says outright counts: an agency that is missing in an edited plan file is
    still awaited, so that no slip of the pen lets a text go out.
    """
    found = next((a for a in snapshot.plan.agencies if a.id == agency), None)
    if found is None or found.until is None:
        return None
    day = snapshot.schedule.calendar.on_or_after(found.until + timedelta(days=1))
    return moment(snapshot, day)


async def strike(
    services: Services,
    uow: UnitOfWork,
    circulation: Circulation,
    agencies: Sequence[str],
    now: datetime,
) -> Circulation:
    """The circulation without them, decided anew, with journal entry and a note in its thread."""
    struck = replace(circulation, struck=(*circulation.struck, *agencies))
    await uow.circulations.put(struck)
    for agency in agencies:
        detail = {"agency": agency, "version": circulation.version}
        await uow.journal.add(Entry(now, "bot", "struck", circulation.subject, detail))
        await drop(services, uow, circulation.id, agency=agency)
    names = listed([services.snapshot.agency_short(a) for a in agencies])
    verb = "is no longer a member" if len(agencies) == 1 else "are no longer members"
    left = count(len(struck.voices), "agency remains", "agencies remain")
    words = f"{circulation.named}: {names} {verb} of the group; {left} among those asked."
    await announce(services, uow, struck, message(Note(line(words))))
    return await end_if_decided(services, uow, struck, now)
