"""`gmg doctor`: every part that can be wrong, one line each, with the cure."""

from __future__ import annotations

import os
from pathlib import Path

from bot.cli.doctor_running import examine_kept, examine_running
from bot.slack.doctor import Finding
from bot.slack.doctor import examine as examine_slack
from config.plan_file import PlanFileError, load_sound_plan
from config.settings import Settings, SettingsProblem, require_slack
from coordination.channel_records import Channels
from coordination.records import GroupState
from coordination.switches import PAUSE, PREVIEW
from storage.address import parse
from storage.migrate import schema_is_current
from storage.problems import DatabaseProblem
from storage.reader import read_state

UNUSABLE = "see that it can be reached and written to; if it is the wrong one, set GMG_DATABASE_URL"
"""The cure where the setting can be read and the database cannot be used."""


async def examine(settings: Settings) -> tuple[list[str], bool]:
    """The lines to print and whether all is well; never shows a secret."""
    answered = await examine_running(settings.port)
    database, channels = await _database(settings, answered is not None)
    slack = await _slack(settings, channels)
    findings = [*_plan(settings), *database, *slack, *(answered or ())]
    if answered is None:
        silent = f"no bot answers on PORT {settings.port} of this machine"
        findings.append(Finding(True, silent, ""))
    lines = [
        f"{'ok   ' if f.ok else 'wrong'} {f.what}" + (f"\n      {f.cure}" if f.cure else "")
        for f in findings
    ]
    return lines, all(f.ok for f in findings)


def _plan(settings: Settings) -> list[Finding]:
    try:
        loaded = load_sound_plan(settings.plan)
    except PlanFileError as error:
        return [Finding(False, line, "mend the plan file, or set GMG_PLAN") for line in error.lines]
    warnings = sum(f.severity == "warning" for f in loaded.findings)
    name = loaded.plan.plan.name
    return [Finding(True, f"plan: {name}, {warnings} warnings (gmg check)", "")]


async def _database(settings: Settings, running: bool) -> tuple[list[Finding], Channels]:
    """What is to be said of the database, and what it tells of channels."""
    try:
        path = parse(settings.database_url).path
    except DatabaseProblem as problem:
        return [Finding(False, str(problem), "set GMG_DATABASE_URL")], Channels()
    if path is not None and not path.exists():
        return [_to_be_made(path)], Channels()
    try:
        current = await schema_is_current(settings.database_url)
    except DatabaseProblem as problem:
        return [Finding(False, str(problem), UNUSABLE)], Channels()
    if current:
        kept = await examine_kept(settings, running)
        try:
            state = await read_state(settings.database_url)
        except DatabaseProblem as problem:
            return [Finding(False, str(problem), ""), *kept], Channels()
        found = [Finding(True, "database", ""), *_switches(settings, state), *kept]
        return found, Channels(state.channels)
    if settings.database_url.startswith("sqlite"):
        return [Finding(True, "database (brought up to date at the start)", "")], Channels()
    return [Finding(False, "the database has an older schema", "run gmg migrate")], Channels()


def _switches(settings: Settings, state: GroupState) -> list[Finding]:
    """What the secretariat turned on in chat, so that nobody forgets it."""
    said = {
        PAUSE: "notices and briefs are paused",
        PREVIEW: "the secretariat sees each notice an hour ahead",
    }
    return [
        Finding(
            True,
            f"{said[s.name]}, since {s.at:%Y-%m-%d %H:%M} UTC",
            f"{settings.command} {s.name} off ends it",
        )
        for s in state.switches
        if s.on and s.name in said
    ]


def _to_be_made(path: Path) -> Finding:
    """What is said of a SQLite file that is not there yet."""
    folder = next(p for p in path.absolute().parents if p.exists())
    if os.access(folder, os.W_OK | os.X_OK):
        return Finding(True, f"database: {path} will be made at the start", "")
    cure = "set GMG_DATABASE_URL to a file in a folder that the bot may write to"
    return Finding(False, f"database: {path} cannot be made in {folder}", cure)


async def _slack(settings: Settings, kept: Channels) -> list[Finding]:
    try:
        token = require_slack(settings)
    except SettingsProblem as problem:
        return [Finding(False, str(problem), "")]
    app_token = settings.app_token.get_secret_value() if settings.app_token else None
    channels = [("GMG_CHANNEL", settings.channel)]
    if settings.clearance_channel:
        channels.append(("GMG_CLEARANCE_CHANNEL", settings.clearance_channel))
    present = [(setting, channel and kept.now(channel)) for setting, channel in channels]
    replaced = [
        _replaced(setting, old, new)
        for (setting, old), (_, new) in zip(channels, present, strict=True)
        if old and new and old != new
    ]
    found = await examine_slack(token, app_token, settings.slack_api_url, present)
    return [*found, *replaced]


def _replaced(setting: str, old: str, new: str) -> Finding:
    """What is said of an id that the bot follows by itself, as long as it has this database."""
    what = f"{setting} names an id that Slack replaced: {old} is {new} now"
    return Finding(True, what, f"set {setting} to {new}; until then the bot follows by itself")
