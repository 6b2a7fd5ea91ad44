"""Whatever is typed behind a command is answered: nothing, too much, an unknown or unclear item."""

import asyncio
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.blocks import render
from coordination.actions import Action
from coordination.commands import COMMANDS, names
from coordination.dispatch import LONGEST, answer, press
from coordination.messages.forms import Form, Incomplete
from coordination.messages.parts import Message
from coordination.services import Refused, Reply
from sandbox.validate import check_message
from tests.coordination.conftest import PLAN
from tests.coordination.desk import SECRETARY, buttons, desk_of

ITEM = [c.name for c in COMMANDS if "ITEM" in c.arguments]
WORDS = (
    *names(),
    *("draft", "note", "report", "kick-off", "fund", "the", "review", "Output", "out", "CIRCULATE"),
    *("cc", "CC", "zz", "none", "head", "alternate", "<@UX>", "<@UBB|b>", "<@W>", "<!channel>"),
    *("14", "June", "31", "10-11", "before", "after", "10wd", "by", "to be discussed", "2200"),
    *("https://e.org/x", "https://[", "http://", "//", "ftp://x", "javascript:alert(1)", "|"),
    *(
        "{}",
        "{0}",
        "%",
        "_",
        "²",
        "+-3",
        "-1",
        "١",
        "1e9",
        '"',
        "“",
        "*",
        "`",
        "?",
        "\x00",
        "\u202e",
    ),
)
TYPED = st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=7).map(" ".join)


def accepted(message):
    """The platform takes the answer, and it says something."""
    for rendered in render(message):
        assert rendered.text.strip()
        check_message(rendered.text, json.loads(json.dumps(list(rendered.blocks))), update=True)


def everything(desk):
    """All that is kept of the group."""
    return desk.services.snapshot.state


async def test_a_missing_item_is_asked_for(desk):
    for command in ITEM:
        if command not in ("clearance", "record", "circulate"):
            told = await desk.ask(SECRETARY, command)
            assert told.text == "Which milestone? Give its id or words of its title."


async def test_every_other_command_answers_without_arguments(desk):
    for command in COMMANDS:
        if command.name not in ITEM:
            told = await desk.ask(SECRETARY, f"{command.name}  ")
            accepted(told)
            assert "I do not know" not in told.text


async def test_an_unknown_item_is_told_with_the_way_to_the_known_ones(desk):
    before = everything(desk)
    for command in ITEM:
        told = await desk.ask(SECRETARY, f"{command} xyzzy")
        assert "I find no milestone for “xyzzy”" in told.text
        assert "“deadlines” lists those with a date" in told.text
    assert everything(desk) == before


@pytest.mark.parametrize("rest", ["", " https://example.org/x", " 14 June"])
async def test_an_unclear_item_is_offered_as_buttons_and_none_is_picked(desk, rest):
    before = everything(desk)
    for command in ITEM if not rest else ("circulate", "confirm", "move"):
        told = await desk.ask(SECRETARY, f"{command} circulate{rest}")
        accepted(told)
        assert told.text.startswith("Which milestone do you mean by “circulate”?")
        assert "Circulate the draft (draft)" in told.text
        offered = [b.value.strip() for b in buttons(told)]
        assert offered == [f"{command} {id}{rest}" for id in ("draft", "note", "survey")]
        assert {b.action for b in buttons(told)} == {Action.ASK}
    assert everything(desk) == before


@pytest.mark.parametrize("user", [SECRETARY, "UX"])
async def test_four_thousand_characters_are_too_many(desk, user):
    for command in COMMANDS:
        told = await desk.ask(user, f"{command.name} {'x' * 4000}")
        assert told.text == "That is longer than I can read (3000 characters). Try: /gmg help"


@pytest.mark.parametrize("unit", ["x", "x ", "draft ", "circulate ", "<@UX> ", "1", "&<>"])
async def test_what_is_just_not_too_long_is_answered_briefly(desk, unit):
    for command in COMMANDS:
        told = await desk.ask(SECRETARY, f"{command.name} {unit * LONGEST}"[:LONGEST])
        accepted(told)
        assert len(told.text) < 1800


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("nxt", "Did you mean next?"),
        ("deadline June", "Did you mean deadlines?"),
        ("please show draft", "Did you mean show?"),
        ("xyzzy", "/gmg help lists what I can do"),
        ("x" * 200, f"“{'x' * 40}…”"),
    ],
)
async def test_an_unknown_command_is_answered_with_the_nearest(desk, typed, told):
    answer = await desk.ask("UX", typed)
    assert answer.text.startswith("I do not know")
    assert told in answer.text
    assert buttons(answer)


async def test_the_words_behind_a_mistyped_command_are_kept_by_its_button(desk):
    told = await desk.ask("UBB", "shw draft")
    done = await desk.press("UBB", told, "show draft")
    assert done.message.text.startswith("Circulate the draft")


@pytest.mark.parametrize("typed", ["NEXT 2", "Next? 2", " next  2 ", "next 02", "next +2"])
async def test_case_and_punctuation_of_a_command_make_no_difference(desk, typed):
    told = (await desk.ask("UX", typed)).text
    assert told.count("•") == 2


@pytest.mark.parametrize("number", ["0", "-1", "1001", "99999999999999999999", "+0"])
async def test_a_number_that_cannot_be_is_asked_for_again(desk, number):
    assert "from 1 to 1000" in (await desk.ask("UX", f"next {number}")).text


@pytest.mark.parametrize("words", ["²", "+-3", "3x", "½", "cc3", "nobody"])
async def test_what_is_no_number_is_looked_for_among_agencies_and_outputs(desk, words):
    told = (await desk.ask("UX", f"next {words}")).text
    assert f"“{words}” is no agency and no output of the plan" in told


@pytest.mark.parametrize(
    "link",
    ["https://[", "https://[::1/x", "https://℀.org/x", "https://e.org/\x07", "https://", "//e"],
)
async def test_an_address_that_is_none_is_refused(desk, link):
    told = await desk.ask("UAA", f"circulate draft {link}")
    assert "is not a link to a document" in told.text


@pytest.mark.parametrize(
    ("action", "value"),
    [
        (Action.CIRCULATE, '{"milestone": "draft", "link": "https://e.org", "version": 1e999}'),
        (Action.CIRCULATE, "[" * 2000),
        (Action.SET_DATE, "[" * 2000),
        (Action.SET_DATE, '{"verb": "move", "milestone": [1], "when": {}, "was": null}'),
        (Action.SEEN, "report"),
        (Action.SEEN, "report|31 May"),
        (Action.SEEN, "|"),
        (Action.DONE, "nothing"),
        (Action.SHOW, "nothing"),
        (Action.JOIN_ACCEPT, "UX"),
        (Action.JOIN_ACCEPT, "|"),
        (Action.JOIN_DECLINE, "UNOBODY|cc"),
        ("gmg_of_another_year", "x"),
    ],
)
async def test_a_button_with_an_altered_value_is_refused_politely(desk, action, value):
    before = everything(desk)
    with pytest.raises(Refused):
        await press(desk.services, desk.asker("UAA"), action, value)
    assert everything(desk) == before


async def changed_by_a_stranger(texts, ready_file, folder):
    """Type it all as somebody without rights, and press all buttons that come."""
    async with desk_of(PLAN, ready_file, folder) as desk:
        for agency in ("aa", "bb"):
            await desk.name(agency)
        before = everything(desk)
        for typed in texts:
            told = await desk.ask("UX", typed)
            accepted(told)
            for label in {b.label for b in buttons(told)}:
                await desk.press("UX", told, label)
        return everything(desk) != before


@given(st.lists(TYPED, max_size=30))
@settings(max_examples=15)
def test_no_words_fail_and_a_strangers_change_nothing(ready_file, texts):
    with tempfile.TemporaryDirectory() as folder:
        assert not asyncio.run(changed_by_a_stranger(texts, ready_file, Path(folder)))


async def told_or_sent(desk, text):
    """What the chair is told; a form that opens is sent as it is, with a link."""
    try:
        found = await answer(desk.services, desk.asker("UAA"), text)
        for _ in range(2):
            if isinstance(found, Form):
                link = "https://example.org/x"
                found = await desk.submit("UAA", found, link=link, milestone="note")
    except Refused as no:
        return no.message
    except Incomplete as no:
        return Message(str(no))
    assert isinstance(found, Reply)
    return found.message


async def answered_to_the_chair(typed, ready_file, folder):
    """Type it as the chair; what is proposed is pressed too."""
    async with desk_of(PLAN, ready_file, folder) as desk:
        for agency in ("aa", "bb"):
            await desk.name(agency)
        for command in (c.name for c in COMMANDS):
            told = await told_or_sent(desk, f"{command} {typed}")
            accepted(told)
            for label in {
                b.label for b in buttons(told) if b.action not in (Action.ASK, Action.AWAY)
            }:
                await desk.press("UAA", told, label)
        await desk.until("2027-02-08 12:00")
        for posted in desk.messenger.posted:
            accepted(posted.message)


@given(TYPED)
@settings(max_examples=15)
def test_no_words_of_the_chair_fail_nor_what_they_lead_to(ready_file, typed):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(answered_to_the_chair(typed, ready_file, Path(folder)))
