"""The message shortcut opens the form to circulate with that message's link or file."""

import pytest

from coordination.messages.forms import FileRef, FormName, Incomplete
from coordination.services import Refused, Reply
from coordination.shortcut import circulate_message
from tests.coordination.circulating import LINK, circulating, field, said, state
from tests.coordination.desk import SECRETARY

FILE = FileRef("F1", "draft.pdf")
OTHER = "https://example.org/other"


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with circulating(ready_file, tmp_path) as made:
        yield made


async def form_of(desk, links=(), files=(), text="", user="UAA"):
    return await circulate_message(desk.services, desk.asker(user), links, files, text)


async def test_the_link_of_the_message_stands_in_the_form(desk):
    first = await form_of(desk, [LINK])
    assert first.name is FormName.CIRCULATE
    assert f"The document: {LINK}" in said(first)
    second = await desk.submit("UAA", first, milestone="draft")
    assert field(second, "link").value == LINK
    assert isinstance(await desk.submit("UAA", second), Reply)
    assert state(desk).link == LINK


async def test_the_file_of_the_message_is_circulated(desk):
    first = await form_of(desk, files=[FILE])
    second = await desk.submit("UAA", first, milestone="draft")
    assert "the file “draft.pdf” of that message" in said(second)
    await desk.submit("UAA", second)
    assert state(desk).document_name == "draft.pdf"
    assert len(desk.files.placed) == 1


async def test_another_file_can_take_the_place_of_the_messages(desk):
    desk.files.handed_in["F2"] = desk.files.handed_in["F1"].__class__("b.pdf", "x/y", b"other")
    second = await desk.submit("UAA", await form_of(desk, files=[FILE]), milestone="draft")
    await desk.submit("UAA", second, document=FileRef("F2", "b.pdf"))
    assert state(desk).document_name == "b.pdf"


async def test_of_several_documents_one_is_chosen(desk):
    first = await form_of(desk, [LINK, OTHER, LINK], [FILE])
    options = [(o.value, o.label) for o in field(first, "which").options]
    assert options == [("file:0", "draft.pdf"), ("link:0", LINK), ("link:1", OTHER)]
    for which in (None, "", "link:9", "file:1", "x"):
        with pytest.raises(Incomplete, match="which of these is the document"):
            await desk.submit("UAA", first, milestone="draft", which=which)
    second = await desk.submit("UAA", first, milestone="draft", which="link:1")
    assert field(second, "link").value == OTHER


async def test_without_a_document_the_form_asks_for_one(desk):
    second = await desk.submit("UAA", await form_of(desk), milestone="draft")
    with pytest.raises(Incomplete, match="Which document"):
        await desk.submit("UAA", second)


async def test_the_item_that_the_message_names_is_proposed_and_still_to_be_confirmed(desk):
    first = await form_of(desk, [LINK], text="Circulate the note")
    assert field(first, "milestone").value == "note"
    assert field(await form_of(desk, [LINK], text="the kick-off"), "milestone").value is None
    assert field(await form_of(desk, [LINK], text="see here"), "milestone").value is None


async def test_any_number_of_links_and_long_names_fit_into_the_form(desk):
    links = [f"https://example.org/{n}/{'x' * 1400}" for n in range(40)] + ["x" * 5000]
    files = [FileRef(f"F{n}", "long " * 80) for n in range(40)]
    form = await form_of(desk, links, files)
    assert len(form.about) <= 2000
    assert all(len(o.label) <= 75 for o in field(form, "which").options)
    assert len(field(form, "which").options) <= 10


@pytest.mark.parametrize("user", ["UBB", "UX"])
async def test_only_the_chair_and_the_secretariat_get_it(desk, user):
    with pytest.raises(Refused, match="Only the Chair"):
        await form_of(desk, [LINK], user=user)
    assert await form_of(desk, [LINK], user=SECRETARY)
