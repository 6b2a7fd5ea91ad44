"""The bot watched: is it ready, what is overdue, what is counted, and does the ledger agree."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeVar

from bot.metrics import Metrics
from coordination.audit import HOUR, Audit
from coordination.cause import caused_by
from coordination.overdue import PATIENCE, Overdue
from coordination.services import Services
from coordination.storage_ports import StorageUnavailable
from scheduler.clock import monotonic, real_now
from storage.engine import Database

Found = TypeVar("Found")

LOOK = 600.0
"""Real seconds between two looks whether the hourly audit is due: a process that was started
lately need not wait an hour, and one that ends leaves its turn to another."""


class Watching:
    """What health, metrics and audit share; made with the bot's services, asked by its face."""

    def __init__(
        self,
        services: Services,
        storage: Database,
        metrics: Metrics,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        """`steady`: real seconds that never go back."""
        self._services = services
        self._storage = storage
        self._watch = storage.watch()
        self.metrics = metrics
        self.overdue = Overdue(services.clock, self._watch, steady)
        self._audit = Audit(services, self._watch, storage, self.overdue)

    def measured(
        self, loop: str, work: Callable[[], Awaitable[Found]]
    ) -> Callable[[], Awaitable[Found]]:
        """The work of a wake-up: its log lines under one id, its end and its failures counted."""

        async def watched() -> Found:
            with caused_by(f"{loop}-{uuid.uuid4().hex[:12]}"):
                self.overdue.note()
                try:
                    done = await work()
                except Exception:
                    self.metrics.failed(f"{loop} wake-up")
                    raise
                self.metrics.woke.labels(loop).set(real_now())
                return done

        return watched

    async def audit(self) -> None:
        """The hourly audit, where its hour has come."""
        await self._audit.run(HOUR - LOOK / 2)

    async def late(self) -> bool | str:
        """What `/readyz` tells of reminders: True, or what is overdue."""
        found = await self.overdue.look(self._services.snapshot)
        self.metrics.overdue.set(len(found))
        if not found:
            return True
        first: datetime = found[0].due_at
        return (
            f"{len(found)} overdue for more than {PATIENCE / 60:.0f} minutes, "
            f"the first since {first:%Y-%m-%d %H:%M} UTC"
        )

    async def text(self, report: Mapping[str, bool | str]) -> bytes:
        """What `/metrics` tells, with the queues as they are now and what `/readyz` found."""
        self.metrics.ready.clear()  # a part that is not told of this time is neither well nor not
        for part, said in report.items():
            self.metrics.ready.labels(part).set(said is True)
        try:
            queues = await self._watch.queues(self._services.clock.now())
        except StorageUnavailable:
            # What was seen last would look like now: better nothing than that.
            self.metrics.waiting.clear()
            self.metrics.failed("database")
        else:
            self.metrics.waiting.labels("reminders due").set(queues.due)
            self.metrics.waiting.labels("outbox").set(queues.unsent)
            self.metrics.stuck.set(queues.stuck)
        self._count_positions()
        return self.metrics.text()

    def _count_positions(self) -> None:
        found: dict[tuple[str, str], int] = {}
        for acts in self._services.snapshot.state.acts.values():
            for act in acts:
                if act.given:
                    # `reaction:thumbsup`, `entered:email`: by what way it came is enough.
                    key = (act.position.value, act.source.partition(":")[0])
                    found[key] = found.get(key, 0) + 1
        for labels, number in found.items():
            self.metrics.positions.labels(*labels).set(number)
