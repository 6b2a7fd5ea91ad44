"""The ways on which a process can die, each with every call of a port on it, in order.

A call that is added to the code is added here, and one that is gone is taken out:
test_kill_points.py compares the lists with what a process tells that walks the way to its end.
"""

import asyncio
from dataclasses import dataclass

from bot.cli.demo_people import CHANNEL
from sandbox.faults import Fault
from tests.e2e.group import action_of, drained
from tests.e2e.killable import Follow
from tests.e2e.running import until

HALF_PAST_EIGHT = "2010-01-11T08:30:00+01:00"
NINE = "2010-01-11T09:00:00+01:00"
TEN = "2010-01-11T10:00:00+01:00"
NOTICE = "first|2010-01-11|0|channel"
BRIEF = "first|2010-01-11|0|UILO/ilo"


class Scene:
    """What happens around a way: before the process begins, while it runs, and in the end.

    `at` is where the clock of the process starts, `back` where that of the next one does.
    """

    at, back = HALF_PAST_EIGHT, HALF_PAST_EIGHT

    async def before(self, group):
        """Bring the database and the channel to where the way begins."""

    async def act(self, group, process):
        """What people do while the process runs."""

    async def settled(self, group):
        """Wait until what the process had asked Slack for has come to stand."""

    async def holds(self, group):
        """What is to be found when the next process has done all that was due."""


async def circulated(group):
    await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")


def cards(group):
    return [m for m in group.posted() if "circulation:1" in group.keys(m)]


class Reminded(Scene):
    """A notice falls due."""

    at, back = NINE, TEN

    async def holds(self, group):
        assert group.demo.keys() == {NOTICE: 1, BRIEF: 1}
        (entry, *_) = entries = [
            e for e in await group.demo.bot.storage.history("milestone:first") if e.evidence
        ]
        assert [e.verb for e in entries].count("reminded") == 2, entry


class ReminderInDoubt(Reminded):
    """An earlier process claimed a notice, and nothing tells whether it was posted."""

    at = TEN

    def __init__(self, stands):
        self._fault = Fault("drop", before=not stands)

    async def before(self, group):
        await group.demo.begin(HALF_PAST_EIGHT)
        group.server.faults.plan("chat.postMessage", self._fault, channel=CHANNEL)
        group.server.faults.plan("conversations.history", Fault("500"), times=3)
        await group.until("2010-01-11 09:10")
        assert (await group.demo.rows())[NOTICE].state == "claimed"
        await group.demo.end()
        group.server.faults.clear()


class Circulated(Scene):
    """A circulation is open, and its card is still to be posted."""

    fault = Fault("429", retry_after=60)

    async def before(self, group):
        await group.demo.begin(self.at)
        group.server.faults.plan("chat.postMessage", self.fault, channel=CHANNEL)
        group.server.faults.plan("conversations.history", Fault("500"), times=3)
        await circulated(group)
        await group.demo.end()
        group.server.faults.clear()

    async def holds(self, group):
        (card,) = cards(group)
        await group.react("ilo", card, "white_check_mark")
        await group.shown(lambda: card.text, "1 of 3 replies received")


class CardInDoubt(Circulated):
    """An earlier process claimed the card, and nothing tells whether it was posted."""

    def __init__(self, stands):
        self.fault = Fault("drop", before=not stands)


class FileHandedIn(Scene):
    """A text is circulated as a file, and its copy is still to be put into the thread."""

    async def before(self, group):
        await group.demo.begin(self.at)
        later = Fault("429", retry_after=60)
        group.server.faults.plan("files.getUploadURLExternal", later, times=9)
        await group.open("undp", "circulate draft")
        file = group.server.people.upload("UUNDP", "draft.pdf", b"%PDF-1.4 the draft")
        assert await group.send("undp", {"document": [file.id]}) == {}
        await group.demo.end()
        group.server.faults.clear()

    async def holds(self, group):
        (card,) = cards(group)
        assert [m.thread_ts for m in group.posted() if m.files] == [card.ts]
        await group.shown(lambda: card.text, "draft.pdf (http")


class Written(Scene):
    """Somebody is to be written to."""

    async def before(self, group):
        await group.demo.begin(self.at)
        group.server.faults.plan("chat.postMessage", Fault("429", retry_after=60))
        await group.ask("iom", "join ILO")
        await group.demo.end()
        group.server.faults.clear()

    async def holds(self, group):
        assert len(group.direct("undp")) == 1


class Reacted(Scene):
    """An agency clears a text by a reaction."""

    async def before(self, group):
        await group.demo.begin(self.at)
        await circulated(group)
        await group.demo.end()

    async def act(self, group, process):
        await process.ready()
        (card,) = cards(group)
        group.server.people.react("UILO", CHANNEL, card.ts, "white_check_mark")

    async def holds(self, group):
        await group.server.deliveries.settle()
        await drained(group.demo.bot)
        (card,) = cards(group)
        assert "1 of 3 replies received" in card.text
        verbs = [e.verb for e in await group.demo.bot.storage.history("circulation:1")]
        assert verbs.count("cleared") == 1, verbs


class DoneMeanwhile(Scene):
    """A milestone is done while its reminder is on its way to Slack."""

    at, back = NINE, TEN

    async def act(self, group, process):
        await self._on_its_way(group)
        self.command = asyncio.create_task(self._do(group))

    async def _on_its_way(self, group):
        slow = Fault("slow", seconds=0.6)
        group.server.faults.plan("chat.postMessage", slow, channel=CHANNEL)
        await until(lambda: any(c.result == "slow" for c in group.server.calls), 60)

    async def _do(self, group):
        return await group.server.people.command("UILO", CHANNEL, "/gmg done first")

    async def settled(self, group):
        self.told = await self.command
        await until(lambda: group.demo.keys()[NOTICE])

    async def holds(self, group):
        entries = await group.demo.bot.storage.history("milestone:first")
        done = [e.verb for e in entries].count("done")
        assert group.demo.keys() == ({NOTICE: 1} if done else {NOTICE: 1, BRIEF: 1})
        change = group.demo.bot.services.snapshot.changes.get("first")
        assert (change is not None and change.done_on is not None) == bool(done)
        if self.told.answered:
            assert done, "told that it is done"


class MovedMeanwhile(DoneMeanwhile):
    """A milestone is moved while its reminder is on its way to Slack."""

    async def before(self, group):
        await group.demo.begin(HALF_PAST_EIGHT)
        self._asked = (await group.ask("undp", "move first 12 January")).ts
        await group.demo.end()
        # A press that went to a connection about to close would be lost, as it is in Slack.
        await until(lambda: group.server.socket_mode.connections == 0)

    async def _do(self, group):
        # The scene goes from group to group: what one pressed has no button any more.
        question = group.server.workspace.channels[CHANNEL].messages[self._asked]
        button = action_of(question, "Move the date")
        return await group.server.people.press("UUNDP", CHANNEL, question.ts, button["action_id"])

    async def holds(self, group):
        entries = await group.demo.bot.storage.history("milestone:first")
        moved = [e.verb for e in entries].count("date moved")
        again = "first|2010-01-12|0|channel"
        await group.until("2010-01-12 09:00")
        keys = group.demo.keys()
        assert keys[NOTICE] == 1
        assert keys[again] == moved
        assert keys[BRIEF] == 1 - moved
        assert (await group.demo.rows())[NOTICE].state == "posted"


@dataclass(frozen=True)
class Way:
    """A way through the code: the part that walks it, and its calls from `calls[0]` on.

    It ends with the transaction in which `last` is called, without one when all is quiet. `ready`:
    it begins only after all that was due at the start is done.
    """

    scene: object  # makes a Scene
    part: str
    calls: tuple
    last: str = ""
    ready: bool = False

    def kill(self, call, when):
        """How a process is told to die there; calls are counted from 1."""
        return {
            "part": self.part,
            "first": self.calls[0],
            "ready": self.ready,
            "call": call,
            "when": when,
        }

    def walked(self, lines):
        """The calls of this way among what a process told, and whether it came to the end.

        Raises AssertionError where one begins before another has ended: the place after a call
        would not be the place before the next.
        """
        if self.ready:
            lines = lines[lines.index("ready") + 1 :] if "ready" in lines else []
        follow, names, inside = Follow(self.part, self.calls[0]), [], None
        for line in lines:
            when, part, task, name = line.split() if line != "ready" else [line] * 4
            if when == "before" and follow.number(part, int(task), name):
                assert inside is None, f"{name} within {inside}"
                names.append(name)
                inside = (part, task, name)
            elif when == "after" and inside == (part, task, name):
                inside = None
                if name == "uow.exit" and self.last in names:
                    return names, True
        return names, not self.last and bool(names)


ENDED = ("uow.commit", "uow.exit")
HELD = ("uow.enter", "outbox.hold", *ENDED)
SENT = ("uow.enter", "outbox.sent")
CHANGED = (  # what somebody sets of a milestone
    "storage.load_state",
    "uow.enter",
    "events.first",
    "milestones.get",
    "milestones.put",
    "journal.add",
    *ENDED,
    "storage.load_state",
)

WAYS = {
    "reminder": Way(
        Reminded,
        "reminding",
        (
            "ledger.claim",
            *ENDED,
            "turns.turn",
            "storage.load_state",  # still wanted?
            "uow.enter",
            "previews.get",
            *ENDED,
            "uow.enter",
            "ledger.hold",  # still held?
            *ENDED,
            "messenger.post",
            "messenger.permalink",
            "uow.enter",
            "ledger.settle",
            "journal.add",
            *ENDED,
        ),
        "ledger.settle",
    ),
    "reminder found in the channel": Way(
        lambda: ReminderInDoubt(stands=True),
        "start",
        (
            "ledger.taken_over",
            *ENDED,
            "messenger.find",
            "messenger.permalink",
            "uow.enter",
            "ledger.settle",
            "journal.add",
            *ENDED,
        ),
        "ledger.settle",
    ),
    "reminder given back": Way(
        lambda: ReminderInDoubt(stands=False),
        "start",
        (
            "ledger.taken_over",
            *ENDED,
            "messenger.find",
            "uow.enter",
            "ledger.release",
            *ENDED,
        ),
        "ledger.release",
    ),
    "message": Way(
        Written,
        "sending",
        (
            "outbox.claim",
            *ENDED,
            "turns.turn",
            *HELD,
            "messenger.post",
            *SENT,
            *ENDED,
        ),
        "outbox.sent",
    ),
    "card": Way(
        Circulated,
        "sending",
        (
            "outbox.claim",
            *ENDED,
            "storage.load_state",  # whether it stands
            "turns.turn",
            "storage.load_state",
            *HELD,
            "messenger.post",
            "messenger.permalink",
            *SENT,
            "circulations.get",
            "circulations.put",
            *ENDED,
        ),
        "outbox.sent",
    ),
    "copy of a file": Way(
        FileHandedIn,
        "sending",
        (
            "outbox.claim",
            *ENDED,
            "storage.load_state",
            "turns.turn",
            "storage.load_state",
            "storage.document",
            *HELD,
            "files.place",
            *SENT,
            "circulations.get",
            "circulations.put",
            "journal.add",
            "outbox.add",  # the card, with the link
            *ENDED,
        ),
        "outbox.sent",
    ),
    "card found in the channel": Way(
        lambda: CardInDoubt(stands=True),
        "start",
        (
            "outbox.taken_over",
            *ENDED,
            "storage.load_state",
            "messenger.find",
            "messenger.permalink",
            *SENT,
            "circulations.get",
            "circulations.put",
            *ENDED,
        ),
        "outbox.sent",
    ),
    "card given back": Way(
        lambda: CardInDoubt(stands=False),
        "start",
        (
            "outbox.taken_over",
            *ENDED,
            "storage.load_state",
            "messenger.find",
            "uow.enter",
            "outbox.release",
            *ENDED,
        ),
        "outbox.release",
    ),
    "reaction": Way(
        Reacted,
        "people",
        (
            "storage.load_state",
            "uow.enter",
            "events.first_of",
            "circulations.look_ahead",
            "questions.look_ahead",
            "circulations.by_message",
            "circulations.acts",
            "circulations.add_act",
            "journal.add",
            "circulations.acts",
            "outbox.add",
            "questions.open_of",
            *ENDED,  # and then it is acknowledged
        ),
        ready=True,
    ),
    "card redrawn": Way(
        Reacted,
        "sending",
        (
            "outbox.claim",
            *ENDED,
            "storage.load_state",  # whether it stands, and so may be drawn only now and then
            "storage.load_state",
            *HELD,
            "messenger.update",
            *SENT,
            *ENDED,
        ),
        "outbox.sent",
        ready=True,
    ),
    "done while its reminder is sent": Way(
        DoneMeanwhile,
        "people",
        CHANGED,
    ),
    "moved while its reminder is sent": Way(
        MovedMeanwhile,
        "people",
        CHANGED,
    ),
}
