"""Whatever is sent, signed as Slack signs: no server error, and only what rights allow is written.

Two thousand bodies each way: real events, commands, presses, forms and shortcuts with something in
them changed, and noise.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import os
import time
from datetime import UTC, datetime

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from structlog.testing import capture_logs

from bot.cli.demo_people import CHANNEL, EXTERNAL, SECRETARIAT, representatives
from bot.slack.listeners.shortcuts import SHORTCUT
from config.plan_file import load_sound_plan
from coordination.records import Entry
from coordination.storage_ports import StorageUnavailable
from sandbox.deliver import Missed
from storage.archive import journal_pages
from tests.e2e.conversation import pressed_at_home
from tests.e2e.mutated import KINDS, body_of, requests
from tests.e2e.running import SMALL, running, until
from workplan.clearance import Position

BODIES = 2_000
EXPECTED = {"an answer could not be told"}
"""Errors in the log that are no fault of the bot's: it was for somebody who does not exist."""

LATE = {"no answer in time", "the database is not available"}
MOST_LATE = 40
"""A machine that is busy may be late now and then; the person is told to try again."""

NO_ENVELOPE = (
    "Failed to process a message: ",  # it is no JSON
    "Failed to run message listeners: 'str' object is not callable",  # its payload is no object
)
"""What the SDK says of frames that are no envelopes, which nobody could acknowledge."""

fuzzed = settings(
    max_examples=BODIES,
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    database=None,  # an example holds ids of its own run
    suppress_health_check=list(HealthCheck),
)


def filled(form):
    """Something for each field that is empty."""
    found = {}
    for element in (b["element"] for b in form.blocks if "element" in b):
        options = element.get("options") or [{"value": ""}]
        match element["type"]:
            case "plain_text_input" if not element.get("initial_value"):
                found[element["action_id"]] = "Some words"
            case "checkboxes" | "multi_static_select":
                found[element["action_id"]] = [options[0]["value"]]
            case "radio_buttons" | "static_select" if not element.get("initial_option"):
                found[element["action_id"]] = options[0]["value"]
    return found


async def sent(people, user):
    await people.submit(user, filled(people.form(user)))
    if people.form(user):
        people.close(user, every=True)


async def real_requests(group):
    """What Slack sends while a group is at work, by kind and payload."""
    found, transport, people = [], group.server.transport, group.server.people
    deliver = transport.deliver

    async def watched(kind, payload, *more):
        found.append((kind, json.loads(json.dumps(payload))))
        return await deliver(kind, payload, *more)

    transport.deliver = watched
    await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
    await until(lambda: any("replies received" in m.text for m in group.posted()))
    card = next(m for m in group.posted() if "replies received" in m.text)
    await group.react("ilo", card, "white_check_mark")
    await group.react("ilo", card, "white_check_mark", take_away=True)
    for words in ("next", "mine", "done first", "focal <@UIOM> IOM", "move second 15 January"):
        await group.ask("undp", words)
    for words in ("join ILO", "done second", "clearance draft"):
        await group.ask("iom", words)
    people.say("UILO", CHANNEL, "@gmg chair")
    people.say("UILO", group.server.workspace.direct("UILO").id, "mine")
    people.open_home("UILO")
    await until(lambda: people.home("UILO") is not None)
    await people.press_in("UILO", pressed_at_home(people.home("UILO"), "gmg_settings"))
    await people.submit("UILO", {"quiet_from": "18:00", "quiet_until": "08:30"})
    for element in [e for b in card.blocks if b["type"] == "actions" for e in b["elements"]]:
        await people.press("UIOM", CHANNEL, card.ts, element["action_id"])
        if people.form("UIOM"):
            await sent(people, "UIOM")
    await group.open("undp", "record")
    await sent(people, "UUNDP")
    said = people.say("UUNDP", CHANNEL, "the text https://example.org/x")
    await people.shortcut("UUNDP", CHANNEL, said.ts, SHORTCUT)
    await group.settle()
    del transport.deliver
    return found


class OverHttp:
    """Requests with a right signature."""

    def __init__(self, group):
        self.group = group
        self.session = aiohttp.ClientSession()

    async def send(self, kind, payload):
        body, content = body_of(kind, payload)
        stamp = str(int(time.time()))
        signed = b"v0:" + stamp.encode() + b":" + body
        secret = self.group.server.spec.signing_secret.encode()
        headers = {
            "Content-Type": content,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": "v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest(),
        }
        url = f"{self.group.demo.address}/slack/events"
        async with self.session.post(url, data=body, headers=headers) as answer:
            return answer.status in (200, 400)

    async def close(self):
        await self.session.close()


class OverSocketMode:
    """Envelopes, each to be acknowledged; and frames that are none, which cannot be."""

    def __init__(self, group):
        self.socket = group.server.socket_mode

    async def send(self, kind, payload):
        if isinstance(payload, bytes):
            frame = payload if len(payload) % 2 else "{" + payload.decode("latin-1")
            await self.socket.send_frame(frame)
        elif isinstance(payload, dict):
            try:
                await self.socket.deliver(kind, payload, 0, "", 3.0)
            except Missed:
                return False
        else:
            frame = {"type": kind, "envelope_id": "none", "payload": payload}
            await self.socket.send_frame(json.dumps(frame))
        return True

    async def close(self):
        assert self.socket.connections == 2


def is_busy(error):
    return isinstance(error, StorageUnavailable)


RUN_THE_PLAN = {"UUNDP", EXTERNAL, SECRETARIAT}
ANYBODYS = {"not counted", "asked to join"}
OWNERS = {"done", "reopened", "postponed"}  # ILO owns all of the plan
ANSWERS = {position.value for position in Position} | {
    *("suggested", "gave a reason", "needs more time", "asked for a change", "raised a hand")
}


def unexplained(entries, plan):
    """The entries of the journal that the rights of who acted do not allow, in order."""
    represents = {p.user: p.agency for p in representatives(plan)}
    for entry in entries:
        actor, verb = entry.actor, entry.verb
        if verb in ANSWERS or verb.startswith("took back"):
            allowed = represents.get(actor, "nobody") == entry.detail["agency"]
        else:
            allowed = (
                actor in {"bot", *RUN_THE_PLAN}
                or verb in ANYBODYS
                or (verb in OWNERS and represents.get(actor) == "ilo")
                or (entry.subject == f"person:{actor}" and verb != "named")
            )
        if not allowed:
            yield entry
        if verb == "named":
            represents[entry.subject.partition(":")[2]] = entry.detail["agency"]
        elif verb == "removed":
            represents.pop(entry.subject.partition(":")[2], None)


@pytest.mark.parametrize(
    ("actor", "verb", "subject", "detail"),
    [
        ("UUNDP", "cleared", "circulation:1", {"agency": "ilo"}),
        ("U0NOBODY", "cleared", "circulation:1", {"agency": "ilo"}),
        ("UILO", "circulated", "circulation:1", {}),
        ("UIOM", "done", "milestone:first", {}),
        ("UIOM", "named", "person:UIOM", {"agency": "undp"}),
        ("UIOM", "settings changed", "person:UILO", {}),
    ],
)
def test_what_rights_do_not_allow_would_be_found(tmp_path, actor, verb, subject, detail):
    path = tmp_path / "plan.yaml"
    path.write_text(SMALL, encoding="utf-8")
    entry = Entry(datetime(2010, 1, 11, tzinfo=UTC), actor, verb, subject, detail)
    assert list(unexplained([entry], load_sound_plan(path).plan)) == [entry]


@pytest.mark.slow
@pytest.mark.parametrize("way", [OverHttp, OverSocketMode], ids=["http", "socket-mode"])
async def test_no_request_breaks_the_bot_or_writes_what_rights_do_not_allow(tmp_path, way, caplog):
    caplog.set_level(logging.ERROR)
    async with running(tmp_path, http=way is OverHttp) as group:
        real = await real_requests(group)
        assert {kind for kind, _ in real} == set(KINDS)
        made, loop, late = way(group), asyncio.get_running_loop(), []

        async def answered(kind, payload, logged):
            logged.clear()
            caplog.clear()
            taken = await made.send(kind, payload)
            errors = [e for e in logged if e["log_level"] in ("error", "critical")]
            busy = [e for e in errors if e["event"] in LATE or is_busy(e.get("exc_info"))]
            late.extend(busy)
            assert {e["event"] for e in errors if e not in busy} <= EXPECTED, errors
            assert taken or busy
            assert not [r for r in caplog.records if not r.getMessage().startswith(NO_ENVELOPE)]

        with capture_logs() as logged:

            @fuzzed
            @given(requests(real))
            def each(one):
                # The bot goes on in its own loop while hypothesis thinks of the next.
                asyncio.run_coroutine_threadsafe(answered(*one, logged), loop).result(20)

            try:
                await asyncio.to_thread(each)
            finally:
                await made.close()
        assert len(late) < MOST_LATE
        assert (await group.demo.health())[0] == 200
        answer = await group.server.people.command("UILO", CHANNEL, "/gmg next")
        assert "What comes next" in answer.payload["text"]
        pages = [page async for page in journal_pages(group.demo.database)]
        journal = [line.entry for page in pages for line in page]
        assert len(journal) > len(real) / 2
        assert list(unexplained(journal, group.demo.bot.loaded.plan)) == []
