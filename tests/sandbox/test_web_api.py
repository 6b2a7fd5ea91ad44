"""The Web API lets in who has the right token and the right scope, and takes what Slack takes."""

import aiohttp
import pytest

from sandbox import methods_chat, methods_read
from sandbox.workspace import USUAL_SCOPES
from tests.sandbox.harness import (
    ANA,
    BOT,
    OPEN,
    PRIVATE,
    refusal,
    refused,
    stand_in,
    web_client,
    without,
    workspace,
)

METHODS = {**methods_chat.METHODS, **methods_read.METHODS}
OF_THE_BOT = [name for name, entry in METHODS.items() if not entry.app]


async def test_auth_test_says_whose_the_token_is_and_what_it_may(slack, client):
    answer = await client.auth_test()
    assert answer.data == {
        "ok": True,
        "url": f"{slack.base_url}/",
        "team": "Sandbox",
        "user": "gmg",
        "team_id": "T0SANDBOX",
        "user_id": BOT,
        "bot_id": "B0BOT",
        "is_enterprise_install": False,
    }
    assert answer.headers["x-oauth-scopes"] == USUAL_SCOPES


@pytest.mark.parametrize("method", OF_THE_BOT)
async def test_every_method_wants_the_bots_token(slack, client, method):
    assert await refused(web_client(slack, "xoxb-other").api_call(method)) == "invalid_auth"
    app_client = web_client(slack, slack.spec.app_token)
    assert await refused(app_client.api_call(method)) == "not_allowed_token_type"
    client.token = None
    assert await refused(client.api_call(method)) == "not_authed"


async def test_connections_are_opened_with_the_app_token_alone(slack, client):
    assert await refused(client.api_call("apps.connections.open")) == "not_allowed_token_type"
    answer = await client.apps_connections_open(app_token=slack.spec.app_token)
    assert answer["url"].startswith("ws://127.0.0.1:")
    wrong = client.apps_connections_open(app_token="xapp-other")
    assert await refused(wrong) == "invalid_auth"


async def test_a_revoked_token_opens_nothing(slack, client):
    slack.token_revoked = True
    assert await refused(client.auth_test()) == "token_revoked"
    assert await refused(client.chat_postMessage(channel=OPEN, text="x")) == "token_revoked"
    assert not slack.workspace.channels[OPEN].messages


@pytest.mark.parametrize("method", ["calls.add", "chat.scheduleMessage", "nothing"])
async def test_what_is_not_imitated_is_unknown(client, method):
    assert await refused(client.api_call(method)) == "unknown_method"


@pytest.mark.parametrize("method", [m for m in OF_THE_BOT if METHODS[m].scope])
async def test_every_method_wants_its_scope(method):
    entry = METHODS[method]
    rest = {*USUAL_SCOPES.split(","), "reactions:write", "channels:join", "team:read"}
    rest -= {entry.scope, *entry.instead}
    server = stand_in(workspace(scopes=",".join(sorted(rest))))
    await server.start()
    answer = await refusal(web_client(server).api_call(method))
    await server.stop()
    assert (answer["error"], answer["needed"]) == ("missing_scope", entry.scope)
    assert answer["provided"] == server.spec.scopes


async def test_the_app_token_wants_its_scope_too():
    server = stand_in(workspace(app_scopes="authorizations:read"))
    await server.start()
    call = web_client(server).apps_connections_open(app_token=server.spec.app_token)
    assert await refused(call) == "missing_scope"
    await server.stop()


@pytest.mark.parametrize(
    ("kind", "right", "channel"),
    [
        (kind, right, channel)
        for kind, channel in (("channels", OPEN), ("groups", PRIVATE), ("im", "D1ANA"))
        for right in ("read", "history")
    ],
)
async def test_reading_wants_the_scope_of_that_kind_of_conversation(kind, right, channel):
    scope = f"{kind}:{right}"
    server = stand_in(without(scope))
    await server.start()
    posted = server.add_message(server.workspace.direct(ANA), BOT, "x")
    client = web_client(server)
    calls = (
        [client.conversations_info(channel=channel), client.conversations_members(channel=channel)]
        if right == "read"
        else [
            client.conversations_history(channel=channel),
            client.conversations_replies(channel=channel, ts=posted.ts),
        ]
    )
    for call in calls:
        answer = await refusal(call)
        assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
    await server.stop()


async def asked(slack, **request):
    headers = {"Authorization": f"Bearer {slack.spec.bot_token}"} | request.pop("headers", {})
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{slack.api_url}{request.pop('method', 'api.test')}", headers=headers, **request
        ) as answer,
    ):
        return answer.status, await answer.json()


async def test_arguments_come_as_form_json_or_in_the_address(slack):
    for given in ({"data": {"a": "1"}}, {"json": {"a": "1"}}, {"params": {"a": "1"}}):
        assert await asked(slack, **given) == (200, {"ok": True, "args": {"a": "1"}})


@pytest.mark.parametrize(
    ("content", "body", "code"),
    [
        ("application/json", '{"channel": ', "invalid_json"),
        ("application/json", "[1]", "json_not_object"),
        ("application/xml", "<a/>", "invalid_post_type"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_in_slacks_words(slack, content, body, code):
    headers = {"Content-Type": content}
    answer = await asked(slack, method="chat.postMessage", data=body, headers=headers)
    assert answer == (200, {"ok": False, "error": code})


async def test_a_token_counts_in_the_header_or_a_form_but_not_elsewhere(slack):
    token, nobody = {"token": slack.spec.bot_token}, {"Authorization": ""}
    assert (await asked(slack, data=token, headers=nobody))[1]["ok"]
    for given in ({"json": token}, {"params": token}):
        assert (await asked(slack, headers=nobody, **given))[1]["error"] == "not_authed"


async def test_every_call_is_kept_with_its_outcome_and_without_its_token(slack, client):
    await client.chat_postMessage(channel=OPEN, text="one")
    await refused(client.chat_postMessage(channel="C9", text="two"))
    made = [(c.method, c.args["text"], c.result, c.answer["ok"]) for c in slack.calls]
    assert made == [
        ("chat.postMessage", "one", "ok", True),
        ("chat.postMessage", "two", "channel_not_found", False),
    ]
    assert slack.spec.bot_token not in str(slack.calls)
