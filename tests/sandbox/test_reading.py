"""Looking things up: users, conversations, history, threads, metadata, page by page."""

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

METADATA = {"event_type": "notice", "event_payload": {"keys": ["k1", "k2"]}}


async def all_pages(method, field, **given):
    pages, cursor = [], None
    while True:
        answer = await method(**given, cursor=cursor)
        pages.append(answer[field])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return pages


async def posted(client, *words, channel=OPEN, **more):
    return [
        (await client.chat_postMessage(channel=channel, text=text, **more))["ts"] for text in words
    ]


async def test_the_bot_is_described_with_its_app_and_no_other_is_known(slack, client):
    bot = (await client.bots_info(bot=slack.spec.bot_id))["bot"]
    assert (bot["app_id"], bot["user_id"]) == (slack.spec.app_id, slack.spec.bot_user)
    assert await refused(client.bots_info(bot="B9OTHER")) == "bot_not_found"


async def test_users_are_described_with_zone_home_and_whether_they_are_guests(client):
    async def user(id):
        return (await client.users_info(user=id))["user"]

    ana, ben, eva, gus = [await user(id) for id in (ANA, BEN, EVA, GUS)]
    assert (ana["tz"], ana["team_id"], ana["is_restricted"]) == (
        "Africa/Nairobi",
        "T0SANDBOX",
        False,
    )
    assert ana["profile"]["display_name"] == "Ana"
    assert ben["is_restricted"]
    assert (eva["team_id"], eva["is_stranger"]) == ("T0PARTNER", False)
    assert gus["is_stranger"]  # of another workspace and in no channel with the bot
    assert (await user(BOT))["is_bot"]
    assert await refused(user("U9")) == "user_not_found"


async def test_the_list_of_users_leaves_people_of_other_workspaces_out(client):
    members = (await client.users_list())["members"]
    assert [m["id"] for m in members] == [BOT, ANA, BEN]


async def test_conversations_are_listed_by_type_and_hidden_ones_never(slack, client):
    slack.workspace.direct(ANA)
    slack.people.archive(WITHOUT_BOT)

    async def listed(**given):
        return [c["id"] for c in (await client.conversations_list(**given))["channels"]]

    assert await listed() == [OPEN, WITHOUT_BOT]
    assert await listed(exclude_archived=True) == [OPEN]
    assert await listed(types="public_channel,private_channel") == [OPEN, WITHOUT_BOT, PRIVATE]
    assert await refused(client.conversations_list(types="im")) == "missing_scope"


async def test_a_channel_says_whether_it_is_shared_archived_and_the_bots(slack, client):
    async def info(id):
        return (await client.conversations_info(channel=id))["channel"]

    open_, other = await info(OPEN), await info(WITHOUT_BOT)
    assert (open_["name"], open_["topic"]["value"]) == ("gmg", "Work Plan")
    assert (open_["is_member"], open_["is_ext_shared"], open_["is_archived"]) == (True, True, False)
    assert (other["is_member"], other["num_members"]) == (False, 2)
    assert (await info(PRIVATE))["is_private"]
    slack.people.archive(OPEN)
    assert (await info(OPEN))["is_archived"]
    for hidden in (HIDDEN, "C9", ANA):
        assert await refused(info(hidden)) == "channel_not_found"


async def test_members_come_in_pages_also_of_a_channel_without_the_bot(client):
    pages = await all_pages(client.conversations_members, "members", channel=OPEN, limit=3)
    assert pages == [[ANA, BEN, EVA], [BOT]]
    assert (await client.conversations_members(channel=WITHOUT_BOT))["members"] == [ANA, GUS]
    assert await refused(client.conversations_members(channel=HIDDEN)) == "channel_not_found"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"cursor": "2"}, "invalid_cursor"),
        ({"cursor": "bmV4dF90czoxLjA="}, "invalid_cursor"),  # of a history
        ({"cursor": "YXQ6eA=="}, "invalid_cursor"),
        ({"limit": "many"}, "invalid_limit"),
        ({"limit": -1}, "invalid_limit"),
        ({"limit": 1001}, "invalid_limit"),
    ],
)
async def test_a_wrong_page_is_refused(client, given, code):
    assert await refused(client.conversations_members(channel=OPEN, **given)) == code


async def test_a_conversation_with_a_person_is_one_and_the_same(slack, client):
    first, again = [await client.conversations_open(users=ANA) for _ in range(2)]
    assert first.data == again.data == {"ok": True, "channel": {"id": "D1ANA"}}
    assert slack.workspace.channels["D1ANA"].members == [ANA, BOT]
    whole = await client.conversations_open(users=ANA, return_im=True)
    assert (whole["channel"]["is_im"], whole["channel"]["user"]) == (True, ANA)


@pytest.mark.parametrize(
    ("users", "code"),
    [("", "users_list_not_supplied"), ("U9", "user_not_found"), (GUS, "cannot_dm_user")],
)
async def test_a_conversation_is_not_opened_with_everybody(slack, client, users, code):
    assert await refused(client.api_call("conversations.open", data={"users": users})) == code
    assert not [c for c in slack.workspace.channels.values() if c.is_im]


async def test_the_bot_joins_public_channels_where_its_scope_lets_it(slack, client):
    assert await refused(client.conversations_join(channel=WITHOUT_BOT)) == "missing_scope"


async def test_history_is_newest_first_without_replies_and_ephemerals(slack, client):
    first, _ = await posted(client, "first", "second")
    await posted(client, "reply", thread_ts=first)
    await client.chat_postEphemeral(channel=OPEN, user=ANA, text="only Ana")
    messages = (await client.conversations_history(channel=OPEN))["messages"]
    assert texts(messages) == ["second", "first"]
    parent = messages[1]
    assert (parent["thread_ts"], parent["reply_count"]) == (first, 1)
    assert "thread_ts" not in messages[0]


async def test_a_thread_is_its_parent_and_the_replies_oldest_first(slack, client):
    parent, other = await posted(client, "parent", "other")
    replies = await posted(client, "one", "two", "three", thread_ts=parent)
    answer = await client.conversations_replies(channel=OPEN, ts=parent)
    assert texts(answer["messages"]) == ["parent", "one", "two", "three"]
    assert answer["messages"][0]["latest_reply"] == replies[-1]
    pages = await all_pages(
        client.conversations_replies, "messages", channel=OPEN, ts=parent, limit=3
    )
    assert [texts(p) for p in pages] == [["parent", "one", "two"], ["three"]]
    alone = await client.conversations_replies(channel=OPEN, ts=other)
    assert texts(alone["messages"]) == ["other"]
    missing = client.conversations_replies(channel=OPEN, ts="1.000001")
    assert await refused(missing) == "thread_not_found"


@pytest.mark.parametrize("method", ["conversations.history", "conversations.replies"])
async def test_only_members_read(slack, client, method):
    async def code(channel):
        return await refused(client.api_call(method, data={"channel": channel, "ts": "1.000001"}))

    assert await code(WITHOUT_BOT) == "not_in_channel"
    assert await code(HIDDEN) == "channel_not_found"
    assert await code("C9") == "channel_not_found"


async def test_an_archived_channel_can_still_be_read(slack, client):
    await posted(client, "before")
    slack.people.archive(OPEN)
    messages = (await client.conversations_history(channel=OPEN))["messages"]
    assert texts(messages) == ["before"]


async def test_pages_of_history_meet_though_messages_come_in_between(client):
    await posted(client, *"abcdefg")
    seen, cursor = [], None
    for number in range(3):
        answer = await client.conversations_history(channel=OPEN, limit=3, cursor=cursor)
        seen += texts(answer["messages"])
        assert answer["has_more"] is (number < 2)
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        await posted(client, "meanwhile")
    assert seen == list("gfedcba")
    assert not cursor


async def test_a_page_of_history_has_100_messages_and_at_most_999(client):
    await posted(client, *map(str, range(101)))
    answer = await client.conversations_history(channel=OPEN)
    assert (len(answer["messages"]), answer["has_more"]) == (100, True)
    assert await refused(client.conversations_history(channel=OPEN, limit=1_000)) == "invalid_limit"


async def test_oldest_and_latest_cut_with_or_without_the_ends(client):
    one, two, three, four = await posted(client, "1", "2", "3", "4")

    async def cut(**given):
        answer = await client.conversations_history(channel=OPEN, **given)
        return "".join(texts(answer["messages"]))

    assert await cut(oldest=two) == "43"
    assert await cut(oldest=two, inclusive=True) == "432"
    assert await cut(latest=three) == "21"
    assert await cut(oldest=one, latest=four) == "32"
    assert await cut(oldest=one, latest=four, inclusive=True) == "4321"
    assert await cut(oldest=two, latest=two, inclusive=True, limit=1) == "2"
    assert await cut(inclusive=True) == "4321"
    assert await refused(cut(oldest="yesterday")) == "invalid_ts_oldest"
    assert await refused(cut(latest="now")) == "invalid_ts_latest"
    assert await refused(cut(cursor="x")) == "invalid_cursor"


async def test_metadata_is_read_back_only_when_it_is_asked_for(client):
    [parent] = await posted(client, "a notice", metadata=METADATA)
    await posted(client, "its end", thread_ts=parent, metadata=METADATA)
    history = client.conversations_history
    replies = client.conversations_replies
    for read, given in ((history, {"channel": OPEN}), (replies, {"channel": OPEN, "ts": parent})):
        plain = (await read(**given))["messages"]
        assert all("metadata" not in m for m in plain)
        whole = (await read(**given, include_all_metadata=True))["messages"]
        assert [m["metadata"] for m in whole] == [METADATA] * len(plain)
    message = (await client.reactions_get(channel=OPEN, timestamp=parent))["message"]
    assert "metadata" not in message
