"""Somebody away is replaced by the deputy named; an agency with nobody there is reported."""

from datetime import date

import pytest

from coordination.briefed import briefed, reachable
from coordination.clearance_records import CHAIR, Question, QuestionKind
from coordination.messages.forms import Incomplete
from coordination.questions import asked_people
from coordination.records import Role
from tests.coordination.desk import SECRETARY, buttons

AWAY = "away 24 May 4 June"


@pytest.fixture
async def two(desk):
    """bb with an alternate beside its focal point."""
    await desk.name("bb", Role.ALTERNATE, "UX")
    return desk


def to(desk, key):
    return sorted(p.target.user for p in desk.messenger.posted if any(key in k for k in p.keys))


@pytest.mark.parametrize(
    "typed",
    [
        "away 24 May 4 June <@UX>",
        "away from 24 May to 4 June <@UX|x>",
        "away <@UX> 24 May until 4 June 2027",
        "away 2027-05-24 2027-06-04 <@UX>",
        "away 24 May - 4 June <@UX>",
    ],
)
async def test_the_deputy_gets_the_brief_on_those_days_and_hears_of_it(two, typed):
    told = await two.ask("UBB", typed)
    assert "away from Mon 24 May to Fri 4 June; Ux stands in" in told.text
    await two.work()
    assert "named you to stand in" in two.told("UX")[0]
    for day in ("05-17", "05-26", "05-31", "06-07"):
        await two.until(f"2027-{day} 09:00")
    assert to(two, "report|2027-05-31|10wd|U") == ["UBB"]
    assert to(two, "report|2027-05-31|3wd|U") == ["UX"]
    assert to(two, "report|2027-05-31|0|U") == ["UX"]
    assert to(two, "report|2027-05-31|+1w|U") == ["UBB"]


async def test_without_a_deputy_the_others_of_the_agency_get_it(two):
    told = await two.ask("UBB", AWAY)
    assert "go to Ux meanwhile" in told.text
    await two.until("2027-05-26 09:00")
    assert to(two, "report|2027-05-31|3wd|U") == ["UX"]


async def test_an_agency_with_nobody_there_is_reported_to_the_chair(desk):
    told = await desk.ask("UBB", AWAY)
    assert "nobody else of BB is here, its reminders go to the Chair (AA)" in told.text
    await desk.until("2027-05-26 09:00")
    assert to(desk, "report|2027-05-31|3wd|U") == ["UAA"]
    assert "The people of BB are away or get no briefs now" in desk.told("UAA")[-1]


async def test_a_deputy_who_is_away_too_or_has_left_stands_in_for_nobody(two):
    await two.ask("UX", "away 31 May 30 June")
    assert "away for a part of it too" in (await two.ask("UBB", f"{AWAY} <@UX>")).text
    snapshot = two.services.snapshot
    assert [p.user for p in briefed(snapshot, "bb", date(2027, 5, 26))] == ["UX"]
    assert briefed(snapshot, "bb", date(2027, 6, 1)) == ()
    await two.ask(SECRETARY, "focal <@UX> cc")
    assert briefed(two.services.snapshot, "bb", date(2027, 5, 26)) == ()


async def test_coming_back_ends_it_and_the_deputy_is_told(two):
    await two.ask("UBB", f"{AWAY} <@UX>")
    assert "stands in" in (await two.ask("UBB", "away")).text
    assert "Welcome back" in (await two.ask("UBB", "away none")).text
    assert (await two.ask("UBB", "away off")).text == "You are not away."
    await two.until("2027-05-26 09:00")
    assert to(two, "report|2027-05-31|3wd|U") == ["UBB"]
    assert any("you do not stand in any more" in t for t in two.told("UX"))
    verbs = [e.verb for e in await two.journal("person:UBB")]
    assert verbs == ["away", "back"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("away soon", "From when until when? For example: /gmg away"),
        ("away 4 June", "You are away from Fri 4 June to Fri 4 June"),
        ("away 4 June 24 May", "That ends before it begins"),
        ("away 1 January 2027 3 January 2027", "Sun 3 January is past already"),
        ("away 2027-02-01 2029-02-01", "longer than a year"),
        ("away 24 May 4 June <@UCC>", "has to be one of the people of BB"),
        ("away 24 May 4 June <@UNOBODY>", "has to be one of the people of BB"),
        ("away 24 May 4 June <@UBB>", "has to be somebody else"),
        ("away 24 May 4 June <@UX> <@UCC>", "Name one deputy only"),
        (f"away {'x ' * 900}", "From when until when?"),
    ],
)
async def test_what_cannot_be_is_told_in_a_sentence(two, typed, sentence):
    assert sentence in (await two.ask("UBB", typed)).text


async def test_a_head_stands_in_only_where_heads_are_written_to(desk):
    await desk.name("bb", Role.HEAD, "UX")
    told = await desk.ask("UBB", f"{AWAY} <@UX>")
    assert "Heads are not written to" in told.text


async def test_somebody_who_represents_nobody_has_no_deputy(desk):
    assert "You represent no agency here" in (await desk.ask("UX", AWAY)).text


async def test_the_form_asks_for_the_same_and_keeps_what_cannot_be_taken(two):
    told = await two.ask("UBB", "away")
    assert told.text.startswith("You are not away.")
    form = await two.press_form("UBB", told, "Choose days…")
    first, last = date(2027, 5, 24), date(2027, 6, 4)
    with pytest.raises(Incomplete) as empty:
        await two.submit("UBB", form)
    assert empty.value.errors == {"from": "Please choose a day."}
    with pytest.raises(Incomplete) as foreign:
        await two.submit("UBB", form, **{"from": first, "until": last, "deputy": "UCC"})
    assert "people of BB" in foreign.value.errors["deputy"]
    with pytest.raises(Incomplete) as wrong:
        await two.submit("UBB", form, **{"from": last, "until": first})
    assert "ends before it begins" in wrong.value.errors["until"]
    done = await two.submit("UBB", form, **{"from": first, "until": last, "deputy": "UX"})
    assert "Ux stands in" in done.message.text


def asked_of(who, agency="bb"):
    return Question(1, 1, QuestionKind.BASIS, who, agency, "UAA", None)


async def test_questions_to_the_agency_go_to_the_deputy_and_to_the_muted_as_a_last_resort(two):
    now = two.clock.now()
    day = two.services.snapshot.day(now)
    await two.ask("UBB", "away 1 January 2027 30 June <@UX>")
    snapshot = two.services.snapshot
    assert asked_people(two.services, snapshot, "bb", now) == ("UX",)
    await two.ask("UX", "mute")
    snapshot = two.services.snapshot
    assert briefed(snapshot, "bb", day) == ()
    assert [p.user for p in reachable(snapshot, "bb", day)] == ["UX"]
    assert asked_people(two.services, snapshot, "bb", now) == ("UX",)


async def test_questions_to_the_chair_pass_over_who_is_away_while_others_are_there(desk):
    now = desk.clock.now()
    await desk.ask("UAA", "away 1 January 2027 30 January")
    assert asked_people(desk.services, desk.services.snapshot, CHAIR, now) == (SECRETARY,)


async def test_muted_people_get_no_brief_and_an_agency_of_muted_people_counts_as_nobody(two):
    told = await two.ask("UBB", "mute")
    assert told.text.startswith("Your daily briefs are off.")
    assert "Nobody of BB" not in told.text
    assert "Nobody of BB gets its reminders now" in (await two.ask("UX", "mute")).text
    assert "off already" in (await two.ask("UX", "mute")).text
    await two.until("2027-05-17 09:00")
    assert to(two, "report|2027-05-31|10wd|U") == ["UAA"]
    assert (await two.ask("UBB", "mute off")).text == "Your daily briefs are on again."
    await two.until("2027-05-26 09:00")
    assert to(two, "report|2027-05-31|3wd|U") == ["UBB"]
    assert [e.verb for e in await two.journal("person:UBB")] == ["muted", "unmuted"]


async def test_who_circulates_hears_of_an_agency_of_muted_people(desk):
    await desk.ask("UCC", "mute")
    asked = await desk.ask(SECRETARY, "circulate draft https://example.org/draft")
    assert (
        "The people of CC turned their briefs off; its reminders come to the Chair." in asked.text
    )


async def test_mute_takes_no_other_words_and_is_for_those_who_get_briefs(desk):
    assert (await desk.ask("UBB", "mute all")).text.startswith("Only on or off")
    assert "You represent no agency here" in (await desk.ask("UX", "mute")).text
    assert "off" in (await desk.ask(SECRETARY, "mute")).text


async def test_the_button_of_home_opens_the_same_form(two):
    from coordination.home import home

    told = await home(two.services, two.asker("UBB"))
    labels = [b.label for b in buttons(told)]
    assert {"Change…", "Away…"} <= set(labels)
    assert (await two.press_form("UBB", told, "Away…")).name == "away"
