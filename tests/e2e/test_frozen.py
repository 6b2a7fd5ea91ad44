"""A process that stands still, in the middle of its work, loses nothing and doubles nothing."""

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest

from bot.cli.demo_people import CHANNEL, SECRETARIAT
from sandbox.faults import Fault
from tests.e2e.group import ROOT
from tests.e2e.running import drained, running, until

LEASE = 1.6
NINE = "2010-01-11T09:00:00+01:00"
NOTICE, BRIEF = "first|2010-01-11|0|channel", "first|2010-01-11|0|UILO/ilo"


class Replica:
    """A bot in a process of its own, stopped and woken by signals."""

    def __init__(self, group, plan):
        spec, settings = group.server.spec, group.demo
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": spec.bot_token,
            "SLACK_APP_TOKEN": spec.app_token,
            "SLACK_API_URL": group.server.api_url,
            "GMG_PLAN": str(plan),
            "GMG_DATABASE_URL": settings.database,
            "GMG_CHANNEL": CHANNEL,
            "GMG_SECRETARIAT": SECRETARIAT,
            "GMG_CLOCK": NINE,
            "PORT": "0",
        }

    async def begin(self):
        script = Path(__file__).with_name("replica.py")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, script, str(LEASE), env=self.environment, stderr=asyncio.subprocess.PIPE
        )

    def signal(self, which):
        self.process.send_signal(which)

    async def end(self):
        """SIGTERM; what it logged."""
        for which in (signal.SIGCONT, signal.SIGTERM):
            if self.process.returncode is None:
                self.process.send_signal(which)
        _, told = await asyncio.wait_for(self.process.communicate(), 60)
        return told.decode()


async def told_by(group, key):
    """Drain until a reminder is settled, whoever had claimed it, and whatever that one locked."""
    for _ in range(100):
        await drained(group.demo.bot)
        if (await group.demo.rows())[key].state == "posted":
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{key} was never settled")


@pytest.mark.parametrize(
    ("method", "fault", "posts"),
    [
        ("chat.postMessage", Fault("slow", seconds=6.0), 2),
        ("chat.postMessage", Fault("slow", before=False, seconds=1.0), 1),
        ("conversations.open", Fault("slow", seconds=0.5), 1),
    ],
    ids=["before Slack has it", "after Slack has it", "before it is sent"],
)
async def test_a_replica_frozen_past_its_lease_leaves_one_message(
    tmp_path, database, method, fault, posts
):
    """The replica is a process of its own, stopped while Slack keeps it waiting."""
    async with running(tmp_path, database=database, lease=LEASE) as group:
        await group.demo.end()  # it has named the people
        key, where = (NOTICE, CHANNEL) if method == "chat.postMessage" else (BRIEF, None)
        before = len(group.server.calls)

        def asked(what):
            calls = [c for c in group.server.calls[before:] if c.method == what]
            return [c for c in calls if where in (None, c.args.get("channel"))]

        def sent():
            posted = asked("chat.postMessage")
            return [c for c in posted if key in c.args["metadata"]["event_payload"]["keys"]]

        group.server.faults.plan(method, fault, channel=where)
        frozen = Replica(group, group.demo.plan)
        await frozen.begin()
        try:
            await until(lambda: asked(method) and (fault.before or group.demo.keys()[key]), 60)
            frozen.signal(signal.SIGSTOP)
            await asyncio.sleep(LEASE)
            await group.demo.begin(NINE)  # the other one: it takes over what has run out
            await told_by(group, key)
            await until(lambda: all(c.answer for c in asked(method)))
            frozen.signal(signal.SIGCONT)
            await until(lambda: set(group.demo.keys().values()) == {1})
            await asyncio.sleep(LEASE)
            await drained(group.demo.bot)
            rows = await group.demo.rows()
        finally:
            told = await frozen.end()
        assert frozen.process.returncode == 0, told
        # Where the other one was very slow, it found the first message and posted none itself; that
        # a twin is taken away is held by tests/coordination/test_one_remains.py, without a clock.
        assert 1 <= len(sent()) <= posts
        assert group.demo.keys() == {NOTICE: 1, BRIEF: 1}, told
        assert {rows[k].state for k in (NOTICE, BRIEF)} == {"posted"}
        for one in (NOTICE, BRIEF):
            message = rows[one].message
            standing = group.server.workspace.channels[message.channel].messages[message.ts]
            assert one in group.keys(standing)
        history = await group.demo.bot.storage.history("milestone:first")
        reminded = [e.detail["key"] for e in history if e.verb == "reminded"]
        assert sorted(reminded) == sorted([NOTICE, BRIEF])


async def test_what_a_transaction_that_stands_still_holds_up_is_told_once_it_is_ended(
    tmp_path, database
):
    async with running(tmp_path, database=database, lease=LEASE) as group:
        other = await asyncpg.connect(
            database, server_settings={"idle_in_transaction_session_timeout": "3000"}
        )
        try:
            await other.execute("BEGIN")
            await other.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('journal milestone:first', 0))"
            )
            group.demo.bot.clock.move_to(datetime.fromisoformat(NINE))
            await until(lambda: group.demo.bot.reminding.failing)  # its message is not settled
            await until(lambda: other.is_closed() and not group.demo.bot.reminding.failing, 60)
        finally:
            other.terminate()
        await told_by(group, NOTICE)
        await told_by(group, BRIEF)
        assert group.demo.keys() == {NOTICE: 1, BRIEF: 1}
        history = await group.demo.bot.storage.history("milestone:first")
        assert [e.verb for e in history].count("reminded") == 2
