"""`mute`: a person turns their own daily briefs off and on."""

from __future__ import annotations

from dataclasses import replace

from coordination.briefed import briefed
from coordination.messages.parts import Message
from coordination.records import Entry
from coordination.rights import represents
from coordination.services import Asker, Refused, Reply, Services
from coordination.switches import on_or_off
from coordination.write import Repeated, writing


async def mute(services: Services, asker: Asker, words: str) -> Reply:
    """`mute` and `mute off`."""
    snapshot = await services.snapshots.refresh()
    on = on_or_off(services, "mute", words)
    require_briefs(services, asker.user)
    if snapshot.wishes(asker.user).muted == on:
        return Reply(Message(f"Your daily briefs are {'off' if on else 'on'} already."))
    try:
        async with writing(services, asker) as uow:
            wishes = await uow.wishes.preferences(asker.user)
            await uow.wishes.prefer(replace(wishes, muted=on))
            verb = "muted" if on else "unmuted"
            await uow.journal.add(Entry(asker.at, asker.user, verb, f"person:{asker.user}"))
    except Repeated:
        pass
    if not on:
        return Reply(Message("Your daily briefs are on again."))
    return Reply(
        Message(
            "Your daily briefs are off. Questions put to you still come, and `mine` lists what "
            f"waits: {services.command} mute off turns them on again."
            + nobody_told(services, asker)
        )
    )


def gets_briefs(services: Services, user: str) -> bool:
    """Whether there is a daily brief that a person could get."""
    return user in services.snapshot.people or user in services.secretariat


def require_briefs(services: Services, user: str) -> None:
    """Raise Refused for somebody who is never written to by the calendar."""
    if not gets_briefs(services, user):
        raise Refused(
            "You represent no agency here, so you get no daily brief. To ask the Chair to name "
            f"you: {services.command} join AGENCY"
        )


def nobody_told(services: Services, asker: Asker) -> str:
    """That an agency has nobody now who is told, in a sentence; nothing while somebody is."""
    snapshot = services.snapshot
    agency = represents(snapshot, asker.user)
    if agency is None or briefed(snapshot, agency, snapshot.day(asker.at)):
        return ""
    short = snapshot.agency_short(agency)
    return (
        f" Nobody of {short} gets its reminders now, so they go to the Chair as if nobody "
        "represented it."
    )
