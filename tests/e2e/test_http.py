"""The main job over HTTP: the real bot serves, the sandbox sends it signed requests."""

from urllib.parse import urlencode

import aiohttp
import pytest

from bot.cli.demo_people import CHANNEL
from bot.slack import client
from sandbox.faults import Fault
from tests.e2e.conversation import (
    a_form_of_home_is_kept,
    an_answer_is_given_and_taken_back,
    home_shows_what_waits,
    mentions_threads_and_direct_messages_are_answered,
)
from tests.e2e.group import SHIPPED
from tests.e2e.running import locked, running

JANUARY = "2010-01-04T08:00:00+01:00"


@pytest.fixture
async def group(tmp_path):
    """The shipped plan on its first working morning."""
    async with running(tmp_path, JANUARY, plan=SHIPPED, http=True) as made:
        yield made


async def circulated(group):
    await group.act("undp", "circulate handbook-circulated https://example.org/h.pdf", "Circulate")
    return group.card("The handbook text")


async def sent(group, body, headers):
    """What the bot answers to a request that somebody makes up."""
    url = f"{group.demo.address}/slack/events"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        return answer.status


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def command(text, user="UUNDP", trigger="1.2.3"):
    more = {"user_id": user, "channel_id": CHANNEL, "trigger_id": trigger}
    return urlencode({"command": "/gmg", "text": text, **more})


async def test_the_main_job_over_signed_requests(group):
    assert group.server.socket_mode.connections == 0
    greeting = group.posted()[0]
    assert "/gmg next" in greeting.text

    answer = await group.ask("unicef", "next")
    assert "Circulate the concept note of the symposium" in answer.text
    await group.demo.clock.next_notice()
    assert "Fri 8 January, in 3 days" in group.posted()[-1].text

    card = await circulated(group)
    await an_answer_is_given_and_taken_back(group, card)
    await home_shows_what_waits(group)
    await a_form_of_home_is_kept(group)


async def test_a_mention_a_thread_and_a_direct_message_over_http(group):
    await mentions_threads_and_direct_messages_are_answered(group)


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda h: h | {"X-Slack-Signature": "v0=" + "0" * 64}, id="signature"),
        pytest.param(lambda h: h | {"X-Slack-Request-Timestamp": "soon"}, id="no-number"),
        pytest.param(lambda h: {}, id="unsigned"),
    ],
)
async def test_a_forged_request_is_refused_and_changes_nothing(group, forge):
    body = command("done symposium-concept-note")
    headers = FORM | forge(group.server.http_events.signed(body))
    assert await sent(group, body, headers) == 401
    assert await group.demo.bot.storage.history("milestone:symposium-concept-note") == ()


@pytest.mark.parametrize("age", [301, -301, 200])
async def test_a_request_signed_over_five_minutes_off_is_refused(group, age):
    body = command("done symposium-concept-note")
    headers = FORM | group.server.http_events.signed(body, age)
    fresh = abs(age) < 300
    assert await sent(group, body, headers) == (200 if fresh else 401)
    recorded = await group.demo.bot.storage.history("milestone:symposium-concept-note")
    assert len(recorded) == fresh


async def test_a_signed_request_replayed_has_no_second_effect(group):
    body = command("done symposium-concept-note")
    headers = FORM | group.server.http_events.signed(body)
    assert await sent(group, body, headers) == 200
    reopened = await group.ask("undp", "reopen symposium-concept-note")
    assert reopened.text.startswith("Reopened")
    assert await sent(group, body, headers) == 200
    recorded = await group.demo.bot.storage.history("milestone:symposium-concept-note")
    assert [entry.verb for entry in recorded] == ["done", "reopened"]


async def test_an_event_delivered_four_times_is_acted_on_once(group):
    card = await circulated(group)
    group.server.deliveries.repeat = 4
    await group.react("unicef", card, "white_check_mark")
    await group.react("who", card, "white_check_mark")  # not among those asked: told so
    group.server.people.say("UUNDP", CHANNEL, "@gmg chair")
    await group.settle()
    assert "1 of 14 replies received" in card.text
    verbs = [e.verb for e in await group.demo.bot.storage.history("circulation:1")]
    assert (verbs.count("cleared"), verbs.count("not counted")) == (1, 1)
    assert len(group.direct("who")) == 1
    await group.shown(lambda: str([m.text for m in group.seen("undp")]), "In the chair today")
    assert str([m.text for m in group.seen("undp")]).count("In the chair today") == 1


async def test_being_added_is_greeted_once_however_often_it_is_told(tmp_path):
    async with running(tmp_path, at=None, http=True) as group:
        group.server.deliveries.repeat = 4
        await group.demo.begin()
        await group.settle()
        await group.shown(lambda: str([m.text for m in group.posted()]), "/gmg next")
        assert len(group.posted()) == 1


WELL = {"database": True, "scheduler": True, "reminders": True, "slack": True}


@pytest.fixture(params=[True, False], ids=["http", "socket-mode"])
async def either(request, tmp_path):
    """A bot in each mode; nothing is due until nine."""
    async with running(tmp_path, http=request.param) as made:
        yield made


async def test_health_tells_that_all_is_well(either):
    assert await either.demo.health("healthz") == (200, {"alive": True})
    assert await either.demo.health() == (200, {"ready": True, "checks": WELL})


@pytest.mark.impatient
async def test_not_ready_while_the_database_is_away(either, tmp_path):
    async with locked(tmp_path / "gmg.db"):
        status, told = await either.demo.health()
        assert (status, told["checks"]["database"]) == (503, False)
        assert await either.demo.health("healthz") == (200, {"alive": True})
    await either.demo.bot.drain()
    assert (await either.demo.health())[0] == 200


async def test_not_ready_while_slack_refuses_the_token(either):
    either.server.token_revoked = True
    await either.until("2010-01-11 09:00")  # what is due is refused
    status, told = await either.demo.health()
    assert (status, told["checks"]) == (503, WELL | {"slack": "the token is void: token_revoked"})
    either.server.token_revoked = False
    assert await either.demo.health() == (200, {"ready": True, "checks": WELL})


async def test_not_ready_while_slack_does_not_answer(either):
    for method in ("auth.test", "chat.postMessage", "conversations.history"):
        either.server.faults.plan(method, Fault("500"), times=50)
    await either.until("2010-01-11 09:00")
    status, told = await either.demo.health()
    assert (status, told["checks"]) == (503, WELL | {"slack": "does not answer: http_500"})
    assert await either.demo.health("healthz") == (200, {"alive": True})
    either.server.faults.clear()
    assert await either.demo.health() == (200, {"ready": True, "checks": WELL})


async def test_not_ready_when_slack_went_away_while_there_was_nothing_to_tell(either, monkeypatch):
    monkeypatch.setattr(client, "FRESH", 0.0)  # as after half a minute of quiet
    either.server.faults.plan("auth.test", Fault("drop"))
    status, told = await either.demo.health()
    assert (status, told["checks"]) == (503, WELL | {"slack": "does not answer: connection_lost"})
    assert (await either.demo.health())[0] == 200


async def test_without_a_connection_socket_mode_is_not_ready(tmp_path):
    async with running(tmp_path) as group:
        group.server.faults.plan("apps.connections.open", Fault("500"), times=50)
        await group.server.socket_mode.close()
        status, told = await group.demo.health()
        assert status == 503
        assert told["checks"]["slack"] == "no Socket Mode connection"
