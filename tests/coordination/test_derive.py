"""Which reminders plan and state call for, to whom and when: pure, so held without any part."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordination.people_records import Snooze
from coordination.records import (
    CHANNEL,
    Acknowledgement,
    Circulation,
    CirculationState,
    GroupState,
    MilestoneChange,
    Person,
    Role,
    Topic,
)
from coordination.remind import UNREACHED, derive, derive_until, moment
from coordination.snapshot import Snapshot, resolve_on
from tests.workplan.making import milestone, plan
from workplan.clearance import Act, Position

START = datetime(2027, 1, 4, 9, tzinfo=UTC)
TASK = milestone("task", "task", "28 May 2027", owners=["bb"])
TALK = milestone("talk", "meeting", "10-11 June or 17-18 June 2027", owners=["bb"])


def person(agency, role=Role.FOCAL, user=None, zone=None, active=True):
    return Person(user or f"U{agency.upper()}", "T1", agency, agency, role, zone, active)


def circulation(opened="2027-02-01 10:00", closes="2027-02-12 18:00", **more):
    zone = ZoneInfo("Europe/Paris")
    opened_at, closes_at = (
        datetime.fromisoformat(t).replace(tzinfo=zone).astimezone(UTC) for t in (opened, closes)
    )
    found = {"asked": ("aa", "bb"), "opened_by": "UAA", "rule": "unanimity", **more}
    return Circulation(
        1, "task", 1, "The text", "https://e.org", "endorsement",
        opened_at=opened_at, closes_at=closes_at, **found,
    )  # fmt: skip


def picture(made=None, *people, day=date(2027, 1, 4), **state):
    made = made or plan(TASK)
    kept = GroupState(people=people, **state)
    return Snapshot(made, resolve_on(made, kept, day), (), kept)


def called(snapshot, secretariat=("USEC",)):
    """(step, audience, local moment) of each reminder."""
    return [
        (r.step, r.audience, f"{r.due_at.astimezone(snapshot.zone):%m-%d %H:%M}")
        for r in derive(snapshot, secretariat)
    ]


def steps_of(snapshot, audience):
    return [step for step, to, _ in called(snapshot) if to == audience]


def test_the_ladder_of_a_task_goes_to_its_owners_focal_point_at_notice_time():
    assert called(picture(None, person("aa"), person("bb")))[:3] == [
        ("5wd", "UBB", "05-21 09:00"),
        ("0", "UBB", "05-28 09:00"),
        ("+1wd", "UBB", "05-31 09:00"),
    ]


@pytest.mark.parametrize(
    ("roles", "heads_dm", "told"),
    [
        ([Role.FOCAL, Role.FOCAL], False, {"U0", "U1"}),
        ([Role.FOCAL, Role.ALTERNATE, Role.HEAD], False, {"U0"}),
        ([Role.ALTERNATE, Role.HEAD], False, {"U0"}),
        ([Role.HEAD], False, {"UAA"}),
        ([Role.FOCAL, Role.ALTERNATE, Role.HEAD], True, {"U0", "U2"}),
        ([Role.HEAD], True, {"U0"}),
    ],
)
def test_who_of_an_agency_is_told(roles, heads_dm, told):
    made = plan(TASK, clearance={"heads_dm": heads_dm})
    people = [person("bb", role, f"U{n}") for n, role in enumerate(roles)]
    found = derive(picture(made, person("aa"), *people), ["USEC"])
    assert {r.audience for r in found if r.topic is Topic.LADDER} == told


def test_somebody_who_left_is_told_nothing():
    assert steps_of(picture(None, person("aa"), person("bb", active=False)), "UBB") == []


@pytest.mark.parametrize(
    ("people", "secretariat", "told"),
    [
        ([person("aa")], ["USEC"], "UAA"),
        ([], ["USEC"], "USEC"),
        ([], [], UNREACHED),
    ],
)
def test_an_agency_without_anybody_is_reported_up_and_never_skipped(people, secretariat, told):
    found = derive(picture(None, *people), secretariat)
    ladder = [r for r in found if r.topic is Topic.LADDER]
    assert [(r.audience, r.agency, r.for_empty) for r in ladder] == [(told, "bb", True)] * 2


def test_what_the_chair_is_told_for_two_empty_agencies_stays_two():
    made = plan(milestone("task", "task", "28 May 2027", owners=["bb", "cc"]))
    found = [r for r in derive(picture(made, person("aa")), []) if r.step == "5wd"]
    assert [(r.audience, r.agency) for r in found] == [("UAA", "bb"), ("UAA", "cc")]
    assert len({r.key for r in found}) == 2


@pytest.mark.parametrize(
    ("zone", "moment_utc"),
    [
        (None, "05-28 07:00"),
        ("America/New_York", "05-28 13:00"),
        ("Asia/Bangkok", "05-28 02:00"),
        ("Pacific/Kiritimati", "05-27 19:00"),
    ],
)
def test_a_brief_comes_at_notice_time_of_the_persons_own_zone(zone, moment_utc):
    found = derive(picture(None, person("bb", zone=zone)), [])
    (due,) = [r.due_at for r in found if r.step == "0"]
    assert f"{due:%m-%d %H:%M}" == moment_utc


def test_a_notice_time_with_its_own_zone_is_the_channels():
    made = plan(
        milestone("one", "publication", "28 May 2027"),
        calendar={"notice_time": "08:30 America/New_York"},
    )
    found = {r.audience: r.due_at for r in derive(picture(made, person("bb")), []) if r.step == "0"}
    assert f"{found[CHANNEL]:%H:%M}" == "12:30"


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2027, 3, 27), "01:30"),
        (date(2027, 3, 28), "01:30"),  # 02:30 does not exist: an hour later, 03:30 in summer time
        (date(2027, 3, 29), "00:30"),
        (date(2027, 10, 31), "00:30"),  # 02:30 comes twice: the first time
        (date(2027, 11, 1), "01:30"),
    ],
)
def test_the_nights_on_which_clocks_change_have_one_moment(day, at):
    made = plan(TASK, calendar={"notice_time": "02:30"})
    assert f"{moment(picture(made), day):%H:%M}" == at


def seen(agency, counted_to=date(2027, 5, 28)):
    return Acknowledgement("task", counted_to, agency, f"U{agency.upper()}", START, "button")


def test_seen_silences_that_agency_alone_and_not_its_due_day():
    made = plan(milestone("task", "task", "28 May 2027", owners=["bb", "cc"]))
    people = (person("bb"), person("cc"))
    found = picture(made, *people, acknowledgements=(seen("bb"),))
    assert steps_of(found, "UBB")[0] == "0"
    assert steps_of(found, "UCC")[:2] == ["5wd", "0"]


def test_seen_of_a_date_that_was_moved_since_silences_nothing():
    found = picture(None, person("bb"), acknowledgements=(seen("bb", date(2027, 4, 30)),))
    assert steps_of(found, "UBB")[:2] == ["5wd", "0"]


@pytest.mark.parametrize("change", [{"done_on": date(2027, 2, 1)}, {"cancelled": True}])
def test_nothing_is_called_for_what_is_done_or_cancelled(change):
    assert called(picture(None, person("bb"), changes=(MilestoneChange("task", **change),))) == []


def test_a_date_to_settle_is_the_business_of_whoever_has_the_chair_then():
    made = plan(milestone("talk", "meeting", "in September", owners=["cc"]))
    found = picture(made, person("aa"), person("bb"), person("cc"))
    assert {to for _, to, _ in called(found)} == {"UBB"}  # in the chair from July
    assert {r.topic for r in derive(found, [])} == {Topic.SETTLE}


def test_the_chairs_settling_ends_when_the_date_is_confirmed():
    window = resolve_on(plan(TASK, TALK), GroupState(), START.date())["talk"].window
    assert window is not None
    one = type(window)((window.alternatives[1],))
    change = MilestoneChange("talk", "17-18 June", one, confirmed=True)
    found = derive(picture(plan(TASK, TALK), person("bb"), changes=(change,)), [])
    assert {r.topic for r in found if r.subject == "talk"} == {Topic.LADDER}
    assert {r.counted_to for r in found if r.subject == "talk"} == {date(2027, 6, 17)}


def asked(snapshot):
    return [
        (r.step, r.audience, f"{r.due_at.astimezone(snapshot.zone):%m-%d}")
        for r in derive(snapshot, [])
        if r.topic is Topic.POSITION
    ]


def test_who_has_not_answered_is_asked_at_half_time_near_the_end_and_on_the_day():
    found = asked(picture(None, person("aa"), person("bb"), circulations=(circulation(),)))
    assert [(s, d) for s, to, d in found if to == "UBB"] == [
        ("half time", "02-05"),  # Saturday the 6th is no day to write
        ("2wd", "02-10"),
        ("0", "02-12"),
    ]
    assert len(found) == 6


def answered(position, order="1.0", given=True):
    return Act("bb", "UBB", position, "reaction:x", given, START, order)


@pytest.mark.parametrize(
    ("acts", "still"),
    [
        ([answered(Position.CLEARED)], False),
        ([answered(Position.CANNOT_CLEAR)], False),
        ([answered(Position.STANDS_ASIDE)], False),
        ([answered(Position.SEEN)], True),
        ([answered(Position.CLEARED), answered(Position.CLEARED, "2.0", given=False)], True),
    ],
)
def test_nobody_who_has_answered_is_asked_again(acts, still):
    people = (person("aa"), person("bb"))
    found = picture(None, *people, circulations=(circulation(),), acts={1: tuple(acts)})
    assert any(to == "UBB" for _, to, _ in asked(found)) is still


@pytest.mark.parametrize("state", [s for s in CirculationState if s is not CirculationState.OPEN])
def test_nobody_is_asked_once_it_is_not_open_any_more(state):
    found = picture(None, person("bb"), circulations=(circulation(state=state),))
    assert asked(found) == []


@pytest.mark.parametrize(
    ("opened", "closes", "days"),
    [
        ("2027-02-01 10:00", "2027-02-01 18:00", []),
        ("2027-02-01 10:00", "2027-02-02 18:00", [("0", "02-02")]),
        ("2027-02-01 10:00", "2027-02-03 18:00", [("half time", "02-02"), ("0", "02-03")]),
        ("2027-02-01 10:00", "2027-02-07 18:00", [("2wd", "02-04"), ("0", "02-05")]),
        ("2027-02-01 10:00", "2027-02-04 00:00", [("half time", "02-02"), ("0", "02-03")]),
    ],
)
def test_a_short_answer_period_asks_once_a_day_and_never_on_the_day_it_opens(opened, closes, days):
    found = picture(None, person("bb"), circulations=(circulation(opened, closes),))
    assert [(step, day) for step, to, day in asked(found) if to == "UBB"] == days


def test_a_date_set_is_told_to_the_channel_once_at_its_moment():
    window = resolve_on(plan(TASK), GroupState(), START.date())["task"].window
    change = MilestoneChange("task", "28 May", window, told_at=START)
    found = [r for r in derive(picture(changes=(change,)), []) if r.topic is Topic.CHANGE]
    assert [(r.audience, r.due_at, r.subject) for r in found] == [(CHANNEL, START, "task")]


KINDS = st.sampled_from(["task", "publication", "decision", "meeting", "event", "circulation"])
DATES = st.dates(date(2027, 1, 1), date(2027, 12, 31)).map(date.isoformat)


@st.composite
def plans(draw):
    """Plans with weekends of their own, holidays and quiet periods."""
    quiet = draw(st.lists(st.dates(date(2027, 1, 1), date(2027, 12, 1)), max_size=3, unique=True))
    length = draw(st.integers(0, 25))
    return plan(
        *(milestone(f"m{n}", draw(KINDS), draw(DATES)) for n in range(draw(st.integers(1, 5)))),
        calendar={
            "weekend": draw(st.sampled_from([["sat", "sun"], ["fri", "sat"], ["sun"]])),
            "holidays": {draw(st.dates(date(2027, 1, 1), date(2027, 12, 31))): "Day off"},
            "quiet": [f"{day}/{day + timedelta(days=length)}" for day in quiet],
        },
    )


@given(plans(), st.permutations(["aa", "bb", "cc"]))
@settings(max_examples=60)
def test_nothing_is_sent_on_a_day_off_or_in_quiet_and_the_order_of_people_is_nothing(made, order):
    found = picture(made, *(person(a) for a in order))
    reminders = derive(found, ["USEC"])
    again = derive(picture(made, *(person(a) for a in sorted(order))), ["USEC"])
    assert {r.key: r.due_at for r in reminders} == {r.key: r.due_at for r in again}
    assert len({r.key for r in reminders}) == len(reminders)
    assert [r.due_at for r in reminders] == sorted(r.due_at for r in reminders)
    calendar = found.schedule.calendar
    for reminder in reminders:
        day = found.day(reminder.due_at)
        assert calendar.is_working(day)
        assert not calendar.is_quiet(day)


@pytest.fixture(scope="module")
def scattered():
    """A picture with a long circulation, a snooze, and people at the ends of the world."""
    people = (
        person("aa", zone="Pacific/Kiritimati"),
        person("bb", zone="Pacific/Pago_Pago"),
        person("cc"),
    )
    talk_set = MilestoneChange("talk", told_at=datetime(2027, 2, 3, 8, tzinfo=UTC))
    seen = Acknowledgement("task", date(2027, 5, 28), "bb", "UBB", START, "button")
    made = plan(TASK, TALK, milestone("duty", "ongoing", None, owners=["cc"], every="month"))
    return picture(
        made,
        *people,
        changes=(talk_set,),
        circulations=(circulation(closes="2027-05-12 18:00"),),
        snoozes=(Snooze("UBB", "task", date(2027, 5, 27)),),
        acknowledgements=(seen,),
    )


@given(hours=st.integers(0, 24 * 400))
@settings(max_examples=150, deadline=None)
def test_up_to_an_instant_it_is_the_same_as_of_the_whole(scattered, hours):
    until = datetime(2026, 12, 20, tzinfo=UTC) + timedelta(hours=hours)
    whole = derive(scattered, ["USEC"])
    found = derive_until(scattered, ["USEC"], until)
    assert found.reminders == tuple(r for r in whole if r.due_at <= until)
    later = [r.due_at for r in whole if r.due_at > until]
    # Never too late; and None only where nothing is left.
    assert found.beyond is None if not later else found.beyond is not None
    assert not later or found.beyond <= min(later)
