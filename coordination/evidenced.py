"""Whether the evidence that is kept is what the entries of entered answers tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from coordination.chain import JournalLine, Misfit
from coordination.clearance_records import Evidence

_TAKES_BACK = "took back: "
_PINNED = "quote_sha256"


def pinned(evidence: Evidence) -> dict[str, object]:
    """What the entry of an entered answer says of its evidence, besides who entered it.

    The words stand there as the SHA-256 of their UTF-8, in lower-case hexadecimal. The name of who
    sent it is left out: it may have to be forgotten.
    """
    return {
        "agency": evidence.agency,
        "evidence": evidence.id,
        "received_on": evidence.received_on.isoformat(),
        "how": evidence.how,
        _PINNED: sha256(evidence.quote.encode()).hexdigest(),
        "document_sha256": evidence.document,
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """What an entry tells; only the number where it is from before evidence was pinned."""

    line: int
    subject: str
    actor: str
    facts: dict[str, Any]


@dataclass
class EvidenceCheck:
    """Goes through chained entries in their order, and compares the evidence at the end."""

    told: dict[int, _Told] = field(default_factory=dict)  # by the evidence's number
    older: set[str] = field(default_factory=set)  # subjects that began before there were chains

    def look_at(self, line: JournalLine) -> None:
        """The next line, which fits its chain."""
        entry = line.entry
        if line.hash is None:
            self.older.add(entry.subject)
            return
        kind, _, number = str(entry.detail.get("source", "")).partition(":")
        if kind != "entered" or not number.isdecimal() or entry.verb.startswith(_TAKES_BACK):
            return
        facts = dict(entry.detail) if _PINNED in entry.detail else {}
        # An answer given once more by the same source tells nothing new of its evidence.
        self.told.setdefault(int(number), _Told(line.id, entry.subject, entry.actor, facts))

    def not_named(self, kept: Iterable[Evidence]) -> Misfit | None:
        """Evidence that no entry names; circulations older than the chains may hold some."""
        for evidence in kept:
            subject = f"circulation:{evidence.circulation}"
            if evidence.id not in self.told and subject not in self.older:
                what = f"no entry names evidence {evidence.id} of {evidence.agency}"
                return Misfit(None, subject, f"{what}: it was put in")
        return None

    def misfit(self, kept: Iterable[Evidence], documents: Set[str]) -> Misfit | None:
        """The first entry whose evidence is gone or differs, or whose file is gone."""
        by_id = {evidence.id: evidence for evidence in kept}
        for number, told in self.told.items():
            found = by_id.get(number)
            differs = _differs(told, found, documents)
            if differs is not None:
                return Misfit(told.line, told.subject, f"its evidence {number} {differs}")
        return None


def _differs(told: _Told, found: Evidence | None, documents: Set[str]) -> str | None:
    if found is None:
        return "was taken out"
    kept = {**pinned(found), "entered_by": found.entered_by}
    facts = {**told.facts, "entered_by": told.actor} if told.facts else {}
    names = [name for name, value in kept.items() if name in facts and facts[name] != value]
    if names or told.subject != f"circulation:{found.circulation}":
        what = names[0].removesuffix("_sha256").replace("_", " ") if names else "circulation"
        return f"was changed: another {_WORDS.get(what, what)}"
    if found.document is not None and found.document not in documents:
        return "names a file that was taken out"
    return None


_WORDS = {
    "quote": "wording",
    "document": "file",
    "received on": "day",
    "how": "way it came",
    "entered by": "person who entered it",
}
