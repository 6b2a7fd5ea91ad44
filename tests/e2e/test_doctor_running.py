"""The doctor reads a running bot and its ledger: what is well, and what stands still."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.cli.doctor_running import examine_kept, examine_running
from bot.slack.health import WebServer
from config.settings import Settings
from coordination.records import Entry
from coordination.watch_ports import FOUND
from sandbox.faults import Fault
from tests.e2e.running import running

LONG_AGO = "2010-01-11T09:00:00+01:00"
WHEN = datetime.fromisoformat(LONG_AGO)


@pytest.fixture
async def group(tmp_path):
    async with running(tmp_path) as made:
        yield made


async def running_lines(group):
    found = await examine_running(group.demo.bot.face.port)
    return {f.what: f for f in found}


async def kept(group, clock=None, **more):
    settings = Settings(database_url=group.demo.database, plan=group.demo.plan, clock=clock, port=0)
    return await examine_kept(settings, running=True, **more)


async def test_a_bot_at_work_is_told_with_its_numbers(group):
    await group.until("2010-01-11 09:00")
    told = await running_lines(group)
    assert all(f.ok for f in told.values())
    assert "running: database, scheduler, reminders, slack well" in told
    assert (
        "running: since its start, reminders posted 2, tried again 0, rate limits 0, errors 0"
        in told
    )
    assert any(what.startswith("running: last wake-up ") for what in told)


async def test_what_is_not_well_is_told_with_its_cure(group):
    group.server.token_revoked = True
    await group.until("2010-01-11 09:00")
    told = await running_lines(group)
    (wrong,) = [f for f in told.values() if not f.ok]
    assert wrong.what == "running: slack the token is void: token_revoked"
    assert "SLACK_BOT_TOKEN" in wrong.cure


async def test_a_file_that_was_replaced_under_the_bot_is_told_with_what_to_do(group):
    path = Path(group.demo.database.removeprefix("sqlite:///"))
    shutil.copy(path, path.with_name("copy.db"))
    path.with_name("copy.db").replace(path)
    status, told = await group.demo.health()
    moved = "its file was moved or replaced: restart the bot"
    assert (status, told["checks"]["database"]) == (503, moved)
    assert f"running: database {moved}" in await running_lines(group)


async def test_a_ledger_with_overdue_reminders_stuck_claims_and_failures_is_told(group):
    group.server.faults.plan("chat.postMessage", Fault("500"), times=100)
    await group.until("2010-01-11 09:00")
    await group.demo.end()
    with closing(sqlite3.connect(group.demo.database.removeprefix("sqlite:///"))) as file:
        long_ago = "2010-01-11 08:01:00.000000"
        file.execute("UPDATE reminders SET hold_until = NULL, state = 'pending' "
                     "WHERE key = 'first|2010-01-11|0|channel'")  # fmt: skip
        file.execute("UPDATE reminders SET state = 'claimed', lease_until = ? "
                     "WHERE key = 'first|2010-01-11|0|UILO/ilo'", (long_ago,))  # fmt: skip
        file.execute("UPDATE reminders SET state = 'failed' WHERE subject = 'third'")
        file.commit()
    at_ten = datetime.fromisoformat("2010-01-11T10:00:00+01:00").timestamp()
    found = {f.what: f.ok for f in await kept(group, real=lambda: at_ten)}
    assert found["ledger: 2 reminders overdue, the first since 2010-01-11 08:00 UTC"] is False
    assert found["claims past their lease, or refused five times and more: 1"] is False
    (failed,) = [what for what in found if what.startswith("failed since the beginning")]
    assert found[failed] is True
    assert found["no audit yet; the first is some minutes after the start"] is True
    assert found["no copy by gmg backup beside the database"] is True


async def test_an_audit_that_is_two_hours_old_beside_a_running_bot_is_told(group):
    storage = group.demo.bot.storage
    await storage.begin_round("audit", 3600, 60)
    await storage.end_round("audit", True)
    assert any(f.what == "last audit: 0 minutes ago" for f in await kept(group))
    async with storage.unit_of_work() as uow:
        await uow.journal.add(Entry(WHEN, "bot", FOUND, "reminder:a", {"what": "lost"}))
        await uow.commit()
    (found,) = [f for f in await kept(group) if f.what.startswith("differences that audits")]
    assert (found.ok, found.what.partition(": ")[2]) == (True, "1; they were told")
    last = await storage.watch().instant("round done: audit")
    await storage.note_instant("round done: audit", last.replace(year=last.year - 1))
    (wrong,) = [f for f in await kept(group) if "the last audit was 365 days ago" in f.what]
    assert not wrong.ok


async def test_with_a_clock_of_its_own_only_the_bot_knows_what_is_overdue(group):
    found = await kept(group, clock=LONG_AGO)
    assert not any(f.what.startswith("ledger") for f in found)


async def test_where_nobody_answers_or_somebody_else_does_it_says_so(tmp_path):
    server = WebServer(web.Application(), 0, "127.0.0.1")
    await server.start()
    (wrong,) = await examine_running(server.port)
    assert not wrong.ok
    assert "no bot of this version" in wrong.what
    await server.stop()
    assert await examine_running(server.port) is None
    assert await examine_running(0) is None
