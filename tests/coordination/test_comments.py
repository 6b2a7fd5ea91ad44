"""Comments together: one table for the chair, the author and each agency its own, with replies."""

import io
from dataclasses import replace
from datetime import timedelta

import docx
import openpyxl
import pytest

from bot.export import WRITERS
from coordination.clearance_records import Comment
from coordination.comments import HEADER, Reader, comments_sheet, readable
from coordination.comments_view import MOST_CELL, MOST_ROWS, MOST_TABLE, comments_for_author
from coordination.dispatch import press
from coordination.messages.forms import FormName, Incomplete
from coordination.messages.parts import Table
from coordination.messages.wire import from_json, to_json
from coordination.ports import DeliveryError, Target
from coordination.records import CirculationState
from coordination.services import Refused, Reply
from tests.coordination.desk import SECRETARY, buttons

# aa owns the texts and is in the chair until June; from July bb is.


@pytest.fixture
async def author(desk):
    """The desk in the second half of the year: aa is the author and not the chair any more."""
    desk.restart(desk.plan, writers=WRITERS)
    await desk.until("2027-07-01 09:00")
    return desk


def comment(agency, text="Please shorten.", kind="suggestion", **more):
    return Comment(0, 1, agency, f"U{agency.upper()}", more.pop("at"), kind, text, **more)


async def written(desk, *comments, item="draft"):
    """A circulation with these comments (agency, text, kind, place, wording)."""
    await desk.circulate(item)
    async with desk.storage.unit_of_work() as uow:
        for agency, *rest in comments:
            named = dict(zip(("text", "kind", "place", "wording"), rest, strict=False))
            await uow.comments.add(comment(agency, at=desk.clock.now(), **named))
        await uow.commit()


async def opened(desk, user, item="draft"):
    """The table that the button of `clearance` opens."""
    shown = await desk.ask(user, f"clearance {item}")
    reply = await desk.press(user, shown, "Comments")
    assert isinstance(reply, Reply)
    return reply.message


def rows(message):
    (table,) = [p for p in message.parts if isinstance(p, Table)]
    assert table.header == HEADER
    return [list(row) for row in table.rows]


FOUR = (
    ("bb", "Too long.", "reason"),
    ("cc", "Add a date.", "change", "para. 2", "on 1 May"),
    ("bb", "A comma.", "suggestion", "para. 1", "Yes, we do"),
    ("cc", "Good.", "comment"),
)


async def test_the_chair_reads_all_with_reasons_and_changes_marked(author):
    await written(author, *FOUR)
    assert (
        rows(await opened(author, "UBB"))
        == rows(await opened(author, SECRETARY))
        == [
            ["BB", "", "Reason why it cannot clear: Too long.", "", ""],
            ["BB", "para. 1", "A comma.", "Yes, we do", ""],
            ["CC", "para. 2", "Change asked for: Add a date.", "on 1 May", ""],
            ["CC", "", "Good.", "", ""],
        ]
    )


async def test_the_author_reads_what_was_written_on_the_text(author):
    await written(author, *FOUR)
    message = await opened(author, "UAA")
    assert [row[2] for row in rows(message)] == ["A comma.", "Good."]
    assert "2 comments of 2 agencies; the author’s reply is still to come on 2." in message.text


async def test_an_agency_reads_its_own_alone(author):
    await written(author, *FOUR)
    message = await opened(author, "UCC")
    assert [row[2] for row in rows(message)] == ["Change asked for: Add a date.", "Good."]
    assert [b.label for b in buttons(message)] == ["As Word", "As Excel"]


async def test_nobody_else_reads_anything(author):
    await written(author, *FOUR)
    for user in ("UX", "USTRANGER"):
        shown = await author.ask(user, "clearance draft")
        assert "Comments" not in {b.label for b in buttons(shown)}
        for action in ("gmg_comments", "gmg_reply", "gmg_export"):
            value = "1|docx" if action == "gmg_export" else "1"
            with pytest.raises(Refused, match="are for the Chair"):
                await press(author.services, author.asker(user), action, value)


async def test_what_was_taken_back_is_shown_to_nobody(author):
    await written(author, *FOUR)
    async with author.storage.unit_of_work() as uow:
        for number in (1, 3):
            kept = await uow.comments.get(number)
            await uow.comments.put(replace(kept, withdrawn=True))
        await uow.commit()
    assert [row[0] for row in rows(await opened(author, SECRETARY))] == ["CC", "CC"]


async def test_where_there_are_none_a_sentence_says_so(author):
    await written(author)
    assert (await opened(author, "UAA")).text == (
        "There are no comments on “The draft”, version 1, yet."
    )
    assert "no comments of your agency on" in (await opened(author, "UCC")).text


@pytest.mark.parametrize("value", ["", "9", "x", "-1", "9" * 40, "1.0"])
@pytest.mark.parametrize("action", ["gmg_comments", "gmg_reply", "gmg_export"])
async def test_an_altered_button_is_refused(author, action, value):
    await written(author)
    with pytest.raises(Refused, match="not of a circulation that I know"):
        await press(author.services, author.asker("UAA"), action, value)


async def test_long_comments_are_cut_short_with_a_pointer_to_the_whole(author):
    await written(author, ("bb", "w" * 3000), ("cc", "=1+1\n<!channel> *x* \u202e"))
    message = await opened(author, "UAA")
    first, second = rows(message)
    assert len(first[2]) == MOST_CELL and first[2].endswith("w…")
    assert second[2] == "=1+1 <!channel> *x* [U+202E]"
    assert "long ones cut short; the files have all of it." in message.text


@pytest.mark.parametrize(("number", "length"), [(150, 5), (150, 199)])
async def test_more_comments_than_a_table_takes_are_counted(author, number, length):
    await written(author, *(("bb", "x" * length) for _ in range(number)))
    message = await opened(author, "UAA")
    shown = rows(message)
    assert len(shown) <= MOST_ROWS
    assert sum(len(cell) for row in shown for cell in row) <= MOST_TABLE
    assert f"Shown are {len(shown)} of 150" in message.text
    assert from_json(to_json(message)) == message


# The author's reply


async def test_the_author_replies_and_the_agency_is_told(author):
    await written(author, *FOUR)
    form = await author.press_form("UAA", await opened(author, "UAA"), "Reply…")
    assert form.name is FormName.REPLY
    choice = next(f for f in form.fields if f.name == "comment")
    assert [o.label for o in choice.options] == ["BB, para. 1: A comma.", "CC: Good."]
    reply = await author.submit("UAA", form, comment="3", reply="Taken up.\nThank you.")
    assert reply.message.text == "Your reply to the comment of BB is noted, and BB is told."
    assert author.told("UBB")[-1] == (
        "The author’s reply to your comment on The draft, version 1:\n"
        "A comma.\nTaken up.\nThank you."
    )
    shown = rows(await opened(author, "UBB"))
    assert shown[1][4] == "Taken up. Thank you."
    entry = (await author.journal("circulation:1"))[-1]
    assert (entry.actor, entry.verb, entry.detail) == (
        "UAA",
        "replied to a comment",
        {"comment": 3, "agency": "bb"},
    )
    following = await author.press_form("UAA", reply.message, "Reply to another…")
    choice = next(f for f in following.fields if f.name == "comment")
    assert [o.value for o in choice.options] == ["4", "3"]


async def test_only_the_author_and_the_chair_reply(author):
    await written(author, *FOUR)
    assert "Reply…" not in {b.label for b in buttons(await opened(author, "UCC"))}
    with pytest.raises(Refused, match="Only the authors"):
        await press(author.services, author.asker("UCC"), "gmg_reply", "1")
    form = await author.press_form("UAA", await opened(author, "UAA"), "Reply…")
    with pytest.raises(Refused, match="Only the authors"):
        await author.submit("UCC", form, comment="3", reply="x")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"comment": "1", "reply": "x"}, "comment"),  # a reason, which is for the chair
        ({"comment": "99", "reply": "x"}, "comment"),
        ({"comment": "", "reply": "x"}, "comment"),
        ({"comment": "3", "reply": " "}, "reply"),
        ({"comment": "3", "reply": "x" * 3001}, "reply"),
    ],
)
async def test_a_reply_that_cannot_be_taken_is_said_at_its_field(author, values, field):
    await written(author, *FOUR)
    form = await author.press_form("UAA", await opened(author, "UAA"), "Reply…")
    with pytest.raises(Incomplete) as wrong:
        await author.submit("UAA", form, **values)
    assert list(wrong.value.errors) == [field]
    assert not any(c.reply for c in await author.storage.comments(1))


# As a file


def placed(desk):
    ((target, name, content),) = desk.files.placed
    return target, name, content


async def test_as_word_it_comes_whole_as_a_direct_message(author):
    await written(author, ("bb", "w" * 3000, "suggestion", "para. 1"), ("cc", "Good.\nFine."))
    reply = await author.press("UAA", await opened(author, "UAA"), "As Word")
    assert reply.message.text == "The file is on its way to you as a direct message."
    await author.work()
    target, name, content = placed(author)
    assert target == Target(user="UAA")
    assert name == "draft-v1-comments-2.docx"
    document = docx.Document(io.BytesIO(content))
    (table,) = document.tables
    assert [[c.text for c in row.cells] for row in table.rows] == [
        list(HEADER),
        ["BB", "para. 1", "w" * 3000, "", ""],
        ["CC", "", "Good.\nFine.", "", ""],
    ]
    words = [p.text for p in document.paragraphs if p.text]
    assert words[0] == "Comments on “The draft”, version 1"
    assert "Document: https://example.org/draft" in words


async def test_as_excel_it_has_what_the_reader_may_read_and_no_formula(author):
    await written(author, ("bb", "=1+1", "reason"), ("cc", "=cmd", "comment"))
    await author.press("UCC", await opened(author, "UCC"), "As Excel")
    await author.work()
    _, name, content = placed(author)
    assert name.endswith(".xlsx")
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [c for row in page.iter_rows() for c in row if c.value]
    assert {c.data_type for c in cells} == {"s"}
    told = [c.value for c in cells]
    assert "'=cmd" in told and not any("=1+1" in t for t in told)


async def test_asked_for_again_it_comes_again_with_what_is_new(author):
    await written(author, ("bb", "One."))
    table = await opened(author, "UAA")
    for _ in range(2):
        await author.press("UAA", table, "As Word")
        await author.work()
    assert len({name for _, name, _ in author.files.placed}) == 2


async def test_what_may_be_read_is_looked_up_when_it_is_sent(author):
    await written(author, ("bb", "One."))
    await author.press("UAA", await opened(author, "UAA"), "As Word")
    async with author.storage.unit_of_work() as uow:
        await uow.people.remove("UAA")
        await uow.commit()
    await author.work()
    assert author.files.placed == []
    assert "The reason: not_allowed" in author.told("UAA")[-1]


async def test_a_workspace_that_takes_no_files_is_told_to_the_person_alone(author):
    await written(author, ("bb", "One."))
    author.files.refused = DeliveryError("file_uploads_disabled", permanent=True)
    await author.press("UAA", await opened(author, "UAA"), "As Word")
    before = len(author.told(SECRETARY))
    await author.work()
    assert author.told("UAA")[-1].startswith("I could not send you the file with the comments.")
    assert "file_uploads_disabled" in author.told("UAA")[-1]
    assert len(author.told(SECRETARY)) == before


async def test_a_file_held_up_by_slack_comes_later_once(author):
    await written(author, ("bb", "One."))
    author.files.refused = DeliveryError("ratelimited", retry_after=5)
    await author.press("UAA", await opened(author, "UAA"), "As Word")
    await author.work()
    assert author.waits[-1] == 5
    author.files.refused = None
    author.real.seconds += 6
    for _ in range(2):
        await author.work()
    assert len(author.files.placed) == 1


async def test_without_a_way_to_write_files_none_are_offered(desk):
    await written(desk, ("bb", "w" * 300))
    message = await opened(desk, "UAA")
    assert "As Word" not in {b.label for b in buttons(message)}
    assert "`gmg comments draft` in the terminal prints all of it." in message.text
    with pytest.raises(Refused, match="cannot write that kind of file"):
        await press(desk.services, desk.asker("UAA"), "gmg_export", "1|docx")


async def test_a_kind_of_file_that_is_none_is_refused(author):
    await written(author)
    for ending in ("csv", "exe", "", "docx|1"):
        with pytest.raises(Refused, match="cannot write that kind of file"):
            await press(author.services, author.asker("UAA"), "gmg_export", f"1|{ending}")


# At the end of the time for comments


async def test_when_comments_close_the_author_gets_the_table(author):
    await written(author, ("bb", "One.", "comment"), ("cc", "Two.", "comment"), item="survey")
    await author.until("2027-07-09 09:00")
    assert author.services.snapshot.circulations[1].state is CirculationState.COMMENTS_CLOSED
    (sent,) = [
        p.message
        for p in author.messenger.posted
        if p.target.user == "UAA" and p.message.text.startswith("Comments on")
    ]
    assert [row[2] for row in rows(sent)] == ["One.", "Two."]
    assert [b.label for b in buttons(sent)] == ["Reply…", "As Word", "As Excel"]
    form = await author.press_form("UAA", sent, "Reply…")
    assert form.name is FormName.REPLY
    assert not any("One." in text for text in author.notices())


async def test_when_nobody_sent_any_the_author_is_told_so(author):
    await written(author, item="survey")
    await author.until("2027-07-09 09:00")
    assert any(
        "The time for comments on “The survey”, version 1, is over. There are none." in t
        for t in author.told("UAA")
    )


async def test_the_authors_message_keeps_reasons_to_the_chair(author):
    await written(author, *FOUR)
    snapshot = author.services.snapshot
    every = await author.storage.comments(1)
    message = comments_for_author(author.services, snapshot, snapshot.circulations[1], every)
    assert [row[2] for row in rows(message)] == ["A comma.", "Good."]


async def test_the_sheet_says_of_what_it_is_and_as_of_when(author):
    await written(author, *FOUR)
    snapshot = author.services.snapshot
    circulation = replace(snapshot.circulations[1], document="ab" * 32, document_name="d.docx")
    shown = readable(circulation, await author.storage.comments(1), Reader(chair=True))
    sheet = comments_sheet(snapshot, circulation, shown, author.clock.now() + timedelta(hours=1))
    assert dict(sheet.facts) == {
        "Document": "d.docx",
        "SHA-256": "ab" * 32,
        "Circulated": "for endorsement on Thu 1 July 09:00 Paris",
        "Closing time": "Thu 15 July 18:00 Paris (open)",
        "As of": "Thu 1 July 10:00 Paris",
    }
