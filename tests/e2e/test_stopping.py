"""Asked to stop, it finishes what is on its way, gives the rest back, and loses no request."""

import asyncio
import os
import signal

import aiohttp
import pytest

from bot import stopping
from bot.cli.demo_people import CHANNEL
from bot.stopping import Asked
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.records import OutboxItem, OutboxKind
from sandbox.faults import Fault
from sandbox.http_events import HttpEvents
from scheduler.clock import steady_clock
from storage.engine import open_database
from tests.e2e import test_kill
from tests.e2e.running import running, until
from tests.e2e.soak.fleet import free_port

AGENCIES = [f"a{n:02}" for n in range(30)]
ANSWERING = AGENCIES[1:12]
PLAN = "\n".join(
    [
        "plan: {name: A busy morning, group: G, year: 2010, timezone: Europe/Zurich}",
        "agencies:",
        *(f"  - {{id: {a}, short: {a.upper()}, name: Agency {a}}}" for a in AGENCIES),
        "chair: [{agency: a00, from: 2010-01-01, until: 2010-12-31}]",
        "outputs:",
        "  - id: out",
        "    title: Texts",
        "    owners: [a00]",
        "    milestones:",
        "      - {id: draft, title: Circulate the draft, kind: circulation, when: 29 January 2010}",
        *(
            f"      - {{id: text-{a}, title: Text of {a}, kind: publication,"
            f" when: 11 January 2010, owners: [{a}]}}"
            for a in AGENCIES
        ),
        "",
    ]
)
DUE = {f"text-{a}|2010-01-11|0|U{a.upper()}/{a}" for a in AGENCIES} | {
    f"text-{a}|2010-01-11|0|channel" for a in AGENCIES
}
"""What is due at nine: a brief for each of thirty people, and a notice."""

RETRIES = (0.1, 0.3, 1.0, 2.0, 3.0, *(5.0,) * 16)
"""Longer than the next process takes to begin, also on a busy machine."""
WELL_BEFORE, JUST_AFTER = "2010-01-11T08:40:00+01:00", "2010-01-11T09:01:00+01:00"


class Deployed(test_kill.Serving):
    """A process that is begun, asked to stop, and begun again, in either mode."""

    def __init__(self, folder, monkeypatch, http):
        monkeypatch.setattr(test_kill, "PLAN", PLAN)
        super().__init__(folder)
        self.server.deliveries._retries = RETRIES
        self.more = {}
        if http:
            self.address = f"http://127.0.0.1:{free_port()}"
            secret, port = self.server.spec.signing_secret, self.address.rpartition(":")[2]
            self.more = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": secret, "PORT": port}
            self.server.http_events = HttpEvents(self.server, f"{self.address}/slack/events")

    async def start(self, clock, speed="1"):
        """Serve, and return when a command is answered."""
        await self.serve(clock, speed, **self.more)
        for _ in range(1200):
            outcome = await self.server.people.command("UA00", CHANNEL, "/gmg next")
            if outcome.answered:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(await self.kill())

    def ask_to_stop(self):
        """SIGTERM, as whoever deploys sends it."""
        self.process.send_signal(signal.SIGTERM)

    async def ends(self):
        """It must end in order within ten seconds; its log."""
        _, told = await asyncio.wait_for(self.process.communicate(), 10)
        assert self.process.returncode == 0, told.decode()
        return told.decode()

    async def states(self):
        """How many reminders and queued messages are in which state, and the journal's answers."""
        database = await open_database(self.database, real_now=steady_clock(), owner="test")
        async with database.unit_of_work() as uow:
            states = {r.key: r.state for r in await uow.ledger.all()}
            entries = await uow.journal.of("circulation:1", limit=500)
        await database.close()
        return states, sorted(e.actor for e in entries if e.verb == "cleared")

    async def circulated(self):
        """Circulate the draft; its card."""
        people = self.server.people
        assert (await people.command("UA00", CHANNEL, "/gmg circulate draft")).answered
        outcome = await people.submit("UA00", {"link": "https://example.org/d.pdf"})
        assert outcome.answered and not outcome.errors, outcome
        await self.holds(lambda: self.cards()[0], "the card")
        return self.cards()[0][0]


@pytest.fixture(params=["socket mode", "http", "postgresql"])
async def deployed(request, tmp_path, monkeypatch):
    made = Deployed(tmp_path, monkeypatch, http=request.param == "http")
    if request.param == "postgresql":
        made.database = request.getfixturevalue("postgresql_server").ready()
    async with test_kill.begun(made):
        yield made


async def test_a_deployment_under_load_loses_nothing_and_repeats_nothing(deployed):
    server = deployed.server
    await deployed.start(WELL_BEFORE, speed="240")  # nine o'clock is five seconds away
    server.faults.plan("chat.postMessage", Fault("slow", seconds=0.4), times=200)
    card = await deployed.circulated()

    async def reactions():
        for agency in ANSWERING:
            server.people.react(f"U{agency.upper()}", CHANNEL, card.ts, "white_check_mark")
            await asyncio.sleep(0.25)

    reacting = asyncio.create_task(reactions())
    await deployed.until("text-")
    deployed.ask_to_stop()
    if server.http_events is not None:
        await _told_not_to_send(deployed)
    assert "stopping" in await deployed.ends()
    before = deployed.posted()
    assert before.keys() <= DUE and set(before.values()) == {1}
    assert before.keys() != DUE, "all was told before it was asked to stop"
    states, _ = await deployed.states()
    assert {states[key] for key in DUE} == {"posted", "pending"}, "something stayed claimed"
    assert {key for key in DUE if states[key] == "posted"} == before.keys()

    server.faults.clear()
    await deployed.start(JUST_AFTER)
    await reacting
    await deployed.holds(lambda: deployed.posted().keys() == DUE, "the rest")
    await deployed.holds(lambda: "11 of 30 replies received" in card.text, "all answers")
    assert set(deployed.posted().values()) == {1}
    assert len(deployed.cards()[0]) == 1
    await deployed.kill()
    _, answered = await deployed.states()
    assert answered == [f"U{a.upper()}" for a in ANSWERING]


async def _told_not_to_send(deployed):
    """A balancer hears that it is to send no more while what is sent is still answered."""
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            async with session.get(f"{deployed.address}/readyz") as answer:
                status, told = answer.status, await answer.json()
            if status == 503:
                break
            await asyncio.sleep(0.02)
    assert (status, told["checks"]["serving"]) == (503, False)
    outcome = await deployed.server.people.command("UA01", CHANNEL, "/gmg next")
    assert outcome.answered, outcome.error


async def test_with_a_slack_that_hangs_it_ends_all_the_same(tmp_path, monkeypatch):
    deployed = Deployed(tmp_path, monkeypatch, http=False)
    await deployed.begin()
    hanging = Fault("never", seconds=30)
    for method in ("chat.postMessage", "chat.getPermalink", "conversations.history"):
        deployed.server.faults.plan(method, hanging, times=200)
    try:
        await deployed.start(WELL_BEFORE, speed="1200")
        calls = deployed.server.calls
        await deployed.holds(lambda: any("text-" in str(c.args) for c in calls), "a reminder")
        deployed.ask_to_stop()
        await deployed.ends()
        states, _ = await deployed.states()
        # What was on its way may stand, and is looked up before anybody sends it again.
        assert {states[key] for key in DUE} == {"claimed", "pending"}
        deployed.server.faults.clear()
        await deployed.start(JUST_AFTER)
        await deployed.holds(lambda: deployed.posted().keys() == DUE, "all")
        assert set(deployed.posted().values()) == {1}
    finally:
        if deployed.process.returncode is None:
            await deployed.kill()
        await deployed.server.stop()


async def test_asked_in_the_middle_of_a_start_that_hangs_it_ends(tmp_path, monkeypatch):
    deployed = Deployed(tmp_path, monkeypatch, http=False)
    await deployed.begin()
    deployed.server.faults.plan("auth.test", Fault("never", seconds=30), times=9)
    try:
        await deployed.serve(WELL_BEFORE, "1")
        await deployed.holds(lambda: deployed.server.calls, "the first call", 60)
        deployed.ask_to_stop()
        assert "stopping" in await deployed.ends()
        # It looked at nothing that fell due: the next one must not take that for told.
        database = await open_database(deployed.database, real_now=steady_clock(), owner="test")
        assert await database.lived_until() is None
        await database.close()
    finally:
        if deployed.process.returncode is None:
            await deployed.kill()
        await deployed.server.stop()


async def test_what_waits_for_its_turn_is_given_back_for_the_next_to_send(tmp_path):
    async with running(tmp_path, pace=0.5) as group:
        storage = group.demo.bot.storage
        async with storage.unit_of_work() as uow:
            for n in range(4):
                words = to_json(Message(f"Post {n}"))
                await uow.outbox.add(OutboxItem(OutboxKind.POST, CHANNEL, words))
            await uow.commit()
        group.demo.bot.services.wake()

        def stand():
            return [m.text for m in group.posted() if m.text.startswith("Post")]

        await until(lambda: len(stand()) == 2)
        await group.demo.end()
        stood = stand()
        database = await open_database(
            group.demo.database, real_now=steady_clock(), owner="another replica"
        )
        async with database.unit_of_work() as uow:
            assert await uow.outbox.taken_over("another replica", 60, all_others=True) == ()
            (free,) = await uow.outbox.claim("another replica", 60, 10)
        await database.close()
        assert free.message == to_json(Message(f"Post {len(stood)}"))
        await group.demo.begin()
        await until(lambda: len(stand()) == 4)
        assert stand() == [f"Post {n}" for n in range(4)]


async def test_asked_a_second_time_it_ends_at_once_but_not_for_the_same_signal():
    asked, ended = Asked(), []

    async def forever():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    waiting = asyncio.create_task(asked.until(forever()))
    await asyncio.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(waiting, 5)  # the start is broken off
    assert asked.stopping and ended == ["cancelled"]
    os.kill(os.getpid(), signal.SIGINT)  # passed on by whoever started it
    ending = asyncio.create_task(asked.end(forever()))
    await asyncio.sleep(stopping.SAME + 0.2)
    assert not ending.done()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(ending, 5)
    assert ended == ["cancelled", "cancelled"]
