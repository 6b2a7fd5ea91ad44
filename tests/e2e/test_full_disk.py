"""The disk takes nothing more under a real process: nothing is called recorded that is not."""

import asyncio
import resource

import aiohttp
import pytest

from bot.cli.demo_people import CHANNEL
from storage.archive import journal_of
from storage.reader import read_state
from tests.e2e.group import action_of
from tests.e2e.soak.fleet import free_port
from tests.e2e.test_kill import Serving

NOT_RECORDED = "not recorded, please try again"
BEFORE_NINE = "2010-01-11T08:55:00+01:00"
SPEED = "30"
"""Nine o'clock, when the first text is told of, comes ten seconds later."""


class Disk(Serving):
    """A process whose files grow no more when the test says so."""

    async def begin(self):
        await super().begin()
        self.port = free_port()
        await self.serve(clock=BEFORE_NINE, speed=SPEED, PORT=str(self.port))
        await self.holds(lambda: self.server.socket_mode.connections, "a connection", 60)

    def messages(self):
        return list(self.server.workspace.channels[CHANNEL].messages.values())

    def full(self, full=True):
        """No file of the process can be written to behind its first bytes, or it can again."""
        _, most = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        limit = 16 if full else most
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit, most))

    async def health(self):
        address = f"http://127.0.0.1:{self.port}/readyz"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            return answer.status

    async def turns(self, status, seconds=120):
        """Wait until health has that status."""
        for _ in range(int(seconds / 0.2)):
            if await self.health() == status:
                return
            await asyncio.sleep(0.2)
        raise AssertionError(f"health never turned {status}: {await self.kill()}")


@pytest.fixture
async def disk(tmp_path):
    made = Disk(tmp_path, retries=(0.1, 0.5, 2.0, 5.0, 10.0))
    await made.begin()
    try:
        yield made
    finally:
        if made.process.returncode is None:
            made.full(False)
            await made.kill()
        await made.server.stop()


async def said(disk, text, user="UILO"):
    """What the person reads on a command."""
    outcome = await disk.server.people.command(user, CHANNEL, f"/gmg {text}")
    assert outcome.error is None, outcome.error
    return outcome.payload["text"]


async def circulated(disk):
    """The card of a text, asked of all agencies."""
    await said(disk, "circulate draft https://example.org/d.pdf", "UUNDP")
    question = next(m for m in disk.messages() if m.ephemeral_to and action_of(m, "Circulate"))
    action = action_of(question, "Circulate")["action_id"]
    await disk.server.people.press("UUNDP", CHANNEL, question.ts, action)
    await disk.holds(lambda: disk.cards()[0], "the card")
    return disk.cards()[0][0]


async def test_on_a_full_disk_nothing_is_called_recorded_and_health_turns_red(disk):
    url, people = disk.database, disk.server.people
    card = await circulated(disk)
    await disk.turns(200)
    disk.full()
    assert NOT_RECORDED in await said(disk, "done second")
    assert "What comes next" in await said(disk, "next")
    people.react("UILO", CHANNEL, card.ts, "white_check_mark")
    await disk.turns(503)
    assert "0 of 2 replies received" in card.text
    assert await journal_of(url, "milestone:second") == ()
    assert (await read_state(url)).acts == {}
    disk.full(False)
    assert (await said(disk, "done second")).startswith("Done: “The second text”")
    assert [line.entry.verb for line in await journal_of(url, "milestone:second")] == ["done"]
    await disk.holds(lambda: "1 of 2 replies received" in card.text, "the reaction")
    await disk.until("first|2010-01-11|0|channel")  # it fell due meanwhile
    assert set(disk.posted().values()) == {1}
    await disk.turns(200)
