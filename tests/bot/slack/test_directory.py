"""People are looked up seldom, and a slow Slack holds nothing up for long."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.slack.channel_ids import ChannelIds
from bot.slack.directory import SlackDirectory
from coordination.channel_records import ChannelKept, Channels
from coordination.ports import DeliveryError
from sandbox.faults import Fault
from tests.bot.slack.harness import ANA, BEN, BOT, CHANNEL, EVA, GUS


def calls(face, method: str) -> int:
    return sum(call.method == method for call in face.slack.calls)


async def test_a_profile_tells_zone_workspace_and_guests_and_is_asked_for_once(offline):
    for _ in range(3):
        ana = await offline.directory.profile(ANA)
    assert (ana.name, ana.zone, ana.external, ana.guest) == ("Ana", "Europe/Zurich", False, False)
    assert calls(offline, "users.info") == 1
    assert (await offline.directory.profile(BEN)).guest
    eva = await offline.directory.profile(EVA)
    assert eva.external and eva.team == offline.slack.spec.external_team
    assert (await offline.directory.profile(BOT)).is_bot
    assert await offline.directory.profile("U9NONE") is None


async def test_what_changed_is_asked_anew(offline):
    await offline.directory.profile(ANA)
    offline.directory.forget(ANA)
    await offline.directory.profile(ANA)
    assert calls(offline, "users.info") == 2


async def test_members_of_the_groups_channels_may_ask_others_not(offline):
    assert await offline.directory.in_group(ANA)
    assert await offline.directory.in_group(EVA)
    assert not await offline.directory.in_group(GUS)
    offline.directory.joined(CHANNEL, GUS)
    assert await offline.directory.in_group(GUS)
    offline.directory.left(CHANNEL, GUS)
    assert not await offline.directory.in_group(GUS)
    assert calls(offline, "conversations.members") == 1


async def test_members_of_a_channel_that_got_a_new_id_may_ask(offline):
    ids = ChannelIds()
    directory = SlackDirectory(offline.workspace, ["C0OLD", CHANNEL], ids)
    with pytest.raises(DeliveryError):
        await directory.in_group(GUS)
    moved = Channels([ChannelKept(CHANNEL, "C0OLD", datetime(2026, 1, 1, tzinfo=UTC))])
    ids.follow(lambda: moved)
    assert await directory.in_group(ANA)
    assert not await directory.in_group(GUS)
    directory.joined(CHANNEL, GUS)
    assert await directory.in_group(GUS)


async def test_many_questions_at_once_are_one_call(offline):
    await asyncio.gather(*(offline.directory.in_group(ANA) for _ in range(50)))
    assert calls(offline, "conversations.members") == 1


async def test_without_a_channel_people_of_the_workspace_may_ask(offline):
    directory = SlackDirectory(offline.workspace, [None])
    assert await directory.in_group(ANA)
    assert not await directory.in_group(EVA)
    assert not await directory.in_group(BEN)


async def test_a_slow_slack_is_not_waited_for(offline, monkeypatch):
    async def slow(**_arguments):
        await asyncio.sleep(30)

    await offline.directory.in_group(ANA)
    monkeypatch.setattr(offline.workspace.client, "conversations_members", slow)
    monkeypatch.setattr(offline.workspace.client, "users_info", slow)
    monkeypatch.setattr("bot.slack.directory.KEPT", 0.0)
    monkeypatch.setattr("bot.slack.directory.NOT_A_MEMBER_KEPT", 0.0)
    started = asyncio.get_running_loop().time()
    assert await offline.directory.in_group(ANA)  # known from before
    with pytest.raises(DeliveryError):
        await offline.directory.profile(BEN)
    assert asyncio.get_running_loop().time() - started < 10
    for task in offline.directory._running.values():
        task.cancel()


async def test_a_refusal_is_an_error_and_no_answer(offline):
    offline.slack.faults.plan("users.info", Fault("500"))
    with pytest.raises(DeliveryError):
        await offline.directory.profile(ANA)
    assert (await offline.directory.profile(ANA)).name == "Ana"
