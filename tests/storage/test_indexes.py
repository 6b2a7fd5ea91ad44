"""What the scheduler asks all day is answered from an index, however many rows wait."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from coordination.records import Entry, MessageRef, OutboxItem, OutboxKind
from coordination.storage_ports import UnitOfWork
from storage.engine import Database
from tests.storage.builders import DAY_START, NOW, post, reminder

REF = MessageRef("C1", "1.1")
CARD = OutboxItem(OutboxKind.CARD, "C1", subject="circulation:1")


async def _next_due(database: Database, work: UnitOfWork) -> None:
    await database.next_due(NOW)


async def _journal(_: Database, work: UnitOfWork) -> None:
    for subject in ("circulation:1", "milestone:a", "plan"):
        await work.journal.add(Entry(NOW, "bot", "x", subject))
    await work.commit()


async def _queue_a_card(_: Database, work: UnitOfWork) -> None:
    await work.outbox.add(CARD)
    await work.commit()


async def _look_ahead(_: Database, work: UnitOfWork) -> None:
    await work.circulations.look_ahead([REF, MessageRef("C1", "2.1")])
    await work.questions.look_ahead([1, 2])


ASKED: dict[str, Callable[[Database, UnitOfWork], Awaitable[Any]]] = {
    "due": lambda _, work: work.ledger.due(NOW, 50),
    "next_due": _next_due,
    "claim": lambda _, work: work.ledger.claim([reminder("m1").key], "a", 30.0),
    "taken_over": lambda _, work: work.ledger.taken_over("a", 30.0, True),
    "taken_over past lease": lambda _, work: work.ledger.taken_over("a", 30.0, False),
    "by_message": lambda _, work: work.ledger.by_message(REF),
    "finish": lambda _, work: work.ledger.settle([reminder("m1", fence=1)], "a", REF, NOW),
    "outbox claim": lambda _, work: work.outbox.claim("a", 30.0, 4),
    "outbox taken_over": lambda _, work: work.outbox.taken_over("a", 30.0, True),
    "unplaced": lambda _, work: work.outbox.unplaced("notice:"),
    "queue a card": _queue_a_card,
    "copies of a question": lambda _, work: work.outbox.directly_sent("question:1"),
    "closing": lambda _, work: work.circulations.closing(NOW),
    "look_ahead": _look_ahead,
    "circulation by_message": lambda _, work: work.circulations.by_message(REF),
    "journal add": _journal,
    "journal": lambda _, work: work.journal.of("plan", 5),
    "overdue": lambda database, _: database.watch().due_since(NOW, 120, 50),
    "queues": lambda database, _: database.watch().queues(NOW),
    "standing": lambda database, _: database.watch().standing([reminder("m1").key]),
    "last_instant": lambda database, _: database.last_instant(),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_table_is_read_from_end_to_end(database: Database, name: str) -> None:
    plans: list[str] = []

    def explain(connection: Connection, cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if sql.split()[0] in ("SELECT", "UPDATE", "WITH"):
            found = connection.connection.cursor()
            found.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            plans.extend(row[3] for row in found.fetchall())

    async with database.unit_of_work() as work:
        await work.ledger.reconcile([reminder(f"m{n}") for n in range(50)], NOW, DAY_START)
        await work.ledger.claim([reminder("m1").key], "a", 30.0)
        for number in range(50):
            await work.outbox.add(post(f"C{number % 5}", subject=f"notice:{number}"))
        await work.commit()
    async with database.unit_of_work() as work:
        for engine in (database.write, database.read):
            event.listen(engine.sync_engine, "before_cursor_execute", explain)
        await ASKED[name](database, work)
    assert plans
    # From end to end may be read: what a partial index holds, what was found or is asked.
    scans = [line for line in plans if line.startswith("SCAN") and "INDEX ix_" not in line]
    assert [
        line for line in scans if line.split()[1] not in ("targets", "CONSTANT", "subjects")
    ] == []
    assert not any("TEMP B-TREE" in line for line in plans if name in ("due", "next_due"))
