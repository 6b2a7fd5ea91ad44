"""What each question is answered: the right milestones, dates, people and counts of the day."""

import pytest

from coordination.commands import COMMANDS
from coordination.records import Role
from tests.coordination.desk import SECRETARY, buttons, desk_of
from tests.workplan.making import milestone, plan

PLAN = plan(
    milestone("kick-off", "meeting", "18 January 2027", owners=["chair"], title="Kick-off"),
    milestone(
        "forum",
        "event",
        "1-2 June or 8-9 June 2027",
        title="Forum",
        venue="Lake House",
        source=["Forum in June"],
    ),
    milestone("camp", "event", "15-17 June 2027", title="Camp", owners=["aa", "bb", "cc"]),
    milestone(
        "book",
        "publication",
        "by May 2009",
        corrected={"when": "by May 2027", "why": "a plan for 2027 cannot ask for 2009"},
        title="Book",
        needs="text",
        section="1(a)",
    ),
    milestone("text", "circulation", "end of April", title="Circulate the text", owners=["cc"]),
    milestone("review", "task", "2w after book", title="Review", owners=["cc"]),
    milestone("idea", "task", None, title="Idea"),
    milestone("fund", "task", "4 October 2027", title="Fund", pending="a letter"),
    milestone("talk", "call", "in June", title="Talk", owners=["zz"]),
    agencies=[
        {"id": "aa", "short": "AA", "name": "Agency of the As"},
        {"id": "bb", "short": "BB", "name": "Bureau of the Bs"},
        {"id": "cc", "short": "CC", "name": "Council of the Cs"},
        {"id": "zz", "short": "ZZ", "name": "Zone", "from": "2027-09-01"},
    ],
)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path) as made:
        for agency in ("aa", "bb"):
            await made.name(agency)
        await made.name("bb", Role.ALTERNATE, "UX")
        yield made


async def told(desk, words, user="UX"):
    return (await desk.ask(user, words)).text


def titles(text):
    """The titles of a list, in order."""
    return [row[2:].partition(" — ")[0] for row in text.splitlines() if row.startswith("• ")]


async def test_next_lists_what_is_to_come_in_order_with_owners_and_what_is_awaited(desk):
    text = await told(desk, "next 3")
    assert titles(text) == ["Kick-off", "Circulate the text", "Book"]
    assert "Kick-off — Mon 18 January, in 14 days" in text
    assert "With the Chair, AA (Uaa)." in text
    assert "(in the plan: “by May 2009”, read as “by May 2027”). With BB (Ubb, Ux)." in text


async def test_next_says_how_many_are_past_and_how_many_have_no_date(desk):
    assert "1 milestone has no date yet (/gmg deadlines undecided)" in await told(desk, "next")
    await desk.until("2027-06-20 09:00")
    text = await told(desk, "next")
    assert "3 milestones are past the planned date (/gmg deadlines late)" in text
    assert "Kick-off" not in text  # it was held


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("next", ["Kick-off", "Circulate the text", "Book", "Forum", "Talk"]),
        ("next 2", ["Kick-off", "Circulate the text"]),
        ("next cc", ["Circulate the text", "Review", "Camp"]),
        ("next 1 CC", ["Circulate the text"]),
        ("next council of the cs", ["Circulate the text", "Review", "Camp"]),
        ("next aa", ["Kick-off", "Camp"]),
        ("next 1 out", ["Kick-off"]),
        ("next 1 output", ["Kick-off"]),
    ],
)
async def test_next_of_a_number_an_agency_or_an_output(desk, words, found):
    assert titles(await told(desk, words)) == found


async def test_after_the_plans_last_day_next_says_that_it_is_over(desk):
    await desk.until("2028-01-03 09:00")
    text = await told(desk, "next")
    assert text.startswith("The P is over: its last day was Fri 31 December 2027.")
    assert "3 milestones were left open." in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("deadlines", ["Book", "Forum", "Talk", "Review", "Camp", "Fund"]),
        ("deadlines today", ["Book"]),
        ("deadlines this week", ["Book", "Forum", "Talk"]),
        ("deadlines next week", ["Forum", "Talk"]),
        ("deadlines this month", ["Book"]),
        ("deadlines June", ["Forum", "Talk", "Review", "Camp"]),
        ("deadlines next month", ["Forum", "Talk", "Review", "Camp"]),
        ("deadlines 15-16 June", ["Talk", "Camp"]),
        ("deadlines January", ["Kick-off"]),
        ("deadlines August", []),
        ("deadlines LATE", ["Circulate the text"]),
        ("deadlines undecided", ["Idea"]),
    ],
)
async def test_deadlines_of_a_period(desk, words, found):
    await desk.until("2027-05-31 08:00")
    text = await told(desk, words)
    assert titles(text) == found
    assert ("There are none." in text) is (not found)


async def test_deadlines_are_grouped_by_week(desk):
    text = await told(desk, "deadlines June")
    weeks = [row for row in text.splitlines() if row.startswith("Week")]
    assert weeks == ["Week of Mon 31 May", "Week of Mon 14 June"]


async def test_a_months_name_keeps_its_capital(desk):
    assert (await told(desk, "deadlines june")).startswith("Dates: June\n")


async def test_a_meeting_past_whose_day_was_never_set_says_so(desk):
    assert "the day to be set" in await told(desk, "meetings")
    await desk.until("2027-07-05 08:00")
    text = await told(desk, "meetings")
    assert text.count("no day was set (past)") == 2  # the forum and the talk
    assert "to be set" not in text
    assert "to be chosen" not in text


async def test_what_goes_on_today_is_under_way(desk):
    await desk.until("2027-06-16 08:00")
    assert "Camp — under way until Thu 17 June, tomorrow" in await told(desk, "next 2")
    await desk.until("2027-06-18 08:00")
    assert "Camp" not in await told(desk, "next")


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("owner kick-off", ["AA: Uaa (focal point)", "The chair on Mon 18 January: AA."]),
        ("who book", ["BB: Ubb (focal point), Ux (alternate)", "The chair on Mon 31 May: AA."]),
        ("owner fund", ["BB: Ubb (focal point)", "The chair on Mon 4 October: BB."]),
        ("owner text", ["CC: nobody named here yet"]),
        ("owner talk", ["No agency answers for it on that day."]),
    ],
)
async def test_owner_names_agencies_people_and_the_chair_of_that_day(desk, words, lines):
    text = await told(desk, words)
    assert all(line in text for line in lines)


async def test_show_is_the_whole_card(desk):
    text = await told(desk, "show book")
    for line in (
        "Mon 31 May, in 147 days",
        "Date: vague",
        "With: BB (Ubb, Ux)",
        "Part of: Output, section 1(a)",
        "Depends on: Circulate the text",
        "Behind it: Review",
        "The plan says “by May 2009”; read as “by May 2027”: a plan for 2027 cannot ask for 2009.",
        "Id: book",
    ):
        assert line in text
    forum = await told(desk, "show forum")
    assert "Alternatives: Tue 1 June to Wed 2 June or Tue 8 June to Wed 9 June" in forum
    assert "Where: Lake House" in forum
    assert "“Forum in June”" in forum


async def test_a_date_that_should_have_been_settled_is_told_as_past(desk):
    assert "the date is to be settled by Tue 4 May" in await told(desk, "show forum")
    await desk.until("2027-05-05 09:00")
    assert "the date was to be settled by Tue 4 May" in await told(desk, "show forum")


async def test_the_history_tells_acts_and_notices_and_keeps_briefs_to_their_readers(desk):
    await desk.until("2027-05-31 09:00")
    await desk.circulate("text")
    asked = await desk.ask(SECRETARY, "move review 30 June")
    await desk.press(SECRETARY, asked, "Move the date")
    history = (await told(desk, "show review")).partition("History")[2]
    assert "date moved by USEC (“30 June”)" in history
    assert "/DU" not in await told(desk, "show book")
    assert "reminded message (https://chat.example.org/C1/" in await told(desk, "show book")


@pytest.mark.parametrize(
    ("words", "label", "then"),
    [
        ("next", "Show Kick-off", "Kick-off\n"),
        ("show book", "Who owns it", "Book — "),
        ("show book", "What comes next", "What comes next"),
        ("meetings", "Show Forum", "Forum\n"),
        ("help", "Mine", "What waits for BB"),
    ],
)
async def test_the_buttons_of_an_answer_lead_on(desk, words, label, then):
    answer = await desk.ask("UX", words)
    reply = await desk.press("UX", answer, label)
    assert reply.message.text.startswith(then)
    assert not reply.replace


async def test_meetings_says_how_sure_each_is_and_which_are_past(desk):
    await desk.until("2027-02-01 09:00")
    text = await told(desk, "meetings")
    assert titles(text) == ["Kick-off", "Forum", "Talk", "Camp"]
    assert "(past)" in text.splitlines()[1]
    assert "Lake House, one of these to be chosen" in text
    assert "the day to be set" in text


async def test_chair_tells_the_terms_and_the_troika(desk):
    text = await told(desk, "chair")
    assert "In the chair today: AA: Uaa (focal point)" in text
    assert "The troika with next: BB." in text
    assert "BB: Thu 1 July to Fri 31 December" in text
    await desk.until("2027-08-02 09:00")
    assert "The troika with before: AA." in await told(desk, "chair")
    await desk.until("2028-01-03 09:00")
    assert "The chair is vacant today." in await told(desk, "chair")


async def test_agencies_are_those_of_the_day_with_who_is_to_join(desk):
    text = await told(desk, "agencies")
    assert text.startswith("3 members of the G")
    assert "BB: Ubb (focal point), Ux (alternate)" in text
    assert "CC: nobody named here yet" in text
    assert "Still to join: ZZ (from Wed 1 September)." in text
    await desk.until("2027-09-01 09:00")
    assert (await told(desk, "agencies")).startswith("4 members of the G")


async def test_mine_is_what_waits_for_ones_own_agency(desk):
    await desk.until("2027-06-01 09:00")
    text = await told(desk, "mine", "UBB")
    assert text.startswith("What waits for BB\nPast the planned date\n• Book")
    assert "Circulate the text" not in text
    await desk.circulate("text")
    assert "The text, version 1, open until Tue 15 June 18:00 Paris" in await told(
        desk, "mine", "UBB"
    )
    chairs = await told(desk, "mine", "UAA")
    assert "Dates for the Chair to set\n• Forum" in chairs
    assert "You represent no agency here yet" in await told(desk, "mine", "UNOBODY")


async def test_long_lists_say_how_many_more_there_are(ready_file, tmp_path):
    days = [f"{1 + n % 28} March 2027" for n in range(30)]
    made = plan(
        *(milestone(f"m{n}", "meeting", day) for n, day in enumerate(days)),
        *(milestone(f"t{n}", "task", day) for n, day in enumerate(days)),
    )
    async with desk_of(made, ready_file, tmp_path) as desk:
        await desk.name("bb")
        assert "and 5 more: /gmg deadlines June, or any month" in await told(desk, "meetings")
        assert "and 35 more after" in await told(desk, "deadlines")
        assert "and 55 later: /gmg next 60 BB" in await told(desk, "mine", "UBB")
        await desk.until("2027-05-03 09:00")
        assert "and 5 more." in await told(desk, "deadlines late")
        assert "and 5 more: /gmg deadlines late" in await told(desk, "mine", "UBB")


async def test_help_names_every_command_and_who_may(desk):
    text = await told(desk, "help")
    assert text.count("• /gmg ") == len(COMMANDS)
    one = await told(desk, "help CIRCULATE?")
    assert "For the Chair and the secretariat." in one
    assert "For example: /gmg circulate text https://example.org/draft.pdf" in one
    assert "I do not know “zz”" in await told(desk, "help zz")
    assert buttons(await desk.ask("UX", "help"))
