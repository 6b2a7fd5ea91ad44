"""Whose answers count, and what the others are told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from coordination.acts import FOUND
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.records import Circulation, Entry, OutboxItem, OutboxKind
from coordination.rights import represents
from coordination.services import Asker, Refused, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork


def not_counted(
    snapshot: Snapshot, circulation: Circulation, agency: str | None, asker: Asker
) -> str | None:
    """Why an answer does not count, as a polite sentence; None when it does."""
    title = titled(circulation)
    if agency is None:
        return (
            f"Thank you for your answer to {title}. You represent no agency here yet, so it is "
            "not counted. You can ask the Chair with: join AGENCY"
        )
    short = snapshot.agency_short(agency)
    if agency not in circulation.asked:
        return (
            f"Thank you. {short} was not among the agencies asked about {title}, so your answer "
            "is not counted."
        )
    if agency in circulation.struck:
        return (
            f"Thank you. {short} has left the group since {title} was circulated, so your answer "
            "is not counted."
        )
    ended = circulation.ended_at
    if not circulation.state.takes_answers and (ended is None or asker.at > ended):
        return (
            f"Thank you. {title} is {circulation.state.in_words}, so your answer changes nothing "
            "any more. Please write to the Chair if something is wrong."
        )
    if not circulation.state.takes_answers:
        return (
            f"Thank you. Your answer to {title} reached me after it had ended "
            f"({circulation.state.in_words}). Please write to the Chair if something is wrong."
        )
    if circulation.rule != "unanimity" and asker.at > circulation.closes_at:
        return (
            f"Thank you. The closing time of {title} was past when you answered, so your answer "
            "changes nothing any more. Please write to the Chair if something is wrong."
        )
    return None


def titled(circulation: Circulation) -> str:
    """How people are told which text it is: “The handbook text”, version 2."""
    return circulation.named


def require_counted(
    services: Services, asker: Asker, circulation: Circulation, agency: str | None = None
) -> str:
    """The agency that the person answers for; raises Refused when the answer does not count.

    `agency` is the one that was asked, where a question names it.
    """
    snapshot = services.snapshot
    mine = represents(snapshot, asker.user)
    if agency is not None and mine != agency:
        raise Refused(f"Only {snapshot.agency_short(agency)} can answer that.")
    reason = not_counted(snapshot, circulation, mine, asker)
    if reason is not None or mine is None:
        raise Refused(reason or "")
    return mine


async def explain(
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    how: str,
    sentence: str,
    *,
    tell: bool = True,
    detail: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Journal what is not counted, and tell the person so once a circulation.

    `how` is the reaction or the button. `tell` is False where the person reads the sentence in the
    reply to their press. `detail` is added to the entry. What the sweep has found and explained
    already is not journalled again when the platform's event comes behind it.
    """
    before = [
        e
        for e in await uow.journal.of(circulation.subject, limit=500)
        if e.verb == "not counted" and e.actor == asker.user
    ]
    if FOUND not in detail and any(
        FOUND in e.detail and e.detail.get("by") == how and e.at >= asker.at for e in before
    ):
        return
    await uow.journal.add(
        Entry(
            asker.at,
            asker.user,
            "not counted",
            circulation.subject,
            {"by": how, **detail},
            asker.message,
        )
    )
    if not tell or before:
        return
    said = to_json(Message(sentence))
    await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, asker.user, said))
