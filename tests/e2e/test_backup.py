"""A copy made while the bot is written to is whole, and a new bot goes on from it."""

import asyncio
from contextlib import suppress

from typer.testing import CliRunner

from bot.cli.app import app
from coordination.records import Person, Role
from storage.reader import read_state
from tests.e2e.running import running, until


def backed_up(database, to):
    """What `gmg backup` says, run as another process would."""
    done = CliRunner().invoke(app, ["backup", "--database", database, "--to", str(to)])
    assert done.exit_code == 0, done.output
    return done.output


async def keeps_writing(storage, written):
    """One commit after another, each naming the next person."""
    while True:
        async with storage.unit_of_work() as uow:
            number = len(written)
            await uow.people.put(Person(f"U9{number:05}", "T1", "N", "ilo", Role.ALTERNATE))
            await uow.commit()
        written.append(number)
        await asyncio.sleep(0)


async def test_a_copy_made_under_writes_holds_one_moment_and_a_new_bot_goes_on_from_it(tmp_path):
    copy, elsewhere = tmp_path / "copy.db", tmp_path / "elsewhere"
    elsewhere.mkdir()
    async with running(tmp_path) as group:
        await group.until("2010-01-11 09:00")
        await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
        await group.react("ilo", group.card("The draft"), "white_check_mark")
        written = []
        storage = group.demo.bot.storage
        writing = asyncio.create_task(keeps_writing(storage, written))
        await until(lambda: len(written) >= 20)
        before = len(written)
        said = await asyncio.to_thread(backed_up, group.demo.database, copy)
        after = len(written)
        await until(lambda: len(written) > after)  # nothing keeps the bot from going on
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        posted = {k: r.state for k, r in (await group.demo.rows()).items()}
        state = await storage.load_state()
    assert "All fits" in said
    kept = await read_state(f"sqlite:///{copy}")
    named = sorted(p.user for p in kept.people if p.user.startswith("U9"))
    assert named == [f"U9{n:05}" for n in range(len(named))]
    assert before <= len(named) <= after + 1
    assert (kept.circulations, kept.acts) == (state.circulations, state.acts)

    async with running(elsewhere, "2010-01-11T09:30:00+01:00", database=f"sqlite:///{copy}") as new:
        again = await new.demo.bot.storage.load_state()
        assert (again.circulations, again.acts, again.people) == (
            kept.circulations,
            kept.acts,
            kept.people,
        )
        assert {k: r.state for k, r in (await new.demo.rows()).items()} == posted
        assert not new.demo.keys()  # what was posted is not posted again
        assert "1 of 3 replies" in (await new.ask("ilo", "clearance draft")).text
