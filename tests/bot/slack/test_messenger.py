"""A message is posted once, found again, and what went wrong is told apart."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.slack.blocks import render
from coordination.channel_records import ChannelKept, Channels
from coordination.messages.parts import Message, Paragraph, line, message
from coordination.ports import DeliveryError, Target
from coordination.records import MessageRef
from sandbox.faults import Fault
from tests.bot.slack.harness import ANA, BEN, BOT, CHANNEL, GUS, Harness
from tests.fakes.messenger import where

HERE = Target(channel=CHANNEL)
LONG = message(*(Paragraph(line(f"{n} " + "x" * 2_500)) for n in range(9)))


def posts(face: Harness) -> int:
    return sum(call.method == "chat.postMessage" for call in face.slack.calls)


async def failure(awaitable) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await awaitable
    return caught.value


async def test_what_was_posted_is_found_by_each_of_its_keys(offline):
    ref = await offline.messenger.post(HERE, Message("Due"), ["a|1", "b|2"])
    assert await where(offline.messenger, HERE, ["a|1", "b|2", "c"]) == {"a|1": ref, "b|2": ref}
    shown = offline.slack.workspace.channels[CHANNEL].messages[ref.ts]
    assert shown.metadata == {"event_type": "gmg_notice", "event_payload": {"keys": ["a|1", "b|2"]}}


async def test_five_hundred_keys_are_kept_short_and_found(offline):
    keys = [f"milestone-number-{n}|2010-03-01|10wd|channel" for n in range(500)]
    ref = await offline.messenger.post(HERE, Message("Due"), keys)
    shown = offline.slack.workspace.channels[CHANNEL].messages[ref.ts]
    assert len(str(shown.metadata)) < 8_000
    assert set(await where(offline.messenger, HERE, keys)) == set(keys)
    assert await where(offline.messenger, HERE, ["another"]) == {}


async def test_a_drop_after_the_post_leaves_it_in_doubt_and_it_is_found(offline):
    offline.slack.faults.plan("chat.postMessage", Fault("drop", before=False))
    error = await failure(offline.messenger.post(HERE, Message("Due"), ["k"]))
    assert error.maybe_posted and not error.permanent
    found = await where(offline.messenger, HERE, ["k"])
    assert list(found) == ["k"]
    assert len(offline.seen(ANA)) == 1
    assert posts(offline) == 1  # the SDK did not try again by itself


async def test_a_drop_before_the_post_is_in_doubt_and_nothing_is_found(offline):
    offline.slack.faults.plan("chat.postMessage", Fault("drop", before=True))
    assert (await failure(offline.messenger.post(HERE, Message("Due"), ["k"]))).maybe_posted
    assert await where(offline.messenger, HERE, ["k"]) == {}
    assert posts(offline) == 1


@pytest.mark.parametrize("kind", ["500", "fatal_error"])
async def test_an_error_inside_slack_leaves_the_post_in_doubt(offline, kind):
    offline.slack.faults.plan("chat.postMessage", Fault(kind))
    error = await failure(offline.messenger.post(HERE, Message("Due"), ["k"]))
    assert error.maybe_posted and not error.permanent
    assert posts(offline) == 1


async def test_too_many_requests_say_when_to_come_back_and_are_not_slept_through(offline):
    offline.slack.faults.plan("chat.postMessage", Fault("429", retry_after=30))
    started = asyncio.get_running_loop().time()
    error = await failure(offline.messenger.post(HERE, Message("Due"), ["k"]))
    assert (error.code, error.retry_after) == ("ratelimited", 30.0)
    assert not error.maybe_posted and not error.permanent
    assert asyncio.get_running_loop().time() - started < 10
    assert posts(offline) == 1


async def test_a_channel_that_cannot_be_posted_to_is_permanent(offline):
    for target, code in (
        (Target(channel="C9NONE"), "channel_not_found"),
        (Target(channel="C2"), "not_in_channel"),
        (Target(user=GUS), "cannot_dm_user"),
        (Target(user="U9NONE"), "user_not_found"),
    ):
        error = await failure(offline.messenger.post(target, Message("Due"), ["k"]))
        assert (error.code, error.permanent, error.maybe_posted) == (code, True, False)
    offline.slack.workspace.channels[CHANNEL].archived = True
    error = await failure(offline.messenger.post(HERE, Message("Due"), ["k"]))
    assert (error.code, error.permanent) == ("is_archived", True)


async def test_a_revoked_token_keeps_the_queue_and_turns_health_red(offline):
    offline.slack.token_revoked = True
    error = await failure(offline.messenger.post(HERE, Message("Due"), ["k"]))
    assert error.code == "token_revoked"
    assert not error.permanent and error.retry_after
    assert offline.workspace.revoked == "token_revoked"
    offline.slack.token_revoked = False
    await offline.messenger.post(HERE, Message("Due"), ["k"])
    assert offline.workspace.revoked is None


async def test_an_unreachable_slack_is_no_doubt_and_not_permanent(offline):
    await offline.slack.stop()
    error = await failure(offline.messenger.post(HERE, Message("Due"), ["k"]))
    assert not error.permanent


async def test_a_direct_message_is_opened_once_and_found(offline):
    ref = await offline.messenger.post(Target(user=ANA), Message("Your brief"), ["k"])
    await offline.messenger.post(Target(user=ANA), Message("Again"), ["l"])
    assert await where(offline.messenger, Target(user=ANA), ["k"]) == {"k": ref}
    assert sum(call.method == "conversations.open" for call in offline.slack.calls) == 1


async def test_only_the_bots_own_messages_are_found(offline):
    channel = offline.slack.workspace.channels[CHANNEL]
    metadata = {"event_type": "gmg_notice", "event_payload": {"keys": ["k"]}}
    offline.slack.add_message(channel, ANA, "Forged", metadata=metadata)
    assert await where(offline.messenger, HERE, ["k"]) == {}


async def test_keys_are_found_over_several_pages_of_history(offline):
    ref = await offline.messenger.post(HERE, Message("Due"), ["k"])
    channel = offline.slack.workspace.channels[CHANNEL]
    for n in range(450):
        offline.slack.add_message(channel, ANA, f"talk {n}")
    assert await where(offline.messenger, HERE, ["k"]) == {"k": ref}


async def test_replies_are_found_in_their_thread(offline):
    first = await offline.messenger.post(HERE, Message("Due"), ["k"])
    thread = Target(channel=CHANNEL, thread_ts=first.ts)
    reply = await offline.messenger.post(thread, Message("Later"), ["l"])
    assert await where(offline.messenger, thread, ["l"]) == {"l": reply}
    assert await where(offline.messenger, HERE, ["l"]) == {}


@pytest.mark.parametrize("target", [HERE, Target(user=ANA)])
async def test_a_long_message_stops_in_the_middle_and_is_completed_once(offline, target):
    count = len(render(LONG))
    assert count == 3
    post = offline.workspace.client.chat_postMessage
    calls = []

    async def second_drops(**arguments):
        calls.append(arguments)
        if len(calls) == 2:
            offline.slack.faults.plan("chat.postMessage", Fault("drop", before=False))
        return await post(**arguments)

    offline.workspace.client.chat_postMessage = second_drops
    error = await failure(offline.messenger.post(target, LONG, ["a", "b"]))
    assert error.maybe_posted
    assert await where(offline.messenger, target, ["a", "b"]) == {}  # not whole yet
    ref = await offline.messenger.post(target, LONG, ["a", "b"])
    assert await where(offline.messenger, target, ["a", "b"]) == {"a": ref, "b": ref}
    shown = [
        m
        for c in offline.slack.workspace.channels.values()
        for m in c.messages.values()
        if m.user == BOT
    ]
    assert len(shown) == count
    assert [m.thread_ts is not None for m in shown] == [False, *[target is HERE] * (count - 1)]


@pytest.mark.parametrize("target", [HERE, Target(user=ANA)], ids=["channel", "person"])
async def test_a_long_message_refused_in_the_middle_says_what_is_true_when_it_is_completed(
    offline, target
):
    """One of its reminders was done meanwhile, so that all parts are others."""
    post = offline.workspace.client.chat_postMessage
    calls = []

    async def second_limited(**arguments):
        calls.append(arguments)
        if len(calls) == 2:
            offline.slack.faults.plan("chat.postMessage", Fault("429", retry_after=0))
        return await post(**arguments)

    offline.workspace.client.chat_postMessage = second_limited
    error = await failure(offline.messenger.post(target, LONG, ["a", "b"]))
    assert (error.code, len(error.begun), error.maybe_posted) == ("ratelimited", 1, False)
    less = message(*LONG.parts[1:])
    ref = await offline.messenger.post(target, less, ["b"])
    shown = offline.slack.workspace.channels[ref.channel].messages.values()
    assert [m.text for m in shown if m.user == BOT] == [one.text for one in render(less)]
    assert await where(offline.messenger, target, ["a", "b"]) == {"b": ref}


@pytest.mark.parametrize("target", [HERE, Target(user=ANA)], ids=["channel", "person"])
async def test_of_a_long_message_that_stands_twice_all_of_one_is_left(offline, target):
    ref = await offline.messenger.post(target, LONG, ["a"])
    channel = offline.slack.workspace.channels[ref.channel]
    before = sorted(channel.messages)
    texts = sorted(m.text for m in channel.messages.values())
    first: dict[str, str] = {}
    for ts in before:  # what a process posts that was stopped when it had looked already
        message = channel.messages[ts]
        thread = first.get(message.thread_ts or "")
        again = offline.slack.add_message(
            channel, BOT, message.text, thread_ts=thread, metadata=message.metadata
        )
        first[ts] = again.ts
    kept, twin = await offline.messenger.find(target, ["a"])
    assert (kept.ref, twin.ref.ts) == (ref, first[ref.ts])
    assert kept.whole and twin.whole
    for one in (*kept.surplus, *twin.surplus, *twin.parts, twin.ref):
        await offline.messenger.delete(one)
    assert sorted(m.text for m in channel.messages.values()) == texts
    (only,) = await offline.messenger.find(target, ["a"])
    assert only.ref == ref and only.whole and not only.surplus


async def test_a_message_with_more_keys_than_can_be_listed_says_that_there_are_more(offline):
    keys = [f"milestone-number-{n}|2010-03-01|10wd|channel" for n in range(500)]
    await offline.messenger.post(HERE, Message("Due"), keys)
    (some,) = await offline.messenger.find(HERE, keys[:2])
    assert (some.keys, some.more) == (frozenset(keys[:2]), True)
    (every,) = await offline.messenger.find(HERE, keys)
    assert not every.more


async def test_what_the_bot_may_not_take_away_is_told(offline):
    hers = offline.slack.add_message(offline.slack.workspace.channels[CHANNEL], ANA, "Mine")
    error = await failure(offline.messenger.delete(MessageRef(CHANNEL, hers.ts)))
    assert (error.code, error.permanent) == ("cant_delete_message", True)


async def test_an_update_replaces_the_message_and_goes_on_in_its_thread(offline):
    ref = await offline.messenger.post(HERE, Message("Open"), ["circulation:1"])
    await offline.messenger.update(ref, LONG, ["circulation:1"])
    await offline.messenger.update(ref, LONG, ["circulation:1"])
    shown = offline.seen(ANA)
    assert [m.thread_ts for m in shown] == [None, ref.ts, ref.ts]
    assert shown[0].text.startswith("0 xxx")
    assert await where(offline.messenger, HERE, ["circulation:1"]) == {"circulation:1": ref}


async def test_an_update_of_what_is_gone_is_permanent(offline):
    ref = await offline.messenger.post(HERE, Message("Open"), ["k"])
    del offline.slack.workspace.channels[CHANNEL].messages[ref.ts]
    error = await failure(offline.messenger.update(ref, Message("Closed"), ["k"]))
    assert (error.code, error.permanent) == ("message_not_found", True)
    assert await offline.messenger.permalink(ref) is None


async def test_a_permalink_is_given(offline):
    ref = await offline.messenger.post(HERE, Message("Open"), ["k"])
    assert ref.ts.replace(".", "") in (await offline.messenger.permalink(ref) or "")


async def test_what_is_for_a_channel_with_a_new_id_goes_there_and_is_kept_under_the_first(offline):
    moved = [
        ChannelKept("C0LATER", "C0OLD", datetime(2026, 1, 1, tzinfo=UTC)),
        ChannelKept(CHANNEL, "C0LATER", datetime(2026, 1, 2, tzinfo=UTC)),
    ]
    offline.messenger.ids.follow(lambda: Channels(moved))
    for channel in ("C0OLD", "C0LATER", CHANNEL):
        ref = await offline.messenger.post(Target(channel=channel), Message("Due"), [channel])
        assert ref.channel == "C0OLD"
        assert ref.ts in offline.slack.workspace.channels[CHANNEL].messages
        assert await where(offline.messenger, Target(channel=channel), [channel]) == {channel: ref}
        await offline.messenger.update(ref, Message("Done"), [channel])
        assert await offline.messenger.reactions(ref) == {}
        assert await offline.messenger.permalink(ref)
        await offline.messenger.delete(ref)
        assert await offline.messenger.reactions(ref) is None


async def test_reactions_are_read_whole_with_skin_tones_folded(offline):
    ref = await offline.messenger.post(HERE, Message("Due"), ["k"])
    people = offline.slack.people
    people.react(ANA, CHANNEL, ref.ts, "thumbsup::skin-tone-4")
    people.react(BEN, CHANNEL, ref.ts, "thumbsup")
    people.react(ANA, CHANNEL, ref.ts, "white_check_mark")
    assert await offline.messenger.reactions(ref) == {
        "+1": {ANA, BEN},
        "white_check_mark": {ANA},
    }


async def test_a_message_without_reactions_is_told_from_one_that_is_gone(offline):
    ref = await offline.messenger.post(HERE, Message("Due"), ["k"])
    assert await offline.messenger.reactions(ref) == {}
    del offline.slack.workspace.channels[CHANNEL].messages[ref.ts]
    assert await offline.messenger.reactions(ref) is None
