"""Slack fails in every way it has: what is to be told stands once, and the bot goes on."""

import asyncio

import pytest

from bot.cli.demo_people import CHANNEL
from bot.slack import client
from sandbox.faults import Fault
from tests.e2e.running import running, until

MORNING = {"first|2010-01-11|0|channel": 1, "first|2010-01-11|0|UILO/ilo": 1}
AT_NINE = "2010-01-11 09:00"
TEN = "2010-01-11T10:00:00+01:00"
FAULTS = {
    "dropped after the post": Fault("drop", before=False),
    "dropped before the post": Fault("drop"),
    "500 after the post": Fault("500", before=False),
    "500 before the post": Fault("500"),
    "fatal_error after the post": Fault("fatal_error", before=False),
    "fatal_error before the post": Fault("fatal_error"),
    "429": Fault("429", retry_after=0.2),
}
each_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@pytest.fixture
async def group(tmp_path):
    async with running(tmp_path) as made:
        yield made


async def stays_told(group, told):
    """What was told stands once, also after another round and a restart."""
    await until(lambda: group.demo.keys().keys() >= told.keys())
    await group.demo.bot.drain()
    assert group.demo.keys() == told
    rows = await group.demo.rows()
    assert {rows[key].state for key in told} == {"posted"}
    await group.demo.end()
    await group.demo.begin(TEN)
    assert group.demo.keys() == told


@each_fault
@pytest.mark.parametrize("where", [CHANNEL, "DILO"], ids=["notice", "brief"])
async def test_a_reminder_that_meets_a_fault_stands_once(group, fault, where):
    group.server.faults.plan("chat.postMessage", fault, channel=where)
    await group.until(AT_NINE)
    await stays_told(group, MORNING)
    assert not group.server.faults.take("chat.postMessage", where), "the fault was never met"


@pytest.mark.parametrize(
    "fault",
    [f for name, f in FAULTS.items() if name != "429"],
    ids=[n for n in FAULTS if n != "429"],
)
async def test_what_is_in_doubt_is_looked_up_by_its_metadata_before_it_is_posted_again(
    group, fault
):
    group.server.faults.plan("chat.postMessage", fault, channel=CHANNEL)
    before = len(group.server.calls)
    await group.until(AT_NINE)
    await until(lambda: group.demo.keys().keys() >= MORNING.keys())
    await group.demo.bot.drain()
    to_channel = [c for c in group.server.calls[before:] if c.args.get("channel") == CHANNEL]
    calls = [c.method for c in to_channel if c.method != "chat.getPermalink"]
    again = ["chat.postMessage"] if fault.before else []
    assert calls[: 2 + len(again)] == ["chat.postMessage", "conversations.history", *again]
    assert calls.count("chat.postMessage") == 1 + len(again)
    looked = next(c for c in to_channel if c.method == "conversations.history")
    assert str(looked.args["include_all_metadata"]).lower() in ("1", "true")


async def test_faults_in_a_row_and_a_history_that_fails_too(group):
    for fault in list(FAULTS.values())[:6]:
        group.server.faults.plan("chat.postMessage", fault, channel=CHANNEL)
    await group.until(AT_NINE)
    await stays_told(group, MORNING)


async def test_a_claim_whose_look_up_failed_is_settled_by_the_next_start(group):
    group.server.faults.plan("chat.postMessage", Fault("drop", before=False), channel=CHANNEL)
    group.server.faults.plan("conversations.history", Fault("500"), times=3)
    await group.until(AT_NINE)
    assert (await group.demo.rows())["first|2010-01-11|0|channel"].state == "claimed"
    await group.demo.end()
    group.server.faults.clear()
    await group.demo.begin(TEN)
    await stays_told(group, MORNING)


@pytest.mark.parametrize("late", [False, True], ids=["before the time-out", "after it"])
async def test_what_slack_posts_though_the_request_timed_out_is_not_posted_again(
    group, monkeypatch, late
):
    monkeypatch.setattr(client, "TIMEOUT", 1.5)
    await group.demo.end()
    await group.demo.begin()
    slow = Fault("slow", before=late, seconds=3.0)
    group.server.faults.plan("chat.postMessage", slow, channel=CHANNEL)
    await group.until(AT_NINE)
    # Nobody knows yet whether it will stand: it stays claimed, and others are told meanwhile.
    assert (await group.demo.rows())["first|2010-01-11|0|channel"].state == "claimed"
    assert group.demo.keys()["first|2010-01-11|0|UILO/ilo"] == 1
    await until(lambda: group.demo.keys() == MORNING)
    await group.demo.end()
    await group.demo.begin(TEN)
    await stays_told(group, MORNING)


async def test_a_request_that_timed_out_and_was_never_carried_out_is_made_again(group, monkeypatch):
    monkeypatch.setattr(client, "TIMEOUT", 1.5)
    await group.demo.end()
    await group.demo.begin()
    group.server.faults.plan("chat.postMessage", Fault("never", seconds=3.0), channel=CHANNEL)
    await group.until(AT_NINE)
    assert group.demo.keys() == {"first|2010-01-11|0|UILO/ilo": 1}
    await group.demo.end()
    await group.demo.begin(TEN)
    await stays_told(group, MORNING)


async def test_retry_after_is_waited_for_and_holds_up_no_other_channel(group):
    group.server.faults.plan("chat.postMessage", Fault("429", retry_after=30), channel=CHANNEL)
    await group.until(AT_NINE)
    for _ in range(3):
        await group.demo.bot.drain()
    tried = [c for c in group.server.calls if c.method == "chat.postMessage"]
    assert [c.args["channel"] for c in tried].count(CHANNEL) == 2  # the greeting, and that one
    assert group.demo.keys() == {"first|2010-01-11|0|UILO/ilo": 1}
    row = (await group.demo.rows())["first|2010-01-11|0|channel"]
    assert (row.state, row.attempts) == ("pending", 1)
    answer = await group.ask("ilo", "next")
    assert "What comes next" in answer.text
    await group.demo.end()  # the next process knows nothing of that refusal, and asks again
    await group.demo.begin(TEN)
    await stays_told(group, MORNING)


async def circulated(group, milestone="draft"):
    await group.act("undp", f"circulate {milestone} https://example.org/d.pdf", "Circulate")
    await until(lambda: any("replies received" in m.text for m in group.posted()))
    return next(m for m in group.posted() if "replies received" in m.text)


def cards(group):
    return [m for m in group.posted() if "circulation:1" in group.keys(m)]


@each_fault
async def test_a_circulation_that_meets_a_fault_stands_once_and_is_counted(group, fault):
    group.server.faults.plan("chat.postMessage", fault, channel=CHANNEL)
    card = await circulated(group)
    await group.react("ilo", card, "white_check_mark")
    await group.shown(lambda: card.text, "1 of 3 replies received")
    assert len(cards(group)) == 1


async def test_a_card_whose_redrawing_failed_is_redrawn_with_all_that_came_since(group):
    card = await circulated(group)
    group.server.faults.plan("chat.update", Fault("500"))
    group.server.faults.plan("chat.update", FAULTS["429"])
    await group.react("ilo", card, "white_check_mark")
    await group.react("iom", card, "white_check_mark")
    await group.shown(lambda: card.text, "2 of 3 replies received")


@each_fault
async def test_an_outcome_and_a_note_to_a_person_that_meet_a_fault_stand_once(group, fault):
    card = await circulated(group)
    for where in (CHANNEL, "D0SECRETARIAT"):
        group.server.faults.plan("chat.postMessage", fault, channel=where)
    await group.react("secretariat", card, "white_check_mark")  # not counted: told why
    for who in ("undp", "ilo", "iom"):
        await group.react(who, card, "white_check_mark")

    def outcomes():
        return [m for m in group.posted() if m.thread_ts == card.ts]

    await until(lambda: outcomes() and group.direct("secretariat"))
    await group.demo.bot.drain()
    assert [m.text.count("Cleared") for m in outcomes()] == [1]
    assert len(group.direct("secretariat")) == 1


async def test_a_slow_slack_keeps_nobody_waiting_for_an_answer(group):
    for method in ("users.info", "conversations.members", "chat.update", "chat.getPermalink"):
        group.server.faults.plan(method, Fault("slow", seconds=4), times=20)
    answers = await asyncio.gather(
        *(
            group.server.people.command(user, CHANNEL, f"/gmg {text}")
            for user in ("UILO", "UIOM", "U0SECRETARIAT")
            for text in ("next", "mine", "join ILO")
        )
    )
    assert [a.error for a in answers] == [None] * 9
    group.server.faults.clear()
    assert "You represent ILO" in (await group.ask("ilo", "join ILO")).text
