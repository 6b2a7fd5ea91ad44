"""The main job on a real PostgreSQL: alone, restarted, and by two processes side by side."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg

from bot.cli.demo_people import CHANNEL
from sandbox.http_events import HttpEvents
from tests.e2e.group import SHIPPED
from tests.e2e.running import drained, running, until

JANUARY = "2010-01-04T08:00:00+01:00"


async def circulated(group, milestone="draft"):
    await group.act("undp", f"circulate {milestone} https://example.org/d.pdf", "Circulate")
    await until(lambda: any("replies received" in m.text for m in group.posted()))
    return next(m for m in group.posted() if "replies received" in m.text)


async def test_the_main_job_and_a_restart_that_repeats_nothing(tmp_path, database):
    async with running(tmp_path, JANUARY, plan=SHIPPED, database=database) as group:
        answer = await group.ask("unicef", "next")
        assert "Circulate the concept note of the symposium" in answer.text
        await group.demo.clock.next_notice()
        notice = group.posted()[-1]
        assert "Fri 8 January, in 3 days" in notice.text
        await group.press("unitar", notice, "Seen")

        card = await circulated(group, "handbook-circulated")
        await group.react("unicef", card, "white_check_mark")
        await group.react("ilo", card, "no_entry")
        await group.press("ilo", group.direct("ilo")[-1], "Confirm")
        assert "2 of 14 replies received, one point under discussion" in card.text
        await group.act("undp", "confirm symposium 27-28 May", "Confirm the date")

        before, keys = [m.text for m in group.posted()], group.demo.keys()
        await group.demo.end()
        await group.demo.begin("2010-01-05T12:00:00+01:00")
        assert ([m.text for m in group.posted()], group.demo.keys()) == (before, keys)

        await group.react("unicef", card, "white_check_mark", take_away=True)
        await group.react("ilo", card, "no_entry", take_away=True)
        await group.react("ilo", card, "white_check_mark")
        assert "1 of 14 replies received, open until" in card.text
        assert "Thu 27 May" in (await group.ask("ilo", "show symposium")).text
        verbs = [e.verb for e in await group.demo.bot.storage.history("circulation:1")]
        assert [v for v in verbs if v not in ("asked", "answered")] == [
            "circulated",
            "cleared",
            "cannot clear as drafted",
            "cannot clear as drafted",
            "took back: cleared",
            "took back: cannot clear as drafted",
            "cleared",
        ]
        await group.until("2010-01-08 12:00")
        assert set(group.demo.keys().values()) == {1}


async def test_two_processes_side_by_side_do_everything_once(tmp_path, database):
    async with running(tmp_path, database=database) as group:
        other, _ = await group.demo.open()
        bots = (group.demo.bot, other)

        async def noon(day):
            for bot in bots:
                bot.clock.move_to(datetime(2010, 1, day, 11, 0, tzinfo=UTC))
            await asyncio.gather(*(drained(bot) for bot in bots for _ in range(3)))
            for bot in bots:  # what one of them had claimed just then is settled by now
                await drained(bot)
            return group.demo.keys()

        await other.start()
        try:
            card = await circulated(group)
            group.server.deliveries.repeat = 4  # each at one process or the other
            for who in ("undp", "ilo", "iom"):
                await group.react(who, card, "white_check_mark")
            group.server.deliveries.repeat = 1
            await until(lambda: "Cleared" in card.text)
            assert [m.text.count("Cleared") for m in group.posted() if m.thread_ts] == [1]
            verbs = [e.verb for e in await other.storage.history("circulation:1")]
            assert verbs.count("cleared") == 4  # three agencies, and the outcome

            assert await noon(11) == {
                "first|2010-01-11|0|channel": 1,
                "first|2010-01-11|0|UILO/ilo": 1,
            }
            assert (await group.ask("ilo", "done second")).text.startswith("Done")
            keys = await noon(13)
        finally:
            await other.stop()
        assert set(keys.values()) == {1}
        assert "third|2010-01-13|0|channel" in keys
        assert not any(key.startswith("second|") for key in keys)


class Everywhere:
    """A balancer that hands each request to every replica, as one does that tries again."""

    def __init__(self, server, bots):
        self.replicas = [
            HttpEvents(server, f"http://127.0.0.1:{bot.face.port}/slack/events") for bot in bots
        ]
        self.online, self.turn, self.all = True, 0, True

    async def deliver(self, *delivery):
        self.turn += 1
        if not self.all:
            return await self.replicas[self.turn % len(self.replicas)].deliver(*delivery)
        return (await asyncio.gather(*(one.deliver(*delivery) for one in self.replicas)))[0]

    async def close(self):
        for one in self.replicas:
            await one.close()


@asynccontextmanager
async def three(group):
    """Three replicas that begin at one moment."""
    others = [(await group.demo.open())[0] for _ in range(2)]
    bots = (group.demo.bot, *others)
    try:
        await asyncio.gather(*(bot.start() for bot in bots))
        yield bots
    finally:
        for bot in others:
            await bot.stop()


async def lately_done_is_long_ago(database):
    connection = await asyncpg.connect(database)
    changed = "UPDATE meta SET instant = instant - interval '2 hours' WHERE name LIKE 'round %'"
    assert (await connection.execute(changed)) != "UPDATE 0"
    await connection.close()


def asked_of(group, method, ts):
    """The calls of a method about a message."""
    calls = [c for c in group.server.calls if c.method == method]
    return [c for c in calls if ts in (c.args.get("ts"), c.args.get("timestamp"))]


def reads(group, ts):
    """How often the reactions of a message were read back."""
    return len(asked_of(group, "reactions.get", ts))


async def test_three_replicas_over_http_read_back_tell_and_record_everything_once(
    tmp_path, database
):
    async with running(tmp_path, database=database, http=True) as group:
        card = await circulated(group)
        await group.demo.end()
        await group.server.http_events.close()
        group.server.http_events = None
        group.server.people.react("UIOM", CHANNEL, card.ts, "white_check_mark")  # nobody is there
        await lately_done_is_long_ago(database)
        group.demo.bot, group.demo.clock = await group.demo.open()
        group.demo.clock.bot = group.demo.bot
        async with three(group) as bots:
            await until(lambda: "1 of 3 replies received" in card.text)
            assert reads(group, card.ts) == 1
            for bot in bots:  # the alarm of each hour, all at once
                bot.finding.wake()
            await asyncio.sleep(0.3)
            assert reads(group, card.ts) == 1
            await lately_done_is_long_ago(database)
            await asyncio.gather(*(bot.finding.run_once() for bot in bots))
            assert reads(group, card.ts) == 2

            group.server.http_events = everywhere = Everywhere(group.server, bots)
            before = set(group.server.workspace.channels[CHANNEL].messages)

            def answers():
                seen = group.seen("ilo")
                return [m for m in seen if m.ts not in before and "What comes next" in m.text]

            drawn = len(asked_of(group, "chat.update", card.ts))
            await group.react("ilo", card, "white_check_mark")
            await until(lambda: "2 of 3 replies received" in card.text)
            assert len(asked_of(group, "chat.update", card.ts)) == drawn + 1
            assert (await group.ask("ilo", "done second")).text.startswith("Done")
            for bot in bots:
                bot.clock.move_to(datetime(2010, 1, 11, 8, 0, tzinfo=UTC))
            await asyncio.gather(*(drained(bot) for bot in bots for _ in range(3)))
            notice = next(m for m in group.posted() if "The first text" in m.text)
            await group.press("ilo", notice, "Seen")
            group.server.people.say("UILO", CHANNEL, "@gmg next")
            await group.settle()
            await until(answers)
            await asyncio.sleep(0.3)
            assert [m.text.count("What comes next") for m in answers()] == [1]
            everywhere.all = False
            await group.open("undp", "circulate note")
            everywhere.all = True
            assert await group.send("undp", {"link": "https://example.org/n"}) == {}
            assert set(group.demo.keys().values()) == {1}
            history = group.demo.bot.storage.history
            verbs = [e.verb for e in await history("circulation:1")]
            assert verbs.count("cleared") == 2
            verbs = [e.verb for e in await history("milestone:first")]
            assert (verbs.count("reminded"), verbs.count("seen")) == (2, 1)
            assert [e.verb for e in await history("milestone:second")].count("done") == 1
            assert (await history("circulation:2"))[0].verb == "circulated"
            assert not await history("circulation:3")
            await everywhere.close()
            group.server.http_events = None
