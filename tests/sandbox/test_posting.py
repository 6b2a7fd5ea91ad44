"""chat.*: what may be posted, changed and deleted, by whom and where."""

import json

import aiohttp
import pytest

from tests.sandbox.harness import (
    ANA,
    BEN,
    BOT,
    EVA,
    GUS,
    HIDDEN,
    OPEN,
    PRIVATE,
    WITHOUT_BOT,
    refused,
    texts,
)

pytestmark = pytest.mark.filterwarnings("ignore:The top-level `text` argument")

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "in a block"}}
METADATA = {"event_type": "notice", "event_payload": {"key": "k1"}}


def kept(slack, channel=OPEN):
    return list(slack.workspace.lasting(slack.workspace.channels[channel]))


async def test_a_message_is_posted_with_its_blocks_and_the_bots_name_on_it(slack, client):
    answer = await client.chat_postMessage(channel=OPEN, text="Hello", blocks=[SECTION])
    assert answer["channel"] == OPEN
    assert answer["message"] == {
        "type": "message",
        "ts": answer["ts"],
        "user": BOT,
        "bot_id": "B0BOT",
        "app_id": "A0SANDBOX",
        "team": "T0SANDBOX",
        "text": "Hello",
        "blocks": [{**SECTION, "block_id": "b0"}],
    }
    assert texts(kept(slack)) == ["Hello"]


async def test_every_message_has_a_later_time_stamp_of_six_places(client):
    stamps = [(await client.chat_postMessage(channel=OPEN, text="x"))["ts"] for _ in range(20)]
    assert stamps == sorted(set(stamps))
    assert all(len(s.partition(".")[2]) == 6 for s in stamps)


@pytest.mark.parametrize("given", [{"text": "words"}, {"blocks": [SECTION]}])
async def test_text_or_blocks_are_enough(client, given):
    assert (await client.chat_postMessage(channel=OPEN, **given))["ok"]


LONGEST = "x" * 40_000


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"channel": "C9"}, "channel_not_found"),
        ({"channel": "gmg"}, "channel_not_found"),
        ({"channel": "U9NOBODY"}, "channel_not_found"),
        ({"channel": HIDDEN}, "channel_not_found"),
        ({"channel": WITHOUT_BOT}, "not_in_channel"),
        ({"channel": GUS}, "cannot_dm_user"),
        ({"text": ""}, "no_text"),
        ({"text": "", "blocks": []}, "no_text"),
        ({"text": LONGEST + "x"}, "msg_too_long"),
        ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
        ({"blocks": "not JSON"}, "invalid_blocks_format"),
        ({"blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"blocks": ["divider"]}, "invalid_blocks_format"),
        ({"thread_ts": "1234567890.000001"}, "thread_not_found"),
        ({"metadata": "not JSON"}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"metadata": {"event_type": 1, "event_payload": {}}}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "x", "event_payload": "y"}}, "invalid_metadata_format"),
    ],
)
async def test_what_slack_refuses_to_post_is_refused_and_stands_nowhere(slack, client, given, code):
    for name in ("blocks", "metadata"):
        if name in given and not isinstance(given[name], str):
            given = given | {name: json.dumps(given[name])}
    call = client.api_call("chat.postMessage", data={"channel": OPEN, "text": "x"} | given)
    assert await refused(call) == code
    assert not any(c.messages for c in slack.workspace.channels.values())


async def test_the_longest_text_is_taken(client):
    assert (await client.chat_postMessage(channel=OPEN, text=LONGEST))["ok"]


async def test_an_archived_channel_takes_nothing(slack, client):
    posted = await client.chat_postMessage(channel=OPEN, text="before")
    slack.people.archive(OPEN)
    at = {"channel": OPEN, "ts": posted["ts"]}
    assert await refused(client.chat_postMessage(channel=OPEN, text="x")) == "is_archived"
    ephemeral = client.chat_postEphemeral(channel=OPEN, user=ANA, text="x")
    assert await refused(ephemeral) == "is_archived"
    assert await refused(client.chat_update(**at, text="x")) == "is_inactive"
    slack.people.archive(OPEN, archived=False)
    assert (await client.chat_update(**at, text="after"))["ok"]


async def test_who_writes_to_a_person_writes_into_their_conversation(slack, client):
    opened = await client.conversations_open(users=ANA)
    posted = await client.chat_postMessage(channel=ANA, text="for you")
    assert posted["channel"] == opened["channel"]["id"] == slack.workspace.direct(ANA).id
    assert texts(kept(slack, posted["channel"])) == ["for you"]
    at = {"channel": ANA, "ts": posted["ts"]}
    assert await refused(client.chat_update(**at, text="x")) == "channel_not_found"


async def test_a_reply_stands_below_a_message_that_is_no_reply_itself(slack, client):
    parent = (await client.chat_postMessage(channel=OPEN, text="parent"))["ts"]
    reply = await client.chat_postMessage(channel=OPEN, text="reply", thread_ts=parent)
    assert reply["message"]["thread_ts"] == parent
    below = client.chat_postMessage(channel=OPEN, text="x", thread_ts=reply["ts"])
    assert await refused(below) == "cannot_reply_to_message"
    shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="only Ana")
    below = client.chat_postMessage(channel=OPEN, text="x", thread_ts=shown["message_ts"])
    assert await refused(below) == "thread_not_found"
    elsewhere = client.chat_postMessage(channel=PRIVATE, text="x", thread_ts=parent)
    assert await refused(elsewhere) == "thread_not_found"


async def test_blocks_get_ids_that_differ_also_after_an_update(slack, client):
    blocks = [{**SECTION, "block_id": "b1"}, SECTION, {"type": "divider"}]
    posted = await client.chat_postMessage(channel=OPEN, blocks=blocks, text="x")
    assert len({b["block_id"] for b in posted["message"]["blocks"]}) == 3
    at = {"channel": OPEN, "ts": posted["ts"]}
    changed = await client.chat_update(**at, text="y", blocks=[SECTION, SECTION])
    assert [b["block_id"] for b in changed["message"]["blocks"]] == ["b0", "b1"]


async def test_an_update_replaces_text_and_blocks_and_keeps_metadata(slack, client):
    posted = await client.chat_postMessage(
        channel=OPEN, text="old", blocks=[SECTION], metadata=METADATA
    )
    at = {"channel": OPEN, "ts": posted["ts"]}
    message = kept(slack)[0]

    answer = await client.chat_update(**at, text="new", blocks=[{"type": "divider"}])
    assert (answer["text"], answer["ts"], answer["channel"]) == ("new", posted["ts"], OPEN)
    assert (message.text, message.blocks[0]["type"]) == ("new", "divider")
    assert message.metadata == METADATA
    assert not message.edited  # Slack marks no message that has blocks

    await client.chat_update(**at, text="newest")
    assert (message.text, message.blocks, message.edited) == ("newest", [], True)
    await client.chat_update(**at, blocks=[SECTION])
    assert (message.text, len(message.blocks)) == ("", 1)

    await client.chat_update(**at, text="x", metadata={"event_type": "y", "event_payload": {}})
    assert message.metadata == {"event_type": "y", "event_payload": {}}
    await client.chat_update(**at, text="x", metadata={})
    assert message.metadata is None


async def test_an_update_takes_4000_characters_where_a_post_takes_40000(client):
    posted = await client.chat_postMessage(channel=OPEN, text="x" * 4_001)
    at = {"channel": OPEN, "ts": posted["ts"]}
    assert (await client.chat_update(**at, text="x" * 4_000))["ok"]
    assert await refused(client.chat_update(**at, text="x" * 4_001)) == "msg_too_long"


async def test_an_update_is_refused_where_slack_refuses_it(slack, client):
    posted = await client.chat_postMessage(channel=OPEN, text="mine")
    ana = slack.people.say(ANA, OPEN, "hers")
    at = {"channel": OPEN, "ts": posted["ts"]}

    async def code(**given):
        return await refused(client.chat_update(**{**at, "text": "x", **given}))

    assert await code(ts=ana.ts) == "cant_update_message"
    assert await code(ts="1234567890.000001") == "message_not_found"
    assert await code(channel=WITHOUT_BOT) == "not_in_channel"
    assert await code(channel=HIDDEN) == "channel_not_found"
    assert await code(text="") == "no_text"
    assert await code(blocks=[{"type": "nothing"}]) == "invalid_blocks"
    slack.edit_window_closed = True
    assert await code() == "edit_window_closed"
    assert texts(kept(slack)) == ["mine", "hers"]


async def test_only_ones_own_message_is_deleted_and_no_reaction_event_comes(slack, client):
    posted = await client.chat_postMessage(channel=OPEN, text="mine")
    hers = slack.people.say(ANA, OPEN, "hers")
    slack.people.react(ANA, OPEN, posted["ts"], "white_check_mark")
    told = len(slack.deliveries.events)
    at = {"channel": OPEN, "ts": posted["ts"]}
    assert (await client.chat_delete(**at))["ts"] == posted["ts"]
    assert texts(kept(slack)) == ["hers"]
    assert len(slack.deliveries.events) == told
    assert await refused(client.chat_delete(**at)) == "message_not_found"
    assert await refused(client.chat_update(**at, text="x")) == "message_not_found"
    other = client.chat_delete(channel=OPEN, ts=hers.ts)
    assert await refused(other) == "cant_delete_message"


async def test_a_permalink_is_of_a_lasting_message(slack, client):
    parent = (await client.chat_postMessage(channel=OPEN, text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel=OPEN, text="reply", thread_ts=parent))["ts"]

    async def link(ts, channel=OPEN):
        return (await client.chat_getPermalink(channel=channel, message_ts=ts))["permalink"]

    assert await link(parent) == f"{slack.base_url}/archives/{OPEN}/p{parent.replace('.', '')}"
    assert (await link(reply)).endswith(f"?thread_ts={parent}&cid={OPEN}")
    shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="x")
    assert await refused(link(shown["message_ts"])) == "message_not_found"
    assert await refused(link("1234567890.000001")) == "message_not_found"
    assert await refused(link(parent, HIDDEN)) == "channel_not_found"


class TestEphemeral:
    """Messages that one person sees, for as long as the page is not loaded again."""

    async def test_it_is_seen_by_one_member_and_in_no_history(self, slack, client):
        shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="only Ana")
        assert shown["message_ts"]
        assert texts(slack.people.visible(ANA, OPEN)) == ["only Ana"]
        assert slack.people.visible(BEN, OPEN) == []
        assert (await client.conversations_history(channel=OPEN))["messages"] == []

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"user": GUS}, "user_not_in_channel"),
            ({"user": "U9"}, "user_not_in_channel"),
            ({"channel": WITHOUT_BOT}, "not_in_channel"),
            ({"channel": HIDDEN}, "channel_not_found"),
            ({"text": ""}, "no_text"),
            ({"text": "x" * 40_001}, "msg_too_long"),
            ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
        ],
    )
    async def test_it_is_refused_where_slack_refuses_it(self, slack, client, given, code):
        given = {"channel": OPEN, "user": ANA, "text": "x"} | given
        assert await refused(client.chat_postEphemeral(**given)) == code

    async def test_nothing_can_be_done_to_it_afterwards(self, slack, client):
        shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="only Ana")
        at = {"channel": OPEN, "ts": shown["message_ts"]}
        assert await refused(client.chat_update(**at, text="x")) == "message_not_found"
        assert await refused(client.chat_delete(**at)) == "message_not_found"
        assert await refused(client.conversations_replies(**at)) == "thread_not_found"
        reactions = client.reactions_get(channel=OPEN, timestamp=at["ts"])
        assert await refused(reactions) == "message_not_found"

    async def test_a_reload_loses_those_of_that_person_alone(self, slack, client):
        for user in (ANA, EVA):
            await client.chat_postEphemeral(channel=OPEN, user=user, text=f"only {user}")
        await client.chat_postMessage(channel=OPEN, text="for all")
        async with aiohttp.ClientSession() as session:
            await session.get(f"{slack.base_url}/sandbox/state?user={ANA}")
            assert texts(slack.people.visible(ANA, OPEN)) == ["only U1ANA", "for all"]
            await session.get(f"{slack.base_url}/sandbox/state?user={ANA}&reload=1")
        assert texts(slack.people.visible(ANA, OPEN)) == ["for all"]
        assert texts(slack.people.visible(EVA, OPEN)) == ["only U3EVA", "for all"]
