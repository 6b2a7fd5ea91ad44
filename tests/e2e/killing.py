"""Processes of the bot that die at a named call, and what must be there once after them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from bot.cli.demo_people import CHANNEL, SECRETARIAT
from storage.archive import journal_pages
from storage.reader import read_state
from storage.tables import outbox
from tests.coordination.proved import require_proof
from tests.e2e.group import ROOT
from tests.e2e.running import until

KILLABLE = Path(__file__).parent / "killable.py"


class Killing:
    """Begins processes of the bot one after the other, each with its imports done."""

    def __init__(self):
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        self._script = subprocess.Popen(
            [sys.executable, KILLABLE],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def begin(self, group, told, at, kill=None):
        """A process on the group's database, its clock started at `at`."""
        spec = group.server.spec
        environment = {
            "SLACK_BOT_TOKEN": spec.bot_token,
            "SLACK_APP_TOKEN": spec.app_token,
            "SLACK_API_URL": group.server.api_url,
            "GMG_PLAN": str(group.demo.plan),
            "GMG_DATABASE_URL": group.demo.database,
            "GMG_CHANNEL": CHANNEL,
            "GMG_SECRETARIAT": SECRETARIAT,
            "GMG_CLOCK": at,
            "PORT": "0",
        }
        order = {"environment": environment, "told": str(told), "kill": kill}
        self._script.stdin.write(json.dumps(order).encode() + b"\n")
        self._script.stdin.flush()
        return Process(json.loads(self._script.stdout.readline())["pid"], told, self._answer)

    def _answer(self):
        return json.loads(self._script.stdout.readline())

    def stop(self):
        self._script.stdin.close()
        self._script.wait(10)
        self._script.stdout.close()


class Process:
    """One of them."""

    def __init__(self, pid, told, answer):
        self.pid, self._told, self._answer = pid, told, answer
        self.code = None

    def calls(self):
        """What it told so far: lines `before PART CALL`, `after PART CALL`, and `ready`."""
        if not self._told.exists():
            return []
        return self._told.read_text(encoding="utf-8").splitlines()

    def log(self):
        return Path(f"{self._told}.log").read_text(encoding="utf-8")

    async def ready(self):
        """Wait until all that was due at its start is done."""
        await until(lambda: "ready" in self.calls(), 60)

    async def ended(self, within=60):
        """Its code, once it has ended by itself."""
        if self.code is None:
            answer = asyncio.create_task(asyncio.to_thread(self._answer))
            done, _ = await asyncio.wait({answer}, timeout=within)
            if not done:  # a thread that waits for it for ever would keep the tests from ending
                os.kill(self.pid, signal.SIGKILL)
            self.code = (await answer)["ended"]
            assert done, f"it did not end in {within} s: {self.log()}"
        return self.code

    async def end(self):
        """End it in order, if it has not ended."""
        if self.code is None:
            os.kill(self.pid, signal.SIGTERM)
            await self.ended()


def all_keys(server):
    """How often each key stands in the messages of the workspace."""
    found = Counter()
    for channel in server.workspace.channels.values():
        for message in channel.messages.values():
            found.update((message.metadata or {}).get("event_payload", {}).get("keys", ()))
    return found


async def require_once(group):
    """Each message, each position and each journal entry is there once, and all was told."""
    url = group.demo.database
    keys = all_keys(group.server)
    assert set(keys.values()) <= {1}, keys
    entries = []
    async for page in journal_pages(url):
        for line in page:
            entry = line.entry
            entries.append((entry.actor, entry.verb, entry.subject, json.dumps(dict(entry.detail))))
    assert len(entries) == len(set(entries)), Counter(entries).most_common(3)
    for acts in (await read_state(url)).acts.values():
        agencies = [act.agency for act in acts]
        assert len(agencies) == len(set(agencies)), acts
    rows = await group.demo.rows()
    now = group.demo.clock.now()
    for key, row in rows.items():
        assert (row.state == "posted") == (keys[key] == 1), (key, row)
        if row.due_at <= now:
            assert row.state == "posted" or row.reason, (key, row)
    async with group.demo.bot.storage.read.connect() as connection:
        states = (await connection.execute(select(outbox.c.state))).scalars().all()
    assert set(states) <= {"sent"}, states
    await require_proof(url, (), all_acts=True)
