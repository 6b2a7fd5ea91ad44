"""In the terminal too nobody forgets what was turned on in chat."""

import asyncio
from datetime import UTC, datetime

import pytest

from coordination.people_records import Switch
from storage.engine import open_database


async def turned(url, *names):
    database = await open_database(url, real_now=lambda: 0.0, owner="test")
    try:
        async with database.unit_of_work() as uow:
            for name in names:
                at = datetime(2010, 2, 1, 9, tzinfo=UTC)
                await uow.wishes.turn(Switch(name, True, "U1", at))
            await uow.commit()
    finally:
        await database.close()


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'gmg.db'}"


def test_the_doctor_and_next_say_that_notices_are_paused(gmg, url):
    asyncio.run(turned(url, "pause", "preview"))
    told = gmg("doctor", GMG_DATABASE_URL=url).output
    assert "notices and briefs are paused, since 2010-02-01 09:00 UTC" in told
    assert "/gmg pause off ends it" in told
    assert "the secretariat sees each notice an hour ahead" in told
    listed = gmg("next", "--on", "2010-02-01", "--database", url)
    assert "Notices and briefs are paused." in listed.stderr
    assert "paused" not in listed.stdout


def test_without_a_switch_they_say_nothing_of_it(gmg, url):
    asyncio.run(turned(url))
    assert "paused" not in gmg("doctor", GMG_DATABASE_URL=url).output
    assert "paused" not in gmg("next", "--on", "2010-02-01", "--database", url).output
