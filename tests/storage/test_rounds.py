"""What all processes do together once in a while is done by one of them."""

import asyncio
from pathlib import Path

from coordination.storage_ports import Round
from storage.engine import Database, open_database
from tests.storage.conftest import RealTime


async def test_one_takes_it_and_the_others_hear_when_it_is_done(
    database: Database, real: RealTime
) -> None:
    assert await database.begin_round("look", 30.0, 30.0) is Round.OURS
    assert await database.begin_round("look", 30.0, 30.0) is Round.OTHERS
    assert await database.begin_round("another", 30.0, 30.0) is Round.OURS
    await database.end_round("look", True)
    assert await database.begin_round("look", 30.0, 30.0) is Round.DONE
    await real.passes(0.2)
    assert await database.begin_round("look", 0.1, 30.0) is Round.OURS


async def test_one_that_went_wrong_is_anybodys_at_once(database: Database) -> None:
    assert await database.begin_round("look", 30.0, 30.0) is Round.OURS
    await database.end_round("look", False)
    assert await database.begin_round("look", 30.0, 30.0) is Round.OURS


async def test_one_whose_process_is_gone_is_anybodys_after_its_lease(
    database: Database, real: RealTime
) -> None:
    assert await database.begin_round("look", 30.0, 0.1) is Round.OURS
    await database.go_on_with_round("look", 0.4)
    await real.passes(0.2)
    assert await database.begin_round("look", 30.0, 30.0) is Round.OTHERS
    await real.passes(0.3)
    assert await database.begin_round("look", 30.0, 30.0) is Round.OURS


async def test_of_many_who_begin_at_once_one_does_it(database: Database) -> None:
    begun = await asyncio.gather(*(database.begin_round("look", 30.0, 30.0) for _ in range(4)))
    assert sorted(begun) == [Round.OTHERS] * 3 + [Round.OURS]


async def test_on_sqlite_an_earlier_process_says_nothing_about_now(tmp_path: Path) -> None:
    url, seconds = f"sqlite:///{tmp_path}/gmg.db", 1000.0
    for end in (True, False, None):
        database = await open_database(url, real_now=lambda: seconds, owner="test")
        assert await database.begin_round("look", 3000.0, 60.0) is Round.OURS
        if end is not None:
            await database.end_round("look", end)
        await database.close()
