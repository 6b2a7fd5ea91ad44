"""Messages: what is queued is read again as it was, and foreign words stay words everywhere."""

import dataclasses
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.blocks import render
from coordination.greet import greeting
from coordination.messages import parts
from coordination.messages.milestones import document_title
from coordination.messages.parts import Message, Moment
from coordination.messages.wire import from_json, to_json
from coordination.messages.wording import count, day_text, left_text, listed, moment_text
from coordination.ports import Profile
from sandbox.validate import check_message
from tests.coordination.desk import SECRETARY, desk_of
from tests.workplan.making import milestone, plan
from workplan.schedule import resolve

TEXT = st.text(max_size=20)
INLINES = st.one_of(
    st.builds(parts.Text, TEXT, st.booleans(), st.booleans(), st.booleans()),
    st.builds(parts.Mention, TEXT, TEXT, st.booleans()),
    st.builds(parts.Link, TEXT, TEXT),
    st.builds(parts.Emoji, TEXT, TEXT),
    st.builds(Moment, st.datetimes(timezones=st.just(UTC)), TEXT),
)
LINES = st.lists(INLINES, max_size=4).map(tuple)
CONFIRMS = st.none() | st.builds(parts.Confirm, TEXT, TEXT, TEXT, TEXT)
BUTTONS = st.builds(parts.Button, TEXT, TEXT, TEXT, TEXT, CONFIRMS)
PARTS = st.one_of(
    st.builds(parts.Heading, TEXT),
    *(st.builds(kind, LINES) for kind in (parts.Paragraph, parts.Quote, parts.Note)),
    st.builds(parts.Bullets, st.lists(LINES, max_size=3).map(tuple)),
    st.builds(parts.Divider),
    st.builds(parts.Table, st.tuples(TEXT), st.lists(st.tuples(TEXT), max_size=3).map(tuple)),
    st.builds(parts.Buttons, st.lists(BUTTONS, max_size=3).map(tuple)),
)

HOSTILE = "<!channel> <@U1ANA> *b* `c` & <https://evil.example|click> \u202e\x00"
HOSTILE_PLAN = plan(
    milestone("one", "publication", "3 May 2027", title=HOSTILE, venue=HOSTILE, source=[HOSTILE]),
    milestone("two", "circulation", "March", title=HOSTILE, asks={"for": "comments"}),
    milestone("three", "meeting", "8 February 2027", title=HOSTILE, words=HOSTILE),
    milestone("four", "task", "4 October 2027", title=HOSTILE, pending=HOSTILE),
    milestone("five", "meeting", "in June", title=HOSTILE),
    agencies=[{"id": a, "short": f"{a} <!here>", "name": HOSTILE} for a in ("aa", "bb")],
    calendar={"holidays": {"2027-05-04": HOSTILE}},
)


@given(TEXT, st.lists(PARTS, max_size=5).map(tuple))
def test_what_is_queued_is_read_again_as_it_was(text, made):
    assert from_json(to_json(Message(text, made))) == Message(text, made)


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "[]", "1", "{}", '{"is": "Text", "text": "x"}', '{"is": "Message"}'),
        *('{"is": 1}', '{"is": "Message", "text": "x", "colour": "red"}'),
        '{"is": "Message", "text": "x", "parts": [{"is": "Moment", "at": "soon", "shown": "x"}]}',
    ],
)
def test_what_is_no_message_is_refused(text):
    with pytest.raises(ValueError):
        from_json(text)


def test_a_moment_needs_a_zone():
    with pytest.raises(ValueError, match="zone"):
        Moment(datetime(2027, 1, 4, tzinfo=UTC).replace(tzinfo=None), "x")


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (2, "in 2 days"), (-5, "5 days ago")],
)
def test_days_left_read_as_people_say_them(days, words):
    assert left_text(days) == words


def test_days_counts_and_lists_read_as_people_write_them():
    assert day_text(date(2027, 2, 8), 2027) == "Mon 8 February"
    assert day_text(date(2028, 2, 8), 2027) == "Tue 8 February 2028"
    assert (count(1, "reply", "replies"), count(0, "reply", "replies")) == ("1 reply", "0 replies")
    assert [listed(["A", "B", "C"][:n]) for n in range(4)] == ["", "A", "A and B", "A, B and C"]
    late = datetime(2027, 3, 12, 23, tzinfo=UTC)
    assert moment_text(late, "America/New_York") == "Fri 12 March 18:00 New York"
    assert moment_text(late, "Europe/Zurich") == "Sat 13 March 00:00 Geneva"


def mrkdwn(value):
    """Every place in a payload where the platform reads mark-up, the fallback text among them."""
    if isinstance(value, list):
        return [found for one in value for found in mrkdwn(one)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if value.get("type") == "mrkdwn" else []
    return own + [found for one in value.values() for found in mrkdwn(one)]


def assert_harmless(message):
    """No ping, no link and no direction of the foreign words' own; and the platform takes it."""
    for rendered in render(message):
        blocks = json.loads(json.dumps(list(rendered.blocks)))
        check_message(rendered.text, blocks, update=True)
        for marked in [rendered.text, *mrkdwn(blocks)]:
            assert not any(sign in marked for sign in ("<!", "<@", "<http", "\u202e", "\x00"))
        said = json.dumps(blocks, ensure_ascii=False)
        assert '"broadcast"' not in said
        assert '"user_id": "U1ANA"' not in said
        assert '"url": "https://evil' not in said


@pytest.fixture
async def hostile(ready_file, tmp_path):
    async with desk_of(HOSTILE_PLAN, ready_file, tmp_path) as desk:
        for user in ("UAA", "UBB"):
            desk.directory.profiles[user] = Profile(user, "T1", HOSTILE, None)
            await desk.ask(SECRETARY, f"focal <@{user}> {user[1:].lower()}")
        yield desk


async def test_foreign_words_are_shown_as_words_in_every_answer(hostile):
    for words in (
        *("next", "deadlines", "deadlines late", "deadlines undecided", "meetings", "chair"),
        *("agencies", "mine", "check", "help", "help next", "clearance", "clearance two"),
        *("show one", "show two", "show three", "show four", "owner one", "owner four"),
        *("move one 4 May", "confirm five 9 June", "move four 3 May", "move five <!channel>"),
        *("done three", "done four", "reopen one", "activate four", "focal <@UBB> aa"),
        *("join <!channel>", "next <!channel>", "show <!channel>", "<!channel>", "help <!here>"),
        *("circulate two https://e.org/<!channel>", "circulate two <!here>", "next & * `"),
    ):
        assert_harmless(await hostile.ask(SECRETARY, words))


async def test_foreign_words_are_shown_as_words_in_all_that_is_sent(hostile):
    await hostile.ask("UX", "join bb")
    card = await hostile.circulate("two")
    for user, reaction in (("UAA", "white_check_mark"), ("UX", "white_check_mark")):
        await hostile.react(user, card, reaction)
    for day in ("2027-01-25", "2027-02-08", "2027-05-03", "2027-05-04", "2027-06-02"):
        await hostile.until(f"{day} 09:00")
    asked = await hostile.ask(SECRETARY, "move one 7 June")
    await hostile.press(SECRETARY, asked, "Move the date")
    await hostile.until("2027-06-03 09:00")
    kinds = {p.text.split(" ")[0] for p in hostile.messenger.posted}
    assert len(kinds) >= 5
    for posted in hostile.messenger.posted:
        assert_harmless(posted.message)


async def test_the_greeting_shows_how_to_ask(hostile):
    header = HOSTILE_PLAN.plan.model_copy(update={"name": HOSTILE * 5})
    hostile.restart(HOSTILE_PLAN.model_copy(update={"plan": header}))
    made = greeting(dataclasses.replace(hostile.services, command="/plan", bot_name="pilot"))
    assert_harmless(made)
    for words in ("/plan next", "@pilot next", "/plan help", "/plan join AGENCY"):
        assert words in made.text


async def test_three_hundred_milestones_on_one_day_are_one_notice_with_a_pointer(
    ready_file, tmp_path
):
    long = "A title as long as a title of a milestone can be " * 4
    made = plan(
        *(
            milestone(f"m{n}", "publication", "3 May 2027", title=f"{n} {long}"[:200])
            for n in range(300)
        )
    )
    async with desk_of(made, ready_file, tmp_path, "2027-04-30 08:00") as desk:
        await desk.name("bb")
        for words in ("next 1000", "deadlines", "mine", "show title", "check", "owner title"):
            assert_harmless(await desk.ask("UBB", words))
        await desk.until("2027-05-03 09:00")
        (notice,) = [p for p in desk.messenger.posted if p.target.channel]
        assert notice.text.startswith("Coming up: 300 items")
        assert "and 285 more: /gmg deadlines" in notice.text
        assert len(set(notice.keys)) == 300
        for posted in desk.messenger.posted:
            assert_harmless(posted.message)
            assert len(render(posted.message)) <= 2


async def test_a_date_that_moves_a_hundred_others_names_some_and_counts_the_rest(
    ready_file, tmp_path
):
    tied = (milestone(f"t{n}", "task", f"{n + 1}d after start", title=HOSTILE) for n in range(100))
    made = plan(milestone("start", "meeting", "1 March 2027", title=HOSTILE), *tied)
    async with desk_of(made, ready_file, tmp_path) as desk:
        asked = await desk.ask(SECRETARY, "move start 8 March")
        assert_harmless(asked)
        assert "and 88 more" in asked.text
        assert "204 reminders will follow the new date." in asked.text
        await desk.press(SECRETARY, asked, "Move the date")
        await desk.until("2027-01-05 09:00")
        (notice,) = desk.notices()
        assert "and 96 more." in notice
        for posted in desk.messenger.posted:
            assert_harmless(posted.message)


@pytest.mark.parametrize(
    ("title", "document"),
    [
        ("Circulate the draft", "The draft"),
        ("Clearance of the joint statement by all Heads of agencies", "The joint statement"),
        ("Clearance of the manual by three heads", "The manual"),
        ("Clearance of the road by the sea", "The road by the sea"),
        ("Consult the agencies", "Consult the agencies"),
    ],
)
def test_what_is_circulated_has_the_name_of_the_document(title, document):
    made = plan(milestone("text", "circulation", "March", title=title))
    assert document_title(resolve(made)["text"]) == document
