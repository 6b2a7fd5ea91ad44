"""Answers to the bot's questions: each kind goes to the one use case that knows what follows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from coordination.asking.again import again_answered
from coordination.asking.capacity import (
    capacity_answered,
    withdrawal_answered,
)
from coordination.asking.change import (
    basis_answered,
    change_answered,
)
from coordination.asking.meaning import meaning_answered
from coordination.asking.objection import objection_answered
from coordination.clearance_records import Question, QuestionKind
from coordination.consult import closing_answered
from coordination.issue_without import without_answered
from coordination.messages.forms import Form
from coordination.more_time import time_answered
from coordination.not_right import entered_decided
from coordination.position_buttons import conflict_answered
from coordination.questions import read_answer
from coordination.records import Circulation
from coordination.services import Asker, Refused, Reply, Services

Answered = Callable[[Services, Asker, Question, Circulation, str], Awaitable[Reply | Form]]

_ANSWERED: Mapping[QuestionKind, Answered] = {
    QuestionKind.ENTERED: entered_decided,
    QuestionKind.TIME: time_answered,
    QuestionKind.CLOSING: closing_answered,
    QuestionKind.WITHOUT: without_answered,
    QuestionKind.CAPACITY: capacity_answered,
    QuestionKind.WITHDRAWAL: withdrawal_answered,
    QuestionKind.AGAIN: again_answered,
    QuestionKind.CONFLICT: conflict_answered,
    QuestionKind.MEANING: meaning_answered,
    QuestionKind.OBJECTION: objection_answered,
    QuestionKind.CHANGE: change_answered,
    QuestionKind.BASIS: basis_answered,
}


async def answer_pressed(services: Services, asker: Asker, value: str) -> Reply | Form:
    """A button under a question; `value` is question id|answer."""
    await services.snapshots.refresh()
    question, circulation, answer = read_answer(services, asker, value)
    answered = _ANSWERED.get(question.kind)
    if answered is None:
        raise Refused("I cannot take that answer any more. Please write to the Chair.")
    return await answered(services, asker, question, circulation, answer)
