"""Two answers of one agency were found together after an outage: its people say which holds."""

from __future__ import annotations

from collections.abc import Sequence

from coordination.asking.common import about, put_to_agency, said
from coordination.clearance_records import Question, QuestionKind
from coordination.messages.parts import Buttons, Message, Paragraph, line, message
from coordination.messages.wording import listed
from coordination.questions import answer_button
from coordination.records import Circulation
from coordination.services import Asker, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Position


def conflict_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """“Which is UNICEF's answer?”"""
    short, title = about(snapshot, question, circulation)
    positions = [Position(p) for p in question.detail["positions"]]
    found = listed([f"“{said(circulation, p)}”" for p in positions])
    words = (
        f"I could not follow the reactions to {title} for a while, and then found {found} from "
        f"{short}. Nothing tells me which came last, so I have recorded none of them. Which is "
        f"{short}'s answer?"
    )
    stands = question.detail.get("stands")
    if stands is not None:
        kept = said(circulation, Position(stands))
        words = (
            f"I could not follow the reactions to {title} for a while, and then found "
            f"“{said(circulation, positions[0])}” from {short}, whose answer was “{kept}”. Nothing "
            f"tells me which came last; until you say, “{kept}” counts. Which is {short}'s answer?"
        )
    buttons = tuple(
        answer_button(question, said(circulation, p).capitalize()[:75], p.value) for p in positions
    )
    return message(Paragraph(line(words)), Buttons(buttons))


async def ask_which_holds(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    positions: Sequence[Position],
    people: Sequence[str],
    stands: Position | None = None,
) -> None:
    """Ask those who reacted, and whoever of their agency is written to.

    `stands` is the answer that counts meanwhile, where the reactions found differ from it.
    """
    detail: dict[str, object] = {"positions": [p.value for p in positions]}
    if stands is not None:
        detail = {
            "positions": [*(p.value for p in positions), stands.value],
            "stands": stands.value,
        }
    question = Question(
        0, circulation.id, QuestionKind.CONFLICT, agency, agency, "bot", asker.at, detail
    )
    snapshot = services.snapshot
    await put_to_agency(
        services, uow, circulation, question, lambda q, c: conflict_words(snapshot, q, c), people
    )
