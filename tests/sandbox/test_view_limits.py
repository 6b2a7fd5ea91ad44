"""What Slack takes and refuses in forms and Home, said with the place."""

from typing import Any

import pytest

from sandbox.errors import SlackError
from sandbox.validate import check_message
from sandbox.validate_views import check_view
from tests.sandbox.harness import field, home, modal, options, plain

DIVIDER = {"type": "divider"}
GROUP = {"label": plain(), "options": options("a", "b")}


def written(kind: str = "plain_text_input", **more: Any) -> dict[str, Any]:
    return field({"type": kind, **more})


def section(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "section", "text": plain(), "accessory": element}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


BOTH = [
    {"type": "static_select", "options": options("a", "b"), "initial_option": options("b")[0]},
    {"type": "static_select", "option_groups": [GROUP], "initial_option": options("a")[0]},
    {"type": "users_select", "initial_user": "U1", "placeholder": plain("p" * 150)},
    {"type": "conversations_select", "default_to_current_conversation": True},
    {"type": "channels_select"},
    {"type": "radio_buttons", "options": options(*"abcdefghij")},
    {"type": "checkboxes", "options": options("a"), "initial_options": options("a")},
    {"type": "datepicker", "initial_date": "2010-02-28"},
    {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Zurich"},
]
INPUTS = [
    *map(field, BOTH),
    field({"type": "multi_static_select", "options": options("a"), "max_selected_items": 1}),
    field({"type": "multi_users_select", "initial_users": ["U1"]}),
    field({"type": "datetimepicker", "initial_date_time": 1_265_000_000}),
    written(multiline=True, min_length=0, max_length=3_000, initial_value="v" * 3_000),
    written("url_text_input"),
    written("email_text_input", initial_value="a@b.c"),
    written("number_input", is_decimal_allowed=False, min_value="1", max_value="2"),
    written("file_input", filetypes=["pdf"], max_files=10),
    field("file_input", optional=True, hint=plain("h" * 2_000), label=plain("l" * 2_000)),
    field("plain_text_input", dispatch_action=True),
]


@pytest.mark.parametrize("block", INPUTS, ids=lambda b: b["element"]["type"])
def test_inputs_are_taken_in_forms_and_refused_in_messages(block: dict[str, Any]) -> None:
    assert check_view(modal(block), "modal")
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message("text", [block])


@pytest.mark.parametrize("element", BOTH, ids=lambda e: e["type"])
def test_lists_and_pickers_stand_in_sections_and_rows_everywhere(element: dict[str, Any]) -> None:
    blocks = [section(element), actions(element)]
    check_message("text", blocks)
    assert check_view(modal(*blocks), "modal")
    assert check_view(home(*blocks), "home")


REFUSED = [
    (modal(title=plain("t" * 25)), "/title/text"),
    (modal(title={"type": "mrkdwn", "text": "t"}), "/title"),
    (modal(submit=plain("s" * 25)), "/submit/text"),
    (modal(close=plain("c" * 25)), "/close/text"),
    (modal(callback_id="c" * 256), "/callback_id"),
    (modal(external_id="e" * 256), "/external_id"),
    (modal(private_metadata="p" * 3_001), "/private_metadata"),
    (modal(notify_on_close="yes"), "/notify_on_close"),
    (modal(colour="red"), ""),
    (modal(*[DIVIDER] * 101), "/blocks"),
    (modal(blocks="none"), ""),
    (modal(field("datepicker", "a"), field("datepicker", "a")), "/blocks"),
    (modal({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}), "/blocks/0"),
    (modal({"type": "section", "text": plain("s" * 3_001)}), "/blocks/0/text/text"),
    (modal({**field("datepicker"), "label": plain("l" * 2_001)}), "/blocks/0/label/text"),
    (modal({"type": "input", "element": {"type": "datepicker"}}), "/blocks/0/label"),
    (modal({"type": "input", "label": plain()}), "/blocks/0/element"),
    (modal(field({"type": "button", "text": plain()})), "/blocks/0/element"),
    (modal(field({"type": "overflow", "options": options("a")})), "/blocks/0/element"),
    (modal(field("plain_text_input", hint=plain("h" * 2_001))), "/blocks/0/hint/text"),
    (modal(field("plain_text_input", optional="yes")), "/blocks/0/optional"),
    (modal(written(action_id="a" * 256)), "/blocks/0/element/action_id"),
    (modal(written(min_length=3_001)), "/blocks/0/element/min_length"),
    (modal(written(max_length=0)), "/blocks/0/element/max_length"),
    (modal(written(max_length=3_001)), "/blocks/0/element/max_length"),
    (modal(written(initial_value="v" * 3_001)), "/blocks/0/element/initial_value"),
    (modal(written(placeholder=plain("p" * 151))), "/blocks/0/element/placeholder/text"),
    (modal(written("number_input")), "/blocks/0/element"),
    (modal(written("file_input", max_files=11)), "/blocks/0/element/max_files"),
    (modal(written("file_input", max_files=0)), "/blocks/0/element/max_files"),
    (modal(written("file_input", filetypes=[])), "/blocks/0/element/filetypes"),
    (modal(section({"type": "plain_text_input"})), "/blocks/0/accessory"),
    (modal(section({"type": "datetimepicker"})), "/blocks/0/accessory"),
    (modal(actions({"type": "multi_users_select"})), "/blocks/0/elements/0"),
    (
        modal(field({"type": "radio_buttons", "options": options(*"abcdefghijk")})),
        "/blocks/0/element/options",
    ),
    (
        modal(field({"type": "checkboxes", "options": options(*"abcdefghijk")})),
        "/blocks/0/element/options",
    ),
    (
        modal(field(BOTH[0] | {"initial_option": options("c")[0]})),
        "/blocks/0/element/initial_option",
    ),
    (
        modal(field(BOTH[6] | {"initial_options": options("c")})),
        "/blocks/0/element/initial_options/0",
    ),
    (modal(field({"type": "static_select"})), "/blocks/0/element/options"),
    (modal(field(BOTH[0] | {"option_groups": [GROUP]})), "/blocks/0/element"),
    (
        modal(field({"type": "timepicker", "initial_time": "24:00"})),
        "/blocks/0/element/initial_time",
    ),
    (modal(field({"type": "timepicker", "timezone": "Mars"})), "/blocks/0/element/timezone"),
    (
        modal(field({"type": "datetimepicker", "initial_date_time": 5})),
        "/blocks/0/element/initial_date_time",
    ),
    (
        modal(written(focus_on_load=True), field({"type": "datepicker", "focus_on_load": True})),
        "/blocks",
    ),
    (home(title=plain("t")), ""),
    (home(field("file_input")), "/blocks/0/element"),
    (home(type="workflow_step"), "/type"),
]


@pytest.mark.parametrize(("view", "where"), REFUSED)
def test_what_slack_refuses_is_refused_saying_where(view: dict[str, Any], where: str) -> None:
    kind = "home" if view["type"] != "modal" else "modal"
    with pytest.raises(SlackError) as caught:
        check_view(view, kind)
    assert caught.value.code == "invalid_arguments"
    said = caught.value.more["response_metadata"]["messages"]
    assert any(m.endswith(f"[json-pointer:/view{where}]") for m in said), said


def test_a_form_with_inputs_needs_words_on_its_button_and_one_without_does_not() -> None:
    form = modal()
    del form["submit"]
    with pytest.raises(SlackError):
        check_view(form, "modal")
    assert check_view(form | {"blocks": [DIVIDER]}, "modal")
    assert check_view(home(field("plain_text_input", dispatch_action=True)), "home")


def test_the_limits_themselves_are_taken() -> None:
    whole = modal(
        *[DIVIDER] * 99,
        field("plain_text_input"),
        title=plain("t" * 24),
        submit=plain("s" * 24),
        close=plain("c" * 24),
        callback_id="c" * 255,
        private_metadata="p" * 3_000,
        notify_on_close=True,
        clear_on_close=True,
    )
    assert check_view(whole, "modal")


def test_a_view_of_more_than_250_kb_is_too_large() -> None:
    blocks = [{"type": "section", "text": plain("s" * 3_000)}] * 90
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*blocks), "modal")
