"""More time: an agency asks, the chair accepts for all with a new closing time, or declines."""

from __future__ import annotations

from coordination.clearance_records import CHAIR, Question, QuestionKind
from coordination.messages.parts import Buttons, Message, Paragraph, Quote, bold, line, message
from coordination.questions import answer_button, ask
from coordination.records import Circulation
from coordination.services import Asker, Services
from coordination.storage_ports import UnitOfWork


async def ask_time(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    why: str = "",
) -> Question:
    """An agency needs more time: the chair is asked. The caller commits; it is no position.

    `why` are the agency's words for the chair.
    """
    short = services.snapshot.agency_short(agency)

    def words(question: Question, circulation: Circulation) -> Message:
        return message(
            Paragraph(
                line(
                    bold(short),
                    f" asks for more time for “{circulation.title}”, version "
                    f"{circulation.version}. A new closing time holds for all agencies.",
                )
            ),
            *((Quote(line(why)),) if why else ()),
            Buttons(
                (
                    answer_button(question, "Accept…", "accept", "primary"),
                    answer_button(question, "Decline", "decline"),
                )
            ),
        )

    question = Question(0, circulation.id, QuestionKind.TIME, CHAIR, agency, asker.user, asker.at)
    return await ask(services, uow, circulation, question, words)
