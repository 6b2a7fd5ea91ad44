"""Comments together: who may read which, and all that one may read in one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from coordination.clearance_records import Comment
from coordination.messages.legible import one_line
from coordination.messages.sheet import Sheet
from coordination.messages.wording import moment_text
from coordination.records import Circulation
from coordination.rights import represents, runs_the_plan, who_runs
from coordination.services import Refused, Services
from coordination.snapshot import Snapshot
from workplan.membership import owners_on

HEADER = ("Agency", "Place in the text", "Comment", "Proposed wording", "Author’s reply")
WIDTHS = (2, 2, 5, 4, 4)

_ON_THE_TEXT = ("comment", "suggestion")
_MARKED = {"change": "Change asked for: ", "reason": "Reason why it cannot clear: "}


@dataclass(frozen=True, slots=True)
class Reader:
    """In what capacity somebody reads the comments on a circulation.

    `chair`: runs the plan, reads all. `author`: of an agency that owns the milestone, reads what
    was written on the text. `agency`: was asked, reads its own.
    """

    chair: bool = False
    author: bool = False
    agency: str | None = None

    @property
    def may_reply(self) -> bool:
        """Whether it may write the author's reply."""
        return self.author or self.chair

    def reads(self, comment: Comment) -> bool:
        """Whether it is shown this comment; one that was taken back is shown to nobody.

        Reasons and changes are for the chair and the agency itself.
        """
        if comment.withdrawn:
            return False
        if self.chair or comment.agency == self.agency:
            return True
        return self.author and comment.kind in _ON_THE_TEXT


def reader_of(
    services: Services, snapshot: Snapshot, circulation: Circulation, user: str, day: date
) -> Reader | None:
    """What the person may read on that day of the plan's zone; None for nothing."""
    chair = runs_the_plan(snapshot, services.secretariat, user, day)
    mine = represents(snapshot, user)
    author = mine is not None and mine in authors(snapshot, circulation, day)
    asked = mine if mine in circulation.asked else None
    if not chair and not author and asked is None:
        return None
    return Reader(chair, author, asked)


def require_reader(
    services: Services, snapshot: Snapshot, circulation: Circulation, user: str, day: date
) -> Reader:
    """As `reader_of`; raises Refused that says who may."""
    reader = reader_of(services, snapshot, circulation, user, day)
    if reader is None:
        raise Refused(
            f"The comments on “{circulation.title}” are for {who_runs(snapshot, day)}, its "
            "authors, and each agency asked its own."
        )
    return reader


def authors(snapshot: Snapshot, circulation: Circulation, day: date) -> tuple[str, ...]:
    """The agencies whose text it is: those that own the milestone on that day."""
    item = snapshot.schedule.get(circulation.milestone)
    return owners_on(snapshot.plan, item.owners, day) if item else ()


def readable(
    circulation: Circulation, comments: Iterable[Comment], reader: Reader
) -> tuple[Comment, ...]:
    """What the reader is shown: agency by agency as they were asked, each as it wrote."""
    place = {agency: number for number, agency in enumerate(circulation.asked)}
    found = [c for c in comments if reader.reads(c)]
    return tuple(sorted(found, key=lambda c: (place.get(c.agency, len(place)), c.id)))


def cells(snapshot: Snapshot, comment: Comment) -> tuple[str, ...]:
    """A comment as a row under HEADER, whole."""
    return (
        snapshot.agency_short(comment.agency),
        comment.place,
        _MARKED.get(comment.kind, "") + comment.text,
        comment.wording,
        comment.reply,
    )


def comments_sheet(
    snapshot: Snapshot, circulation: Circulation, comments: Sequence[Comment], at: datetime
) -> Sheet:
    """The table whole, with what is to be known of the circulation; `at` is aware plan time.

    `comments` are those that the reader is shown.
    """
    zone = snapshot.plan.plan.timezone
    document = circulation.document_name or circulation.link
    facts = [
        ("Document", document),
        ("Circulated", f"for {circulation.asks_for} on {moment_text(circulation.opened_at, zone)}"),
        ("Closing time", f"{moment_text(circulation.closes_at, zone)} ({circulation.state.value})"),
        ("As of", moment_text(at, zone)),
    ]
    if circulation.document:
        facts.insert(1, ("SHA-256", circulation.document))
    return Sheet(
        f"Comments on “{one_line(circulation.title)}”, version {circulation.version}",
        tuple(facts),
        HEADER,
        tuple(cells(snapshot, comment) for comment in comments),
        WIDTHS,
        at,
    )
