"""How versions are told: which follows which, with links, and whose answer was carried over."""

from __future__ import annotations

from coordination.carried import carried_from
from coordination.messages.parts import Line, Link, Text, bold, line
from coordination.records import Circulation, CirculationState
from coordination.snapshot import Snapshot
from workplan.clearance import Standing, before_closing, standing


def superseded_by(snapshot: Snapshot, circulation: Circulation) -> Circulation | None:
    """The circulation of the version that followed, None while this is the latest."""
    found = (c for c in snapshot.circulations.values() if c.supersedes == circulation.id)
    return next(found, None)


def version_line(snapshot: Snapshot, circulation: Circulation) -> Line:
    """Which version it follows and which follows it, with links; empty where it stands alone."""
    out: Line = ()
    before = snapshot.circulations.get(circulation.supersedes or 0)
    after = superseded_by(snapshot, circulation)
    if before is not None:
        way = ", with editorial changes only" if circulation.editorial else ""
        out += (*line("It follows "), _linked(before), *line(f"{way}."))
    if after is not None and circulation.state is not CirculationState.SUPERSEDED:
        out += (*line(" It was followed by " if out else "It was followed by "), _linked(after))
        out += line(".")
    return out


def superseded_line(snapshot: Snapshot, circulation: Circulation) -> Line:
    """`Superseded by version 2.`, with a link as soon as its message stands."""
    after = superseded_by(snapshot, circulation)
    if after is None:
        return (bold("Superseded"), *line(" by a newer version."))
    return (bold("Superseded"), *line(" by "), _linked(after), *line("."))


def carried_words(snapshot: Snapshot, found: Standing) -> str:
    """`carried over from version 1`, "" for an answer given on the version itself."""
    old = carried_from(found)
    if old is None:
        return ""
    known = snapshot.circulations.get(old)
    return f"carried over from {f'version {known.version}' if known else 'an earlier version'}"


def as_given(snapshot: Snapshot, agency: str, found: Standing) -> Standing:
    """A position as it was given, on whatever earlier version that was."""
    while (old := carried_from(found)) is not None:
        acts = snapshot.state.acts.get(old, ())
        known = snapshot.circulations.get(old)
        if known is not None and known.rule == "silence":
            acts = before_closing(acts, known.closes_at)
        before = standing(acts, (agency,))[agency]
        if before.position is not found.position:
            break
        found = before
    return found


def carried_ids(snapshot: Snapshot, circulation: Circulation) -> tuple[int, ...]:
    """The circulations from which its answers may have been carried over, the latest first."""
    out: list[int] = []
    while circulation.editorial and circulation.supersedes in snapshot.circulations:
        circulation = snapshot.circulations[circulation.supersedes or 0]
        out.append(circulation.id)
    return tuple(out)


def _linked(circulation: Circulation) -> Link | Text:
    words = f"version {circulation.version}"
    return Link(circulation.permalink, words) if circulation.permalink else Text(words)
