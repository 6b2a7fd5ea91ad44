"""An agency takes back an answer that was carried over from the version before."""

from __future__ import annotations

from coordination.cards import closing_words
from coordination.carried import carried_from
from coordination.ending import end_if_decided
from coordination.messages.parts import Line, Link, Paragraph, line, message
from coordination.records import Circulation, Entry
from coordination.rights import represents
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import Act, standing


async def take_back_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """The button under the note that an answer was carried over; `value` is the circulation's id.

    Whose answer is meant is looked up: that of the agency the person represents.
    """
    snapshot = await services.snapshots.refresh()
    circulation = known_circulation(snapshot, value)
    agency = represents(snapshot, asker.user)
    if agency is None or agency not in circulation.asked:
        raise Refused(
            "You represent none of the agencies that were asked about "
            f"{_title(circulation)}, so there is nothing that you could take back."
        )
    try:
        async with writing(services, asker) as uow:
            kept = await uow.circulations.get(circulation.id) or circulation
            await _take_back(services, uow, asker, kept, agency)
    except Repeated:
        pass
    return Reply(message(Paragraph(_receipt(snapshot, circulation, agency))), replace=True)


def known_circulation(snapshot: Snapshot, value: str) -> Circulation:
    """The circulation of a button's value; raises Refused for anything else."""
    found = next((c for c in snapshot.circulations.values() if str(c.id) == value), None)
    if found is None:
        raise Refused("I know no such circulation. Please ask again with: clearance")
    return found


async def _take_back(
    services: Services, uow: UnitOfWork, asker: Asker, circulation: Circulation, agency: str
) -> None:
    late = circulation.rule != "unanimity" and asker.at > circulation.closes_at
    if not circulation.state.takes_answers or late:
        how = "past its closing time" if late else circulation.state.in_words
        raise Refused(
            f"{_title(circulation)} is {how}, so nothing can be taken back any more. Please write "
            "to the Chair if something is wrong."
        )
    stands = standing(await uow.circulations.acts(circulation.id), circulation.asked)[agency]
    short = services.snapshot.agency_short(agency)
    if stands.position is None:
        raise Refused(f"{short} has no answer to {_title(circulation)}, that could be taken back.")
    if carried_from(stands) is None:
        raise Refused(
            f"{short} has answered {_title(circulation)}, itself since; that answer "
            f"({stands.position.value}) counts. It is changed on the message."
        )
    act = Act(
        agency,
        stands.person or "",  # who gave it: only theirs is taken away
        stands.position,
        stands.source or "",
        False,
        asker.at,
        asker.order or "1",
        stands.capacity,
    )
    await uow.circulations.add_act(circulation.id, act)
    detail = {"agency": agency, "source": act.source, "version": circulation.version}
    verb = f"took back: {act.position.value}"
    await uow.journal.add(
        Entry(asker.at, asker.user, verb, circulation.subject, detail, asker.message)
    )
    await end_if_decided(services, uow, circulation, services.clock.now())


def _receipt(snapshot: Snapshot, circulation: Circulation, agency: str) -> Line:
    out = line(
        f"Taken back: {snapshot.agency_short(agency)} has no answer to {_title(circulation)}, "
        f"any more. It can answer until {closing_words(snapshot, circulation)}"
    )
    if circulation.permalink is None:
        return out + line(".")
    return (*out, *line(" on "), Link(circulation.permalink, "the message"), *line("."))


def _title(circulation: Circulation) -> str:
    return f"“{circulation.title}”, version {circulation.version}"
