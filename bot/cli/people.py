"""`gmg people`: who is kept behind which id, and how to forget a name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.common import (
    JsonOption,
    KeptOption,
    PlanOption,
    database_url,
    dump,
    fail,
    read_plan,
    run_async,
    say,
)


class Act(StrEnum):
    """What is to be done."""

    LIST = "list"
    FORGET = "forget"


def register(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command("people")(people)


def people(
    act: Annotated[
        Act, typer.Argument(help="list them, or forget the name behind one USER.")
    ] = Act.LIST,
    user: Annotated[
        str | None, typer.Argument(help="The user id (U…), as `gmg people` lists it.")
    ] = None,
    plan: PlanOption = None,
    database: KeptOption = None,
    json: JsonOption = False,
) -> None:
    """Who represents or represented whom; `forget USER` removes the name behind an id."""
    from storage.problems import DatabaseProblem

    if act is Act.LIST and user is not None:
        fail("list names everybody; to remove the name behind an id: gmg people forget USER")
    if act is Act.FORGET and user is None:
        fail("Whom? gmg people forget USER; `gmg people` lists the ids")
    url = database_url(database)
    try:
        if user is None:
            _list(url, plan, json)
        else:
            _forget(url, plan, user, json)
    except DatabaseProblem as problem:
        fail(str(problem), code=1)


def _list(url: str, plan: Path | None, json: bool) -> None:
    from coordination.naming import shown_name
    from coordination.snapshot import Snapshot
    from storage.reader import read_state

    loaded = read_plan(plan)
    state = run_async(read_state(url))
    snapshot = Snapshot(loaded.plan, loaded.schedule, loaded.findings, state)
    rows: list[dict[str, Any]] = [
        {
            "user": p.user,
            "name": p.name or None,
            "agency": p.agency,
            "role": p.role.value,
            "zone": p.zone,
            "active": p.active,
        }
        for p in state.people
    ]
    if json:
        dump(rows)
        return
    if not rows:
        typer.echo("Nobody is named yet.")
        return
    from bot.cli.tables import people_table

    people_table(
        [(p, snapshot.agency_short(p.agency), shown_name(snapshot, p.user)) for p in state.people]
    )


def _forget(url: str, plan: Path | None, user: str, json: bool) -> None:
    from bot.__main__ import plan_clock
    from config.settings import SettingsProblem, read_settings
    from coordination.forget import Forgotten, UnknownPerson, forget
    from coordination.snapshot import Snapshot
    from coordination.storage_ports import StorageUnavailable
    from scheduler.clock import steady_clock
    from storage.engine import open_database

    loaded = read_plan(plan)
    try:
        settings = read_settings()
    except SettingsProblem as problem:
        fail(str(problem))

    async def run() -> Forgotten:
        storage = await open_database(url, real_now=steady_clock(), owner="gmg people forget")
        try:
            snapshot = Snapshot(loaded.plan, loaded.schedule, loaded.findings)
            at = plan_clock(settings, await storage.last_instant()).now()
            return await forget(storage, snapshot, user, at)
        finally:
            await storage.close()

    try:
        done = run_async(run())
    except UnknownPerson:
        fail(f"Nobody with the id {user} is kept; `gmg people` lists them.")
    except StorageUnavailable as problem:
        fail(f"Nothing was changed: the database is {problem}.", code=1)
    if json:
        dump({"user": user, "shown_as": done.shown_as, "removed": not done.already})
        return
    if done.already:
        say(f"The name behind {user} was removed before.")
        return
    say(f"The name behind {user} is removed; what they did is shown as by {done.shown_as}.")
    if done.was_active:
        typer.echo("They do not represent their agency any more.")
    typer.echo("Copies of the database made before still hold the name.")
