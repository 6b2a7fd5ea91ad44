"""The database fails while people act: nobody is told of a record that is none, nothing is lost."""

import time
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import pytest

from bot.cli.demo_people import CHANNEL
from sandbox.deliver import Missed
from sandbox.faults import Fault
from scheduler import wakeup
from tests.e2e.conversation import pressed_at_home
from tests.e2e.running import drained, locked, running, until
from tests.storage.proxy import Proxy

NOT_RECORDED = "not recorded, please try again"
AFTER_NINE = datetime.fromisoformat("2010-01-11T09:05:00+01:00")


@asynccontextmanager
async def file_locked(group, folder):
    async with locked(folder / "gmg.db"):
        yield


@asynccontextmanager
async def file_read_only(group, folder):
    """As on a disk that takes nothing more: what is there can be read."""

    async def only(what):
        async with group.demo.bot.storage.write.connect() as connection:
            raw = await connection.get_raw_connection()  # begins nothing, which would fail
            await raw.driver_connection.execute(f"PRAGMA query_only = {what}")

    await only("ON")
    yield
    await only("OFF")


@asynccontextmanager
async def server_gone(group, folder):
    await group.proxy.refuse()
    yield
    await group.proxy.back()


@asynccontextmanager
async def server_silent(group, folder):
    group.proxy.silence()
    yield
    group.proxy.silence(False)


pytestmark = pytest.mark.impatient
EACH = [file_locked, file_read_only, server_gone, server_silent]
each_way = pytest.mark.parametrize("faulty", EACH[:3], indirect=True)


@pytest.fixture
async def faulty(request, tmp_path, monkeypatch):
    """A group with a circulation under way, and `away()`, which takes its database away."""
    monkeypatch.setattr(wakeup, "AFTER_ERROR", 0.2)
    retries = (0.1, 1.0, 1.0, 1.0)
    if request.param.__name__.startswith("file"):
        async with running(tmp_path, http=True, retries=retries) as group:
            yield group, lambda: request.param(group, tmp_path)
        return
    server = request.getfixturevalue("postgresql_server")
    async with (
        Proxy(server.ready(), tmp_path) as proxy,
        running(tmp_path, database=proxy.url, http=True, retries=retries) as group,
    ):
        group.proxy = proxy
        yield group, lambda: request.param(group, tmp_path)


@pytest.mark.parametrize("faulty", EACH, indirect=True)
async def test_commands_and_presses_say_that_nothing_was_recorded(faulty):
    group, away = faulty
    question = await group.ask("undp", "circulate draft https://example.org/d.pdf")
    people = group.server.people
    button = next(e for b in question.blocks if b["type"] == "actions" for e in b["elements"])
    async with away():
        start = time.monotonic()
        told = await people.command("UILO", CHANNEL, "/gmg done first")
        assert NOT_RECORDED in told.payload["text"]
        pressed = await people.press("UUNDP", CHANNEL, question.ts, button["action_id"])
        assert pressed.error is None
        assert time.monotonic() - start < 6  # each within three seconds
        assert (
            "What comes next"
            in (await people.command("UIOM", CHANNEL, "/gmg next")).payload["text"]
        )
    await until(lambda: any(NOT_RECORDED in m.text for m in group.seen("undp")))
    assert (await group.demo.bot.storage.load_state()).circulations == ()
    assert await group.demo.bot.storage.history("milestone:first") == ()
    assert (await group.ask("ilo", "done first")).text.startswith("Done: “The first text”")
    await group.press("undp", question, "Circulate")
    await until(lambda: any("replies received" in m.text for m in group.posted()))


@pytest.mark.parametrize("faulty", EACH, indirect=True)
async def test_a_form_keeps_its_text_until_it_can_be_recorded(faulty):
    group, away = faulty
    people = group.server.people
    people.open_home("UILO")
    await until(lambda: people.home("UILO") is not None)
    await people.press_in("UILO", pressed_at_home(people.home("UILO"), "gmg_settings"))
    form = people.form("UILO")
    async with away():
        start = time.monotonic()
        outcome = await people.submit("UILO", {"quiet_from": "18:00", "quiet_until": "08:30"})
        assert time.monotonic() - start < 3
        assert NOT_RECORDED in "".join(outcome.errors.values())
        assert people.form("UILO") is form
    assert (await group.demo.bot.storage.load_state()).preferences == ()
    assert not (await people.submit("UILO")).errors  # as it was entered
    (kept,) = (await group.demo.bot.storage.load_state()).preferences
    assert f"{kept.quiet_from:%H:%M} {kept.quiet_until:%H:%M}" == "18:00 08:30"
    verbs = [e.verb for e in await group.demo.bot.storage.history("person:UILO")]
    assert verbs == ["settings changed"]


@each_way
async def test_a_reaction_meanwhile_comes_again_and_counts_once(faulty):
    group, away = faulty
    await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
    await until(lambda: any("replies received" in m.text for m in group.posted()))
    card = group.posted()[-1]
    missed, deliver = [], group.server.http_events.deliver

    async def watched(*arguments):
        try:
            return await deliver(*arguments)
        except Missed as error:
            missed.append(error)
            raise

    group.server.http_events.deliver = watched
    async with away():
        group.server.people.react("UILO", CHANNEL, card.ts, "white_check_mark")
        await until(lambda: missed)
        assert "0 of 3 replies received" in card.text
    await group.server.deliveries.settle()
    await group.shown(lambda: card.text, "1 of 3 replies received")
    verbs = [e.verb for e in await group.demo.bot.storage.history("circulation:1")]
    assert verbs.count("cleared") == 1


@each_way
async def test_what_fell_due_meanwhile_comes_once_by_itself(faulty):
    group, away = faulty
    async with away():
        group.demo.bot.clock.move_to(AFTER_NINE)
        await until(lambda: group.demo.bot.reminding.failing)
        status, told = await group.demo.health()
        assert (status, told["checks"]["scheduler"]) == (503, False)
    await until(lambda: len(group.demo.keys()) == 2)
    bot = group.demo.bot
    await until(lambda: not bot.reminding.failing and not bot.sending.failing)
    assert (await group.demo.health())[0] == 200
    await drained(group.demo.bot)
    assert set(group.demo.keys().values()) == {1}


async def test_a_post_that_could_not_be_recorded_is_found_by_the_next_start(tmp_path):
    async with running(tmp_path) as group, AsyncExitStack() as meanwhile:

        class ThenLocked(Fault):
            """Slack posts and says so, but by then the database is locked."""

            async def answer(self, request):
                await meanwhile.enter_async_context(locked(tmp_path / "gmg.db"))

        group.server.faults.plan("chat.postMessage", ThenLocked("slow", False), channel=CHANNEL)
        group.demo.bot.clock.move_to(AFTER_NINE)
        await until(lambda: group.demo.bot.reminding.failing)
        await meanwhile.aclose()
        rows = await group.demo.rows()
        assert rows["first|2010-01-11|0|channel"].state == "claimed"
        await group.demo.end()
        await group.demo.begin("2010-01-11T10:00:00+01:00")
        assert group.demo.keys() == {
            "first|2010-01-11|0|channel": 1,
            "first|2010-01-11|0|UILO/ilo": 1,
        }
        rows = await group.demo.rows()
        assert rows["first|2010-01-11|0|channel"].state == "posted"
