"""The form in which several agencies' answers are entered, and what was entered in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from coordination.cards import closing_words, standings
from coordination.messages.forms import (
    MOST_TEXT,
    Answers,
    ChoiceField,
    DayField,
    Field,
    FileField,
    Form,
    FormName,
    Incomplete,
    Option,
    TextField,
)
from coordination.messages.parts import Divider, Heading, Note, Paragraph, Part, bold, line
from coordination.messages.wording import count, day_text
from coordination.received import HOW, Received, received_at
from coordination.records import Circulation
from coordination.services import Refused
from coordination.snapshot import Snapshot
from workplan.clearance import Capacity, Position, Standing

MOST = 6
"""Agencies in one form, which Slack lets have 100 blocks."""

MOST_NAME = 200

_NEEDS_WORDS = {
    Position.CLEARED_WITH_SUGGESTIONS: "Please enter the suggestions, or they are in no table.",
    Position.SUBJECT_TO_CHANGE: "Please enter the change that is asked for.",
}
_TAKES_WORDS = (*_NEEDS_WORDS, Position.CANNOT_CLEAR)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a form is about: a circulation, the agencies in it, and those of the forms to follow."""

    circulation: int
    agencies: tuple[str, ...]
    then: tuple[str, ...] = ()

    def about(self, circulation: Circulation) -> str:
        """As a form carries it: agencies by their place among those asked."""
        place = circulation.asked.index
        return json.dumps(
            [self.circulation, [place(a) for a in self.agencies], [place(a) for a in self.then]],
            separators=(",", ":"),
        )


def read_about(snapshot: Snapshot, about: str) -> tuple[Batch, Circulation]:
    """What a form is about; raises Refused for what we did not write."""
    try:
        number, places, then = json.loads(about)
        circulation = snapshot.circulations[int(number)]
        asked = dict(enumerate(circulation.asked))
        batch = Batch(
            circulation.id, tuple(asked[p] for p in places), tuple(asked[p] for p in then)
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise Refused(
            "That form is not of a circulation that I know; please start again."
        ) from None
    return batch, circulation


def in_batches(circulation: Circulation, agencies: Sequence[str]) -> Batch:
    """The first agencies and those that follow on later forms, in the order they were asked."""
    chosen = [a for a in circulation.asked if a in agencies]
    return Batch(circulation.id, tuple(chosen[:MOST]), tuple(chosen[MOST:]))


def record_form(
    snapshot: Snapshot,
    circulation: Circulation,
    batch: Batch,
    today: date,
    said: tuple[Part, ...] = (),
) -> Form:
    """The form for one batch; `said` tells what became of the one before."""
    items: list[Field | Part] = list(said)
    items.append(
        Paragraph(
            line(
                bold(circulation.title),
                f", version {circulation.version}. The word or file that an answer came by is kept "
                "with it, and the agency is told what was entered.",
            )
        )
    )
    if batch.then:
        following = count(len(batch.then), "agency follows", "agencies follow")
        items.append(Note(line(f"One form takes {MOST} agencies: {following} on the next one.")))
    found = standings(snapshot, circulation)
    for agency in batch.agencies:
        items += _section(snapshot, circulation, agency, found.get(agency, Standing()), today)
    return Form(
        FormName.RECORD,
        "Record answers",
        "Record and go on" if batch.then else "Record",
        tuple(items),
        batch.about(circulation),
    )


def _section(
    snapshot: Snapshot, circulation: Circulation, agency: str, standing: Standing, today: date
) -> list[Field | Part]:
    short = snapshot.agency_short(agency)
    said: list[Field | Part] = [Divider(), Heading(short)]
    if standing.position is not None and standing.at is not None:
        on = day_text(snapshot.day(standing.at), snapshot.plan.plan.first_day.year)
        said.append(
            Note(
                line(f"On file: {standing.position.value}, {on}. Of two answers the later counts.")
            )
        )
    return [
        *said,
        ChoiceField(f"position:{agency}", f"Answer of {short}", positions(circulation)),
        DayField(f"on:{agency}", "Received on", today),
        TextField(f"from:{agency}", "From whom", most=MOST_NAME),
        ChoiceField(f"how:{agency}", "How it came", tuple(Option(h, h) for h in HOW), HOW[0]),
        TextField(
            f"quote:{agency}",
            "Its words",
            multiline=True,
            optional=True,
            hint="The words of the answer, or a file below: one of both is needed.",
        ),
        FileField(f"file:{agency}", "Or a file, such as the e-mail", optional=True),
        TextField(f"words:{agency}", _words_label(circulation), multiline=True, optional=True),
    ]


def _words_label(circulation: Circulation) -> str:
    if circulation.asks_for == "comments":
        return "Comments"
    return "Suggestions, the change asked for, or the reason"


def positions(circulation: Circulation) -> tuple[Option, ...]:
    """What an agency can have answered, as `position|capacity`."""
    if circulation.asks_for == "comments":
        return (
            Option(f"{Position.CLEARED.value}|", "No comments"),
            Option(f"{Position.CLEARED_WITH_SUGGESTIONS.value}|", "Sent comments"),
        )
    found = []
    for position in Position:
        if position is Position.SEEN:
            continue
        label = position.value[0].upper() + position.value[1:]
        if position.clears and circulation.heads:
            found += [
                Option(f"{position.value}|{c.value}", f"{label}, {c.value}") for c in Capacity
            ]
        else:
            found.append(Option(f"{position.value}|", label))
    return tuple(found)


def read_entries(
    snapshot: Snapshot, circulation: Circulation, batch: Batch, answers: Answers, now: datetime
) -> tuple[Received, ...]:
    """The answers entered, one an agency; raises Incomplete with all that is amiss.

    `now` is aware plan time.
    """
    errors: dict[str, str] = {}
    found = [_entry(snapshot, circulation, a, answers, now, errors) for a in batch.agencies]
    if errors:
        raise Incomplete(errors)
    return tuple(entry for entry in found if entry is not None)


def _entry(
    snapshot: Snapshot,
    circulation: Circulation,
    agency: str,
    answers: Answers,
    now: datetime,
    errors: dict[str, str],
) -> Received | None:
    chosen = answers.text(f"position:{agency}")
    how, on = answers.text(f"how:{agency}"), answers.day(f"on:{agency}")
    texts = {part: answers.text(f"{part}:{agency}") for part in ("from", "quote", "words")}
    file = answers.file(f"file:{agency}")
    wrong: dict[str, str] = {}
    if chosen not in {option.value for option in positions(circulation)}:
        wrong["position"] = "Please choose the answer."
    if how not in HOW:
        wrong["how"] = "Please choose how it came."
    if not texts["from"]:
        wrong["from"] = "Please enter from whom it came."
    if not texts["quote"] and file is None:
        wrong["quote"] = "Please enter the words of the answer, or choose a file that shows it."
    for part, text in texts.items():
        most = MOST_NAME if part == "from" else MOST_TEXT
        if len(text) > most:
            wrong[part] = f"Please keep it to {most} characters."
    wrong |= _day_amiss(snapshot, circulation, on, now)
    position, _, capacity = chosen.partition("|")
    if "position" not in wrong:
        wrong |= _words_amiss(circulation, Position(position), texts["words"])
    if wrong or on is None:
        errors |= {f"{part}:{agency}": sentence for part, sentence in wrong.items()}
        return None
    return Received(
        agency,
        Position(position),
        Capacity(capacity) if capacity else None,
        on,
        texts["from"],
        how,
        texts["quote"],
        file,
        texts["words"],
    )


def _day_amiss(
    snapshot: Snapshot, circulation: Circulation, on: date | None, now: datetime
) -> Mapping[str, str]:
    today = snapshot.day(now)
    year = snapshot.plan.plan.first_day.year
    opened = snapshot.day(circulation.opened_at)
    if on is None:
        return {"on": "Please choose the day on which it was received."}
    if on > today:
        return {"on": f"That day is still to come; today is {day_text(today, year)}."}
    if on < opened:
        return {"on": f"The circulation opened on {day_text(opened, year)} only."}
    late = received_at(snapshot, circulation, on, now) > circulation.closes_at
    if late and circulation.rule != "unanimity":
        closing = closing_words(snapshot, circulation)
        return {"on": f"Answers were taken until {closing}; later ones change nothing any more."}
    return {}


def _words_amiss(circulation: Circulation, position: Position, words: str) -> Mapping[str, str]:
    if words and position not in _TAKES_WORDS:
        return {
            "words": "That answer goes with no such words; please choose another answer, or leave "
            "them in the words of the answer above."
        }
    if not words and circulation.asks_for == "comments" and position in _NEEDS_WORDS:
        return {"words": "Please enter the comments, or they are in no table."}
    if not words and position in _NEEDS_WORDS:
        return {"words": _NEEDS_WORDS[position]}
    return {}
