"""People, acknowledgements, events and the last instant."""

from dataclasses import replace
from datetime import date, timedelta

from coordination.records import Acknowledgement, Entry, MessageRef, Role
from storage.engine import Database
from tests.storage.builders import HOUR, NOW, person, reminder


async def test_a_person_is_named_changed_and_removed(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.people.put(person())
        assert await work.people.get("U1") == person()
        moved = person(agency="unhcr", role=Role.HEAD, zone="America/New_York")
        await work.people.put(moved)
        assert await work.people.get("U1") == moved
        await work.people.remove("U1")
        assert await work.people.get("U1") is None
        await work.people.remove("nobody")
        await work.commit()
    assert (await database.load_state()).people == (replace(moved, active=False),)


async def test_somebody_removed_can_be_named_again(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.people.put(person())
        await work.people.remove("U1")
        await work.people.put(person())
        assert await work.people.get("U1") == person()


async def test_an_acknowledgement_counts_once_a_person_and_agency(database: Database) -> None:
    seen = Acknowledgement("handbook", date(2010, 1, 8), "unicef", "U1", NOW, "button")
    async with database.unit_of_work() as work:
        assert await work.acknowledgements.add(seen)
        assert not await work.acknowledgements.add(replace(seen, how="reaction", at=NOW + HOUR))
        assert await work.acknowledgements.add(replace(seen, person="U2", at=NOW + HOUR))
        assert await work.acknowledgements.add(replace(seen, agency="unhcr", at=NOW + 2 * HOUR))
        await work.commit()
    kept = (await database.load_state()).acknowledgements
    assert kept[0] == seen
    assert len(kept) == 3


async def test_an_event_is_first_once(database: Database) -> None:
    async with database.unit_of_work() as work:
        assert await work.events.first("Ev1", NOW)
        assert not await work.events.first("Ev1", NOW + HOUR)
        await work.commit()
    async with database.unit_of_work() as work:
        assert not await work.events.first("Ev1", NOW)
        assert await work.events.first("Ev2", NOW)


async def test_an_event_whose_work_was_rolled_back_is_first_again(database: Database) -> None:
    async with database.unit_of_work() as work:
        assert await work.events.first("Ev1", NOW)
    async with database.unit_of_work() as work:
        assert await work.events.first("Ev1", NOW)


async def test_the_last_instant_is_the_latest_remembered_journalled_or_posted(
    database: Database,
) -> None:
    assert await database.last_instant() is None
    await database.remember_instant(NOW)
    assert await database.last_instant() == NOW
    await database.remember_instant(NOW - timedelta(days=1))
    assert await database.last_instant() == NOW
    async with database.unit_of_work() as work:
        await work.journal.add(Entry(NOW + HOUR, "bot", "x", "plan"))
        await work.commit()
    assert await database.last_instant() == NOW + HOUR
    async with database.unit_of_work() as work:
        await work.ledger.reconcile([reminder()], NOW, NOW)
        claimed = await work.ledger.claim([reminder().key], "a", 30.0)
        await work.ledger.settle(claimed, "a", MessageRef("C1", "1.1"), NOW + 2 * HOUR)
        await work.commit()
    assert await database.last_instant() == NOW + 2 * HOUR


async def test_events_of_before_an_instant_are_forgotten(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.events.first("Ev1", NOW - HOUR)
        await work.events.first("Ev2", NOW)
        await work.commit()
    assert await database.forget_events(NOW) == 1
    assert await database.forget_events(NOW) == 0
    async with database.unit_of_work() as work:
        assert await work.events.first("Ev1", NOW)
        assert not await work.events.first("Ev2", NOW)
