"""The text for an e-mail to agencies outside the chat, ready to be copied by the secretariat."""

from __future__ import annotations

from collections.abc import Iterator

from coordination.absent import absent
from coordination.actions import Action
from coordination.cards import RULES, closing_words
from coordination.documents import digest_shown
from coordination.messages.parts import (
    Button,
    Link,
    Message,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.messages.wording import listed
from coordination.records import Circulation
from coordination.rights import require_chair
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.take_back import known_circulation
from workplan.membership import chair_on

_ASKED = {
    "comments": "your agency’s comments on",
    "endorsement": "your agency’s endorsement of",
    "clearance": "clearance by your head of agency of",
}
_ANSWERS = (
    "cleared",
    "cleared, with suggestions at the Chair’s discretion (please add them)",
    "cleared subject to a change (please say which)",
    "cannot clear as drafted (please say why)",
    "stands aside (does not join, does not prevent it)",
)
_COMMENTS = (
    "no comments",
    "comments (please give for each its place in the text and the wording you propose)",
)


def email_button(circulation: Circulation) -> Button:
    """Shows the text; for those who run the plan."""
    return Button(Action.EMAIL_TEXT, "E-mail text", str(circulation.id))


async def email_text_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """The text of an e-mail about a circulation; `value` is its id."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    circulation = known_circulation(snapshot, value)
    if not circulation.state.takes_answers:
        raise Refused(
            f"{circulation.named}, is {circulation.state.in_words}: "
            "there is nothing to answer any more."
        )
    return Reply(_shown(snapshot, circulation, asker))


def _shown(snapshot: Snapshot, circulation: Circulation, asker: Asker) -> Message:
    found = absent(snapshot, circulation.voices, snapshot.day(asker.at)).agencies
    names = listed([snapshot.agency_short(a) for a in found])
    whom = f" {names} can be reached by e-mail only." if found else ""
    parts: list[Part] = [Note(line(f"To be copied into an e-mail.{whom}"))]
    if circulation.document is not None:
        name = circulation.document_name or "the document"
        file = Link(circulation.link, name) if circulation.link else name
        parts.append(Note(line("Please attach ", file, ".")))
    parts.append(Paragraph(line(bold("Subject: "), email_subject(snapshot, circulation))))
    parts += [Paragraph(line(words)) for words in email_body(snapshot, circulation)]
    return message(*parts)


def email_subject(snapshot: Snapshot, circulation: Circulation) -> str:
    """The subject, with the closing time in both zones."""
    return (
        f"{snapshot.plan.plan.group}: {circulation.title}, version {circulation.version}, for "
        f"{circulation.asks_for} by {closing_words(snapshot, circulation)}"
    )


def email_body(snapshot: Snapshot, circulation: Circulation) -> tuple[str, ...]:
    """The paragraphs of the body, plain text without any mark-up."""
    return ("Dear colleagues,", *_what(snapshot, circulation), *_how(snapshot, circulation))


def _what(snapshot: Snapshot, circulation: Circulation) -> Iterator[str]:
    yield (
        f"The Chair asks for {_ASKED[circulation.asks_for]} “{circulation.title}”, version "
        f"{circulation.version}."
    )
    if circulation.document is None:
        yield f"The document: {circulation.link}"
    else:
        name = circulation.document_name or "the document"
        yield (
            f"The document is attached: {name} (its SHA-256 begins with "
            f"{digest_shown(circulation)})."
        )
    before = snapshot.circulations.get(circulation.supersedes or 0)
    if before is not None and circulation.editorial:
        yield (
            f"It differs from version {before.version} in editorial changes only; an answer given "
            f"to version {before.version} holds for it unless you take it back."
        )
    elif before is not None:
        yield f"It takes the place of version {before.version}; answers to that no longer count."
    yield RULES[circulation.rule]
    if circulation.note:
        yield f"The Chair adds: {circulation.note}"


def _how(snapshot: Snapshot, circulation: Circulation) -> Iterator[str]:
    yield (
        f"Please answer by {closing_words(snapshot, circulation)}, in reply to this e-mail, with "
        "one of:"
    )
    answers = _COMMENTS if circulation.asks_for == "comments" else _ANSWERS
    yield "\n".join(f"- {answer}" for answer in answers)
    if circulation.heads:
        yield (
            "Please say whether the clearance is given by the head of agency or by a delegated "
            "officer; one at working level is noted, but does not yet count."
        )
    yield "The secretariat enters your answer in the record, with the day on which it came."
    chair = chair_on(snapshot.plan, snapshot.day(circulation.opened_at))
    of = f" ({snapshot.agency_short(chair)})" if chair else ""
    yield f"With kind regards,\nfor the Chair{of}, the secretariat"
