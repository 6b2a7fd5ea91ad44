"""The chain of the journal: each entry of a circulation or milestone carries the hash of the one
before, and the hashes of the acts it records.

An entry's hash is the SHA-256, in lower-case hexadecimal, of these bytes: the JSON object with
exactly the keys

    actor acts at detail evidence_channel evidence_ts permalink previous subject verb

sorted by code point at every level, without spaces, in ASCII (what lies outside is written
`\\uXXXX`, as UTF-16 pairs beyond U+FFFF, with lower-case digits). `at` is the instant in UTC as
`2010-03-12T18:00:00.000000Z`, always with six digits of a second. `detail` is the entry's object;
its numbers are whole. `acts` is the list of the hashes of the acts it records, most often empty or
of one. `previous` is the hash of the subject's entry before, or null for the first that is chained;
what an entry has not is null. The number of the line is not part of it: order is what `previous`
says.

An act's hash is that of the same kind of object with the keys

    agency at capacity circulation effective_at given order person position source

Somebody else can recompute both from `gmg export --format json` (docs/proof.md shows how). What
the chain cannot tell is that its last entries are missing: compare its head with one written down
before, such as that on a circulation's record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from coordination.records import Entry
from workplan.clearance import Act

CHAINED = ("circulation:", "milestone:")
"""How the subjects begin whose entries are chained."""

BEGINS = "circulated"
"""The verb of a circulation's first entry: where it is chained, none without a hash precedes it."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """An entry as it is kept: with its number, the acts it records (by hash), the hash of the entry
    before, and its own.

    `hash` is None in entries of subjects that are not chained, and in those made before there
    were chains.
    """

    id: int
    entry: Entry
    previous: str | None = None
    hash: str | None = None
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit: a line of the journal (None for an act), its subject, what differs."""

    id: int | None
    subject: str
    differs: str


def is_chained(subject: str) -> bool:
    """Whether the entries of a subject are chained."""
    return subject.startswith(CHAINED)


def encoded(entry: Entry, previous: str | None, acts: Sequence[str] = ()) -> bytes:
    """The bytes that are hashed, as the module says.

    Raises ValueError for an instant without a zone, ValueError or TypeError for a `detail` that
    is not JSON.
    """
    if entry.at.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be kept")
    return _canonical(
        {
            "actor": entry.actor,
            "acts": list(acts),
            "at": utc_text(entry.at),
            "detail": dict(entry.detail),
            "evidence_channel": entry.evidence.channel if entry.evidence else None,
            "evidence_ts": entry.evidence.ts if entry.evidence else None,
            "permalink": entry.permalink,
            "previous": previous,
            "subject": entry.subject,
            "verb": entry.verb,
        }
    )


def entry_hash(entry: Entry, previous: str | None, acts: Sequence[str] = ()) -> str:
    """The hash of an entry that follows the one whose hash is `previous`; raises as `encoded`."""
    return sha256(encoded(entry, previous, acts)).hexdigest()


def act_hash(circulation: int, act: Act) -> str:
    """The hash by which an entry of a circulation names an act on it."""
    fields = {
        "agency": act.agency,
        "at": utc_text(act.at),
        "capacity": act.capacity.value if act.capacity else None,
        "circulation": circulation,
        "effective_at": utc_text(act.effective_at) if act.effective_at else None,
        "given": act.given,
        "order": act.order,
        "person": act.person,
        "position": act.position.value,
        "source": act.source,
    }
    return sha256(_canonical(fields)).hexdigest()


def utc_text(at: datetime) -> str:
    """An aware instant in UTC, as `2010-03-12T18:00:00.000000Z`."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat("T", "microseconds") + "Z"


def _canonical(fields: Mapping[str, Any]) -> bytes:
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


@dataclass
class ChainCheck:
    """Goes through the journal in the order of its lines and tells the first that does not fit."""

    lines: int = 0  # looked at
    chained: int = 0  # of them
    heads: dict[str, str] = field(default_factory=dict)  # the last hash of each subject
    named: dict[str, tuple[int, str]] = field(default_factory=dict)  # acts: line and subject
    older: set[str] = field(default_factory=set)  # subjects that began before there were chains

    def look_at(self, line: JournalLine) -> Misfit | None:
        """The next line; None while all is well. Not to be asked any more after a misfit."""
        self.lines += 1
        subject = line.entry.subject
        if not is_chained(subject):
            return None
        differs = _differs(line, self.heads.get(subject), self.chained > 0)
        if differs is not None:
            return Misfit(line.id, subject, differs)
        if line.hash is None:
            self.older.add(subject)
        else:
            if subject in self.older and line.entry.verb == BEGINS:
                return Misfit(line.id, subject, "an entry without a hash stands before its first")
            self.chained += 1
            self.heads[subject] = line.hash
            self.named |= dict.fromkeys(line.acts, (line.id, subject))
        return None

    def not_named(self, acts: Mapping[int, Iterable[Act]]) -> Misfit | None:
        """An act that no entry names, of those on each circulation; after the whole journal.

        Circulations that began before there were chains may hold such acts.
        """
        for circulation, some in acts.items():
            subject = f"circulation:{circulation}"
            if subject in self.older:
                continue
            for act in some:
                if act_hash(circulation, act) not in self.named:
                    what = f"the act of {act.agency} by {act.person} of {utc_text(act.at)}"
                    return Misfit(None, subject, f"no entry names {what}: it was put in or changed")
        return None

    def not_there(self, acts: Mapping[int, Iterable[Act]]) -> Misfit | None:
        """The first entry that names an act which is not among all those that are kept."""
        kept = {act_hash(id, act) for id, some in acts.items() for act in some}
        for hashed, (line, subject) in self.named.items():
            if hashed not in kept:
                differs = f"it records an act ({hashed[:12]}…) that was taken out or changed"
                return Misfit(line, subject, differs)
        return None


def _differs(line: JournalLine, before: str | None, begun: bool) -> str | None:
    """What is wrong with a line; `begun`: an earlier one, of whatever subject, is chained."""
    if line.hash is None:
        if before is not None:
            return "it carries no hash, and the entry before it does"
        if begun:  # what was made before there were chains comes before all of them
            return "it carries no hash, and chains had begun: it was put in"
        return None
    if line.previous != before:
        named = f"{line.previous[:12]}…" if line.previous else "none"
        found = f"{before[:12]}…" if before else "none"
        return (
            f"it names {named} as the entry before it, which is {found}: "
            "an entry was taken out, put in or moved"
        )
    if entry_hash(line.entry, line.previous, line.acts) != line.hash:
        return "its content does not give the hash it carries: it was changed"
    return None
