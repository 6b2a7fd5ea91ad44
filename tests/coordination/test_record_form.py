"""What the form for entered answers asks: of heads, of many agencies, on a text for comments."""

from datetime import UTC, date, datetime

import pytest

from coordination.records import CirculationState
from coordination.services import Reply
from tests.coordination.circulating import state
from tests.coordination.desk import SECRETARY, desk_of
from tests.coordination.recording import acts, amiss, entered, opened
from tests.workplan.making import milestone, plan

MANY = plan(
    milestone(
        "statement",
        "circulation",
        "end of February",
        owners=["a01"],
        title="Circulate the statement",
        asks={"for": "clearance", "of": "all", "within": "10wd"},
    ),
    agencies=[{"id": f"a{n:02}", "short": f"A{n:02}", "name": f"Agency {n}"} for n in range(1, 15)],
    chair=[{"agency": "a01", "from": "2027-01-01", "until": "2027-12-31"}],
)


def blocks(form):
    """The number of blocks a form has at least."""
    return len(form.items)


@pytest.fixture
async def wide(ready_file, tmp_path):
    async with desk_of(MANY, ready_file, tmp_path) as made:
        await made.name("a01")
        await made.circulate("statement")
        yield made


async def test_where_heads_clear_the_form_asks_in_whose_name(wide):
    form = await opened(wide, "a02", item="statement")
    choice = next(f for f in form.fields if f.name == "position:a02")
    labels = [o.label for o in choice.options]
    assert labels == [
        "Cleared, by the head",
        "Cleared, by a delegated officer",
        "Cleared, at working level",
        "Cleared with suggestions, by the head",
        "Cleared with suggestions, by a delegated officer",
        "Cleared with suggestions, at working level",
        "Cleared subject to a change",
        "Cannot clear as drafted",
        "Stands aside",
        "Agrees to be left out",
    ]
    reply = await wide.submit(SECRETARY, form, **entered("a02", "cleared|by the head"))
    assert "A02: cleared, by the head" in reply.message.text
    (act,) = acts(wide)
    assert act.capacity is not None and act.capacity.binds


async def test_fourteen_agencies_are_three_forms_each_recorded_as_it_is_sent(wide):
    ids = [a.id for a in MANY.agencies]
    form = await opened(wide, *ids, item="statement")
    sizes, rest = [], ids
    while not isinstance(form, Reply):
        assert blocks(form) < 100
        mine, rest = rest[:6], rest[6:]
        sizes.append(len(mine))
        following = f"{len(rest)} agencies follow on the next one"
        assert (following in str(form.items)) is bool(rest)
        values = {
            k: v for a in mine for k, v in entered(a, "cleared|by a delegated officer").items()
        }
        form = await wide.submit(SECRETARY, form, **values)
        assert len(acts(wide)) == sum(sizes)
        if rest:
            assert "Recorded for “The statement”, version 1, 6 answers: A" in str(form.items[0])
    assert sizes == [6, 6, 2]
    assert state(wide).state is CirculationState.CLEARED


async def test_on_a_text_for_comments_an_agency_sent_some_or_had_none(desk):
    await desk.circulate("survey")
    form = await opened(desk, "bb", "cc", item="survey")
    choice = next(f for f in form.fields if f.name == "position:bb")
    assert [o.label for o in choice.options] == ["No comments", "Sent comments"]
    errors = await amiss(desk, form, **(entered("bb") | entered("cc", "cleared with suggestions|")))
    assert errors == {"words:cc": "Please enter the comments, or they are in no table."}
    reply = await desk.submit(
        SECRETARY,
        form,
        **(entered("bb") | entered("cc", "cleared with suggestions|", words="Shorter, please.")),
    )
    assert "BB: no comments; CC: comments." in reply.message.text
    (comment,) = await desk.storage.comments(1)
    assert (comment.kind, comment.text) == ("comment", "Shorter, please.")


async def test_on_a_text_for_comments_later_ones_are_refused(desk):
    await desk.circulate("survey")
    form = await opened(desk, "bb", item="survey")
    desk.clock.move_to(datetime(2027, 1, 12, 9, tzinfo=UTC))  # nobody has closed it yet
    errors = await amiss(desk, form, **entered("bb", on=date(2027, 1, 12)))
    assert "Answers were taken until Mon 11 January 18:00 Paris" in errors["on:bb"]
