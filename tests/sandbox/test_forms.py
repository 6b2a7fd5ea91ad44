"""Forms as people use them: what Bolt hears of them, and what becomes of its answers."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from sandbox.person import NotFilled, NotPossible
from sandbox.person_forms import TROUBLE
from tests.sandbox.harness import (
    ANA,
    BEN,
    EVA,
    OPEN,
    Connection,
    HttpApp,
    field,
    home,
    modal,
    options,
    plain,
    refused,
    until,
    web_client,
)

OPENER = [
    {
        "type": "actions",
        "block_id": "a",
        "elements": [{"type": "button", "action_id": "open", "text": plain("Open")}],
    }
]
TOGGLE = {
    "type": "actions",
    "block_id": "t",
    "elements": [
        {"type": "button", "action_id": "more", "text": plain("More"), "value": "v"},
        {"type": "datepicker", "action_id": "day", "initial_date": "2010-02-01"},
    ],
}
WORD = field("plain_text_input", "word")


class App:
    """A Bolt app that opens `view` from a button and answers a form with `answer`."""

    def __init__(self, slack) -> None:
        self.slack = slack
        self.view = modal(callback_id="form")
        self.answer: dict | None = {}  # None: not at all
        self.heard: list[dict] = []
        app = AsyncApp(
            client=web_client(slack),
            signing_secret=slack.spec.signing_secret,
            process_before_response=True,
        )
        app.action("open")(self.open)
        app.action("more")(self.note)
        app.action("day")(self.note)
        app.view("form")(self.submitted)
        app.view_closed("form")(self.note)
        app.shortcut("circulate")(self.open)
        self.handler = AsyncSocketModeHandler(
            app, slack.spec.app_token, web_client=web_client(slack), ping_interval=0.2
        )
        self.handler.client.proxy = None

    async def open(self, ack, body, client):
        self.heard.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=self.view)
        await ack()

    async def note(self, ack, body):
        self.heard.append(body)
        await ack()

    async def submitted(self, ack, body):
        self.heard.append(body)
        if self.answer is not None:
            await ack(**self.answer)

    async def opened(self, user=ANA, **view):
        """Let somebody press the button that opens the form."""
        self.view |= view
        posted = await self.handler.app.client.chat_postMessage(
            channel=OPEN, text="x", blocks=OPENER
        )
        outcome = await self.slack.people.press(user, OPEN, posted["ts"], "open")
        assert outcome.answered
        return self.slack.people.form(user)


@pytest.fixture
async def app(slack) -> AsyncIterator[App]:
    made = App(slack)
    await made.handler.connect_async()
    await until(lambda: slack.socket_mode.online)
    yield made
    await made.handler.close_async()


async def test_a_form_opened_from_a_button_is_sent_as_slack_sends_it(slack, app):
    view = await app.opened(private_metadata="m")
    outcome = await slack.people.submit(ANA, {"word": "Yes"})
    assert outcome.answered
    assert slack.people.form(ANA) is None
    sent = app.heard[-1]
    assert sent.pop("trigger_id") and sent["view"].pop("hash")
    sent["view"].pop("title"), sent["view"].pop("submit"), sent["view"].pop("blocks")
    assert sent == {
        "type": "view_submission",
        "team": {"id": "T0SANDBOX", "domain": "sandbox"},
        "user": {"id": ANA, "username": "ana", "name": "ana", "team_id": "T0SANDBOX"},
        "api_app_id": "A0SANDBOX",
        "token": "sandbox",
        "enterprise": None,
        "is_enterprise_install": False,
        "response_urls": [],
        "view": {
            "id": view.id,
            "team_id": "T0SANDBOX",
            "type": "modal",
            "private_metadata": "m",
            "callback_id": "form",
            "state": {
                "values": {"word": {"word_value": {"type": "plain_text_input", "value": "Yes"}}}
            },
            "clear_on_close": False,
            "notify_on_close": False,
            "close": None,
            "previous_view_id": None,
            "root_view_id": view.id,
            "app_id": "A0SANDBOX",
            "external_id": "",
            "app_installed_team_id": "T0SANDBOX",
            "bot_id": "B0BOT",
        },
    }


@pytest.mark.parametrize(
    ("element", "value", "state"),
    [
        ({"type": "plain_text_input"}, "x", {"value": "x"}),
        ({"type": "plain_text_input"}, None, {"value": None}),
        ({"type": "number_input", "is_decimal_allowed": True}, "1.5", {"value": "1.5"}),
        ({"type": "static_select", "options": options("a", "b")}, "b",
         {"selected_option": options("b")[0]}),
        ({"type": "static_select", "options": options("a")}, None, {"selected_option": None}),
        ({"type": "radio_buttons", "options": options("a")}, "a",
         {"selected_option": options("a")[0]}),
        ({"type": "checkboxes", "options": options("a", "b", "c")}, ["a", "c"],
         {"selected_options": options("a", "c")}),
        ({"type": "multi_static_select", "options": options("a")}, [], {"selected_options": []}),
        ({"type": "users_select"}, BEN, {"selected_user": BEN}),
        ({"type": "multi_users_select"}, [BEN, EVA], {"selected_users": [BEN, EVA]}),
        ({"type": "conversations_select"}, OPEN, {"selected_conversation": OPEN}),
        ({"type": "datepicker"}, "2010-03-01", {"selected_date": "2010-03-01"}),
        ({"type": "datepicker", "initial_date": "2010-01-04"}, None, {"selected_date": None}),
        ({"type": "timepicker", "timezone": "Europe/Zurich"}, "18:00",
         {"selected_time": "18:00", "timezone": "Europe/Zurich"}),
        ({"type": "datetimepicker"}, 1_265_000_000, {"selected_date_time": 1_265_000_000}),
        ({"type": "file_input"}, [], {"files": []}),
    ],
)  # fmt: skip
async def test_each_kind_of_input_says_what_was_chosen(slack, app, element, value, state):
    await app.opened(blocks=[field(element, optional=True)])
    await slack.people.submit(ANA, {"b": value})
    said = app.heard[-1]["view"]["state"]["values"]["b"]["b_value"]
    assert said == {"type": element["type"]} | state


async def test_what_was_chosen_at_first_is_sent_untouched(slack, app):
    await app.opened(blocks=[field({"type": "datepicker", "initial_date": "2010-01-04"})])
    await slack.people.submit(ANA)
    said = app.heard[-1]["view"]["state"]["values"]["b"]["b_value"]
    assert said["selected_date"] == "2010-01-04"


class TestWhatTheClientChecks:
    @pytest.mark.parametrize(
        ("element", "value", "said"),
        [
            ({"type": "plain_text_input"}, "", "required"),
            ({"type": "datepicker"}, None, "required"),
            ({"type": "checkboxes", "options": options("a")}, [], "required"),
            ({"type": "plain_text_input", "min_length": 3}, "ab", "at least 3"),
            ({"type": "plain_text_input", "max_length": 3}, "abcd", "no more than 3"),
            ({"type": "plain_text_input"}, "x" * 3_001, "no more than 3000"),
            ({"type": "email_text_input"}, "ana", "valid email"),
            ({"type": "url_text_input"}, "not an address", "valid URL"),
            ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "whole number"),
            ({"type": "number_input", "is_decimal_allowed": True}, "one", "valid number"),
            ({"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}, "10",
             "at most 9"),
            ({"type": "multi_users_select", "max_selected_items": 1}, [ANA, BEN], "more than 1"),
        ],
    )  # fmt: skip
    async def test_is_said_beside_the_input_and_nothing_is_sent(
        self, slack, app, element, value, said
    ):
        await app.opened(blocks=[field(element)])
        heard = len(app.heard)
        with pytest.raises(NotFilled, match=said) as caught:
            await slack.people.submit(ANA, {"b": value})
        assert list(caught.value.errors) == ["b"]
        assert len(app.heard) == heard
        assert slack.people.form(ANA) is not None

    async def test_what_is_optional_may_stay_empty_and_what_is_written_must_still_fit(
        self, slack, app
    ):
        await app.opened(blocks=[field("email_text_input", optional=True)])
        with pytest.raises(NotFilled):
            await slack.people.submit(ANA, {"b": "ana"})
        assert (await slack.people.submit(ANA, {"b": ""})).answered

    async def test_nothing_is_chosen_that_is_not_offered(self, slack, app):
        await app.opened(blocks=[field({"type": "static_select", "options": options("a")})])
        for name, value, why in (("b", "z", "no such choice"), ("gone", "a", "no field")):
            with pytest.raises(NotPossible, match=why):
                slack.people.fill(ANA, {name: value})
        with pytest.raises(NotPossible, match="No form"):
            slack.people.fill(BEN, {"b": "a"})


class TestAnswers:
    async def test_errors_stand_beside_their_inputs_and_the_form_keeps_its_text(self, slack, app):
        view = await app.opened()
        app.answer = {"response_action": "errors", "errors": {"word": "Too late."}}
        outcome = await slack.people.submit(ANA, {"word": "Yes"})
        assert (outcome.error, outcome.errors) == (None, {"word": "Too late."})
        assert slack.people.form(ANA) is view
        app.answer = {}
        await slack.people.submit(ANA)
        assert app.heard[-1]["view"]["state"]["values"]["word"]["word_value"]["value"] == "Yes"

    @pytest.mark.parametrize(
        "answer",
        [
            {"response_action": "errors", "errors": {"nowhere": "No."}},
            {"response_action": "errors", "errors": {"t": "Not an input."}},
            {"response_action": "errors", "errors": {}},
            {"response_action": "update", "view": modal(title=plain("t" * 25))},
            {"response_action": "push", "view": {"type": "home", "blocks": []}},
            {"response_action": "dance"},
            {"text": "Thank you"},
        ],
    )
    async def test_what_slack_cannot_use_is_trouble(self, slack, app, answer):
        view = await app.opened(blocks=[WORD, TOGGLE])
        app.answer = answer
        outcome = await slack.people.submit(ANA, {"word": "Yes"})
        assert (outcome.answered, outcome.error) == (False, TROUBLE)
        assert slack.people.form(ANA) is view
        assert view.chosen["word", "word_value"] == "Yes"

    async def test_update_puts_another_form_in_its_place(self, slack, app):
        view = await app.opened()
        app.answer = {"response_action": "update", "view": modal(TOGGLE, title=plain("Done"))}
        await slack.people.submit(ANA, {"word": "Yes"})
        assert (slack.people.form(ANA).id, slack.people.form(ANA).title) == (view.id, "Done")

    async def test_push_lays_one_on_top_and_sending_that_leaves_the_one_below(self, slack, app):
        view = await app.opened()
        app.answer = {"response_action": "push", "view": modal(callback_id="form")}
        await slack.people.submit(ANA, {"word": "Yes"})
        top = slack.people.form(ANA)
        assert (top.previous, top.root) == (view.id, view.id)
        app.answer = {}
        await slack.people.submit(ANA, {"word": "On top"})
        assert slack.people.form(ANA) is view

    async def test_clear_closes_all(self, slack, app):
        await app.opened()
        app.answer = {"response_action": "push", "view": modal(callback_id="form")}
        await slack.people.submit(ANA, {"word": "Yes"})
        app.answer = {"response_action": "clear"}
        await slack.people.submit(ANA, {"word": "Yes"})
        assert slack.people.form(ANA) is None


async def test_without_an_answer_in_time_there_is_trouble_and_the_form_keeps_its_text(hasty):
    async with Connection(hasty) as connection:
        trigger = hasty.triggers.issue(ANA, OPEN)
        await web_client(hasty).views_open(trigger_id=trigger, view=modal())
        connection.awake = False
        outcome = await hasty.people.submit(ANA, {"word": "Yes"})
        assert (outcome.answered, outcome.error) == (False, TROUBLE)
        assert hasty.people.form(ANA).chosen == {("word", "word_value"): "Yes"}
        connection.awake = True
        assert (await hasty.people.submit(ANA)).answered


async def test_over_http_an_empty_answer_closes_and_a_wrong_one_does_not(
    slack, client, http_app: HttpApp
):
    http_app.answers += [web.Response(text="ok"), web.Response(status=500), web.Response()]
    trigger = slack.triggers.issue(ANA, OPEN)
    await client.views_open(trigger_id=trigger, view=modal())
    for _ in range(2):
        assert (await slack.people.submit(ANA, {"word": "Yes"})).error == TROUBLE
    assert (await slack.people.submit(ANA)).answered
    assert slack.people.form(ANA) is None


class TestPresses:
    async def test_a_press_in_a_form_carries_the_view_with_all_that_is_filled_in(self, slack, app):
        view = await app.opened(blocks=[WORD, TOGGLE])
        slack.people.fill(ANA, {"word": "half"})
        assert (await slack.people.press_in(ANA, "more")).answered
        body = app.heard[-1]
        assert body["container"] == {"type": "view", "view_id": view.id}
        assert body["view"]["state"]["values"]["word"]["word_value"]["value"] == "half"
        assert body["view"]["state"]["values"]["t"]["day"]["selected_date"] == "2010-02-01"
        assert body["actions"][0]["value"] == "v"
        assert not {"response_url", "channel", "message"} & body.keys()
        opened = await web_client(slack).views_push(trigger_id=body["trigger_id"], view=modal())
        assert opened["view"]["previous_view_id"] == view.id

    async def test_a_picker_in_a_row_is_told_at_once(self, slack, app):
        await app.opened(blocks=[WORD, TOGGLE])
        await slack.people.press_in(ANA, "day", "2010-03-01")
        assert app.heard[-1]["actions"][0]["selected_date"] == "2010-03-01"

    async def test_an_input_is_told_at_once_only_where_it_says_so(self, slack, app):
        day = {"type": "datepicker", "action_id": "day"}
        await app.opened(blocks=[field(day, "quiet")])
        with pytest.raises(NotPossible, match="only when the form is sent"):
            await slack.people.press_in(ANA, "day", "2010-03-01")
        await app.opened(blocks=[field(day, "loud", dispatch_action=True)])
        await slack.people.press_in(ANA, "day", "2010-03-01")
        assert app.heard[-1]["actions"][0]["block_id"] == "loud"

    async def test_buttons_of_the_home_are_pressed_like_those_of_a_form(self, slack, app):
        await web_client(slack).views_publish(user_id=ANA, view=home(OPENER[0], TOGGLE))
        await slack.people.press_in(ANA, "more")
        assert app.heard[-1]["view"]["type"] == "home"
        await slack.people.press_in(ANA, "open")
        assert slack.people.form(ANA).kind == "modal"

    async def test_a_message_says_what_is_chosen_in_all_its_elements(self, slack, app):
        posted = await web_client(slack).chat_postMessage(channel=OPEN, text="x", blocks=[TOGGLE])
        await slack.people.press(ANA, OPEN, posted["ts"], "day", "2010-03-01")
        for user, day in ((ANA, "2010-03-01"), (BEN, "2010-02-01")):
            await slack.people.press(user, OPEN, posted["ts"], "more")
            state = app.heard[-1]["state"]["values"]
            assert state == {"t": {"day": {"type": "datepicker", "selected_date": day}}}


class TestClosing:
    async def test_the_app_is_told_where_it_wants_to_know(self, slack, app):
        await app.opened(notify_on_close=True)
        slack.people.close(ANA)
        await until(lambda: app.heard[-1]["type"] == "view_closed")
        assert app.heard[-1]["is_cleared"] is False
        assert slack.people.form(ANA) is None

    async def test_and_is_not_where_it_does_not(self, slack, app):
        await app.opened()
        slack.people.close(ANA)
        await slack.deliveries.settle()
        assert app.heard[-1]["type"] == "block_actions"

    async def test_closing_all_tells_of_each(self, slack, app):
        await app.opened(notify_on_close=True)
        app.answer = {"response_action": "push", "view": app.view}
        await slack.people.submit(ANA, {"word": "Yes"})
        slack.people.close(ANA, every=True)
        await slack.deliveries.settle()
        assert [b["is_cleared"] for b in app.heard if b["type"] == "view_closed"] == [True, True]


class TestShortcuts:
    async def test_the_whole_message_comes_and_a_form_opens(self, slack, app):
        said = slack.people.say(BEN, OPEN, "Draft: https://example.org/draft.pdf")
        outcome = await slack.people.shortcut(ANA, OPEN, said.ts, "circulate")
        assert outcome.answered
        body = app.heard[-1]
        assert slack.people.form(ANA) is not None
        assert body["type"] == "message_action"
        assert (body["callback_id"], body["message_ts"]) == ("circulate", said.ts)
        assert (body["message"]["user"], body["channel"]["id"]) == (BEN, OPEN)
        assert body["message"]["text"] == "Draft: <https://example.org/draft.pdf>"
        assert body["response_url"] and body["trigger_id"]

    async def test_it_works_where_the_bot_is_not(self, slack, app):
        said = slack.people.say(ANA, "C2", "x")
        assert (await slack.people.shortcut(ANA, "C2", said.ts, "circulate")).answered

    async def test_there_is_none_for_other_workspaces_or_what_is_seen_by_one(self, slack, app):
        said = slack.people.say(BEN, OPEN, "x")
        shown = await web_client(slack).chat_postEphemeral(channel=OPEN, user=ANA, text="x")
        for user, ts, id in (
            (EVA, said.ts, "circulate"),
            (ANA, said.ts, "other"),
            (ANA, shown["message_ts"], "circulate"),
        ):
            with pytest.raises(NotPossible, match="no such shortcut"):
                await slack.people.shortcut(user, OPEN, ts, id)


class TestAnotherWorkspace:
    async def test_their_form_is_opened_from_a_button_and_carries_their_team(self, slack, app):
        await app.opened(EVA)
        await slack.people.submit(EVA, {"word": "Yes"})
        body = app.heard[-1]
        assert body["team"]["id"] == body["user"]["team_id"] == "T0PARTNER"
        assert body["view"]["team_id"] == "T0PARTNER"
        assert body["view"]["app_installed_team_id"] == "T0SANDBOX"


async def test_a_chosen_conversation_can_be_answered_in(slack, app):
    element = {"type": "conversations_select", "response_url_enabled": True}
    await app.opened(blocks=[field(element)])
    await slack.people.submit(ANA, {"b": OPEN})
    [answer] = app.heard[-1]["response_urls"]
    assert (answer["channel_id"], answer["block_id"]) == (OPEN, "b")
    assert answer["response_url"].startswith(slack.base_url)


async def test_a_closed_form_can_be_neither_sent_nor_changed(slack, app, client):
    view = await app.opened()
    slack.people.close(ANA)
    with pytest.raises(NotPossible, match="No form"):
        await slack.people.submit(ANA, {"word": "Yes"})
    assert await refused(client.views_update(view_id=view.id, view=modal())) == "not_found"
