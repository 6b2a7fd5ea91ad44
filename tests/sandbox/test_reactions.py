"""Reactions by people and by the bot: canonical names, one of each, told with who and when."""

import pytest

from sandbox.emoji import canonical
from sandbox.errors import SlackError
from sandbox.person import NotPossible
from sandbox.workspace import USUAL_SCOPES
from tests.sandbox.harness import (
    ANA,
    BEN,
    BOT,
    EVA,
    HIDDEN,
    OPEN,
    WITHOUT_BOT,
    refused,
    stand_in,
    web_client,
    without,
    workspace,
)


@pytest.fixture
async def message(client):
    return await client.chat_postMessage(channel=OPEN, text="For clearance")


def told(slack):
    return [payload["event"] for payload in slack.deliveries.events]


async def test_an_event_says_who_reacted_with_what_to_whose_message_and_when(slack, message):
    slack.people.react(ANA, OPEN, message["ts"], "white_check_mark")
    slack.people.unreact(ANA, OPEN, message["ts"], "white_check_mark")
    given, taken = told(slack)
    for event, kind in ((given, "reaction_added"), (taken, "reaction_removed")):
        assert event == {
            "type": kind,
            "user": ANA,
            "reaction": "white_check_mark",
            "item": {"type": "message", "channel": OPEN, "ts": message["ts"]},
            "item_user": BOT,
            "event_ts": event["event_ts"],
        }
    assert float(message["ts"]) < float(given["event_ts"]) < float(taken["event_ts"])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("white_check_mark", "white_check_mark"),
        (":white_check_mark:", "white_check_mark"),
        ("heavy_check_mark", "heavy_check_mark"),
        ("no_entry", "no_entry"),
        ("white_circle", "white_circle"),
        ("speech_balloon", "speech_balloon"),
        ("hourglass_flowing_sand", "hourglass_flowing_sand"),
        ("eyes", "eyes"),
        ("raised_hand", "hand"),
        ("hand", "hand"),
        ("thumbsup", "+1"),
        ("thumbsdown", "-1"),
        ("raised_hand::skin-tone-6", "hand::skin-tone-6"),
        ("thumbsup::skin-tone-2", "+1::skin-tone-2"),
        ("+1::skin-tone-4", "+1::skin-tone-4"),
    ],
)
async def test_names_are_slacks_canonical_ones_with_their_skin_tone(slack, message, typed, name):
    slack.people.react(ANA, OPEN, message["ts"], typed)
    assert told(slack)[-1]["reaction"] == name
    slack.people.unreact(ANA, OPEN, message["ts"], name)
    assert told(slack)[-1]["reaction"] == name


@pytest.mark.parametrize("name", ["", "::", "✅", "White", "eyes::skin-tone-1", "eyes::", "a b"])
async def test_what_is_no_name_is_refused(slack, client, message, name):
    with pytest.raises(SlackError, match="invalid_name"):
        canonical(name)
    with pytest.raises(SlackError, match="invalid_name"):
        slack.people.react(ANA, OPEN, message["ts"], name)


async def test_a_person_gives_each_reaction_once_under_any_of_its_names(slack, message):
    slack.people.react(ANA, OPEN, message["ts"], "thumbsup")
    with pytest.raises(SlackError, match="already_reacted"):
        slack.people.react(ANA, OPEN, message["ts"], "+1")
    slack.people.react(ANA, OPEN, message["ts"], "+1::skin-tone-3")
    slack.people.react(BEN, OPEN, message["ts"], "+1")
    slack.people.unreact(ANA, OPEN, message["ts"], "thumbsup")
    with pytest.raises(SlackError, match="no_reaction"):
        slack.people.unreact(ANA, OPEN, message["ts"], "+1")
    assert [e["type"] for e in told(slack)] == ["reaction_added"] * 3 + ["reaction_removed"]


async def test_nobody_reacts_where_they_are_not_or_to_what_is_not_there(slack, client, message):
    shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="only Ana")
    for ts in (shown["message_ts"], "1.000001"):
        with pytest.raises(SlackError, match="message_not_found"):
            slack.people.react(ANA, OPEN, ts, "eyes")
    with pytest.raises(NotPossible, match="not a member"):
        slack.people.react(BEN, WITHOUT_BOT, message["ts"], "eyes")
    slack.people.archive(OPEN)
    with pytest.raises(NotPossible, match="archived"):
        slack.people.react(ANA, OPEN, message["ts"], "eyes")


async def test_the_bot_is_told_nothing_of_channels_it_is_not_in(slack):
    said = slack.people.say(ANA, WITHOUT_BOT, "among ourselves")
    slack.people.react(ANA, WITHOUT_BOT, said.ts, "eyes")
    assert told(slack) == []


async def test_without_the_scope_the_bot_is_told_of_no_reaction():
    server = stand_in(without("reactions:read"))
    await server.start()
    said = server.people.say(ANA, OPEN, "@gmg hello")
    server.people.react(ANA, OPEN, said.ts, "eyes")
    assert [e["type"] for e in told(server)] == ["app_mention"]
    await server.stop()


async def test_reactions_are_read_back_without_times(slack, client, message):
    at = {"channel": OPEN, "timestamp": message["ts"]}
    assert "reactions" not in (await client.reactions_get(**at))["message"]
    for user in (ANA, EVA):
        slack.people.react(user, OPEN, message["ts"], "white_check_mark")
    slack.people.react(BEN, OPEN, message["ts"], "no_entry")
    answer = await client.reactions_get(**at, full=True)
    assert (answer["type"], answer["channel"]) == ("message", OPEN)
    expected = [
        {"name": "white_check_mark", "users": [ANA, EVA], "count": 2},
        {"name": "no_entry", "users": [BEN], "count": 1},
    ]
    assert answer["message"]["reactions"] == expected
    history = await client.conversations_history(channel=OPEN)
    assert history["messages"][0]["reactions"] == expected


async def test_of_many_people_only_the_first_are_named_unless_all_are_asked_for(
    slack, client, message
):
    crowd = [f"U{n}" for n in range(60)]
    slack.workspace.channels[OPEN].messages[message["ts"]].reactions["eyes"] = crowd
    at = {"channel": OPEN, "timestamp": message["ts"]}
    for full, named in ((False, 50), (True, 60)):
        [seen] = (await client.reactions_get(**at, full=full))["message"]["reactions"]
        assert (len(seen["users"]), seen["count"]) == (named, 60)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"channel": "C9"}, "channel_not_found"),
        ({"channel": HIDDEN}, "channel_not_found"),
        ({"channel": WITHOUT_BOT}, "not_in_channel"),
        ({"timestamp": "1234567890.000001"}, "message_not_found"),
        ({"timestamp": "yesterday"}, "bad_timestamp"),
        ({"timestamp": ""}, "no_item_specified"),
        ({"channel": ""}, "no_item_specified"),
    ],
)
@pytest.mark.parametrize("method", ["reactions.get", "reactions.add", "reactions.remove"])
async def test_the_item_of_a_reaction_must_be_there(method, given, code):
    server = stand_in(workspace(scopes=f"{USUAL_SCOPES},reactions:write"))
    await server.start()
    ts = server.add_message(server.workspace.channels[OPEN], BOT, "x").ts
    data = {"channel": OPEN, "timestamp": ts, "name": "eyes"} | given
    assert await refused(web_client(server).api_call(method, data=data)) == code
    await server.stop()


async def test_the_bot_reacts_and_takes_back_where_its_scope_lets_it(slack, client, message):
    at = {"channel": OPEN, "timestamp": message["ts"]}
    assert await refused(client.reactions_add(**at, name="eyes")) == "missing_scope"
    server = stand_in(workspace(scopes=f"{USUAL_SCOPES},reactions:write"))
    await server.start()
    able, channel = web_client(server), server.workspace.channels[OPEN]
    item = server.add_message(channel, BOT, "x")
    at["timestamp"] = item.ts
    await able.reactions_add(**at, name="thumbsup")
    assert item.reactions == {"+1": [BOT]}
    assert await refused(able.reactions_add(**at, name="+1")) == "already_reacted"
    assert await refused(able.reactions_add(**at, name="Eyes!")) == "invalid_name"
    await able.reactions_remove(**at, name="+1")
    assert item.reactions == {}
    assert await refused(able.reactions_remove(**at, name="+1")) == "no_reaction"
    server.people.archive(OPEN)
    assert await refused(able.reactions_add(**at, name="+1")) == "is_archived"
    await server.stop()
