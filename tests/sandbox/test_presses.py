"""Presses of buttons and choices: their payload, and what an answer by response URL replaces."""

import json

import pytest

from sandbox.person import NotPossible
from tests.sandbox.harness import (
    ANA,
    BEN,
    BOT,
    EVA,
    OPEN,
    Connection,
    refused,
    texts,
    web_client,
)
from tests.sandbox.test_commands import command, sent


def plain(text):
    return {"type": "plain_text", "text": text}


def choices(*values):
    return [{"text": plain(v.title()), "value": v} for v in values]


BLOCKS = [
    {
        "type": "section",
        "block_id": "s",
        "text": plain("Choose"),
        "accessory": {"type": "overflow", "action_id": "more", "options": choices("x", "y")},
    },
    {
        "type": "actions",
        "block_id": "a",
        "elements": [
            {"type": "button", "action_id": "go:1", "text": plain("Go"), "value": "one"},
            {"type": "button", "action_id": "go:2", "text": plain("Go on"), "value": "two"},
            {"type": "button", "action_id": "bare", "text": plain("Bare")},
            {"type": "static_select", "action_id": "pick", "options": choices("a", "b")},
            {"type": "datepicker", "action_id": "day"},
        ],
    },
]


@pytest.fixture
async def message(client):
    posted = await client.chat_postMessage(channel=OPEN, text="Choose", blocks=BLOCKS)
    return posted["ts"]


async def press(slack, ts, action, value=None, user=ANA, channel=OPEN):
    """Press it; the payload the app got, and the outcome."""
    async with Connection(slack) as connection:
        outcome = await slack.people.press(user, channel, ts, action, value)
        return connection.heard[-1].payload, outcome


async def test_the_payload_is_slacks(slack, message):
    payload, outcome = await press(slack, message, "go:2")
    assert outcome.answered
    [action] = payload["actions"]
    assert float(action.pop("action_ts")) > float(message)
    assert action == {
        "type": "button",
        "action_id": "go:2",
        "block_id": "a",
        "text": plain("Go on"),
        "value": "two",
    }
    assert payload["type"] == "block_actions"
    assert payload["user"] == {
        "id": ANA,
        "username": "ana",
        "name": "ana",
        "team_id": "T0SANDBOX",
    }
    assert (payload["team"]["id"], payload["api_app_id"]) == ("T0SANDBOX", "A0SANDBOX")
    assert payload["channel"] == {"id": OPEN, "name": "gmg"}
    assert payload["container"] == {
        "type": "message",
        "message_ts": message,
        "channel_id": OPEN,
        "is_ephemeral": False,
    }
    assert (payload["message"]["ts"], payload["message"]["user"]) == (message, BOT)
    assert payload["trigger_id"]


async def test_a_button_without_a_value_sends_none(slack, message):
    payload, _ = await press(slack, message, "bare")
    assert "value" not in payload["actions"][0]


@pytest.mark.parametrize(
    ("action", "value", "chosen"),
    [
        ("pick", "b", {"selected_option": {"text": plain("B"), "value": "b"}}),
        ("more", "x", {"selected_option": {"text": plain("X"), "value": "x"}}),
        ("day", "2010-02-28", {"selected_date": "2010-02-28"}),
    ],
)
async def test_a_choice_says_what_was_chosen(slack, message, action, value, chosen):
    payload, _ = await press(slack, message, action, value)
    assert chosen.items() <= payload["actions"][0].items()


async def test_only_what_is_offered_can_be_pressed_and_only_by_who_sees_it(slack, client, message):
    people = slack.people
    for action, value, why in (
        ("gone", None, "button is gone"),
        ("go:1", "two", "button is gone"),
        ("pick", "c", "no such choice"),
    ):
        with pytest.raises(NotPossible, match=why):
            await people.press(ANA, OPEN, message, action, value)
    only_ana = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="x", blocks=BLOCKS)
    with pytest.raises(NotPossible, match="message is gone"):
        await people.press(BEN, OPEN, only_ana["message_ts"], "go:1")
    await client.chat_delete(channel=OPEN, ts=message)
    with pytest.raises(NotPossible, match="message is gone"):
        await people.press(ANA, OPEN, message, "go:1")


async def test_after_an_update_the_new_buttons_are_there(slack, client, message):
    await client.chat_update(channel=OPEN, ts=message, text="Choose", blocks=BLOCKS[:1])
    with pytest.raises(NotPossible, match="button is gone"):
        await slack.people.press(ANA, OPEN, message, "go:1")
    payload, _ = await press(slack, message, "more", "y")
    assert payload["actions"][0]["block_id"] == "s"


async def test_each_press_has_a_trigger_and_a_response_url_of_its_own(slack, message):
    payloads = [(await press(slack, message, "go:1"))[0] for _ in range(3)]
    for name in ("trigger_id", "response_url"):
        assert len({p[name] for p in payloads}) == 3


async def test_in_a_thread_the_container_names_it(slack, client, message):
    reply = await client.chat_postMessage(channel=OPEN, text="x", blocks=BLOCKS, thread_ts=message)
    payload, _ = await press(slack, reply["ts"], "go:1")
    assert payload["container"]["thread_ts"] == message
    assert payload["message"]["thread_ts"] == message
    parent, _ = await press(slack, message, "go:1")
    assert "thread_ts" not in parent["container"]
    assert (parent["message"]["thread_ts"], parent["message"]["reply_count"]) == (message, 1)


async def test_a_press_on_an_ephemeral_message_carries_no_message(slack, client):
    shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="x", blocks=BLOCKS)
    payload, _ = await press(slack, shown["message_ts"], "go:1")
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload


async def test_somebody_of_another_workspace_presses_as_such(slack, message):
    payload, _ = await press(slack, message, "go:1", user=EVA)
    assert payload["user"]["team_id"] == "T0PARTNER"
    assert payload["team"]["id"] == "T0SANDBOX"


class TestResponseUrl:
    async def url(self, slack, ts, **more):
        payload, _ = await press(slack, ts, "go:1", **more)
        return payload["response_url"]

    async def test_by_default_it_says_something_new_to_the_person_alone(self, slack, message):
        assert (await sent(await self.url(slack, message), text="Done"))[0] == 200
        assert texts(slack.people.visible(ANA, OPEN)) == ["Choose", "Done"]
        assert texts(slack.people.visible(BEN, OPEN)) == ["Choose"]

    async def test_it_replaces_the_message_that_was_pressed(self, slack, message):
        await sent(await self.url(slack, message), text="Done", replace_original=True)
        [changed] = slack.people.visible(BEN, OPEN)
        assert (changed.ts, changed.text, changed.blocks) == (message, "Done", [])

    async def test_it_replaces_an_ephemeral_message_too(self, slack, client):
        shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="x", blocks=BLOCKS)
        url = await self.url(slack, shown["message_ts"])
        await sent(url, text="Done", replace_original="true")
        [changed] = slack.people.visible(ANA, OPEN)
        assert (changed.text, changed.ephemeral_to, changed.edited) == ("Done", ANA, False)
        assert slack.people.visible(BEN, OPEN) == []

    async def test_it_takes_the_message_away(self, slack, client):
        shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="x", blocks=BLOCKS)
        await sent(await self.url(slack, shown["message_ts"]), delete_original=True)
        assert slack.people.visible(ANA, OPEN) == []

    async def test_what_is_refused_changes_nothing(self, slack, message):
        url = await self.url(slack, message)
        wrong = [{"type": "nothing"}]
        status, body = await sent(url, text="x", blocks=wrong, replace_original=True)
        assert (status, json.loads(body)["error"]) == (400, "invalid_blocks")
        assert texts(slack.people.visible(ANA, OPEN)) == ["Choose"]

    async def test_an_answer_below_a_reply_must_name_the_thread(self, slack, client, message):
        reply = await client.chat_postMessage(
            channel=OPEN, text="reply", blocks=BLOCKS, thread_ts=message
        )
        url = await self.url(slack, reply["ts"])
        await sent(url, text="loose")
        await sent(url, text="below", thread_ts=message)
        loose, below = slack.people.visible(ANA, OPEN)[-2:]
        assert (loose.thread_ts, below.thread_ts) == (None, message)

    async def test_an_answer_in_a_direct_message_is_ephemeral_unless_it_replaces(self, slack):
        posted = await web_client(slack).chat_postMessage(channel=ANA, text="x", blocks=BLOCKS)
        direct = posted["channel"]
        url = await self.url(slack, posted["ts"], channel=direct)
        await sent(url, text="for now")
        await sent(url, text="Done", replace_original=True)
        slack.workspace.drop_ephemerals(ANA)
        assert texts(slack.people.visible(ANA, direct)) == ["Done"]

    async def test_a_button_in_the_answer_to_a_command_replaces_that_answer(self, slack):
        await command(slack, answer={"text": "Which?", "blocks": BLOCKS})
        [asked] = slack.people.visible(ANA, OPEN)
        await sent(await self.url(slack, asked.ts), text="Done", replace_original=True)
        assert texts(slack.people.visible(ANA, OPEN)) == ["Done"]


async def test_the_time_stamp_of_an_ephemeral_message_is_good_for_nothing_else(slack, client):
    shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="x", blocks=BLOCKS)
    update = client.chat_update(channel=OPEN, ts=shown["message_ts"], text="y")
    assert await refused(update) == "message_not_found"
