"""Windows, certainty, expected and due days, ties and what moves with what."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workplan.making import milestone, plan, state
from workplan.problem import PlanProblem
from workplan.record import as_json
from workplan.schedule import Certainty, resolve, what_moves
from workplan.window import Span, Window


def one(*milestones, name="one", kept=None, calendar=None):
    return resolve(plan(*milestones, calendar=calendar), kept)[name]


def edtf(scheduled):
    return " | ".join(scheduled.window.edtf()) if scheduled.window else None


def day(text):
    return Window.day(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("when", "reads"),
    [
        ("before two", "[2027-01-01..2027-05-26]"),
        ("at two", "2027-05-27/2027-05-28 | 2027-05-30/2027-06-01"),
        ("after two", "[2027-06-02..]"),
        ("between two and three", "[2027-06-02..2027-06-29]"),
        ("2w before two", "2027-05-13 | 2027-05-16"),
        ("1wd after two", "2027-05-31 | 2027-06-02"),
        ("3d after two", "2027-05-31 | 2027-06-04"),
    ],
)
def test_a_tie_follows_the_other_milestone(when, reads):
    others = (
        milestone("two", "event", "27-28 May or 30 May-1 June"),
        milestone("three", "event", "30 June"),
    )
    assert edtf(one(milestone(when=when), *others)) == reads
    assert edtf(one(*others, milestone(when=when))) == reads


def test_before_something_on_the_plans_first_day_lies_in_the_year_before():
    placed = one(milestone(when="before two"), milestone("two", "event", "1 January"))
    assert edtf(placed) == "[2026-01-01..2026-12-31]"


def test_a_tie_of_a_tie_is_followed_whatever_the_file_order():
    chain = [
        milestone("one", when="before two"),
        milestone("two", when="at three"),
        milestone("three", when="2w after four"),
        milestone("four", "event", "1 March"),
    ]
    assert edtf(one(*chain)) == "[2027-01-01..2027-03-14]"


def test_a_very_long_chain_is_no_trouble():
    chain = [milestone(f"m{n}", "event", f"at m{n + 1}") for n in range(3000)]
    schedule = resolve(plan(*chain, milestone("m3000", "event", "1 March")))
    assert schedule["m0"].expected == date(2027, 3, 1)


def test_circles_are_refused_by_name():
    with pytest.raises(PlanProblem) as refused:
        resolve(
            plan(
                milestone("aa", when="before bb"),
                milestone("bb", when="at cc"),
                milestone("cc", when="after aa"),
                milestone("dd", when="at dd"),
                milestone("ee", when="at aa"),
            )
        )
    assert [p.code for p in refused.value.problems] == ["dependency-cycle"] * 2
    assert "'aa' → 'bb' → 'cc' → 'aa'" in str(refused.value)
    assert "'dd' → 'dd'" in str(refused.value)


def test_an_unknown_milestone_is_refused_with_the_nearest_one():
    with pytest.raises(PlanProblem, match="did you mean 'symposium'"):
        resolve(plan(milestone(when="at symposum"), milestone("symposium", "event", "1 May")))


def test_pending_is_inherited_through_ties_and_lifted_with_them():
    made = plan(
        milestone("session", "event", "1 November", pending="an invitation"),
        milestone("papers", when="before session"),
        milestone("prints", when="at papers"),
        milestone("other", after=["session"]),
    )
    schedule = resolve(made)
    for name in ("session", "papers", "prints"):
        assert schedule[name].pending == "an invitation"
        assert schedule[name].certainty is Certainty.CONDITIONAL
        assert not schedule[name].is_late(date(2027, 12, 31))
    assert schedule["other"].pending is None
    activated = resolve(made, state(activated=frozenset({"session"})))
    assert [m.pending for m in activated.milestones] == [None] * 4
    only = resolve(made, state(activated=frozenset({"papers"})))
    assert [m.pending is None for m in only.milestones] == [False, True, True, True]


@pytest.mark.parametrize(
    ("more", "certainty"),
    [
        ({"pending": "a letter", "when": "tbd"}, "conditional"),
        ({"when": "to be discussed"}, "undecided"),
        ({"when": None}, "undecided"),
        ({"when": None, "kind": "ongoing"}, "undecided"),
        ({"when": "ongoing"}, "ongoing"),
        ({"when": "ongoing in May"}, "ongoing"),
        ({"when": "as needed"}, "occasional"),
        ({"when": "as needed", "kind": "ongoing"}, "occasional"),
        ({"when": "27-28 May or 1 June", "proposed": True}, "open"),
        ({"when": "week of 13-17 September", "proposed": True}, "vague"),
        ({"when": "week of 13-17 September", "duration": "0.5d"}, "vague"),
        ({"when": "week of 13-17 September", "duration": "5d"}, "fixed"),
        ({"when": "by May"}, "vague"),
        ({"when": "27-28 May", "proposed": True}, "proposed"),
        ({"when": "27-28 May"}, "fixed"),
        ({"when": "8 February"}, "fixed"),
    ],
)
def test_the_certainty_is_the_first_that_holds(more, certainty):
    assert one(milestone(**{"kind": "event", **more})).certainty == certainty


@pytest.mark.parametrize(
    ("kind", "when", "expected", "due"),
    [
        ("event", "27-28 May or 30 May-1 June", "2027-05-27", "2027-06-01"),
        ("meeting", "April/May", "2027-04-01", "2027-05-31"),
        ("call", "1 May", "2027-05-01", "2027-05-01"),
        ("publication", "27-28 May or 30 May-1 June", "2027-06-01", "2027-06-01"),
        ("task", "April/May", "2027-05-31", "2027-05-31"),
        ("circulation", "1 May", "2027-04-30", "2027-04-30"),
        ("decision", "by the end of February", "2027-02-26", "2027-02-26"),
        ("task", "ongoing in May", None, None),
        ("ongoing", "May", None, None),
        ("task", "tbd", None, None),
    ],
)
def test_what_happens_spans_its_days_and_what_is_due_falls_on_a_working_day(
    kind, when, expected, due
):
    found = one(milestone(kind=kind, when=when))
    assert (str(found.expected), str(found.due)) == (str(expected), str(due))


def test_quiet_days_move_no_due_day():
    quiet = {"quiet": ["2027-04-01/2027-05-31"]}
    assert one(milestone(when="April"), calendar=quiet).due == date(2027, 4, 30)


def test_what_is_due_after_another_counts_five_working_days_from_its_end():
    made = plan(milestone("two", "event", "27 May"), milestone(when="after two"))
    assert resolve(made)["one"].expected is None
    done = resolve(made, state(done={"two": date(2027, 5, 27)}))["one"]
    assert done.expected == done.due == date(2027, 6, 3)
    assert not done.is_late(date(2027, 6, 3))
    assert done.is_late(date(2027, 6, 4))


def test_the_keys_after_and_needs_change_no_window():
    alone = one(milestone(when="May"))
    both = one(
        milestone(when="May", after=["two"], needs=["three"]),
        milestone("two", when="December"),
        milestone("three", "circulation", "December"),
    )
    assert both.window == alone.window


def test_a_milestone_is_late_from_the_day_after_due_and_what_happens_never_is():
    task, meeting = one(milestone(when="8 February")), one(milestone(kind="meeting"))
    assert not task.is_late(date(2027, 2, 8))
    assert task.is_late(date(2027, 2, 9))
    assert not meeting.is_late(date(2027, 12, 31))
    done = one(milestone(when="8 February"), kept=state(done={"one": date(2027, 3, 1)}))
    assert not done.is_late(date(2027, 3, 2))
    assert done.closed
    gone = one(milestone(when="8 February"), kept=state(cancelled=frozenset({"one"})))
    assert gone.closed
    assert not gone.is_late(date(2027, 3, 2))


def test_a_correction_is_what_is_read_and_the_documents_words_stay():
    found = one(
        milestone(when="by May 2026", corrected={"when": "by May 2027", "why": "a slip"}),
    )
    assert edtf(found) == "[2027-01-01..2027-05-31]"
    assert found.words == "by May 2026"
    assert as_json(found)["corrected"] == {"when": "by May 2027", "why": "a slip"}


def test_a_confirmed_date_is_fixed_and_what_is_tied_moves_with_it():
    made = plan(
        milestone("two", "event", "27-28 May or 30 May-1 June", proposed=True),
        milestone("one", when="before two", words="ahead of it"),
        milestone("three", when="June"),
    )
    before = resolve(made)
    kept = state(
        dates={"two": Window((Span(date(2027, 5, 27), date(2027, 5, 28), True),))},
        words={"two": "27-28 May"},
        confirmed=frozenset({"two"}),
    )
    after = resolve(made, kept, before.calendar)
    assert after["two"].certainty is Certainty.FIXED
    assert after["two"].moved
    assert after["two"].words == "27-28 May"
    assert after["one"].words == "ahead of it"
    later = resolve(made, state(dates={"two": day("2027-08-03")}), before.calendar)
    assert [old.id for old, _ in what_moves(before, later)] == ["two", "one"]
    assert later["one"].due == date(2027, 8, 2)


def test_a_date_set_in_chat_makes_what_had_none_due():
    kept = state(dates={"one": day("2027-05-01")})
    assert one(milestone(when="tbd"), kept=kept).due == date(2027, 4, 30)
    assert one(milestone(when="ongoing", kind="ongoing"), kept=kept).due == date(2027, 4, 30)


def test_a_tie_that_moving_makes_impossible_leaves_it_undecided():
    made = plan(
        milestone("aa", "event", "1 March"),
        milestone("bb", "event", "1 June"),
        milestone("one", when="between aa and bb"),
        milestone("then", when="2w after one"),
    )
    moved = resolve(made, state(dates={"aa": day("2027-09-01")}))
    for name in ("one", "then"):
        assert moved[name].window is None
        assert moved[name].certainty is Certainty.UNDECIDED
        assert moved[name].expected is None


def test_what_is_postponed_has_no_date_until_a_new_one_is_set():
    made = plan(milestone("two", "event", "1 March"), milestone(when="before two"))
    away = resolve(made, state(postponed=frozenset({"two"})))
    assert away["two"].window is None
    assert away["two"].postponed
    assert away["one"].certainty is Certainty.UNDECIDED
    again = resolve(made, state(postponed=frozenset({"two"}), dates={"two": day("2027-04-01")}))
    assert again["one"].due == date(2027, 3, 31)


def test_after_something_without_a_last_day_has_a_beginning_only():
    made = plan(
        milestone("three", "event", "1 March"),
        milestone("two", when="after three"),
        milestone("one", when="after two"),
        milestone("far", when="1w after two"),
    )
    schedule = resolve(made)
    assert edtf(schedule["one"]) == "[2027-03-03..]"
    assert schedule["far"].certainty is Certainty.UNDECIDED


def test_what_comes_is_ordered_by_expected_then_by_the_file():
    made = plan(
        milestone("late", when="5 January"),
        milestone("first", "event", "1 June"),
        milestone("in-may", "event", "3 May"),
        milestone("again", "event", "1 June"),
        milestone("none", when="tbd"),
        milestone("always", when="ongoing"),
        milestone("done", when="7 May"),
        milestone("next-year", when="after first"),
    )
    schedule = resolve(made, state(done={"done": date(2027, 3, 1)}))
    today = date(2027, 3, 1)
    assert [m.id for m in schedule.coming(today)] == ["in-may", "first", "again"]
    assert [m.id for m in schedule.coming(date(2027, 6, 1))] == ["first", "again"]
    assert schedule.coming(date(2027, 6, 2)) == ()
    assert [m.id for m in schedule.late(today)] == ["late"]
    assert [m.id for m in schedule.undated()] == ["none", "next-year"]


@pytest.mark.parametrize(
    ("decide_by", "day_"),
    [(None, "2027-04-29"), ("15 May", "2027-05-15"), ("10wd before one", "2027-05-13")],
)
def test_alternatives_are_to_be_settled_in_time(decide_by, day_):
    more = {"decide_by": decide_by} if decide_by else {}
    schedule = resolve(plan(milestone(kind="event", when="27 May or 1 June", **more)))
    assert schedule.settle_by("one") == date.fromisoformat(day_)


def test_the_record_has_the_keys_that_every_json_gives():
    made = plan(
        milestone(
            "two", "event", "27-28 May or 30 May-1 June", words="at the end of May",
            source=["One.", "Two."], duration="2d", section="1(a)", owners=["chair"],
        )
    )  # fmt: skip
    assert as_json(resolve(made)["two"]) == {
        "id": "two",
        "output": "out",
        "title": "Title of two",
        "kind": "event",
        "phrase": "at the end of May",
        "corrected": None,
        "source": "One.\nTwo.",
        "section": "1(a)",
        "certainty": "open",
        "earliest": "2027-05-27",
        "latest": "2027-06-01",
        "occupied": True,
        "alternatives": [["2027-05-27", "2027-05-28"], ["2027-05-30", "2027-06-01"]],
        "expected": "2027-05-27",
        "due": "2027-06-01",
        "duration": "2d",
        "owners": ["chair"],
        "pending": None,
        "edtf": ["2027-05-27/2027-05-28", "2027-05-30/2027-06-01"],
    }


@given(st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.dates(date(2026, 1, 1), date(2029, 1, 1)))
def test_no_date_that_is_set_breaks_the_schedule(one_day, other_day):
    made = plan(
        milestone("aa", "event", "1 March"),
        milestone("bb", "event", "June or 1 July"),
        milestone("one", when="between aa and bb"),
        milestone("two", when="before one"),
        milestone("three", when="10wd before bb", kind="circulation"),
        milestone("four", when="after three"),
        milestone("five", when="2w after one"),
    )
    kept = state(dates={"aa": Window.day(one_day), "bb": Window.day(other_day)})
    schedule = resolve(made, kept)
    for item in schedule.milestones:
        assert (item.expected is None) == (item.due is None) or item.kind.happens
        if item.window is not None and item.window.latest is not None:
            assert item.window.earliest <= item.window.latest
