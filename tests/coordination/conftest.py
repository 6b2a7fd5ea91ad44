"""A desk for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.coordination.circulating import CIRCULATED, survey
from tests.coordination.desk import Desk, desk_of
from tests.workplan.making import milestone, plan

PLAN = plan(
    *CIRCULATED,
    survey("all"),
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
