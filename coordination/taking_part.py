"""Agencies say that they take part in an output: who is meant by `of: interested`."""

from __future__ import annotations

from coordination.actions import Action
from coordination.messages.parts import Button, Message
from coordination.people_records import Interest
from coordination.records import Entry
from coordination.rights import represents
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.write import Repeated, writing
from workplan.membership import members_on
from workplan.plan import Output


def takes_part(snapshot: Snapshot, output: str) -> tuple[str, ...]:
    """The agencies that said they take part in an output, in the plan's order."""
    said = {i.agency for i in snapshot.state.interests if i.output == output}
    return tuple(a.id for a in snapshot.plan.agencies if a.id in said)


def asks_interested(output: Output) -> bool:
    """Whether anything of the output is circulated to those who take part alone."""
    return any(m.asks is not None and m.asks.of == "interested" for m in output.milestones)


def part_button(snapshot: Snapshot, output: Output, user: str) -> Button | None:
    """What a person can say for their agency, None where it makes no difference."""
    agency = represents(snapshot, user)
    if agency is None or not asks_interested(output):
        return None
    if agency in takes_part(snapshot, output.id):
        return Button(Action.TAKE_PART, "We no longer take part", f"{output.id}|out")
    return Button(Action.TAKE_PART, "We take part", f"{output.id}|in")


async def take_part_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """An agency takes part, or does not any more; `value` is output|in or output|out."""
    snapshot = await services.snapshots.refresh()
    id, _, way = value.partition("|")
    output = next((o for o in snapshot.plan.outputs if o.id == id), None)
    if output is None or way not in ("in", "out"):
        raise Refused("That output is not in the plan any more. Please ask again.")
    agency = represents(snapshot, asker.user)
    members = {a.id for a in members_on(snapshot.plan, snapshot.day(asker.at))}
    if agency is None or agency not in members:
        raise Refused(
            "Only people who represent a member of the group can say so for their agency. "
            "You can ask the Chair with: join AGENCY"
        )
    changed = await _said(services, asker, output.id, agency, way == "in")
    short = snapshot.agency_short(agency)
    part = "takes part in" if way == "in" else "does not take part any more in"
    before = "Noted" if changed else "That was noted before"
    return Reply(
        Message(f"{before}: {short} {part} “{output.title}”.{_open_ones(snapshot, output)}")
    )


def _open_ones(snapshot: Snapshot, output: Output) -> str:
    """That what is open stays as it was, where anything is."""
    own = {m.id for m in output.milestones}
    if any(c.milestone in own and c.state.takes_answers for c in snapshot.circulations.values()):
        return " Who is asked about what is open already stays as it was."
    return ""


async def _said(services: Services, asker: Asker, output: str, agency: str, joins: bool) -> bool:
    changed = False
    try:
        async with writing(services, asker) as uow:
            if joins:
                interest = Interest(output, agency, asker.user, asker.at)
                changed = await uow.wishes.take_part(interest)
            else:
                changed = await uow.wishes.stay_out(output, agency)
            if changed:
                verb = "takes part" if joins else "does not take part any more"
                detail = {"agency": agency}
                await uow.journal.add(
                    Entry(asker.at, asker.user, verb, f"output:{output}", detail, asker.message)
                )
    except Repeated:
        return True
    return changed
