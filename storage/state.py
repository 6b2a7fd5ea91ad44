"""Read all that answers are made from: in one go, or by sections and single circulations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from coordination.records import Circulation, GroupState
from storage import rows, rows_around
from storage.tables import acknowledgements, acts, circulations, milestone_changes, people
from storage.tables_around import channels, interests, preferences, questions, snoozes, switches
from storage.transaction import chunks, is_
from workplan.clearance import Act

_a = acknowledgements.c


@dataclass(frozen=True, slots=True)
class Section:
    """One field of a GroupState: of which table, as which values, in which fixed order."""

    table: str
    made: Callable[[Any], Any]
    statement: Select[Any]


SECTIONS: dict[str, Section] = {
    "people": Section("people", rows.person, select(people).order_by(people.c.user_id)),
    "changes": Section(
        "milestone_changes",
        rows.change,
        select(milestone_changes).order_by(milestone_changes.c.milestone),
    ),
    "acknowledgements": Section(
        "acknowledgements",
        rows.acknowledgement,
        select(acknowledgements).order_by(_a.at, _a.milestone, _a.counted_to, _a.agency, _a.person),
    ),
    "questions": Section(
        "questions",
        rows_around.question,
        select(questions).where(is_(questions.c.state, "open")).order_by(questions.c.id),
    ),
    "preferences": Section(
        "preferences",
        rows_around.preferences,
        select(preferences).order_by(preferences.c.user_id),
    ),
    "snoozes": Section(
        "snoozes",
        rows_around.snooze,
        select(snoozes).order_by(snoozes.c.user_id, snoozes.c.subject),
    ),
    "switches": Section("switches", rows_around.switch, select(switches).order_by(switches.c.name)),
    "interests": Section(
        "interests",
        rows_around.interest,
        select(interests).order_by(interests.c.output, interests.c.agency),
    ),
    "channels": Section("channels", rows_around.channel, select(channels).order_by(channels.c.id)),
}
"""All of a GroupState but its circulations and their acts, which are many."""


async def read_group_state(connection: AsyncConnection) -> GroupState:
    """Everything a GroupState holds, each in a fixed order."""
    by_circulation: defaultdict[int, list[Act]] = defaultdict(list)
    for row in await _read(connection, select(acts).order_by(acts.c.id)):
        by_circulation[row["circulation"]].append(rows.act(row))
    found = await _read(connection, select(circulations).order_by(circulations.c.id))
    return GroupState(
        circulations=tuple(map(rows.circulation, found)),
        acts={id: tuple(given) for id, given in by_circulation.items()},
        **await read_sections(connection, SECTIONS),
    )


async def read_sections(connection: AsyncConnection, names: Iterable[str]) -> dict[str, Any]:
    """These fields of a GroupState."""
    return {
        name: tuple(map(SECTIONS[name].made, await _read(connection, SECTIONS[name].statement)))
        for name in names
    }


async def read_circulations(connection: AsyncConnection, ids: Sequence[int]) -> list[Circulation]:
    """Circulations by their ids."""
    found: list[Circulation] = []
    for some in chunks(ids):
        wanted = select(circulations).where(circulations.c.id.in_(some))
        found += map(rows.circulation, await _read(connection, wanted))
    return found


async def read_acts(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, tuple[Act, ...]]:
    """The acts on circulations by their ids, in the order they were recorded."""
    given: dict[int, list[Act]] = {id: [] for id in ids}
    for some in chunks(ids):
        of_them = select(acts).where(acts.c.circulation.in_(some)).order_by(acts.c.id)
        for row in await _read(connection, of_them):
            given[row["circulation"]].append(rows.act(row))
    return {id: tuple(some) for id, some in given.items() if some}


async def _read(connection: AsyncConnection, statement: Select[Any]) -> Sequence[RowMapping]:
    rows_: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows_
