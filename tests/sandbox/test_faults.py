"""Faults on demand: what the caller gets, and whether the call was carried out."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox.faults import Fault
from tests.sandbox.harness import ANA, OPEN, PRIVATE, texts, until

METHOD = "chat.postMessage"


def posted(slack, channel=OPEN):
    return texts(slack.workspace.channels[channel].messages.values())


async def post(client, text="x", channel=OPEN):
    return await client.chat_postMessage(channel=channel, text=text)


@pytest.mark.parametrize("before", [True, False])
async def test_a_429_names_when_to_come_back(slack, client, before):
    slack.faults.plan(METHOD, Fault("429", before=before, retry_after=30))
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await post(client)
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "30"
    assert posted(slack) == ([] if before else ["x"])


@pytest.mark.parametrize("before", [True, False])
async def test_a_500_is_no_answer_of_the_api(slack, client, before):
    slack.faults.plan(METHOD, Fault("500", before=before))
    with pytest.raises(SlackApiError) as caught:
        await post(client)
    assert caught.value.response.status_code == 500
    assert posted(slack) == ([] if before else ["x"])


@pytest.mark.parametrize("before", [True, False])
async def test_a_fatal_error_leaves_in_doubt_whether_it_was_done(slack, client, before):
    slack.faults.plan(METHOD, Fault("fatal_error", before=before))
    with pytest.raises(SlackApiError, match="fatal_error"):
        await post(client)
    assert posted(slack) == ([] if before else ["x"])


@pytest.mark.parametrize("before", [True, False])
async def test_a_connection_drops_before_or_after_the_post(slack, client, before):
    slack.faults.plan(METHOD, Fault("drop", before=before))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await post(client)
    assert posted(slack) == ([] if before else ["x"])


@pytest.mark.parametrize("before", [True, False])
async def test_a_slow_call_is_answered_after_all(slack, client, before):
    slack.faults.plan(METHOD, Fault("slow", before=before, seconds=0.6))
    call = asyncio.create_task(post(client))
    await until(lambda: bool(slack.calls) and (before or posted(slack) == ["x"]))
    assert posted(slack) == ([] if before else ["x"])
    assert not call.done()
    assert (await call)["ok"]
    assert posted(slack) == ["x"]


async def test_faults_come_in_the_order_they_were_planned_and_then_it_goes_well(slack, client):
    slack.faults.plan(METHOD, Fault("fatal_error"), times=2)
    slack.faults.plan(METHOD, Fault("429"))
    slack.faults.plan("conversations.history", Fault("500"))
    for code in ("fatal_error", "fatal_error", "ratelimited"):
        with pytest.raises(SlackApiError, match=code):
            await post(client)
    assert (await post(client))["ok"]
    assert [c.result for c in slack.calls] == ["fatal_error", "fatal_error", "429", "ok"]


async def test_a_fault_may_be_of_one_channel_alone(slack, client):
    slack.faults.plan(METHOD, Fault("fatal_error"), channel=PRIVATE)
    assert (await post(client))["ok"]
    with pytest.raises(SlackApiError, match="fatal_error"):
        await post(client, channel=PRIVATE)
    assert (await post(client, channel=PRIVATE))["ok"]


async def test_cleared_faults_do_not_come(slack, client):
    slack.faults.plan(METHOD, Fault("500"), times=9)
    slack.faults.clear()
    assert (await post(client))["ok"]


async def test_what_a_call_came_to_is_kept(slack, client):
    slack.faults.plan(METHOD, Fault("drop", before=False))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await post(client)
    [call] = slack.calls
    assert (call.result, call.answer["ok"]) == ("ok, then drop", True)
    assert texts(slack.people.visible(ANA, OPEN)) == ["x"]
