"""Connections break, clocks jump, plans change: nothing lost, nothing twice."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.cli.demo_people import CHANNEL
from bot.slack import socket
from scheduler.clock import PlanClock
from tests.e2e.running import Machine, running, until

PEOPLE = ("undp", "ilo", "iom")


@pytest.fixture
async def group(tmp_path):
    async with running(tmp_path) as made:
        yield made


async def circulated(group, milestone="draft"):
    before = len(group.posted())
    await group.act("undp", f"circulate {milestone} https://example.org/d.pdf", "Circulate")
    await until(lambda: len(group.posted()) > before)
    return group.posted()[-1]


async def disturbed(group, card, disturb):
    """Commands and reactions go on while connections are disturbed."""

    async def burst(user):
        outcomes = [
            await group.server.people.command(user, CHANNEL, f"/gmg show first {n}")
            for n in range(10)
        ]
        return [o.error for o in outcomes if o.error]

    async def react():
        for who in PEOPLE:
            group.server.people.react(f"U{who.upper()}", CHANNEL, card.ts, "white_circle")
            await asyncio.sleep(0.02)

    failed, *_ = await asyncio.gather(burst("UILO"), react(), disturb())
    await group.settle()
    assert "3 agencies stand aside" in card.text
    acts = [e for e in await group.demo.bot.storage.history("circulation:1") if e.actor != "bot"]
    assert [e.verb for e in acts].count("stands aside") == 3
    return failed


async def test_a_refresh_in_the_middle_of_a_burst_loses_nothing(group):
    card = await circulated(group)

    async def refresh():
        for which in (0, 1, 0):
            await asyncio.sleep(0.03)
            await group.server.socket_mode.refresh(which)

    assert await disturbed(group, card, refresh) == []


async def test_a_warning_that_connections_will_be_closed_loses_nothing(group):
    card = await circulated(group)
    sockets = group.server.socket_mode
    before = list(sockets._connections)

    async def warn():
        await sockets.warn(0)
        await until(lambda: sockets.connections == 2 and before[0] not in sockets._connections)
        await sockets.warn(0)

    await disturbed(group, card, warn)
    await until(lambda: sockets.connections == 2 and not set(before) & set(sockets._connections))
    assert (await group.demo.health())[0] == 200


async def test_sockets_that_break_are_replaced_and_events_come_again(tmp_path, monkeypatch):
    monkeypatch.setattr(socket, "PING", 0.3)
    async with running(tmp_path, retries=(0.1, 1.0, 3.0)) as group:
        card = await circulated(group)
        group.server.socket_mode.drop()
        await until(lambda: not group.server.socket_mode.online)
        group.server.people.react("UILO", CHANNEL, card.ts, "white_check_mark")
        await until(lambda: group.server.socket_mode.connections == 2)
        await group.settle()
        assert "1 of 3 replies received" in card.text
        assert "What comes next" in (await group.ask("ilo", "next")).text


async def test_what_is_delivered_four_times_is_answered_once(tmp_path):
    async with running(tmp_path, answer_within=0.4) as group:
        group.server.deliveries.repeat = 4
        group.server.people.say("UILO", CHANNEL, "@gmg chair")
        direct = group.server.workspace.direct("UIOM")
        group.server.people.say("UIOM", direct.id, "join ILO")
        await group.settle()
        await until(lambda: group.direct("iom") and group.direct("undp"))
        await group.settle()
        assert str([m.text for m in group.seen("ilo")]).count("In the chair today") == 1
        assert len(group.direct("iom")) == 1
        assert len(group.direct("undp")) == 1


@pytest.mark.parametrize(("milestone", "ended"), [("note", "adopted"), ("draft", "not cleared")])
async def test_a_reaction_that_arrives_after_the_closing_counts_by_when_it_was_given(
    group, milestone, ended
):
    card = await circulated(group, milestone)
    group.server.deliveries.hold()
    await group.react("ilo", card, "no_entry")
    await group.until("2010-01-18 18:30")
    group.server.deliveries.release()
    await group.settle()
    if ended == "adopted":  # it was announced: that is not taken back behind people's backs
        assert "Adopted" in card.text
        assert "reached me after it had ended (adopted)" in group.direct("ilo")[-1].text
        assert "reached me after the text stood adopted" in group.told("undp", "cannot clear").text
    else:
        assert "one point under discussion" in card.text
        assert "after the closing time" not in card.text.partition("The closing time")[0]
    verbs = [e.verb for e in await group.demo.bot.storage.history("circulation:1")]
    assert "not counted" in verbs or "cannot clear as drafted" in verbs


async def test_while_the_token_is_refused_the_queue_is_kept(group):
    group.server.token_revoked = True
    await group.until("2010-01-12 09:30")
    rows = await group.demo.rows()
    due = ("first|2010-01-11|0|channel", "second|2010-01-12|0|channel")
    assert [rows[key].state for key in due] == ["pending", "pending"]
    assert group.demo.keys() == {}
    await group.demo.end()
    group.server.token_revoked = False
    await group.demo.begin("2010-01-12T10:00:00+01:00")
    assert {group.demo.keys()[key] for key in due} == {1}


async def test_a_machine_clock_that_jumps_loses_and_repeats_nothing(tmp_path):
    machine = Machine()
    async with running(tmp_path, at=None, real_now=machine) as group:
        await group.demo.begin(plan_clock=PlanClock(real=machine))
        bot = group.demo.bot
        assert group.demo.keys() == {}
        machine.jump(1)  # past nine
        await bot.drain()
        first = {"first|2010-01-11|0|channel": 1, "first|2010-01-11|0|UILO/ilo": 1}
        assert group.demo.keys() == first
        assert "comes late: due on Mon 11 January 09:00" in group.posted()[-1].text
        machine.jump(-1)
        await bot.drain()
        machine.jump(1)  # nine o'clock for the second time
        await bot.drain()
        assert group.demo.keys() == first
        machine.jump(48)  # the machine slept over two mornings
        await bot.drain()
        keys = group.demo.keys()
        assert keys["second|2010-01-12|0|channel"] == keys["third|2010-01-13|0|channel"] == 1
        assert set(keys.values()) == {1}


async def test_what_fell_due_while_the_machine_slept_is_noticed_within_one_wake_up(tmp_path):
    machine = Machine()
    async with running(tmp_path, at=None, real_now=machine) as group:
        bot, _ = await group.demo.open(plan_clock=PlanClock(real=machine))
        bot.reminding._every = 0.5  # real seconds; nobody wakes it, and its alarm is days away
        try:
            await group.server.people.add_bot(CHANNEL)
            await bot.start()
            await until(lambda: bot.reminding.last_run is not None)
            await asyncio.sleep(0.6)  # an alarm later
            assert group.demo.keys() == {}
            machine.jump(49)  # over two mornings
            await until(lambda: len(group.demo.keys()) >= 2)
            assert set(group.demo.keys().values()) == {1}
        finally:
            await bot.stop()


@pytest.mark.parametrize(
    ("back", "notices"),
    [
        pytest.param("2010-01-11T11:30:00+01:00", ["first"], id="three hours"),
        pytest.param("2010-01-14T08:30:00+01:00", ["first", "second", "third"], id="three days"),
        pytest.param(
            "2010-02-01T09:30:00+01:00",
            ["first", "second", "third", "draft", "note"],
            id="three weeks",
        ),
    ],
)
async def test_after_a_stop_what_was_missed_comes_once_marked_late_and_folded(group, back, notices):
    await group.demo.end()
    await group.demo.begin(back)
    await group.until(back[:10] + " 12:00")
    keys = group.demo.keys()
    assert set(keys.values()) == {1}
    (notice,) = group.posted()[1:]  # after the greeting
    assert [k.split("|")[0] for k in group.keys(notice)] == notices
    assert "late: due on Mon 11 January 09:00" in notice.text
    (brief,) = group.direct("ilo")
    assert [brief.text.count(f"The {n} text") for n in ("first", "second", "third")] == [
        "first" in notices,
        "second" in notices,
        "third" in notices,
    ]
    for key, row in (await group.demo.rows()).items():
        if row.due_at <= group.demo.clock.now():
            assert row.state == "posted" if key in keys else row.reason, key
    folded = [r.reason for r in (await group.demo.rows()).values() if r.state == "folded"]
    assert all(reason.startswith("overtaken by the step") for reason in folded)
    assert bool(folded) == (len(notices) > 1)


AMMAN = """\
plan: {name: Two nights, group: G, year: 2010, timezone: Asia/Amman}
calendar: {notice_time: "00:30"}
agencies: [{id: undp, short: UNDP, name: UNDP, timezone: Asia/Amman}]
chair: [{agency: undp, from: 2010-01-01, until: 2010-12-31}]
outputs:
  - id: out
    title: Texts
    owners: [undp]
    milestones:
      - {id: spring, title: Spring, kind: publication, when: 26 March 2010}
      - {id: autumn, title: Autumn, kind: publication, when: 29 October 2010}
"""


async def test_on_the_nights_when_clocks_change_it_comes_once_at_the_documented_time(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(AMMAN, encoding="utf-8")
    async with running(tmp_path, "2010-03-25T12:00:00+02:00", plan=plan) as group:

        async def at(*utc):
            await group.demo.clock.move_to(datetime(2010, *utc, tzinfo=UTC))
            return {k: n for k, n in group.demo.keys().items() if k.endswith("|0|channel")}

        # Half past midnight is not there on 26 March: an hour later, at 01:30.
        assert await at(3, 25, 22, 29) == {}
        spring = {"spring|2010-03-26|0|channel": 1}
        assert await at(3, 25, 22, 30) == spring
        assert await at(3, 25, 23, 59) == spring
        # On 29 October it is there twice: the first time.
        assert await at(10, 28, 21, 29) == spring
        both = spring | {"autumn|2010-10-29|0|channel": 1}
        assert await at(10, 28, 21, 30) == both
        assert await at(10, 28, 23, 59) == both


async def test_a_plan_that_lost_a_milestone_and_an_agency_takes_nothing_down(group):
    card = await circulated(group)
    await group.react("iom", card, "white_check_mark")
    await group.act("undp", "confirm third 20 January", "Confirm the date")
    await group.demo.end()
    group.demo.edit("  - {id: iom, short: IOM, name: IOM}\n", "")
    group.demo.edit(
        "      - {id: third, title: The third text, kind: publication, when: 13 January 2010}\n", ""
    )
    group.demo.edit("id: draft", "id: other-draft")
    await group.demo.begin()
    for who, text in (
        ("ilo", "next"),
        ("iom", "mine"),
        ("undp", "clearance"),
        ("undp", "agencies"),
        ("iom", "show first"),
        ("ilo", "deadlines"),
    ):
        answer = await group.ask(who, text)
        assert "not recorded" not in answer.text, (who, text)
    await group.react("ilo", card, "white_check_mark")
    assert "2 of 3 replies received" in card.text
    await group.until("2010-01-21 10:00")
    keys = group.demo.keys()
    assert set(keys.values()) == {1}
    assert keys["second|2010-01-12|0|channel"] == 1
    assert not any(key.startswith("third|") for key in keys)
    assert (await group.demo.health())[0] == 200


@pytest.mark.parametrize(
    ("action", "value", "says"),
    [
        (
            "gmg_circulate",
            '{"milestone": "draft", "link": "https://example.org", "version": 1}',
            "Only the Chair",
        ),
        ("gmg_set_date", '{"verb": "move", "milestone": "first", "words": "20 May"}', "Only the"),
        ("gmg_join_accept", "UIOM|undp", "Only the Chair"),
        ("gmg_done", "nothing", "not in the plan"),
        ("gmg_circulate", "rubbish", "Only the Chair"),
        ("gmg_seen", "first|soon", "not of the plan"),
        ("gmg_unheard_of", "x", "do not know that button"),
    ],
)
async def test_a_button_whose_value_was_altered_gives_no_rights(group, action, value, says):
    answer = await group.ask("iom", "show first")
    answer.blocks.append(
        {
            "type": "actions",
            "block_id": "forged",
            "elements": [
                {
                    "type": "button",
                    "action_id": action,
                    "value": value,
                    "text": {"type": "plain_text", "text": "Forged"},
                }
            ],
        }
    )
    before = [m.text for m in group.posted()]
    await group.press("iom", answer, "Forged")
    await group.shown(lambda: str([m.text for m in group.seen("iom")]), says)
    assert [m.text for m in group.posted()] == before
    assert (await group.demo.bot.storage.load_state()).circulations == ()
