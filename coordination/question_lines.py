"""Open questions in a line each, for `mine`, Home and the daily brief; a button asks them anew."""

from __future__ import annotations

from collections.abc import Set
from datetime import date

from coordination.actions import Action
from coordination.clearance_records import Question, QuestionKind
from coordination.messages.parts import Button, Line, line
from coordination.questions import open_for
from coordination.records import Circulation
from coordination.snapshot import Snapshot

SHOW = "show"
"""The answer of the button that puts the question once more, with its own buttons."""


def question_lines(
    snapshot: Snapshot, secretariat: Set[str], user: str, day: date
) -> tuple[tuple[Line, Button], ...]:
    """What waits for an answer of this person on that day, in the order it was asked."""
    rows = []
    for question in open_for(snapshot, frozenset(secretariat), user, day):
        circulation = snapshot.circulations.get(question.circulation)
        if circulation is not None:
            button = Button(Action.ANSWER, "Answer…", f"{question.id}|{SHOW}")
            rows.append((line(question_line(snapshot, question, circulation)), button))
    return tuple(rows)


def question_line(snapshot: Snapshot, question: Question, circulation: Circulation) -> str:
    """What is asked, in a sentence."""
    short = snapshot.agency_short(question.agency or "")
    title = f"“{circulation.title}”, version {circulation.version}"
    match question.kind:
        case QuestionKind.CAPACITY:
            return f"In whose name does {short} clear {title}?"
        case QuestionKind.WITHDRAWAL:
            return f"Withdraw {short}'s clearance of {title}?"
        case QuestionKind.AGAIN:
            return f"Does {short}'s earlier answer to {title} hold again?"
        case QuestionKind.CONFLICT:
            return f"Which is {short}'s answer to {title}?"
        case QuestionKind.MEANING:
            return f"What did your raised hand on {title} mean?"
        case QuestionKind.OBJECTION:
            return f"{short} cannot clear {title}, as drafted: is that so, and why?"
        case QuestionKind.SUGGESTIONS if circulation.asks_for == "comments":
            return f"What are the comments of {short} on {title}?"
        case QuestionKind.SUGGESTIONS:
            return f"What does {short} suggest for {title}?"
        case QuestionKind.CHANGE:
            return f"{short} clears {title} subject to a change: is it accepted?"
        case QuestionKind.BASIS:
            return f"The Chair accepts the change in {title}: does {short} clear on that basis?"
        case QuestionKind.ENTERED:
            return f"{short} says that what was entered for it on {title} is not right."
        case QuestionKind.TIME:
            return f"{short} asks for more time for {title}."
        case QuestionKind.WITHOUT:
            return f"May {title} be issued without {short}?"
        case QuestionKind.CLOSING:
            return f"{title} is past its closing time: extend, consult or close?"
