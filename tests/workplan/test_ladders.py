"""The ladder: on which days whom to remind, counted back from the due day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplan.ladders import send_day, send_day_after, steps
from workplan.plan import Plan
from workplan.schedule import resolve
from workplan.state import PlanState
from workplan.steps import CHAIR, CHANNEL, NOBODY, Topic
from workplan.window import Window


def plan(*milestones, **calendar):
    return Plan.model_validate(
        {
            "plan": {"name": "P", "group": "G", "year": 2027, "timezone": "Europe/Paris"},
            "calendar": calendar,
            "agencies": [{"id": a, "short": a.upper(), "name": a} for a in ("aa", "bb", "cc")],
            "chair": [
                {"agency": "aa", "from": "2027-01-01", "until": "2027-06-30"},
                {"agency": "bb", "from": "2027-07-01", "until": "2027-11-30"},
            ],
            "outputs": [
                {"id": "out", "title": "O", "owners": ["bb"], "milestones": list(milestones)}
            ],
        }
    )


def milestone(id="one", kind="publication", when="30 April 2027", **more):
    return {"id": id, "title": id, "kind": kind, "when": when, **more}


def days(schedule, audience, topic=Topic.LADDER):
    return [(s.step, s.day) for s in steps(schedule) if s.audience == audience and s.topic is topic]


def test_a_publication_is_noted_on_its_day_and_its_owners_reminded_10_and_3_working_days_before():
    schedule = resolve(plan(milestone()))
    assert days(schedule, CHANNEL) == [("0", date(2027, 4, 30))]
    assert days(schedule, "bb") == [
        ("10wd", date(2027, 4, 16)),
        ("3wd", date(2027, 4, 27)),
        ("0", date(2027, 4, 30)),
    ]


def test_what_happens_counts_from_its_first_day_and_what_is_due_from_its_last_working_day():
    schedule = resolve(
        plan(
            milestone("talk", "event", "14-16 June 2027"),
            milestone("text", "task", "by the end of May"),  # 31 May 2027 is a Monday
            milestone("weekend", "task", "12 June 2027"),  # a Saturday
        )
    )
    assert ("30d", date(2027, 5, 14)) in days(schedule, CHANNEL)  # 15 May is a Saturday
    assert ("0", date(2027, 5, 31)) in days(schedule, "bb")
    assert {s.counted_to for s in steps(schedule) if s.milestone == "weekend"} == {
        date(2027, 6, 11)
    }


def test_nothing_is_sent_in_a_quiet_period_it_comes_before_and_only_once():
    schedule = resolve(plan(milestone(when="20 August 2027"), quiet=["2027-08-02/2027-08-27"]))
    assert days(schedule, CHANNEL) == [("0", date(2027, 7, 30))]
    # 3wd and 0 both fall into the quiet weeks: the one nearest the due day stands for both.
    assert days(schedule, "bb") == [("0", date(2027, 7, 30))]


def test_a_vague_or_open_date_of_what_happens_is_the_chairs_business_alone():
    schedule = resolve(
        plan(
            milestone("vague", "meeting", "September 2027"),
            milestone("open", "event", "4-5 October or 11-12 October 2027"),
        )
    )
    assert {s.audience for s in steps(schedule)} == {CHAIR}
    vague = [s.day for s in steps(schedule) if s.milestone == "vague"]
    assert vague[0] == schedule.calendar.add(date(2027, 9, 1), -20)
    by = schedule.settle_by("open")
    opened = [s.day for s in steps(schedule) if s.milestone == "open"]
    assert opened[0] == schedule.calendar.add(by, -10)
    assert opened[-1] <= by


def test_once_a_vague_date_is_confirmed_the_ladder_of_its_kind_holds():
    confirmed = PlanState(
        dates={"vague": Window.day(date(2027, 9, 15))}, confirmed=frozenset({"vague"})
    )
    schedule = resolve(plan(milestone("vague", "meeting", "September 2027")), confirmed)
    assert days(schedule, CHANNEL) == [("10wd", date(2027, 9, 1)), ("1wd", date(2027, 9, 14))]
    assert not days(schedule, CHAIR, Topic.SETTLE)


@pytest.mark.parametrize(
    "state",
    [
        PlanState(done={"one": date(2027, 4, 1)}),
        PlanState(cancelled=frozenset({"one"})),
    ],
)
def test_nothing_is_sent_for_what_is_done_or_cancelled(state):
    assert steps(resolve(plan(milestone()), state)) == ()


def test_what_waits_for_a_condition_is_silent_until_it_is_activated():
    conditional = plan(milestone(pending="an invitation"))
    assert steps(resolve(conditional)) == ()
    assert steps(resolve(conditional, PlanState(activated=frozenset({"one"}))))


def test_undecided_and_occasional_dates_have_no_reminders():
    schedule = resolve(plan(milestone(when="to be decided"), milestone("two", when="as needed")))
    assert steps(schedule) == ()


def test_a_late_milestone_goes_to_its_owners_three_times_and_then_to_the_chair_never_to_all():
    schedule = resolve(plan(milestone()))
    assert days(schedule, "bb", Topic.LATE) == [
        ("+1wd", date(2027, 5, 3)),
        ("+1w", date(2027, 5, 7)),
        ("+2w", date(2027, 5, 14)),
    ]
    assert days(schedule, CHAIR, Topic.LATE) == [("+3w", date(2027, 5, 21))]
    assert not days(schedule, CHANNEL, Topic.LATE)


def test_what_happens_is_never_late():
    schedule = resolve(plan(milestone(kind="meeting")))
    assert all(s.topic is Topic.LADDER for s in steps(schedule))


def test_the_word_chair_is_whoever_has_it_on_the_due_day():
    schedule = resolve(
        plan(
            milestone("spring", owners=["chair"]),
            milestone("autumn", when="30 September 2027", owners=["chair"]),
            milestone("vacant", when="15 December 2027", owners=["chair"]),
        )
    )
    owners = {s.milestone: s.audience for s in steps(schedule) if s.audience != CHANNEL}
    told = {s.milestone for s in steps(schedule) if s.audience == NOBODY}
    assert {s.audience for s in steps(schedule) if s.milestone == "spring"} >= {"aa"}
    assert {s.audience for s in steps(schedule) if s.milestone == "autumn"} >= {"bb"}
    assert told == {"vacant"}
    assert owners


def test_seen_silences_the_later_steps_of_that_agency_but_the_due_days():
    schedule = resolve(plan(milestone(owners=["bb", "cc"])))
    seen = {("one", date(2027, 4, 30), "bb")}
    told = [s for s in steps(schedule, seen) if s.topic is Topic.LADDER]
    assert [s.step for s in told if s.audience == "bb"] == ["0"]
    assert [s.step for s in told if s.audience == "cc"] == ["10wd", "3wd", "0"]
    assert any(s.audience == CHANNEL for s in told)


def test_seen_before_a_move_does_not_silence_the_new_date():
    schedule = resolve(plan(milestone()), PlanState(dates={"one": Window.day(date(2027, 5, 28))}))
    seen = {("one", date(2027, 4, 30), "bb")}
    told = [s.step for s in steps(schedule, seen) if s.audience == "bb" and s.topic is Topic.LADDER]
    assert told == ["10wd", "3wd", "0"]


def test_a_plan_or_a_milestone_may_bring_its_own_ladder():
    own = plan(milestone(leads={"channel": ["5wd"], "owners": ["1w"]}))
    assert days(resolve(own), CHANNEL) == [("5wd", date(2027, 4, 23))]
    assert days(resolve(own), "bb") == [("1w", date(2027, 4, 23))]


def test_an_ongoing_duty_checks_in_on_the_first_working_day_of_each_period():
    schedule = resolve(plan(milestone(kind="ongoing", when="ongoing", every="quarter")))
    assert days(schedule, "bb", Topic.CHECK_IN) == [
        ("check-in", date(2027, 1, 1)),
        ("check-in", date(2027, 4, 1)),
        ("check-in", date(2027, 7, 1)),
        ("check-in", date(2027, 10, 1)),
    ]


@given(
    st.dates(date(2027, 1, 1), date(2027, 12, 31)),
    st.sampled_from(["meeting", "event", "circulation", "publication", "decision", "task"]),
)
def test_every_rung_is_a_working_day_outside_the_quiet_periods_and_each_key_is_there_once(
    day, kind
):
    schedule = resolve(
        plan(
            milestone(kind=kind, when=day.isoformat()),
            countries=["FR"],
            quiet=["2027-08-02/2027-08-20", "2027-12-20/2028-01-05"],
        )
    )
    found = steps(schedule)
    calendar = schedule.calendar
    assert all(calendar.is_working(s.day) and not calendar.is_quiet(s.day) for s in found)
    assert all(s.day <= s.counted_to for s in found if s.topic is Topic.LADDER)
    assert all(s.day > s.counted_to for s in found if s.topic is Topic.LATE)
    keys = [(s.milestone, s.counted_to, s.step, s.audience) for s in found]
    assert len(keys) == len(set(keys))
    ladder = [(s.audience, s.day) for s in found if s.topic is Topic.LADDER]
    assert len(ladder) == len(set(ladder))


def test_a_calendar_that_is_all_quiet_does_not_search_for_ever():
    schedule = resolve(plan(quiet=["2000-01-01/2060-12-31"]))
    day = date(2027, 5, 5)
    assert send_day(schedule.calendar, day) == day
    assert send_day_after(schedule.calendar, day) - day == timedelta(0)
