"""Take the form to circulate a document: check each field, then open the circulation."""

from __future__ import annotations

from collections.abc import Callable

from coordination.asked import require_circulable, versions_of
from coordination.circulate_fields import Entered
from coordination.circulate_form import About, circulate_form
from coordination.circulated import receipt
from coordination.documents import fetched_document
from coordination.messages.forms import Answers, FileRef, Form, Incomplete
from coordination.messages.parts import Message
from coordination.opening import Opening, open_circulation, require_channel
from coordination.ports import FileUnavailable
from coordination.rights import require_chair
from coordination.services import Asker, Refused, Reply, Services
from coordination.write import Repeated


async def circulate_submitted(
    services: Services, asker: Asker, about: str, answers: Answers
) -> Reply | Form:
    """The form as it was filled in; the first step is answered with the second.

    Raises Incomplete with a sentence for every field that cannot be taken, and Refused.
    """
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    require_channel(services)
    hints = About.read(about)
    if hints.milestone is None:
        return _second_step(services, asker, hints, answers)
    item = snapshot.schedule.get(hints.milestone)
    if item is None:
        raise Refused("That milestone is not in the plan any more.")
    require_circulable(item)
    opening = await _opening(services, asker, Entered(snapshot, item, asker.at, answers), hints)
    try:
        opened = await open_circulation(services, asker, opening)
    except Repeated:
        return Reply(Message("That was circulated already."))
    return Reply(receipt(services.snapshot, opened))


def _second_step(services: Services, asker: Asker, hints: About, answers: Answers) -> Form:
    item = services.snapshot.schedule.get(answers.text("milestone"))
    if item is None:
        raise Incomplete({"milestone": "Please choose which document of the plan it is."})
    found = hints.document(answers.text("which"))
    if isinstance(found, FileRef):
        return circulate_form(services, asker, item, file=found)
    return circulate_form(services, asker, item, found)


async def _opening(services: Services, asker: Asker, entered: Entered, hints: About) -> Opening:
    """What was entered, as a circulation to be opened; raises Incomplete with all that is wrong."""
    offered = hints.files[0] if hints.files else None
    earlier = versions_of(services.snapshot, entered.item.id)
    _require(
        lambda: entered.document(offered),
        entered.asks_for,
        entered.rule,
        entered.asked,
        entered.closes_at,
        entered.note,
        lambda: entered.editorial(earlier),
    )
    found, document = entered.document(offered), None
    if isinstance(found, FileRef):
        try:
            document = await fetched_document(services, found.id, asker.user, asker.at)
        except FileUnavailable as no:
            raise Incomplete({"document": str(no)}) from no
    return Opening(
        entered.item,
        hints.version,
        entered.asks_for(),
        entered.rule(),
        entered.asked(),
        entered.closes_at(),
        found if isinstance(found, str) else "",
        document,
        entered.note(),
        entered.editorial(earlier),
    )


def _require(*fields: Callable[[], object]) -> None:
    """Raise Incomplete with the sentences of all the fields that cannot be taken."""
    errors: dict[str, str] = {}
    for read in fields:
        try:
            read()
        except Incomplete as no:
            errors.update(no.errors)
    if errors:
        raise Incomplete(errors)
