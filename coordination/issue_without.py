"""Issue a text without an agency: the chair asks, and only the agency's own consent counts."""

from __future__ import annotations

from collections.abc import Sequence

from coordination.chair_acts import locked, meant, require_going_on
from coordination.clearance_records import Question, QuestionKind
from coordination.ending import standings_of
from coordination.messages.forms import (
    Answers,
    ChoicesField,
    Form,
    FormName,
    Incomplete,
    Option,
    TextField,
)
from coordination.messages.parts import (
    Buttons,
    Confirm,
    Message,
    Note,
    Paragraph,
    Quote,
    bold,
    line,
    message,
)
from coordination.messages.wire import to_json
from coordination.messages.wording import listed
from coordination.positions import BUTTON, take_position
from coordination.questions import answer_button, ask, asked_people, settle
from coordination.records import Circulation, OutboxItem, OutboxKind
from coordination.rights import who_decides
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import Act, Position

MOST_WORDS = 1_000


async def without_pressed(services: Services, asker: Asker, value: str) -> Form:
    """The chair's button; `value` is the circulation's id."""
    circulation = await meant(services, asker, value)
    _require(circulation, asker)
    snapshot = services.snapshot
    missing = not_cleared(circulation, snapshot.state.acts.get(circulation.id, ()))
    if not missing:
        raise Refused(f"No clearance of {circulation.named} is missing.")
    options = tuple(Option(a, snapshot.agency_short(a)) for a in missing)
    return Form(
        FormName.WITHOUT,
        "Issue without",
        "Ask for consent",
        (
            Paragraph(line(bold(circulation.title), f", version {circulation.version}")),
            Note(
                line(
                    "Each agency you choose is asked whether the text may be issued without it. "
                    "Only its own consent counts; it is then not named on the text."
                )
            ),
            ChoicesField("agencies", "Without", options),
            TextField(
                "words",
                "A word to them",
                multiline=True,
                optional=True,
                most=MOST_WORDS,
            ),
        ),
        str(circulation.id),
    )


async def without_asked(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """The form: each agency chosen that has still not cleared is asked."""
    known = await meant(services, asker, about)
    _require(known, asker)
    chosen = answers.choices("agencies")
    words = answers.text("words")
    if not chosen:
        raise Incomplete({"agencies": "Please choose at least one agency."})
    if len(words) > MOST_WORDS:
        raise Incomplete({"words": f"Please say it in at most {MOST_WORDS} characters."})
    asked: list[str] = []
    try:
        async with writing(services, asker) as uow:
            kept = await locked(uow, known, asker.at)
            missing = not_cleared(kept, await uow.circulations.acts(kept.id))
            asked = [a for a in missing if a in chosen]
            if not asked:
                raise Refused("They have cleared it meanwhile; nobody was asked.")
            for agency in asked:
                await _ask(services, uow, asker, kept, agency, words)
    except Repeated:
        asked = [a for a in known.voices if a in chosen]
    return Reply(Message(_told(services, asker, known, asked)))


def not_cleared(circulation: Circulation, acts: tuple[Act, ...]) -> tuple[str, ...]:
    """The agencies whose clearance is missing: neither cleared as the rule asks, nor aside."""
    found = standings_of(circulation, acts)
    return tuple(a for a, s in found.items() if not (s.satisfies(circulation.heads) or s.aside))


def _require(circulation: Circulation, asker: Asker) -> None:
    if circulation.rule != "unanimity":
        raise Refused(f"{circulation.named} does not wait for the clearance of each agency.")
    require_going_on(circulation, asker.at)


async def _ask(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    words: str,
) -> None:
    snapshot, detail = services.snapshot, {"words": words} if words else {}
    kind = QuestionKind.WITHOUT
    question = Question(0, circulation.id, kind, agency, agency, asker.user, asker.at, detail)
    await ask(services, uow, circulation, question, lambda q, c: without_words(snapshot, q, c))


def without_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """What the agency is asked."""
    short = snapshot.agency_short(question.agency or "")
    words = question.detail.get("words")
    consent = Confirm(
        "Consent?", f"The text is then issued without {short}, and does not name it.", "Consent"
    )
    return message(
        Paragraph(
            line(
                "The Chair asks: may ",
                bold(circulation.title),
                f", version {circulation.version}, be issued without {short}? {short} would then "
                "not be named on it, and would not prevent it.",
            )
        ),
        *((Quote(line(str(words))),) if words else ()),
        Buttons(
            (
                answer_button(question, "Consent", "consent", confirm=consent),
                answer_button(question, "Do not consent", "refuse"),
            )
        ),
    )


def _told(services: Services, asker: Asker, known: Circulation, asked: Sequence[str]) -> str:
    snapshot = services.snapshot
    names = listed([snapshot.agency_short(a) for a in asked])
    them = "it" if len(asked) == 1 else "them"
    told = f"Asked {names} whether {known.named} may be issued without {them}."
    absent = [a for a in asked if not asked_people(services, snapshot, a, asker.at)]
    if not absent:
        return told
    names = listed([snapshot.agency_short(a) for a in absent])
    return (
        f"{told} Nobody here represents {names}: please ask by e-mail, and enter the consent with "
        f"{services.command} record."
    )


async def without_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """The agency's answer: its consent is an act, its refusal changes nothing; the chair is told
    either."""
    agency, consents = question.agency or "", answer == "consent"
    short = services.snapshot.agency_short(agency)
    try:
        async with writing(services, asker) as uow:
            kept = await locked(uow, circulation, asker.at)
            if agency not in kept.voices:
                raise Refused(f"{short} is not asked about {kept.named} any more.")
            await settle(services, uow, asker, question, kept, "consent" if consents else "refuse")
            if consents:
                position = Position.LEFT_OUT
                await take_position(services, uow, asker, kept, agency, position, BUTTON, True)
            await _tell_chair(services, uow, asker, kept, short, consents)
    except Repeated:
        pass
    if consents:
        words = f"Noted: {circulation.named} may be issued without {short}, and will not name it."
    else:
        words = f"Noted, and the Chair is told: {short} does not consent. Its answer is unchanged."
    return Reply(Message(words), replace=True)


async def _tell_chair(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    short: str,
    consents: bool,
) -> None:
    said = "consents to" if consents else "does not consent to"
    words = f"{short} {said} issuing {circulation.named} without it."
    day = services.snapshot.day(asker.at)
    for user in who_decides(services.snapshot, services.secretariat, day):
        if user != asker.user:
            await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, to_json(Message(words))))
