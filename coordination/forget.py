"""Forget a person: the name behind their id goes, what they did for their agency stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coordination.naming import former
from coordination.records import Entry, Person
from coordination.snapshot import Snapshot
from coordination.storage_ports import Storage

TERMINAL = "terminal"
"""Who acts where a person at the bot's own machine does, of whom nothing is known."""


class UnknownPerson(Exception):
    """Nobody of that id is kept."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What came of it: how what they did is shown from now on, and what had to end."""

    shown_as: str
    was_active: bool
    already: bool


async def forget(storage: Storage, snapshot: Snapshot, user: str, at: datetime) -> Forgotten:
    """Remove a person's name from all that is kept but what people wrote in their own words.

    `at` is aware plan time. Somebody who still represents an agency does not any more. The journal,
    which never held the name, records it by id. Nothing but naming them anew brings a name back.
    Raises UnknownPerson, and StorageUnavailable.
    """
    async with storage.unit_of_work() as uow:
        person = await uow.people.forget(user)
        if person is None:
            raise UnknownPerson(user)
        shown = former(snapshot, person)
        if not person.name:
            return Forgotten(shown, False, True)
        await uow.wishes.forget(user)
        await uow.evidence.forget(person.name, shown)
        await uow.outbox.forget(person.name)
        await uow.journal.add(_entry(person, at))
        await uow.commit()
    return Forgotten(shown, person.active, False)


def _entry(person: Person, at: datetime) -> Entry:
    detail = {"agency": person.agency, "role": person.role.value, "represented": person.active}
    return Entry(at, TERMINAL, "name removed", f"person:{person.user}", detail)
