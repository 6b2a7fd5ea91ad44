"""Read in one go all that answers are made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordination.records import GroupState
from storage import rows, rows_around
from storage.tables import acknowledgements, acts, circulations, milestone_changes, people
from storage.tables_around import interests, preferences, questions, snoozes, switches
from storage.transaction import is_
from workplan.clearance import Act

Read = Callable[[Select[Any]], Awaitable[Sequence[RowMapping]]]


async def read_group_state(connection: AsyncConnection) -> GroupState:
    """Everything a GroupState holds, each in a fixed order."""

    async def read(statement: Select[Any]) -> Sequence[RowMapping]:
        found: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
        return found

    by_circulation: defaultdict[int, list[Act]] = defaultdict(list)
    for row in await read(select(acts).order_by(acts.c.id)):
        by_circulation[row["circulation"]].append(rows.act(row))
    a = acknowledgements.c
    return GroupState(
        people=tuple(map(rows.person, await read(select(people).order_by(people.c.user_id)))),
        changes=tuple(
            map(
                rows.change,
                await read(select(milestone_changes).order_by(milestone_changes.c.milestone)),
            )
        ),
        circulations=tuple(
            map(rows.circulation, await read(select(circulations).order_by(circulations.c.id)))
        ),
        acts={id: tuple(found) for id, found in by_circulation.items()},
        acknowledgements=tuple(
            map(
                rows.acknowledgement,
                await read(
                    select(acknowledgements).order_by(
                        a.at, a.milestone, a.counted_to, a.agency, a.person
                    )
                ),
            )
        ),
        **await _around(read),
    )


async def _around(read: Read) -> dict[str, Any]:
    """Open questions, people's wishes and the group's switches."""
    waiting = select(questions).where(is_(questions.c.state, "open")).order_by(questions.c.id)
    every = (
        ("questions", rows_around.question, waiting),
        (
            "preferences",
            rows_around.preferences,
            select(preferences).order_by(preferences.c.user_id),
        ),
        (
            "snoozes",
            rows_around.snooze,
            select(snoozes).order_by(snoozes.c.user_id, snoozes.c.subject),
        ),
        ("switches", rows_around.switch, select(switches).order_by(switches.c.name)),
        (
            "interests",
            rows_around.interest,
            select(interests).order_by(interests.c.output, interests.c.agency),
        ),
    )
    return {name: tuple(map(made, await read(statement))) for name, made, statement in every}
