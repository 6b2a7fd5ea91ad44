"""Over HTTP only Slack is let in, and everything it may send is answered."""

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from bot.slack.client import SlackProblem
from bot.slack.health import WebServer
from bot.slack.http import HttpServer
from tests.bot.slack.harness import ANA, CHANNEL, well

COMMAND = {"command": "/gmg", "text": "next", "user_id": ANA, "channel_id": CHANNEL}
FORM = "application/x-www-form-urlencoded"


def signed(secret: str, body: str, stamp: object = None) -> dict[str, str]:
    stamp = int(time.time()) if stamp is None else stamp
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": str(stamp),
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": FORM,
    }


async def post(face, body: str | bytes, headers: dict[str, str]) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{face.url}/slack/events", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_signed_command_is_answered(over_http):
    outcome = await over_http.slack.people.command(ANA, CHANNEL, "/gmg next")
    assert outcome.payload["text"] == "You asked: next"


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "nan"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "9" * 5_000},
    ],
)
async def test_forged_signatures_and_odd_timestamps_are_401(over_http, change):
    body = urlencode(COMMAND)
    headers = signed(over_http.slack.spec.signing_secret, body) | change
    assert (await post(over_http, body, headers))[0] == 401
    assert over_http.script.asked == []


@pytest.mark.parametrize("body", ['{"type": ', "[" * 9_999, "payload=%7B", "ssl_check=1&token=t"])
async def test_nothing_is_parsed_before_its_signature_was_looked_at(over_http, body):
    headers = signed("guess", body) | {"Content-Type": "application/json"}
    assert (await post(over_http, body, headers))[0] == 401


@pytest.mark.parametrize("age", [301, -301, 10**9])
async def test_a_timestamp_over_five_minutes_off_is_401(over_http, age):
    body = urlencode(COMMAND)
    headers = signed(over_http.slack.spec.signing_secret, body, int(time.time()) - age)
    assert (await post(over_http, body, headers))[0] == 401
    assert over_http.script.asked == []


async def test_another_secret_is_401(over_http):
    body = urlencode(COMMAND)
    assert (await post(over_http, body, signed("guess", body)))[0] == 401


async def test_the_stand_in_for_a_missing_secret_opens_nothing(offline):
    offline.app.signing_secret = None
    with pytest.raises(SlackProblem, match="SLACK_SIGNING_SECRET"):
        HttpServer(offline.app, well, 0)


@pytest.mark.parametrize("size", [1024 * 1024, 3 * 1024 * 1024])
async def test_a_body_of_a_megabyte_is_413(over_http, size):
    body = "x" * size
    headers = signed(over_http.slack.spec.signing_secret, body)
    assert (await post(over_http, body, headers))[0] == 413


@pytest.mark.parametrize("body", [b"\xff\xfe", b"payload=%7Bnot+json", b'{"type": ', b"", b"[]"])
async def test_an_unreadable_body_is_no_server_error(over_http, body):
    secret = over_http.slack.spec.signing_secret.encode()
    stamp = str(int(time.time()))
    digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/json" if body.startswith((b"{", b"[")) else FORM,
    }
    status, _ = await post(over_http, body, headers)
    assert status in (200, 400)


async def dripped(port: int, begun: bytes) -> bytes:
    """What is answered to a request that begins so and never ends, up to the connection's end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)
    async with asyncio.timeout(30):
        answer = await reader.readuntil(b"}") if b"POST" in begun else await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_body_that_does_not_come_is_not_waited_for(offline):
    server = HttpServer(offline.app, well, 0, "127.0.0.1", within=0.05)
    await server.start()
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
    answer = await dripped(server.port, head + b"a")
    assert answer.startswith(b"HTTP/1.1 408 ")
    await server.stop()


async def test_a_head_that_does_not_come_ends_the_connection():
    server = WebServer(web.Application(), 0, "127.0.0.1", idle=0.05)
    await server.start()
    assert await dripped(server.port, b"GET /healthz HTT") == b""
    await server.stop()


async def test_one_who_breaks_off_leaves_no_trace_of_an_error(over_http, caplog):
    port = int(over_http.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na")
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.close()
    await asyncio.sleep(0.05)
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == []


async def test_slacks_check_of_the_address_is_answered(over_http):
    body = json.dumps({"type": "url_verification", "challenge": "c1", "token": "t"})
    headers = signed(over_http.slack.spec.signing_secret, body)
    status, text = await post(over_http, body, headers | {"Content-Type": "application/json"})
    assert status == 200 and "c1" in text


async def test_a_replayed_command_carries_the_same_trigger(over_http):
    body = urlencode({**COMMAND, "trigger_id": "1.2.3"})
    headers = signed(over_http.slack.spec.signing_secret, body)
    for _ in range(2):
        assert (await post(over_http, body, headers))[0] == 200
    assert [asker.event for asker, _ in over_http.script.asked] == ["1.2.3"] * 2


async def test_health_answers_beside_slack(over_http):
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{over_http.url}/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"alive": True})
        async with session.get(f"{over_http.url}/readyz") as answer:
            assert (answer.status, (await answer.json())["ready"]) == (200, True)
        async with session.get(f"{over_http.url}/slack/events") as answer:
            assert answer.status == 405
