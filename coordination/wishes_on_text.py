"""More time, or a raised hand: no position, and the bot asks on."""

from __future__ import annotations

from decimal import Decimal

from coordination.acts import FOUND
from coordination.asking.common import open_question
from coordination.asking.meaning import ask_meaning
from coordination.clearance_records import QuestionKind
from coordination.counting import titled
from coordination.messages.forms import Form, FormName, TextField
from coordination.messages.parts import Note, Paragraph, Part, line
from coordination.more_time import ask_time
from coordination.questions import drop
from coordination.reactions import Wish
from coordination.records import Circulation, Entry
from coordination.services import Asker, Services
from coordination.storage_ports import UnitOfWork

_KINDS = {Wish.MORE_TIME: QuestionKind.TIME, Wish.QUESTION: QuestionKind.MEANING}


async def take_wish(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    wish: Wish,
    source: str,
    given: bool,
    words: str = "",
    **detail: object,
) -> tuple[Part, ...]:
    """Journal it and ask the chair, or the person; what the person is to read.

    `words` go to the chair with a wish for more time. A wish taken away leaves nothing to ask. A
    wish whose taking away was told before it changes nothing; what the sweep found before its event
    came is not entered again.
    """
    entries = await uow.journal.of(circulation.subject, limit=500)
    found = standing_wishes(entries).get((asker.user, source))
    later = found is not None and found[0] > Decimal(asker.order or "0")
    verb = wish.value if given else f"took back: {wish.value}"
    told = {"agency": agency, "source": source, "order": asker.order or "0", **detail}
    if later and FOUND not in detail and _found(entries, asker, verb, source):
        return ()
    evidence = asker.message or circulation.message
    await uow.journal.add(Entry(asker.at, asker.user, verb, circulation.subject, told, evidence))
    if later:
        return ()
    open_one = await open_question(uow, circulation, _KINDS[wish], agency)
    if not given:
        if open_one is not None and open_one.by == asker.user:
            await drop(
                services, uow, circulation.id, _KINDS[wish], agency=agency, read=asker.message
            )
        return ()
    if wish is Wish.QUESTION:
        return await ask_meaning(services, uow, asker, circulation, agency)
    short, title = services.snapshot.agency_short(agency), titled(circulation)
    if open_one is not None:
        return (Paragraph(line(f"The Chair has been asked already for more time on {title}.")),)
    await ask_time(services, uow, asker, circulation, agency, words)
    await drop(
        services, uow, circulation.id, QuestionKind.MEANING, agency=agency, read=asker.message
    )
    told_ = f"The Chair has been asked for more time for {short} on {title}. You will hear from me."
    return (Paragraph(line(told_)),)


def _found(entries: tuple[Entry, ...], asker: Asker, verb: str, source: str) -> bool:
    """Whether the sweep entered the same, reading after this event."""
    order = Decimal(asker.order or "0")
    return any(
        FOUND in e.detail
        and (e.actor, e.verb, e.detail.get("source")) == (asker.user, verb, source)
        and Decimal(str(e.detail.get("order", "0"))) > order
        for e in entries
    )


def standing_wishes(
    entries: tuple[Entry, ...],
) -> dict[tuple[str, str], tuple[Decimal, bool]]:
    """The latest of each person's wishes by source: its event time, and whether it was given."""
    verbs = {w.value: True for w in Wish} | {f"took back: {w.value}": False for w in Wish}
    found: dict[tuple[str, str], tuple[Decimal, bool]] = {}
    for entry in entries:
        if entry.verb not in verbs or "source" not in entry.detail:
            continue
        key = (entry.actor, str(entry.detail["source"]))
        at = Decimal(str(entry.detail.get("order", "0")))
        if key not in found or at >= found[key][0]:
            found[key] = (at, verbs[entry.verb])
    return found


def time_form(circulation: Circulation, short: str, name: str) -> Form:
    """Takes what the chair should know about a wish for more time."""
    words = f"The Chair is asked for more time for {short} on {titled(circulation)}."
    field = TextField(
        "text",
        "What the Chair should know",
        multiline=True,
        optional=True,
        placeholder="such as: our legal office needs until Friday",
    )
    about = f"{circulation.id}|{name}"
    return Form(FormName.POSITION, "More time", "Ask the Chair", (Note(line(words)), field), about)
