"""Answers to the bot's questions: each kind goes to the one use case that knows what follows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from coordination.ask_closing import closing_question
from coordination.asking.again import again_answered, again_words
from coordination.asking.capacity import (
    capacity_answered,
    capacity_words,
    withdrawal_answered,
    withdrawal_words,
)
from coordination.asking.change import (
    basis_answered,
    basis_words,
    change_answered,
    change_words,
)
from coordination.asking.common import Words
from coordination.asking.conflict import conflict_words
from coordination.asking.meaning import meaning_answered, meaning_words
from coordination.asking.objection import objection_answered, objection_words
from coordination.asking.suggestions import suggestions_words
from coordination.clearance_records import Comment, Question, QuestionKind
from coordination.consult import closing_answered
from coordination.issue_without import without_answered, without_words
from coordination.messages.forms import Form
from coordination.messages.parts import Message
from coordination.more_time import time_answered, time_words
from coordination.not_right import entered_decided, entered_words
from coordination.position_buttons import conflict_answered
from coordination.question_lines import SHOW
from coordination.questions import read_answer
from coordination.records import Circulation
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot

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
_WORDS: Mapping[QuestionKind, Words] = {
    QuestionKind.CAPACITY: capacity_words,
    QuestionKind.WITHDRAWAL: withdrawal_words,
    QuestionKind.AGAIN: again_words,
    QuestionKind.CONFLICT: conflict_words,
    QuestionKind.MEANING: meaning_words,
    QuestionKind.OBJECTION: objection_words,
    QuestionKind.SUGGESTIONS: suggestions_words,
    QuestionKind.ENTERED: entered_words,
    QuestionKind.TIME: time_words,
    QuestionKind.CLOSING: closing_question,
    QuestionKind.WITHOUT: without_words,
}
_Commented = Callable[[Snapshot, Comment | None, Question, Circulation], Message]
_WORDS_OF_COMMENTS: Mapping[QuestionKind, _Commented] = {
    QuestionKind.CHANGE: change_words,
    QuestionKind.BASIS: basis_words,
}


async def answer_pressed(services: Services, asker: Asker, value: str) -> Reply | Form:
    """A button under a question; `value` is question id|answer."""
    await services.snapshots.refresh()
    question, circulation, answer = read_answer(services, asker, value)
    if answer == SHOW:
        return Reply(await _asked_anew(services, question, circulation))
    answered = _ANSWERED.get(question.kind)
    if answered is None:
        raise Refused("I cannot take that answer any more. Please write to the Chair.")
    return await answered(services, asker, question, circulation, answer)


async def _asked_anew(services: Services, question: Question, circulation: Circulation) -> Message:
    """The question with its own buttons."""
    words = _WORDS.get(question.kind)
    if words is not None:
        return words(services.snapshot, question, circulation)
    commented = _WORDS_OF_COMMENTS.get(question.kind)
    if commented is None:
        raise Refused("I cannot ask that again. Please write to the Chair.")
    comments = await services.storage.comments(circulation.id)
    about = next((c for c in comments if c.id == question.detail.get("comment")), None)
    return commented(services.snapshot, about, question, circulation)
