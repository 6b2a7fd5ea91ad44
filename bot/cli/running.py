"""The verbs that run the bot or see to it: serve, demo, migrate, doctor, manifest."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from bot.cli.common import PlanOption, dump, fail, read_plan, run_async, say

if TYPE_CHECKING:
    from config.settings import Settings

_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


class WithSettings(TyperCommand):
    """A verb whose help lists the settings it reads from the environment."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The usual help, then the variables; read only when somebody asks."""
        from shutil import get_terminal_size
        from textwrap import fill

        from config.settings import variables

        super().format_help(ctx, formatter)
        typer.echo(" Settings, from environment variables:\n")
        width = max(get_terminal_size().columns, 60)
        for name, meaning, default in variables():
            shown = f" [default: {default}]" if default else ""
            told = f"   {name:<22} {meaning}{shown}"
            typer.echo(fill(told, width, subsequent_indent=" " * 26, break_long_words=False))


def register(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    app.command("serve", cls=WithSettings)(serve)
    app.command("demo")(demo)
    app.command("migrate")(migrate)
    app.command("doctor", cls=WithSettings)(doctor)
    app.command("manifest")(manifest)


def _settings(plan: Path | None) -> Settings:
    """The settings; exits 2 with one line for a bad one."""
    from config.settings import SettingsProblem, read_settings

    try:
        settings = read_settings()
    except SettingsProblem as problem:
        fail(str(problem))
    return settings.model_copy(update={"plan": plan}) if plan else settings


def _why(problem: OSError) -> str:
    """What the system says, without the address that asyncio puts around it."""
    return os.strerror(problem.errno).lower() if problem.errno else str(problem)


def serve(plan: PlanOption = None) -> None:
    """Run the bot for real: Socket Mode with SLACK_APP_TOKEN, otherwise HTTP on PORT."""
    from config.settings import SettingsProblem, require_slack

    settings = _settings(plan)
    try:
        require_slack(settings)
    except SettingsProblem as problem:
        fail(str(problem))
    loaded = read_plan(settings.plan)
    # Only now what takes a second to import: a wrong setting is told at once.
    from bot.__main__ import run
    from bot.logs import set_up
    from bot.slack.client import SlackProblem
    from coordination.storage_ports import StorageUnavailable
    from storage.problems import DatabaseProblem

    set_up(settings.log_format, secrets=settings.secrets)
    try:
        run_async(run(settings, loaded))
    except (SlackProblem, DatabaseProblem, StorageUnavailable) as problem:
        fail(str(problem), code=1)
    except OSError as problem:
        fail(f"PORT {settings.port}: {_why(problem)}; choose another", code=1)


def demo(
    plan: PlanOption = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the page answers.")] = 8010,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the database in this file instead of a temporary one."),
    ] = None,
) -> None:
    """Try the whole bot against a local stand-in for Slack, without a token."""
    from bot.cli.demo import run_demo
    from bot.slack.client import SlackProblem
    from storage.problems import DatabaseProblem

    loaded = read_plan(plan)
    try:
        run_async(run_demo(loaded, port=port, browser=browser, keep=keep))
    except KeyboardInterrupt:
        return
    except (SlackProblem, DatabaseProblem) as problem:
        fail(str(problem).replace("GMG_DATABASE_URL", "--keep") if keep else str(problem), code=1)
    except OSError as problem:
        fail(f"--port {port}: {_why(problem)}; choose another", code=1)


def migrate() -> None:
    """Bring the database of GMG_DATABASE_URL up to date."""
    from storage.migrate import migrate as upgrade
    from storage.problems import DatabaseProblem

    settings = _settings(None)
    try:
        changed = run_async(upgrade(settings.database_url))
    except DatabaseProblem as problem:
        fail(str(problem), code=1)
    typer.echo("The database is up to date now." if changed else "The database was up to date.")


def manifest(
    url: Annotated[
        str | None,
        typer.Option(help="Where Slack reaches the bot; without it the app uses Socket Mode."),
    ] = None,
) -> None:
    """The Slack app manifest, to paste when the app is created."""
    from bot.slack.manifest import manifest as made

    if url is not None and not _ADDRESS.fullmatch(url):
        fail(f"--url: {url[:80]!r} is not a web address; write it like https://bot.example.org")
    dump(made(url, _settings(None).command))


def doctor(plan: PlanOption = None) -> None:
    """Whether plan, database, tokens and channels are right and the bot is well, with the cure."""
    from bot.cli.doctor import examine

    settings = _settings(plan)
    lines, well = run_async(examine(settings))
    for line in lines:
        say(line)
    if not well:
        raise typer.Exit(1)
