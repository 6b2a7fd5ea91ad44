"""A desk for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.coordination.desk import Desk, desk_of
from tests.workplan.making import milestone, plan

PLAN = plan(
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
    milestone(
        "survey",
        "circulation",
        "in March",
        owners=["aa"],
        title="Circulate the survey",
        asks={"for": "comments", "of": "all", "within": "5wd"},
    ),
    milestone("report", "publication", "by May", owners=["bb"], title="Report", needs="draft"),
    milestone("review", "task", "2w after report", owners=["cc"], title="Review the report"),
    milestone("forum", "event", "10-11 June or 17-18 June 2027", title="Forum & <fair>"),
    milestone("fund", "task", "in October", title="Spend the fund", pending="a letter"),
)


@pytest.fixture
async def desk(ready_file: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """Agencies aa (in the chair until June), bb and cc, each with a focal point."""
    async with desk_of(PLAN, ready_file, tmp_path) as made:
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made
