"""How a person is named in what they did: by name, or without it where it was forgotten."""

from __future__ import annotations

from coordination.messages.parts import Inline, Mention, Text
from coordination.records import Person
from coordination.snapshot import Snapshot


def shown_name(snapshot: Snapshot, user: str) -> str:
    """The name of a user id; the id itself for somebody who never represented an agency.

    Those who left keep their name in what they did; of those whose name was forgotten the capacity
    in which they acted is left: `a former focal point of UNICEF`.
    """
    person = snapshot.known.get(user)
    if person is None:
        return user
    return person.name or former(snapshot, person)


def mentioned(snapshot: Snapshot, user: str) -> Inline:
    """The person in a line of a message."""
    person = snapshot.known.get(user)
    forgotten = person is not None and not person.name
    name = shown_name(snapshot, user)
    return Text(name) if forgotten else Mention(user, name)


def former(snapshot: Snapshot, person: Person) -> str:
    """Somebody whose name was forgotten, by what they were."""
    return f"a former {person.role.value} of {snapshot.agency_short(person.agency)}"
