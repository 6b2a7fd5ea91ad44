"""Slash commands: their payload, what becomes of the words typed, and the answers."""

import json
from urllib.parse import parse_qsl

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.person import NotPossible
from tests.sandbox.harness import (
    ANA,
    BEN,
    BOT,
    EVA,
    OPEN,
    PRIVATE,
    WITHOUT_BOT,
    Clock,
    Connection,
    HttpApp,
    stand_in,
    texts,
    without,
)


async def command(slack, text="/gmg next", user=ANA, channel=OPEN, answer=None):
    """Type it; the payload the app got, and the outcome."""
    async with Connection(slack, lambda _: answer) as connection:
        outcome = await slack.people.command(user, channel, text)
        return connection.heard[-1].payload, outcome


async def sent(url, **payload):
    client = AsyncWebhookClient(url, retry_handlers=[])
    client.proxy = None
    answer = await client.send_dict(payload)
    return answer.status_code, answer.body


async def test_the_payload_is_slacks(slack):
    payload, _ = await command(slack, "/gmg  show handbook ")
    url, trigger = payload.pop("response_url"), payload.pop("trigger_id")
    assert url.startswith(f"{slack.base_url}/response/") and trigger
    assert payload == {
        "token": "sandbox",
        "team_id": "T0SANDBOX",
        "team_domain": "sandbox",
        "channel_id": OPEN,
        "channel_name": "gmg",
        "user_id": ANA,
        "user_name": "ana",
        "command": "/gmg",
        "text": "show handbook",
        "api_app_id": "A0SANDBOX",
        "is_enterprise_install": "false",
    }


async def test_the_payload_is_the_same_over_http(slack, http_app: HttpApp):
    await slack.people.command(ANA, OPEN, "/gmg show @ben.oh")
    form = dict(parse_qsl(http_app.requests[0][1], keep_blank_values=True))
    assert (form["command"], form["text"]) == ("/gmg", f"show <@{BEN}|ben.oh>")
    assert len(form) == 13


async def test_each_command_has_a_trigger_and_a_response_url_of_its_own(slack):
    payloads = [(await command(slack))[0] for _ in range(3)]
    for name in ("trigger_id", "response_url"):
        assert len({p[name] for p in payloads}) == 3


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("focal @ben.oh UNICEF", f"focal <@{BEN}|ben.oh> UNICEF"),
        ("focal @Ben.Oh", f"focal <@{BEN}|ben.oh>"),
        ("ask @gmg", f"ask <@{BOT}|gmg>"),
        ("focal @nobody", "focal @nobody"),
        ("in #gmg and #drafts", f"in <#{OPEN}|gmg> and <#{PRIVATE}|drafts>"),
        ("see https://example.org/a?b=1&c=2.", "see <https://example.org/a?b=1&amp;c=2>."),
        ("see example.org/h.pdf", "see <http://example.org/h.pdf|example.org/h.pdf>"),
        ("to a.b@example.org", "to <mailto:a.b@example.org|a.b@example.org>"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("&amp;", "&amp;amp;"),
        ("<!channel> <@U1ANA>", "&lt;!channel&gt; &lt;@U1ANA&gt;"),
        ("", ""),
    ],
)
async def test_the_words_arrive_escaped_and_marked_up(slack, typed, text):
    payload, _ = await command(slack, f"/gmg {typed}".strip())
    assert payload["text"] == text


async def test_a_private_channel_is_no_name_for_those_outside(slack):
    payload, _ = await command(slack, "/gmg in #drafts", user=BEN)
    assert payload["text"] == "in #drafts"


async def test_a_command_works_where_the_bot_is_not_and_in_direct_messages(slack):
    payload, outcome = await command(slack, channel=WITHOUT_BOT, answer={"text": "Here"})
    assert (payload["channel_id"], outcome.answered) == (WITHOUT_BOT, True)
    direct = slack.workspace.direct(ANA).id
    payload, _ = await command(slack, channel=direct, answer={"text": "Here too"})
    assert (payload["channel_id"], payload["channel_name"]) == (direct, "directmessage")


async def test_there_is_no_such_command(slack):
    for text in ("/other next", "/gmgnext", "gmg next"):
        with pytest.raises(NotPossible, match="not a valid command"):
            await slack.people.command(ANA, OPEN, text)


async def test_without_its_scope_there_is_no_command_at_all():
    server = stand_in(without("commands"))
    with pytest.raises(NotPossible, match="not a valid command"):
        await server.people.command(ANA, OPEN, "/gmg next")


async def test_nobody_asks_where_they_are_not_or_where_it_is_archived(slack):
    with pytest.raises(NotPossible, match="not a member"):
        await slack.people.command(BEN, WITHOUT_BOT, "/gmg next")
    slack.people.archive(OPEN)
    with pytest.raises(NotPossible, match="archived"):
        await slack.people.command(ANA, OPEN, "/gmg next")


class TestAnswerInTheAcknowledgement:
    async def test_it_is_shown_to_the_asker_alone_and_kept_nowhere(self, slack, client):
        _, outcome = await command(slack, answer={"text": "For you"})
        assert outcome.answered and outcome.payload == {"text": "For you"}
        assert texts(slack.people.visible(ANA, OPEN)) == ["For you"]
        assert slack.people.visible(BEN, OPEN) == []
        assert (await client.conversations_history(channel=OPEN))["messages"] == []

    async def test_in_a_direct_message_too_it_is_gone_with_a_reload(self, slack):
        direct = slack.workspace.direct(ANA).id
        await command(slack, channel=direct, answer={"text": "For you"})
        [answer] = slack.people.visible(ANA, direct)
        assert answer.ephemeral_to == ANA
        slack.workspace.drop_ephemerals(ANA)
        assert slack.people.visible(ANA, direct) == []

    async def test_it_is_shown_to_all_where_it_says_so(self, slack, client):
        await command(slack, answer={"text": "For all", "response_type": "in_channel"})
        history = (await client.conversations_history(channel=OPEN))["messages"]
        assert [(m["user"], m["text"]) for m in history] == [(BOT, "For all")]

    async def test_none_is_no_answer(self, slack):
        _, outcome = await command(slack)
        assert outcome.answered and outcome.payload is None
        assert slack.people.visible(ANA, OPEN) == []

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
            ({"text": "x" * 40_001}, None),  # over a frame as well
            ({"response_type": "in_channel"}, "no_text"),
        ],
    )
    async def test_what_slack_would_not_show_is_an_error_to_the_asker(self, hasty, answer, code):
        _, outcome = await command(hasty, answer=answer)
        assert outcome.error == f"/gmg failed with the error “{code or 'operation_timeout'}”."
        assert not outcome.answered
        assert hasty.people.visible(ANA, OPEN) == []


class TestResponseUrl:
    async def test_it_answers_the_asker_or_all_as_often_as_five_times(self, slack):
        payload, _ = await command(slack)
        url = payload["response_url"]
        assert await sent(url, text="one") == (200, "ok")
        assert await sent(url, text="two", response_type="ephemeral") == (200, "ok")
        assert await sent(url, text="three", response_type="in_channel") == (200, "ok")
        assert texts(slack.people.visible(ANA, OPEN)) == ["one", "two", "three"]
        assert texts(slack.people.visible(BEN, OPEN)) == ["three"]
        for _ in range(2):
            assert (await sent(url, text="x"))[0] == 200
        status, body = await sent(url, text="six")
        assert (status, json.loads(body)["error"]) == (404, "used_url")
        assert len(slack.people.visible(ANA, OPEN)) == 5

    async def test_it_lasts_half_an_hour(self):
        clock = Clock()
        server = stand_in(monotonic=clock)
        await server.start()
        payload, _ = await command(server)
        url = payload["response_url"]
        clock.now += 30 * 60
        assert (await sent(url, text="just in time"))[0] == 200
        clock.now += 1
        status, body = await sent(url, text="late")
        assert (status, json.loads(body)["error"]) == (404, "expired_url")
        assert texts(server.people.visible(ANA, OPEN)) == ["just in time"]
        await server.stop()

    async def test_an_address_that_was_never_given_answers_nobody(self, slack):
        status, body = await sent(f"{slack.base_url}/response/guess", text="x")
        assert (status, json.loads(body)["error"]) == (404, "expired_url")

    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            ({}, "invalid_payload"),  # the SDK sends an empty body
            ({"response_type": "ephemeral"}, "no_text"),
            ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
            ({"text": "x" * 40_001}, "msg_too_long"),
        ],
    )
    async def test_it_is_as_strict_as_a_post(self, slack, payload, code):
        asked, _ = await command(slack)
        status, body = await sent(asked["response_url"], **payload)
        assert (status, json.loads(body)["error"]) == (400, code)
        assert slack.people.visible(ANA, OPEN) == []

    async def test_it_answers_in_a_thread_where_it_names_one(self, slack):
        said = slack.people.say(BEN, OPEN, "parent")
        asked, _ = await command(slack)
        await sent(asked["response_url"], text="below", thread_ts=said.ts)
        assert slack.people.visible(ANA, OPEN)[-1].thread_ts == said.ts

    async def test_it_answers_where_the_bot_is_not(self, slack):
        asked, _ = await command(slack, channel=WITHOUT_BOT)
        given = {"text": "here", "response_type": "in_channel"}
        assert (await sent(asked["response_url"], **given))[0] == 200
        assert texts(slack.people.visible(ANA, WITHOUT_BOT)) == ["here"]


async def test_somebody_of_another_workspace_has_no_commands(slack):
    with pytest.raises(NotPossible, match="another workspace"):
        await slack.people.command(EVA, OPEN, "/gmg next")
