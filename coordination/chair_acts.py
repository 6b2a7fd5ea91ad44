"""What every act of the chair on a circulation begins with: who, which one, can it still be."""

from __future__ import annotations

import hashlib
from datetime import datetime

from coordination.messages.forms import Answers, Incomplete
from coordination.records import Circulation
from coordination.rights import require_chair
from coordination.services import Asker, Refused, Services
from coordination.storage_ports import UnitOfWork


async def meant(services: Services, asker: Asker, value: str) -> Circulation:
    """The circulation whose id begins a button's or form's value (`id` or `id|…`).

    Raises Refused for who does not run the plan on that day, or a value that means none.
    """
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    number = value.partition("|")[0]
    known = {str(c.id): c for c in snapshot.circulations.values()}
    if number not in known:
        raise Refused(
            f"I do not know that circulation. Please look it up again: {services.command} clearance"
        )
    return known[number]


async def locked(uow: UnitOfWork, circulation: Circulation, at: datetime) -> Circulation:
    """The same as it is kept now, locked for writing; raises Refused when it has ended."""
    kept = await uow.circulations.get(circulation.id) or circulation
    require_going_on(kept, at)
    return kept


def require_going_on(circulation: Circulation, at: datetime) -> None:
    """Raise Refused when it has ended, or its rule has ended it by `at` (plan time)."""
    if not circulation.state.takes_answers:
        state = circulation.state.in_words
        raise Refused(f"{circulation.named} is {state}; that cannot be changed any more.")
    if circulation.rule != "unanimity" and at >= circulation.closes_at:
        raise Refused(f"The closing time of {circulation.named} is past; it ends as its rule says.")


def reason_of(answers: Answers, most: int) -> str:
    """The reason entered; raises Incomplete without one, or beyond so many characters."""
    reason = answers.text("reason")
    if not reason:
        raise Incomplete({"reason": "Please give the reason; it is announced with it."})
    if len(reason) > most:
        raise Incomplete({"reason": f"Please say it in at most {most} characters."})
    return reason


def digest(words: str) -> str:
    """By what the journal refers to somebody's words, which are kept beside it."""
    return hashlib.sha256(words.encode()).hexdigest()
