"""`gmg serve` as a process of its own: killed, restarted, asked to stop; counted in the sandbox."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.cli.demo_people import CHANNEL, SECRETARIAT, representatives, workspace_spec
from config.plan_file import load_sound_plan
from sandbox.faults import Fault
from sandbox.server import SandboxServer
from scheduler.clock import monotonic, real_now, steady_clock
from storage.engine import open_database
from tests.e2e.group import ROOT, reminder_keys

GMG = Path(sys.executable).parent / "gmg"
PLAN = """\
plan: {name: Two mornings, group: G, year: 2010, timezone: Europe/Zurich}
agencies: [{id: undp, short: UNDP, name: UNDP}, {id: ilo, short: ILO, name: ILO}]
chair: [{agency: undp, from: 2010-01-01, until: 2010-12-31}]
outputs:
  - id: out
    title: Texts
    owners: [ilo]
    milestones:
      - {id: first, title: The first text, kind: publication, when: 11 January 2010}
      - {id: second, title: The second text, kind: publication, when: 12 January 2010}
      - {id: third, title: The third text, kind: publication, when: 13 January 2010}
      - {id: draft, title: Circulate the draft, kind: circulation}
"""


class Serving:
    """A sandbox with a bot in a process of its own, one hour of plan time a second."""

    def __init__(self, folder, **sandbox):
        self.folder = folder
        (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
        self.plan = load_sound_plan(folder / "plan.yaml").plan
        spec = workspace_spec(self.plan)
        self.server = SandboxServer(spec, real_now=real_now, monotonic=monotonic, **sandbox)
        self.process = None
        self.database = f"sqlite:///{folder}/kill.db"

    async def begin(self):
        await self.server.start()
        await self.server.people.add_bot(CHANNEL)
        database = await open_database(self.database, real_now=steady_clock(), owner="test")
        async with database.unit_of_work() as uow:
            for person in representatives(self.plan):
                await uow.people.put(person)
            await uow.commit()
        await database.close()

    async def serve(self, clock="2010-01-11T08:30:00+01:00", speed="3600", **more):
        spec = self.server.spec
        environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": spec.bot_token,
            "SLACK_APP_TOKEN": spec.app_token,
            "SLACK_API_URL": self.server.api_url,
            "GMG_PLAN": str(self.folder / "plan.yaml"),
            "GMG_DATABASE_URL": self.database,
            "GMG_CHANNEL": CHANNEL,
            "GMG_SECRETARIAT": SECRETARIAT,
            "GMG_CLOCK": clock,
            "GMG_CLOCK_SPEED": speed,
            "PORT": "0",
            **more,
        }
        self.process = await asyncio.create_subprocess_exec(
            GMG, "serve", cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
        )

    async def kill(self, how=signal.SIGKILL):
        if self.process.returncode is None:
            self.process.send_signal(how)
        _, told = await asyncio.wait_for(self.process.communicate(), 60)
        return told.decode()

    def posted(self):
        """How often each reminder's key stands in a message of the workspace."""
        return reminder_keys(self.server)

    async def until(self, key, seconds=60):
        await self.holds(lambda: any(k.startswith(key) for k in self.posted()), key, seconds)

    async def holds(self, read, what, seconds=60):
        """Wait until `read()` is true."""
        for _ in range(int(seconds / 0.05)):
            if read():
                return
            await asyncio.sleep(0.05)
        told = await self.kill()
        raise AssertionError(f"{what} never came: {self.posted()}\n{told}")

    def derived(self, key):
        """Whether the process has put reminders whose keys begin so into its ledger."""
        with closing(sqlite3.connect(self.database.removeprefix("sqlite:///"))) as file:
            asked = "SELECT 1 FROM reminders WHERE key LIKE ?"
            return file.execute(asked, (f"{key}%",)).fetchone()

    def cards(self):
        """The circulations' messages, and the copies of files in their threads."""
        messages = self.server.workspace.channels[CHANNEL].messages.values()
        cards = [m for m in messages if "replies received" in m.text and not m.ephemeral_to]
        return cards, [id for m in messages if m.thread_ts for id in m.files]


@asynccontextmanager
async def begun(made):
    """A group whose Slack has begun, until its process and that are ended."""
    await made.begin()
    try:
        yield made
    finally:
        if made.process is not None and made.process.returncode is None:
            await made.kill()
        await made.server.stop()


@pytest.fixture
async def serving(tmp_path):
    async with begun(Serving(tmp_path)) as made:
        yield made


async def test_killed_between_two_reminders_nothing_is_lost_and_nothing_comes_twice(serving):
    await serving.serve()
    await serving.until("first|2010-01-11|0|channel")
    await serving.kill()
    assert not any(k.startswith("second|2010-01-12|0|channel") for k in serving.posted())
    # It stays down over the second morning, and comes back before the third.
    await serving.serve(clock="2010-01-12T15:00:00+01:00")
    await serving.until("third|2010-01-13|0|channel")  # eighteen seconds after its start
    keys = serving.posted()
    assert set(keys.values()) == {1}, keys
    assert keys["first|2010-01-11|0|channel"] == 1
    assert keys["second|2010-01-12|0|channel"] == 1
    channel = serving.server.workspace.channels[CHANNEL]
    late = next(m for m in channel.messages.values() if "The second text" in m.text)
    assert "This message comes late: due on Tue 12 January 09:00 Geneva." in late.text


async def test_killed_after_slack_took_the_post_it_is_looked_up_and_not_posted_again(serving):
    # The connection drops after Slack took the message; then the process dies.
    serving.server.faults.plan("chat.postMessage", Fault("drop", before=False), times=1)
    serving.server.faults.plan("conversations.history", Fault("500"), times=50)
    await serving.serve()
    await serving.until("first|2010-01-11|0|")
    await serving.kill()
    serving.server.faults.clear()
    await serving.serve(clock="2010-01-11T10:00:00+01:00", speed="14400")
    await serving.until("third|2010-01-13|0|channel")
    assert set(serving.posted().values()) == {1}, serving.posted()


async def test_killed_before_its_messages_and_between_them_a_file_circulated_stands_once(serving):
    people, faults, user = serving.server.people, serving.server.faults, "UUNDP"
    await serving.serve(speed="1")
    await serving.holds(lambda: serving.server.socket_mode.connections, "a connection", 60)
    assert (await people.command(user, CHANNEL, "/gmg circulate draft")).answered
    file = people.upload(user, "draft.pdf", b"%PDF-1.4 the draft")
    faults.plan("chat.postMessage", Fault("never", seconds=60), times=20)
    outcome = await people.submit(user, {"document": [file.id]})
    assert outcome.answered and not outcome.errors, outcome
    await serving.kill()  # committed, and nothing of it told
    assert serving.cards() == ([], [])
    faults.clear()
    faults.plan("files.completeUploadExternal", Fault("drop", before=False))
    await serving.serve(speed="1")
    await serving.holds(lambda: serving.cards()[1], "the copy")
    await serving.kill()  # Slack took the copy, and the bot does not know
    await serving.serve(speed="1")
    await serving.holds(lambda: "draft.pdf (http" in serving.cards()[0][0].text, "the link")
    cards, copies = serving.cards()
    assert (len(cards), len(copies)) == (1, 1)


async def test_sigterm_ends_it_in_order_and_a_start_repeats_nothing(serving):
    await serving.serve()
    await serving.until("first|2010-01-11|0|channel")
    told = await serving.kill(signal.SIGTERM)
    assert serving.process.returncode == 0, told
    assert "stopping" in told
    before = serving.posted()
    await serving.serve(clock="2010-01-04T08:00:00+01:00", speed="1")
    await serving.holds(lambda: serving.server.socket_mode.connections == 2, "a connection", 60)
    await asyncio.sleep(1)
    assert serving.posted() == before
    log = await serving.kill(signal.SIGTERM)
    # Plan time never goes back behind what the database has lived through.
    assert "2010-01-11" in log or "2010-01-12" in log


async def test_a_plan_edited_between_two_starts_moves_what_was_not_sent(serving):
    await serving.serve(speed="1")
    await serving.holds(lambda: serving.derived("second|2010-01-12"), "the reminders", 60)
    await serving.kill(signal.SIGTERM)
    path = serving.folder / "plan.yaml"
    path.write_text(PLAN.replace("12 January 2010", "14 January 2010"), encoding="utf-8")
    await serving.serve(clock="2010-01-11T08:55:00+01:00", speed="7200")
    await serving.until("second|2010-01-14|0|channel")
    keys = serving.posted()
    assert not any("second|2010-01-12" in k for k in keys)
    assert set(keys.values()) == {1}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "nonsense"}, "SLACK_BOT_TOKEN is not a bot token"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "SLACK_BOT_TOKEN is not accepted by Slack"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "SLACK_APP_TOKEN is not accepted by Slack"),
        ({"SLACK_APP_TOKEN": ""}, "set SLACK_APP_TOKEN"),
        ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "check SLACK_API_URL or the network"),
        ({"GMG_DATABASE_URL": "sqlite:////proc/nowhere/x.db"}, "GMG_DATABASE_URL"),
        ({"GMG_DATABASE_URL": "mysql://x"}, "GMG_DATABASE_URL"),
        ({"GMG_PLAN": "/nowhere.yaml"}, "there is no such file"),
        ({"GMG_CLOCK": "soon"}, "GMG_CLOCK"),
        ({"PORT": "x"}, "PORT"),
    ],
)
async def test_a_wrong_setting_ends_the_start_with_one_line_that_names_it(serving, changed, says):
    await serving.serve(**changed)
    _, told = await asyncio.wait_for(serving.process.communicate(), 60)
    lines = [line for line in told.decode().splitlines() if line.strip()]
    assert serving.process.returncode != 0
    assert says in lines[-1], lines
    assert "Traceback" not in told.decode()
    assert "xoxb-wrong" not in told.decode()
    assert len(lines) == 1, lines
