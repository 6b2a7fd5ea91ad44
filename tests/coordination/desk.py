"""A group's desk: the use cases with a real database file, a stopped clock and fakes around."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.slack.forms import Origin, form_view
from coordination.acts import BUTTON, act_of, record
from coordination.deliver import Reminders
from coordination.dispatch import answer, press, submit
from coordination.messages.forms import Answers, Entered, Form
from coordination.messages.parts import Button, Buttons, Message
from coordination.outbox import OutboxWorker
from coordination.outgoing import LEASE, Outgoing
from coordination.ports import Profile, SheetWriter
from coordination.react import react
from coordination.records import Entry, MessageRef, Person, Reminder, Role
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshots
from coordination.write import writing
from sandbox.validate_views import check_view
from scheduler.clock import PlanClock
from storage.engine import Database, open_database
from tests.coordination.proved import require_proof
from tests.fakes.directory import FakeDirectory
from tests.fakes.files import FakeFiles
from tests.fakes.measures import FakeMeasures
from tests.fakes.messenger import FakeMessenger
from workplan.clearance import Capacity, Position, takes_effect
from workplan.plan import Plan
from workplan.schedule import resolve

CHANNEL = "C1"
SECRETARY = "USEC"


class NoTurns:
    """The platform's pace, for which no test waits; `meanwhile` is what happens at a turn."""

    meanwhile: Callable[[str], Awaitable[None]] | None = None
    closed = False

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def turn(self, channel: str) -> None:
        """At once."""
        if self.meanwhile is not None:
            await self.meanwhile(channel)

    def redraw(self, message: str) -> float:
        """At once."""
        return 0.0

    async def pause(self, seconds: float) -> None:
        """Noted."""
        self.pauses.append(seconds)


class RealTime:
    """Real seconds, on which leases run; they pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Desk:
    """What a test does at the group's desk; users are `U` and the agency's id in capitals."""

    url = ""  # of its database

    def __init__(self, plan: Plan, storage: Database, clock: PlanClock, real: RealTime) -> None:
        self.plan, self.storage, self.clock, self.real = plan, storage, clock, real
        self.zone = ZoneInfo(plan.plan.timezone)
        self.messenger = FakeMessenger()
        users = [SECRETARY, "UX", *(f"U{a.id.upper()}" for a in plan.agencies)]
        self.directory = FakeDirectory(*(Profile(u, "T1", u.title(), None) for u in users))
        self.files = FakeFiles()
        self.measures = FakeMeasures()
        self.waits: list[float] = []
        self.turns = NoTurns()
        self.events = itertools.count(1)
        self._opened_from: MessageRef | None = None
        self.restart(plan)

    def restart(
        self,
        plan: Plan,
        owner: str = "one",
        writers: Mapping[str, SheetWriter] | None = None,
        lease: float = LEASE,
    ) -> None:
        """Another process on the same database, perhaps with an edited plan."""
        snapshots = Snapshots(plan, resolve(plan), (), self.storage, self.clock)
        self.services = Services(
            self.clock,
            self.storage,
            snapshots,
            self.directory,
            self.files,
            lambda: None,
            CHANNEL,
            CHANNEL,
            frozenset({SECRETARY}),
            writers=writers or {},
            measures=self.measures,
        )
        out = Outgoing(self.services, self.messenger, self.turns, owner, self.waits.append, lease)
        self.reminders, self.outbox = Reminders(out), OutboxWorker(out)

    async def name(self, agency: str, role: Role = Role.FOCAL, user: str | None = None) -> str:
        """Name somebody for an agency."""
        user = user or f"U{agency.upper()}"
        async with self.storage.unit_of_work() as uow:
            await uow.people.put(Person(user, "T1", user.title(), agency, role, None))
            await uow.commit()
        await self.services.snapshots.refresh()
        return user

    async def until(self, local: str) -> None:
        """Move plan time there in one jump and do what is due."""
        self.clock.move_to(datetime.fromisoformat(local).replace(tzinfo=self.zone).astimezone(UTC))
        await self.work()

    async def work(self) -> None:
        """Remind and send what is due now."""
        await self.reminders.run()
        await self.outbox.run()

    def asker(self, user: str, message: MessageRef | None = None) -> Asker:
        """A request of a person, now."""
        number = next(self.events)
        now = self.clock.now()
        order = f"{1_000_000 + number}.000100"
        return Asker(user, now, CHANNEL, message, f"Ev{number}", order)

    async def ask(self, user: str, text: str) -> Message:
        """What a person is told who types this; a refusal's sentence too."""
        try:
            found = await answer(self.services, self.asker(user), text)
        except Refused as no:
            return no.message
        assert isinstance(found, Reply), "opened a form"
        return found.message

    async def press(self, user: str, message: Message, label: str) -> Reply | Refused:
        """Press the button so labelled on a message."""
        button = next(b for b in buttons(message) if b.label == label)
        asker = self.asker(user, self._stands(user, message))
        try:
            done = await press(self.services, asker, button.action, button.value)
        except Refused as no:
            return no
        assert isinstance(done, Reply)
        return done

    def _stands(self, user: str, message: Message) -> MessageRef | None:
        """Where a message stands between the bot and the person, if it does."""
        found = [p for p in self.messenger.posted if p.target.user == user]
        return next((p.ref for p in found if p.message == message), None)

    async def press_value(self, user: str, action: str, value: str) -> str:
        """What is answered to a press with a value of the test's own; a refusal's sentence too."""
        try:
            done = await press(self.services, self.asker(user), action, value)
        except Refused as no:
            return no.sentence
        assert isinstance(done, Reply)
        return done.message.text

    def last(self, user: str) -> Message:
        """The latest direct message to a person."""
        return [p for p in self.messenger.posted if p.target.user == user][-1].message

    async def form(self, user: str, text: str) -> Form:
        """The form that opens for a person who types this."""
        self._opened_from = None
        found = await answer(self.services, self.asker(user), text)
        assert isinstance(found, Form), found.message.text
        return accepted(found)

    async def press_form(self, user: str, message: Message, label: str) -> Form:
        """The form that opens for a person who presses the button so labelled."""
        button = next(b for b in buttons(message) if b.label == label)
        self._opened_from = self._stands(user, message)
        asker = self.asker(user, self._opened_from)
        found = await press(self.services, asker, button.action, button.value)
        assert isinstance(found, Form), found.message.text
        return accepted(found)

    async def submit(self, user: str, form: Form, **entered: Entered) -> Reply | Form:
        """Send a form with what stands in it but for what is entered here."""
        standing = {f.name: getattr(f, "value", getattr(f, "values", None)) for f in form.fields}
        answers = Answers({**standing, **entered})
        asker = self.asker(user, self._opened_from)
        done = await submit(self.services, asker, form.name, form.about, answers)
        await self.work()
        return accepted(done) if isinstance(done, Form) else done

    async def react(self, user: str, ref: MessageRef, reaction: str, given: bool = True) -> None:
        """Give a reaction or take it away, and let the bot tell what follows."""
        await react(self.services, self.asker(user, ref), reaction, given)
        await self.work()

    async def act(
        self,
        agency: str,
        position: Position,
        capacity: Capacity | None = None,
        *,
        source: str = BUTTON,
        person: str | None = None,
    ) -> None:
        """Record an agency's answer to the first circulation, whatever way it came."""
        asker = self.asker(person or f"U{agency.upper()}")
        async with writing(self.services, asker) as uow:
            kept = await uow.circulations.get(1)
            assert kept is not None
            effective = takes_effect(position, asker.at, kept.closes_at)
            given = act_of(asker, agency, position, source, True, capacity, effective)
            await record(self.services, uow, asker, kept, given)
        await self.work()

    async def circulate(self, item: str) -> MessageRef:
        """Circulate a document as the secretariat; where its message stands."""
        asked = await self.ask(SECRETARY, f"circulate {item} https://example.org/{item}")
        await self.press(SECRETARY, asked, "Circulate")
        await self.work()
        return next(reversed(self.messenger.posted)).ref

    async def ledger(self) -> tuple[Reminder, ...]:
        """Every reminder."""
        async with self.storage.unit_of_work() as uow:
            return await uow.ledger.all()

    async def journal(self, subject: str) -> tuple[Entry, ...]:
        """What is recorded of a subject."""
        return await self.storage.history(subject)

    def told(self, user: str) -> list[str]:
        """The direct messages to a person."""
        return [p.text for p in self.messenger.posted if p.target.user == user]

    def asked(self, user: str) -> Message:
        """The latest direct message to a person, with its buttons."""
        return [p.message for p in self.messenger.posted if p.target.user == user][-1]

    def notices(self) -> list[str]:
        """What stands in the channel."""
        return [p.text for p in self.messenger.posted if p.target.channel == CHANNEL]


def accepted(form: Form) -> Form:
    """The form, if it is one that Slack takes, each of its fields in it."""
    view = form_view(form, Origin(CHANNEL))
    check_view(view, "modal")
    shown = [b["element"]["action_id"] for b in view["blocks"] if b["type"] == "input"]
    assert shown == [f.name for f in form.fields if getattr(f, "options", True)]
    assert len(set(shown)) == len(shown)
    return form


def buttons(message: Message) -> list[Button]:
    """All buttons of a message."""
    return [b for part in message.parts if isinstance(part, Buttons) for b in part.buttons]


@asynccontextmanager
async def desk_of(
    plan: Plan, ready_file: Path, folder: Path, start: str = "2027-01-04 08:00"
) -> AsyncIterator[Desk]:
    """A desk of its own on a copy of a ready database file; `start` is local plan time."""
    shutil.copy(ready_file, folder / "gmg.db")
    async with desk_at(plan, f"sqlite:///{folder / 'gmg.db'}", start) as desk:
        yield desk


@asynccontextmanager
async def desk_at(plan: Plan, url: str, start: str = "2027-01-04 08:00") -> AsyncIterator[Desk]:
    """A desk on the database at `url`, whose tables are made; `start` is local plan time."""
    moment = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(plan.plan.timezone))
    clock, real = PlanClock(moment, speed=0), RealTime()
    storage = await open_database(url, real_now=real, owner="one")
    try:
        desk = Desk(plan, storage, clock, real)
        desk.url = url
        await desk.services.snapshots.refresh()
        yield desk
        await require_proof(url, [p.name for p in desk.directory.profiles.values()])
    finally:
        await storage.close()
