"""The secretariat enters answers that came by e-mail or phone, several at once, with evidence."""

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest

from coordination.dispatch import submit
from coordination.evidenced import EvidenceCheck
from coordination.messages.forms import Answers, FileRef, FormName, Incomplete
from coordination.messages.parts import Table
from coordination.ports import Fetched
from coordination.received import received_at
from coordination.records import CirculationState
from coordination.services import Refused, Reply
from storage.archive import journal_pages
from tests.coordination.circulating import state
from tests.coordination.desk import SECRETARY, buttons, desk_of
from tests.coordination.recording import acts, entered, opened, recorded
from tests.workplan.making import milestone, plan
from workplan.clearance import Position

CLEARS, BLOCKS = "white_check_mark", "no_entry"
MANY = plan(
    milestone(
        "statement",
        "circulation",
        "end of February",
        owners=["a01"],
        title="Circulate the statement",
        asks={"for": "clearance", "of": "all", "within": "10wd"},
    ),
    agencies=[{"id": f"a{n:02}", "short": f"A{n:02}", "name": f"Agency {n}"} for n in range(1, 15)],
    chair=[{"agency": "a01", "from": "2027-01-01", "until": "2027-12-31"}],
)


async def amiss(desk, form, **values):
    with pytest.raises(Incomplete) as wrong:
        await desk.submit(SECRETARY, form, **values)
    return wrong.value.errors


def blocks(form):
    """The number of blocks a form has at least."""
    return len(form.items)


# Who, which and whom


@pytest.mark.parametrize("user", ["UBB", "UCC", "UX", "USTRANGER"])
async def test_only_the_chair_and_the_secretariat_record(desk, user):
    await desk.circulate("draft")
    told = await desk.ask(user, "record draft")
    assert told.text == "Only the Chair (AA) and its secretariat can do that."
    form = await opened(desk, "bb")
    with pytest.raises(Refused, match="Only the Chair"):
        await desk.submit(user, form, **entered("bb"))
    who = await desk.form("UAA", "record draft")
    with pytest.raises(Refused, match="Only the Chair"):
        await desk.submit(user, who, agencies=("bb",))
    assert acts(desk) == ()


async def test_where_several_are_open_the_form_asks_which(desk):
    await desk.circulate("draft")
    await desk.circulate("note")
    form = await desk.form(SECRETARY, "record")
    (which, agencies) = form.fields
    assert [o.label for o in which.options] == ["“The note”, version 1", "“The draft”, version 1"]
    assert "open until Mon 11 January 18:00 Paris" in which.options[0].hint
    assert [o.label for o in agencies.options] == ["AA", "BB", "CC"]
    following = await desk.submit(SECRETARY, form, circulation="1", agencies=("bb",))
    assert "The draft" in str(following.items[0])


async def test_those_without_an_answer_come_first(desk):
    card = await desk.circulate("draft")
    await desk.react("UAA", card, CLEARS)
    form = await desk.form(SECRETARY, "record draft")
    (agencies,) = form.fields
    assert [(o.label, o.hint) for o in agencies.options] == [
        ("BB", ""),
        ("CC", ""),
        ("AA", "has answered"),
    ]
    assert agencies.values == ()


async def test_nothing_open_unknown_and_ended_are_told_in_a_sentence(desk):
    assert "Nothing is circulated" in (await desk.ask(SECRETARY, "record")).text
    assert "has not been circulated yet" in (await desk.ask(SECRETARY, "record draft")).text
    assert "I find no milestone" in (await desk.ask(SECRETARY, "record zzz")).text
    await desk.circulate("note")
    await desk.until("2027-01-12 09:00")
    told = await desk.ask(SECRETARY, "record note")
    assert told.text == ("“The note”, version 1 is adopted: answers to it are not taken any more.")


async def test_what_is_chosen_is_looked_up_and_not_believed(desk):
    await desk.circulate("draft")
    who = await desk.form(SECRETARY, "record draft")
    assert "agencies" in await amiss(desk, who, agencies=())
    assert "zz" in (await amiss(desk, who, agencies=("zz",)))["agencies"]
    for about in ("99", "x", "1|2", "-1"):
        with pytest.raises(Refused, match="no circulation that I know"):
            await desk.submit(SECRETARY, replace(who, about=about), agencies=("bb",))
    form = await opened(desk, "bb")
    for about in ("", "[]", "[9,[0],[]]", "[1,[77],[]]", '{"a":1}', "[[[", "[1,[[1]],[]]"):
        with pytest.raises(Refused, match="please start again"):
            await desk.submit(SECRETARY, replace(form, about=about), **entered("bb"))


# What is entered


async def test_a_form_is_one_transaction_of_evidence_acts_journal_and_words_to_the_agencies(desk):
    card = await desk.circulate("draft")
    await desk.until("2027-01-06 10:00")
    reply = await recorded(
        desk,
        entered("bb", on=date(2027, 1, 5), how="phone", quote="They agree."),
        entered("cc", "stands aside|", quote="We shall not join."),
    )
    assert reply.message.text == (
        "Recorded for “The draft”, version 1, 2 answers: BB: cleared; CC: stands aside. "
        "Their people are told."
    )
    assert [(a.agency, a.position, a.person, a.source) for a in acts(desk)] == [
        ("bb", Position.CLEARED, SECRETARY, "entered:1"),
        ("cc", Position.STANDS_ASIDE, SECRETARY, "entered:2"),
    ]
    kept = await desk.storage.evidence(1)
    assert [(e.agency, e.entered_by, e.received_on, e.from_whom, e.how, e.quote) for e in kept] == [
        ("bb", SECRETARY, date(2027, 1, 5), "Ms Doe", "phone", "They agree."),
        ("cc", SECRETARY, date(2027, 1, 4), "Ms Doe", "e-mail", "We shall not join."),
    ]
    journal = [e for e in await desk.journal("circulation:1") if e.actor == SECRETARY][1:]
    assert [(e.verb, e.detail["source"], e.detail["received_on"]) for e in journal] == [
        ("cleared", "entered:1", "2027-01-05"),
        ("stands aside", "entered:2", "2027-01-04"),
    ]
    check = EvidenceCheck()
    async for page in journal_pages(desk.url):
        for told in page:
            check.look_at(told)
    assert sorted(check.told) == [1, 2]
    assert (check.not_named(kept), check.misfit(kept, set())) == (None, None)
    assert check.misfit([kept[0], replace(kept[1], quote="No.")], set()) is not None
    assert not any("Doe" in str(e) or "agree" in str(e) for e in journal)
    (told,) = desk.told("UBB")
    assert told == (
        "The secretariat entered “cleared” for BB on “The draft”, version 1, as received on Tue 5 "
        "January by phone. If that is not right, please say so here; an answer of your own takes "
        "its place."
    )
    assert desk.told("UAA") == []
    text = desk.messenger.at(card).text
    assert "2 of 3 replies received, 1 agency stands aside" in text
    assert "Usec" not in text and "Doe" not in text


async def test_the_chairs_table_says_who_entered_an_answer(desk):
    await desk.circulate("draft")
    await recorded(desk, entered("bb"))
    shown = await desk.ask("UAA", "clearance draft")
    (table,) = [p for p in shown.parts if isinstance(p, Table)]
    row = next(r for r in table.rows if r[0] == "BB")
    assert row == (
        "BB",
        "cleared",
        "–",
        "Ms Doe",
        "Mon 4 January",
        "entered by the secretariat (e-mail)",
    )
    assert "entered" not in (await desk.ask("UCC", "clearance draft")).text


async def test_the_chairs_view_leads_to_the_form_and_nobody_elses_does(desk):
    await desk.circulate("draft")
    shown = await desk.ask("UAA", "clearance draft")
    form = await desk.press_form("UAA", shown, "Record…")
    assert form.name is FormName.RECORD_WHO
    assert "Record…" not in {b.label for b in buttons(await desk.ask("UBB", "clearance draft"))}


@pytest.mark.parametrize(
    ("values", "part", "says"),
    [
        ({"position": ""}, "position", "choose the answer"),
        ({"position": "seen|"}, "position", "choose the answer"),
        ({"position": "cleared|by the head"}, "position", "choose the answer"),  # endorsement
        ({"on": None}, "on", "the day on which it was received"),
        ({"on": date(2027, 1, 7)}, "on", "still to come; today is Wed 6 January."),
        ({"on": date(2027, 1, 3)}, "on", "opened on Mon 4 January only"),
        ({"on": date(1, 1, 1)}, "on", "opened on"),
        ({"on": date(9999, 12, 31)}, "on", "still to come"),
        ({"from_": " "}, "from", "from whom"),
        ({"from_": "x" * 201}, "from", "200 characters"),
        ({"how": "pigeon"}, "how", "how it came"),
        ({"quote": ""}, "quote", "or choose a file"),
        ({"quote": "x" * 3001}, "quote", "3000 characters"),
        ({"position": "cannot clear as drafted|", "words": "x" * 3001}, "words", "3000"),
        ({"words": "But see paragraph 4."}, "words", "goes with no such words"),
        ({"position": "cleared with suggestions|"}, "words", "enter the suggestions"),
        ({"position": "cleared subject to a change|"}, "words", "the change"),
        ({"quote": "", "file": FileRef("F404", "gone.eml")}, "file", "That file is gone"),
    ],
)
async def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_kept(
    desk, values, part, says
):
    await desk.circulate("draft")
    await desk.until("2027-01-06 10:00")
    form = await opened(desk, "bb", "cc")
    errors = await amiss(desk, form, **(entered("bb") | entered("cc", **values)))
    assert set(errors) == {f"{part}:cc"}
    assert says in errors[f"{part}:cc"]
    assert acts(desk) == () and await desk.storage.evidence(1) == ()


async def test_all_that_is_amiss_is_said_at_once(desk):
    await desk.circulate("draft")
    form = await opened(desk, "bb", "cc")
    errors = await amiss(
        desk, form, **(entered("bb", quote="") | entered("cc", from_="", on=date(2027, 2, 1)))
    )
    assert set(errors) == {"quote:bb", "from:cc", "on:cc"}


async def test_a_file_is_evidence_and_kept_as_it_was_by_its_digest(desk):
    desk.files.handed_in["F1"] = Fetched("answer.eml", "message/rfc822", b"We agree.\r\n")
    await desk.circulate("draft")
    await recorded(desk, entered("bb", quote="", file=FileRef("F1", "answer.eml")))
    (kept,) = await desk.storage.evidence(1)
    assert kept.document == sha256(b"We agree.\r\n").hexdigest()
    document = await desk.storage.document(kept.document)
    assert (document.name, document.content, document.kept_by) == (
        "answer.eml",
        b"We agree.\r\n",
        SECRETARY,
    )


async def test_one_file_can_show_the_answers_of_several(desk):
    desk.files.handed_in["F1"] = Fetched("minutes.pdf", "application/pdf", b"%PDF")
    await desk.circulate("draft")
    file = FileRef("F1", "minutes.pdf")
    await recorded(desk, *(entered(a, quote="", how="meeting", file=file) for a in ("bb", "cc")))
    assert len({e.document for e in await desk.storage.evidence(1)}) == 1
    assert "received on Mon 4 January in a meeting" in desk.told("UBB")[-1]


@pytest.mark.parametrize(
    ("position", "kind"),
    [
        ("cleared with suggestions|", "suggestion"),
        ("cleared subject to a change|", "change"),
        ("cannot clear as drafted|", "reason"),
    ],
)
async def test_its_words_are_kept_as_a_comment_whole(desk, position, kind):
    await desk.circulate("draft")
    words = "In paragraph 4: " + "x" * 2984
    await recorded(desk, entered("bb", position, words=words))
    (comment,) = await desk.storage.comments(1)
    assert (comment.kind, comment.agency, comment.person) == (kind, "bb", SECRETARY)
    assert comment.text == words and len(words) == 3000


async def test_the_same_form_sent_twice_is_recorded_once(desk):
    await desk.circulate("draft")
    form = await opened(desk, "bb")
    asker = desk.asker(SECRETARY)
    standing = {f.name: getattr(f, "value", None) for f in form.fields}
    answers = Answers({**standing, **entered("bb")})
    for _ in range(2):
        done = await submit(desk.services, asker, form.name, form.about, answers)
        assert "1 answer: BB: cleared" in done.message.text
    assert len(acts(desk)) == len(await desk.storage.evidence(1)) == 1


# When it counts


@pytest.mark.parametrize(
    ("closes", "on", "now", "at"),
    [
        # The end of the day in the plan's zone, Geneva.
        ("2010-03-12 18:00 -0500", "2010-03-10", "2010-03-11 12:00 +0100", "2010-03-10 22:59:59"),
        # Never later than now.
        ("2010-03-12 18:00 -0500", "2010-03-11", "2010-03-11 12:00 +0100", "2010-03-11 11:00"),
        # On the closing day, which is New York's, the closing time at the latest.
        ("2010-03-12 10:00 -0500", "2010-03-12", "2010-03-14 12:00 +0100", "2010-03-12 15:00"),
        ("2010-03-12 18:00 -0500", "2010-03-12", "2010-03-14 12:00 +0100", "2010-03-12 22:59:59"),
        # After it the day it came.
        ("2010-03-12 18:00 -0500", "2010-03-13", "2010-03-15 12:00 +0100", "2010-03-13 22:59:59"),
    ],
)
async def test_an_entered_answer_has_the_end_of_its_day_and_on_the_closing_day_the_closing_time(
    desk, closes, on, now, at
):
    await desk.circulate("draft")
    calendar = {"closing_time": "18:00 America/New_York"}
    there = plan(
        milestone(),
        calendar=calendar,
        plan={"name": "P", "group": "G", "year": 2027, "timezone": "Europe/Zurich"},
    )
    snapshot = replace(desk.services.snapshot, plan=there)
    moment = datetime.strptime
    circulation = replace(state(desk), closes_at=moment(closes, "%Y-%m-%d %H:%M %z"))
    found = received_at(
        snapshot, circulation, date.fromisoformat(on), moment(now, "%Y-%m-%d %H:%M %z")
    )
    assert found.replace(microsecond=0) == datetime.fromisoformat(at).replace(tzinfo=UTC)


async def test_an_email_of_the_closing_day_is_in_time_whenever_it_is_entered(desk):
    card = await desk.circulate("draft")
    await desk.until("2027-01-20 09:00")
    assert state(desk).state is CirculationState.PAST_CLOSING
    await recorded(desk, entered("bb", on=date(2027, 1, 18)))
    text = desk.messenger.at(card).text
    assert "1 of 3 replies received" in text and "after the closing time" not in text


async def test_under_unanimity_what_came_later_is_marked(desk):
    card = await desk.circulate("draft")
    await desk.until("2027-01-20 09:00")
    await recorded(desk, entered("bb", on=date(2027, 1, 19)))
    assert "1 of 3 replies received, 1 after the closing time" in desk.messenger.at(card).text


async def test_an_answer_to_what_ended_meanwhile_is_refused_with_a_sentence(desk):
    await desk.circulate("note")
    form = await opened(desk, "bb", item="note")
    await desk.until("2027-01-12 09:00")
    with pytest.raises(Refused, match="is adopted: answers to it are not taken any more"):
        await desk.submit(SECRETARY, form, **entered("bb"))
    assert await desk.storage.evidence(1) == ()


async def test_a_cannot_clear_that_came_in_writing_takes_effect_at_once(desk):
    await desk.circulate("note")
    await recorded(desk, entered("bb", "cannot clear as drafted|", words="Not yet."), item="note")
    assert state(desk).state is CirculationState.NOT_ADOPTED


async def test_the_answers_of_one_form_are_counted_together(desk):
    card = await desk.circulate("draft")
    for user in ("UAA", "UBB"):
        await desk.react(user, card, CLEARS)
    await desk.until("2027-01-05 10:00")
    on = date(2027, 1, 5)
    await recorded(desk, entered("cc", on=on), entered("bb", "cannot clear as drafted|", on=on))
    assert state(desk).state is CirculationState.OPEN
    assert "one point under discussion" in desk.messenger.at(card).text


async def test_the_last_answer_entered_ends_it_once_and_it_is_announced(desk):
    await desk.circulate("draft")
    await recorded(desk, *(entered(a) for a in ("aa", "bb", "cc")))
    assert state(desk).state is CirculationState.CLEARED
    assert sum("Cleared on behalf of AA, BB and CC" in t for t in desk.notices()) == 1 + 1


async def test_no_reaction_taken_away_touches_an_entered_answer(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.until("2027-01-05 10:00")
    await recorded(desk, entered("bb", "stands aside|", on=date(2027, 1, 5)))
    await desk.until("2027-01-05 11:00")
    await desk.react("UBB", card, CLEARS, given=False)
    assert "1 of 3 replies received, 1 agency stands aside" in desk.messenger.at(card).text


async def test_an_agencys_own_later_answer_takes_its_place(desk):
    card = await desk.circulate("draft")
    await recorded(desk, entered("bb", "stands aside|"))
    await desk.until("2027-01-05 10:00")
    await desk.react("UBB", card, CLEARS)
    text = desk.messenger.at(card).text
    assert "1 of 3 replies received, open until" in text


async def test_of_two_entered_for_one_day_the_one_entered_last_counts(desk):
    await desk.circulate("draft")
    await desk.until("2027-01-20 10:00")
    for _ in range(9):
        await recorded(desk, entered("bb", "stands aside|"))
    await recorded(desk, entered("bb"))
    (table,) = [p for p in (await desk.ask("UAA", "clearance draft")).parts if isinstance(p, Table)]
    assert next(r for r in table.rows if r[0] == "BB")[1] == "cleared"


async def test_two_people_of_an_agency_who_differ_are_both_told(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.until("2027-01-05 10:00")
    reply = await recorded(desk, entered("bb", "stands aside|", on=date(2027, 1, 5)))
    differ = (
        "There are two answers of BB to “The draft”, version 1: Ubb answered “cleared”, and later "
        "the secretariat, by what reached it, “stands aside”. The later one counts."
    )
    assert differ in reply.message.text
    assert any(differ in text for text in desk.told("UBB"))


async def test_what_came_earlier_than_the_answer_on_file_is_kept_and_does_not_count(desk):
    card = await desk.circulate("draft")
    await desk.until("2027-01-06 10:00")
    await desk.react("UBB", card, CLEARS)
    reply = await recorded(desk, entered("bb", "cannot clear as drafted|", on=date(2027, 1, 5)))
    assert "two answers" not in reply.message.text
    text = desk.messenger.at(card).text
    assert "1 of 3 replies received, open until" in text
    assert len(await desk.storage.evidence(1)) == 1


async def test_a_change_that_came_in_writing_is_put_to_the_chair(desk):
    await desk.circulate("draft")
    words = "Strike paragraph 4."
    await recorded(desk, entered("bb", "cleared subject to a change|", words=words))
    (asked,) = [p.message for p in desk.messenger.posted if p.target.user == "UAA"]
    assert "BB clears “The draft”, version 1, subject to a change:" in asked.text
    assert words in asked.text
    await desk.press("UAA", asked, "Accept")
    await desk.work()
    assert "Does BB clear on that basis?" in desk.told("UBB")[-1]


async def test_a_change_ends_a_silence_and_the_chair_only_reads_it(desk):
    await desk.circulate("note")
    entry = entered("bb", "cleared subject to a change|", words="Strike it.")
    await recorded(desk, entry, item="note")
    assert state(desk).state is CirculationState.NOT_ADOPTED
    assert desk.services.snapshot.state.questions == ()
    assert any("Strike it." in text for text in desk.told("UAA"))


# Heads, and more agencies than one form takes


@pytest.fixture
async def wide(ready_file, tmp_path):
    async with desk_of(MANY, ready_file, tmp_path) as made:
        await made.name("a01")
        await made.circulate("statement")
        yield made


async def test_where_heads_clear_the_form_asks_in_whose_name(wide):
    form = await opened(wide, "a02", item="statement")
    choice = next(f for f in form.fields if f.name == "position:a02")
    labels = [o.label for o in choice.options]
    assert labels == [
        "Cleared, by the head",
        "Cleared, by a delegated officer",
        "Cleared, at working level",
        "Cleared with suggestions, by the head",
        "Cleared with suggestions, by a delegated officer",
        "Cleared with suggestions, at working level",
        "Cleared subject to a change",
        "Cannot clear as drafted",
        "Stands aside",
        "Agrees to be left out",
    ]
    reply = await wide.submit(SECRETARY, form, **entered("a02", "cleared|by the head"))
    assert "A02: cleared, by the head" in reply.message.text
    (act,) = acts(wide)
    assert act.capacity is not None and act.capacity.binds


async def test_fourteen_agencies_are_three_forms_each_recorded_as_it_is_sent(wide):
    ids = [a.id for a in MANY.agencies]
    form = await opened(wide, *ids, item="statement")
    sizes, rest = [], ids
    while not isinstance(form, Reply):
        assert blocks(form) < 100
        mine, rest = rest[:6], rest[6:]
        sizes.append(len(mine))
        following = f"{len(rest)} agencies follow on the next one"
        assert (following in str(form.items)) is bool(rest)
        values = {
            k: v for a in mine for k, v in entered(a, "cleared|by a delegated officer").items()
        }
        form = await wide.submit(SECRETARY, form, **values)
        assert len(acts(wide)) == sum(sizes)
        if rest:
            assert "Recorded for “The statement”, version 1, 6 answers: A" in str(form.items[0])
    assert sizes == [6, 6, 2]
    assert state(wide).state is CirculationState.CLEARED


async def test_on_a_text_for_comments_an_agency_sent_some_or_had_none(desk):
    await desk.circulate("survey")
    form = await opened(desk, "bb", "cc", item="survey")
    choice = next(f for f in form.fields if f.name == "position:bb")
    assert [o.label for o in choice.options] == ["No comments", "Sent comments"]
    errors = await amiss(desk, form, **(entered("bb") | entered("cc", "cleared with suggestions|")))
    assert errors == {"words:cc": "Please enter the comments, or they are in no table."}
    reply = await desk.submit(
        SECRETARY,
        form,
        **(entered("bb") | entered("cc", "cleared with suggestions|", words="Shorter, please.")),
    )
    assert "BB: no comments; CC: comments." in reply.message.text
    (comment,) = await desk.storage.comments(1)
    assert (comment.kind, comment.text) == ("comment", "Shorter, please.")


async def test_on_a_text_for_comments_later_ones_are_refused(desk):
    await desk.circulate("survey")
    form = await opened(desk, "bb", item="survey")
    desk.clock.move_to(datetime(2027, 1, 12, 9, tzinfo=UTC))  # nobody has closed it yet
    errors = await amiss(desk, form, **entered("bb", on=date(2027, 1, 12)))
    assert "Answers were taken until Mon 11 January 18:00 Paris" in errors["on:bb"]
