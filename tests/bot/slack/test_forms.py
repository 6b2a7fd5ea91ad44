"""Any form becomes a modal that Slack takes, and what is entered comes back by field."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.views import View as SdkView

from bot.slack.forms import (
    Origin,
    errors_at,
    form_view,
    metadata,
    read_answers,
    read_metadata,
    with_sentence,
)
from bot.slack.views import home_view, told_view
from coordination.messages.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    FileField,
    FileRef,
    Form,
    FormName,
    Option,
    PersonField,
    TextField,
    TimeField,
)
from coordination.messages.parts import Divider, Heading, Note, Paragraph, Table, line, message
from coordination.services import Refused
from sandbox.choices import initial, interactive, values_of
from sandbox.validate_views import check_view
from tests.bot.slack.test_blocks import ANY_TEXT, PART

OPTIONS = st.lists(st.builds(Option, ANY_TEXT, ANY_TEXT, ANY_TEXT), max_size=12).map(tuple)
MAYBE = st.booleans()


@st.composite
def fields(draw, name):
    """A field of any kind with that name."""
    label, hint = draw(ANY_TEXT), draw(ANY_TEXT)
    match draw(st.integers(0, 6)):
        case 0:
            most, words = draw(st.integers(-5, 5_000)), draw(ANY_TEXT)
            return TextField(name, label, words, draw(MAYBE), draw(MAYBE), most, hint, words)
        case 1:
            options = draw(OPTIONS)
            chosen = draw(
                st.none() | ANY_TEXT | st.sampled_from([o.value for o in options] or [""])
            )
            return ChoiceField(name, label, options, chosen, draw(MAYBE), hint, draw(MAYBE))
        case 2:
            options = draw(OPTIONS)
            chosen = draw(st.sets(st.sampled_from([o.value for o in options] or [""])))
            return ChoicesField(name, label, options, tuple(chosen), draw(MAYBE), hint)
        case 3:
            return DayField(name, label, draw(st.none() | st.dates()), draw(MAYBE), hint)
        case 4:
            return TimeField(name, label, draw(st.none() | st.times()), draw(MAYBE), hint)
        case 5:
            return PersonField(name, label, draw(st.sampled_from([None, "U1ANA"])))
        case _:
            return FileField(name, label, draw(MAYBE), hint)


@st.composite
def items_of_forms(draw):
    """Fields and parts in any order."""
    kinds = draw(st.lists(MAYBE, max_size=10))
    return [draw(fields(f"f{n}") if field else PART) for n, field in enumerate(kinds)]


HERE = Origin("C1", "1.1", "2.2")


def form(*items, about="7", name=FormName.RECORD):
    return Form(name, "Record answers", "Record", items, about)


def accepted(shown: Form):
    view = form_view(shown, HERE)
    check_view(view, "modal")
    SdkView(**view).to_dict()
    return view


def state(view, **chosen):
    """The view as Slack gives it back, with what a person chose by field."""
    by_key = {
        (b["block_id"], e["action_id"]): chosen.get(e["action_id"], initial(e))
        for b, e in interactive(view["blocks"])
        if b["type"] == "input"
    }
    return {**view, "state": {"values": values_of(view["blocks"], by_key, lambda id: id)}}


@settings(max_examples=50)
@given(items_of_forms(), st.text(max_size=2_000))
def test_any_form_is_one_that_slack_takes(items, about):
    view = accepted(form(*items, about=about))
    assert read_metadata(view) == ("record", about, HERE)


@settings(max_examples=30)
@given(st.lists(PART, max_size=8))
def test_any_message_can_stand_on_home_and_in_a_window(made):
    check_view(home_view(message(*made)), "home")
    check_view(told_view(message(*made), "gmg"), "modal")


def test_what_stands_in_the_fields_comes_back_untouched():
    options = (Option("a", "A"), Option("b", "B"), Option("c", "C"))
    view = accepted(
        form(
            Heading("UNICEF"),
            TextField("word", "Word", "as drafted"),
            Paragraph(line("Between")),
            TextField("long", "Long", multiline=True, optional=True),
            ChoiceField("one", "One", options, "b"),
            ChoiceField("radio", "Radio", options, radio=True, optional=True),
            ChoicesField("some", "Some", options, ("a", "c")),
            DayField("day", "Day", date(2010, 3, 12)),
            TimeField("time", "Time", time(0, 0)),
            PersonField("who", "Who", "U1ANA"),
            FileField("file", "File", optional=True),
        )
    )
    kinds = [b["element"]["type"] for b in view["blocks"] if b["type"] == "input"]
    assert kinds == [
        "plain_text_input", "plain_text_input", "static_select", "radio_buttons", "checkboxes",
        "datepicker", "timepicker", "users_select", "file_input",
    ]  # fmt: skip
    assert [b["type"] for b in view["blocks"]][:3] == ["header", "input", "rich_text"]
    found = read_answers(state(view))
    assert found.values == {
        "word": "as drafted",
        "long": "",
        "one": "b",
        "radio": None,
        "some": ("a", "c"),
        "day": date(2010, 3, 12),
        "time": time(0, 0),
        "who": "U1ANA",
        "file": None,
    }


def test_what_is_entered_comes_back_without_what_a_database_refuses():
    view = accepted(form(TextField("word", "Word"), FileField("file", "File")))
    found = read_answers(
        state(view, word="a\x00b\r\nc <!channel>", file=[{"id": "F1", "name": "text.pdf"}])
    )
    assert found.text("word") == "ab\nc <!channel>"
    assert found.file("file") == FileRef("F1", "text.pdf")
    unnamed = read_answers(state(view, file=[{"id": "F2", "file_access": "check_file_info"}]))
    assert unnamed.file("file") == FileRef("F2", "")


@pytest.mark.parametrize(
    ("count", "one", "some"),
    [
        (1, "static_select", "checkboxes"),
        (10, "radio_buttons", "checkboxes"),
        (11, "static_select", "multi_static_select"),
        (100, "static_select", "multi_static_select"),
        (250, "static_select", "multi_static_select"),
    ],
)
def test_options_stand_in_what_can_hold_them(count, one, some):
    options = tuple(Option(f"agency-{n}", f"Agency {n} " + "x" * 80) for n in range(count))
    chosen = f"agency-{count - 1}"
    view = accepted(
        form(
            ChoiceField("one", "One", options, chosen, radio=count > 1),
            ChoicesField("some", "Some", options, (chosen,)),
        )
    )
    assert [b["element"]["type"] for b in view["blocks"]] == [one, some]
    found = read_answers(state(view))
    assert (found.text("one"), found.choices("some")) == (chosen, (chosen,))


def test_a_field_that_offers_nothing_is_left_out():
    view = accepted(form(ChoiceField("one", "One", ()), TextField("word", "Word")))
    assert [b["element"]["action_id"] for b in view["blocks"]] == ["word"]


def test_fields_go_before_what_stands_between_them():
    items = []
    for number in range(30):
        items += [Divider(), Note(line(f"Agency {number}"))]
        items += [TextField(f"{kind}-{number}", kind) for kind in ("from", "on", "how")]
    view = accepted(form(*items))
    kinds = [b["type"] for b in view["blocks"]]
    assert kinds.count("input") == 90 and len(kinds) <= 100
    assert "divider" not in kinds and "context" in kinds


def test_more_fields_than_a_form_can_hold_are_refused_in_a_sentence():
    with pytest.raises(Refused, match="choose fewer at a time"):
        form_view(form(*(TextField(f"f{n}", "Field") for n in range(101))), HERE)


def test_too_long_a_text_is_cut_to_what_the_field_takes():
    view = accepted(form(TextField("word", "L" * 3_000, "v" * 5_000, placeholder="p" * 200)))
    element = view["blocks"][0]["element"]
    assert element["max_length"] == len(element["initial_value"]) == 3_000
    assert len(element["placeholder"]["text"]) == 150
    assert len(view["blocks"][0]["label"]["text"]) == 2_000


def test_tables_become_lines_where_slack_has_none():
    view = home_view(message(Table(("Agency", "Answer", "On"), (("UNICEF", "cleared", ""),))))
    assert "UNICEF" in str(view) and "Answer: cleared" in str(view) and "On:" not in str(view)


def test_a_home_that_is_too_long_ends_with_a_pointer():
    view = home_view(message(*(Paragraph(line(f"{n}")) for n in range(150))))
    assert len(view["blocks"]) == 100
    assert "There is more than fits here" in str(view["blocks"][-1])


def test_metadata_of_any_length_that_a_form_may_have_fits():
    carried = metadata(FormName.RECORD_WHO, '"\\' * 1_000, Origin("C" * 20, "1" * 20, "2" * 20))
    assert len(carried) < 3_000
    assert read_metadata({"private_metadata": carried})[1] == '"\\' * 1_000


@pytest.mark.parametrize(
    "broken",
    ["", "{", "[1]\nx", "null", None, '{"form": 7, "channel": [], "message": {}}\n1', "[" * 9_999],
)
def test_metadata_that_is_not_ours_names_no_form(broken):
    name, _, origin = read_metadata({"private_metadata": broken})
    assert (name, origin) == ("", Origin())


def test_the_same_fields_of_the_next_step_are_other_ones():
    first = accepted(form(TextField("word", "Word"), about="1"))
    second = accepted(form(TextField("word", "Word"), about="2"))
    assert first["blocks"][0]["block_id"] != second["blocks"][0]["block_id"]


def test_errors_stand_at_their_fields_and_those_of_none_at_the_first():
    view = accepted(form(Note(line("x")), TextField("a", "A"), TextField("b", "B")))
    a, b = (block["block_id"] for block in view["blocks"][1:])
    assert errors_at(view, {"b": "Too long."}) == {b: "Too long."}
    assert errors_at(view, {"b": "Too long.", "c": "Gone.", "": "No."}) == {
        a: "Gone. No.",
        b: "Too long.",
    }
    assert len(errors_at(view, {"a": "x" * 5_000})[a]) <= 1_000


def test_a_form_without_fields_says_once_why_it_was_not_taken():
    view = accepted(form(Paragraph(line("Sure?"))))
    assert errors_at(view, {"": "No."}) == {}
    again = with_sentence(with_sentence(view, "No."), "Not that either.")
    check_view(again, "modal")
    assert again["blocks"][0]["text"]["text"] == "Not that either." and len(again["blocks"]) == 2
    assert read_metadata(again) == read_metadata(view)
