"""Block Kit: the longest and most that Slack takes is taken, one more is refused, saying where."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import SlackError
from sandbox.validate import check_message
from tests.sandbox.harness import OPEN, refusal

Block = dict[str, Any]


def plain(size: int = 1, **more: Any) -> Block:
    return {"type": "plain_text", "text": "x" * size, **more}


def mrkdwn(size: int = 1, **more: Any) -> Block:
    return {"type": "mrkdwn", "text": "x" * size, **more}


def section(**more: Any) -> Block:
    return {"type": "section", **more}


def button(size: int = 1, **more: Any) -> Block:
    return {"type": "button", "text": plain(size), **more}


def actions(*elements: Any) -> Block:
    return {"type": "actions", "elements": list(elements)}


def context(*elements: Any) -> Block:
    return {"type": "context", "elements": list(elements)}


def options(count: int = 1, text: int = 1, value: int = 1) -> list[Block]:
    return [{"text": plain(text), "value": "v" * value} for _ in range(count)]


def select(**more: Any) -> Block:
    return {"type": "static_select", "options": options(), **more}


def overflow(count: int) -> Block:
    return {"type": "overflow", "options": options(count)}


def confirm(title: int = 1, text: int = 1, yes: int = 1, no: int = 1, **more: Any) -> Block:
    asked = {"title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain(no)}
    return button(confirm=asked | more)


def table(rows: int = 1, cells: int = 1, size: int = 1, **more: Any) -> Block:
    cell = {"type": "raw_text", "text": "x" * size}
    return {"type": "table", "rows": [[cell] * cells] * rows, **more}


def one_cell(cell: Any) -> Block:
    return {"type": "table", "rows": [[cell]]}


def rich(*elements: Any, kind: str = "rich_text_section", **more: Any) -> Block:
    part = {"type": kind, "elements": list(elements), **more}
    return {"type": "rich_text", "elements": [part]}


def words(text: str = "x") -> Block:
    return {"type": "text", "text": text}


def image(**more: Any) -> Block:
    return {"type": "image", "alt_text": "x", "image_url": "https://example.org/i.png", **more}


ITEM = {"type": "rich_text_section", "elements": [words()]}
DATE = {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "x"}

AT_THE_LIMIT = [
    section(text=mrkdwn(3_000)),
    section(text=plain(3_000, emoji=False)),
    section(fields=[mrkdwn(1_000)] * 10),
    section(fields=[plain(2_000)]),
    section(text=mrkdwn(verbatim=True), accessory=button()),
    {"type": "header", "text": plain(150)},
    context(*[mrkdwn()] * 10),
    context(mrkdwn(3_000), image()),
    actions(*(button(action_id=f"a{n}") for n in range(25))),
    actions(button(75, value="v" * 2_000, style="primary", url="https://example.org")),
    actions(button(action_id="a" * 255, style="danger")),
    actions(select(options=options(100, 75, 150), placeholder=plain(150))),
    actions(overflow(5)),
    actions({"type": "datepicker", "initial_date": "2010-02-28"}),
    actions(confirm(100, 300, 30, 30, style="danger")),
    {"type": "divider", "block_id": "b" * 255},
    image(title=plain()),
    table(100, 20, 5),
    table(100, 20, 1, column_settings=[{"align": "right", "is_wrapped": True}] * 20),
    one_cell({"type": "rich_text", "elements": [ITEM]}),
    rich(words(), {"type": "user", "user_id": "U1"}, {"type": "link", "url": "https://e.org"}),
    rich(DATE, {"type": "emoji", "name": "eyes"}, {"type": "broadcast", "range": "here"}),
    rich({"type": "channel", "channel_id": "C1"}, {"type": "link", "url": "mailto:a@e.org"}),
    rich(ITEM, kind="rich_text_list", style="bullet"),
    rich(words(), kind="rich_text_quote"),
    rich(words(), kind="rich_text_preformatted"),
]

OVER_THE_LIMIT: list[tuple[Any, str]] = [
    ({"type": "nothing"}, ""),
    ({"text": "no type"}, ""),
    ({"type": "input"}, ""),  # of forms
    ({"type": "divider", "block_id": "b" * 256}, "/block_id"),
    ({"type": "divider", "colour": "red"}, ""),
    (section(), ""),
    (section(text="words"), "/text"),
    (section(text=mrkdwn(0)), "/text/text"),
    (section(text=mrkdwn(3_001)), "/text/text"),
    (section(text=mrkdwn(emoji=True)), "/text"),
    (section(text={"type": "markdown", "text": "x"}), "/text"),
    (section(text={"type": "mrkdwn"}), "/text/text"),
    (section(fields=[]), "/fields"),
    (section(fields=[mrkdwn()] * 11), "/fields"),
    (section(fields=[mrkdwn(2_001)]), "/fields/0/text"),
    (section(fields=["x"]), "/fields/0"),
    (section(text=mrkdwn(), accessory={"type": "plain_text_input"}), "/accessory"),
    ({"type": "header", "text": plain(151)}, "/text/text"),
    ({"type": "header", "text": mrkdwn()}, "/text"),
    ({"type": "header"}, "/text"),
    (context(), "/elements"),
    (context(*[mrkdwn()] * 11), "/elements"),
    (context(mrkdwn(3_001)), "/elements/0/text"),
    (context(image(alt_text="")), "/elements/0/alt_text"),
    (actions(), "/elements"),
    (actions(*(button(action_id=f"a{n}") for n in range(26))), "/elements"),
    (actions(button(action_id="a"), button(action_id="a")), ""),
    (actions(button(76)), "/elements/0/text/text"),
    (actions(button(value="v" * 2_001)), "/elements/0/value"),
    (actions(button(url="h" * 3_001)), "/elements/0/url"),
    (actions(button(action_id="a" * 256)), "/elements/0/action_id"),
    (actions(button(style="loud")), "/elements/0/style"),
    (actions({"type": "button", "text": mrkdwn()}), "/elements/0/text"),
    (actions(button(text_color="red")), "/elements/0"),
    (actions(select(options=[])), "/elements/0/options"),
    (actions(select(options=options(101))), "/elements/0/options"),
    (actions(select(options=options(1, 76))), "/elements/0/options/0/text/text"),
    (actions(select(options=options(1, 1, 151))), "/elements/0/options/0/value"),
    (actions(select(options=[{"text": mrkdwn(), "value": "v"}])), "/elements/0/options/0/text"),
    (actions(select(placeholder=plain(151))), "/elements/0/placeholder/text"),
    (actions(overflow(6)), "/elements/0/options"),
    (actions({"type": "datepicker", "initial_date": "28.2.2010"}), "/elements/0/initial_date"),
    (actions(confirm(101)), "/elements/0/confirm/title/text"),
    (actions(confirm(text=301)), "/elements/0/confirm/text/text"),
    (actions(confirm(yes=31)), "/elements/0/confirm/confirm/text"),
    (actions(confirm(no=31)), "/elements/0/confirm/deny/text"),
    (actions(button(confirm="sure?")), "/elements/0/confirm"),
    (image(alt_text=""), "/alt_text"),
    ({"type": "image", "alt_text": "x"}, "/image_url"),
    (table(0), "/rows"),
    (table(101), "/rows"),
    (table(1, 0), "/rows/0"),
    (table(1, 21), "/rows/0"),
    (table(10, 10, 101), ""),
    (table(1, 1, column_settings=[{}] * 21), "/column_settings"),
    (table(1, 1, 0), "/rows/0/0"),
    (one_cell({"type": "rich_text", "elements": []}), "/rows/0/0"),
    (one_cell({"type": "plain_text", "text": "x"}), "/rows/0/0"),
    (one_cell("x"), "/rows/0/0"),
    ({"type": "rich_text", "elements": []}, "/elements"),
    ({"type": "rich_text"}, "/elements"),
    (rich(words(), kind="section"), "/elements/0"),
    (rich(words("")), "/elements/0/elements/0/text"),
    (rich({"type": "link", "url": "javascript:alert(1)"}), "/elements/0/elements/0/url"),
    (rich({"type": "user"}), "/elements/0/elements/0/user_id"),
    (rich({"type": "emoji"}), "/elements/0/elements/0/name"),
    (rich(DATE | {"timestamp": "1"}), "/elements/0/elements/0"),
    (rich({"type": "date", "timestamp": 1}), "/elements/0/elements/0/format"),
    (rich(words(), kind="rich_text_list", style="bullet"), "/elements/0/elements/0"),
    (rich(ITEM, kind="rich_text_list"), "/elements/0"),
    (rich(DATE, kind="rich_text_preformatted"), "/elements/0/elements/0"),
]


@pytest.mark.parametrize("block", AT_THE_LIMIT, ids=lambda b: b["type"])
def test_what_slack_takes_is_taken(block: Block) -> None:
    check_message("", [block])


@pytest.mark.parametrize(("block", "where"), OVER_THE_LIMIT)
def test_what_slack_refuses_is_refused_saying_where(block: Block, where: str) -> None:
    with pytest.raises(SlackError) as caught:
        check_message("text", [{"type": "divider"}, block])
    assert caught.value.code == "invalid_blocks"
    said = caught.value.more["response_metadata"]["messages"]
    assert any(m.endswith(f"[json-pointer:/blocks/1{where}]") for m in said), said


def code(blocks: list[Block]) -> str | None:
    try:
        check_message("text", blocks)
    except SlackError as error:
        return error.code
    return None


def test_a_message_takes_50_blocks_and_13200_characters_over_all() -> None:
    assert code([{"type": "divider"}] * 50) is None
    assert code([{"type": "divider"}] * 51) == "invalid_blocks"
    assert code([section(text=mrkdwn(3_000))] * 4 + [section(text=mrkdwn(1_200))]) is None
    long = [section(text=mrkdwn(3_000))] * 4 + [section(text=mrkdwn(1_201))]
    assert code(long) == "msg_blocks_too_long"
    assert code([rich(words("x" * 13_200))]) is None
    assert code([rich(words("x" * 13_199)), rich(words("xx"))]) == "msg_blocks_too_long"


def test_a_second_table_is_refused_as_slack_names_it() -> None:
    assert code([table(), section(text=mrkdwn())]) is None
    assert code([table(), section(text=mrkdwn()), table()]) == "invalid_attachments"


def test_ids_of_blocks_differ() -> None:
    one, two = {"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "b"}
    assert code([one, two]) is None
    assert code([one, two, one]) == "invalid_blocks"


async def test_the_answer_says_what_is_wrong_and_where(client) -> None:
    blocks = [section(text=mrkdwn(3_001))]
    answer = await refusal(client.chat_postMessage(channel=OPEN, text="x", blocks=blocks))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


NAMES = st.sampled_from(
    ["type", "text", "elements", "fields", "rows", "options", "confirm", "accessory", "value",
     "style", "block_id", "column_settings", "initial_date", "placeholder", "url", "timestamp"]
)  # fmt: skip
KINDS = st.sampled_from(
    ["section", "header", "context", "actions", "divider", "rich_text", "table", "image",
     "rich_text_section", "rich_text_list", "text", "link", "date", "button", "static_select",
     "overflow", "datepicker", "mrkdwn", "plain_text", "raw_text"]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | KINDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@given(st.lists(st.fixed_dictionaries({"type": KINDS}, optional={"text": ANYTHING})), ANYTHING)
def test_whatever_is_sent_is_taken_or_refused_but_ends_nothing(blocks, more) -> None:
    for block in blocks:
        block |= dict.fromkeys(("elements", "rows", "fields", "accessory"), more)
    code(blocks)
    code(more)
