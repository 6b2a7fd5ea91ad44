"""What the doctor asks of a running bot and reads in its ledger; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.cli.backup import latest
from bot.slack.doctor import Finding
from config.plan_file import PlanFileError, load_sound_plan
from config.settings import Settings
from coordination.audit import HOUR, ROUND
from coordination.messages.wording import count
from coordination.overdue import MOST, PATIENCE, overdue
from coordination.records import Reminder
from coordination.snapshot import Snapshot, resolve_on
from scheduler.clock import real_now
from storage.address import parse
from storage.problems import DatabaseProblem
from storage.reader import read_state
from storage.rounds import done
from storage.watch import SqlWatch, watched

ANSWERS_WITHIN = 5.0
"""Real seconds for the bot's answer; it looks at Slack and the database for it."""

CURES = {
    "database": "see the log, and whether the disk is full or the server away",
    "scheduler": "see the log for “wake-up failed”; restart the bot if nothing tells why",
    "reminders": "see the log for “not posted”; the bot goes on trying by itself",
    "slack": "see the lines on SLACK_BOT_TOKEN above",
}
"""The cure by the part of `/readyz` that is not well."""

SILENT = 120.0
"""Real seconds after which a loop that has not run is told of; it runs every half minute."""


async def examine_running(port: int) -> list[Finding] | None:
    """What the bot on a port of this machine tells of itself; None where none answers."""
    if port == 0:
        return None
    timeout = aiohttp.ClientTimeout(total=ANSWERS_WITHIN)
    address = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            async with session.get(f"{address}/readyz") as answer:
                told = json.loads(await answer.text())
            async with session.get(f"{address}/metrics") as answer:
                counted = _samples(await answer.text())
        return [*_ready(told), *_loops(counted), _numbers(counted)]
    except aiohttp.ClientConnectorError:
        return None
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, AttributeError):
        what = f"what answers on PORT {port} here is no bot of this version, or stands still"
        return [Finding(False, what, "see what listens there, or set PORT")]


def _ready(told: Mapping[str, Any]) -> list[Finding]:
    checks: Mapping[str, bool | str] = told["checks"]
    if told["ready"]:
        return [Finding(True, f"running: {', '.join(checks)} well", "")]
    return [
        Finding(False, f"running: {part} {said if isinstance(said, str) else 'not well'}", cure)
        for part, said in checks.items()
        if said is not True and (cure := CURES.get(part, "see the log"))
    ]


Samples = Mapping[str, list[tuple[Mapping[str, str], float]]]


def _samples(text: str) -> Samples:
    found: dict[str, list[tuple[Mapping[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def _loops(counted: Samples) -> list[Finding]:
    """The loops that run every half minute, and when they last did."""
    ages = {
        labels["loop"]: real_now() - at
        for labels, at in counted.get("gmg_last_wake_up_timestamp_seconds", [])
        if labels["loop"] in ("reminders", "outbox")
    }
    silent = [f"{loop} {age:.0f} s ago" for loop, age in ages.items() if age > SILENT]
    if silent:
        return [Finding(False, f"running: last wake-up of {', '.join(silent)}", "see the log")]
    last = max(ages.values(), default=0.0)
    return [Finding(True, f"running: last wake-up {last:.0f} s ago", "")]


def _numbers(counted: Samples) -> Finding:
    def total(name: str) -> int:
        return int(sum(value for _, value in counted.get(name, [])))

    return Finding(
        True,
        f"running: since its start, reminders posted {total('gmg_reminders_posted_total')}, "
        f"tried again {total('gmg_retries_total')}, "
        f"rate limits {total('gmg_slack_rate_limited_total')}, "
        f"errors {total('gmg_errors_total')}",
        "",
    )


async def examine_kept(
    settings: Settings, running: bool, real: Callable[[], float] = real_now
) -> list[Finding]:
    """What the ledger and the outbox tell; `running`: a bot answers, `real`: seconds since 1970."""
    path = parse(settings.database_url).path
    now = datetime.fromtimestamp(real(), UTC)
    try:
        async with watched(settings.database_url, real) as watch:
            found = [
                *await _overdue(settings, watch, now),
                *await _stuck(watch, now),
                await _audited(watch, now, running),
            ]
    except DatabaseProblem as problem:
        return [Finding(False, str(problem), "")]
    if path is not None:
        made = latest(path)
        said = f"last copy beside the database: {_ago(now - made[1])}" if made else None
        found.append(Finding(True, said or "no copy by gmg backup beside the database", ""))
    return found


async def _overdue(settings: Settings, watch: SqlWatch, now: datetime) -> list[Finding]:
    if settings.clock is not None or settings.clock_speed != 1.0:
        return []  # only the running bot knows which plan time it is
    try:
        loaded = load_sound_plan(settings.plan)
    except PlanFileError:
        return []  # said already
    then = now - timedelta(seconds=PATIENCE)
    state = await read_state(settings.database_url)
    schedule = resolve_on(loaded.plan, state, now.date(), loaded.schedule.calendar)
    snapshot = Snapshot(loaded.plan, schedule, loaded.findings, state)
    late: tuple[Reminder, ...] = overdue(
        snapshot, await watch.due_since(then, PATIENCE, MOST), then
    )
    if not late:
        return [Finding(True, "ledger: nothing overdue", "")]
    first = f"{late[0].due_at:%Y-%m-%d %H:%M} UTC"
    what = f"ledger: {count(len(late), 'reminder')} overdue, the first since {first}"
    return [Finding(False, what, "start the bot; where it runs, see its log for “not posted”")]


async def _stuck(watch: SqlWatch, now: datetime) -> list[Finding]:
    queues, failures = await watch.queues(now), await watch.failures()
    told = f"outbox: {count(queues.unsent, 'message')} to be sent"
    found = [Finding(True, told, "")]
    if queues.stuck:
        what = f"claims past their lease, or refused five times and more: {queues.stuck}"
        found.append(Finding(False, what, "start the bot; where it runs, see its log"))
    if failures.reminders or failures.outbox:
        what = (
            f"failed since the beginning: {count(failures.reminders, 'reminder')}, "
            f"{count(failures.outbox, 'message')}; the secretariat was told"
        )
        found.append(Finding(True, what, "gmg export --only journal lists the reminders"))
    if failures.differences:
        what = f"differences that audits found so far: {failures.differences}; they were told"
        found.append(Finding(True, what, "gmg export --only journal lists them"))
    return found


async def _audited(watch: SqlWatch, now: datetime, running: bool) -> Finding:
    last = await watch.instant(done(ROUND))
    if last is None or last.year < 2000:  # none since the start
        return Finding(True, "no audit yet; the first is some minutes after the start", "")
    age = now - last
    if running and age > timedelta(seconds=2 * HOUR):
        cure = "see the log for “wake-up failed”"
        return Finding(False, f"the last audit was {_ago(age)}, and it is to be hourly", cure)
    return Finding(True, f"last audit: {_ago(age)}", "")


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{count(max(minutes, 0), 'minute')} ago"
    return f"{minutes // 60} hours ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"
