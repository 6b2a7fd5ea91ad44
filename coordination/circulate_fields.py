"""What was entered in the form to circulate a document, field by field; each has its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from coordination.answer_period import closing_at, closing_refusal
from coordination.asked import AskedFor, asked_of, planned
from coordination.circulate_form import CHOOSE
from coordination.links import checked_link
from coordination.messages.forms import MOST_TEXT, Answers, FileRef, Incomplete
from coordination.records import Circulation
from coordination.services import Refused
from coordination.snapshot import Snapshot
from coordination.versions import editorial_refusal, previous
from workplan.clearance import Rule
from workplan.schedule import ScheduledMilestone

_FOR: dict[str, AskedFor] = {name: name for name in get_args(AskedFor)}


@dataclass(frozen=True, slots=True)
class Entered:
    """The answers to the form for one item, at an aware instant of plan time.

    Every method raises Incomplete, with the field and one sentence, for what cannot be taken.
    """

    snapshot: Snapshot
    item: ScheduledMilestone
    now: datetime
    answers: Answers

    def document(self, offered: FileRef | None) -> str | FileRef:
        """The link, or the file; `offered` is that of the message the form was opened on."""
        link, file = self.answers.text("link"), self.answers.file("document")
        if link and file:
            raise Incomplete({"link": "Please give either a link or a file, not both."})
        if link:
            try:
                return checked_link(link)
            except Refused as no:
                raise Incomplete({"link": no.sentence}) from None
        if file is None and offered is None:
            raise Incomplete({"link": "Which document? Give its link here, or a file below."})
        return file or offered or ""

    def asks_for(self) -> AskedFor:
        """For what it goes out."""
        found = _FOR.get(self.answers.text("for"))
        if found is None:
            raise Incomplete({"for": "Please choose for what it goes out."})
        return found

    def rule(self) -> Rule:
        """How it is decided: silence only where the plan says so for just this."""
        chosen, asks_for = self.answers.text("rule"), self.asks_for()
        if asks_for == "comments":
            return "comments"
        if chosen == "unanimity":
            return "unanimity"
        if chosen != "silence":
            raise Incomplete({"rule": "Please choose how it is decided."})
        plan = planned(self.item)
        if plan.rule_in_force != "silence" or plan.for_ != asks_for:
            raise Incomplete(
                {
                    "rule": f"The plan does not say silence for the {asks_for} of "
                    f"“{self.item.title}”; consent is never read from silence unless it does."
                }
            )
        return "silence"

    def asked(self) -> tuple[str, ...]:
        """Who must answer, of the members of today."""
        of, chosen = self.answers.text("of"), self.answers.choices("agencies")
        if of not in ("all", "interested", CHOOSE):
            raise Incomplete({"of": "Please choose of whom it is asked."})
        named = planned(self.item).of
        if of != CHOOSE and chosen and set(chosen) != set(named if named != of else ()):
            raise Incomplete(
                {
                    "of": "You chose agencies below: choose “The agencies chosen below”, "
                    "or none of them."
                }
            )
        if of == CHOOSE:
            return self._chosen(chosen)
        asked = asked_of(self.snapshot, self.item, of, self.now)
        if not asked:
            raise Incomplete({"of": "The group has no member today who could answer."})
        return asked

    def _chosen(self, chosen: Iterable[str]) -> tuple[str, ...]:
        members = asked_of(self.snapshot, self.item, "all", self.now)
        strangers = [a for a in chosen if a not in members]
        if strangers:
            short = self.snapshot.agency_short(strangers[0])
            raise Incomplete({"agencies": f"{short} is not a member of the group today."})
        asked = tuple(a for a in members if a in set(chosen))
        if not asked:
            raise Incomplete({"agencies": "Please choose at least one agency."})
        return asked

    def closes_at(self) -> datetime:
        """When answers are due (UTC)."""
        day, hour = self.answers.day("closing_day"), self.answers.time("closing_time")
        if day is None:
            raise Incomplete({"closing_day": "Until which day are answers due?"})
        if hour is None:
            raise Incomplete({"closing_time": "Until what time of that day are answers due?"})
        refusal = closing_refusal(self.snapshot, day, hour, self.now)
        if refusal is not None:
            raise Incomplete({f"closing_{refusal[0]}": refusal[1]})
        return closing_at(self.snapshot, day, hour)

    def note(self) -> str:
        """The chair's words to the agencies."""
        note = self.answers.text("note")
        if len(note) > MOST_TEXT:
            raise Incomplete(
                {"note": f"That is longer than {MOST_TEXT:,} characters; please shorten it."}
            )
        return note

    def editorial(self, earlier: Iterable[Circulation]) -> bool:
        """Whether the answers to the latest of the versions before carry over."""
        if self.answers.text("editorial") != "yes":
            return False
        old = previous(earlier)
        acts = self.snapshot.state.acts.get(old.id, ()) if old else ()
        no = editorial_refusal(old, acts, self.asks_for(), self.rule())
        if no is not None:
            raise Incomplete({"editorial": no})
        return True
