"""Find again what an outage hid: the reactions of open circulations and of reminders."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

import structlog

from coordination.acts import BUTTON, FOUND, given_for, reaction_source, stands_now
from coordination.asking.conflict import ask_which_holds
from coordination.entered import is_entered
from coordination.outgoing import Outgoing
from coordination.ports import DeliveryError
from coordination.positions import not_counted
from coordination.react import acknowledge_told, take_reaction
from coordination.reactions import reactions
from coordination.records import Circulation, Entry, MessageRef, Reminder
from coordination.rights import represents
from coordination.services import Asker
from coordination.storage_ports import Round, StorageUnavailable, UnitOfWork
from coordination.wishes_on_text import standing_wishes
from workplan.clearance import Act, Position

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=14)
"""Reminders posted in this plan time are looked at for a 👀."""

ASKED = "asked which holds"

PATIENCE = 3
"""How often one message is asked for again that the platform's rates held back."""

Pair = tuple[str, str]  # a user id and a reaction


EACH_HOUR = 3_300.0
"""Real seconds within which reactions are not read again: an hour, less what alarms are early."""

AT_START = 60.0
"""The same for a process that begins: an outage hides what Slack told meanwhile, but what it could
not tell for so short a time it tells again by itself."""

STEP = 0.5
"""Real seconds between two looks at whether another process has finished reading."""

CIRCULATIONS, REMINDERS = "reactions of circulations", "reactions of reminders"


class Sweep:
    """Reads reactions back whole, after each start and every hour: one process for all."""

    def __init__(self, outgoing: Outgoing, real_now: Callable[[], float]) -> None:
        """`real_now`: seconds since 1970, on which the platform's event times run."""
        self._out = outgoing
        self._real_now = real_now
        self._begun = False
        self.looked = False
        """Whether those of circulations have been read since this process began."""

    async def circulations(self) -> None:
        """Read those of circulations, unless another process did just now: until then nothing is
        to be closed. Raises as `run`."""
        await self._round(CIRCULATIONS, AT_START, self._circulations)
        self.looked = True
        self._out.services.wake()  # what waited for it may be closed

    async def run(self) -> None:
        """Enter what is missing, take back what is gone, unless another process has done it.

        Raises StorageUnavailable, and DeliveryError where the platform may answer later.
        """
        if self.looked:
            await self._round(CIRCULATIONS, EACH_HOUR, self._circulations)
        else:
            await self.circulations()
        await self._round(REMINDERS, EACH_HOUR if self._begun else AT_START, self._reminders)
        self._begun = True

    async def _round(self, name: str, within: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do what was not done in the last `within` real seconds; wait for whoever is at it."""
        storage, lease = self._out.services.storage, self._out.lease
        while True:
            stands = await storage.begin_round(name, within, lease)
            if stands is Round.DONE:
                return
            if stands is Round.OURS:
                break
            await asyncio.sleep(STEP)
        well = False
        try:
            await work()
            well = True
        finally:
            with suppress(StorageUnavailable):  # then it is anybody's when the lease has run out
                await storage.end_round(name, well)

    async def _circulations(self) -> None:
        snapshot = await self._out.services.snapshots.refresh()
        for circulation in snapshot.circulations.values():
            if circulation.state.takes_answers and circulation.message is not None:
                await self._circulation(circulation, circulation.message)
        self._out.services.wake()

    async def _circulation(self, circulation: Circulation, ref: MessageRef) -> None:
        asked_at, read_at = self._out.services.clock.now(), self._real_now()
        found = await self._read(CIRCULATIONS, ref)
        if found is None:
            return  # that the message is gone withdraws nothing
        services = self._out.services
        async with services.storage.unit_of_work() as uow:
            kept = await uow.circulations.get(circulation.id)
            if kept is None or not kept.state.takes_answers:
                return
            acts = await uow.circulations.acts(kept.id)
            await _Compared(self._out, uow, kept, asked_at, read_at).enter(found, acts)
            await uow.commit()
        await services.snapshots.refresh()

    async def _reminders(self) -> None:
        services = self._out.services
        now = services.clock.now()
        async with services.storage.unit_of_work() as uow:
            told = await uow.ledger.posted_since(now - LOOK_BACK)
        by_message: dict[MessageRef, list[Reminder]] = {}
        for reminder in told:  # past its day as well: what is overdue is told, and seen, then
            if reminder.message is not None:
                by_message.setdefault(reminder.message, []).append(reminder)
        meanings = reactions(services.snapshot.plan)
        eyes = [e for e, position in meanings.items() if position is Position.SEEN]
        for ref, reminders in by_message.items():
            found = await self._read(REMINDERS, ref) or {}
            seen = {user for e in eyes for user in found.get(e, ())}
            if not seen:
                continue
            async with services.storage.unit_of_work() as uow:
                for user in sorted(seen):
                    asker = Asker(user, now, ref.channel, ref)
                    await acknowledge_told(services, uow, asker, tuple(reminders))
                await uow.commit()

    async def _read(self, name: str, ref: MessageRef) -> Mapping[str, frozenset[str]] | None:
        storage, lease = self._out.services.storage, self._out.lease
        for tries_left in range(PATIENCE, -1, -1):
            await storage.go_on_with_round(name, lease)
            try:
                return await self._out.messenger.reactions(ref)
            except DeliveryError as error:
                if error.permanent:
                    log.warning("reactions cannot be read", code=error.code, channel=ref.channel)
                    return None
                if error.code != "ratelimited" or error.retry_after is None or not tries_left:
                    raise
                await self._pause(name, error.retry_after)
        return None

    async def _pause(self, name: str, seconds: float) -> None:
        """Wait until the platform's rates let it go on: many are open, and those behind it would
        have to wait as well. The round stays this process's meanwhile."""
        while seconds > 0:
            part = min(seconds, self._out.lease / 2)
            await self._out.turns.pause(part)
            await self._out.services.storage.go_on_with_round(name, self._out.lease)
            seconds -= part


class _Compared:
    """What stands on the platform beside what is recorded, for one circulation.

    `read_at` is the real time before the platform was asked, `asked_at` the same in plan time: what
    is recorded with a later event time is newer than what was read, and stays, and what comes to be
    recorded with one stands above it.
    """

    def __init__(
        self,
        out: Outgoing,
        uow: UnitOfWork,
        circulation: Circulation,
        asked_at: datetime,
        read_at: float,
    ) -> None:
        self._services, self._uow, self._circulation = out.services, uow, circulation
        self._snapshot = out.services.snapshot
        self._meanings = reactions(self._snapshot.plan)
        self._asked_at, self._order = asked_at, f"{read_at:.6f}"
        self._read_at = Decimal(self._order)

    async def enter(self, found: Mapping[str, Iterable[str]], acts: tuple[Act, ...]) -> None:
        """Enter what is missing and take back what is gone, each in the name of its person."""
        there = {(u, e) for e, users in found.items() if e in self._meanings for u in users}
        entries = await self._entries()
        standing, newer = self._recorded(acts, entries)
        for user, reaction in sorted(standing - there - newer):
            await self._take(user, reaction, given=False)
        missing = there - standing - newer - _asked_before(entries)
        for group in self._by_agency(missing).values():
            doubtful = [(u, e) for u, e in group if self._is_position(e)]
            if len({self._meanings[e] for _, e in doubtful}) > 1:
                await self._ask(doubtful)
                group = [pair for pair in group if pair not in doubtful]
            elif doubtful and (stands := await self._answered_otherwise(doubtful[0])) is not None:
                await self._ask(doubtful, stands)
                group = [pair for pair in group if pair not in doubtful]
            for user, reaction in group:
                await self._take(user, reaction, given=True)

    def _is_position(self, reaction: str) -> bool:
        meaning = self._meanings[reaction]
        return isinstance(meaning, Position) and meaning is not Position.SEEN

    async def _answered_otherwise(self, pair: Pair) -> Position | None:
        """The agency's answer that a reaction found differs from and does not replace unasked.

        An answer by a button or entered for the agency may be later than the reaction, and so may
        one that stands against the text, where the reaction's event is late. A "cannot clear" that
        is found is entered whatever stands: nobody is harmed by asking whether it is meant.
        """
        user, reaction = pair
        found, agency = self._meanings[reaction], represents(self._snapshot, user)
        if agency is None or found is Position.CANNOT_CLEAR:
            return None
        now = await stands_now(self._uow, self._circulation, agency)
        by_hand = now.source == BUTTON or is_entered(now)
        against = now.position is not None and now.position.prevents
        return now.position if (by_hand or against) and now.position is not found else None

    def _recorded(
        self, acts: tuple[Act, ...], entries: tuple[Entry, ...]
    ) -> tuple[set[Pair], set[Pair]]:
        """The reactions that stand by what is recorded, and those with newer news."""
        last = standing_wishes(entries)
        for act in sorted(acts, key=lambda a: (Decimal(a.order), not a.given)):
            last[act.person, act.source] = (Decimal(act.order), act.given)
        by = {
            (person, source.partition(":")[2]): news
            for (person, source), news in last.items()
            if source.startswith("reaction:")
        }
        newer = {pair for pair, (order, _) in by.items() if order > self._read_at}
        return {pair for pair, (_, given) in by.items() if given}, newer

    def _by_agency(self, pairs: set[Pair]) -> dict[str | None, list[Pair]]:
        groups: dict[str | None, list[Pair]] = {}
        for user, reaction in sorted(pairs):
            groups.setdefault(represents(self._snapshot, user) or user, []).append((user, reaction))
        return groups

    async def _take(self, user: str, reaction: str, given: bool) -> None:
        circulation = await self._uow.circulations.get(self._circulation.id) or self._circulation
        at = self._asked_at
        if circulation.rule != "unanimity":
            # Not closed yet, so nothing shows that it came late.
            at = min(at, circulation.closes_at)
        asker = Asker(user, at, None, circulation.message, None, self._order)
        agency = represents(self._snapshot, user)
        if not given:
            source = reaction_source(reaction)
            before = await given_for(self._uow, circulation, user, source)
            agency = before[0] if before and agency not in before else agency
        reason = not_counted(self._snapshot, circulation, agency, asker)
        if (reason is not None or agency is None) and await self._explained(user):
            return
        await take_reaction(
            self._services,
            self._uow,
            asker,
            circulation,
            reaction,
            self._meanings[reaction],
            given,
            **{FOUND: self._services.clock.now().isoformat()},
        )

    async def _explained(self, user: str) -> bool:
        return any(e.verb == "not counted" and e.actor == user for e in await self._entries())

    async def _entries(self) -> tuple[Entry, ...]:
        return await self._uow.journal.of(self._circulation.subject, limit=500)

    async def _ask(self, pairs: list[Pair], stands: Position | None = None) -> None:
        """Two answers of one agency, and nothing tells which is the later: its people say.

        `stands` is the one that is recorded already, None where both were found.
        """
        circulation = await self._uow.circulations.get(self._circulation.id) or self._circulation
        now = self._services.clock.now()
        asker = Asker(pairs[0][0], now, None, circulation.message, None, self._order)
        agency = represents(self._snapshot, asker.user)
        if agency is None or not_counted(self._snapshot, circulation, agency, asker):
            return
        found = dict.fromkeys(m for _, e in pairs if isinstance(m := self._meanings[e], Position))
        people = tuple(dict.fromkeys(u for u, _ in pairs))
        await ask_which_holds(
            self._services, self._uow, asker, circulation, agency, tuple(found), people, stands
        )
        detail = {"agency": agency, "reactions": [list(p) for p in pairs]}
        await self._uow.journal.add(
            Entry(
                now,
                "bot",
                ASKED,
                circulation.subject,
                detail,
                circulation.message,
                circulation.permalink,
            )
        )


def _asked_before(entries: tuple[Entry, ...]) -> set[Pair]:
    asked = [e.detail.get("reactions", ()) for e in entries if e.verb == ASKED]
    return {(str(u), str(r)) for reactions in asked for u, r in reactions}
