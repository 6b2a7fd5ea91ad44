"""The turns of a channel keep their distance, whichever process takes them."""

import asyncio

import pytest

from storage.engine import Database
from storage.turns import LONGEST
from tests.storage.conftest import RealTime


async def test_turns_of_one_channel_are_apart_and_another_channel_waits_for_none(
    database: Database,
) -> None:
    waits = await asyncio.gather(*(database.take_turn("C1", 5.0) for _ in range(4)))
    assert sorted(waits) == pytest.approx([0, 5, 10, 15], abs=2)
    assert await database.take_turn("C2", 5.0) == 0


async def test_a_turn_that_has_passed_makes_nobody_wait(database: Database, real: RealTime) -> None:
    assert await database.take_turn("C1", 0.2) == 0
    await real.passes(0.3)
    assert await database.take_turn("C1", 0.2) == 0


async def test_nobody_waits_for_a_turn_of_a_clock_that_was_set_back(database: Database) -> None:
    assert await database.take_turn("C1", LONGEST + 10) == 0  # as if an hour ahead of now
    assert await database.take_turn("C1", 1.0) == 0
