"""The form to circulate a document: which item, then all the rest with the plan's values in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coordination.absent import absent, absent_words
from coordination.answer_period import answer_period, closing_zone, told
from coordination.asked import (
    asked_of,
    circulates,
    interested_words,
    next_version,
    planned,
    require_circulable,
    versions_of,
)
from coordination.find import find_milestone
from coordination.links import LONGEST_LINK
from coordination.messages.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    Field,
    FileField,
    FileRef,
    Form,
    FormName,
    Incomplete,
    Option,
    TextField,
    TimeField,
)
from coordination.messages.milestones import document_title
from coordination.messages.parts import Note, Paragraph, Part, bold, line
from coordination.messages.wording import city, day_text, listed
from coordination.services import Asker, Refused, Services
from coordination.snapshot import Snapshot
from coordination.versions import previous
from workplan.membership import members_on
from workplan.schedule import ScheduledMilestone

MOST_OPTIONS = 100
MOST_LABEL = 75
MOST_ABOUT = 1_900

CHOOSE = "choose"
"""In place of `all` and `interested`: the agencies chosen in the field below."""

FOR = {
    "comments": "Comments",
    "endorsement": "Endorsement by the group",
    "clearance": "Clearance by the heads of agency",
}
RULES = {
    "unanimity": "Every agency asked has to clear it",
    "silence": "It stands adopted if no agency says otherwise",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a form of this kind is about; hints that are checked when it comes back."""

    milestone: str | None = None
    version: int = 0
    links: tuple[str, ...] = ()
    files: tuple[FileRef, ...] = ()

    def written(self) -> str:
        """As it goes with the form; what is too long for that is left out, the last first."""
        links, files = list(self.links), list(self.files)
        while True:
            data = {
                "milestone": self.milestone,
                "version": self.version,
                "links": links,
                "files": [[f.id, f.name[-MOST_LABEL:]] for f in files],
            }
            text = json.dumps(data, ensure_ascii=False)
            if len(text) <= MOST_ABOUT:
                return text
            (links or files).pop()

    @classmethod
    def read(cls, text: str) -> About:
        """What was written; raises Refused for anything else."""
        try:
            data = json.loads(text)
            milestone = data["milestone"]
            files = tuple(FileRef(str(id), str(name)) for id, name in data["files"])
            links = tuple(str(link) for link in data["links"])
            return cls(milestone and str(milestone), int(data["version"]), links, files)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise Refused("That form does not work any more; please circulate again.") from None

    def document(self, chosen: str) -> str | FileRef:
        """The link or file that was chosen of several (`file:0`), or the only one; "" for none.

        Raises Incomplete where one is still to be chosen.
        """
        offered: dict[str, str | FileRef] = {f"file:{n}": f for n, f in enumerate(self.files)}
        offered |= {f"link:{n}": link for n, link in enumerate(self.links)}
        if len(offered) > 1 and chosen not in offered:
            raise Incomplete({"which": "Please choose which of these is the document."})
        return offered.get(chosen) or next(iter(offered.values()), "")


def choose_form(
    services: Services, asker: Asker, about: About | None = None, text: str = ""
) -> Form:
    """The first step where no item was named, or several documents could be meant.

    `text` may name the item: it is proposed then, and still for the person to confirm.
    """
    snapshot, about = services.snapshot, about or About()
    options = _items(snapshot, snapshot.day(asker.at))
    if not options:
        raise Refused("The plan circulates nothing that could be circulated now.")
    named = find_milestone(snapshot, text).item if text else None
    value = named.id if named and named.id in {o.value for o in options} else None
    items: list[Field | Part] = [
        ChoiceField("milestone", "Which document of the plan is it?", options, value)
    ]
    documents = _documents(about)
    if len(documents) > 1:
        items.append(ChoiceField("which", "Which of these is it?", documents, radio=True))
    elif documents:
        items.append(Note(line(f"The document: {documents[0].label}")))
    return Form(
        FormName.CIRCULATE, "Circulate a document", "Continue", tuple(items), about.written()
    )


def _items(snapshot: Snapshot, today: date) -> tuple[Option, ...]:
    """The milestones that can be circulated, the nearest first, what is done and undated last."""
    year = snapshot.plan.plan.first_day.year

    def distance(item: ScheduledMilestone) -> tuple[bool, bool, int, int]:
        day = item.due or item.expected
        return item.closed, day is None, abs((day - today).days) if day else 0, item.position

    found = [i for i in snapshot.schedule.milestones if circulates(i) and not i.pending]
    options = []
    for item in sorted(found, key=distance)[:MOST_OPTIONS]:
        day = item.due or item.expected
        hint = day_text(day, year) if day else "no date yet"
        old = previous(versions_of(snapshot, item.id))
        if old is not None:
            hint += f"; version {old.version} is {old.state.in_words}"
        options.append(Option(item.id, _short(document_title(item)), _short(hint)))
    return tuple(options)


def _documents(about: About) -> tuple[Option, ...]:
    files = [Option(f"file:{n}", _short(f.name)) for n, f in enumerate(about.files)]
    links = [Option(f"link:{n}", _short(link)) for n, link in enumerate(about.links)]
    return tuple((files + links)[:10])


def circulate_form(
    services: Services,
    asker: Asker,
    item: ScheduledMilestone,
    link: str = "",
    file: FileRef | None = None,
) -> Form:
    """The form for one item, with the plan's values; `link` or `file` is the document's.

    Raises Refused for what the plan does not circulate.
    """
    require_circulable(item)
    snapshot = services.snapshot
    earlier = versions_of(snapshot, item.id)
    old, number = previous(earlier), next_version(earlier)
    parts: list[Field | Part] = [Paragraph(line(bold(document_title(item)), f": version {number}"))]
    if any(c.state.takes_answers for c in earlier):
        parts.append(Note(line("The version that is open now will be superseded.")))
    parts += _document_fields(link, file)
    parts += _asks_fields(snapshot, asker, item)
    parts += _closing_fields(snapshot, asker, item)
    parts.append(TextField("note", "A note to the agencies", multiline=True, optional=True))
    if old is not None:
        parts.append(_editorial_field(old.version))
    about = About(item.id, number, files=(file,) if file else ())
    return Form(
        FormName.CIRCULATE, "Circulate a document", "Circulate", tuple(parts), about.written()
    )


def _document_fields(link: str, file: FileRef | None) -> list[Field | Part]:
    out: list[Field | Part] = []
    hint = "Either a link, or a file below."
    if file is not None:
        hint = f"Leave both fields empty to circulate the file “{file.name}” of that message."
    out.append(
        TextField("link", "Link to the document", link, optional=True, most=LONGEST_LINK, hint=hint)
    )
    kept = (
        "It is kept as you hand it in, with its SHA-256; a copy goes into the thread. Up to 10 MB."
    )
    out.append(FileField("document", "The document as a file", optional=True, hint=kept))
    return out


def _asks_fields(snapshot: Snapshot, asker: Asker, item: ScheduledMilestone) -> list[Field | Part]:
    asks, day = planned(item), snapshot.day(asker.at)
    named = asks.of if isinstance(asks.of, tuple) else ()
    members = members_on(snapshot.plan, day)
    everyone = [a.id for a in members]
    taking = interested_words(snapshot, item, asker.at) or "They are: " + _names(
        snapshot, asked_of(snapshot, item, "interested", asker.at)
    )
    who = (
        Option("all", "All members of today"),
        Option("interested", "Those that said they take part"),
        Option(CHOOSE, "The agencies chosen below"),
    )
    of = asks.of if isinstance(asks.of, str) else CHOOSE
    out: list[Field | Part] = [
        ChoiceField("for", "For what", tuple(Option(k, v) for k, v in FOR.items()), asks.for_),
        ChoiceField("of", "Of whom", who, of, hint=taking, radio=True),
        ChoicesField(
            "agencies",
            "Agencies",
            tuple(Option(a.id, _short(a.short)) for a in members[:MOST_OPTIONS]),
            tuple(a for a in named if a in everyone),
            optional=True,
        ),
        _rule_field(item),
    ]
    out += [Note(line(n)) for n in absent_words(snapshot, absent(snapshot, everyone, day))]
    return out


def _rule_field(item: ScheduledMilestone) -> ChoiceField:
    """Silence is offered only where the plan says it."""
    silent = planned(item).rule == "silence"
    offered = ("unanimity", "silence") if silent else ("unanimity",)
    value = "silence" if silent else "unanimity"
    options = tuple(Option(rule, RULES[rule]) for rule in offered)
    hint = "Comments need no rule: they are taken until the closing time."
    return ChoiceField("rule", "How it is decided", options, value, hint=hint, radio=True)


def _closing_fields(
    snapshot: Snapshot, asker: Asker, item: ScheduledMilestone
) -> list[Field | Part]:
    period = answer_period(snapshot, item, asker.at)
    where = city(closing_zone(snapshot))
    hint = told(snapshot, period) or f"The plan gives {period.within} for the answers."
    at = snapshot.plan.calendar.closing_time.time
    return [
        DayField("closing_day", "Answers are due on", period.proposed, hint=hint),
        TimeField("closing_time", f"at ({where} time)", at),
    ]


def _editorial_field(version: int) -> ChoiceField:
    options = (
        Option("no", f"It takes the place of version {version}; every agency is asked anew"),
        Option("yes", "Editorial changes only: the answers given carry over"),
    )
    hint = (
        "Each agency whose answer carries over is told, and can take its own back until it closes."
    )
    label = f"Compared with version {version}"
    return ChoiceField("editorial", label, options, "no", hint=hint, radio=True)


def _names(snapshot: Snapshot, agencies: Iterable[str]) -> str:
    return listed([snapshot.agency_short(a) for a in agencies]) + "."


def _short(label: str) -> str:
    return label if len(label) <= MOST_LABEL else label[: MOST_LABEL - 1].rstrip() + "…"
