"""The fields of an export: of a line of the journal, and of an agency's place in the register.

Instants are in UTC as `2010-03-12T18:00:00.000000Z`, days as `2010-03-12`; what there is not is
null. People are user ids. docs/proof.md lists what each field means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from coordination.chain import JournalLine, utc_text
from coordination.register import Registered

Fields = dict[str, Any]

JOURNAL = (
    "id",
    "at",
    "actor",
    "verb",
    "subject",
    "detail",
    "evidence_channel",
    "evidence_ts",
    "permalink",
    "acts",
    "previous",
    "hash",
)
CLEARANCES = (
    "circulation",
    "milestone",
    "title",
    "version",
    "document",
    "sha256",
    "for",
    "rule",
    "asked",
    "opened",
    "closes",
    "state",
    "ended",
    "agency",
    "struck",
    "position",
    "in_whose_name",
    "by",
    "at",
    "how",
    "effective",
    "evidence",
    "entered_by",
    "received_on",
    "received_by",
    "evidence_sha256",
    "carried_from",
)

_TOKEN = re.compile(r"xox[abeprs]-[\w-]+|xapp-[\w-]+|https?://hooks\.slack\.com/\S+")


def journal_fields(line: JournalLine) -> Fields:
    """One line of the journal, with what its hash is made of."""
    entry = line.entry
    return _of(
        JOURNAL,
        line.id,
        utc_text(entry.at),
        entry.actor,
        entry.verb,
        entry.subject,
        dict(entry.detail),
        entry.evidence.channel if entry.evidence else None,
        entry.evidence.ts if entry.evidence else None,
        entry.permalink,
        list(line.acts),
        line.previous,
        line.hash,
    )


def clearance_fields(found: Registered) -> Fields:
    """Where one agency stands on one circulation."""
    circulation, standing, evidence = found.circulation, found.standing, found.evidence
    return _of(
        CLEARANCES,
        circulation.id,
        circulation.milestone,
        circulation.title,
        circulation.version,
        circulation.link,
        circulation.document,
        circulation.asks_for,
        circulation.rule,
        list(circulation.asked),
        utc_text(circulation.opened_at),
        utc_text(circulation.closes_at),
        circulation.state.value,
        utc_text(circulation.ended_at) if circulation.ended_at else None,
        found.agency,
        found.struck,
        standing.position.value if standing.position else None,
        standing.capacity.value if standing.capacity else None,
        standing.person,
        utc_text(standing.at) if standing.at else None,
        found.how,
        utc_text(standing.effective_at) if standing.effective_at else None,
        found.permalink,
        found.entered_by,
        found.received_on.isoformat() if found.received_on else None,
        evidence.how if evidence else None,
        evidence.document if evidence else None,
        found.carried_from,
    )


def without_tokens(value: Any) -> Any:
    """The value with every token and reply address that somebody wrote into it blanked."""
    if isinstance(value, str):
        return _TOKEN.sub("[secret]", value)
    if isinstance(value, list | tuple):
        return [without_tokens(v) for v in value]
    if isinstance(value, Mapping):
        return {k: without_tokens(v) for k, v in value.items()}
    return value


def _of(names: tuple[str, ...], *values: Any) -> Fields:
    return {k: without_tokens(v) for k, v in zip(names, values, strict=True)}
