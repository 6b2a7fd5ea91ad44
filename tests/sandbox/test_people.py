"""What people write, who hears of it, and how people of other workspaces differ."""

import aiohttp
import pytest

from sandbox.person import NotPossible
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
    stand_in,
    texts,
    web_client,
    without,
)


def events(slack):
    return [payload["event"] for payload in slack.deliveries.events]


def kinds(slack):
    return [(e["type"], e.get("subtype")) for e in events(slack)]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("@gmg next", f"<@{BOT}> next"),
        ("ask @gmg, @ben.oh!", f"ask <@{BOT}>, <@{BEN}>!"),
        ("@gmg see https://example.org/a?b=1&c=2", f"<@{BOT}> see <https://example.org/a?b=1&amp;c=2>"),
        ("@gmg un.org/x", f"<@{BOT}> <http://un.org/x|un.org/x>"),
        ("@gmg in #gmg", f"<@{BOT}> in <#{OPEN}|>"),
        ("@gmg @channel", f"<@{BOT}> <!channel>"),
        ("@gmg `https://example.org @ana`", f"<@{BOT}> `https://example.org @ana`"),
        ("@gmg <b> & <@U1ANA>", f"<@{BOT}> &lt;b&gt; &amp; &lt;@U1ANA&gt;"),
    ],
)  # fmt: skip
async def test_a_message_is_told_with_its_mentions_and_links_marked_up(slack, typed, text):
    slack.people.say(ANA, OPEN, typed)
    [event] = events(slack)
    assert (event["type"], event["text"]) == ("app_mention", text)


async def test_the_event_of_a_mention_is_slacks(slack):
    parent = slack.people.say(ANA, OPEN, "parent")
    said = slack.people.say(EVA, OPEN, "@gmg next", thread_ts=parent.ts)
    [event] = events(slack)
    assert event.pop("client_msg_id")
    assert event == {
        "type": "app_mention",
        "user": EVA,
        "team": "T0PARTNER",
        "user_team": "T0PARTNER",
        "text": f"<@{BOT}> next",
        "ts": said.ts,
        "event_ts": said.ts,
        "thread_ts": parent.ts,
        "channel": OPEN,
    }


async def test_the_bot_hears_of_mentions_where_it_is_and_of_nothing_else(slack):
    slack.people.say(ANA, OPEN, "among ourselves, gmg")
    slack.people.say(ANA, OPEN, "mail me@gmg or `@gmg`")
    slack.people.say(ANA, WITHOUT_BOT, "@gmg next")
    assert events(slack) == []


async def test_a_direct_message_is_a_message_and_never_a_mention(slack):
    direct = slack.workspace.direct(ANA).id
    slack.people.say(ANA, direct, "@gmg next")
    [event] = events(slack)
    assert (event["type"], event["channel_type"], event["channel"]) == ("message", "im", direct)


async def test_an_app_hears_of_its_own_direct_messages_as_well(slack, client):
    posted = await client.chat_postMessage(channel=ANA, text="for you")
    at = {"channel": posted["channel"], "ts": posted["ts"]}
    await client.chat_update(**at, text="changed")
    await client.chat_delete(**at)
    first, changed, deleted = events(slack)
    assert (first["bot_id"], first["user"], first["text"]) == ("B0BOT", BOT, "for you")
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "changed")
    assert (deleted["subtype"], deleted["previous_message"]["ts"]) == (
        "message_deleted",
        posted["ts"],
    )
    assert all(e["type"] == "message" and e["channel_type"] == "im" for e in events(slack))
    await client.chat_postMessage(channel=OPEN, text="for all")
    await client.chat_postEphemeral(channel=posted["channel"], user=ANA, text="for now")
    assert len(events(slack)) == 3


@pytest.mark.parametrize(
    ("scope", "act"),
    [
        ("app_mentions:read", lambda s: s.people.say(ANA, OPEN, "@gmg next")),
        ("im:history", lambda s: s.people.say(ANA, s.workspace.direct(ANA).id, "next")),
        ("reactions:read", lambda s: s.people.react(ANA, OPEN, s.said, "eyes")),
        ("reactions:read", lambda s: s.people.unreact(BEN, OPEN, s.said, "eyes")),
        ("channels:read", lambda s: s.people.archive(OPEN)),
        ("groups:read", lambda s: s.people.archive(PRIVATE)),
    ],
)
async def test_an_event_needs_its_scope(scope, act):
    for server, told in ((stand_in(), 1), (stand_in(without(scope)), 0)):
        message = server.workspace.channels[OPEN].messages
        server.said = server.add_message(server.workspace.channels[OPEN], BOT, "x").ts
        message[server.said].reactions["eyes"] = [BEN]
        act(server)
        assert len(events(server)) == told
        await server.deliveries.close()


async def test_being_added_to_a_private_channel_needs_the_scope_of_private_ones():
    for scope, told in (("groups:read", 0), ("channels:read", 1)):
        server = stand_in(without(scope))
        await server.people.add_bot(HIDDEN)
        assert len(events(server)) == told
        await server.deliveries.close()


async def test_the_bot_is_told_when_it_is_added_and_when_a_channel_is_archived(slack):
    await slack.people.add_bot(WITHOUT_BOT)
    await slack.people.add_bot(WITHOUT_BOT)
    slack.people.archive(WITHOUT_BOT)
    slack.people.archive(PRIVATE)
    slack.people.archive(PRIVATE, archived=False)
    assert kinds(slack) == [
        ("member_joined_channel", None),
        ("channel_archive", None),
        ("group_archive", None),
        ("group_unarchive", None),
    ]
    joined = events(slack)[0]
    assert (joined["user"], joined["channel"]) == (BOT, WITHOUT_BOT)


async def test_nobody_writes_where_they_are_not_or_where_it_is_archived(slack):
    with pytest.raises(NotPossible, match="not a member"):
        slack.people.say(BEN, PRIVATE, "x")
    slack.people.archive(OPEN)
    with pytest.raises(NotPossible, match="archived"):
        slack.people.say(ANA, OPEN, "x")


async def test_nobody_replies_to_what_is_gone_ephemeral_or_a_reply(slack, client):
    parent = slack.people.say(ANA, OPEN, "parent")
    reply = slack.people.say(ANA, OPEN, "reply", thread_ts=parent.ts)
    shown = await client.chat_postEphemeral(channel=OPEN, user=ANA, text="x")
    for ts in (reply.ts, shown["message_ts"], "1.000001"):
        with pytest.raises(NotPossible, match="thread"):
            slack.people.say(ANA, OPEN, "x", thread_ts=ts)


async def test_what_the_page_sends_escaped_is_what_was_typed(slack):
    async with aiohttp.ClientSession() as session:
        for text in ("@gmg a &lt;b&gt; &amp;amp; https://e.org", "/gmg x"):
            given = {"user": ANA, "channel": OPEN, "text": text, "thread_ts": None}
            async with session.post(f"{slack.base_url}/sandbox/send", json=given) as answer:
                assert answer.status == 200
    assert events(slack)[0]["text"] == f"<@{BOT}> a &lt;b&gt; &amp;amp; <https://e.org>"


async def test_a_command_does_not_work_in_a_thread(slack):
    parent = slack.people.say(ANA, OPEN, "parent")
    given = {"user": ANA, "channel": OPEN, "text": "/gmg next", "thread_ts": parent.ts}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.base_url}/sandbox/send", json=given) as answer,
    ):
        told = await answer.json()
    assert told == {"ok": False, "error": "/gmg is not supported in threads. Sorry!"}


class TestAnotherWorkspace:
    """People who come over Slack Connect."""

    async def test_their_channel_is_shared_and_events_say_so(self, slack):
        slack.people.say(ANA, OPEN, "@gmg next")
        slack.people.say(ANA, PRIVATE, "@gmg next")
        shared = [p["is_ext_shared_channel"] for p in slack.deliveries.events]
        assert shared == [True, False]

    async def test_the_served_workspace_stands_in_the_authorizations(self, slack):
        slack.people.say(EVA, OPEN, "@gmg next")
        [payload] = slack.deliveries.events
        assert payload["authorizations"][0]["team_id"] == "T0SANDBOX"
        assert payload["event"]["team"] == "T0PARTNER"

    async def test_their_reactions_carry_no_team(self, slack, client):
        posted = await client.chat_postMessage(channel=OPEN, text="x")
        slack.people.react(EVA, OPEN, posted["ts"], "eyes")
        [event] = events(slack)
        assert event["user"] == EVA
        assert not [name for name in event if "team" in name]

    async def test_they_are_known_one_by_one_and_listed_nowhere(self, slack, client):
        assert (await client.users_info(user=EVA))["user"]["team_id"] == "T0PARTNER"
        assert EVA not in [m["id"] for m in (await client.users_list())["members"]]
        assert EVA in (await client.conversations_members(channel=OPEN))["members"]

    async def test_some_refuse_direct_messages_and_some_do_not(self, slack, client):
        assert (await client.chat_postMessage(channel=EVA, text="x"))["ok"]
        assert await refused(client.conversations_open(users=GUS)) == "cannot_dm_user"
        direct = slack.workspace.direct(GUS).id  # opened before
        post = client.chat_postMessage(channel=direct, text="x")
        assert await refused(post) == "cannot_dm_user"

    async def test_they_see_and_are_shown_what_members_are(self, slack, client):
        await client.chat_postEphemeral(channel=OPEN, user=EVA, text="for Eva")
        assert texts(slack.people.visible(EVA, OPEN)) == ["for Eva"]


async def test_two_stand_ins_know_nothing_of_each_other(slack):
    other = stand_in()
    await other.start()
    await web_client(other).chat_postMessage(channel=OPEN, text="x")
    assert slack.people.visible(ANA, OPEN) == []
    await other.stop()
