"""One message for each key: what was posted beside the one that the tables name is taken away.

A process that was stopped while it posted can come to an end after another one took its claim over
and posted as well (docs/decisions/0011-ledger.md). Both look here: the one that settled because the
claim had been in doubt, and the one that came too late to settle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial

import structlog

from coordination.outgoing import Outgoing
from coordination.ports import DeliveryError, Standing, Target
from coordination.records import Told
from coordination.storage_ports import StorageUnavailable, UnitOfWork

log = structlog.get_logger(__name__)

LOOKS = 10
"""How often it is looked again while it cannot be said yet which message counts."""

NEAR = 3_600.0
"""Real seconds by which a second message may be older than the one that counts."""

CARD = "circulation:"
ROW = "outbox:"

Look = Callable[[], Awaitable[bool]]
"""Takes away what is there a second time; False where that cannot be said yet."""


class Twins:
    """Looks for messages that stand a second time, now and, where need be, again."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._out = outgoing
        self._ripe: list[tuple[Look, int]] = []

    async def look(self, target: Target, keys: Collection[str]) -> None:
        """Look for messages with these keys now; raises nothing that can wait."""
        await self.do(partial(self.one_each, target, keys))

    def look_later(self, target: Target, keys: Collection[str]) -> None:
        """Look when what is still under way to the platform has certainly come to stand."""
        self.later(partial(self.one_each, target, keys))

    async def do(self, look: Look, left: int = LOOKS) -> None:
        """Look now, and again later as long as it fails or cannot be said yet."""
        try:
            done = await look()
        except StorageUnavailable:
            done = False
        except DeliveryError as error:
            log.warning("cannot look for second messages", code=error.code)
            done = error.permanent
        if not done:
            self.later(look, left - 1)

    @property
    def ripe(self) -> bool:
        """Whether it is time to look again."""
        return bool(self._ripe)

    async def run(self) -> None:
        """Look again where it is time to."""
        ripe, self._ripe = self._ripe, []
        for look, left in ripe:
            await self.do(look, left)

    def later(self, look: Look, left: int = LOOKS) -> None:
        """Look a lease later, unless it was looked often enough."""
        if left <= 0:
            log.error("gave up looking for second messages")
            return

        def ripen() -> None:
            self._ripe.append((look, left))
            self._out.services.wake()

        asyncio.get_running_loop().call_later(self._out.run_out, ripen)

    async def one_each(self, target: Target, keys: Collection[str]) -> bool:
        """Take away each message with any of the keys that nothing names any more.

        What the tables say is read after the history: an end is final, so that a message that no
        key of its own names then is never named later.
        """
        if not _over(await self._told(keys), keys):
            return False
        standing = await self._out.messenger.find(target, keys)
        told = await self._told(set(keys).union(*(m.keys for m in standing)))
        done = True
        for message in standing:
            if message.more or not _over(told, message.keys):
                done = False  # whoever settles the rest of it may have found it
            elif _named(told, message):
                for ref in message.surplus:
                    await self._out.messenger.delete(ref)
            elif _is_second(told, message):
                await self._take_away(message)
        return done

    async def _take_away(self, message: Standing) -> None:
        log.warning("second message taken away", keys=sorted(message.keys), ts=message.ref.ts)
        for ref in (*message.surplus, *reversed(message.parts), message.ref):
            await self._out.messenger.delete(ref)

    async def _told(self, keys: Collection[str]) -> Mapping[str, Told]:
        async with self._out.services.storage.unit_of_work() as uow:
            return await told(uow, keys)


async def take_back(out: Outgoing, error: DeliveryError) -> None:
    """Take away what stands of a longer message that was given up; what cannot be stays."""
    for ref in reversed(error.begun):
        try:
            await out.messenger.delete(ref)
        except DeliveryError as refused:
            log.warning("a part of what was given up stays", code=refused.code, ts=ref.ts)


async def told(uow: UnitOfWork, keys: Collection[str]) -> Mapping[str, Told]:
    """What the tables say of keys in messages: of reminders, rows of the outbox, and cards."""
    found: dict[str, Told] = {}
    rows = {int(k.removeprefix(ROW)): k for k in keys if k.startswith(ROW)}
    if rows:
        found |= {rows[id]: one for id, one in (await uow.outbox.told(rows)).items()}
    cards = [k for k in keys if _is_card(k)]
    for key in sorted(cards):
        circulation = await uow.circulations.get(int(key.removeprefix(CARD)))
        if circulation is not None:
            found[key] = Told(circulation.message is not None, circulation.message)
    reminders = set(keys) - set(rows.values()) - set(cards)
    if reminders:
        found |= await uow.ledger.told(reminders)
    return found


def _is_card(key: str) -> bool:
    return key.startswith(CARD) and key.removeprefix(CARD).isdecimal()


def _over(told: Mapping[str, Told], keys: Collection[str]) -> bool:
    return all(key in told and told[key].over for key in keys)


def _is_second(told: Mapping[str, Told], message: Standing) -> bool:
    """Whether it was posted for the same row as what counts, and not for one of an earlier database
    that had the same number."""
    named = [float(ref.ts) for key in message.keys if (ref := told[key].message) is not None]
    if named:
        return float(message.ref.ts) > min(named) - NEAR
    return not any(key.startswith(ROW) or _is_card(key) for key in message.keys)


def _named(told: Mapping[str, Told], message: Standing) -> bool:
    """Whether it counts for one of its keys. A channel's id can change, a message's time cannot."""
    named = (told[key].message for key in message.keys)
    return any(ref is not None and ref.ts == message.ref.ts for ref in named)
