"""Slack's rates: 429 with Retry-After, counted per method, and per channel for posts."""

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.errors import SlackError
from sandbox.limits import PER_MINUTE, RateLimits
from tests.sandbox.harness import ANA, BEN, BOT, OPEN, PRIVATE, Clock, stand_in, web_client


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def limited(clock):
    server = stand_in(rate_limits=True, monotonic=clock)
    await server.start()
    yield server
    await server.stop()


async def test_a_channel_takes_a_few_messages_at_once_and_then_one_a_second(limited, clock):
    client = web_client(limited)

    async def post(channel=OPEN):
        await client.chat_postMessage(channel=channel, text="x")

    for _ in range(4):
        await post()
    with pytest.raises(SlackApiError) as caught:
        await post()
    answer = caught.value.response
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "1"
    await post(PRIVATE)  # another channel is not held up
    clock.now += 0.9
    with pytest.raises(SlackApiError):
        await post()
    clock.now += 0.1
    await post()
    with pytest.raises(SlackApiError):
        await post()
    assert len(limited.workspace.channels[OPEN].messages) == 5


async def test_direct_messages_are_counted_by_person_however_they_are_addressed(limited):
    client = web_client(limited)
    conversation = limited.workspace.direct(ANA).id
    for channel in (ANA, conversation, ANA, conversation):
        await client.chat_postMessage(channel=channel, text="x")
    for channel in (ANA, conversation):
        with pytest.raises(SlackApiError, match="ratelimited"):
            await client.chat_postMessage(channel=channel, text="x")
    await client.chat_postMessage(channel=BEN, text="x")


async def test_methods_are_counted_apart_from_each_other(limited, clock):
    client = web_client(limited)
    ts = limited.add_message(limited.workspace.channels[OPEN], BOT, "x").ts
    for _ in range(50):
        await client.chat_update(channel=OPEN, ts=ts, text="y")
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await client.chat_update(channel=OPEN, ts=ts, text="z")
    assert caught.value.response.headers["Retry-After"] == "2"  # 50 a minute: 1.2 s
    await client.chat_postMessage(channel=OPEN, text="x")
    await client.conversations_history(channel=OPEN)
    clock.now += 1.2
    await client.chat_update(channel=OPEN, ts=ts, text="z")


def calls_let_through(limits, method, channel=None):
    """How many calls go through at one instant, each to another of the channels."""
    for count in range(1_000):
        try:
            limits.count(method, channel and f"{channel}{count}")
        except SlackError as error:
            return count if error.status == 429 else None
    return None


@pytest.mark.parametrize(
    ("method", "a_minute"),
    [
        ("chat.update", 50),
        ("chat.delete", 50),
        ("reactions.get", 50),
        ("conversations.open", 50),
        ("conversations.history", 50),
        ("conversations.replies", 50),
        ("conversations.info", 50),
        ("conversations.list", 20),
        ("conversations.members", 100),
        ("chat.postEphemeral", 100),
        ("users.info", 100),
        ("users.list", 20),
    ],
)
def test_each_method_has_slacks_rate(clock, method, a_minute):
    assert PER_MINUTE[method] == a_minute
    assert calls_let_through(RateLimits(clock), method) == a_minute


def test_who_waits_as_told_is_let_through_again(clock):
    limits = RateLimits(clock)
    for _ in range(20):
        limits.count("users.list", None)
    for _ in range(5):
        with pytest.raises(SlackError) as caught:
            limits.count("users.list", None)
        clock.now += caught.value.retry_after
        limits.count("users.list", None)


def test_a_workspace_takes_several_hundred_posts_a_minute_in_whatever_channels(clock):
    assert calls_let_through(RateLimits(clock), "chat.postMessage", "C") == 300


def test_methods_without_a_rate_and_a_switched_off_count_let_all_through(clock):
    assert calls_let_through(RateLimits(clock), "auth.test") is None
    assert calls_let_through(RateLimits(clock, enabled=False), "users.list") is None
