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
        self.registry = made = CollectorRegistry()
        self._series: dict[tuple[Histogram, tuple[str, ...]], Histogram] = {}
        self._due = Counter("gmg_reminders_due", "Reminders that fell due.", registry=made)
        self._posted = Counter("gmg_reminders_posted", "Reminders posted.", registry=made)
        self._late = Histogram(
            "gmg_reminder_lateness_seconds",
            "Plan time from a reminder's moment to its posting.",
            buckets=LATE,
            registry=made,
        )
        self._ended = Counter(
            "gmg_reminders_ended",
            "Reminders that were not posted: folded, cancelled, failed.",
            ["state"],
            registry=made,
        )
        self._sent = Counter("gmg_outbox_sent", "Rows of the outbox sent.", ["kind"], registry=made)
        self._retries = Counter(
            "gmg_retries", "What was given back to be tried again.", ["what"], registry=made
        )
        self._limited = Counter(
            "gmg_slack_rate_limited", "Answers 429 of Slack's.", ["method"], registry=made
        )
        self._answers = Histogram(
            "gmg_command_duration_seconds",
            "Commands answered, and in what time.",
            ["command"],
            buckets=QUICK,
            registry=made,
        )
        self._requests = Histogram(
            "gmg_request_duration_seconds",
            "Slack's requests handled, events among them, and in what time.",
            ["request", "status"],
            buckets=QUICK,
            registry=made,
        )
        self._errors = Counter("gmg_errors", "What failed, by where.", ["where"], registry=made)
        self._differences = Counter(
            "gmg_audit_differences", "Differences the hourly audit told of.", registry=made
        )
        self.positions = Gauge(
            "gmg_positions",
            "Answers to circulations recorded so far, those taken back not counted off.",
            ["position", "source"],
            registry=made,
        )
        self.waiting = Gauge(
            "gmg_queue_length", "What is due or decided and not sent.", ["queue"], registry=made
        )
        self.overdue = Gauge(
            "gmg_reminders_overdue",
            "Reminders that could have gone out two minutes ago.",
            registry=made,
        )
        self.stuck = Gauge(
            "gmg_claims_stuck", "Claims past their lease, rows refused often.", registry=made
        )
        self.ready = Gauge(
            "gmg_ready",
            "Whether a part is well (1) or not (0), as /readyz.",
            ["part"],
            registry=made,
        )
        self.woke = Gauge(
            "gmg_last_wake_up_timestamp_seconds",
            "When a loop last ran well.",
            ["loop"],
            registry=made,
        )

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
