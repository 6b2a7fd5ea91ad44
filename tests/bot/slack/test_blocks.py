"""Any message becomes something Slack takes, and foreign words stay words."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

from bot.slack.blocks import MOST_TEXT, render
from coordination.messages import parts
from coordination.messages.parts import (
    Bullets,
    Button,
    Buttons,
    Confirm,
    Divider,
    Emoji,
    Heading,
    Link,
    Mention,
    Message,
    Moment,
    Note,
    Paragraph,
    PickDay,
    Quote,
    Table,
    Text,
    line,
    message,
)
from sandbox.validate import check_message

ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="&<>*_`~@#!|:\x00\u202e\n \U0001f600é", max_size=400),
    st.sampled_from(["", " ", "<!channel>", "<@U123ABC>", "x" * 12_001, "word " * 3_000]),
)
INLINE = st.one_of(
    st.builds(Text, ANY_TEXT, st.booleans(), st.booleans(), st.booleans()),
    st.builds(Mention, st.one_of(st.just("U123ABC"), ANY_TEXT), ANY_TEXT, st.booleans()),
    st.builds(Link, st.one_of(st.just("https://example.org/a?b=c"), ANY_TEXT), ANY_TEXT),
    st.builds(Emoji, st.one_of(st.just("eyes"), ANY_TEXT), ANY_TEXT),
    st.builds(Moment, st.datetimes(timezones=st.just(UTC)), ANY_TEXT),
)
LINE = st.lists(INLINE, max_size=5).map(tuple)
CONFIRM = st.builds(Confirm, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
BUTTON = st.builds(
    Button,
    st.sampled_from(["gmg_show", "gmg_ask"]),
    ANY_TEXT,
    ANY_TEXT,
    st.sampled_from(["", "primary", "danger", "loud"]),
    st.none() | CONFIRM,
)
CELLS = st.lists(ANY_TEXT, max_size=30).map(tuple)
PART = st.one_of(
    st.builds(Heading, ANY_TEXT),
    st.builds(Paragraph, LINE),
    st.builds(Quote, LINE),
    st.builds(Note, LINE),
    st.builds(Bullets, st.lists(LINE, max_size=6).map(tuple)),
    st.just(Divider()),
    st.builds(Table, CELLS, st.lists(CELLS, max_size=120).map(tuple)),
    st.builds(Buttons, st.lists(BUTTON, max_size=30).map(tuple)),
    st.builds(PickDay, st.just("gmg_show"), ANY_TEXT, ANY_TEXT, st.none() | st.dates()),
)


def accepted(made: Message) -> list[str]:
    """Render; both validators must take it. Returns the blocks as JSON."""
    out = []
    for one in render(made):
        blocks = json.loads(json.dumps(list(one.blocks)))
        assert 0 < len(one.text) <= MOST_TEXT
        check_message(one.text, blocks, update=True)
        for block in SdkBlock.parse_all(blocks):
            block.validate_json()
        for block in blocks:
            ids = [e["action_id"] for e in block.get("elements", ()) if "action_id" in e]
            assert len(ids) == len(set(ids))
        out.append(json.dumps(blocks, ensure_ascii=False))
    assert out
    return out


def texts(made: Message) -> str:
    """All that the rendered messages show, in order."""

    def walk(value) -> str:
        if isinstance(value, list):
            return "".join(map(walk, value))
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                return value["text"]
            return "".join(map(walk, value.values()))
        return ""

    return "".join(walk(list(one.blocks)) for one in render(made))


@given(ANY_TEXT, st.lists(PART, max_size=12).map(tuple))
def test_any_message_is_accepted(text, made):
    accepted(Message(text, made))


def test_nothing_to_say_is_still_a_message():
    assert [m.text for m in render(Message(""))] == ["–"]
    assert [m.text for m in render(message(Heading(" "), Paragraph(())))] == ["–"]


@pytest.mark.parametrize("foreign", ["<!channel>", "<@U1ANA>", "*b* _i_ `c`", "a & b", ":tada:"])
def test_foreign_words_are_shown_as_they_are_and_ping_nobody(foreign):
    made = message(
        Heading(foreign),
        Paragraph(line(foreign)),
        Bullets((line(foreign),)),
        Quote(line(foreign)),
        Note(line(foreign)),
        Table((foreign,), ((foreign,),)),
        Buttons((Button("gmg_show", foreign, "x"),)),
    )
    (blocks,) = accepted(made)
    assert texts(made).count(foreign) == 8
    assert "mrkdwn" not in blocks and '"user"' not in blocks and '"emoji": true' not in blocks
    (rendered,) = render(made)
    assert "<" not in rendered.text.replace("&lt;", "")


def test_a_message_without_parts_is_its_text_unmarked():
    (rendered,) = render(Message("*not bold* <https://x.org|y>"))
    assert rendered.text == "*not bold* &lt;https://x.org|y&gt;"
    assert rendered.blocks[0]["type"] == "rich_text"


def test_marks_of_direction_are_named_and_nuls_shown():
    shown = texts(message(Paragraph(line("a\u202eb\u200fc\x00d"))))
    assert shown == "a[U+202E]b[U+200F]c\ufffdd"


def test_only_a_mention_that_shall_ping_does():
    (blocks,) = accepted(
        message(Paragraph(line(Mention("U1ANA", "Ana"), " ", Mention("U2BEN", "Ben", ping=True))))
    )
    assert "U1ANA" not in blocks
    assert '{"type": "user", "user_id": "U2BEN"}' in blocks


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://example.org/plan", True),
        ("mailto:ana@example.org", True),
        ("javascript:alert(1)", False),
        ("slack://user?team=T1", False),
        ("https://example.org/a b", False),
        ("https://example.org/\u202e", False),
        ("https://example.org/" + "x" * 3000, False),
    ],
)
def test_only_web_and_mail_addresses_become_links(url, is_link):
    (blocks,) = accepted(message(Paragraph(line(Link(url, "the plan")))))
    assert ('"link"' in blocks) is is_link


def test_a_moment_shows_the_plans_time_and_the_readers():
    at = datetime(2010, 3, 12, 23, 0, tzinfo=UTC)
    (one,) = render(message(Paragraph(line(Moment(at, "Fri 12 March 18:00 New York")))))
    shown = one.blocks[0]["elements"][0]["elements"]
    assert shown[0]["text"] == "Fri 12 March 18:00 New York"
    assert shown[2]["type"] == "date" and shown[2]["timestamp"] == int(at.timestamp())
    assert "{time}" in shown[2]["format"]


def test_small_print_with_a_link_keeps_the_link():
    (one,) = render(message(Note(line("See ", Link("https://example.org", "here")))))
    assert one.blocks[0]["type"] == "rich_text"


def test_a_long_paragraph_is_split_and_nothing_of_it_lost():
    words = " ".join(str(n) for n in range(6_000))
    made = message(Paragraph(line(words)))
    accepted(made)
    assert len(render(made)) > 1
    assert texts(made) == words


def test_fifty_one_blocks_become_two_messages_in_order():
    made = message(*(Paragraph(line(f"{n}.")) for n in range(51)))
    accepted(made)
    assert len(render(made)) == 2
    assert texts(made) == "".join(f"{n}." for n in range(51))


def test_buttons_stay_with_what_they_are_about():
    items = []
    for n in range(40):
        items += [Paragraph(line(f"Item {n}")), Buttons((Button("gmg_show", "Show", f"i{n}"),))]
    rendered = render(message(*items))
    assert len(rendered) > 1
    for one in rendered:
        assert one.blocks[0]["type"] == "rich_text"
        assert one.blocks[-1]["type"] == "actions"


def test_a_heading_stays_with_what_follows():
    filler = [Paragraph(line("x" * 2_000)) for _ in range(4)]
    rendered = render(message(*filler, Heading("Next"), Paragraph(line("y" * 2_500))))
    assert len(rendered) == 2
    assert rendered[1].blocks[0]["type"] == "header"


def test_a_table_too_long_says_how_many_rows_are_missing():
    rows = tuple((f"row {n}", "") for n in range(150))
    (one,) = render(message(Table(("name", "answer"), rows)))
    assert len(one.blocks[0]["rows"]) == 100
    assert one.blocks[0]["rows"][1][1]["text"] == "–"
    assert "51 more rows not shown" in one.blocks[1]["elements"][0]["text"]


def test_two_tables_become_two_messages():
    table = Table(("a",), (("b",),))
    assert len(render(message(table, table))) == 2


def test_forty_buttons_stand_in_two_rows_with_ids_of_their_own():
    made = message(Buttons(tuple(Button("gmg_ask", f"{n}", f"show {n}") for n in range(40))))
    (one,) = render(made)
    ids = [e["action_id"] for block in one.blocks for e in block["elements"]]
    assert len(set(ids)) == 40
    assert all(i.startswith("gmg_ask:") for i in ids)


def test_a_button_whose_value_slack_would_refuse_is_left_out_and_said_so():
    made = message(Buttons((Button("gmg_ask", "Show", "x" * 2_001), Button("gmg_ask", "B", "y"))))
    assert "1 button could not be shown." in texts(made)


def test_a_confirm_dialog_keeps_within_its_limits():
    confirm = Confirm("T" * 200, "Q" * 500, "Y" * 60)
    (blocks,) = accepted(message(Buttons((Button("gmg_done", "Done", "x", "danger", confirm),))))
    assert '"style": "danger"' in blocks


def test_every_kind_of_part_is_rendered():
    at = datetime(2010, 1, 4, tzinfo=UTC) + timedelta(hours=7)
    made = message(
        Heading("Heading"),
        Paragraph(line(Text("bold", bold=True), " ", Emoji("eyes", "👀"), " ", Moment(at, "now"))),
        Bullets((line("one"), line("two"))),
        Quote(line("quoted")),
        Divider(),
        Table(("a", "b"), (("1", "2"),)),
        Note(line("note")),
        Buttons((Button("gmg_show", "Show", "x", "primary"),)),
        PickDay("gmg_set_date", "Set the date", "x", date(2010, 3, 1)),
    )
    (one,) = render(made)
    kinds = [block["type"] for block in one.blocks]
    assert kinds == [
        "header",
        *["rich_text"] * 3,
        "divider",
        "table",
        "context",
        "actions",
        "section",
    ]
    assert set(vars(parts)["Part"].__args__) == {type(p) for p in made.parts}
