"""What is stored about a person, for themselves to read (docs/privacy.md says why)."""

from __future__ import annotations

from coordination.messages.parts import Line, bold, line
from coordination.messages.wording import count, day_text, listed
from coordination.people_records import Preferences
from coordination.snapshot import Snapshot


def stored_about(snapshot: Snapshot, user: str) -> tuple[Line, ...]:
    """A line for each kind of thing that is kept, then how to have it removed.

    Made from the picture alone: what people wrote on texts is said to be kept, not repeated.
    """
    found = [*_person(snapshot, user), *_wishes(snapshot, user), *_done(snapshot, user)]
    if not found:
        return (line("Nothing is stored about you but your id in what you ask the bot to do."),)
    ask = "The secretariat can have your name removed; what you did for your agency then stays "
    return (*found, line(ask, "without it. Your id stands in the journal."))


def _person(snapshot: Snapshot, user: str) -> list[Line]:
    person = snapshot.known.get(user)
    if person is None:
        return []
    short = snapshot.agency_short(person.agency)
    words = person.name or "no name (it was removed)"
    role = f"{person.role.value} of {short}"
    heading = "Who you are" if person.active else "Who you were"
    out = [line(bold(heading), f": {words}, {role}.")]
    if person.zone:
        out.append(line(bold("Your time zone"), f", from your profile: {person.zone}."))
    return out


def _wishes(snapshot: Snapshot, user: str) -> list[Line]:
    state = snapshot.state
    out = [
        line(bold("Your settings"), f": {words}.")
        for p in state.preferences
        if p.user == user and (words := _settings(snapshot, p))
    ]
    snoozed = sum(s.user == user for s in state.snoozes)
    if snoozed:
        out.append(line(bold("Put off"), f": {count(snoozed, 'reminder')}."))
    if any(p.deputy == user for p in state.preferences):
        out.append(line(bold("Deputy"), ": somebody named you to stand in while they are away."))
    return out


def _settings(snapshot: Snapshot, wanted: Preferences) -> str:
    year = snapshot.plan.plan.first_day.year
    out = [f"time zone {wanted.zone}"] if wanted.zone else []
    if wanted.quiet_from and wanted.quiet_until:
        out.append(f"quiet from {wanted.quiet_from:%H:%M} to {wanted.quiet_until:%H:%M}")
    if wanted.muted:
        out.append("reminders muted")
    if wanted.away_from and wanted.away_until:
        days = f"{day_text(wanted.away_from, year)} to {day_text(wanted.away_until, year)}"
        out.append(f"away from {days}" + (" with a deputy" if wanted.deputy else ""))
    return listed(out)


def _done(snapshot: Snapshot, user: str) -> list[Line]:
    """What they did, counted; it is the record of the group and of their agency."""
    state = snapshot.state
    acts = sum(act.person == user for of in state.acts.values() for act in of)
    seen = sum(a.person == user for a in state.acknowledgements)
    opened = sum(c.opened_by == user for c in state.circulations)
    asked = sum(user in (q.asked_of, q.by) for q in state.questions)
    interests = sum(i.person == user for i in state.interests)
    counted = [
        count(acts, "answer") + " to circulations (given, changed or taken back)" if acts else "",
        count(opened, "document") + " circulated" if opened else "",
        count(seen, "reminder") + " seen" if seen else "",
        count(asked, "open question") if asked else "",
        count(interests, "output") + " your agency takes part in" if interests else "",
    ]
    told = [words for words in counted if words]
    if not told:
        return []
    return [
        line(bold("What you did"), f": {listed(told)}; what you wrote on circulated texts as well.")
    ]
