"""Over HTTP: signed as Slack signs, told again with Slack's headers, the address checked."""

import asyncio
import json
import time
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.sandbox.harness import ANA, BOT, OPEN, HttpApp, stand_in, texts

SECRET = "sandbox-signing-secret"
BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}


def mention(slack):
    return slack.people.say(ANA, OPEN, "@gmg next")


@pytest.fixture
async def hurried(hasty):
    """An app behind a stand-in that waits less than three seconds."""
    app = HttpApp()
    await app.start()
    app.listens_to(hasty)
    yield app
    await app.stop()


async def test_events_commands_and_presses_are_signed_in_slacks_way(slack, http_app):
    message = slack.add_message(
        slack.workspace.channels[OPEN], BOT, "x", blocks=[{"type": "actions", "elements": [BUTTON]}]
    )
    mention(slack)
    await slack.deliveries.settle()
    await slack.people.command(ANA, OPEN, "/gmg next é & ü")
    await slack.people.press(ANA, OPEN, message.ts, "a")
    assert len(http_app.requests) == 3
    for headers, body in http_app.requests:
        assert SignatureVerifier(SECRET).is_valid_request(body, headers)
        assert not SignatureVerifier("another").is_valid_request(body, headers)
        assert not SignatureVerifier(SECRET).is_valid_request(body + " ", headers)
        assert abs(time.time() - int(headers["X-Slack-Request-Timestamp"])) < 5


async def test_each_kind_comes_in_slacks_own_form(slack, http_app):
    message = slack.add_message(
        slack.workspace.channels[OPEN], BOT, "x", blocks=[{"type": "actions", "elements": [BUTTON]}]
    )
    mention(slack)
    await slack.deliveries.settle()
    await slack.people.command(ANA, OPEN, "/gmg next é & ü")
    await slack.people.press(ANA, OPEN, message.ts, "a")
    (event_headers, event), (command_headers, command), (press_headers, press) = http_app.requests
    form = "application/x-www-form-urlencoded"
    assert event_headers["Content-Type"] == "application/json"
    assert command_headers["Content-Type"] == press_headers["Content-Type"] == form
    assert json.loads(event)["event"]["type"] == "app_mention"
    assert parse_qs(command)["text"] == ["next é &amp; ü"]
    pressed = json.loads(parse_qs(press)["payload"][0])
    assert (pressed["type"], pressed["actions"][0]["action_id"]) == ("block_actions", "a")


async def test_what_was_made_earlier_carries_its_time(slack, http_app):
    old = slack.http_events.signed("body", 400)
    assert int(time.time()) - int(old["X-Slack-Request-Timestamp"]) >= 399
    assert not SignatureVerifier(SECRET).is_valid_request("body", old)


def tries(app):
    return [
        (
            json.loads(body)["event_id"],
            headers.get("X-Slack-Retry-Num"),
            headers.get("X-Slack-Retry-Reason"),
        )
        for headers, body in app.requests
    ]


async def test_an_event_refused_comes_again_three_times_saying_why(slack, http_app):
    http_app.answers = [web.Response(status=s) for s in (500, 404, 503, 500)]
    mention(slack)
    await slack.deliveries.settle()
    [id] = {event_id for event_id, _, _ in tries(http_app)}
    assert tries(http_app) == [
        (id, None, None),
        (id, "1", "http_error"),
        (id, "2", "http_error"),
        (id, "3", "http_error"),
    ]


@pytest.mark.parametrize("status", [200, 201, 204])
async def test_an_event_taken_comes_once(slack, http_app, status):
    http_app.answers = [web.Response(status=status)]
    mention(slack)
    await slack.deliveries.settle()
    assert len(http_app.requests) == 1


async def test_a_slow_answer_is_told_apart_from_a_refusal(hasty, hurried):
    hurried.answers = [1.6, web.Response(status=500)]
    mention(hasty)
    await hasty.deliveries.settle()
    assert [why for _, _, why in tries(hurried)] == [None, "http_timeout", "http_error"]


async def test_an_app_that_is_away_hears_of_it_when_it_is_back():
    server, app = stand_in(retries=(3.0,), request_url="http://127.0.0.1:9/"), HttpApp()
    await server.start()
    await app.start()
    mention(server)
    await asyncio.sleep(0.3)
    app.listens_to(server)
    await server.deliveries.settle()
    assert [why for _, _, why in tries(app)] == ["connection_failed"]
    await app.stop()
    await server.stop()


async def test_an_app_may_ask_not_to_be_told_again(slack, http_app):
    http_app.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    mention(slack)
    await slack.deliveries.settle()
    assert len(http_app.requests) == 1


async def test_redirects_are_followed_twice_and_no_further(slack, http_app):
    def around(times):
        return [web.Response(status=307, headers={"Location": http_app.url}) for _ in range(times)]

    http_app.answers = around(2)
    mention(slack)
    await slack.deliveries.settle()
    assert [number for _, number, _ in tries(http_app)] == [None] * 3
    http_app.requests.clear()
    http_app.answers = around(3)
    mention(slack)
    await slack.deliveries.settle()
    assert tries(http_app)[-1][1:] == ("1", "too_many_redirects")


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (web.Response(status=500), "http_service_error"),
        (web.Response(status=401), "http_client_error"),
        (1.6, "operation_timeout"),
    ],
)
async def test_a_command_comes_once_and_the_person_reads_the_error(hasty, hurried, answer, shown):
    hurried.answers = [answer]
    outcome = await hasty.people.command(ANA, OPEN, "/gmg next")
    assert outcome.error == f"/gmg failed with the error “{shown}”."
    assert len(hurried.requests) == 1
    assert hasty.people.visible(ANA, OPEN) == []


async def test_a_command_to_an_app_that_is_away_fails(slack, http_app):
    await http_app.stop()
    outcome = await slack.people.command(ANA, OPEN, "/gmg next")
    assert outcome.error == "/gmg failed with the error “dispatch_failed”."


async def test_an_answer_is_read_by_its_content_type(slack, http_app):
    words = '{"text": "words"}'
    http_app.answers = [
        web.Response(text=words, content_type="application/json"),
        web.Response(text=words),
        web.Response(text="plain words"),
        web.Response(),
    ]
    for _ in range(4):
        assert (await slack.people.command(ANA, OPEN, "/gmg next")).answered
    assert texts(slack.people.visible(ANA, OPEN)) == ["words", words, "plain words"]


@pytest.mark.parametrize(
    ("answer", "well"),
    [
        (lambda body: web.Response(text=json.loads(body)["challenge"]), True),
        (lambda body: web.json_response({"challenge": json.loads(body)["challenge"]}), True),
        (web.Response(text="another"), False),
        (web.json_response({"challenge": "another"}), False),
        (web.Response(), False),
        (web.Response(status=500), False),
    ],
)
async def test_the_address_is_checked_with_a_challenge(slack, http_app, answer, well):
    http_app.answers = [answer]
    assert await slack.http_events.verify() is well
    [(headers, body)] = http_app.requests
    assert SignatureVerifier(SECRET).is_valid_request(body, headers)
    asked = json.loads(body)
    assert asked["type"] == "url_verification"
    assert asked.keys() == {"type", "token", "challenge"}
