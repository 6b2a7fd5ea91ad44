"""The reminder of an answer still to come, with a note that the last one carries for the head."""

from __future__ import annotations

from coordination.actions import Action
from coordination.cards import closing_text, standings
from coordination.messages.nobody import nobody_there
from coordination.messages.parts import (
    Button,
    Buttons,
    Inline,
    Link,
    Note,
    Paragraph,
    Part,
    Quote,
    Text,
    bold,
    line,
)
from coordination.records import Circulation, Reminder
from coordination.snapshot import Snapshot

LAST = "0"
"""The step of the closing day."""

_ASKED = {
    "endorsement": "to endorse",
    "clearance": "for your head of agency’s clearance of",
}


def reply_due(snapshot: Snapshot, reminder: Reminder) -> tuple[Part, ...]:
    """What is asked of the agency until when and where; nothing for an unknown circulation."""
    circulation = snapshot.circulations.get(int(reminder.subject.partition(":")[2]))
    if circulation is None:
        return ()
    until = closing_text(snapshot, circulation.closes_at)
    place: Inline = Text("the message")
    if circulation.permalink:
        place = Link(circulation.permalink, "the message")
    words = line(
        bold(circulation.title),
        f" — version {circulation.version}, circulated for {circulation.asks_for}, "
        f"open until {until}. {_still_to_come(snapshot, circulation, reminder)}: please ",
        "answer on " if _at_working_level(snapshot, circulation, reminder) else "react on ",
        place,
        ".",
    )
    parts: list[Part] = [Paragraph(words)]
    if reminder.for_empty:
        nobody = nobody_there(snapshot, reminder.agency)
        parts.append(Note(line(f"{nobody}; please reach it by e-mail.")))
    elif reminder.step == LAST and circulation.asks_for != "comments":
        parts.append(Note(line("A note you can forward to the office of your head of agency:")))
        parts.append(Quote(line(note_to_forward(snapshot, circulation, reminder))))
    parts.append(Buttons((Button(Action.SHOW, "Show", circulation.milestone),)))
    return tuple(parts)


def note_to_forward(snapshot: Snapshot, circulation: Circulation, reminder: Reminder) -> str:
    """Plain text for the head's office: what is asked, the document, until when, how to answer."""
    agency = next((a for a in snapshot.plan.agencies if a.id == reminder.agency), None)
    name = agency.name if agency else "your agency"
    person = snapshot.people.get(reminder.audience)
    contact = person.name if person else "your focal point"
    document = circulation.link
    if circulation.document:
        document = f"{circulation.document_name or 'attached'} (SHA-256 {circulation.document})"
    silence = "Silence is not taken as consent."
    if circulation.rule == "silence":
        silence = "It stands adopted at the closing time if no agency says otherwise."
    return "\n".join(
        (
            f"To the office of the head of {name}",
            f"The Chair of the {snapshot.plan.plan.group} asks {_ASKED[circulation.asks_for]} "
            f"{circulation.named}.",
            f"Document: {document}",
            f"Closing time: {closing_text(snapshot, circulation.closes_at)}",
            "Possible answers: cleared; cleared, with suggestions; cleared subject to a change "
            "(which one); cannot clear as drafted (and why); stands aside; more time. "
            f"{silence}",
            f"Please answer to {contact}, who records it.",
        )
    )


def _still_to_come(snapshot: Snapshot, circulation: Circulation, reminder: Reminder) -> str:
    agency = snapshot.agency_short(reminder.agency) if reminder.agency else "your agency"
    if _at_working_level(snapshot, circulation, reminder):
        return (
            f"{agency} has cleared it at working level; the clearance of its head is still to come"
        )
    return f"The reply of {agency} is still to come"


def _at_working_level(snapshot: Snapshot, circulation: Circulation, reminder: Reminder) -> bool:
    found = standings(snapshot, circulation).get(reminder.agency or "")
    return found is not None and found.position is not None
