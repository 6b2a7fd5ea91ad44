"""People's own wishes and the group's switches: preferences, snoozes, switches, interests."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from coordination.people_records import Interest, Preferences, Snooze, Switch
from coordination.storage_ports import Wishes
from storage import rows_around as rows
from storage.tables_around import interests, preferences, snoozes, switches
from storage.transaction import Transaction


class SqlWishes(Wishes):
    """`Wishes` on the tables `preferences`, `snoozes`, `switches` and `interests`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def preferences(self, user: str) -> Preferences:
        """The person's, the defaults where nothing was said; nobody else changes them until the
        transaction ends."""
        await self._transaction.lock(f"preferences:{user}")
        found = await self._transaction.row(
            select(preferences).where(preferences.c.user_id == user).with_for_update()
        )
        return rows.preferences(found) if found else Preferences(user)

    async def prefer(self, wanted: Preferences) -> None:
        """Keep them."""
        values = rows.preferences_values(wanted)
        await self._transaction.upsert(preferences, "user_id", values)

    async def snooze(self, snooze: Snooze) -> None:
        """Keep it in place of an earlier one for the same subject."""
        await self._transaction.run(
            delete(snoozes).where(
                snoozes.c.user_id == snooze.user, snoozes.c.subject == snooze.subject
            )
        )
        values = {"user_id": snooze.user, "subject": snooze.subject, "until": snooze.until}
        await self._transaction.add_once(snoozes, values)

    async def unsnooze(self, user: str, subject: str) -> bool:
        """They want to hear of it again; False when they had not put it off."""
        result = await self._transaction.run(
            delete(snoozes).where(snoozes.c.user_id == user, snoozes.c.subject == subject)
        )
        return bool(result.rowcount)

    async def turn(self, switch: Switch) -> None:
        """Keep how it stands."""
        values = {"name": switch.name, "is_on": switch.on, "by": switch.by, "at": switch.at}
        await self._transaction.upsert(switches, "name", values)

    async def take_part(self, interest: Interest) -> bool:
        """Keep that an agency takes part; False when it said so before."""
        values = {
            "output": interest.output,
            "agency": interest.agency,
            "person": interest.person,
            "at": interest.at,
        }
        return await self._transaction.add_once(interests, values)

    async def stay_out(self, output: str, agency: str) -> bool:
        """It does not take part any more; False when it did not."""
        result = await self._transaction.run(
            delete(interests).where(interests.c.output == output, interests.c.agency == agency)
        )
        return bool(result.rowcount)

    async def forget(self, user: str) -> None:
        """Remove a person's own wishes, and them as somebody's deputy."""
        for table in (preferences, snoozes):
            await self._transaction.run(delete(table).where(table.c.user_id == user))
        await self._transaction.run(
            update(preferences).where(preferences.c.deputy == user).values(deputy=None)
        )
