"""The face as the rest of the bot uses it: made without contact, started, stopped."""

from typing import Any

import aiohttp
import pytest

from bot.slack.client import SlackProblem, make_client, needs_proxy
from bot.slack.connect import Connection, connect
from scheduler.clock import real_now
from tests.bot.slack.harness import ANA, CHANNEL, Script


def connection(slack, **change: Any) -> Connection:
    return Connection(
        **{
            "bot_token": slack.spec.bot_token,
            "api_url": slack.api_url,
            "app_token": slack.spec.app_token,
            "channels": (CHANNEL,),
            "port": 0,
            "host": "127.0.0.1",
            **change,
        }
    )


def serve(face, offline, healthy: bool = True) -> None:
    script: Script = offline.script

    async def ready() -> dict[str, bool]:
        return {"database": healthy}

    uses = script.use_cases()
    face.serve(offline.app.face.services, ready, use_cases=uses)


async def test_started_it_answers_and_tells_its_health(offline):
    face = connect(connection(offline.slack), real_now)
    serve(face, offline)
    assert not face.connected()
    await face.start()
    assert face.connected()
    outcome = await offline.slack.people.command(ANA, CHANNEL, "/gmg next")
    assert outcome.payload["text"] == "You asked: next"
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{face.port}/readyz") as answer,
    ):
        assert answer.status == 200
        assert await answer.json() == {"ready": True, "checks": {"database": True, "slack": True}}
    await face.stop()
    assert not face.connected()


async def test_health_is_red_with_the_reason(offline):
    face = connect(connection(offline.slack), real_now)
    serve(face, offline, healthy=False)
    await face.start()
    offline.slack.token_revoked = True
    face._workspace.revoked = "tokens_revoked"  # as its event tells
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{face.port}/readyz") as answer,
    ):
        assert answer.status == 503
        told = (await answer.json())["checks"]
        assert told == {"database": False, "slack": "the token is void: token_revoked"}
    await face.stop()


async def test_over_http_without_an_app_token(offline):
    wanted = connection(offline.slack, app_token=None, signing_secret="secret")
    face = connect(wanted, real_now)
    serve(face, offline)
    await face.start()
    assert face.name == "Slack (HTTP)" and face.connected() and face.port
    await face.stop()


async def test_neither_way_in_is_refused(offline):
    with pytest.raises(SlackProblem, match="SLACK_APP_TOKEN"):
        connect(connection(offline.slack, app_token=None), real_now)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"bot_token": "xoxb-wrong-1"}, "SLACK_BOT_TOKEN"),
        ({"app_token": "xapp-wrong-2"}, "SLACK_APP_TOKEN"),
        ({"api_url": "http://127.0.0.1:9/api/"}, "SLACK_API_URL"),
        ({"api_url": "http://no-such-host.invalid/api/"}, "SLACK_API_URL"),
    ],
)
async def test_a_start_that_cannot_work_says_why_in_one_line(offline, change, named):
    face = connect(connection(offline.slack, **change), real_now)
    serve(face, offline)
    with pytest.raises(SlackProblem, match=named) as caught:
        await face.start()
    assert "wrong-" not in str(caught.value) and "\n" not in str(caught.value)


async def test_secrets_are_in_no_repr(offline):
    assert "xoxb" not in repr(connection(offline.slack))


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.org:3128")
    monkeypatch.setenv("NO_PROXY", "chat.example.org")
    assert make_client("xoxb-1", "http://127.0.0.1:8010/api/").proxy is None
    assert make_client("xoxb-1", "https://slack.com/api/").proxy is not None
    assert not needs_proxy("https://chat.example.org/api/")
    assert not needs_proxy("http://localhost:8010/api/")
