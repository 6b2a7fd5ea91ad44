"""Read in one go all that answers are made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordination.records import GroupState
from storage import rows
from storage.tables import acknowledgements, acts, circulations, milestone_changes, people
from workplan.clearance import Act


async def read_group_state(connection: AsyncConnection) -> GroupState:
    """People, changes, circulations with their acts, acknowledgements; each in a fixed order."""

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
    )
