"""The record of one circulation for the file: one HTML page that prints well on A4.

It is made of what is kept at that moment. Names come from the table of people; the journal, from
which the list of what happened is made, holds ids alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.export.fields import without_tokens
from bot.export.record_style import STYLE
from coordination.cards import outcome_line
from coordination.chain import ChainCheck, JournalLine, Misfit
from coordination.clearance_records import Evidence
from coordination.messages.legible import clean
from coordination.messages.parts import plain
from coordination.messages.wording import city, count
from coordination.naming import shown_name
from coordination.records import Circulation
from coordination.register import CARRIED, ENTERED, Registered, of_circulation
from coordination.snapshot import Snapshot
from workplan.plan import Agency

_ASKED = {
    "comments": "comments",
    "endorsement": "endorsement by the group",
    "clearance": "clearance by the heads of agency",
}
_RULES = {
    "unanimity": "unanimity: every agency asked clears it or stands aside; silence is not consent",
    "silence": "silence: adopted at the closing time if no agency says otherwise",
    "comments": "none: comments are taken until the closing time",
}
_ASIDE = frozenset({"reminded", "reminder not posted", "asked", "answered", "not counted", "seen"})
"""What in a circulation's journal is not about how it came out; counted, not listed."""


@dataclass(frozen=True)
class Case:
    """All that is kept of one circulation, read at `at` (aware plan time)."""

    snapshot: Snapshot
    circulation: Circulation
    evidence: Sequence[Evidence]
    journal: Sequence[JournalLine]  # its own lines, in their order
    at: datetime

    def when(self, at: datetime) -> str:
        """`12 Mar 2010, 18:00`, in the plan's zone."""
        local = at.astimezone(self.snapshot.zone)
        return f"{local.day} {local:%b %Y, %H:%M}"


def record_html(case: Case) -> str:
    """The page, complete in itself; every word of people or plan in it is escaped."""
    circulation, header = case.circulation, case.snapshot.plan.plan
    title = f"{circulation.title}, version {circulation.version}"
    check, misfit = _checked(case.journal)
    body = [
        f"<header><p>{_text(header.group)} · {_text(header.name)}</p>"
        f"<h1>{_text(title)}</h1>"
        f'<p class="outcome">{_text(plain(outcome_line(case.snapshot, circulation)))}</p></header>',
        _facts(case),
        _answers(case),
        _history(case),
        _proof(case, check, misfit),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        # Nothing is loaded and nothing runs, whatever somebody wrote.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>Record: {_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _facts(case: Case) -> str:
    snapshot, circulation = case.snapshot, case.circulation
    asked = ", ".join(snapshot.agency_short(a) for a in circulation.asked)
    ended = case.when(circulation.ended_at) if circulation.ended_at else "it goes on"
    facts = [
        ("Document", _document(circulation)),
        ("SHA-256", _hash(circulation)),
        ("Asked for", _text(_ASKED[circulation.asks_for])),
        ("Rule", _text(_RULES[circulation.rule])),
        ("Asked of", _text(f"{count(len(circulation.asked), 'agency', 'agencies')}: {asked}")),
        ("Circulated", _text(_by(case, circulation.opened_at, circulation.opened_by))),
        ("Closing time", _text(_closing(case))),
        ("Ended", _text(ended)),
    ]
    if circulation.permalink:
        facts.append(("Message", _link(circulation.permalink, circulation.permalink)))
    if circulation.struck:
        left = ", ".join(snapshot.agency_short(a) for a in circulation.struck)
        facts.append(("Left the group", _text(f"{left}; not among those that decide")))
    facts += [("Version", _text(words)) for words in _versions(case)]
    for name, said in (("Note", circulation.note), ("Reason", circulation.reason)):
        if said:
            facts.append((name, _text(said)))
    rows = "".join(f"<tr><th scope=row>{name}</th><td>{value}</td></tr>" for name, value in facts)
    return f'<table class="facts">{rows}</table>'


def _document(circulation: Circulation) -> str:
    named = circulation.document_name
    where = _link(circulation.link, circulation.link) if circulation.link else "no link yet"
    return (f"{_text(named)}<br>" if named else "") + where


def _hash(circulation: Circulation) -> str:
    if circulation.document is None:
        return "none: the document is a link, of which no copy is kept"
    return f"<code>{_text(circulation.document)}</code> of the copy that is kept"


def _by(case: Case, at: datetime, user: str) -> str:
    return f"{case.when(at)}, by {shown_name(case.snapshot, user)}"


def _closing(case: Case) -> str:
    """In the plan's zone, and in that of the closing time where it is another."""
    snapshot, at = case.snapshot, case.circulation.closes_at
    words = f"{case.when(at)} {city(snapshot.plan.plan.timezone)}"
    zone = snapshot.plan.calendar.closing_time.zone
    if zone is None or zone == snapshot.plan.plan.timezone:
        return words
    from zoneinfo import ZoneInfo

    there = at.astimezone(ZoneInfo(zone))
    return f"{words} ({there.day} {there:%b, %H:%M} {city(zone)})"


def _versions(case: Case) -> Iterable[str]:
    known, own = case.snapshot.circulations, case.circulation
    before = known.get(own.supersedes or 0)
    if before is not None:
        how = (
            "; the answers on it carried over, the change being editorial" if own.editorial else ""
        )
        yield f"takes the place of version {before.version} (circulation {before.id}){how}"
    for later in known.values():
        if later.supersedes == own.id:
            yield f"superseded by version {later.version} (circulation {later.id})"


def _answers(case: Case) -> str:
    acts = case.snapshot.state.acts.get(case.circulation.id, ())
    found = list(of_circulation(case.circulation, acts, case.evidence))
    rows = [
        (
            _agency(case.snapshot, one),
            _text(_answer(case.circulation, one)),
            _text(one.standing.capacity.value if one.standing.capacity else "–"),
            _text(shown_name(case.snapshot, one.standing.person) if one.standing.person else "–"),
            _text(case.when(one.standing.at) if one.standing.at else "–"),
            _how(case, one),
        )
        for one in found
    ]
    header = ("Agency", "Answer", "In whose name", "By", "When", "How")
    return "<h2>Answers</h2>" + _table(
        header, rows, {0: "who", 1: "name", 2: "name", 3: "who", 4: "when"}
    )


def _agency(snapshot: Snapshot, found: Registered) -> str:
    agencies: Mapping[str, Agency] = {a.id: a for a in snapshot.plan.agencies}
    name = agencies[found.agency].short if found.agency in agencies else found.agency
    return _text(name) + (" (has left the group)" if found.struck else "")


def _answer(circulation: Circulation, found: Registered) -> str:
    position = found.standing.position
    if position is None:
        return "no reply"
    if circulation.asks_for == "comments" and position.clears:
        words = "no comments" if position.value == "cleared" else "sent comments"
    else:
        words = position.value
    at = found.standing.at
    late = at is not None and at > circulation.closes_at
    return words + (", after the closing time" if late else "")


def _how(case: Case, found: Registered) -> str:
    evidence = found.evidence
    if found.how == ENTERED and evidence is not None:
        on = f"{evidence.received_on.day} {evidence.received_on:%b %Y}"
        way = "in a meeting" if evidence.how == "meeting" else f"by {evidence.how}"
        by = shown_name(case.snapshot, evidence.entered_by)
        sender = f" from {evidence.from_whom}" if evidence.from_whom else ""
        words = _text(f"received {way} on {on}{sender}; entered by {by}")
        if evidence.document:
            words += f"<br><code>{_text(evidence.document)}</code>"
        return words
    if found.how == CARRIED and found.carried_from is not None:
        return _text(f"carried over from circulation {found.carried_from}")
    if found.how is None:
        return "–"
    return _link(found.permalink, found.how) if found.permalink else _text(found.how)


def _history(case: Case) -> str:
    listed = [one for one in case.journal if one.entry.verb not in _ASIDE]
    items = "".join(f"<li>{_happened(case, one)}</li>" for one in listed)
    more = len(case.journal) - len(listed)
    rest = f"<p>And {count(more, 'more entry', 'more entries')}: reminders and questions.</p>"
    return f'<h2>What happened, in order</h2><ul class="history">{items}</ul>' + (
        rest if more else ""
    )


def _happened(case: Case, line: JournalLine) -> str:
    """One entry: its number, when, what, of which agency, by whom, and the message it rests on."""
    entry, snapshot = line.entry, case.snapshot
    capacity, agency = entry.detail.get("capacity"), entry.detail.get("agency")
    words = entry.verb + (f", {capacity}" if isinstance(capacity, str) else "")
    if isinstance(agency, str):
        words += f": {snapshot.agency_short(agency)}"
    if entry.actor != "bot":
        words += f", by {shown_name(snapshot, entry.actor)}"
    when, link = case.when(entry.at), entry.permalink
    moment = _link(link, when) if link else _text(when)
    # On paper a link is its words alone: one to another message is written out.
    where = f" ({_text(link)})" if link and link != case.circulation.permalink else ""
    return f'<span class="number">{line.id}</span> {moment} · {_text(words)}{where}'


def _checked(journal: Sequence[JournalLine]) -> tuple[ChainCheck, Misfit | None]:
    check = ChainCheck()
    return check, next((bad for one in journal if (bad := check.look_at(one))), None)


def _proof(case: Case, check: ChainCheck, misfit: Misfit | None) -> str:
    entries = count(len(case.journal), "entry", "entries")
    head = check.heads.get(case.circulation.subject)
    if misfit is not None:
        state = f"<strong>Entry {misfit.id} does not fit: {_text(misfit.differs)}.</strong>"
    elif head is None:
        state = "They were made before entries were chained, and carry no hash."
    else:
        state = f"Each carries the hash of the one before. The last: <code>{_text(head)}</code>"
    zone = case.snapshot.plan.plan.timezone
    return (
        f"<footer><p>Journal of circulation {case.circulation.id}: {entries}. {state}</p>"
        f"<p>Made on {_text(case.when(case.at))}; all times are {_text(city(zone))} time. "
        "<code>gmg export --verify</code> recomputes the chain.</p></footer>"
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], classes: dict[int, str]) -> str:
    """A table; its cells are HTML already. `classes`: those of columns."""

    def cell(number: int, value: str) -> str:
        named = f' class="{classes[number]}"' if number in classes else ""
        return f"<td{named}>{value}</td>"

    head = "".join(f"<th scope=col>{name}</th>" for name in header)
    body = "".join(
        "<tr>" + "".join(cell(n, value) for n, value in enumerate(row)) + "</tr>" for row in rows
    )
    return f'<table class="list"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _link(url: str, label: str) -> str:
    """A link to a page of the web; anything else is shown as text."""
    if not url.startswith(("https://", "http://")):
        return _text(label)
    return f'<a href="{_text(url)}" rel="noreferrer">{_text(label)}</a>'


def _text(words: str) -> str:
    """Escaped, legible, and without a token that somebody wrote into it."""
    return escape(clean(without_tokens(words))).replace("\n", "<br>")
