"""Two connections: whatever happens to one of them, people are answered."""

import asyncio
import logging

import pytest

import bot.slack.socket as socket_module
from bot.slack.client import SlackProblem
from bot.slack.socket import SocketMode
from coordination.messages.parts import Message
from coordination.ports import Target
from coordination.services import Reply
from sandbox.faults import Fault
from tests.bot.slack.harness import ANA, CHANNEL, until, well


@pytest.fixture
async def socket(offline):
    made = SocketMode(offline.app, offline.slack.spec.app_token, well, port=None, watch=0.05)
    await made.start()
    yield made
    await made.stop()


async def test_two_connections_stand(offline, socket):
    assert offline.slack.socket_mode.connections == 2
    assert socket.connected() == 2
    assert socket.trouble() is None


async def test_a_refresh_in_a_burst_loses_no_command(offline, socket):
    async def burst():
        for n in range(60):
            outcome = await offline.slack.people.command(ANA, CHANNEL, f"/gmg next {n}")
            assert outcome.answered, n

    async def refresh():
        for _ in range(2):
            for which in (0, 1):
                await asyncio.sleep(0.05)
                await offline.slack.socket_mode.refresh(which)

    await asyncio.gather(burst(), burst(), refresh())
    assert len(offline.script.asked) == 120
    await until(lambda: offline.slack.socket_mode.connections == 2)


async def test_an_event_on_a_connection_that_breaks_comes_again(offline, socket):
    ref = await offline.messenger.post(Target(channel=CHANNEL), Message("Please clear"), ["k"])
    for which in (0, 1):
        offline.slack.people.react(ANA, CHANNEL, ref.ts, ("eyes", "tada")[which])
        await offline.slack.socket_mode.refresh(which)
    await offline.settle()
    assert {reaction for _, reaction, _ in offline.script.reacted} == {"eyes", "tada"}


async def test_a_connection_that_stays_down_is_replaced(offline, socket, monkeypatch):
    monkeypatch.setattr(socket_module, "GIVEN_UP", 0.2)
    down = socket._handlers[0].client
    down.auto_reconnect_enabled = down.default_auto_reconnect_enabled = False
    await down.current_session.close()
    await until(lambda: socket._handlers[0].client is not down and socket.connected() == 2)
    assert offline.slack.socket_mode.connections == 2


async def test_without_any_connection_health_says_so(offline, socket):
    for handler in socket._handlers:
        await handler.client.current_session.close()
    assert socket.trouble() == "no Socket Mode connection"


async def test_a_wrong_app_token_ends_the_start_in_one_line(offline):
    made = SocketMode(offline.app, "xapp-wrong-secret", well, port=None)
    with pytest.raises(SlackProblem, match="SLACK_APP_TOKEN") as caught:
        await made.start()
    assert "wrong-secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_slack_that_refuses_connections_ends_the_start(offline):
    offline.slack.faults.plan("apps.connections.open", Fault("drop"))
    made = SocketMode(offline.app, offline.slack.spec.app_token, well, port=None)
    with pytest.raises(SlackProblem, match="SLACK_API_URL or the network"):
        await made.start()


async def test_what_is_under_way_is_answered_before_the_end(offline):
    made = SocketMode(offline.app, offline.slack.spec.app_token, well, port=None)
    await made.start()

    async def slow(asker, text):
        await asyncio.sleep(0.5)
        return Reply(Message("Slow but sure"))

    offline.script.answers = slow
    asked = asyncio.create_task(offline.slack.people.command(ANA, CHANNEL, "/gmg next"))
    await until(lambda: offline.script.asked)
    await made.stop()
    assert (await asked).payload["text"] == "Slow but sure"
    assert offline.slack.socket_mode.connections == 0


async def test_what_is_taken_while_it_stops_is_answered_and_the_rest_is_not_taken(offline):
    made = SocketMode(offline.app, offline.slack.spec.app_token, well, port=None)
    await made.start()
    answered = []

    async def slow(asker, text):
        await asyncio.sleep(0.15)
        return Reply(Message("Slow but sure"))

    async def burst(who):
        for n in range(100):
            outcome = await offline.slack.people.command(ANA, CHANNEL, f"/gmg next {who} {n}")
            if not outcome.answered:
                return
            answered.append(f"next {who} {n}")

    offline.script.answers = slow
    bursts = [asyncio.create_task(burst(who)) for who in range(20)]
    await until(lambda: len(answered) > 40)
    await made.stop()
    taken = [text for _, text in offline.script.asked]
    for one in bursts:
        await one
    assert sorted(answered) == sorted(taken)
    assert len(offline.script.asked) == len(taken)


async def test_the_ticket_of_a_connection_is_not_logged(caplog):
    logger = socket_module._socket_log()
    with caplog.at_level(logging.INFO, logger.name):
        logger.error("failed: %s", "cannot reach wss://wss-primary.slack.com/link/?ticket=abc")
        try:
            raise OSError("wss://wss-primary.slack.com/link/?ticket=abc")
        except OSError:
            logger.exception("Failed to connect")
    assert "abc" not in caplog.text and "[ticket]" in caplog.text
