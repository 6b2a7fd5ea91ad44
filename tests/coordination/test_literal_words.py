"""Signs that a search could read as "anything" are characters like any other."""

import pytest

from tests.coordination.desk import SECRETARY, desk_of
from tests.workplan.making import milestone, plan

PLAN = plan(
    milestone("whole", title="Pay 100% of the fund"),
    milestone("more", title="Pay 1000 of the fund"),
    milestone("under", title="Agree on snake_case"),
    milestone("other", title="Agree on snakeXcase"),
)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("words", "title"),
    [("100%", "Pay 100% of the fund"), ("snake_case", "Agree on snake_case")],
)
async def test_they_find_what_holds_them(desk, words, title):
    assert (await desk.ask(SECRETARY, f"show {words}")).text.startswith(title)


@pytest.mark.parametrize("words", ["%", "_", "s%e", "snake_cas_", "%%%"])
async def test_they_match_nothing_else(desk, words):
    told = (await desk.ask(SECRETARY, f"show {words}")).text
    assert not told.startswith(("Pay", "Agree"))
