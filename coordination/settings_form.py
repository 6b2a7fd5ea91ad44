"""A person's settings, opened from Home: time zone, quiet hours, daily briefs."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo, available_timezones

from coordination.brief_time import brief_moment, zone_of
from coordination.messages.forms import (
    Answers,
    ChoiceField,
    ChoicesField,
    Form,
    FormName,
    Incomplete,
    Option,
    TimeField,
)
from coordination.messages.parts import Message
from coordination.messages.wording import city
from coordination.mute import nobody_told, require_briefs
from coordination.people_records import Preferences
from coordination.records import Entry
from coordination.services import Asker, Reply, Services
from coordination.snapshot import Snapshot
from coordination.write import Repeated, writing

PROFILE = "profile"
"""The choice of the platform's zone."""

_COMMON = (
    *("Africa/Abidjan", "Africa/Addis_Ababa", "Africa/Cairo", "Africa/Dakar"),
    *("Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "Africa/Tunis"),
    *("America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver"),
    *("America/Lima", "America/Los_Angeles", "America/Mexico_City", "America/New_York"),
    *("America/Panama", "America/Santiago", "America/Sao_Paulo", "America/Toronto"),
    *("Asia/Amman", "Asia/Baghdad", "Asia/Bangkok", "Asia/Beirut", "Asia/Colombo"),
    *("Asia/Dhaka", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Karachi"),
    *("Asia/Kathmandu", "Asia/Kolkata", "Asia/Manila", "Asia/Riyadh", "Asia/Seoul"),
    *("Asia/Shanghai", "Asia/Singapore", "Asia/Tashkent", "Asia/Tokyo", "Asia/Yangon"),
    *("Australia/Sydney", "Europe/Athens", "Europe/Berlin", "Europe/Brussels"),
    *("Europe/Copenhagen", "Europe/Istanbul", "Europe/Lisbon", "Europe/London"),
    *("Europe/Madrid", "Europe/Moscow", "Europe/Paris", "Europe/Rome", "Europe/Stockholm"),
    *("Europe/Vienna", "Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland", "Pacific/Fiji"),
    "UTC",
)


async def settings(services: Services, asker: Asker, _value: str) -> Form:
    """The form with the person's settings as they stand."""
    snapshot = await services.snapshots.refresh()
    require_briefs(services, asker.user)
    wishes = snapshot.wishes(asker.user)
    hint = "A brief that would come between the two comes right after them, the same day."
    return Form(
        FormName.SETTINGS,
        "Your settings",
        "Keep",
        (
            ChoiceField("zone", "Time zone", _zones(snapshot, wishes), wishes.zone or PROFILE),
            TimeField("quiet_from", "Quiet hours from", wishes.quiet_from, optional=True),
            TimeField("quiet_until", "until", wishes.quiet_until, optional=True, hint=hint),
            ChoicesField(
                "briefs",
                "Daily brief",
                (Option("muted", "Send me no daily briefs"),),
                ("muted",) if wishes.muted else (),
                optional=True,
                hint="Questions put to you still come.",
            ),
        ),
    )


def _zones(snapshot: Snapshot, wishes: Preferences) -> tuple[Option, ...]:
    """Common zones with the group's own, by city."""
    agencies = [a.timezone for a in snapshot.plan.agencies if a.timezone]
    own = [snapshot.plan.plan.timezone, *agencies, *([wishes.zone] if wishes.zone else [])]
    found = sorted({*_COMMON, *own}, key=lambda z: (city(z), z))
    profile = Option(PROFILE, "As in my profile")
    return (profile, *(Option(zone, f"{city(zone)} ({zone})"[:75]) for zone in found))


async def settings_submitted(
    services: Services, asker: Asker, _about: str, answers: Answers
) -> Reply:
    """Keep what was entered; raises Incomplete where it cannot be."""
    await services.snapshots.refresh()
    require_briefs(services, asker.user)
    chosen = answers.text("zone") or PROFILE
    zone = None if chosen == PROFILE else chosen
    start, end = answers.time("quiet_from"), answers.time("quiet_until")
    if zone is not None and zone not in available_timezones():
        raise Incomplete({"zone": "I do not know that time zone. Please choose one of the list."})
    if (start is None) != (end is None):
        missing = "quiet_from" if start is None else "quiet_until"
        raise Incomplete({missing: "Quiet hours need both times; leave both empty for none."})
    if start is not None and start == end:
        raise Incomplete({"quiet_until": "Please choose another time than the one they begin at."})
    muted = "muted" in answers.choices("briefs")
    try:
        async with writing(services, asker) as uow:
            kept = await uow.wishes.preferences(asker.user)
            wanted = replace(kept, zone=zone, quiet_from=start, quiet_until=end, muted=muted)
            if wanted != kept:
                await uow.wishes.prefer(wanted)
                await uow.journal.add(_entry(asker, wanted))
    except Repeated:
        pass
    return Reply(Message(_told(services, asker)))


def _entry(asker: Asker, wanted: Preferences) -> Entry:
    quiet = [t.strftime("%H:%M") for t in (wanted.quiet_from, wanted.quiet_until) if t]
    detail = {"zone": wanted.zone, "quiet": quiet, "muted": wanted.muted}
    return Entry(asker.at, asker.user, "settings changed", f"person:{asker.user}", detail)


def _told(services: Services, asker: Asker) -> str:
    """When the brief comes now, in a sentence or two."""
    snapshot = services.snapshot
    if snapshot.wishes(asker.user).muted:
        return f"Kept. Your daily briefs are off.{nobody_told(services, asker)}"
    zone = zone_of(snapshot, asker.user) or snapshot.plan.plan.timezone
    at = brief_moment(snapshot, asker.user, snapshot.day(asker.at))
    local = at.astimezone(ZoneInfo(zone))
    return f"Kept. When something waits for you, your brief comes at {local:%H:%M} {city(zone)}."
