"""A file that is handed in is kept as it was, and a copy stands in its circulation's thread."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from coordination.actions import Action
from coordination.deliver import Reminders
from coordination.dispatch import press, submit
from coordination.messages.forms import Answers, FileRef, Form, FormName, Incomplete
from coordination.outbox import OutboxWorker
from coordination.outgoing import Outgoing
from coordination.ports import DeliveryError, Fetched
from coordination.records import CirculationState
from coordination.services import Refused, Reply
from tests.coordination.circulating import DRAFT, PLAN, circulating, opened, state
from tests.coordination.desk import CHANNEL, SECRETARY, buttons

DIGEST = sha256(DRAFT.content).hexdigest()
FILE = FileRef("F1", "draft.pdf")
NO_FILES = DeliveryError("file_uploads_disabled", permanent=True)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with circulating(ready_file, tmp_path) as made:
        yield made


async def work_off(desk, rounds=4):
    """Work on, as the alarm clock would after each wait."""
    for _ in range(rounds):
        await desk.work()
        desk.real.seconds += 400


def card(desk, number=1):
    """A circulation's message as it stands."""
    return desk.messenger.at(state(desk, number).message).text


async def test_a_file_is_kept_with_its_digest_and_its_copy_is_what_the_card_leads_to(desk):
    done = await opened(desk, "draft", document=FILE)
    assert isinstance(done, Reply)
    made = state(desk)
    assert (made.document, made.document_name) == (DIGEST, "draft.pdf")
    kept = await desk.storage.document(DIGEST)
    assert (kept.content, kept.media_type, kept.kept_by) == (
        DRAFT.content,
        "application/pdf",
        SECRETARY,
    )
    ((target, name, content),) = desk.files.placed
    assert (target.channel, target.thread_ts) == (CHANNEL, made.message.ts)
    assert (name, content) == ("draft.pdf", DRAFT.content)
    assert made.link == "https://chat.example.org/files/draft.pdf"
    assert f"draft.pdf ({made.link}) (SHA-256 {DIGEST[:12]}…)" in card(desk)
    entries = {e.verb: e.detail for e in await desk.journal("circulation:1")}
    assert entries["circulated"]["sha256"] == DIGEST
    assert entries["document linked"] == {"sha256": DIGEST, "link": made.link}
    shown = (await desk.ask("UBB", "show draft")).text
    assert "version 1, draft.pdf" in shown
    assert f"(SHA-256 {DIGEST[:12]}…)" in shown


async def test_what_is_replaced_on_the_platform_later_is_not_what_was_cleared(desk):
    await opened(desk, "draft", document=FILE)
    desk.files.handed_in["F1"] = Fetched("draft.pdf", "application/pdf", b"another text")
    await opened(desk, "draft", document=FILE)
    assert state(desk, 1).document == DIGEST
    assert state(desk, 2).document == sha256(b"another text").hexdigest()
    assert (await desk.storage.document(DIGEST)).content == DRAFT.content


async def test_the_same_file_twice_is_kept_once(desk):
    await opened(desk, "draft", document=FILE)
    await opened(desk, "note", document=FILE)
    assert state(desk, 1).document == state(desk, 2).document == DIGEST
    assert len(desk.files.placed) == 2


async def test_nothing_is_kept_of_a_form_that_was_refused(desk):
    first = await desk.form("UAA", "circulate draft")
    second = await desk.form("UAA", "circulate draft")
    await desk.submit("UAA", first, link="https://example.org/x")
    with pytest.raises(Refused):
        await desk.submit("UAA", second, document=FILE)
    assert await desk.storage.document(DIGEST) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\texts\\draft.docx", "draft.docx"),
        ("a\nb\u202e.pdf", "ab.pdf"),
        ("..", "document"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
async def test_a_files_name_is_kept_so_that_it_can_be_shown(desk, name, kept):
    desk.files.handed_in["F2"] = Fetched(name, "application/pdf", b"text")
    await opened(desk, "draft", document=FileRef("F2", name))
    assert state(desk).document_name == kept


async def test_an_empty_file_is_none(desk):
    desk.files.handed_in["F2"] = Fetched("empty.pdf", "application/pdf", b"")
    errors = await opened(desk, "draft", document=FileRef("F2", "empty.pdf"))
    assert errors == {"document": "That file is empty. Please choose it again, or give a link."}


@pytest.mark.parametrize(
    "trouble",
    [
        DeliveryError("connection_lost", maybe_posted=True),
        DeliveryError("timeout", maybe_posted=True, under_way=True),
        DeliveryError("ratelimited", retry_after=30),
        DeliveryError("internal_error"),
    ],
    ids=["lost answer", "late answer", "limit", "error"],
)
async def test_after_trouble_one_copy_stands_and_nothing_else_was_held_up(desk, trouble):
    desk.files.refused = trouble
    await opened(desk, "draft", document=FILE)
    await opened(desk, "survey")
    assert len(desk.notices()) == 2
    assert "draft.pdf (SHA-256" in card(desk)
    assert "a copy of which follows" in card(desk)
    desk.files.refused = None
    await work_off(desk)
    assert len(desk.files.placed) == 1
    assert state(desk).link in card(desk)


async def test_a_copy_is_placed_once_though_its_process_died_before_it_knew_where(desk):
    class Died(BaseException):
        pass

    placed = desk.files.place

    async def place(*arguments):
        await placed(*arguments)
        raise Died

    desk.files.place = place
    with pytest.raises(Died):
        await opened(desk, "draft", document=FILE)
    desk.files.place = placed
    desk.restart(PLAN, owner="two")
    await desk.outbox.recover()
    await work_off(desk)
    assert len(desk.files.placed) == 1
    assert state(desk).link in card(desk)


async def test_where_no_files_are_taken_the_secretariat_gives_a_link(desk):
    desk.files.refused = NO_FILES
    await opened(desk, "draft", user="UAA", document=FILE)
    asked = desk.messenger.posted[-1]
    assert asked.target.user == SECRETARY
    assert "I could not put a copy of draft.pdf" in asked.text
    assert "Nothing is lost" in asked.text
    assert DIGEST[:12] in asked.text
    assert state(desk).state is CirculationState.OPEN
    form = await desk.press_form(SECRETARY, asked.message, "Give a link")
    assert form.name is FormName.LINK
    with pytest.raises(Incomplete, match="is not a link to a document"):
        await desk.submit(SECRETARY, form, link="on my desk")
    done = await desk.submit(SECRETARY, form, link="https://example.org/kept")
    assert "leads to that link now" in done.message.text
    assert state(desk).link == "https://example.org/kept"
    assert "draft.pdf (https://example.org/kept) (SHA-256" in card(desk)
    (entry,) = [e for e in await desk.journal("circulation:1") if e.verb == "document linked"]
    assert entry.actor == SECRETARY
    with pytest.raises(Refused, match="has a link already"):
        await desk.submit(SECRETARY, form, link="https://example.org/other")
    refused = await press(desk.services, desk.asker(SECRETARY), Action.SHOW, "draft")
    assert "https://example.org/kept" in refused.message.text


async def test_a_group_without_a_secretariat_has_its_chair_asked_for_the_link(desk):
    desk.services = replace(desk.services, secretariat=frozenset())
    out = Outgoing(desk.services, desk.messenger, desk.turns, "one", desk.waits.append)
    desk.reminders, desk.outbox = Reminders(out), OutboxWorker(out)
    desk.files.refused = NO_FILES
    await opened(desk, "draft", user="UAA", document=FILE)
    assert any("I could not put a copy" in t for t in desk.told("UAA"))


@pytest.mark.parametrize("value", ["", "9", "x"])
async def test_a_link_is_given_by_those_who_may_to_what_has_none(desk, value):
    await opened(desk, "draft")
    with pytest.raises(Refused, match="I know no such circulation"):
        await press(desk.services, desk.asker("UAA"), Action.GIVE_LINK, value)
    with pytest.raises(Refused, match="has a link already"):
        await press(desk.services, desk.asker("UAA"), Action.GIVE_LINK, "1")
    with pytest.raises(Refused, match="Only the Chair"):
        await press(desk.services, desk.asker("UBB"), Action.GIVE_LINK, "1")
    answers = Answers({"link": "https://example.org/x"})
    with pytest.raises(Refused, match="Only the Chair"):
        await submit(desk.services, desk.asker("UBB"), FormName.LINK, "1", answers)


async def test_a_reaction_meanwhile_to_another_message_is_not_put_off_by_a_waiting_copy(desk):
    desk.files.refused = DeliveryError("internal_error")
    await opened(desk, "draft", document=FILE)
    await opened(desk, "survey")
    await desk.react("UBB", state(desk, 2).message, "white_check_mark")
    assert "1 of 2 replies received" in card(desk, 2)


async def test_the_form_says_what_becomes_of_a_file(desk):
    form = await desk.form("UAA", "circulate draft")
    assert isinstance(form, Form)
    hint = next(f.hint for f in form.fields if f.name == "document")
    assert "It is kept as you hand it in, with its SHA-256" in hint
    assert "a copy goes into the thread" in hint


async def test_the_closing_time_does_not_wait_for_the_copy(desk):
    desk.files.refused = DeliveryError("internal_error")
    await opened(desk, "survey", document=FILE)
    desk.clock.move_to(desk.clock.now() + timedelta(days=20))
    await desk.work()
    assert state(desk).state is CirculationState.COMMENTS_CLOSED
    desk.files.refused = None
    await work_off(desk)
    assert len(desk.files.placed) == 1
    assert len(buttons(desk.messenger.at(state(desk).message).message)) == 0
