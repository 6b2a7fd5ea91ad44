"""The secretariat enters answers that came by e-mail or phone, several at once, with evidence."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from coordination.dispatch import submit
from coordination.evidenced import EvidenceCheck
from coordination.messages.forms import Answers, FileRef, FormName
from coordination.messages.parts import Table
from coordination.ports import Fetched
from coordination.services import Refused
from storage.archive import journal_pages
from tests.coordination.desk import SECRETARY, buttons
from tests.coordination.recording import acts, amiss, entered, opened, recorded
from workplan.clearance import Position

CLEARS = "white_check_mark"

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
