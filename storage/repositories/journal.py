"""The journal: append-only, held so by triggers as well, and chained (coordination/chain.py)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import NamedTuple

from sqlalchemy import Select, insert, select, text

from coordination.cause import cause
from coordination.chain import encoded, entry_hash, is_chained
from coordination.records import Entry
from coordination.storage_ports import Journal
from storage import rows
from storage.tables import journal
from storage.transaction import Transaction
from storage.types import storable

# The hash of each subject's last line; one step in the index each, however long the journal is.
_HEADS = (
    "SELECT subjects.value AS subject, (SELECT hash FROM journal WHERE subject = subjects.value"
    " ORDER BY id DESC LIMIT 1) AS hash FROM {} AS subjects"
)
_HEADS_POSTGRESQL = text(_HEADS.format("unnest(CAST(:subjects AS text[]))") + "(value)")
_HEADS_SQLITE = text(_HEADS.format("json_each(:subjects)"))


class _Added(NamedTuple):
    """An entry to be written, and the hashes of the acts it records."""

    entry: Entry
    acts: list[str]


class SqlJournal(Journal):
    """`Journal` on the table `journal`; there is no way to change or remove a line.

    Entries are written by `write`, the last thing before the commit: what locks a chain comes
    after every other lock of the transaction and in one order, so that no two transactions wait
    for each other, and a chain is locked for no longer than it must be.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._added: list[_Added] = []

    async def add(self, entry: Entry) -> None:
        """Append an entry. Raises ValueError or TypeError when `detail` is not JSON."""
        self._transaction.require_open()
        kept = _as_kept(entry)
        self._transaction.journalled.append((cause(), f"{entry.verb} {entry.subject}"))
        self._added.append(_Added(kept, self._transaction.acts.pop(kept.subject, [])))

    async def of(self, subject: str, limit: int = 50) -> tuple[Entry, ...]:
        """The latest entries of a subject, oldest first, those of this transaction among them."""
        found = await self._transaction.rows(latest(subject, limit))
        added = (a.entry for a in self._added if a.entry.subject == subject)
        return (*(rows.entry(row) for row in reversed(found)), *added)[-limit:]

    async def write(self) -> None:
        """Chain the entries added and write them; to be followed by the commit alone."""
        added, self._added = self._added, []
        if not added:
            return
        for one in reversed(added):  # acts that came after the last entry of their circulation
            one.acts.extend(self._transaction.acts.pop(one.entry.subject, ()))
        subjects = {one.entry.subject for one in added}
        heads = await self._heads(sorted(filter(is_chained, subjects)))
        lines: list[rows.Values] = []
        for one in added:
            entry, acts = one.entry, one.acts or None
            previous = hashed = None
            if is_chained(entry.subject):
                previous = heads[entry.subject]
                heads[entry.subject] = hashed = entry_hash(entry, previous, one.acts)
            chain = {"acts": acts, "previous": previous, "hash": hashed}
            lines.append({**rows.entry_values(entry), **chain})
        await self._transaction.run(insert(journal), lines)

    async def _heads(self, subjects: Sequence[str]) -> dict[str, str | None]:
        """The last hash of each subject, which nobody else appends to until the commit."""
        await self._transaction.lock(*(f"journal {subject}" for subject in subjects))
        if not subjects:
            return {}
        if self._transaction.postgresql:
            found = await self._transaction.rows(_HEADS_POSTGRESQL, {"subjects": subjects})
        else:
            found = await self._transaction.rows(_HEADS_SQLITE, {"subjects": json.dumps(subjects)})
        return {row["subject"]: row["hash"] for row in found}


def latest(subject: str, limit: int) -> Select[tuple[object, ...]]:
    """The latest lines of a subject, the newest first."""
    return (
        select(journal).where(journal.c.subject == subject).order_by(journal.c.id.desc())
    ).limit(limit)


def _as_kept(entry: Entry) -> Entry:
    """The entry as it will be read back, which is what is hashed. Raises as `encoded`."""
    encoded(entry, None)
    values = rows.entry_values(entry)
    detail = json.loads(json.dumps(values.pop("detail")))
    kept = {k: storable(v) if isinstance(v, str) else v for k, v in values.items()}
    return rows.entry({**kept, "at": entry.at.astimezone(UTC), "detail": detail})
