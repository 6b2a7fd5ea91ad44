"""What is counted for Prometheus: one registry a bot, rendered when `/metrics` is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from coordination.measures import Sent
from coordination.records import ReminderState

LATE = (1, 5, 15, 60, 120, 300, 900, 3600, 4 * 3600, 86400, 7 * 86400)
"""Bounds in seconds for how late a reminder is: two minutes are overdue, a quarter of an hour is
marked as late."""

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.7, 3, 10)
"""Bounds in seconds for answers: after 1.7 a person is told to try again, after 3 Slack shows an
error."""


class Metrics:
    """Implements coordination.measures.Measures and bot.slack.observed.Observer."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._series: dict[tuple[Histogram, tuple[str, ...]], Histogram] = {}

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"gmg_{name}", what, labels, registry=registry)

        def gauge(name: str, what: str, *labels: str) -> Gauge:
            return Gauge(f"gmg_{name}", what, labels, registry=registry)

        def histogram(name: str, what: str, bounds: Sequence[float], *labels: str) -> Histogram:
            return Histogram(f"gmg_{name}", what, labels, buckets=bounds, registry=registry)

        self._due = counter("reminders_due", "Reminders that fell due.")
        self._posted = counter("reminders_posted", "Reminders posted.")
        moment = "Plan time from a reminder's moment to its posting."
        self._late = histogram("reminder_lateness_seconds", moment, LATE)
        ended = "Reminders that were not posted: folded, cancelled, failed."
        self._ended = counter("reminders_ended", ended, "state")
        for state in (ReminderState.FOLDED, ReminderState.CANCELLED, ReminderState.FAILED):
            # Prometheus sees no increase in a series that begins at 1: the first would raise no
            # alarm.
            self._ended.labels(state.value)
        self._sent = counter("outbox_sent", "Rows of the outbox sent.", "kind")
        self._retries = counter("retries", "What was given back to be tried again.", "what")
        self._limited = counter("slack_rate_limited", "Answers 429 of Slack's.", "method")
        commands = "Commands answered, and in what time."
        self._answers = histogram("command_duration_seconds", commands, QUICK, "command")
        requests = "Slack's requests handled, events among them, and in what time."
        self._requests = histogram("request_duration_seconds", requests, QUICK, "request", "status")
        self._errors = counter("errors", "What failed, by where.", "where")
        told = "Differences the hourly audit told of."
        self._differences = counter("audit_differences", told)
        positions = "Answers to circulations recorded so far, those taken back not counted off."
        self.positions = gauge("positions", positions, "position", "source")
        self.waiting = gauge("queue_length", "What is due or decided and not sent.", "queue")
        overdue = "Reminders that could have gone out two minutes ago."
        self.overdue = gauge("reminders_overdue", overdue)
        self.stuck = gauge("claims_stuck", "Claims past their lease, rows refused often.")
        self.ready = gauge("ready", "Whether a part is well (1) or not (0).", "part")
        self.woke = gauge("last_wake_up_timestamp_seconds", "When a loop last ran well.", "loop")

    def due(self, count: int) -> None:
        """So many reminders fell due and were taken up to be sent."""
        self._due.inc(count)

    def posted(self, late: Sequence[float]) -> None:
        """Reminders were posted, each so many seconds of plan time after its moment."""
        self._posted.inc(len(late))
        for seconds in late:
            self._late.observe(max(0.0, seconds))

    def ended(self, state: ReminderState, count: int) -> None:
        """So many reminders will not be posted."""
        if count:
            self._ended.labels(state.value).inc(count)

    def sent(self, kind: str) -> None:
        """A row of the outbox was sent."""
        self._sent.labels(str(kind)).inc()

    def retried(self, what: Sent, count: int = 1) -> None:
        """So many were given back, to be tried again."""
        self._retries.labels(what).inc(count)

    def differed(self, count: int) -> None:
        """The auditor found so many new differences."""
        self._differences.inc(count)

    def limited(self, method: str) -> None:
        """Slack answered 429 to a method."""
        self._limited.labels(method).inc()

    def handled(self, request: str, command: str | None, status: int, seconds: float) -> None:
        """A request of Slack's was handled with an HTTP status in so many real seconds."""
        self._observe(self._requests, (request, str(status)), seconds)
        if status >= 500:
            self.failed("request")
        if command is not None:
            self._observe(self._answers, (command,), seconds)

    def _observe(self, histogram: Histogram, labels: tuple[str, ...], seconds: float) -> None:
        # The library looks a series up under a lock and checks its labels each time.
        series = self._series.get((histogram, labels))
        if series is None:
            series = self._series[histogram, labels] = histogram.labels(*labels)
        series.observe(seconds)

    def failed(self, where: str) -> None:
        """Something failed."""
        self._errors.labels(where).inc()

    def text(self) -> bytes:
        """All of it in Prometheus' format."""
        return generate_latest(self.registry)
