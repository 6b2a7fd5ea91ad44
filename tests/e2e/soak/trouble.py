"""What goes wrong in a soak, drawn from its seed: processes, Slack, deliveries, clocks."""

import asyncio
import signal
from contextlib import suppress
from datetime import timedelta

from sandbox.faults import Fault
from tests.e2e.soak.fleet import until

METHODS = ("chat.postMessage", "chat.update", "chat.postMessage", "conversations.history")
MORE_METHODS = ("conversations.open", "reactions.get", "chat.getPermalink", "users.info")
A_DAY = (
    ("kill", 3),
    ("term", 1),
    ("freeze", 2),
    ("refresh", 2),
    ("faults", 8),
    ("repeats", 2),
    ("reordered", 3),
    ("jump", 1),
)
"""How often each happens in 24 hours of plan time."""

MORNINGS = (16.0, 22.0)
"""Hours from the start at which most is told: nine o'clock in Geneva, and in New York."""

LONGEST_FREEZE = 5.0
"""Real seconds; well inside the lease of a claim."""


class Trouble:
    """Causes what `schedule` names."""

    def __init__(self, fleet, server, people, random, tell, a_minute_passes):
        """`a_minute_passes`: what is done to claims while nobody runs."""
        self._fleet, self._server, self._people = fleet, server, people
        self._random, self._tell = random, tell
        self._a_minute_passes = a_minute_passes
        self._tasks = set()
        self._busy = set()

    def schedule(self, hours):
        """What happens when: (hours from the start, what), in order."""
        found = []
        for what, a_day in A_DAY:
            for _ in range(round(a_day * hours / 24) or 1):
                spread = self._random.uniform(0.02, 0.95) * hours
                told = self._random.randrange(max(1, round(hours / 24))) * 24
                told += self._random.choice(MORNINGS) + self._random.uniform(-0.3, 0.7)
                found.append((self._random.choice((spread, min(told, 0.95 * hours))), what))
        return sorted(found)

    async def cause(self, what):
        """Cause one; what takes its time goes on beside the rest."""
        await getattr(self, f"_{what}")()

    def _beside(self, doing):
        task = asyncio.create_task(doing)
        self._tasks.add(task)

    async def over(self):
        """Return when all that was caused is over; raises what went wrong."""
        while self._tasks:
            done, self._tasks = self._tasks, set()
            await asyncio.gather(*done)

    def _one(self):
        """A replica that nothing is done to just now; None when there is none."""
        free = [r for r in self._fleet.replicas if r.running and r.name not in self._busy]
        return self._random.choice(free) if free else None

    async def _kill(self):
        posting, down = self._random.random() < 0.5, self._random.uniform(0.1, 1.0)
        self._end(signal.SIGKILL, down, posting)

    async def _term(self):
        self._end(signal.SIGTERM, self._random.uniform(0.0, 0.5))

    def _end(self, how, down, posting=False):
        """End one and begin it again; `posting`: once Slack took a post and has not said so."""
        replica = self._one()
        if replica is None:
            return

        async def again():
            if posting:
                await self._a_post_is_taken()
            status = await replica.end(how)
            self._tell(f"{replica.name} ended by {how.name} with {status}, down for {down:.1f} s")
            assert how is signal.SIGKILL or status == 0, f"{replica.name} ended with {status}"
            await asyncio.sleep(down)
            took = await replica.start(self._fleet.times)
            self._tell(f"{replica.name} is back, started in {took:.1f} s")
            self._busy.discard(replica.name)

        self._busy.add(replica.name)
        self._beside(again())

    async def _a_post_is_taken(self):
        """Whoever posts next hears of it two seconds later; returns before, or after a while."""
        before = len(self._server.calls)
        self._server.faults.plan("chat.postMessage", Fault("slow", before=False, seconds=2.0))

        async def taken():
            return any("then slow" in c.result for c in self._server.calls[before:])

        with suppress(AssertionError):
            await until(taken, "a post", seconds=3)

    async def _freeze(self):
        replica, seconds = self._one(), self._random.uniform(1.0, LONGEST_FREEZE)
        if replica is None:
            return

        async def thawed():
            replica.freeze()
            self._tell(f"{replica.name} frozen for {seconds:.1f} s")
            await asyncio.sleep(seconds)
            replica.thaw()
            self._busy.discard(replica.name)

        self._busy.add(replica.name)
        self._beside(thawed())

    async def _refresh(self):
        sockets, which = self._server.socket_mode, self._random.randrange(3)
        if sockets.connections:
            self._tell(f"Socket Mode: {('a refresh', 'a warning', 'all broken')[which]}")
            if which == 2:
                sockets.drop()
            else:
                self._beside((sockets.refresh, sockets.warn)[which](0))

    async def _faults(self):
        for _ in range(self._random.randint(1, 4)):
            method = self._random.choice(METHODS * 3 + MORE_METHODS)
            kind = self._random.choice(("429", "500", "fatal_error", "drop", "slow"))
            before = kind == "429" or self._random.random() < 0.5
            seconds = self._random.choice((0.5, 1.0, 2.0))
            fault = Fault(kind, before, retry_after=seconds, seconds=seconds)
            self._server.faults.plan(method, fault)
            self._tell(f"{method} will meet {kind} {'before' if before else 'after'} it is done")

    async def _repeats(self):
        times, seconds = self._random.randint(2, 4), self._random.uniform(1.0, 4.0)

        async def once_again():
            self._server.deliveries.repeat = times
            self._tell(f"events come {times} times for {seconds:.1f} s")
            await asyncio.sleep(seconds)
            self._server.deliveries.repeat = 1

        self._beside(once_again())

    async def _reordered(self):
        seconds = self._random.uniform(0.5, 3.0)

        async def late():
            self._server.deliveries.hold()
            self._tell(f"events are held for {seconds:.1f} s, then come in reverse order")
            await asyncio.sleep(seconds)
            self._server.deliveries.release(backwards=True)

        self._beside(late())

    async def _jump(self):
        """All clocks are set back for a while, then right, and ahead by an hour or more.

        Before each, events come to rest: outside a trial plan time is real time, and a reaction
        has its plan time from Slack; a trial's clock that jumps gives it another.
        """
        back = timedelta(hours=self._random.uniform(1.0, 6.0))
        ahead = timedelta(hours=self._random.uniform(0.5, 2.0))
        await self.over()
        self._people.reactions_held = True
        await self._people.settle()
        await self._server.deliveries.settle()
        right = self._fleet.times
        self._tell(f"all end; one begins with its clock {back} behind")
        await self._fleet.end()
        await self._a_minute_passes()
        self._fleet.times = right.moved(-back)
        await self._fleet.start(1)
        for _ in range(5):
            self._people.one_does_something()
            await asyncio.sleep(0.3)
        await self._people.settle()
        await self._fleet.end(signal.SIGKILL)
        self._fleet.times = right.moved(ahead)
        self._tell(f"it is killed; all begin with their clocks {ahead} ahead")
        await self._fleet.start()
        self._people.reactions_held = False
