"""The main job on a real PostgreSQL: alone, restarted, and by two processes side by side."""

import asyncio
from datetime import UTC, datetime

import pytest

from tests.e2e.group import SHIPPED
from tests.e2e.running import running, until

JANUARY = "2010-01-04T08:00:00+01:00"


@pytest.fixture
def database(postgresql_server):
    """A PostgreSQL database with its tables made and nothing in them."""
    return postgresql_server.ready()


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
            await asyncio.gather(*(bot.drain() for bot in bots for _ in range(3)))
            for bot in bots:  # what one of them had claimed just then is settled by now
                await bot.drain()
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
