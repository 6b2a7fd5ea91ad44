"""Home shows each person what is theirs, and nobody what is not."""

from dataclasses import replace
from datetime import time

import pytest

from bot.slack.views import home_view
from coordination.actions import Action
from coordination.clearance_records import CHAIR
from coordination.home import home
from coordination.more_time import ask_time
from coordination.people_records import Preferences
from coordination.ports import DeliveryError
from coordination.questions import settle
from coordination.write import writing
from sandbox.validate_views import check_view
from tests.coordination.desk import SECRETARY, Desk, buttons

JOIN = ("join aa", "join bb", "join cc")


async def shown(desk: Desk, user: str):
    page = await home(desk.services, desk.asker(user))
    check_view(home_view(page), "home")
    return page


async def test_what_waits_for_the_persons_agency_comes_first(desk):
    await desk.until("2027-02-22 09:00")
    await desk.circulate("draft")
    page = await shown(desk, "UBB")
    assert page.text.startswith("What waits for BB")
    assert "Replies still to come from you\n• The draft, version 1" in page.text
    assert "What comes next" in page.text
    assert "Open circulations\n• The draft, version 1: 0 of 3 replies received" in page.text
    assert "BB: reply still to come" in page.text
    assert "Who represents BB\n• BB" in page.text and "Ubb" in page.text
    told = "What is stored about you\n• Who you are: Ubb, focal point of BB."
    assert page.text.count(told) == page.text.count("What is stored about you") == 1
    assert not [b for b in buttons(page) if b.value in JOIN]


async def test_an_answer_given_is_shown_and_asked_for_no_more(desk):
    await desk.until("2027-02-22 09:00")
    ref = await desk.circulate("draft")
    await desk.react("UBB", ref, "white_check_mark")
    page = await shown(desk, "UBB")
    assert "Replies still to come from you" not in page.text
    assert "BB: cleared" in page.text
    assert "BB: cleared" not in (await shown(desk, "UCC")).text


async def test_questions_stand_there_with_their_buttons_until_they_are_answered(desk):
    await desk.until("2027-02-22 09:00")
    await desk.circulate("draft")
    (circulation,) = desk.services.snapshot.circulations.values()
    asker = desk.asker("UBB")
    async with writing(desk.services, asker) as uow:
        await ask_time(desk.services, uow, asker, circulation, "bb")
    (question,) = desk.services.snapshot.state.questions
    assert question.asked_of == CHAIR and question.words is not None
    for user in ("UAA", SECRETARY):
        page = await shown(desk, user)
        assert "Questions for you\nBB asks for more time" in page.text
        assert f"{question.id}|decline|listed" in [b.value for b in buttons(page)]
    assert "asks for more time" not in (await shown(desk, "UCC")).text
    assert "Questions for you" in (await desk.ask("UAA", "mine")).text
    async with desk.storage.unit_of_work() as uow:
        kept = await uow.questions.get(question.id)
        settled = await settle(desk.services, uow, desk.asker("UAA"), kept, circulation, "decline")
        await uow.commit()
    await desk.services.snapshots.refresh()
    assert settled.words is None
    assert "asks for more time" not in (await shown(desk, "UAA")).text


async def test_the_chair_finds_the_dates_to_settle(desk):
    await desk.until("2027-05-10 09:00")
    assert "Dates for the Chair to set\n• Forum & <fair>" in (await shown(desk, "UAA")).text
    assert "Dates for the Chair to set" not in (await shown(desk, "UBB")).text


async def test_somebody_unknown_is_told_how_to_join(desk):
    page = await shown(desk, "UX")
    assert "Do you represent an agency?" in page.text and "What comes next" in page.text
    offered = [b for b in buttons(page) if b.action == Action.ASK]
    assert tuple(b.value for b in offered) == JOIN
    told = await desk.press("UX", page, "CC")
    assert "I have asked" in told.message.text


async def test_somebody_in_no_channel_of_the_group_sees_nothing_of_it(desk):
    desk.directory.away.add("UX")
    for user in ("UX", "UNOBODY"):
        page = await shown(desk, user)
        assert "for the people in its channels" in page.text
        assert not buttons(page)
        assert "What is stored about you\n• Nothing is stored about you" in page.text
        assert "Kick-off" not in page.text and "What comes next" not in page.text


async def test_whoever_represents_an_agency_sees_it_without_being_in_a_channel(desk):
    desk.directory.away.add("UBB")
    assert "What waits for BB" in (await shown(desk, "UBB")).text


async def test_where_the_platform_is_away_a_stranger_stays_one(desk):
    class Away:
        async def in_group(self, user):
            raise DeliveryError("timeout")

        async def profile(self, user):
            raise DeliveryError("timeout")

    desk.services = replace(desk.services, directory=Away())
    assert "for the people in its channels" in (await shown(desk, "UX")).text
    assert "What waits for BB" in (await shown(desk, "UBB")).text


@pytest.mark.parametrize("user", ["UBB", "UX"])
async def test_settings_are_those_of_the_person(desk, user):
    page = await shown(desk, user)
    assert "Quiet hours: none" in page.text and "Reminders: on" in page.text
    wanted = Preferences(
        user, "Asia/Kolkata", quiet_from=time(18), quiet_until=time(8, 30), muted=True
    )
    async with desk.storage.unit_of_work() as uow:
        await uow.wishes.prefer(wanted)
        await uow.commit()
    await desk.services.snapshots.refresh()
    page = await shown(desk, user)
    assert "Time zone: Kolkata (as you set it)" in page.text
    assert "Quiet hours: 18:00 to 08:30" in page.text and "Reminders: muted" in page.text


async def test_after_the_plans_year_it_says_so(desk):
    await desk.until("2028-01-10 09:00")
    page = await shown(desk, "UBB")
    assert "is over: its last day was Fri 31 December 2027." in page.text
