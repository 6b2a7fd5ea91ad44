"""Circulations and acts."""

import asyncio
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from coordination.records import Circulation, CirculationState, MessageRef
from storage.engine import Database
from tests.storage.builders import HOUR, NOW, act, circulation
from tests.storage.test_types import quick


async def test_a_circulation_gets_its_id_and_comes_back_equal(database: Database) -> None:
    async with database.unit_of_work() as work:
        first = await work.circulations.add(circulation())
        second = await work.circulations.add(circulation(version=2))
        assert second.id > first.id > 0
        assert await work.circulations.get(first.id) == first
        for unknown in (10**6, 10**30, 0, -1):
            assert await work.circulations.get(unknown) is None
        assert await work.circulations.of_milestone("handbook") == (first, second)
        await work.commit()
    assert (await database.load_state()).circulations == (first, second)


async def test_a_circulation_is_found_by_its_message(database: Database) -> None:
    ref = MessageRef("C1", "1263200400.000100")
    async with database.unit_of_work() as work:
        added = await work.circulations.add(circulation())
        await work.circulations.add(circulation(version=2))  # both still without a message
        assert await work.circulations.by_message(ref) is None
        placed = replace(added, message=ref, permalink="https://example.org/p1")
        await work.circulations.put(placed)
        assert await work.circulations.by_message(ref) == placed
        assert await work.circulations.by_message(MessageRef("C2", ref.ts)) is None


async def test_closing_gives_the_open_ones_whose_time_has_come(database: Database) -> None:
    async with database.unit_of_work() as work:
        late = await work.circulations.add(circulation(closes_at=NOW + HOUR))
        soon = await work.circulations.add(circulation(version=2, closes_at=NOW))
        ended = await work.circulations.add(circulation(version=3, closes_at=NOW))
        ended = replace(ended, state=CirculationState.CLEARED, ended_at=NOW)
        await work.circulations.put(ended)
        assert await work.circulations.closing(NOW - HOUR) == ()
        assert await work.circulations.closing(NOW) == (soon,)
        assert await work.circulations.closing(NOW + HOUR) == (soon, late)
        assert await work.circulations.get(ended.id) == ended


async def test_the_same_act_is_recorded_once(database: Database) -> None:
    async with database.unit_of_work() as work:
        added = await work.circulations.add(circulation())
        assert await work.circulations.add_act(added.id, act())
        assert not await work.circulations.add_act(added.id, act(at=NOW + HOUR))
        withdrawn = act("1263200500.000100", given=False)
        assert await work.circulations.add_act(added.id, withdrawn)
        assert await work.circulations.acts(added.id) == (act(), withdrawn)
        await work.commit()
    assert (await database.load_state()).acts == {added.id: (act(), withdrawn)}


@quick
@given(
    given_acts=st.lists(
        st.builds(
            act,
            st.sampled_from(["1.1", "1.2", "10.1"]),
            person=st.sampled_from(["U1", "U2"]),
            given=st.booleans(),
            source=st.sampled_from(["button", "reaction:+1"]),
        ),
        max_size=12,
    )
)
async def test_acts_told_twice_and_in_any_order_are_a_set_in_the_order_recorded(
    database: Database, given_acts: list
) -> None:
    async with database.unit_of_work() as work:
        added = await work.circulations.add(circulation())
        told = [await work.circulations.add_act(added.id, one) for one in given_acts]
        assert await work.circulations.acts(added.id) == tuple(dict.fromkeys(given_acts))
        assert sum(told) == len(set(given_acts))


async def test_two_who_circulate_at_once_get_different_versions(database: Database) -> None:
    async def circulate() -> Circulation:
        async with database.unit_of_work() as work:
            earlier = await work.circulations.of_milestone("handbook")
            added = await work.circulations.add(circulation(version=len(earlier) + 1))
            await work.commit()
            return added

    added = await asyncio.gather(*(circulate() for _ in range(8)))
    assert sorted(one.version for one in added) == list(range(1, 9))


async def test_an_answer_given_while_a_circulation_is_closed_waits_for_the_outcome(
    database: Database,
) -> None:
    async with database.unit_of_work() as work:
        added = await work.circulations.add(circulation())
        await work.commit()

    async def answer() -> CirculationState:
        async with database.unit_of_work() as work:
            found = await work.circulations.get(added.id)
            assert found is not None
            return found.state

    async with database.unit_of_work() as work:
        found = await work.circulations.get(added.id)
        assert found is not None
        answering = asyncio.create_task(answer())
        await asyncio.sleep(0.1)
        assert not answering.done()
        await work.circulations.put(replace(found, state=CirculationState.WITHDRAWN))
        await work.commit()
    assert await answering is CirculationState.WITHDRAWN
