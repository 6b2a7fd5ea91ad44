"""A document is circulated by a form that proposes the plan's values and checks each field."""

import json
from datetime import date, time

import pytest

from coordination.dispatch import submit
from coordination.messages.forms import Answers, FileRef, FormName, Incomplete
from coordination.people_records import Preferences
from coordination.records import CirculationState, Role
from coordination.services import Refused, Reply
from tests.coordination.circulating import LINK, circulating, field, opened, said, state
from tests.coordination.desk import SECRETARY


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with circulating(ready_file, tmp_path) as made:
        yield made


async def test_the_form_proposes_the_plans_values(desk):
    form = await desk.form("UAA", "circulate the draft")
    assert (form.name, form.title) == (FormName.CIRCULATE, "Circulate a document")
    assert "The draft: version 1" in said(form)
    values = {f.name: getattr(f, "value", None) for f in form.fields}
    assert values["for"] == "endorsement"
    assert values["of"] == "all"
    assert values["rule"] == "unanimity"
    assert values["closing_day"] == date(2027, 1, 19)  # ten working days, Founders' Day not
    assert values["closing_time"] == time(18)
    assert "at (New York time)" in said(form)
    assert "“Title of report” needs the answers; it is on time if they close by" in said(form)
    assert "editorial" not in values


async def test_what_was_filled_in_is_circulated(desk):
    done = await opened(
        desk,
        "draft",
        **{"for": "clearance"},
        of="choose",
        agencies=("cc", "bb"),
        closing_day=date(2027, 1, 22),
        closing_time=time(12, 30),
        note="Please see page 4.",
    )
    text = "“The draft”, version 1, open until Fri 22 January 12:30 New York (Fri 18:30 Paris)"
    assert text in done.message.text
    made = state(desk)
    assert (made.asks_for, made.rule, made.asked) == ("clearance", "unanimity", ("bb", "cc"))
    assert (made.link, made.note, made.opened_by) == (LINK, "Please see page 4.", SECRETARY)
    card = desk.notices()[-1]
    assert "Circulated for clearance by the heads of agency" in card
    assert "Please see page 4." in card
    (entry,) = await desk.journal("circulation:1")
    assert entry.detail["asked"] == ["bb", "cc"]
    assert "page 4" not in json.dumps(dict(entry.detail))


async def test_comments_need_no_rule(desk):
    await opened(desk, "draft", **{"for": "comments"})
    assert state(desk).rule == "comments"


@pytest.mark.parametrize(
    ("entered", "field_", "told"),
    [
        ({"link": "draft.pdf"}, "link", "is not a link to a document"),
        ({"link": "javascript:alert(1)"}, "link", "is not a link to a document"),
        ({"link": "https://e.org/" + "x" * 1600}, "link", "over 1500 characters"),
        ({"link": ""}, "link", "Which document? Give its link here, or a file below."),
        (
            {"link": LINK, "document": FileRef("F1", "draft.pdf")},
            "link",
            "either a link or a file, not both",
        ),
        ({"document": FileRef("F9", "gone.pdf")}, "document", "That file is gone."),
        ({"for": "applause"}, "for", "Please choose for what it goes out."),
        ({"of": "nobody"}, "of", "Please choose of whom it is asked."),
        ({"of": "choose"}, "agencies", "Please choose at least one agency."),
        ({"of": "choose", "agencies": ("bb", "zz")}, "agencies", "zz is not a member"),
        ({"agencies": ("bb",)}, "of", "You chose agencies below"),
        ({"rule": "silence"}, "rule", "consent is never read from silence unless it does"),
        ({"rule": "majority"}, "rule", "Please choose how it is decided."),
        ({"closing_day": None}, "closing_day", "Until which day are answers due?"),
        ({"closing_time": None}, "closing_time", "Until what time of that day"),
        ({"closing_day": date(2027, 1, 1)}, "closing_day", "Fri 1 January is past"),
        ({"closing_day": date(2026, 12, 1)}, "closing_day", "Tue 1 December 2026 is past"),
        ({"closing_day": date(9999, 12, 31)}, "closing_day", "more than a year away"),
        ({"closing_day": date(2027, 1, 9)}, "closing_day", "Sat 9 January is no working day"),
        (
            {"closing_day": date(2027, 1, 13)},
            "closing_day",
            "is a holiday (Founders’ Day); the next day on which answers may be due is Thu 14",
        ),
        (
            {"closing_day": date(2027, 2, 2)},
            "closing_day",
            "Tue 2 February lies in a quiet period of the group; the next day on which answers "
            "may be due is Mon 8 February.",
        ),
        (
            {"closing_day": date(2027, 1, 4), "closing_time": time(1)},
            "closing_time",
            "01:00 is past on that day",
        ),
        ({"note": "x" * 3001}, "note", "longer than 3,000 characters"),
    ],
)
async def test_each_field_has_its_sentence_and_nothing_is_recorded(desk, entered, field_, told):
    errors = await opened(desk, "draft", **entered)
    assert list(errors) == [field_]
    assert told in errors[field_]
    assert not desk.services.snapshot.circulations
    assert desk.messenger.posted == []


async def test_all_that_is_wrong_is_told_at_once(desk):
    errors = await opened(desk, "draft", link="x", note="x" * 4000, closing_day=date(2027, 1, 9))
    assert set(errors) == {"link", "note", "closing_day"}


async def test_silence_is_offered_and_taken_only_where_the_plan_says_it(desk):
    silent = await desk.form("UAA", "circulate note")
    assert [o.value for o in field(silent, "rule").options] == ["unanimity", "silence"]
    assert field(silent, "rule").value == "silence"
    other = await desk.form("UAA", "circulate draft")
    assert [o.value for o in field(other, "rule").options] == ["unanimity"]
    # What the plan reads from silence is an endorsement, and not the clearance of heads.
    errors = await opened(desk, "note", **{"for": "clearance"})
    assert "does not say silence for the clearance" in errors["rule"]
    await opened(desk, "note")
    assert state(desk).rule == "silence"


async def test_the_agencies_that_the_plan_names_are_chosen_already(desk):
    form = await desk.form("UAA", "circulate survey")
    assert field(form, "of").value == "choose"
    assert field(form, "agencies").values == ("bb", "cc")
    await opened(desk, "survey")
    assert state(desk).asked == ("bb", "cc")
    await opened(desk, "survey", of="all")
    assert state(desk, 2).asked == ("aa", "bb", "cc")


async def test_too_late_for_the_full_period_proposes_the_latest_and_says_by_how_much(desk):
    await desk.until("2027-03-24 10:00")
    form = await desk.form("UAA", "circulate draft")
    assert field(form, "closing_day").value == date(2027, 3, 31)
    assert "The full period (10wd) ends 5 working days too late for that." in said(form)
    done = await opened(desk, "draft", closing_day=date(2027, 4, 2))
    assert "2 working days too late for “Title of report”, which needs the answers" in (
        done.message.text
    )


async def test_without_an_item_the_nearest_that_can_be_circulated_come_first(desk):
    await desk.until("2027-03-20 10:00")
    form = await desk.form("UAA", "circulate")
    options = field(form, "milestone").options
    assert [o.value for o in options] == ["note", "survey", "draft", "letter"]
    with pytest.raises(Incomplete, match="Please choose which document"):
        await desk.submit("UAA", form)
    second = await desk.submit("UAA", form, milestone="letter")
    assert "The letter: version 1" in said(second)
    assert isinstance(await desk.submit("UAA", second, link=LINK), Reply)
    assert state(desk).milestone == "letter"


async def test_an_agency_without_an_active_person_is_reported_before_it_opens(desk):
    await desk.ask("UAA", "focal <@UBB> none")
    async with desk.storage.unit_of_work() as uow:
        away = Preferences("UCC", away_from=date(2027, 1, 1), away_until=date(2027, 1, 10))
        await uow.wishes.prefer(away)
        await uow.commit()
    form = await desk.form("UAA", "circulate draft")
    assert "Nobody here represents BB; please reach it by e-mail." in said(form)
    assert "The people of CC are away, and nobody stands in for them; please reach it" in said(form)
    asked = await desk.ask("UAA", f"circulate draft {LINK}")
    assert "Nobody here represents BB" in asked.text
    assert "The people of CC are away" in asked.text
    done = await opened(desk, "draft")
    assert "Nobody here represents BB" in done.message.text


@pytest.mark.parametrize(("deputy_away", "absent"), [(False, False), (True, True)])
async def test_who_is_away_with_a_deputy_is_not_absent(desk, deputy_away, absent):
    await desk.name("cc", Role.ALTERNATE, "UC2")
    async with desk.storage.unit_of_work() as uow:
        days = {"away_from": date(2027, 1, 1), "away_until": date(2027, 1, 10)}
        await uow.wishes.prefer(Preferences("UCC", deputy="UC2", **days))
        if deputy_away:
            await uow.wishes.prefer(Preferences("UC2", **days))
        await uow.commit()
    form = await desk.form("UAA", "circulate draft")
    assert ("are away, and nobody stands in for them" in said(form)) is absent


async def test_only_the_chair_and_the_secretariat_get_and_send_the_form(desk):
    assert "Only the Chair (AA)" in (await desk.ask("UBB", "circulate draft")).text
    assert "Only the Chair (AA)" in (await desk.ask("UBB", "circulate")).text
    form = await desk.form("UAA", "circulate draft")
    with pytest.raises(Refused, match="Only the Chair"):
        await desk.submit("UBB", form, link=LINK)
    assert not desk.services.snapshot.circulations


@pytest.mark.parametrize("item", ["kick-off", "later"])
async def test_what_cannot_be_circulated_has_no_form(desk, item):
    told = (await desk.ask("UAA", f"circulate {item}")).text
    assert "not something the plan circulates" in told or "waits for a letter" in told


@pytest.mark.parametrize(
    "about",
    [
        "",
        "{}",
        "[" * 1900,
        '{"milestone": "gone", "version": 1, "links": [], "files": []}',
        '{"milestone": "kick-off", "version": 1, "links": [], "files": []}',
        '{"milestone": "draft", "version": 7, "links": [], "files": []}',
        '{"milestone": "draft", "version": "x", "links": [], "files": []}',
        '{"milestone": "draft", "version": 1, "links": [], "files": [1]}',
    ],
)
async def test_an_altered_form_circulates_nothing(desk, about):
    form = await desk.form("UAA", "circulate draft")
    standing = {f.name: getattr(f, "value", getattr(f, "values", None)) for f in form.fields}
    answers = Answers({**standing, "link": LINK})
    with pytest.raises(Refused):
        await submit(desk.services, desk.asker("UAA"), "circulate", about, answers)
    assert not desk.services.snapshot.circulations


async def test_two_who_fill_in_the_same_form_circulate_once(desk):
    first = await desk.form("UAA", "circulate draft")
    second = await desk.form(SECRETARY, "circulate draft")
    await desk.submit("UAA", first, link=LINK)
    with pytest.raises(Refused, match="Version 1 of “The draft” was circulated already"):
        await desk.submit(SECRETARY, second, link=LINK)
    assert len(desk.services.snapshot.circulations) == 1


async def test_a_form_sent_again_by_the_platform_has_no_second_effect(desk):
    form = await desk.form("UAA", "circulate draft")
    standing = {f.name: getattr(f, "value", getattr(f, "values", None)) for f in form.fields}
    answers = Answers({**standing, "link": LINK})
    asker = desk.asker("UAA")
    for told in ("Circulated: “The draft”", "That was circulated already."):
        done = await submit(desk.services, asker, form.name, form.about, answers)
        assert told in done.message.text
    assert len(desk.services.snapshot.circulations) == 1


async def test_the_open_version_that_will_be_superseded_is_named(desk):
    await opened(desk, "draft")
    form = await desk.form("UAA", "circulate draft")
    assert "The draft: version 2" in said(form)
    assert "The version that is open now will be superseded." in said(form)
    asked = await desk.ask("UAA", f"circulate draft {LINK}")
    assert "The version that is open now will be superseded." in asked.text
    await desk.press("UAA", asked, "Circulate")
    assert state(desk).state is CirculationState.SUPERSEDED
