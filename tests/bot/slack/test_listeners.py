"""What people do in Slack reaches the use cases, and their replies reach people."""

import asyncio
from datetime import UTC, datetime

import pytest

from coordination.messages.parts import Button, Buttons, Message, Paragraph, line, message
from coordination.ports import Target
from coordination.records import MessageRef
from coordination.services import Refused, Reply
from coordination.storage_ports import StorageUnavailable
from tests.bot.slack.harness import ANA, BOT, CHANNEL, EVA, GUS, Harness


def button(action: str = "gmg_show", value: str = "handbook") -> Message:
    return message(Paragraph(line("Which?")), Buttons((Button(action, "Show", value),)))


async def press_first(face: Harness, user: str, channel: str = CHANNEL, which: int = -1):
    shown = face.seen(user, channel)[which]
    element = next(b for b in shown.blocks if b["type"] == "actions")["elements"][0]
    return await face.slack.people.press(user, channel, shown.ts, element["action_id"])


async def test_a_command_is_answered_in_its_acknowledgement(face):
    outcome = await face.slack.people.command(ANA, CHANNEL, "/gmg next 3")
    assert outcome.answered
    assert outcome.payload["response_type"] == "ephemeral"
    assert "You asked: next 3" in outcome.payload["text"]
    asker, words = face.script.asked[0]
    assert (asker.user, asker.channel, words) == (ANA, CHANNEL, "next 3")
    assert asker.event
    assert abs((datetime.now(UTC) - asker.at).total_seconds()) < 5


async def test_an_answer_too_long_for_a_frame_comes_after_the_acknowledgement(face):
    async def long(asker, text):
        return Reply(message(*(Paragraph(line("é" * 1500)) for _ in range(6))))

    face.script.answers = long
    outcome = await face.slack.people.command(ANA, CHANNEL, "/gmg deadlines")
    assert outcome.answered and outcome.payload is None
    await face.settle()
    assert face.slack.socket_mode.over_limit == 0
    assert sum(len(str(m.blocks)) for m in face.seen(ANA)) > 9_000


async def test_an_endless_answer_ends_with_a_pointer(face):
    async def endless(asker, text):
        return Reply(message(*(Paragraph(line("x" * 2500)) for _ in range(60))))

    face.script.answers = endless
    await face.slack.people.command(ANA, CHANNEL, "/gmg deadlines")
    await face.settle()
    shown = face.seen(ANA)
    assert 1 < len(shown) <= 6
    assert "There is more than fits here" in shown[-1].text


@pytest.mark.parametrize("failure", [StorageUnavailable("locked"), RuntimeError("a bug")])
async def test_a_command_that_fails_says_so_in_time(face, failure):
    async def fails(asker, text):
        raise failure

    face.script.answers = fails
    started = asyncio.get_running_loop().time()
    outcome = await face.slack.people.command(ANA, CHANNEL, "/gmg done handbook")
    assert "not recorded, please try again" in outcome.payload["text"]
    assert asyncio.get_running_loop().time() - started < 3


async def test_a_command_that_hangs_is_given_up_within_slacks_three_seconds(face):
    ended = []

    async def hangs(asker, text):
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    face.script.answers = hangs
    started = asyncio.get_running_loop().time()
    outcome = await face.slack.people.command(ANA, CHANNEL, "/gmg done handbook")
    assert "not recorded, please try again" in outcome.payload["text"]
    assert asyncio.get_running_loop().time() - started < 3
    assert ended


async def test_what_was_recorded_after_all_is_told(face):
    async def stubborn(asker, text):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0.5)
        return Reply(Message("Done: the handbook."))

    face.script.answers = stubborn
    outcome = await face.slack.people.command(ANA, CHANNEL, "/gmg done handbook")
    assert "not recorded" in outcome.payload["text"]
    await face.settle()
    assert face.seen(ANA)[-1].text == "Done: the handbook."


async def test_a_refusal_is_one_sentence_for_the_asker_alone(face):
    async def refuses(asker, text):
        raise Refused("Only the Chair can do that.")

    face.script.answers = refuses
    outcome = await face.slack.people.command(ANA, CHANNEL, "/gmg move handbook today")
    assert outcome.payload["text"] == "Only the Chair can do that."
    assert outcome.payload["response_type"] == "ephemeral"


@pytest.mark.parametrize("user", [ANA, EVA])
async def test_a_mention_asks_what_a_command_asks(face, user):
    face.slack.people.say(user, CHANNEL, "Hello @gmg next 3")
    await face.settle()
    asker, words = face.script.asked[0]
    assert (asker.user, words) == (user, "next 3")
    shown = face.seen(user)
    assert [m.text for m in shown] == ["You asked: next 3"]
    assert shown[0].ephemeral_to == user


async def test_a_public_answer_to_a_mention_stands_in_its_thread(face):
    async def aloud(asker, text):
        return Reply(Message("Everyone: it is set."), public=True)

    face.script.answers = aloud
    asked = face.slack.people.say(ANA, CHANNEL, "@gmg confirm handbook 1 March")
    await face.settle()
    assert [(m.thread_ts, m.ephemeral_to) for m in face.seen(EVA)] == [(asked.ts, None)]


async def test_a_mention_in_a_thread_is_answered_in_the_thread(face):
    asked = face.slack.people.say(ANA, CHANNEL, "What about the handbook?")
    face.slack.people.say(EVA, CHANNEL, "@gmg show handbook", thread_ts=asked.ts)
    await face.settle()
    assert [m.thread_ts for m in face.seen(EVA)] == [asked.ts]


async def test_buttons_of_a_private_answer_to_a_mention_work_for_people_of_other_workspaces(face):
    async def asks(asker, text):
        return Reply(button())

    async def tells(asker, action, value):
        return Reply(Message("The handbook."), replace=True)

    face.script.answers, face.script.presses = asks, tells
    face.slack.people.say(EVA, CHANNEL, "@gmg show hand")
    await face.settle()
    assert (await press_first(face, EVA)).answered
    await face.settle()
    asker, action, value = face.script.pressed[0]
    assert (asker.user, action, value) == (EVA, "gmg_show", "handbook")
    assert [m.text for m in face.seen(EVA)] == ["The handbook."]


async def test_a_direct_message_is_answered_by_an_ordinary_message(face):
    conversation = face.slack.workspace.direct(ANA).id
    face.slack.people.say(ANA, conversation, "next")
    await face.settle()
    assert [m.text for m in face.seen(ANA, conversation)] == ["You asked: next"]
    assert face.seen(ANA, conversation)[0].ephemeral_to is None
    assert len(face.script.asked) == 1  # its own message did not make it answer itself


async def test_messages_of_bots_and_edits_are_not_answered(face):
    conversation = face.slack.workspace.direct(ANA).id
    common = {"type": "message", "channel": conversation, "channel_type": "im", "text": "next"}
    for more in (
        {"user": ANA, "ts": "1.1", "event_ts": "1.1", "bot_id": "B9"},
        {"ts": "1.2", "event_ts": "1.2", "subtype": "message_changed", "message": {}},
        {"user": BOT, "ts": "1.3", "event_ts": "1.3"},
        {"user": ANA, "ts": "1.4", "event_ts": "1.4", "subtype": "channel_topic"},
    ):
        face.slack.deliveries.event({**common, **more})
    await face.settle()
    assert face.script.asked == []


async def test_a_mention_is_answered_once_however_often_slack_tells_it(face):
    face.slack.deliveries.repeat = 4
    face.slack.people.say(ANA, CHANNEL, "@gmg next")
    await face.settle()
    assert len(face.seen(ANA)) == 1


async def test_a_mention_while_the_database_is_away_is_told_again_by_slack(over_http):
    face = over_http
    times = iter([StorageUnavailable("away"), StorageUnavailable("away"), None])

    async def recovers(asker, text):
        if (error := next(times)) is not None:
            raise error
        return Reply(Message("Recorded."))

    face.script.answers = recovers
    face.slack.people.say(ANA, CHANNEL, "@gmg done handbook")
    await face.settle()
    assert [m.text for m in face.seen(ANA)] == ["Recorded."]
    assert len({asker.event for asker, _ in face.script.asked}) == 1


async def test_a_mention_that_never_gets_through_is_told_so_in_the_end(over_http):
    face = over_http

    async def away(asker, text):
        raise StorageUnavailable("away")

    face.script.answers = away
    face.slack.people.say(ANA, CHANNEL, "@gmg done handbook")
    await face.settle()
    assert len(face.script.asked) == 4
    assert ["not recorded, please try again" in m.text for m in face.seen(ANA)] == [True]


async def test_a_press_is_acknowledged_and_told_to_the_person_alone(face):
    ref = await face.messenger.post(Target(channel=CHANNEL), button("gmg_seen", "a|b"), ["k"])
    assert (await press_first(face, ANA)).answered
    await face.settle()
    asker, action, value = face.script.pressed[0]
    assert (asker.user, asker.message, action, value) == (ANA, ref, "gmg_seen", "a|b")
    assert asker.event and asker.order
    assert [m.ephemeral_to for m in face.seen(ANA)] == [None, ANA]
    assert len(face.seen(EVA)) == 1


async def test_a_press_on_a_message_with_replies_is_told_beside_it_and_not_in_its_thread(face):
    ref = await face.messenger.post(Target(channel=CHANNEL), button(), ["k"])
    face.slack.people.say(EVA, CHANNEL, "I have read it.", thread_ts=ref.ts)
    assert (await press_first(face, ANA)).answered
    await face.settle()
    assert [(m.ephemeral_to, m.thread_ts) for m in face.seen(ANA)] == [(None, None), (ANA, None)]


async def test_a_press_never_replaces_what_others_see(face):
    async def replaces(asker, action, value):
        return Reply(Message("Only for you"), replace=True)

    face.script.presses = replaces
    await face.messenger.post(Target(channel=CHANNEL), button(), ["k"])
    await press_first(face, ANA)
    await face.settle()
    assert "Which?" in face.seen(EVA)[0].text


async def test_a_press_in_a_direct_conversation_is_answered_there(face):
    await face.messenger.post(Target(user=ANA), button(), ["k"])
    conversation = face.slack.workspace.direct(ANA).id
    await press_first(face, ANA, conversation)
    await face.settle()
    assert [m.text for m in face.seen(ANA, conversation)][-1] == "gmg_show of handbook"


async def test_a_press_that_fails_says_so(face):
    async def fails(asker, action, value):
        raise StorageUnavailable("disk full")

    face.script.presses = fails
    await face.messenger.post(Target(channel=CHANNEL), button(), ["k"])
    assert (await press_first(face, ANA)).answered
    await face.settle()
    assert "not recorded, please try again" in face.seen(ANA)[-1].text


async def test_a_reaction_carries_its_event_time_and_folded_name(face):
    ref = await face.messenger.post(Target(channel=CHANNEL), Message("Please clear"), ["k"])
    face.slack.people.react(ANA, CHANNEL, ref.ts, "raised_hand::skin-tone-3")
    face.slack.people.unreact(ANA, CHANNEL, ref.ts, "raised_hand::skin-tone-3")
    await face.settle()
    assert {(r, given) for _, r, given in face.script.reacted} == {("hand", True), ("hand", False)}
    for asker, _, _ in face.script.reacted:
        assert asker.message == MessageRef(CHANNEL, ref.ts)
        assert asker.order and asker.event
        assert asker.at == face.app.face.services.clock.plan_time(float(asker.order))


async def test_a_reaction_that_cannot_be_recorded_is_told_again_by_slack(over_http):
    face, tries = over_http, []

    async def recovers(asker, reaction, given):
        tries.append(asker.event)
        if len(tries) < 3:
            raise StorageUnavailable("locked")

    face.script.reacts = recovers
    ref = await face.messenger.post(Target(channel=CHANNEL), Message("Please clear"), ["k"])
    face.slack.people.react(ANA, CHANNEL, ref.ts, "white_check_mark")
    await face.settle()
    assert len(tries) == 3
    assert len(set(tries)) == 1


async def test_reactions_on_other_peoples_messages_are_left_alone(face):
    said = face.slack.people.say(ANA, CHANNEL, "Lunch?")
    face.slack.people.react(EVA, CHANNEL, said.ts, "white_check_mark")
    await face.settle()
    assert face.script.reacted == []


async def test_the_bot_greets_a_channel_it_is_added_to(face):
    await face.slack.people.add_bot("C2")
    await face.settle()
    assert [m.text for m in face.seen(ANA, "C2")] == ["Hello, try /gmg next"]


async def test_events_for_another_workspace_have_no_effect(face, monkeypatch):
    event = {"type": "app_mention", "user": ANA, "channel": CHANNEL, "text": "next"}
    face.slack.deliveries.event({**event, "ts": "1.1", "event_ts": "1.1"})
    payload = face.slack.deliveries.events[-1]
    payload["authorizations"][0]["team_id"] = "T9OTHER"
    await face.settle()
    assert face.script.asked == []


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("events_api", {"type": "event_callback", "event": {"type": "app_home_opened"}}),
        ("events_api", {"type": "event_callback", "event": {"type": "channel_archive"}}),
        ("events_api", {"type": "event_callback", "event": {"type": "made_up_tomorrow"}}),
        ("events_api", {"type": "made_up_tomorrow"}),
        ("slash_commands", {"command": "/other", "text": "", "user_id": ANA}),
        ("interactive", {"type": "shortcut", "callback_id": "x", "trigger_id": "t"}),
        ("interactive", {"type": "message_action", "callback_id": "x", "trigger_id": "t"}),
        ("interactive", {"type": "view_submission", "view": {"type": "modal", "callback_id": "x"}}),
        ("interactive", {"type": "view_closed", "view": {"type": "modal", "callback_id": "x"}}),
        (
            "interactive",
            {
                "type": "block_actions",
                "container": {"type": "message"},
                "actions": [{"action_id": "x\ny", "block_id": "b", "type": "button"}],
            },
        ),
        (
            "interactive",
            {"type": "block_suggestion", "action_id": "x", "block_id": "b", "value": ""},
        ),
    ],
)
async def test_nothing_stays_unacknowledged(face, kind, payload):
    payload = {"user": {"id": ANA}, "team": {"id": "T0SANDBOX"}, "team_id": "T0SANDBOX", **payload}
    answer = await face.slack.transport.deliver(kind, payload, 0, "", 3.0)
    assert answer is not None


async def test_a_revoked_token_turns_health_red(face):
    event = {"type": "tokens_revoked", "tokens": {"bot": [BOT]}}
    face.slack.deliveries.event(event)
    await face.settle()
    assert face.workspace.revoked == "tokens_revoked"


async def test_a_lost_private_answer_goes_into_a_direct_message(face):
    face.slack.workspace.channels[CHANNEL].members.remove(ANA)
    reply = Reply(Message("For you"))
    await face.app.face.replies.say(reply, CHANNEL, ANA, None)
    conversation = face.slack.workspace.direct(ANA).id
    assert [m.text for m in face.seen(ANA, conversation)] == ["For you"]


@pytest.mark.parametrize("public", [True, False])
async def test_what_cannot_be_answered_where_it_was_asked_is_told_directly(face, public):
    reply = Reply(Message("For you"), public=public)
    await face.app.face.replies.say(reply, "C9GONE", ANA, None)
    await face.app.face.replies.write(reply.message, "D9GONE", ANA)
    conversation = face.slack.workspace.direct(ANA).id
    assert [m.text for m in face.seen(ANA, conversation)] == ["For you"] * 2


async def test_people_who_cannot_be_written_to_end_nothing(face):
    await face.app.face.replies.say(Reply(Message("For you")), CHANNEL, GUS, None)


async def test_an_answer_that_cannot_be_rendered_is_told_in_plain_text(face):
    async def odd(asker, text):
        return Reply(Message("Done & recorded", ("no part",)))

    face.script.answers = odd
    outcome = await face.slack.people.command(ANA, CHANNEL, "/gmg done handbook")
    assert outcome.payload["text"] == "Done &amp; recorded"
