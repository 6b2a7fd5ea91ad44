"""Each request has one id in the logs and one name in the numbers, whatever stands in it."""

import asyncio

import pytest
import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.metrics import Metrics
from bot.slack.observed import kind_of, request_id
from coordination.messages.parts import Message
from coordination.ports import DeliveryError
from coordination.services import Reply
from sandbox.faults import Fault
from tests.bot.slack.harness import ANA, BEN, CHANNEL


def test_the_id_is_slacks_of_the_event_else_of_the_trigger():
    assert request_id({"event_id": "Ev1", "trigger_id": "1.2.a"}) == "Ev1"
    assert request_id({"trigger_id": "1.2.a"}) == "1.2.a"


@pytest.mark.parametrize("said", ["", "a b", "x" * 81, "a\nb", "ä", None, 7, ["Ev1"], {"a": 1}])
def test_what_is_no_id_is_not_logged_as_one(said):
    first, second = request_id({"event_id": said}), request_id({"event_id": said})
    assert first.startswith("own-")
    assert first != second


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"command": "/gmg", "text": "next 3"}, ("command", "next")),
        ({"command": "/gmg", "text": " "}, ("command", "help")),
        ({"command": "/gmg"}, ("command", "help")),
        ({"command": "/gmg", "text": "U1SECRET x"}, ("command", "unknown")),
        ({"type": "event_callback", "event": {"type": "app_mention"}}, ("event app_mention", None)),
        ({"type": "block_actions"}, ("press", None)),
        ({"type": "view_submission"}, ("form", None)),
        ({"type": "message_action"}, ("shortcut", None)),
        ({"type": "anything"}, ("other", None)),
        ({}, ("other", None)),
    ],
)
def test_requests_have_few_names(body, kind):
    assert kind_of(body) == kind


async def test_two_requests_at_once_keep_their_ids_apart(face):
    begun = asyncio.Event()

    async def answers(asker, text):
        structlog.get_logger("use case").info("asked", user=asker.user, event_of=asker.event)
        if asker.user == ANA:
            await begun.wait()
        begun.set()
        structlog.get_logger("use case").info("answers", user=asker.user, event_of=asker.event)
        return Reply(Message("Yes"))

    face.script.answers = answers
    with capture_logs(processors=[merge_contextvars]) as lines:
        await asyncio.gather(
            face.slack.people.command(ANA, CHANNEL, "/gmg next"),
            face.slack.people.command(BEN, CHANNEL, "/gmg next"),
        )
    told = [line for line in lines if line["event"] in ("asked", "answers")]
    assert len(told) == 4
    assert all(line["cause"] == line["event_of"] for line in told)
    assert len({line["cause"] for line in told}) == 2


async def test_what_fails_is_counted_by_where(face):
    metrics = face.app.face.tasks.observer = Metrics()

    async def answers(asker, text):
        raise RuntimeError("broken")

    face.script.answers = answers
    outcome = await face.slack.people.command(ANA, CHANNEL, "/gmg next")
    assert "not recorded" in outcome.payload["text"]
    labels = {"where": "use case"}
    assert metrics.registry.get_sample_value("gmg_errors_total", labels) == 1


async def test_each_429_is_counted_by_its_method(face):
    metrics = face.workspace.client.observer = Metrics()
    face.slack.faults.plan("users.info", Fault("429", retry_after=1))
    with pytest.raises(DeliveryError):
        await face.directory.profile(ANA)
    counted = metrics.registry.get_sample_value
    assert counted("gmg_slack_rate_limited_total", {"method": "users.info"}) == 1
