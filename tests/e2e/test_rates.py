"""Slack's rates: many messages drain in order at its pace, and no channel waits for another.

Counted in the sandbox. The pace is faster than Slack's, so that the tests are short.
"""

import asyncio
from itertools import pairwise

import pytest

from bot.cli.demo_people import CHANNEL
from bot.slack import client
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.outgoing import PACE
from coordination.records import OutboxItem, OutboxKind
from sandbox.faults import Fault
from scheduler.clock import monotonic
from tests.e2e.running import SMALL, running, until

AT_NINE = "2010-01-11 09:00"
NOON = "2010-01-11T12:00:00+01:00"
NOTICE, BRIEF = "first|2010-01-11|0|channel", "first|2010-01-11|0|UILO/ilo"
MANY = "".join(
    f"      - {{id: t{n:03}, title: Text {n:03}, kind: publication, when: 11 January 2010}}\n"
    for n in range(199)
)


async def queue(group, *items):
    """Queue what is to be told, as a use case does."""
    storage = group.demo.bot.storage
    async with storage.unit_of_work() as uow:
        for kind, target, words in items:
            await uow.outbox.add(OutboxItem(kind, target, to_json(Message(words))))
        await uow.commit()
    group.demo.bot.services.wake()


def posts(group, channel=CHANNEL, since=0):
    """The posts that stand, as Slack saw them come."""
    return [
        c
        for c in group.server.calls[since:]
        if (c.method, c.result, c.args.get("channel")) == ("chat.postMessage", "ok", channel)
    ]


async def test_two_hundred_posts_to_one_channel_stand_in_order_and_commands_are_answered(tmp_path):
    async with running(tmp_path) as group:
        before = len(group.server.calls)
        words = [f"Post {n}" for n in range(200)]
        await queue(group, *((OutboxKind.POST, CHANNEL, said) for said in words))
        await until(lambda: len(posts(group, since=before)) > 20)
        answer = await group.server.people.command("UILO", CHANNEL, "/gmg next")
        assert "What comes next" in answer.payload["text"]
        assert len(posts(group, since=before)) < 200, "it was over before anybody asked"
        await until(lambda: len(posts(group, since=before)) == 200, 120)
        await group.demo.bot.drain()
    assert [c.args["text"] for c in posts(group, since=before)] == words


async def test_posts_to_one_channel_keep_their_distance_whoever_makes_them(tmp_path):
    pace = 0.3
    async with running(tmp_path, pace=pace) as group:
        await queue(group, *((OutboxKind.POST, CHANNEL, f"Post {n}") for n in range(8)))
        await group.until(AT_NINE)  # the reminder comes among them
        await group.demo.bot.drain()
        assert group.demo.keys() == {NOTICE: 1, BRIEF: 1}
    calls = posts(group)
    said = [c.args["text"] for c in calls if c.args["text"].startswith("Post")]
    assert said == [f"Post {n}" for n in range(8)]
    gaps = [b.at - a.at for a, b in pairwise(calls[1:])]  # the first greets
    assert len(gaps) == 8 and min(gaps) >= pace / PACE, gaps


async def test_several_processes_take_turns_in_one_channel(tmp_path, database):
    pace = 0.2
    async with running(tmp_path, pace=pace, database=database) as group:
        others = [(await group.demo.open())[0] for _ in range(2)]
        bots = (group.demo.bot, *others)
        began, came = monotonic(), []
        try:
            for n in range(6):
                await bots[n % 3].turns.turn(CHANNEL)
                came.append(monotonic() - began)
        finally:
            for bot in others:
                await bot.stop()
    assert all(at >= pace * n for n, at in enumerate(came)), came


async def test_two_hundred_reminders_missed_come_once_each_and_say_that_they_are_late(tmp_path):
    plan = tmp_path / "many.yaml"
    head, draft = SMALL.partition("      - id: draft")[::2]
    plan.write_text(f"{head}{MANY}      - id: draft{draft}", encoding="utf-8")
    async with running(tmp_path, plan=plan) as group:
        await group.demo.end()
        await group.demo.begin(NOON)
        rows = (await group.demo.rows()).values()
        told = [r for r in rows if r.key.endswith("|2010-01-11|0|channel")]
        assert len(told) == 200
        assert {(r.state, r.message) for r in told} == {("posted", told[0].message)}
        (notice,) = [m for m in group.posted() if m.ts == told[0].message.ts]
        assert "200 items" in notice.text
        assert "This message comes late: due on Mon 11 January 09:00 Geneva" in notice.text
        assert [m.text.count("comes late") for m in group.direct("ilo")] == [1]


@pytest.mark.parametrize(
    ("slow", "told"), [(CHANNEL, BRIEF), ("DILO", NOTICE)], ids=["notice", "brief"]
)
async def test_a_reminder_waits_for_no_channel_that_is_slow(tmp_path, slow, told):
    async with running(tmp_path) as group:
        group.server.faults.plan("chat.postMessage", Fault("slow", seconds=3.0), channel=slow)
        moving = asyncio.create_task(group.until(AT_NINE))
        await until(lambda: group.demo.keys() == {told: 1})
        assert not moving.done()
        await moving
        assert group.demo.keys() == {NOTICE: 1, BRIEF: 1}


async def test_what_is_queued_waits_for_no_channel_that_is_slow(tmp_path):
    async with running(tmp_path) as group:
        group.server.faults.plan("chat.postMessage", Fault("slow", seconds=4.0), channel=CHANNEL)
        group.server.faults.plan("chat.postMessage", Fault("429", retry_after=30), channel="DIOM")
        people = ("UIOM", "UILO", "UUNDP")
        await queue(group, (OutboxKind.POST, CHANNEL, "Slow"))
        await until(lambda: any(c.args.get("text") == "Slow" for c in group.server.calls))
        for n in range(3):  # queued while the slow one is under way, and one of them is refused
            await queue(group, *((OutboxKind.DIRECT, user, f"Note {n}") for user in people))
        await until(lambda: len(posts(group, "DILO")) + len(posts(group, "DUNDP")) == 6)
        assert [m.text for m in group.direct("ilo")] == ["Note 0", "Note 1", "Note 2"]
        assert not any(m.text == "Slow" for m in group.posted())
        await until(lambda: any(m.text == "Slow" for m in group.posted()))
        assert group.direct("iom") == []
        tried = [c for c in group.server.calls if c.args.get("channel") == "DIOM"]
        assert len(tried) == 1


async def test_a_card_is_redrawn_every_three_posts_time_and_holds_up_no_post(tmp_path):
    async with running(tmp_path, pace=0.3) as group:
        await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
        await until(lambda: any("replies received" in m.text for m in group.posted()))
        card = next(m for m in group.posted() if "replies received" in m.text)
        before = len(group.server.calls)
        for who in ("ilo", "iom"):
            for _ in range(2):
                await group.react(who, card, "white_check_mark")
                await group.react(who, card, "white_check_mark", take_away=True)
            await group.react(who, card, "white_check_mark")
        await group.shown(lambda: card.text, "2 of 3 replies received")
        # One more drawing waits when the outcome is told.
        await group.react("ilo", card, "white_check_mark", take_away=True)
        await group.react("ilo", card, "white_check_mark")
        await group.react("undp", card, "white_check_mark")
        await until(lambda: "Cleared" in card.text)
        drawn = [c for c in group.server.calls[before:] if c.method == "chat.update"]
        gaps = [b.at - a.at for a, b in pairwise(drawn)]
        assert len(drawn) >= 2 and min(gaps) >= 0.6, gaps  # one may have come late
        (outcome,) = [c for c in posts(group, since=before) if "Cleared" in c.args["text"]]
        assert outcome.at < drawn[-1].at


async def test_while_the_token_is_void_the_queue_is_kept_and_health_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(client, "TOKEN_PAUSE", 0.3)
    async with running(tmp_path) as group:
        group.server.token_revoked = True
        await queue(group, (OutboxKind.POST, CHANNEL, "Kept"))
        await group.until(AT_NINE)
        await group.demo.bot.drain()
        status, told = await group.demo.health()
        assert (status, told["checks"]["slack"]) == (503, "the token is void: token_revoked")
        rows = await group.demo.rows()
        assert {rows[key].state for key in (NOTICE, BRIEF)} <= {"pending", "claimed"}
        assert group.demo.keys() == {}
        group.server.token_revoked = False
        await until(lambda: group.demo.keys() == {NOTICE: 1, BRIEF: 1})
        await until(lambda: any(m.text == "Kept" for m in group.posted()))
        await group.demo.bot.drain()
        assert (await group.demo.health())[0] == 200
        assert group.demo.keys() == {NOTICE: 1, BRIEF: 1}
        assert [m.text for m in group.posted()].count("Kept") == 1
