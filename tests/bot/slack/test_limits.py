"""What Slack held back is not asked for before its time; all else goes on."""

import asyncio

import pytest

from bot.slack.client import Workspace
from bot.slack.limits import PER_MINUTE, POST, Held, Limits
from bot.slack.messenger import SlackMessenger
from coordination.messages.parts import Message
from coordination.ports import DeliveryError, Target
from sandbox.faults import Fault
from tests.bot.slack.harness import ANA, CHANNEL, sandbox


class Clock:
    seconds = 1000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limits(clock):
    return Limits(clock=clock)


async def test_a_refused_method_waits_and_others_do_not(limits, clock):
    limits.refused("chat.update", "C1", 30)
    with pytest.raises(Held) as held:
        await limits.enter("chat.update", "C2")
    assert held.value.retry_after == pytest.approx(30)
    for method in ("reactions.get", "conversations.history", POST, "views.open"):
        await limits.enter(method, "C1")
    clock.seconds += 30
    await limits.enter("chat.update", "C1")


async def test_a_refused_post_holds_its_channel_and_two_at_once_the_workspace(limits, clock):
    limits.refused(POST, "C1", 30)
    assert limits.wait(POST, "C1") == pytest.approx(30)
    assert limits.wait(POST, "C2") == 0
    limits.refused(POST, "C2", 5)
    assert limits.wait(POST, "C3") == pytest.approx(5)
    clock.seconds += 5
    assert limits.wait(POST, "C3") == 0
    assert limits.wait(POST, "C1") == pytest.approx(25)


async def test_refusals_after_one_another_hold_no_third_channel(limits, clock):
    limits.refused(POST, "C1", 5)
    clock.seconds += 6
    limits.refused(POST, "C2", 5)
    assert limits.wait(POST, "C3") == 0


@pytest.mark.parametrize("method", ["reactions.get", "chat.update", "conversations.history"])
async def test_no_minute_has_more_calls_than_slack_takes(limits, clock, method):
    calls = []
    for _ in range(500):
        clock.seconds += max(limits.wait(method) + 0.001, 0.1)
        await limits.enter(method)
        calls.append(clock.seconds)
    for first in calls:
        assert sum(first <= at < first + 60 for at in calls) <= 50
    assert len(calls) > PER_MINUTE[method]


async def test_a_channel_is_posted_to_a_second_after_the_answer_to_the_last(limits, clock):
    await limits.enter(POST, "C1")
    clock.seconds += 0.4
    limits.answered(POST, "C1")
    assert limits.wait(POST, "C1") == pytest.approx(1.0)
    assert limits.wait(POST, "C2") == 0


@pytest.fixture
async def slack():
    server = sandbox(rate_limits=True)
    await server.start()
    workspace = Workspace(server.spec.bot_token, server.api_url)
    await workspace.open()
    try:
        yield server, SlackMessenger(workspace), workspace
    finally:
        await workspace.close()
        await server.stop()


async def test_what_slack_refused_is_not_asked_again_and_health_hears_of_no_call(slack):
    server, messenger, workspace = slack
    server.faults.plan(POST, Fault("429", retry_after=30), channel=CHANNEL)
    for _ in range(3):
        with pytest.raises(DeliveryError) as caught:
            await messenger.post(Target(channel=CHANNEL), Message("Due"), ["k"])
        assert caught.value.code == "ratelimited"
        assert 25 < caught.value.retry_after <= 30
    workspace.away = "timeout"
    with pytest.raises(Held):
        await messenger.post(Target(channel=CHANNEL), Message("Due"), ["k"])
    assert workspace.away == "timeout"
    ref = await messenger.post(Target(user=ANA), Message("Your brief"), ["l"])
    assert [found.ref for found in await messenger.find(Target(user=ANA), ["l"])] == [ref]
    posts = [call.args["channel"] for call in server.calls if call.method == POST]
    assert posts == [CHANNEL, ref.channel]


async def test_many_reads_stay_below_what_slack_counts(slack):
    server, messenger, _ = slack
    ref = await messenger.post(Target(channel=CHANNEL), Message("Due"), ["k"])
    held = 0
    for _ in range(60):
        try:
            await messenger.reactions(ref)
        except Held:
            held += 1
    assert held == 60 - PER_MINUTE["reactions.get"]
    assert "ratelimited" not in {call.result for call in server.calls}


async def test_two_posts_to_a_channel_stand_a_second_apart_whoever_makes_them(slack):
    server, messenger, _ = slack
    first = await messenger.post(Target(channel=CHANNEL), Message("One"), ["k"])
    await messenger.post(Target(channel=CHANNEL), Message("Two"), ["l"])
    await asyncio.sleep(0)
    one, two = (call.at for call in server.calls if call.method == POST)
    assert two - one >= 1.0
    assert first.channel == CHANNEL
