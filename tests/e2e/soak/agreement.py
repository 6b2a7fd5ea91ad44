"""Whether plan, ledger, channel and journal agree, looked at from outside once all has ended."""

import re
from collections import Counter
from dataclasses import replace
from hashlib import sha256

from bot.cli.demo_people import SECRETARIAT
from coordination.cards import card
from coordination.chain import ChainCheck
from coordination.records import OutboxKind, ReminderState
from coordination.remind import day_start, derive
from coordination.snapshot import Snapshots
from scheduler.clock import PlanClock, steady_clock
from storage.archive import journal_pages
from storage.engine import open_database
from storage.tables import outbox
from tests.e2e.soak.kept import rows_of
from tests.e2e.soak.people import Reacted
from workplan.clearance import standing

DIGEST = 12
"""Characters by which a message with many keys names each (bot/slack/messenger.py)."""


AFTER_FOLDING = (ReminderState.POSTED, ReminderState.FOLDED, ReminderState.CANCELLED)


class Agreement:
    """Reads all four and collects what differs."""

    def __init__(self, url, loaded, server, doings, started, end):
        """`started` and `end`: plan instants between which all that was due is looked at."""
        self._url, self._loaded, self._server = url, loaded, server
        self._doings, self._started, self._end = doings, started, end
        self.differences = []
        self.guesses = 0  # agencies that stand where only what was found puts them

    async def differs(self):
        """All that differs, in sentences."""
        database = await open_database(self._url, real_now=steady_clock(), owner="soak")
        try:
            last = await database.last_instant()
            self._snapshot, self._now = await self._pictures(database, last).refresh(), last
            unmoved = replace(self._snapshot.state, changes=(), circulations=())
            self._before = self._pictures(database, self._started).of(unmoved)
            async with database.unit_of_work() as uow:
                self._ledger = {row.key: row for row in await uow.ledger.all()}
        finally:
            await database.close()
        self._outbox = await rows_of(self._url, outbox)
        self._lines = [line async for page in journal_pages(self._url) for line in page]
        self._messages = [
            m for c in self._server.workspace.channels.values() for m in c.messages.values()
        ]
        self._standing_keys = Counter(k for m in self._messages for k in self._keys(m))
        for look in (
            self._plan,
            self._rows,
            self._channel,
            self._sent,
            self._journal,
            self._positions,
            self._acknowledged,
            self._dates,
        ):
            look()
        return self.differences

    def _pictures(self, database, at):
        plan, clock = self._loaded, PlanClock(at, speed=0)
        return Snapshots(plan.plan, plan.schedule, plan.findings, database, clock)

    def _say(self, sentence):
        self.differences.append(sentence)

    def _plan(self):
        """What plan and state call for is in the ledger as told, or as folded into what was."""
        first = day_start(self._snapshot, self._started)
        always = {r.key for r in derive(self._before, [SECRETARIAT])}
        for wanted in derive(self._snapshot, [SECRETARIAT]):
            if not first <= wanted.due_at <= self._end:
                continue
            row = self._ledger.get(wanted.key)
            state = row.state if row else None
            if state in (ReminderState.POSTED, ReminderState.FOLDED):
                continue
            if state is ReminderState.EXPIRED and (
                wanted.key not in always or self._was_moved(wanted.subject)
            ):
                continue  # it was called for, or again, only after its day: days too make dates
            self._say(f"plan: {wanted.key}, due {wanted.due_at}, is {state} in the ledger")

    def _was_moved(self, subject):
        days = {row.counted_to for row in self._ledger.values() if row.subject == subject}
        return len(days) > 1

    def _rows(self):
        """Nothing is claimed or overdue, nothing failed; what was folded was told with a later."""
        for key, row in self._ledger.items():
            late = row.state is ReminderState.PENDING and row.due_at <= self._end
            if late or row.state in (ReminderState.CLAIMED, ReminderState.FAILED):
                self._say(f"ledger: {key}, due {row.due_at}, is {row.state}: {row.reason}")
            if row.state is ReminderState.FOLDED:
                (step,) = re.findall("overtaken by the step (.+) of the same", row.reason)
                into = self._ledger.get(replace(row, step=step).key)
                if into is None or into.state not in AFTER_FOLDING:
                    self._say(f"ledger: {key} is folded into {into and into.state}")
            if row.state is ReminderState.POSTED:
                message = self._at(row.message.channel, row.message.ts)
                if message is None or not self._carries(message, key):
                    self._say(f"ledger: {key} is posted at {row.message}, where it does not stand")

    def _channel(self):
        """Each key stands in one message, and none that the ledger does not know as told."""
        told = [k for k, row in self._ledger.items() if row.state is ReminderState.POSTED]
        digests = {sha256(k.encode()).hexdigest()[:DIGEST]: k for k in self._ledger}
        counted = Counter(digests.get(k, k) for k in self._standing_keys.elements())
        for key in told:
            if counted[key] != 1:
                self._say(f"channel: {key} stands {counted[key]} times")
        for key in counted:
            if "|" in key and key not in set(told):
                row = self._ledger.get(key)
                self._say(f"channel: {key} stands, and is {row.state if row else 'not'} in ledger")

    def _sent(self):
        """Each row of the outbox was sent once, each circulation has one card."""
        for row in self._outbox:
            key = f"outbox:{row['id']}"
            if row["state"] != "sent":
                self._say(f"outbox: {key} ({row['kind']}) is {row['state']}: {row['reason']}")
            elif row["kind"] in (OutboxKind.POST, OutboxKind.DIRECT):
                if self._at(row["sent_channel"], row["sent_ts"]) is None:
                    self._say(f"outbox: {key} was sent, and does not stand")
                # An edit gives the message its own key.
                edits = [r for r in self._outbox if r["ts"] == row["sent_ts"]]
                stands = self._standing_keys[key]
                if stands > 1 or (stands == 0 and not edits):
                    self._say(f"outbox: {key} stands {stands} times")
        for id, circulation in self._snapshot.circulations.items():
            stands = self._standing_keys[f"circulation:{id}"]
            if stands != 1:
                self._say(f"channel: the card of {circulation.subject} stands {stands} times")

    def _journal(self):
        """One "reminded" for each key that was told; the chains hold, and name every act."""
        reminded = Counter(
            line.entry.detail["key"] for line in self._lines if line.entry.verb == "reminded"
        )
        told = {k for k, row in self._ledger.items() if row.state is ReminderState.POSTED}
        for key in told | reminded.keys():
            if reminded[key] != (key in told):
                self._say(f"journal: {key} is told of as reminded {reminded[key]} times")
        check = ChainCheck()
        acts = self._snapshot.state.acts
        for line in self._lines:
            if (misfit := check.look_at(line)) is not None:
                self._say(f"journal: line {misfit.id} of {misfit.subject}: {misfit.differs}")
                return
        for misfit in (check.not_named(acts), check.not_there(acts)):
            if misfit is not None:
                self._say(f"journal: {misfit.subject}: {misfit.differs}")

    def _positions(self):
        """Each reaction is one act, and positions, cards and model are the same."""
        agency_of = {p.user: p.agency for p in self._snapshot.people.values()}
        for id, circulation in self._snapshot.circulations.items():
            acts, ts = self._snapshot.state.acts.get(id, ()), circulation.message.ts
            orders = Counter((a.person, a.source, a.order, a.given) for a in acts)
            for one in self._doings.reacted:
                acted = (one.user, f"reaction:{one.name}", one.order, one.given)
                times = orders[acted]
                if one.card == ts and times != 1 and (times or not self._swept(ts, one, acts)):
                    self._say(f"{circulation.subject}: {one} is recorded {times} times")
            for agency, stands in standing(acts, circulation.voices).items():
                users = [u for u, a in agency_of.items() if a == agency]
                found = self._found(ts, agency, acts)
                for one in found:
                    if not self._doings.stood(one):
                        self._say(f"{circulation.subject}: {one} was found, and was not so")
                # Where an event comes only after its reaction was found, and another answer in
                # between, the one that was found counts as the later (docs/decisions/0003).
                by_events = self._doings.standing(ts, users)
                may = by_events | self._doings.standing(ts, users, found)
                self.guesses += stands.position not in by_events
                if stands.position not in may:
                    whole = "\n  ".join(str(a) for a in acts if a.agency == agency)
                    self._say(
                        f"{circulation.subject}: {agency} stands at {stands.position}, and by what "
                        f"was done at {may}; its acts:\n  {whole}"
                    )
            self._card(circulation)

    def _found(self, ts, agency, acts):
        """What the bot found on a card by itself, of an agency's people."""
        told = {(r.user, r.name, r.given, r.order) for r in self._doings.reacted if r.card == ts}
        by_reaction = [
            (a.person, a.source.removeprefix("reaction:"), a.given, a.order)
            for a in acts
            if a.agency == agency and a.source.startswith("reaction:")
        ]
        return [Reacted(ts, *one) for one in by_reaction if one not in told]

    def _swept(self, ts, one, acts):
        """Whether a sweep found it before its event came, which then adds nothing."""
        agencies = {a.agency for a in acts if a.person == one.user}
        return any(
            (found.user, found.name, found.given) == (one.user, one.name, one.given)
            and float(found.order) > float(one.order)
            for agency in agencies
            for found in self._found(ts, agency, acts)
        )

    def _card(self, circulation):
        shown = self._at(circulation.message.channel, circulation.message.ts)
        wanted = card(self._snapshot, circulation, self._now).text
        got, want = (re.search(r"\d+ of \d+ replies [^.]*", t) for t in (shown.text, wanted))
        if (got and got[0]) != (want and want[0]):
            self._say(f"channel: the card of {circulation.subject} says {got}, not {want}")

    def _acknowledged(self):
        """What people have seen of theirs is noted once for each."""
        noted = Counter(
            (e.actor, e.subject, e.detail["agency"], e.detail["counted_to"])
            for e in (line.entry for line in self._lines)
            if e.verb == "seen" and "counted_to" in e.detail
        )
        kept = {
            (a.person, f"milestone:{a.milestone}", a.agency, a.counted_to.isoformat())
            for a in self._snapshot.state.acknowledgements
        }
        for mark in kept | noted.keys():
            if noted[mark] != (mark in kept):
                self._say(f"journal: {mark} is told of as seen {noted[mark]} times")
        agency_of = {p.user: p.agency for p in self._snapshot.people.values()}
        for user, ts in self._doings.seen:
            for row in self._ledger.values():
                own = row.message and row.message.ts == ts and row.agency == agency_of.get(user)
                if not own or row.topic.value in ("position", "change"):
                    continue
                mark = (
                    user,
                    f"milestone:{row.subject}",
                    row.agency,
                    row.counted_to.isoformat(),
                )
                if mark not in kept:
                    self._say(f"{user} saw {row.key}, and it was not noted")

    def _dates(self):
        """A date that was moved stands as the chair was told last."""
        for milestone, may in self._doings.dates.items():
            change = self._snapshot.changes.get(milestone)
            words = change.words if change else None
            if words not in may:
                self._say(f"plan: {milestone} is set to {words}, and may be {may}")

    def _at(self, channel, ts):
        where = self._server.workspace.channels.get(channel)
        return where.messages.get(ts) if where else None

    def _keys(self, message):
        """The keys and digests of a message's first part."""
        payload = (message.metadata or {}).get("event_payload", {})
        digests = payload.get("digests", "")
        keys = list(payload.get("keys", ()))
        first = [k for k in keys if payload.get("parts", 1) == 1 or not re.search(r":\d$", k)]
        return first + [digests[i : i + DIGEST] for i in range(0, len(digests), DIGEST)]

    def _carries(self, message, key):
        return {key, sha256(key.encode()).hexdigest()[:DIGEST]} & set(self._keys(message))
