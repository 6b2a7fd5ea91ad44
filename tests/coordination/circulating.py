"""A plan with every way of circulating, and the form to do so filled in."""

from __future__ import annotations

from contextlib import asynccontextmanager

from coordination.messages.forms import Form, Incomplete
from coordination.messages.parts import plain_text
from coordination.ports import Fetched
from tests.coordination.desk import SECRETARY, desk_of
from tests.workplan.making import milestone, plan

LINK = "https://example.org/draft"
DRAFT = Fetched("draft.pdf", "application/pdf", b"%PDF the draft")

CIRCULATED = (
    milestone("kick-off", "meeting", "8 February 2027", owners=["chair"], title="Kick-off"),
    milestone(
        "draft",
        "circulation",
        "end of February",
        owners=["aa"],
        title="Circulate the draft",
        asks={"for": "endorsement", "of": "all", "within": "10wd"},
    ),
    milestone(
        "note",
        "circulation",
        "in March",
        owners=["aa"],
        title="Circulate the note",
        asks={"for": "endorsement", "of": "all", "within": "5wd", "rule": "silence"},
    ),
)
"""What the plans of most tests begin with: a meeting, an endorsement, a silence procedure."""


def survey(of):
    """A text that goes to these agencies for comments."""
    return milestone(
        "survey",
        "circulation",
        "in March",
        owners=["aa"],
        title="Circulate the survey",
        asks={"for": "comments", "of": of, "within": "5wd"},
    )


PLAN = plan(
    *CIRCULATED,
    survey(["bb", "cc"]),
    milestone(
        "letter",
        "circulation",
        "in April",
        owners=["aa"],
        title="Circulate the letter",
        asks={"for": "clearance", "of": "interested", "within": "10wd"},
    ),
    milestone("report", "publication", "31 March 2027", owners=["bb"], needs="draft"),
    milestone("later", "circulation", "in May", pending="a letter", title="Circulate later"),
    calendar={
        "holidays": {"2027-01-13": "Founders’ Day"},
        "quiet": ["2027-02-01/2027-02-05"],
        "closing_time": "18:00 America/New_York",
    },
)


@asynccontextmanager
async def circulating(ready_file, folder, start="2027-01-04 08:00"):
    """A desk with that plan: aa (in the chair), bb and cc, each with a focal point."""
    async with desk_of(PLAN, ready_file, folder, start) as made:
        made.files.handed_in["F1"] = DRAFT
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made


def said(form: Form) -> str:
    """All that a form says, its hints and options included."""
    words = [plain_text(tuple(i for i in form.items if i not in form.fields))]
    for field in form.fields:
        words += [field.label, field.hint]
        words += [f"{o.label} {o.hint}" for o in getattr(field, "options", ())]
    return "\n".join(words)


def field(form: Form, name: str):
    """A field of a form by its name."""
    return next(f for f in form.fields if f.name == name)


async def opened(desk, item: str, user: str = SECRETARY, **entered):
    """Circulate an item by its form; the reply, or the sentences by field."""
    form = await desk.form(user, f"circulate {item}")
    if not entered.keys() & {"link", "document"}:
        entered["link"] = LINK
    try:
        return await desk.submit(user, form, **entered)
    except Incomplete as no:
        return no.errors


def state(desk, number: int = 1):
    """A circulation as it stands."""
    return desk.services.snapshot.circulations[number]
