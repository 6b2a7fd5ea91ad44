"""Working days: weekends, countries, the group's own days off, quiet periods."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workplan.making import milestone, plan
from workplan.calendar import WorkCalendar
from workplan.plan import Length
from workplan.problem import PlanProblem

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def calendar(**rules):
    return WorkCalendar.of(plan(milestone(), calendar=rules))


GENEVA = calendar(countries=["CH-GE"])


def wd(number):
    return Length(number=number, unit="wd")


def test_weekends_and_public_holidays_of_the_subdivision_are_off():
    assert not GENEVA.is_working(date(2010, 5, 30))
    assert GENEVA.holiday(date(2010, 9, 9)) == "Genevan Fast"
    assert not GENEVA.is_working(date(2010, 9, 9))
    assert GENEVA.is_working(date(2010, 9, 10))
    assert calendar(countries=["CH-ZH"]).is_working(date(2010, 9, 9))


def test_the_groups_own_weekend_and_days_off_count():
    muscat = calendar(weekend=["fri", "sat"], holidays={"2027-03-09": "Eid"})
    assert not muscat.is_working(date(2027, 3, 5))
    assert muscat.is_working(date(2027, 3, 7))
    assert muscat.holiday(date(2027, 3, 9)) == "Eid"
    assert muscat.on_or_after(date(2027, 3, 9)) == date(2027, 3, 10)


@pytest.mark.parametrize("code", ["XX", "CH-XX", "ch", "Switzerland", "__class__", ""])
def test_an_unknown_country_is_refused_with_the_cure(code):
    with pytest.raises(PlanProblem, match="CH-GE") as refused:
        calendar(countries=[code])
    assert refused.value.problems[0].where == ("calendar", "countries", 0)


def test_a_week_without_working_days_is_refused():
    with pytest.raises(PlanProblem, match="seven"):
        calendar(weekend=["mon", "tue", "wed", "thu", "fri", "sat", "sun"])


def test_quiet_days_are_working_days_but_for_answers():
    quiet = calendar(quiet=["2010-08-02/2010-08-20"])
    assert quiet.is_quiet(date(2010, 8, 2))
    assert not quiet.is_quiet(date(2010, 8, 21))
    assert quiet.is_working(date(2010, 8, 3))
    assert quiet.add(date(2010, 7, 30), 5) == date(2010, 8, 6)
    assert quiet.answer_end(date(2010, 7, 30), wd(5)) == date(2010, 8, 27)


def test_an_answer_period_in_days_ends_on_a_day_when_people_work():
    assert GENEVA.answer_end(date(2010, 3, 1), Length(number=2, unit="w")) == date(2010, 3, 15)
    assert GENEVA.answer_end(date(2010, 3, 1), Length(number=5, unit="d")) == date(2010, 3, 8)


def test_working_days_are_counted_over_weekends_and_holidays():
    assert GENEVA.add(date(2010, 9, 8), 1) == date(2010, 9, 10)
    assert GENEVA.add(date(2010, 11, 1), -20) == date(2010, 10, 4)
    assert GENEVA.add(date(2010, 5, 30), 0) == date(2010, 5, 30)
    assert GENEVA.count_between(date(2010, 9, 6), date(2010, 9, 13)) == 4
    assert GENEVA.count_between(date(2010, 9, 13), date(2010, 9, 6)) == -4


def test_a_plan_that_never_works_ends_all_the_same():
    always = calendar(
        holidays={str(date(2027, 1, 1) + timedelta(days=n)): "off" for n in range(5000)}
    )
    assert always.on_or_after(date(2027, 1, 1)) == date(2027, 1, 1)


@given(DAYS)
def test_the_nearest_working_days_enclose_the_day(day):
    before, after = GENEVA.on_or_before(day), GENEVA.on_or_after(day)
    assert before <= day <= after
    assert GENEVA.is_working(before)
    assert GENEVA.is_working(after)
    assert (before == day) == (after == day) == GENEVA.is_working(day)


@given(DAYS, st.integers(1, 40))
def test_so_many_working_days_later_lie_so_many_working_days_between(day, number):
    later, earlier = GENEVA.add(day, number), GENEVA.add(day, -number)
    assert GENEVA.count_between(day, later) == number
    assert GENEVA.is_working(later)
    assert GENEVA.is_working(earlier)
    assert GENEVA.count_between(earlier - timedelta(days=1), day - timedelta(days=1)) == number
