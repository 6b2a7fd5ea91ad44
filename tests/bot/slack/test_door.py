"""Only requests that can be read, for the app and workspace of the token, reach the listeners."""

import json

import pytest
from structlog.testing import capture_logs

from bot.slack.door import DEEPEST, misshapen
from bot.slack.http import HttpServer
from bot.slack.listeners.shortcuts import SHORTCUT
from bot.slack.socket import SocketMode
from coordination.messages.forms import DayField, Form, FormName
from coordination.messages.parts import Button, Buttons, Message, Paragraph, line, message
from coordination.ports import Target
from sandbox.http_events import HttpEvents
from sandbox.server import SandboxServer
from scheduler.clock import monotonic, real_now
from tests.bot.slack.harness import ANA, CHANNEL, EVA, Harness, harness, well, workspace_spec

OTHER = "T9OTHER"


@pytest.fixture(params=["http", "socket-mode"])
async def face(request, offline):
    """The face listening, each way."""
    if request.param == "http":
        server = HttpServer(offline.app, well, 0, "127.0.0.1")
        await server.start()
        address = f"http://127.0.0.1:{server.port}/slack/events"
        offline.slack.http_events = HttpEvents(offline.slack, address)
    else:
        server = SocketMode(offline.app, offline.slack.spec.app_token, well, port=None)
        await server.start()
    yield offline
    await server.stop()


def altering(face: Harness, change) -> None:
    """Let the sandbox send what `change` makes of each payload."""
    transport = face.slack.transport
    deliver = transport.deliver

    async def altered(kind, payload, *more):
        payload = json.loads(json.dumps(payload))
        change(payload)
        return await deliver(kind, payload, *more)

    transport.deliver = altered


async def act(face: Harness, what: str, user: str = ANA):
    """Do it in the workspace; what came back, if somebody is told."""
    people = face.slack.people
    match what:
        case "mention":
            people.say(user, CHANNEL, "@gmg next")
        case "reaction":
            ref = await face.messenger.post(Target(channel=CHANNEL), Message("Clear"), ["k"])
            people.react(user, CHANNEL, ref.ts, "white_check_mark")
        case "home":
            people.open_home(user)
        case "command":
            return await people.command(user, CHANNEL, "/gmg next")
        case "press":
            words = message(Paragraph(line("x")), Buttons((Button("gmg_show", "Show", "hb"),)))
            ref = await face.messenger.post(Target(channel=CHANNEL), words, ["k"])
            return await people.press(user, CHANNEL, ref.ts, "gmg_show:0")
        case "shortcut":
            said = people.say(user, CHANNEL, "Look")
            return await people.shortcut(user, CHANNEL, said.ts, SHORTCUT)
    await face.settle()
    return None


def had_effect(face: Harness) -> list[str]:
    """Which of the use cases were asked."""
    script = face.script
    lists = ("asked", "pressed", "reacted", "submitted", "homes", "circulated")
    return [name for name in lists if getattr(script, name)]


EFFECTS = {
    "mention": "asked",
    "reaction": "reacted",
    "home": "homes",
    "command": "asked",
    "press": "pressed",
    "shortcut": "circulated",
}
each_act = pytest.mark.parametrize("what", EFFECTS)


def of_another_workspace(payload) -> None:
    if "authorizations" in payload:
        payload["authorizations"][0]["team_id"] = OTHER
    elif "command" in payload:
        payload["team_id"] = OTHER
    elif "view" in payload:
        payload["view"]["app_installed_team_id"] = OTHER
    else:
        payload["team"]["id"] = OTHER


def of_another_app(payload) -> None:
    payload["api_app_id"] = "A9OTHER"


@each_act
async def test_of_this_workspace_it_is_served(face, what):
    await act(face, what)
    await face.settle()
    assert had_effect(face) == [EFFECTS[what]]


@each_act
@pytest.mark.parametrize("change", [of_another_workspace, of_another_app])
async def test_for_another_workspace_or_app_it_has_no_effect(face, what, change):
    altering(face, change)
    outcome = await act(face, what)
    await face.settle()
    assert had_effect(face) == []
    if what == "command":
        assert "I serve another workspace" in outcome.payload["text"]
    if outcome is not None:
        assert outcome.error is None


async def test_an_event_without_authorizations_is_told_by_its_team(face):
    def only_the_team(payload):
        del payload["authorizations"]
        payload["team_id"] = OTHER

    altering(face, only_the_team)
    await act(face, "mention")
    assert had_effect(face) == []


async def opened(face: Harness, user: str) -> None:
    async def form(*_):
        return Form(FormName.EXTEND, "Extend", "Extend", (DayField("until", "Until"),), "7")

    face.script.presses = form
    await act(face, "press", user)
    assert face.slack.people.form(user) is not None


@pytest.mark.parametrize("change", [of_another_workspace, of_another_app])
async def test_a_form_for_another_workspace_or_app_stays_and_says_so(face, change):
    await opened(face, ANA)
    altering(face, change)
    outcome = await face.slack.people.submit(ANA, {"until": "2010-03-12"})
    assert "I serve another workspace" in "".join(outcome.errors.values())
    assert face.script.submitted == [] and face.slack.people.form(ANA) is not None


async def test_people_of_other_workspaces_are_served_in_its_shared_channels(face):
    await opened(face, EVA)
    sent = []
    altering(face, sent.append)
    assert not (await face.slack.people.submit(EVA, {"until": "2010-03-12"})).errors
    assert sent[0]["team"]["id"] == face.slack.spec.external_team
    await act(face, "reaction", EVA)
    await act(face, "mention", EVA)
    assert had_effect(face) == ["asked", "pressed", "reacted", "submitted"]


async def test_where_slack_does_not_say_which_app_it_is_the_workspace_alone_counts():
    spec = workspace_spec(scopes="chat:write,commands")  # bots.info wants users:read
    slack = SandboxServer(spec, real_now=real_now, monotonic=monotonic, rate_limits=False)
    await slack.start()
    made = await harness(slack)
    assert made.workspace.identity.app == ""
    asked = {"command": "/gmg", "text": "next", "user_id": ANA, "api_app_id": "A1ANY"}
    for team in (spec.team, OTHER):
        await made.app.answer({**asked, "team_id": team}, None)
    assert len(made.script.asked) == 1
    await made.workspace.close()
    await slack.stop()


def without(*way):
    def change(payload):
        for key in way[:-1]:
            payload = payload[key]
        del payload[way[-1]]

    return change


def with_(value, *way):
    def change(payload):
        for key in way[:-1]:
            payload = payload[key]
        payload[way[-1]] = value

    return change


def both(one, other):
    def change(payload):
        one(payload)
        other(payload)

    return change


UNREADABLE = [
    ("mention", without("event", "ts"), "ts"),
    ("mention", with_({"id": []}, "event", "channel"), "channel"),
    ("mention", both(without("type"), with_(True, "event", "channel")), "channel"),
    ("reaction", without("event", "item", "ts"), "item"),
    ("reaction", with_("nan", "event", "event_ts"), "event_ts"),
    ("reaction", with_("9" * 400, "event", "event_ts"), "event_ts"),
    ("home", with_(7, "event", "user"), "user"),
    ("command", without("user_id"), "user_id"),
    ("press", with_([], "actions"), "actions"),
    ("press", with_(None, "user"), "user"),
    ("press", with_("a\x00b", "actions", 0, "value"), "actions.….value"),
    ("press", with_("soon", "actions", 0, "action_ts"), "actions.….action_ts"),
    ("shortcut", with_({"attachments": [1]}, "message"), "message.attachments"),
]


@pytest.mark.parametrize(("what", "change", "place"), UNREADABLE)
async def test_what_cannot_be_read_has_no_effect_and_is_answered(face, what, change, place):
    altering(face, change)
    with capture_logs() as logged:
        outcome = await act(face, what)
        await face.settle()
    assert had_effect(face) == []
    told = [e["where"] for e in logged if e["event"] == "a request that cannot be read"]
    assert place in told[0]
    if what == "command":
        assert "could not be read" in outcome.payload["text"]
    assert outcome is None or outcome.error is None
    assert len(told) == 1  # it does not come again
    assert not [e for e in logged if e["log_level"] == "error"]


@pytest.mark.parametrize(
    "change",
    [
        with_("2010-02-30", "view", "state", "values"),
        without("view", "blocks", 0, "element"),
        with_(7, "view", "private_metadata"),
        with_("V1\x00", "view", "id"),
    ],
)
async def test_a_form_that_cannot_be_read_stays_and_says_so(face, change):
    await opened(face, ANA)
    altering(face, change)
    outcome = await face.slack.people.submit(ANA, {"until": "2010-03-12"})
    assert "could not be read" in "".join(outcome.errors.values())
    assert face.script.submitted == [] and face.slack.people.form(ANA) is not None


@each_act
async def test_what_slack_may_add_one_day_is_let_through(face, what):
    def added(value):
        if isinstance(value, dict):
            for inner in list(value.values()):
                added(inner)
            value |= {"added_one_day": {"id": [None, 1.5]}, "enterprise_name": None}
        elif isinstance(value, list):
            for inner in value:
                added(inner)

    altering(face, added)
    await act(face, what)
    await face.settle()
    assert had_effect(face) == [EFFECTS[what]]


def test_the_log_names_places_and_nothing_that_stands_there():
    secret = "https://hooks.slack.com/actions/T1/2/abc"
    body = {"type": "block_actions", "user": {"id": secret}, "actions": [{secret: secret}]}
    where = misshapen(body)
    assert where is not None and "user.id" in where and "hooks" not in where


def test_a_request_may_be_as_deep_as_slacks_and_no_deeper():
    def nested(levels):
        value: object = "x"
        for _ in range(levels):
            value = [value]
        return {"type": "made_up", "deep": value}

    assert misshapen(nested(DEEPEST - 2)) is None
    assert misshapen(nested(DEEPEST)) == "its depth"
    assert misshapen(nested(900)) == "its depth"
