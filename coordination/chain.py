"""The chain of the journal: each entry of a circulation or milestone carries the hash of the one
before.

An entry's hash is the SHA-256, in lower-case hexadecimal, of these bytes: the JSON object with
exactly the keys

    actor at detail evidence_channel evidence_ts permalink previous subject verb

sorted by code point at every level, without spaces, in ASCII (what lies outside is written
`\\uXXXX`, as UTF-16 pairs beyond U+FFFF, with lower-case digits). `at` is the instant in UTC as
`2010-03-12T18:00:00.000000Z`, always with six digits of a second. `detail` is the entry's object;
its numbers are whole. `previous` is the hash of the subject's entry before, or null for the first
that is chained; what an entry has not is null. The number of the line is not part of it: order is
what `previous` says.

Somebody else can recompute it from `gmg export --format json` (docs/proof.md shows how). What the
chain cannot tell is that its last entries are missing: compare its head with one written down
before, such as that on a circulation's record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from coordination.records import Entry

CHAINED = ("circulation:", "milestone:")
"""How the subjects begin whose entries are chained."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """An entry as it is kept: with its number, the hash of the one before, and its own.

    `hash` is None in entries of subjects that are not chained, and in those made before there
    were chains.
    """

    id: int
    entry: Entry
    previous: str | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first line of the journal that does not fit, and what differs."""

    id: int
    subject: str
    differs: str


def is_chained(subject: str) -> bool:
    """Whether the entries of a subject are chained."""
    return subject.startswith(CHAINED)


def encoded(entry: Entry, previous: str | None) -> bytes:
    """The bytes that are hashed, as the module says.

    Raises ValueError for an instant without a zone, ValueError or TypeError for a `detail` that
    is not JSON.
    """
    if entry.at.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be kept")
    fields = {
        "actor": entry.actor,
        "at": utc_text(entry.at),
        "detail": dict(entry.detail),
        "evidence_channel": entry.evidence.channel if entry.evidence else None,
        "evidence_ts": entry.evidence.ts if entry.evidence else None,
        "permalink": entry.permalink,
        "previous": previous,
        "subject": entry.subject,
        "verb": entry.verb,
    }
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def utc_text(at: datetime) -> str:
    """An aware instant in UTC, as `2010-03-12T18:00:00.000000Z`."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat("T", "microseconds") + "Z"


def entry_hash(entry: Entry, previous: str | None) -> str:
    """The hash of an entry that follows the one whose hash is `previous`; raises as `encoded`."""
    return sha256(encoded(entry, previous)).hexdigest()


@dataclass
class ChainCheck:
    """Goes through the journal in the order of its lines and tells the first that does not fit."""

    lines: int = 0  # looked at
    chained: int = 0  # of them
    heads: dict[str, str] = field(default_factory=dict)  # the last hash of each subject

    def look_at(self, line: JournalLine) -> Misfit | None:
        """The next line; None while all is well. Not to be asked any more after a misfit."""
        self.lines += 1
        subject = line.entry.subject
        before = self.heads.get(subject)
        differs = _differs(line, before) if is_chained(subject) else None
        if differs is not None:
            return Misfit(line.id, subject, differs)
        if line.hash is not None:
            self.chained += 1
            self.heads[subject] = line.hash
        return None


def _differs(line: JournalLine, before: str | None) -> str | None:
    if line.hash is None:
        if before is None:  # made before there were chains
            return None
        return "it carries no hash, and the entry before it does"
    if line.previous != before:
        named = f"{line.previous[:12]}…" if line.previous else "none"
        found = f"{before[:12]}…" if before else "none"
        return (
            f"it names {named} as the entry before it, which is {found}: "
            "an entry was taken out, put in or moved"
        )
    if entry_hash(line.entry, line.previous) != line.hash:
        return "its content does not give the hash it carries: it was changed"
    return None
