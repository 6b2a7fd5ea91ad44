"""A person who opens the bot's Home finds it drawn, and drawn again after what they do there."""

from datetime import date

import pytest

from coordination.messages.forms import DayField, Form, FormName
from coordination.messages.parts import (
    Button,
    Buttons,
    Heading,
    Message,
    Paragraph,
    PickDay,
    line,
    message,
)
from coordination.services import Refused, Reply
from sandbox.faults import Fault
from tests.bot.slack.harness import ANA, EVA, Harness

HOME = message(
    Heading("What waits for UNICEF"),
    Buttons((Button("gmg_show", "Show", "hb"), Button("gmg_done", "Done", "hb"))),
    PickDay("gmg_set_date", "Set the date", "hb"),
)


@pytest.fixture
async def home(face) -> Harness:
    """The face, after somebody opened their Home."""
    face.script.shows = HOME
    face.slack.people.open_home(ANA)
    await face.settle()
    assert face.slack.people.home(ANA) is not None
    return face


async def test_it_is_drawn_for_the_person_who_opens_it(home):
    assert [a.user for a in home.script.homes] == [ANA]
    assert "What waits for UNICEF" in str(home.slack.people.home(ANA).blocks)
    assert home.slack.people.home(EVA) is None


async def test_the_messages_beside_it_draw_nothing(face):
    face.slack.people.open_home(ANA, tab="messages")
    await face.settle()
    assert face.script.homes == []


async def test_a_press_is_answered_in_a_window_and_draws_it_again(home):
    home.script.shows = Message("All done")
    outcome = await home.slack.people.press_in(ANA, "gmg_done:1")
    assert outcome.answered
    asker, action, value = home.script.pressed[0]
    assert (asker.user, asker.channel, asker.message) == (ANA, None, None)
    assert (action, value) == ("gmg_done", "hb") and asker.order
    assert "gmg_done of hb" in str(home.slack.people.form(ANA).blocks)
    await home.settle()
    assert "All done" in str(home.slack.people.home(ANA).blocks)


async def test_a_day_picked_there_is_a_press(home):
    await home.slack.people.press_in(ANA, "gmg_set_date:2", "2010-03-09")
    assert home.script.pressed[0][1:] == ("gmg_set_date", "hb|2010-03-09")


async def test_a_refusal_is_shown_there_too(home):
    async def refuses(*_):
        raise Refused("Only the Chair can do that.")

    home.script.presses = refuses
    await home.slack.people.press_in(ANA, "gmg_done:1")
    assert "Only the Chair can do that." in str(home.slack.people.form(ANA).blocks)


async def test_a_form_opened_from_it_says_itself_what_became_of_it(home):
    async def form(asker, action, value):
        return Form(FormName.SETTINGS, "Your settings", "Keep", (DayField("day", "Day"),))

    async def kept(asker, name, about, answers):
        assert answers.day("day") == date(2010, 3, 1)
        return Reply(Message("Kept."))

    home.script.presses, home.script.submits = form, kept
    await home.slack.people.press_in(ANA, "gmg_show:0")
    assert home.slack.people.form(ANA).title == "Your settings"
    await home.settle()
    drawn = len(home.script.homes)
    await home.slack.people.submit(ANA, {"day": "2010-03-01"})
    assert "Kept." in str(home.slack.people.form(ANA).blocks)
    await home.settle()
    assert len(home.script.homes) == drawn + 1
    direct = home.slack.workspace.direct(ANA).id
    assert home.seen(ANA, direct) == []


async def test_where_no_window_opens_the_answer_comes_as_a_direct_message(home):
    home.slack.faults.plan("views.open", Fault("500"))
    await home.slack.people.press_in(ANA, "gmg_done:1")
    await home.settle()
    direct = home.slack.workspace.direct(ANA).id
    assert [m.text for m in home.seen(ANA, direct)] == ["gmg_done of hb"]


async def test_windows_above_it_draw_it_again_too(home):
    async def shows(asker, action, value):
        return Reply(message(Paragraph(line("x")), Buttons((Button("gmg_seen", "Seen", "1"),))))

    home.script.presses = shows
    await home.slack.people.press_in(ANA, "gmg_show:0")
    await home.settle()
    drawn = len(home.script.homes)
    await home.slack.people.press_in(ANA, "gmg_seen:0")
    await home.settle()
    assert len(home.script.homes) == drawn + 1


async def test_slack_away_leaves_the_home_as_it_was(home):
    home.slack.faults.plan("views.publish", Fault("500"))
    home.script.shows = Message("New")
    home.slack.people.open_home(ANA)
    await home.settle()
    assert "What waits for UNICEF" in str(home.slack.people.home(ANA).blocks)
