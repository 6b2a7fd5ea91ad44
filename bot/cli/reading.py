"""The verbs that read the plan: next, plan, show, check, rehearse, schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import (
    DatabaseOption,
    JsonOption,
    PlanOption,
    dump,
    fail,
    kept_state,
    located,
    read_day,
    read_plan,
    say,
    schedule_on,
)
from workplan.record import as_json

if TYPE_CHECKING:
    from config.plan_file import LoadedPlan
    from coordination.snapshot import Snapshot
    from workplan.schedule import ScheduledMilestone


def register(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    app.command("next")(next_)
    app.command("plan")(plan)
    app.command("show")(show)
    app.command("check")(check)
    app.command("rehearse")(rehearse)
    app.command("schema")(schema)


def next_(
    plan: PlanOption = None,
    database: DatabaseOption = None,
    on: Annotated[
        str | None, typer.Option("--on", help="As of this day (default: today).", metavar="DAY")
    ] = None,
    number: Annotated[
        int, typer.Option("-n", "--number", min=1, max=1000, help="How many to list.")
    ] = 5,
    json: JsonOption = False,
) -> None:
    """What comes next, by expected day."""
    loaded = read_plan(plan)
    day = read_day(on, loaded)
    state = kept_state(database)
    schedule = schedule_on(loaded, state, day)
    if state is not None and any(s.name == "pause" and s.on for s in state.switches):
        typer.echo("Notices and briefs are paused.", err=True)
    coming = schedule.coming(day)[:number]
    over = day > loaded.plan.plan.last_day
    if over and not coming:
        header = loaded.plan.plan
        last = f"{header.last_day.day} {header.last_day:%B %Y}"
        say(
            f"{header.name} is over: its last day was {last}. Ask about a day of it with "
            f"gmg next --on {header.first_day}.",
            err=json,
        )
    if json:
        dump([_with_days_left(item, day) for item in coming])
    elif not over or coming:
        from bot.cli.tables import next_table

        next_table(schedule, coming, day)


def _with_days_left(item: ScheduledMilestone, day: Any) -> dict[str, Any]:
    expected = item.expected
    return {**as_json(item), "days_left": (expected - day).days if expected else None}


def plan(
    plan: PlanOption = None, database: DatabaseOption = None, json: JsonOption = False
) -> None:
    """Every milestone with what its date means."""
    loaded = read_plan(plan)
    schedule = schedule_on(loaded, kept_state(database), None)
    if json:
        dump([as_json(item) for item in schedule.milestones])
        return
    from bot.cli.tables import plan_table

    plan_table(schedule)


def show(
    item: Annotated[str, typer.Argument(help="A milestone's id, or words of its title.")],
    plan: PlanOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """One milestone whole."""
    loaded = read_plan(plan)
    schedule = schedule_on(loaded, kept_state(database), None)
    found = schedule.get(item.strip().lower()) or by_words(loaded, item)
    if json:
        dump(as_json(found))
        return
    from bot.cli.tables import card

    card(schedule, found, loaded.findings)


def by_words(loaded: LoadedPlan, words: str) -> ScheduledMilestone:
    """The one milestone the words fit; exits 2 naming the nearest ones otherwise."""
    from coordination.find import find_milestone

    result = find_milestone(_snapshot(loaded), words)
    if result.item is not None:
        return result.item
    near = ", ".join(f"{c.id} ({c.title})" for c in result.candidates)
    shown = words if len(words) <= 80 else words[:80] + "…"
    cure = f"did you mean: {near}?" if near else "`gmg plan` lists them all"
    return fail(f"{shown!r} names no one milestone of this plan; {cure}")


def _snapshot(loaded: LoadedPlan) -> Snapshot:
    from coordination.snapshot import Snapshot

    return Snapshot(loaded.plan, loaded.schedule)  # without findings: they take time to find


def check(
    plan: PlanOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as errors.")] = False,
    json: JsonOption = False,
) -> None:
    """Find the plan's contradictions; exits 1 with errors, 2 when it cannot be read."""
    loaded = read_plan(plan, even_with_errors=True)
    findings = loaded.findings
    bad = {"error", "warning"} if strict else {"error"}
    if json:
        dump(
            [
                {
                    "code": f.code,
                    "severity": f.severity,
                    "milestone": f.milestone,
                    "line": f.line,
                    "message": f.message,
                }
                for f in findings
            ]
        )
    else:
        for finding in findings:
            code = typer.style(f"{finding.severity} {finding.code}", bold=True)
            say(f"{code} {located(loaded, finding)}")
        counts = {s: sum(f.severity == s for f in findings) for s in ("error", "warning", "note")}
        typer.echo(", ".join(f"{n} {s}{'' if n == 1 else 's'}" for s, n in counts.items()))
    if any(f.severity in bad for f in findings):
        raise typer.Exit(1)


def rehearse(
    plan: PlanOption = None,
    database: DatabaseOption = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day.")] = None,
    json: JsonOption = False,
) -> None:
    """Every notice and brief the plan would cause, in order, without sending."""
    from dataclasses import replace

    from coordination.rehearse import rehearse as rehearsed

    loaded = read_plan(plan)
    start = read_day(since, loaded, "--from") if since else None
    end = read_day(until, loaded, "--to") if until else None
    schedule = schedule_on(loaded, kept_state(database), None)
    rows = rehearsed(replace(_snapshot(loaded), schedule=schedule), start, end)
    if json:
        keys = ("kind", "milestone", "step", "audience", "text")
        dump([{"at": r.at.isoformat(), **{k: getattr(r, k) for k in keys}} for r in rows])
        return
    from bot.cli.tables import rehearsal

    rehearsal(loaded.plan, rows)


def schema() -> None:
    """The plan file's JSON Schema, for editors."""
    from config.plan_file import plan_schema

    dump(plan_schema())
