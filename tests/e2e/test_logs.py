"""Nothing secret is in the log, whatever goes wrong and in whichever form it is written."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.cli.demo_people import CHANNEL, SECRETARIAT, representatives, workspace_spec
from config.plan_file import load_sound_plan
from sandbox.http_events import HttpEvents
from sandbox.server import SandboxServer
from scheduler.clock import monotonic, real_now, steady_clock
from storage.engine import open_database
from tests.e2e.group import ROOT
from tests.e2e.running import SMALL, until
from tests.e2e.soak.fleet import free_port

GMG = Path(sys.executable).parent / "gmg"
NINE = "2010-01-11T08:59:58+01:00"
SECRETS = {
    "bot_token": "xoxb-1111-2222-botSECRET",
    "app_token": "xapp-1-A1-2-appSECRET",
    "signing_secret": "5ec4e75ec4e75ec4e75ec4e75ec4e75e",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Process:
    """`gmg serve` with everything it writes kept in a file."""

    def __init__(self, folder, mode):
        self.folder, self.mode = folder, mode
        (folder / "plan.yaml").write_text(SMALL, encoding="utf-8")
        self.plan = load_sound_plan(folder / "plan.yaml").plan
        spec = replace(workspace_spec(self.plan), **SECRETS)
        self.server = SandboxServer(
            spec, real_now=real_now, monotonic=monotonic, rate_limits=False, retries=(0.1,)
        )
        self.written = folder / "written"
        self.given = []  # tickets and response addresses

    async def begin(self, log_format):
        await self.server.start()
        await self.server.people.add_bot(CHANNEL)
        await self._name_people()
        self._note(self.server.socket_mode, "ticket")
        self._note(self.server.responses, "issue", "-unknown")
        spec = self.server.spec
        way = {"app_token": "SLACK_APP_TOKEN"}, {"signing_secret": "SLACK_SIGNING_SECRET"}
        self.port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": spec.bot_token,
            **{name: SECRETS[key] for key, name in way[self.mode == "http"].items()},
            "SLACK_API_URL": self.server.api_url,
            "GMG_PLAN": str(self.folder / "plan.yaml"),
            "GMG_DATABASE_URL": f"sqlite:///{self.folder}/logs.db",
            "GMG_CHANNEL": CHANNEL,
            "GMG_SECRETARIAT": SECRETARIAT,
            "GMG_CLOCK": NINE,
            "GMG_LOG_FORMAT": log_format,
            "PORT": str(self.port),
        }
        with self.written.open("wb") as out:
            self.process = await asyncio.create_subprocess_exec(
                GMG, "serve", cwd=ROOT, env=environment, stdout=out, stderr=out
            )
        await self.says("started")
        if self.mode == "http":
            self.url = f"http://127.0.0.1:{self.port}/slack/events"
            self.server.http_events = HttpEvents(self.server, self.url)

    async def _name_people(self):
        url = f"sqlite:///{self.folder}/logs.db"
        database = await open_database(url, real_now=steady_clock(), owner="test")
        async with database.unit_of_work() as uow:
            for person in representatives(self.plan):
                await uow.people.put(person)
            await uow.commit()
        await database.close()

    def _note(self, holder, method, spoiled=""):
        """Keep what is secret in the addresses given out; with `spoiled` added they are no good."""
        made = getattr(holder, method)

        def noted(*arguments):
            address = made(*arguments) + spoiled
            self.given.append(address.rpartition("/" if "/response/" in address else "=")[2])
            return address

        setattr(holder, method, noted)

    async def says(self, words):
        await until(lambda: words in self.text(), 60)

    def text(self):
        return self.written.read_text(encoding="utf-8")

    async def end(self):
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self.process.wait(), 60)
        await self.server.stop()

    def break_database(self):
        """A table is gone, so that what a listener does raises."""
        with closing(sqlite3.connect(self.folder / "logs.db")) as file:
            file.execute("ALTER TABLE circulations RENAME TO gone")

    async def post(self, payload, change=None):
        """Send a request signed by Slack, changed at will; its signature and the status."""
        body = urlencode(payload)
        headers = FORM | self.server.http_events.signed(body) | (change or {})
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=body, headers=headers) as answer,
        ):
            return headers["X-Slack-Signature"], answer.status


@pytest.fixture
async def process(request, tmp_path):
    made = Process(tmp_path, request.param)
    try:
        yield made
    finally:
        await made.end()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("process", "log_format"),
    [("http", "console"), ("http", "json"), ("socket-mode", "json")],
    indirect=["process"],
)
async def test_no_token_signature_or_response_address_is_logged(process, log_format):
    await process.begin(log_format)
    server, people, secret = process.server, process.server.people, list(SECRETS.values())
    server.token_revoked = True
    await process.says("token_revoked")  # what falls due at nine is refused
    server.token_revoked = False

    shown = await people.command("UILO", CHANNEL, "/gmg nxt")  # did you mean next?
    assert shown.answered
    card = next(m for m in people.visible("UILO", CHANNEL) if m.ephemeral_to)
    button = next(e for b in card.blocks if b["type"] == "actions" for e in b["elements"])
    assert (await people.press("UILO", CHANNEL, card.ts, button["action_id"])).answered
    await process.says("the response URL did not take an answer")

    if process.mode == "http":
        secret += await odd_requests(process)

    process.break_database()
    item = {"type": "message", "channel": CHANNEL, "ts": "1795000000.000100"}
    given = {"type": "reaction_added", "user": "UILO", "reaction": "eyes", "item": item}
    server.deliveries.event(given | {"event_ts": "1795000001.000100"})
    await process.says("not acknowledged")
    await process.end()
    text = process.text()
    assert "Traceback" in text
    found = [s for s in [*secret, *process.given] if s in text]
    assert found == []
    if log_format == "json":
        lines = [line for line in text.splitlines() if line.strip()]
        assert all(isinstance(json.loads(line), dict) for line in lines)


async def odd_requests(process):
    """Requests that are refused or cannot be answered; what of them is secret."""
    command = {"command": "/gmg", "text": "next", "user_id": "UILO", "channel_id": CHANNEL}
    forged, status = await process.post(command, {"X-Slack-Signature": "v0=" + "ab" * 32})
    assert status == 401
    await process.says("not signed by Slack")
    address = "https://hooks.slack.com/commands/T1/22/addressSECRET"
    unreadable, status = await process.post(command | {"user_id": address, "response_url": address})
    assert status == 200
    await process.says("a request that cannot be read")
    return [forged, forged[3:], unreadable, unreadable[3:], "addressSECRET"]
