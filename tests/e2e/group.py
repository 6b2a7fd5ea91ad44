"""A group at work in the sandbox: people who type, press and react, and a clock to move."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.demo import start_demo
from bot.cli.demo_people import CHANNEL, SECRETARIAT
from config.plan_file import load_sound_plan
from coordination.storage_ports import StorageUnavailable
from scheduler.clock import monotonic

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "plans" / "gmg-2010.yaml"


def user_of(agency):
    """The demo's focal point of an agency."""
    return SECRETARIAT if agency == "secretariat" else f"U{agency.upper()}"


def reminder_keys(server):
    """How often each reminder's key stands in a message of the workspace."""
    found = Counter()
    for channel in server.workspace.channels.values():
        for message in channel.messages.values():
            payload = (message.metadata or {}).get("event_payload", {})
            found.update(k for k in payload.get("keys", ()) if "|" in k)
    return found


def action_of(message, label):
    """The button with that label on a message, None without one."""
    rows = [b["elements"] for b in message.blocks if b["type"] == "actions"]
    found = [e for row in rows for e in row if e.get("text", {}).get("text") == label]
    return found[0] if found else None


async def drained(bot, seconds=30.0):
    """Do all that is due, as the alarm clock would have it done: what another process's lock or a
    database that is away stands in the way of is tried again, for so many real seconds."""
    last = monotonic() + seconds
    while True:
        try:
            return await bot.drain()
        except StorageUnavailable:
            if monotonic() > last:
                raise
            await asyncio.sleep(0.5)


class Group:
    """What a test does in the workspace, each act awaited until the bot has dealt with it."""

    def __init__(self, demo):
        self.demo = demo
        self.server = demo.server
        self.zone = ZoneInfo(demo.clock.zone)

    async def settle(self):
        """Return when all deliveries are acknowledged and all that is due was told."""
        await self.server.deliveries.settle()
        await drained(self.demo.bot)

    async def until(self, local):
        """Move the clock to a local time such as `2010-02-08 10:00`, through all that is due."""
        moment = datetime.fromisoformat(local).replace(tzinfo=self.zone).astimezone(UTC)
        assert moment >= self.demo.clock.now(), f"{local} is past"
        await self.demo.clock.move_to(moment)

    async def ask(self, who, text, channel=CHANNEL):
        """Type a command; the answer that the person sees."""
        before = {m.ts for m in self.seen(who, channel)}
        outcome = await self.server.people.command(user_of(who), channel, f"/gmg {text}".strip())
        assert outcome.error is None, outcome.error
        await self.settle()
        new = [m for m in self.seen(who, channel) if m.ts not in before and m.ephemeral_to]
        assert new, f"no answer to {text!r}"
        return new[-1]

    async def press(self, who, message, label):
        """Press the button with that label on a message; the form that it opened, if any."""
        action = action_of(message, label)
        assert action, f"no button {label!r} on {message.text!r}"
        outcome = await self.server.people.press(
            user_of(who), message.channel, message.ts, action["action_id"]
        )
        assert outcome.error is None, outcome.error
        await self.settle()
        return self.form(who)

    async def open(self, who, text, channel=CHANNEL):
        """Type a command that opens a form."""
        outcome = await self.server.people.command(user_of(who), channel, f"/gmg {text}")
        assert outcome.error is None, outcome.error
        await self.settle()
        assert self.form(who), f"no form for {text!r}"

    def form(self, who):
        """The form that a person has before them, None without one."""
        return self.server.people.form(user_of(who))

    async def send(self, who, values=None):
        """Fill in fields by their names and send the form; what is wrong, by field."""
        shown = self.form(who)
        outcome = await self.server.people.submit(user_of(who), values)
        assert outcome.error is None, outcome.error
        names = {b["block_id"]: b["element"]["action_id"] for b in shown.blocks if "element" in b}
        await self.settle()
        return {names[block]: said for block, said in outcome.errors.items()}

    async def act(self, who, text, label):
        """Type a command and press the button it asks with."""
        await self.press(who, await self.ask(who, text), label)

    async def react(self, who, message, *names, take_away=False):
        """Give reactions to a message, or take them away."""
        people = self.server.people
        for name in names:
            do = people.unreact if take_away else people.react
            do(user_of(who), message.channel, message.ts, name)
            await self.settle()

    def seen(self, who, channel=CHANNEL):
        """The messages the person sees there."""
        return self.server.people.visible(user_of(who), channel)

    def posted(self, channel=CHANNEL):
        """The bot's lasting messages of a channel."""
        where = self.server.workspace.channels[channel]
        bot = self.server.spec.bot_user
        return [m for m in self.server.workspace.lasting(where) if m.user == bot]

    def direct(self, who):
        """The bot's direct messages to a person."""
        return self.posted(self.server.workspace.direct(user_of(who)).id)

    def told(self, who, words):
        """The latest direct message to a person that holds these words."""
        found = [m for m in self.direct(who) if words in m.text]
        assert found, f"{who} was not told {words!r}: {[m.text for m in self.direct(who)]}"
        return found[-1]

    def keys(self, message):
        """The keys in a message's metadata."""
        return (message.metadata or {}).get("event_payload", {}).get("keys", [])

    def card(self, milestone_title):
        """The latest circulation message of that title."""
        found = [
            m
            for m in self.posted()
            if any(k.startswith("circulation:") for k in self.keys(m))
            and m.text.startswith(milestone_title)
        ]
        return found[-1]

    async def shown(self, read, wanted, seconds=30):
        """Wait until `read()` holds `wanted`."""
        for _ in range(int(seconds / 0.05)):
            if wanted in read():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{wanted!r} never came; at the end: {read()!r}")


@asynccontextmanager
async def group_at_work(folder, plan=SHIPPED):
    """A demo without Slack's pace, so that a year takes a minute."""
    demo = await start_demo(
        load_sound_plan(Path(plan)), f"sqlite:///{folder}/group.db", pace=0, rate_limits=False
    )
    try:
        yield Group(demo)
    finally:
        await demo.stop()
