"""Every question is answered: on any day, about any plan, within the platform's limits."""

import pytest

from bot.slack.blocks import render
from config.plan_file import load_sound_plan
from coordination.commands import COMMANDS
from coordination.examples import example_words
from tests.coordination.desk import SECRETARY, desk_of
from tests.e2e.group import ROOT
from tests.workplan.making import milestone, plan

ASKING = [c for c in COMMANDS if not c.who]
HOSTILE = "<!channel> & *bold* `code` <https://evil.example|click> @here"


def marked_up(node):
    """The texts in which the platform reads its mark-up; the others it shows as they are."""
    if isinstance(node, list):
        return [text for one in node for text in marked_up(one)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if node.get("type") == "mrkdwn" else []
    return own + [text for one in node.values() for text in marked_up(one)]


@pytest.fixture
async def harbours(ready_file, tmp_path):
    loaded = load_sound_plan(ROOT / "tests" / "plans" / "harbour-2027.yaml")
    async with desk_of(loaded.plan, ready_file, tmp_path, "2027-01-04 08:00") as desk:
        for agency in loaded.plan.agencies:
            await desk.name(agency.id)
        yield desk


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
async def test_the_example_of_each_command_does_what_it_says(harbours, command):
    words = command.example.format_map(example_words(harbours.services.snapshot.schedule))
    told = (await harbours.ask(SECRETARY, words.replace("@maria", "<@UX>"))).text
    assert "I do not know" not in told
    assert "I find no" not in told
    assert "for example" not in told.lower() or command.name == "help"


@pytest.mark.parametrize("day", ["2027-01-04", "2027-06-30", "2027-07-15", "2028-02-01"])
@pytest.mark.parametrize("command", ASKING, ids=lambda c: c.name)
async def test_every_question_is_answered_on_every_day_of_the_year(harbours, command, day):
    await harbours.until(f"{day} 08:00")
    item = " charter-circulated" if "ITEM" in command.arguments else ""
    told = await harbours.ask("UMOLAKO", command.name + item)
    assert told.text
    render(told)


async def test_text_of_plan_and_people_wakes_and_formats_nothing(ready_file, tmp_path):
    made = plan(
        milestone("one", title=HOSTILE, venue=HOSTILE, source=[HOSTILE]),
        milestone("two", "circulation", title=HOSTILE, when="March", asks={"for": "comments"}),
        milestone("three", "meeting", "8 February 2027", title=HOSTILE, pending=HOSTILE),
    )
    async with desk_of(made, ready_file, tmp_path) as desk:
        user = await desk.name("aa")
        desk.directory.profiles["UX"] = type(desk.directory.profiles["UX"])(
            "UX", "T1", HOSTILE, None
        )
        answers = [
            await desk.ask(user, words)
            for words in (
                "next", "deadlines", "show one", "owner one", "meetings", "mine", "check",
                "agencies", "focal <@UX> bb", "agencies", f"show {HOSTILE}", HOSTILE,
                "circulate two https://example.org/a?b=<!channel>", "move one 3 May", "help",
            )
        ]  # fmt: skip
        await desk.circulate("two")
        await desk.until("2027-04-27 09:00")
        for message in [*answers, *(p.message for p in desk.messenger.posted)]:
            for rendered in render(message):
                payload = rendered.payload()
                for text in [payload["text"], *marked_up(payload.get("blocks", []))]:
                    assert "<!channel>" not in text
                    assert "<https://evil.example|click>" not in text


async def test_a_plan_of_three_hundred_stays_within_the_platforms_limits(ready_file, tmp_path):
    long = "A rather long title of a milestone, as people like to write them, number "
    made = plan(
        *(
            milestone(f"m{n}", "publication", f"{n % 28 + 1} {month} 2027", title=f"{long}{n}")
            for n, month in zip(range(300), ["January", "March", "May"] * 100, strict=True)
        )
    )
    async with desk_of(made, ready_file, tmp_path) as desk:
        user = await desk.name("bb")
        for words in ("next 1000", "deadlines", "deadlines late", "mine", "show long", "meetings"):
            assert_within_limits(await desk.ask(user, words))
        await desk.until("2027-03-10 09:00")
        assert desk.messenger.posted
        for posted in desk.messenger.posted:
            assert_within_limits(posted.message)


def assert_within_limits(message):
    """slack.md: blocks, sections, buttons and the plain text."""
    for rendered in render(message):
        payload = rendered.payload()
        blocks = payload.get("blocks", [])
        assert len(blocks) <= 50
        assert len(payload["text"]) <= 4000
        for block in blocks:
            if block["type"] == "section":
                assert len(block["text"]["text"]) <= 3000
            if block["type"] == "header":
                assert len(block["text"]["text"]) <= 150
            if block["type"] == "actions":
                assert len(block["elements"]) <= 25
                assert all(len(e["text"]["text"]) <= 75 for e in block["elements"])
                assert all(len(e.get("value", "")) <= 2000 for e in block["elements"])


@pytest.mark.parametrize(
    "words",
    ["move re {x} {}", "show {0}", "circulate re https://e.org/{a}", "next {}", "{}", "\x00", "‮"],
)
async def test_odd_characters_are_words_like_any_other(desk, words):
    assert (await desk.ask("UAA", words)).text


async def test_the_nearest_names_are_offered_as_buttons_that_ask_again(desk):
    told = await desk.ask("UAA", "move circulate 14 June")
    assert "Which milestone do you mean" in told.text
    done = await desk.press("UAA", told, "Circulate the note")
    assert "Move Circulate the note to Mon 14 June?" in done.message.text
