"""Who represents whom: named by the chair, or asked for with join."""

from __future__ import annotations

import re
from datetime import timedelta

from coordination.actions import Action
from coordination.find import require_agency
from coordination.messages.parts import (
    Button,
    Buttons,
    Mention,
    Message,
    Paragraph,
    bold,
    line,
    message,
)
from coordination.messages.wire import to_json
from coordination.messages.wording import listed
from coordination.ports import Profile
from coordination.records import Entry, OutboxItem, OutboxKind, Person, Role
from coordination.rights import represents, require_chair, who_decides
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing

_USER = re.compile(r"<@([UW][A-Z0-9_]+)(?:\|[^>]*)?>")
ASK_AGAIN = timedelta(days=1)
"""After so long without an answer a request to join is put to the deciders again."""

_ROLES = {"alternate": Role.ALTERNATE, "head": Role.HEAD, "focal": Role.FOCAL}


async def focal(services: Services, asker: Asker, words: str) -> Reply:
    """`focal @user AGENCY [alternate / head]`, or `focal @user none`."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    found = _USER.search(words)
    if found is None:
        raise Refused(
            f"Whom? Mention the person and name the agency: {services.command} focal @name AGENCY, "
            "and add “alternate” or “head” where it is not the focal point."
        )
    rest = (words[: found.start()] + words[found.end() :]).split()
    role = Role.FOCAL
    if len(rest) > 1 and rest[-1].lower() in _ROLES:
        role = _ROLES[rest.pop().lower()]
    profile = await _profile(services, found[1])
    if [w.lower() for w in rest] == ["none"]:
        return await _remove(services, asker, snapshot, profile)
    if not rest:
        example = f"{services.command} focal @{profile.name} {snapshot.plan.agencies[0].short}"
        raise Refused(f"For which agency? For example: {example}")
    agency = require_agency(snapshot, " ".join(rest))
    before = snapshot.people.get(profile.user)
    try:
        async with writing(services, asker) as uow:
            await _name(uow, asker, profile, agency.id, role)
    except Repeated:
        pass
    words = f"{profile.name} is now {_a(role)} of {agency.short}."
    if before is not None and (before.agency, before.role) != (agency.id, role):
        was = snapshot.agency_short(before.agency)
        words += f" Until now: {before.role.value} of {was}."
    return Reply(Message(words))


async def _remove(services: Services, asker: Asker, snapshot: Snapshot, profile: Profile) -> Reply:
    before = snapshot.people.get(profile.user)
    if before is None:
        return Reply(Message(f"{profile.name} represents no agency."))
    try:
        async with writing(services, asker) as uow:
            await uow.people.remove(profile.user)
            detail = {"agency": before.agency, "role": before.role.value}
            subject = f"person:{profile.user}"
            await uow.journal.add(Entry(asker.at, asker.user, "removed", subject, detail))
    except Repeated:
        pass
    short = snapshot.agency_short(before.agency)
    left = services.snapshot.of_agency(before.agency)
    more = "" if left else f" {short} has nobody here now; its reminders go to the Chair."
    return Reply(Message(f"{profile.name} does not represent {short} any more.{more}"))


async def _profile(services: Services, user: str) -> Profile:
    profile = await services.directory.profile(user)
    if profile is None:
        raise Refused("I cannot find that person in the workspace.")
    if profile.is_bot:
        raise Refused("That is a bot; only people can represent an agency.")
    return profile


async def _name(uow: UnitOfWork, asker: Asker, profile: Profile, agency: str, role: Role) -> None:
    person = Person(profile.user, profile.team, profile.name, agency, role, profile.zone)
    await uow.people.put(person)
    detail = {"agency": agency, "role": role.value}
    subject = f"person:{profile.user}"
    await uow.journal.add(Entry(asker.at, asker.user, "named", subject, detail, asker.message))


async def join(services: Services, asker: Asker, words: str) -> Reply:
    """`join AGENCY`: ask the chair to be named for an agency."""
    snapshot = await services.snapshots.refresh()
    if not words.strip():
        example = f"{services.command} join {snapshot.plan.agencies[0].short}"
        raise Refused(f"Which agency do you represent? For example: {example}")
    agency = require_agency(snapshot, words)
    if represents(snapshot, asker.user) == agency.id:
        return Reply(Message(f"You represent {agency.short} already."))
    profile = await _profile(services, asker.user)
    day = snapshot.day(asker.at)
    deciders = who_decides(snapshot, services.secretariat, day, besides=asker.user)
    if not deciders:
        raise Refused(
            "There is nobody here yet who could say yes: the agency in the chair has no people, "
            "and no secretariat is set (GMG_SECRETARIAT)."
        )
    value = f"{asker.user}|{agency.id}"
    asked = message(
        Paragraph(
            line(
                Mention(asker.user, profile.name, ping=True),
                " asks to represent ",
                bold(agency.short),
                " as its focal point. Do you know them to be?",
            )
        ),
        Buttons(
            (
                Button(Action.JOIN_ACCEPT, "Accept", value, "primary"),
                Button(Action.JOIN_DECLINE, "Decline", value),
            )
        ),
    )
    try:
        async with writing(services, asker) as uow:
            detail = {"agency": agency.id}
            subject = f"person:{asker.user}"
            past = await uow.journal.of(subject, limit=50)
            waiting = _open_request(past, agency.id)
            if waiting is not None and asker.at - waiting.at < ASK_AGAIN:
                told = "I have asked already. You will hear from me once they answer."
                return Reply(Message(told))
            await uow.journal.add(Entry(asker.at, asker.user, "asked to join", subject, detail))
            for user in deciders:
                await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, to_json(asked)))
    except Repeated:
        pass
    names = listed(
        [p.name if (p := snapshot.people.get(u)) else "the secretariat" for u in deciders]
    )
    return Reply(Message(f"I have asked {names}. You will hear from me once they answer."))


async def join_decided(services: Services, asker: Asker, value: str, accept: bool) -> Reply:
    """The chair's answer; `value` is user|agency. Only the first decision has effect."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    user, _, agency = value.partition("|")
    short = snapshot.agency_short(agency)
    if agency not in {a.id for a in snapshot.plan.agencies}:
        raise Refused("That request is not of this plan any more.")
    profile = await _profile(services, user)
    try:
        async with writing(services, asker) as uow:
            past = await uow.journal.of(f"person:{user}", limit=50)
            if _open_request(past, agency) is None:
                return Reply(Message("That request was decided already."), replace=True)
            if accept:
                await _name(uow, asker, profile, agency, Role.FOCAL)
                told = f"Welcome. You represent {short} now, as its focal point. Ask me: mine"
            else:
                subject = f"person:{user}"
                detail = {"agency": agency}
                await uow.journal.add(Entry(asker.at, asker.user, "declined", subject, detail))
                told = (
                    f"The Chair could not name you for {short}. Please write to the Chair if that "
                    "is a mistake."
                )
            said = to_json(Message(told))
            await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, said))
    except Repeated:
        return Reply(Message("That request was decided already."), replace=True)
    words = "represents" if accept else "was not named for"
    return Reply(Message(f"{profile.name} {words} {short}."), replace=True)


def _open_request(past: tuple[Entry, ...], agency: str) -> Entry | None:
    """The latest request for that agency, None when it was decided."""
    for entry in reversed(past):
        if entry.detail.get("agency") == agency:
            return entry if entry.verb == "asked to join" else None
    return None


def _a(role: Role) -> str:
    return "an alternate" if role is Role.ALTERNATE else f"{role.value}"
