"""Members, chair, troika and owners go by the day."""

from datetime import date

from tests.workplan.making import milestone, plan
from workplan.membership import chair_on, members_on, owners_on, term_on, troika, vacancies
from workplan.plan import DayRange

PLAN = plan(
    milestone(),
    agencies=[
        {"id": "aa", "short": "AA", "name": "A"},
        {"id": "bb", "short": "BB", "name": "B", "until": "2027-06-30"},
        {"id": "cc", "short": "CC", "name": "C", "from": "2027-11-01"},
    ],
    chair=[
        {"agency": "cc", "from": "2028-01-01", "until": "2028-06-30"},
        {"agency": "aa", "from": "2026-07-01", "until": "2026-12-31"},
        {"agency": "bb", "from": "2027-01-01", "until": "2027-06-30"},
        {"agency": "aa", "from": "2027-08-01", "until": "2027-12-30"},
    ],
)


def test_the_chair_is_that_of_the_day_or_nobody():
    assert chair_on(PLAN, date(2027, 6, 30)) == "bb"
    assert chair_on(PLAN, date(2027, 7, 1)) is None
    assert term_on(PLAN, date(2027, 8, 1)).until == date(2027, 12, 30)


def test_the_troika_is_the_last_the_present_and_the_next_chair():
    assert troika(PLAN, date(2027, 3, 1)) == ("aa", "bb", "aa")
    assert troika(PLAN, date(2027, 7, 15)) == ("bb", None, "aa")
    assert troika(PLAN, date(2028, 2, 1)) == ("aa", "cc", None)
    assert troika(PLAN, date(2020, 1, 1)) == (None, None, "aa")


def test_membership_goes_by_the_day():
    assert [a.id for a in members_on(PLAN, date(2027, 6, 30))] == ["aa", "bb"]
    assert [a.id for a in members_on(PLAN, date(2027, 7, 1))] == ["aa"]
    assert [a.id for a in members_on(PLAN, date(2027, 11, 1))] == ["aa", "cc"]


def test_owners_drop_out_with_their_membership_and_the_chair_is_named():
    assert owners_on(PLAN, ("chair", "bb"), date(2027, 3, 1)) == ("bb",)
    assert owners_on(PLAN, ("chair", "bb"), date(2027, 7, 15)) == ()
    assert owners_on(PLAN, ("cc", "chair"), date(2027, 11, 2)) == ("cc", "aa")


def test_days_without_a_chair_are_found_gap_by_gap():
    july = DayRange(start=date(2027, 7, 1), end=date(2027, 7, 31))
    last = DayRange(start=date(2027, 12, 31), end=date(2027, 12, 31))
    assert vacancies(PLAN) == (july, last)


def test_a_plan_without_chair_is_one_gap_and_the_last_day_of_time_is_no_trouble():
    whole = DayRange(start=date(2027, 1, 1), end=date(2027, 12, 31))
    assert vacancies(plan(milestone(), chair=[])) == (whole,)
    ever = [{"agency": "aa", "from": "0001-01-01", "until": "9999-12-31"}]
    assert vacancies(plan(milestone(), chair=ever)) == ()
