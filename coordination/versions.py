"""Versions of a document: each has its own circulation, which supersedes the one before.

Where the chair marks a version editorial, the positions that stand carry over as acts whose source
names the old circulation, and each agency can take its own back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from coordination.actions import Action
from coordination.carried import carried_source
from coordination.clearance_records import QuestionKind
from coordination.ending import redraw
from coordination.messages.parts import Button, Buttons, Message, Paragraph, bold, line, message
from coordination.messages.wire import to_json
from coordination.questions import asked_people, drop
from coordination.records import Circulation, CirculationState, Entry, OutboxItem, OutboxKind
from coordination.services import Asker, Services
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Act, Rule, Standing, before_closing, standing

_FOLLOWS = (QuestionKind.CHANGE, QuestionKind.BASIS)
"""Questions about a position itself: where it carries over they stay open, on the new version."""


def previous(earlier: Iterable[Circulation]) -> Circulation | None:
    """The latest of the versions before."""
    return max(earlier, key=lambda c: c.version, default=None)


def editorial_refusal(
    old: Circulation | None, acts: Iterable[Act], asks_for: str, rule: Rule
) -> str | None:
    """Why the answers to `old` (its `acts`) cannot carry over, as a sentence; None when they can.

    `asks_for` and `rule` are those of the version to be opened.
    """
    if old is None:
        return "There is no earlier version whose answers could carry over."
    if old.state is CirculationState.WITHDRAWN:
        return f"Version {old.version} was withdrawn; its answers do not carry over."
    if old.asks_for != asks_for:
        return (
            f"Version {old.version} went out for {old.asks_for}; the answers to it do not carry "
            f"over to a version for {asks_for}."
        )
    if rule == "silence" and any(
        s.position is not None and s.position.prevents for s in _standing(old, acts).values()
    ):
        return (
            f"An agency cannot clear version {old.version} as drafted, and carried over that "
            "would prevent the adoption of this one. Please circulate it as a changed version."
        )
    return None


async def supersede(
    services: Services, uow: UnitOfWork, asker: Asker, old: Circulation, made: Circulation
) -> None:
    """What was open of an earlier version ends; its card is drawn anew. The caller commits."""
    known = await uow.circulations.get(old.id) or old  # locked: an answer may just be coming in
    if not known.state.takes_answers:
        return
    ended = replace(known, state=CirculationState.SUPERSEDED, ended_at=asker.at)
    await uow.circulations.put(ended)
    detail = {"by": made.id, "version": made.version}
    await uow.journal.add(Entry(asker.at, asker.user, "superseded", old.subject, detail))
    if not made.editorial:
        await drop(services, uow, old.id)
    await redraw(services, uow, ended)


async def carry(
    services: Services, uow: UnitOfWork, asker: Asker, old: Circulation, made: Circulation
) -> tuple[str, ...]:
    """The positions that stand on `old` become acts on `made`; the agencies, in their order.

    Person and capacity are kept. Each agency is told and can take its own back. The caller commits.
    """
    found = _standing(old, await uow.circulations.acts(old.id))
    carried: list[str] = []
    for place, agency in enumerate(made.asked, 1):
        stands = found.get(agency)
        if stands is None or stands.position is None:
            continue
        act = Act(
            agency,
            stands.person or "",
            stands.position,
            carried_source(old.id),
            True,
            asker.at,
            f"0.{place:06d}",  # before whatever is said on the new version itself
            stands.capacity,
            stands.effective_at,
        )
        await uow.circulations.add_act(made.id, act)
        await uow.journal.add(_entry(asker, old, made, act))
        said = to_json(_told(services, old, made, act))
        for user in asked_people(services, services.snapshot, agency, asker.at):
            await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, said))
        carried.append(agency)
    for question in await uow.questions.open_of(old.id):
        if question.kind in _FOLLOWS and question.agency in carried:
            await uow.questions.put(replace(question, circulation=made.id))
    await drop(services, uow, old.id)
    return tuple(carried)


def _standing(circulation: Circulation, acts: Iterable[Act]) -> Mapping[str, Standing]:
    if circulation.rule == "silence":
        acts = before_closing(acts, circulation.closes_at)
    return standing(acts, circulation.voices)


def _entry(asker: Asker, old: Circulation, made: Circulation, act: Act) -> Entry:
    detail = {
        "agency": act.agency,
        "person": act.person,
        "position": act.position.value,
        "capacity": act.capacity.value if act.capacity else None,
        "from": old.id,
        "version": made.version,
    }
    return Entry(asker.at, asker.user, "carried over", made.subject, detail)


def _told(services: Services, old: Circulation, made: Circulation, act: Act) -> Message:
    short = services.snapshot.agency_short(act.agency)
    words = line(
        f"“{made.title}”, version {made.version}, has editorial changes only, so ",
        bold(f"{short}’s answer to version {old.version}"),
        f" ({act.position.value}) holds for it too. You can take it back as long as version "
        f"{made.version} is open, or answer anew on its message.",
    )
    back = Button(Action.TAKE_BACK, "Take it back", str(made.id))
    return message(Paragraph(words), Buttons((back,)))
