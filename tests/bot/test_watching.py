"""Readiness and metrics of a bot at work, as whoever watches it reads them."""

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics
from bot.slack.health import WebServer, add_health
from bot.watching import Watching
from coordination.ports import DeliveryError
from coordination.records import ReminderState
from tests.coordination.conftest import PLAN
from tests.coordination.desk import desk_of


class Seen:
    """A desk whose health and metrics are served."""

    def __init__(self, desk):
        self.desk = desk
        self.watching = Watching(desk.services, desk.storage, Metrics(), desk.real)
        self.server = None

    async def start(self):
        async def report():
            return {"reminders": await self.watching.late()}

        app = web.Application()
        add_health(app, report, self.watching.text)
        self.server = WebServer(app, 0, "127.0.0.1")
        await self.server.start()

    async def get(self, path):
        url = f"http://127.0.0.1:{self.server.port}/{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status, await answer.text(), answer.headers["Content-Type"]

    async def samples(self):
        """What `/metrics` tells, by name and labels."""
        _, text, _ = await self.get("metrics")
        return {
            (s.name, *sorted(s.labels.values())): s.value
            for family in text_string_to_metric_families(text)
            for s in family.samples
        }

    def passes(self, seconds):
        for _ in range(seconds // 10):
            self.desk.real.seconds += 10
            self.watching.overdue.note()


@pytest.fixture
async def seen(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path) as desk:
        for agency in ("aa", "bb", "cc"):
            await desk.name(agency)
        made = Seen(desk)
        await made.start()
        made.watching.overdue.note()
        yield made
        await made.server.stop()


LIMITED = DeliveryError("ratelimited", retry_after=30)


async def test_not_ready_once_a_reminder_is_two_minutes_overdue_and_ready_when_it_went(seen):
    await seen.desk.until("2027-01-25 08:59")
    seen.passes(130)
    assert (await seen.get("readyz"))[0] == 200
    seen.desk.messenger.trouble.append(LIMITED)
    await seen.desk.until("2027-01-25 09:00")  # refused, and nobody tries again
    seen.passes(140)
    assert (await seen.get("readyz"))[0] == 200  # it was held for 30 s of these
    seen.passes(20)
    status, said, _ = await seen.get("readyz")
    assert status == 503
    assert "1 overdue for more than 2 minutes, the first since 2027-01-25 08:00 UTC" in said
    found = await seen.samples()
    assert found["gmg_reminders_overdue",] == 1
    assert found["gmg_queue_length", "reminders due"] == 1
    await seen.desk.work()
    assert (await seen.get("readyz"))[0] == 200
    assert (await seen.samples())["gmg_queue_length", "reminders due"] == 0


async def test_metrics_are_prometheus_text_with_a_registry_for_each_bot(seen):
    status, text, kind = await seen.get("metrics")
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    for family in text_string_to_metric_families(text):
        assert family.name.startswith("gmg_")
        assert family.documentation.endswith(".")
        name = family.name.removesuffix("_created")
        assert "seconds" not in name or name.endswith("_seconds")
    assert Metrics().registry is not seen.watching.metrics.registry


async def test_a_part_that_was_not_well_once_is_told_no_longer_than_it_lasts(seen):
    said = (await seen.watching.text({"bot": "no answer in time"})).decode()
    assert 'gmg_ready{part="bot"} 0.0' in said
    said = (await seen.watching.text({"database": True})).decode()
    assert 'gmg_ready{part="database"} 1.0' in said
    assert 'part="bot"' not in said


async def test_a_counter_that_raises_an_alarm_is_there_before_its_first_case(seen):
    before = await seen.samples()
    seen.watching.metrics.ended(ReminderState.FAILED, 1)
    after = await seen.samples()
    for name in [("gmg_reminders_ended_total", "failed"), ("gmg_audit_differences_total",)]:
        assert before[name] == 0
    assert after["gmg_reminders_ended_total", "failed"] == 1


async def test_answers_and_queues_are_told_as_they_are_now(seen):
    desk = seen.desk
    ref = await desk.circulate("draft")
    await desk.react("UAA", ref, "white_check_mark")
    await desk.react("UBB", ref, "speech_balloon")
    found = await seen.samples()
    assert found["gmg_positions", "cleared", "reaction"] == 1
    assert found["gmg_queue_length", "outbox"] == 0
    assert found["gmg_claims_stuck",] == 0


async def test_the_use_cases_tell_what_they_did(desk_at_nine):
    desk = desk_at_nine
    counted = desk.measures.counted
    assert (counted["due"], counted["posted"]) == (1, 1)
    desk.messenger.trouble.append(LIMITED)
    await desk.until("2027-02-03 09:00")
    assert (counted["due"], counted["posted"], counted["retried reminder"]) == (2, 1, 1)
    desk.real.seconds += 31
    await desk.until("2027-02-03 09:07")
    assert (counted["due"], counted["posted"]) == (2, 2)
    assert desk.measures.late[-1] == 7 * 60
    gone = DeliveryError("restricted_action", permanent=True)
    desk.messenger.refuses = lambda target: gone if target.channel else None
    await desk.until("2027-02-05 09:00")
    assert counted[ReminderState.FAILED.value] == 1
    assert counted["sent direct"] == 1  # the secretariat was told


async def test_each_try_of_what_stays_in_doubt_is_counted_and_the_reminder_once(desk_at_nine):
    desk = desk_at_nine

    async def nothing_stands(_target):
        desk.messenger.posted.pop()

    desk.messenger.after = nothing_stands
    desk.messenger.refuses = lambda target: DeliveryError("http_500", maybe_posted=True)
    for local in ("09:00", "09:01", "09:02", "09:03", "09:04", "09:05", "09:06"):
        await desk.until(f"2027-02-03 {local}")
        desk.real.seconds += desk.waits[-1]
    counted = desk.measures.counted
    assert (counted["due"], counted["posted"], counted["retried reminder"]) == (2, 1, 7)


@pytest.fixture
async def desk_at_nine(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path) as desk:
        await desk.name("aa")
        await desk.until("2027-01-25 09:00")
        yield desk
