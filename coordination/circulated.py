"""The receipt of a circulation that was opened: what is left to do, and the text for an e-mail."""

from __future__ import annotations

from coordination.absent import absent, absent_words
from coordination.answer_period import late_words
from coordination.cards import closing_text
from coordination.email_text import email_button
from coordination.gate import shut_words
from coordination.messages.parts import Buttons, Message, Note, Paragraph, Part, line, message
from coordination.messages.wording import listed
from coordination.opening import Opened
from coordination.snapshot import Snapshot


def receipt(snapshot: Snapshot, opened: Opened) -> Message:
    """What the chair reads once it is open, with what is left to do by e-mail."""
    made = opened.circulation
    parts: list[Part] = [
        Paragraph(
            line(
                f"Circulated: “{made.title}”, version {made.version}, open until "
                f"{closing_text(snapshot, made.closes_at)}."
            )
        )
    ]
    day = snapshot.day(made.opened_at)
    told = (opened.milestone, shut_words(snapshot, made), late_words(snapshot, made))
    notes = [words for words in told if words]
    notes += absent_words(snapshot, absent(snapshot, made.asked, day))
    if opened.carried:
        names = listed([snapshot.agency_short(a) for a in opened.carried])
        notes.append(
            f"The answers of {names} carried over; each was told and can take its own back."
        )
    if made.editorial and not opened.carried:
        notes.append("No answer stood that could carry over.")
    untold = absent(snapshot, opened.carried, day).agencies
    if untold:
        names = listed([snapshot.agency_short(a) for a in untold])
        notes.append(f"Please tell {names} by e-mail that the answer carried over.")
    parts += [Note(line(note)) for note in notes]
    parts.append(Buttons((email_button(made),)))
    return message(*parts)
