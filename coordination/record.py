"""`record`: the secretariat enters answers of several agencies that came by e-mail or phone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from coordination.actions import Action
from coordination.cards import closing_words, standings
from coordination.clearance_records import Document
from coordination.counting import titled
from coordination.documents import fetched_document
from coordination.ending import end_if_decided
from coordination.entered import answer_words, enter, follow
from coordination.find import require_milestone
from coordination.messages.forms import (
    Answers,
    ChoiceField,
    ChoicesField,
    Field,
    Form,
    FormName,
    Incomplete,
    Option,
)
from coordination.messages.parts import Button, Paragraph, Part, bold, line, message
from coordination.messages.wording import count
from coordination.ports import FileUnavailable
from coordination.received import Received
from coordination.record_form import in_batches, read_about, read_entries, record_form
from coordination.records import Circulation, CirculationState
from coordination.rights import require_chair
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing

MOST_LABEL = 75


def record_button(_snapshot: Snapshot, circulation: Circulation, _now: datetime) -> Button | None:
    """The button under the chair's table that asks for the form, while answers are taken."""
    if not circulation.state.takes_answers:
        return None
    return Button(Action.ASK, "Record…", f"record {circulation.milestone}")


async def record(services: Services, asker: Asker, words: str) -> Form:
    """`record [ITEM]`: the form that asks which circulation and which agencies answered."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    found = _of_item(snapshot, words) if words.strip() else _all_open(snapshot)
    items: list[Field | Part] = []
    if len(found) == 1:
        items.append(Paragraph(line(bold(titled(found[0])), f", {_until(snapshot, found[0])}")))
    else:
        options = tuple(Option(str(c.id), _label(titled(c)), _until(snapshot, c)) for c in found)
        items.append(ChoiceField("circulation", "Circulation", options, options[0].value))
    items.append(
        ChoicesField(
            "agencies",
            "Agencies that answered",
            _agencies(snapshot, found),
            hint="Those whose reply is still to come are first.",
        )
    )
    about = str(found[0].id) if len(found) == 1 else ""
    return Form(FormName.RECORD_WHO, "Record answers", "Next", tuple(items), about)


def _of_item(snapshot: Snapshot, words: str) -> list[Circulation]:
    item = require_milestone(snapshot, "record {}", words)
    every = [c for c in snapshot.circulations.values() if c.milestone == item.id]
    if not every:
        raise Refused(f"“{item.title}” has not been circulated yet.")
    found = [c for c in every if c.state.takes_answers]
    if not found:
        raise Refused(_ended(max(every, key=lambda c: c.version)))
    return found


def _all_open(snapshot: Snapshot) -> list[Circulation]:
    found = [c for c in snapshot.circulations.values() if c.state.takes_answers]
    if not found:
        raise Refused("Nothing is circulated at the moment, so there is no answer to record.")
    return sorted(found, key=lambda c: (c.closes_at, c.id))


def _agencies(snapshot: Snapshot, found: Sequence[Circulation]) -> tuple[Option, ...]:
    """Those asked, first those without an answer to any of the circulations."""
    answered = {
        agency
        for circulation in found
        for agency, standing in standings(snapshot, circulation).items()
        if standing.position is not None
    }
    every = dict.fromkeys(a for circulation in found for a in circulation.voices)
    order = sorted(every, key=lambda agency: agency in answered)
    return tuple(
        Option(a, _label(snapshot.agency_short(a)), "has answered" if a in answered else "")
        for a in order
    )


async def record_chosen(services: Services, asker: Asker, about: str, answers: Answers) -> Form:
    """Which circulation and agencies: the form for their answers comes next."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    number = about or answers.text("circulation")
    circulation = snapshot.circulations.get(int(number)) if number.isdecimal() else None
    if circulation is None:
        raise Refused("That is no circulation that I know; please start again.")
    if not circulation.state.takes_answers:
        raise Refused(_ended(circulation))
    chosen = answers.choices("agencies")
    if not chosen:
        raise Incomplete({"agencies": "Please choose the agencies that answered."})
    others = [snapshot.agency_short(a) for a in chosen if a not in circulation.voices]
    if others:
        raise Incomplete(
            {"agencies": f"Not asked about {titled(circulation)}: {', '.join(others)}."}
        )
    batch = in_batches(circulation, chosen)
    return record_form(snapshot, circulation, batch, snapshot.day(asker.at))


async def record_entered(
    services: Services, asker: Asker, about: str, answers: Answers
) -> Reply | Form:
    """Record the answers of one form in one transaction; the next form while agencies are left."""
    snapshot = await services.snapshots.refresh()
    today = snapshot.day(asker.at)
    require_chair(snapshot, services.secretariat, asker.user, today)
    batch, circulation = read_about(snapshot, about)
    entries = read_entries(snapshot, circulation, batch, answers, asker.at)
    documents = await _documents(services, asker, entries)
    differing: tuple[Part, ...] = ()
    try:
        async with writing(services, asker) as uow:
            circulation = await _open(uow, circulation, entries)
            made = [
                await enter(services, uow, asker, circulation, e, documents.get(e.agency))
                for e in entries
            ]
            circulation = await end_if_decided(services, uow, circulation, services.clock.now())
            for entered in made:
                differing += await follow(services, uow, asker, circulation, entered)
    except Repeated:
        pass
    said = _said(snapshot, circulation, entries)
    now_open = services.snapshot.circulations[circulation.id].state.takes_answers
    if batch.then and now_open:
        following = in_batches(circulation, batch.then)
        shown = (Paragraph(line(said)), *differing)
        return record_form(services.snapshot, circulation, following, today, shown)
    return Reply(message(Paragraph(line(said)), *differing))


async def _open(uow: UnitOfWork, known: Circulation, entries: Sequence[Received]) -> Circulation:
    """The circulation as it stands in this transaction; raises Refused when it has ended."""
    circulation = await uow.circulations.get(known.id) or known
    if not circulation.state.takes_answers:
        raise Refused(_ended(circulation))
    gone = [e.agency for e in entries if e.agency not in circulation.voices]
    if gone:
        raise Refused("An agency of that form is not asked any more; please start again.")
    return circulation


async def _documents(
    services: Services, asker: Asker, entries: Sequence[Received]
) -> dict[str, Document]:
    """The files handed in, by agency; raises Incomplete for those that cannot be had."""
    with_file = [(e.agency, e.file) for e in entries if e.file is not None]
    fetched = await asyncio.gather(
        *(fetched_document(services, file.id, asker.user, asker.at) for _, file in with_file),
        return_exceptions=True,
    )
    errors: dict[str, str] = {}
    documents: dict[str, Document] = {}
    for (agency, _), found in zip(with_file, fetched, strict=True):
        if isinstance(found, FileUnavailable):
            errors[f"file:{agency}"] = str(found)
        elif isinstance(found, BaseException):
            raise found
        else:
            documents[agency] = found
    if errors:
        raise Incomplete(errors)
    return documents


def _said(snapshot: Snapshot, circulation: Circulation, entries: Sequence[Received]) -> str:
    answers = "; ".join(
        f"{snapshot.agency_short(e.agency)}: {answer_words(e.position, e.capacity, circulation)}"
        for e in entries
    )
    number = count(len(entries), "answer")
    return f"Recorded for {titled(circulation)}, {number}: {answers}. Their people are told."


def _ended(circulation: Circulation) -> str:
    state = circulation.state.in_words
    return f"{titled(circulation)} is {state}: answers to it are not taken any more."


def _until(snapshot: Snapshot, circulation: Circulation) -> str:
    closing = closing_words(snapshot, circulation)
    if circulation.state is CirculationState.PAST_CLOSING:
        return f"past its closing time, {closing}; answers still count"
    return f"open until {closing}"


def _label(text: str) -> str:
    return text if len(text) <= MOST_LABEL else text[: MOST_LABEL - 1].rstrip() + "…"
