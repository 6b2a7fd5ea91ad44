"""The whole bot, watched: one id from event to answer, and its numbers at `/metrics`."""

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from sandbox.faults import Fault
from tests.e2e.running import running, until


@pytest.fixture(params=[True, False], ids=["http", "socket-mode"])
async def either(request, tmp_path):
    async with running(tmp_path, http=request.param) as made:
        yield made


async def samples(group):
    """What `/metrics` tells, by name and labels."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{group.demo.address}/metrics") as answer,
    ):
        assert answer.status == 200
        text = await answer.text()
    return {
        (s.name, *(s.labels[name] for name in sorted(s.labels) if name != "le")): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
        if "le" not in s.labels
    }


async def test_the_numbers_are_told_in_both_modes(either):
    group = either
    group.server.faults.plan("chat.postMessage", Fault("429", retry_after=1))
    await group.until("2010-01-11 09:00")
    await group.ask("ilo", "next")
    await group.ask("ilo", "nonsense")
    await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
    card = group.card("The draft")
    await group.react("ilo", card, "white_check_mark")
    registry = group.demo.bot.watching.metrics.registry
    await until(lambda: registry.get_sample_value("gmg_reminders_posted_total") == 2)
    found = await samples(group)
    assert found["gmg_reminders_due_total",] == 2  # the channel's and a brief
    assert found["gmg_slack_rate_limited_total", "chat.postMessage"] == 1
    assert sum(v for k, v in found.items() if k[0] == "gmg_retries_total") == 1
    assert found["gmg_command_duration_seconds_count", "next"] == 1
    assert found["gmg_command_duration_seconds_count", "unknown"] == 1
    assert found["gmg_request_duration_seconds_count", "event reaction_added", "200"] == 1
    assert found["gmg_request_duration_seconds_count", "press", "200"] == 1
    assert found["gmg_positions", "cleared", "reaction"] == 1
    for loop in ("reminders", "outbox", "sweep", "audit"):
        assert found["gmg_last_wake_up_timestamp_seconds", loop] > 1_700_000_000
    for part in ("database", "scheduler", "reminders", "slack"):
        assert found["gmg_ready", part] == 1
    assert not [k for k in found if k[0] == "gmg_errors_total"]


async def test_one_id_leads_from_an_event_to_the_message_that_answers_it(either):
    group = either
    with capture_logs(processors=[merge_contextvars]) as lines:
        await group.act("undp", "circulate draft https://example.org/d.pdf", "Circulate")
        card = group.card("The draft")
        await group.react("ilo", card, "no_entry")
        await until(lambda: [line for line in lines if str(line.get("what")).startswith("direct")])
    by_cause = {}
    for line in lines:
        by_cause.setdefault(line.get("cause"), []).append(line)
    (press,) = [c for c, told in by_cause.items() if _told(told, "press")]
    (reaction,) = [c for c, told in by_cause.items() if _told(told, "event reaction_added")]
    assert reaction.startswith("Ev")
    for cause in (press, reaction):
        told = by_cause[cause]
        (recorded,) = [line for line in told if line["event"] == "recorded"]
        sent = [line["what"] for line in told if line["event"] == "sent"]
        assert sent
        assert set(sent) <= set(recorded["outbox"])
        assert [line["event"] for line in told].index("recorded") < [
            line["event"] for line in told
        ].index("sent")


async def test_a_question_that_changes_nothing_has_a_line_under_its_id(either):
    with capture_logs(processors=[merge_contextvars]) as lines:
        await either.ask("ilo", "next")
        await until(lambda: any(_told([line], "command next") for line in lines))
    (line,) = [line for line in lines if _told([line], "command next")]
    assert (line["status"], line["log_level"]) == (200, "info")
    assert line["cause"]
    assert 0 <= line["seconds"] < 60


def _told(lines, request):
    return any(line["event"] == "handled" and line["request"] == request for line in lines)


async def test_what_the_calendar_causes_is_logged_under_an_id_of_its_own(tmp_path):
    async with running(tmp_path) as group:
        group.server.token_revoked = True
        with capture_logs(processors=[merge_contextvars]) as lines:
            await group.until("2010-01-11 09:00")
        refused = [line for line in lines if line["event"] == "not posted"]
        assert len(refused) == 2
        assert all(line["cause"].startswith("reminders-") for line in refused)
