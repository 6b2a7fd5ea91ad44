"""Socket Mode with the SDK's own client: envelopes, acknowledgements, refreshes, repeats."""

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from sandbox.deliver import ANSWER_WITHIN, RETRIES
from sandbox.socket_mode import FRAME_LIMIT
from tests.sandbox.harness import ANA, BOT, OPEN, Connection, stand_in, until, web_client


def mention(slack, text="next"):
    return slack.people.say(ANA, OPEN, f"@gmg {text}")


async def test_a_connection_is_greeted_with_whose_it_is_and_how_many_there_are(slack):
    async with Connection(slack) as one, Connection(slack) as two:
        for number, connection in ((1, one), (2, two)):
            hello = connection.said[0]
            assert hello["connection_info"] == {"app_id": "A0SANDBOX"}
            assert hello["num_connections"] == number
        assert slack.socket_mode.connections == 2
    await until(lambda: not slack.socket_mode.online)


async def test_a_ticket_opens_one_connection(slack, client):
    url = (await client.apps_connections_open(app_token=slack.spec.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        for used in (url, url.partition("?")[0], f"{url}x"):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(used)


async def test_an_event_comes_in_an_envelope_of_its_own(slack):
    async with Connection(slack) as connection:
        said = mention(slack)
        await slack.deliveries.settle()
        [heard] = connection.heard
    raw = connection.said[-1]
    assert (heard.type, heard.accepts_response_payload) == ("events_api", False)
    assert (raw["retry_attempt"], raw["retry_reason"]) == (0, "")
    payload = heard.payload
    assert payload["type"] == "event_callback"
    assert (payload["team_id"], payload["api_app_id"]) == ("T0SANDBOX", "A0SANDBOX")
    assert payload["authorizations"][0]["team_id"] == "T0SANDBOX"
    assert payload["authorizations"][0]["user_id"] == BOT
    assert payload["event_id"].startswith("Ev")
    assert (payload["event"]["type"], payload["event"]["ts"]) == ("app_mention", said.ts)


async def test_envelopes_are_scattered_over_the_connections_one_each(slack):
    async with Connection(slack) as one, Connection(slack) as two:
        for number in range(10):
            mention(slack, str(number))
        await slack.deliveries.settle()
        for _ in range(4):
            assert (await slack.people.command(ANA, OPEN, "/gmg next")).answered
    heard = [r.envelope_id for c in (one, two) for r in c.heard]
    assert len(heard) == len(set(heard)) == 14
    assert len(one.heard) == len(two.heard) == 7


def attempts(connection):
    return [
        (r.payload["event_id"], r.retry_attempt, r.retry_reason)
        for r in connection.heard
        if r.type == "events_api"
    ]


async def test_an_event_not_acknowledged_comes_again_three_times_with_the_same_id(hasty):
    async with Connection(hasty) as connection:
        connection.awake = False
        mention(hasty)
        await hasty.deliveries.settle()
        seen = attempts(connection)
        envelopes = {r.envelope_id for r in connection.heard}
    [id] = {event_id for event_id, _, _ in seen}
    assert seen == [(id, 0, "")] + [(id, n, "timeout") for n in (1, 2, 3)]
    assert len(envelopes) == 4


async def test_an_event_acknowledged_at_last_comes_no_more(hasty):
    async with Connection(hasty) as connection:
        connection.awake = False
        mention(hasty)
        await until(lambda: len(connection.heard) == 2)
        await connection.acknowledge(connection.heard[1])
        await hasty.deliveries.settle()
        assert len(connection.heard) == 2


async def test_an_acknowledgement_too_late_counts_for_nothing(hasty):
    async with Connection(hasty) as connection:
        connection.awake = False
        mention(hasty)
        await until(lambda: len(connection.heard) == 2)
        await connection.acknowledge(connection.heard[0])
        await hasty.deliveries.settle()
        assert len(connection.heard) == 4


async def test_an_event_without_a_connection_comes_when_there_is_one_again():
    server = stand_in(retries=(0.0, 0.8, 0.8))
    await server.start()
    mention(server)
    async with Connection(server) as connection:
        await server.deliveries.settle()
        assert [r.retry_attempt > 0 for r in connection.heard] == [True]
    await server.stop()


def test_slacks_own_patience_is_three_seconds_and_its_repeats_at_once_after_1_and_5_minutes():
    assert ANSWER_WITHIN == 3.0
    assert RETRIES == (0.0, 60.0, 300.0)


async def test_a_command_and_a_press_come_once_and_the_person_is_told(hasty):
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}
    message = hasty.add_message(
        hasty.workspace.channels[OPEN], BOT, "x", blocks=[{"type": "actions", "elements": [button]}]
    )
    offline = await hasty.people.command(ANA, OPEN, "/gmg next")
    assert (offline.answered, offline.error) == (
        False,
        "/gmg failed with the error “dispatch_failed”.",
    )
    async with Connection(hasty) as connection:
        connection.awake = False
        asked = await hasty.people.command(ANA, OPEN, "/gmg next")
        assert asked.error == "/gmg failed with the error “operation_timeout”."
        pressed = await hasty.people.press(ANA, OPEN, message.ts, "a")
        assert pressed.error == "That press failed with the error “operation_timeout”."
        await asyncio.sleep(0.3)
        assert [r.type for r in connection.heard] == ["slash_commands", "interactive"]
        assert not any(r.retry_attempt for r in connection.heard)
    assert hasty.people.visible(ANA, OPEN) == [message]


async def test_an_answer_takes_up_to_three_seconds_and_no_more():
    server = stand_in(answer_within=ANSWER_WITHIN)
    await server.start()
    async with Connection(server) as connection:
        connection.awake = False
        started = asyncio.get_running_loop().time()
        asked = [asyncio.create_task(server.people.command(ANA, OPEN, "/gmg")) for _ in range(2)]
        await until(lambda: len(connection.heard) == 2)
        await asyncio.sleep(1.5)
        await connection.acknowledge(connection.heard[0], {"text": "just in time"})
        outcomes = [await task for task in asked]
        assert 2.9 < asyncio.get_running_loop().time() - started < 6
    assert sorted(o.answered for o in outcomes) == [False, True]
    await server.stop()


async def test_a_frame_over_the_limit_ends_the_connection_with_1009(slack, client):
    url = (await client.apps_connections_open(app_token=slack.spec.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        await socket.receive_json()
        await socket.send_str("é" * (FRAME_LIMIT // 2))
        mention(slack)
        assert (await socket.receive_json())["type"] == "events_api"  # still open
        await socket.send_str("x" + "é" * (FRAME_LIMIT // 2))
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 1009
    assert (FRAME_LIMIT, slack.socket_mode.over_limit) == (20_480, 1)


async def test_an_answer_over_the_frame_limit_is_lost_with_its_connection(hasty):
    async with Connection(hasty, lambda _: {"text": "x" * FRAME_LIMIT}) as connection:
        outcome = await hasty.people.command(ANA, OPEN, "/gmg next")
        assert not outcome.answered
        assert hasty.socket_mode.over_limit == 1
        assert len(connection.heard) == 1


@pytest.mark.parametrize("odd", ["not JSON", "[]", '"x"', "{}", '{"envelope_id": "other"}'])
async def test_an_odd_frame_acknowledges_nothing_and_ends_nothing(hasty, odd):
    client = web_client(hasty)
    url = (await client.apps_connections_open(app_token=hasty.spec.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        await socket.receive_json()
        mention(hasty)
        await socket.receive_json()
        await socket.send_str(odd)
        assert (await socket.receive_json())["retry_attempt"] == 1
        assert hasty.socket_mode.online


async def test_a_refresh_says_so_closes_and_the_client_comes_back(slack):
    async with Connection(slack) as connection:
        await slack.socket_mode.refresh()
        await until(lambda: [m["type"] for m in connection.said].count("hello") > 1)
        bye = next(m for m in connection.said if m["type"] == "disconnect")
        assert bye["reason"] == "refresh_requested"
        mention(slack)
        await slack.deliveries.settle()
        assert len({r.payload["event_id"] for r in connection.heard}) == 1
        await until(lambda: slack.socket_mode.connections == 1)


async def test_what_was_under_way_on_a_refreshed_connection_is_lost_but_events_come_again(hasty):
    async with Connection(hasty) as connection:
        connection.awake = False
        command = asyncio.create_task(hasty.people.command(ANA, OPEN, "/gmg next"))
        mention(hasty)
        await until(lambda: len(connection.heard) == 2)
        connection.awake = True
        await hasty.socket_mode.refresh()
        assert not (await command).answered
        await hasty.deliveries.settle()
        kinds = [r.type for r in connection.heard]
        assert (kinds.count("slash_commands"), kinds.count("events_api")) == (1, 2)


async def test_one_connection_is_refreshed_and_the_other_goes_on(slack):
    async with Connection(slack) as one, Connection(slack) as two:
        await slack.socket_mode.refresh(0)
        assert (await slack.people.command(ANA, OPEN, "/gmg next")).answered
        await until(lambda: slack.socket_mode.connections == 2)
        assert any(m["type"] == "disconnect" for m in one.said)
        assert not any(m["type"] == "disconnect" for m in two.said)


async def test_an_eleventh_connection_is_sent_away(slack, client):
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        for number in range(11):
            url = (await client.apps_connections_open(app_token=slack.spec.app_token))["url"]
            socket = await stack.enter_async_context(session.ws_connect(url))
            first = await socket.receive_json()
            assert first["type"] == ("hello" if number < 10 else "disconnect")
        assert first["reason"] == "too_many_websockets"
        assert slack.socket_mode.connections == 10


async def test_events_are_held_back_repeated_and_turned_round_on_demand(slack):
    async with Connection(slack) as connection:
        slack.deliveries.hold()
        for number in range(3):
            mention(slack, str(number))
        await asyncio.sleep(0.05)
        assert connection.heard == []
        slack.deliveries.release(backwards=True)
        await slack.deliveries.settle()
        told = [r.payload["event"]["text"][-1] for r in connection.heard]
        assert told == ["2", "1", "0"]
        slack.deliveries.repeat = 4
        mention(slack)
        await slack.deliveries.settle()
        assert len({r.payload["event_id"] for r in connection.heard[3:]}) == 1
        assert len(connection.heard) == 7


async def test_bolt_itself_is_served(slack):
    app = AsyncApp(client=web_client(slack), process_before_response=True)

    @app.command("/gmg")
    async def on_command(ack, command):
        await ack(f"You asked: {command['text']}")

    @app.event("app_mention")
    async def on_mention(event, say):
        await say(f"You said: {event['text']}", thread_ts=event["ts"])

    handler = AsyncSocketModeHandler(app, slack.spec.app_token, web_client=web_client(slack))
    handler.client.proxy = None
    await handler.connect_async()
    await until(lambda: slack.socket_mode.online)
    outcome = await slack.people.command(ANA, OPEN, "/gmg next 3")
    assert outcome.payload == {"text": "You asked: next 3"}
    said = mention(slack)
    await slack.deliveries.settle()
    answer = slack.people.visible(ANA, OPEN)[-1]
    assert (answer.user, answer.thread_ts) == (BOT, said.ts)
    assert answer.text == f"You said: <@{BOT}> next"
    await handler.close_async()
