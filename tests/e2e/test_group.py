"""The main job, end to end: real Bolt over Socket Mode against the sandbox, a real SQLite file."""

import pytest

from bot.cli.demo_people import CHANNEL
from tests.e2e.conversation import (
    a_form_of_home_is_kept,
    an_answer_is_given_and_taken_back,
    home_shows_what_waits,
    mentions_threads_and_direct_messages_are_answered,
)
from tests.e2e.group import group_at_work


@pytest.fixture
async def group(tmp_path):
    async with group_at_work(tmp_path) as made:
        yield made


async def test_a_newcomer_finds_the_main_job_working(group):
    answer = await group.ask("unicef", "next")
    assert "Circulate the concept note of the symposium" in answer.text
    assert "in 4 days" in answer.text
    assert "“in early January”" in answer.text

    await group.demo.clock.next_notice()
    notice = group.posted()[-1]
    assert notice.text.startswith("Coming up")
    assert "Fri 8 January, in 3 days" in notice.text
    assert group.demo.clock.now().isoformat() == "2010-01-05T08:00:00+00:00"

    await group.act("undp", "circulate handbook-circulated https://example.org/h.pdf", "Circulate")
    card = group.card("The handbook text")
    await an_answer_is_given_and_taken_back(group, card)
    await home_shows_what_waits(group)
    await a_form_of_home_is_kept(group)


async def test_a_mention_in_a_channel_and_in_a_thread_and_a_direct_message_answer_the_same(group):
    await mentions_threads_and_direct_messages_are_answered(group)


async def test_only_those_who_may_set_dates_circulate_and_name_people(group):
    for text in (
        "confirm symposium 27-28 May",
        "move handbook-published mid-June",
        "circulate handbook-circulated https://example.org/h.pdf",
        "activate roundtable",
        "focal @hana.unfpa UNICEF",
    ):
        answer = await group.ask("unicef", text)
        assert "Only the Chair (UNDP) and its secretariat can do that" in answer.text


async def test_a_date_confirmed_moves_what_is_tied_to_it_and_its_reminders(group):
    question = await group.ask("undp", "confirm symposium 27-28 May")
    assert "Present the handbook" in question.text
    told = len(group.posted())
    await group.press("undp", question, "Confirm the date")
    shown = await group.ask("unicef", "show handbook-presented")
    assert "Thu 27 May" in shown.text
    assert "at the earliest" not in shown.text
    assert len(group.posted()) == told
    await group.until("2010-01-04 09:01")
    notice = group.posted()[-1].text
    assert "GMG Practitioners Symposium is confirmed for Thu 27 May to Fri 28 May" in notice
    assert "This moves with it: Present the handbook" in notice
    await group.until("2010-05-26 10:00")
    tomorrow = [m for m in group.posted() if "GMG Practitioners Symposium" in m.text]
    assert "Thu 27 May, tomorrow" in tomorrow[-1].text


async def test_one_notice_tells_all_dates_set_since_and_none_that_went_back(group):
    for words, label in (
        ("confirm one-un-call 25 March", "Confirm the date"),
        ("move handbook-published mid-June", "Move the date"),
        ("move emp-feedback 5 March", "Move the date"),
        ("move emp-feedback late February", "Move the date"),
    ):
        await group.press("undp", await group.ask("undp", words), label)
    await group.until("2010-01-06 10:00")
    (notice,) = [m.text for m in group.posted() if "Dates that were set" in m.text]
    assert "working group is confirmed for Thu 25 March" in notice
    assert "is moved to" in notice
    assert "feedback" not in notice


async def test_a_date_that_is_near_is_told_at_once(group):
    await group.until("2010-02-05 12:00")
    question = await group.ask("undp", "move wl-1 15 February")
    await group.press("undp", question, "Move the date")
    await group.until("2010-02-05 12:01")
    moved = "First working level meeting is moved to Mon 15 February (before: Mon 8 February)"
    assert moved in group.posted()[-1].text


async def test_seen_silences_the_agency_but_on_the_due_day(group):
    await group.until("2010-02-03 16:00")  # three working days before the first meeting
    brief = next(m for m in group.direct("undp") if "First working level meeting" in m.text)
    await group.press("undp", brief, "Seen")
    await group.until("2010-02-08 16:00")
    steps = [k for m in group.direct("undp") for k in group.keys(m) if k.startswith("wl-1|")]
    assert [k.split("|")[2] for k in steps] == ["3wd", "0"]


async def test_join_is_asked_of_the_chair_and_answered_with_a_button(group):
    await group.ask("unicef", "join WHO")
    asked = group.direct("undp")[-1]
    assert "asks to represent WHO" in asked.text
    await group.press("undp", asked, "Accept")
    assert "You represent WHO now" in group.direct("unicef")[-1].text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense", "I do not know “nonsense”"),
        ("what's next?", "Did you mean next?"),
        ("show zzzzzz", "I find no milestone for “zzzzzz”"),
        ("show handbook", "Which milestone do you mean"),
        ("show", "Which milestone?"),
        ("show " + "x" * 2900, "I find no milestone"),
        ("x" * 4000, "longer than I can read"),
        ("confirm symposium the day after", "the day after"),
        ("next 0", "a number from 1 to 1000"),
        ("focal", "Whom?"),
    ],
)
async def test_bad_input_gets_a_helpful_answer(group, text, says):
    who = "undp" if text.startswith(("confirm", "focal")) else "unicef"
    assert says in (await group.ask(who, text)).text


async def test_text_of_people_pings_nobody_and_is_shown_as_text(group):
    answer = await group.ask("unicef", "show <!channel> *bold* `code` & <b>")
    assert "<!channel>" not in answer.text
    assert "&lt;b&gt;" in answer.text
    elements = str(answer.blocks)
    assert "*bold* `code` & <b>" in elements  # as characters of a text element
    assert "'broadcast'" not in elements
    assert "mrkdwn" not in elements


async def test_a_repeated_event_has_one_effect(group):
    await group.act("undp", "circulate handbook-circulated https://example.org/h.pdf", "Circulate")
    card = group.card("The handbook text")
    group.server.deliveries.repeat = 4
    await group.react("unicef", card, "white_check_mark")
    group.server.deliveries.repeat = 1
    assert "1 of 14 replies received" in card.text
    entries = await group.demo.bot.storage.history("circulation:1")
    assert [e.verb for e in entries].count("cleared") == 1
    evidence = next(e for e in entries if e.verb == "cleared").evidence
    assert (evidence.channel, evidence.ts) == (card.channel, card.ts)


async def test_a_removal_that_arrives_before_its_reaction_counts_by_event_time(group):
    await group.act("undp", "circulate handbook-circulated https://example.org/h.pdf", "Circulate")
    card = group.card("The handbook text")
    group.server.deliveries.hold()
    group.server.people.react("UUNICEF", CHANNEL, card.ts, "white_check_mark")
    group.server.people.unreact("UUNICEF", CHANNEL, card.ts, "white_check_mark")
    group.server.deliveries.release(backwards=True)
    await group.settle()
    assert "0 of 14 replies received" in card.text


async def test_a_refused_direct_message_and_a_stranger_are_dealt_with_politely(group):
    await group.act("undp", "circulate handbook-circulated https://example.org/h.pdf", "Circulate")
    card = group.card("The handbook text")
    await group.react("who", card, "white_check_mark")  # a member only from November
    assert "0 of 14 replies received" in card.text
    assert "WHO was not among the agencies asked" in group.direct("who")[-1].text
    await group.react("secretariat", card, "white_check_mark")
    assert "You represent no agency here yet" in group.direct("secretariat")[-1].text
