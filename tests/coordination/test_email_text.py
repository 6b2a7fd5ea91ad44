"""The secretariat copies a ready text for agencies outside the chat."""

import pytest

from coordination.actions import Action
from coordination.dispatch import press
from coordination.messages.forms import FileRef
from coordination.services import Refused
from tests.coordination.circulating import LINK, circulating, opened
from tests.coordination.desk import SECRETARY, buttons


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with circulating(ready_file, tmp_path) as made:
        yield made


async def text_of(desk, item, user=SECRETARY, **entered):
    """Circulate, and press the button on the receipt."""
    done = await opened(desk, item, **entered)
    return (await desk.press(user, done.message, "E-mail text")).message.text


async def test_it_says_all_that_is_needed_to_answer_by_e_mail(desk):
    text = await text_of(desk, "draft", note="Please see page 4.")
    closing = "Tue 19 January 18:00 New York (Wed 00:00 Paris)"
    assert f"Subject: G: The draft, version 1, for endorsement by {closing}\n" in text
    assert "The Chair asks for your agency’s endorsement of “The draft”, version 1." in text
    assert f"The document: {LINK}" in text
    assert "Every agency asked has to clear it; silence is not consent." in text
    assert "The Chair adds: Please see page 4." in text
    assert f"Please answer by {closing}, in reply to this e-mail, with one of:" in text
    assert "\n- cleared\n" in text
    assert "- cannot clear as drafted (please say why)" in text
    assert "head of agency" not in text
    assert text.endswith("With kind regards,\nfor the Chair (AA), the secretariat")
    assert not set("*<>`|") & set(text)


async def test_it_asks_in_whose_name_where_heads_clear(desk):
    text = await text_of(desk, "letter")
    assert "clearance by your head of agency" in text
    assert "by the head of agency or by a delegated officer" in text


async def test_silence_is_named_where_it_is_consent(desk):
    text = await text_of(desk, "note")
    assert "It stands adopted at the closing time if no agency says otherwise." in text


async def test_comments_are_asked_for_with_place_and_wording(desk):
    text = await text_of(desk, "survey")
    assert "- no comments" in text
    assert "its place in the text and the wording you propose" in text
    assert "cannot clear" not in text


async def test_a_kept_file_is_attached_and_named_with_its_digest(desk):
    text = await text_of(desk, "draft", document=FileRef("F1", "draft.pdf"))
    assert "Please attach draft.pdf" in text
    assert "The document is attached: draft.pdf (its SHA-256 begins with " in text


async def test_it_says_what_became_of_answers_to_the_version_before(desk):
    await opened(desk, "draft")
    changed = await text_of(desk, "draft")
    assert "It takes the place of version 1; answers to that no longer count." in changed
    await desk.react("UBB", desk.services.snapshot.circulations[2].message, "white_check_mark")
    editorial = await text_of(desk, "draft", editorial="yes")
    assert "an answer given to version 2 holds for it unless you take it back" in editorial


async def test_it_names_to_the_chair_who_needs_it(desk):
    await desk.ask("UAA", "focal <@UBB> none")
    assert "BB can be reached by e-mail only." in await text_of(desk, "draft", user="UAA")


async def test_it_is_offered_in_the_chairs_view_while_answers_are_taken(desk):
    await opened(desk, "draft")
    view = await desk.ask("UAA", "clearance draft")
    assert "Subject: " in (await desk.press("UAA", view, "E-mail text")).message.text
    others = await desk.ask("UBB", "clearance draft")
    assert "E-mail text" not in [b.label for b in buttons(others)]
    assert "Only the Chair (AA)" in (await desk.press("UBB", view, "E-mail text")).sentence
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, desk.services.snapshot.circulations[1].message, "white_check_mark")
    assert (
        "is cleared: there is nothing to answer any more"
        in (await desk.press("UAA", view, "E-mail text")).sentence
    )
    later = await desk.ask("UAA", "clearance draft")
    assert "E-mail text" not in [b.label for b in buttons(later)]


@pytest.mark.parametrize("value", ["", "9", "x", "1|", "-1", "9" * 1900])
async def test_an_altered_button_shows_nothing(desk, value):
    await opened(desk, "draft")
    with pytest.raises(Refused, match="I know no such circulation"):
        await press(desk.services, desk.asker("UAA"), Action.EMAIL_TEXT, value)
