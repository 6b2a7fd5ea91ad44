"""Values come back as they went in, on both databases."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.records import Entry, MilestoneChange
from storage.engine import Database
from storage.types import storable
from tests.storage.builders import NOW, circulation, person
from workplan.window import Span, Window

quick = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
zones = st.sampled_from(
    [UTC, ZoneInfo("Europe/Zurich"), ZoneInfo("Asia/Kathmandu"), timezone(timedelta(hours=-12))]
)
NAIVE = NOW.replace(tzinfo=None)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))


async def test_a_naive_instant_is_refused(database: Database) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(ValueError, match="time zone"):
            await work.journal.add(Entry(NAIVE, "bot", "x", "plan"))
    with pytest.raises(ValueError, match="time zone"):
        await database.remember_instant(NAIVE)


@quick
@given(at=st.datetimes(NAIVE.replace(1900), NAIVE.replace(2200), timezones=zones))
async def test_an_instant_comes_back_aware_and_equal(database: Database, at: datetime) -> None:
    async with database.unit_of_work() as work:
        await work.journal.add(Entry(at, "bot", "x", "plan"))
        (found,) = await work.journal.of("plan", 1)
    assert found.at == at.astimezone(UTC)  # a time that a clock change skips equals nothing
    assert found.at.tzinfo is UTC


@st.composite
def windows(draw: st.DrawFn) -> Window:
    spans = []
    for start in draw(st.lists(days, min_size=1, max_size=4)):
        length = draw(st.none() | st.integers(0, 400))
        if length is None:
            spans.append(Span(start, None))
        else:
            spans.append(Span(start, start + timedelta(days=length), draw(st.booleans())))
    return Window(tuple(spans))


@quick
@given(
    window=st.none() | windows(),
    done=st.none() | days,
    words=st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    told=st.none() | st.tuples(windows(), st.just(NOW)),
)
async def test_a_milestones_change_comes_back_equal(
    database: Database,
    window: Window | None,
    done: date | None,
    words: str | None,
    flags: tuple[bool, bool, bool, bool],
    told: tuple[Window, datetime] | None,
) -> None:
    confirmed, activated, cancelled, postponed = flags
    change = MilestoneChange(
        "handbook", words, window, confirmed, done, activated, cancelled, postponed, *(told or ())
    )
    async with database.unit_of_work() as work:
        await work.milestones.put(change)
        assert await work.milestones.get("handbook") == change


@quick
@given(
    detail=st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text() | st.floats(0, 1),
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=5,
        ),
        max_size=4,
    )
)
async def test_the_detail_of_an_entry_comes_back_equal_whatever_its_characters(
    database: Database, detail: dict[str, object]
) -> None:
    async with database.unit_of_work() as work:
        await work.journal.add(Entry(NOW, "bot", "x", "plan", detail))
        (found,) = await work.journal.of("plan", 1)
    assert found.detail == detail


async def test_a_detail_that_is_no_json_is_refused(database: Database) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(TypeError):
            await work.journal.add(Entry(NOW, "bot", "x", "plan", {"day": date(2010, 1, 4)}))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\0b", "a\ufffdb"),
        ("a\ud83d", "a\ufffd"),
        ("\u202eright to left", "\u202eright to left"),
        ("日本 🌍", "日本 🌍"),
        ("'; DROP TABLE people; --", "'; DROP TABLE people; --"),
    ],
)
async def test_hostile_characters_are_kept_or_replaced_and_never_fail(
    database: Database, given: str, kept: str
) -> None:
    assert storable(given) == kept
    async with database.unit_of_work() as work:
        await work.people.put(person(given, name=given))
        found = await work.people.get(given)
        added = await work.circulations.add(circulation(title=given))
        assert found is not None
        assert found.name == kept
        again = await work.circulations.get(added.id)
        assert again is not None
        assert again.title == kept
