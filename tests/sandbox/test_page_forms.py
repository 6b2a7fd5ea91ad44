"""Forms, shortcuts and the app's Home on the page, in headless Chromium."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.sandbox.harness import field, home, modal, options, plain
from tests.sandbox.stage import BOT, NARROW, WIDE, Stage, messages

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

OPEN = {
    "type": "actions",
    "block_id": "o",
    "elements": [{"type": "button", "action_id": "open", "text": plain("Open the form")}],
}


def labelled(name: str, element: dict[str, Any] | str, block: str, **more: Any) -> dict[str, Any]:
    return field(element, block, label=plain(name), **more)


def form_of_everything() -> dict[str, Any]:
    return modal(
        {"type": "section", "block_id": "s", "text": plain("Please answer by Friday.")},
        labelled("Document", "url_text_input", "link", hint=plain("A link that all can open")),
        labelled("Remarks", {"type": "plain_text_input", "multiline": True}, "text", optional=True),
        labelled("Copies", {"type": "number_input", "is_decimal_allowed": False}, "copies"),
        labelled("Mail", "email_text_input", "mail"),
        labelled("Rule", {"type": "static_select", "options": options("unanimity", "silence")},
                 "rule"),
        labelled("Kind", {"type": "radio_buttons", "options": options("heads", "focal")}, "kind"),
        labelled("Marks", {"type": "checkboxes", "options": options("urgent", "secret")}, "marks"),
        labelled("Agencies", {"type": "multi_static_select", "options": options("who", "ilo")},
                 "who"),
        labelled("Person", "users_select", "person"),
        labelled("Channel", "conversations_select", "channel"),
        labelled("Closing day", "datepicker", "day"),
        labelled("Closing hour", "timepicker", "hour"),
        labelled("Reminder", "datetimepicker", "reminder"),
        labelled("File", {"type": "file_input", "filetypes": ["pdf", "txt"]}, "file"),
        title=plain("Circulate"),
    )  # fmt: skip


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


async def opened(stage: Stage, form: dict[str, Any], user: str = "UJUL", **page: Any) -> Page:
    stage.app.form = form
    stage.post("Ready?", [OPEN])
    shown = await stage.open(f"?user={user}", **page)
    await shown.get_by_role("button", name="Open the form").click()
    await expect(dialog(shown)).to_be_visible()
    return shown


def values(stage: Stage) -> dict[str, Any]:
    """What the form that was sent last says, by block."""
    said = stage.app.forms[-1]["view"]["state"]["values"]
    return {block: next(iter(state.values())) for block, state in said.items()}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_every_kind_of_input_is_filled_in_by_its_label_and_sent(
    stage: Stage, size: ViewportSize
) -> None:
    page = await opened(stage, form_of_everything(), size=size)
    form = dialog(page)
    await expect(form).to_have_accessible_name("Circulate")
    await form.get_by_label("Document").fill("https://example.org/draft.pdf")
    await form.get_by_label("Remarks").fill("First line\nSecond line")
    await form.get_by_label("Copies").fill("3")
    await form.get_by_label("Mail").fill("ana@example.org")
    await form.get_by_label("Rule").select_option("Silence")
    await form.get_by_role("radiogroup", name="Kind").get_by_label("Focal").check()
    await form.get_by_label("Urgent").check()
    await form.get_by_role("group", name="Agencies").get_by_label("Ilo").check()
    await form.get_by_label("Person").select_option("Julia Rossi")
    await form.get_by_label("Channel").select_option("drafts")
    await form.get_by_label("Closing day").fill("2010-03-12")
    await form.get_by_label("Closing hour").fill("18:00")
    await form.get_by_label("Reminder").fill("2010-03-12T09:30")
    await form.get_by_label("File").set_input_files(
        {"name": "draft.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    await expect(form).to_contain_text("draft.pdf (8 B)")
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_be_hidden()
    said = values(stage)
    assert said["link"]["value"] == "https://example.org/draft.pdf"
    assert said["text"]["value"] == "First line\nSecond line"
    assert (said["copies"]["value"], said["mail"]["value"]) == ("3", "ana@example.org")
    assert said["rule"]["selected_option"]["value"] == "silence"
    assert said["kind"]["selected_option"]["value"] == "focal"
    assert [o["value"] for o in said["marks"]["selected_options"]] == ["urgent"]
    assert [o["value"] for o in said["who"]["selected_options"]] == ["ilo"]
    assert (said["person"]["selected_user"], said["channel"]["selected_conversation"]) == (
        "UJUL",
        "C2",
    )
    assert (said["day"]["selected_date"], said["hour"]["selected_time"]) == ("2010-03-12", "18:00")
    # 09:30 where Julia lives, New York in winter.
    assert said["reminder"]["selected_date_time"] == 1_268_404_200
    assert [f["name"] for f in said["file"]["files"]] == ["draft.pdf"]


async def test_the_focus_goes_into_the_form_and_back_and_escape_closes_it(stage: Stage) -> None:
    page = await opened(stage, modal(labelled("Word", "plain_text_input", "word")))
    await expect(dialog(page).get_by_label("Word")).to_be_focused()
    for _ in range(5):
        await page.keyboard.press("Tab")
    assert await page.evaluate(
        "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
    )
    await page.keyboard.press("Escape")
    await expect(dialog(page)).to_be_hidden()
    await expect(page.get_by_role("button", name="Open the form")).to_be_focused()


async def test_a_form_is_filled_in_and_sent_with_the_keyboard_alone(stage: Stage) -> None:
    stage.app.form = modal(
        labelled("Word", "plain_text_input", "word"),
        labelled("Kind", {"type": "radio_buttons", "options": options("heads", "focal")}, "kind"),
    )
    stage.post("Ready?", [OPEN])
    page = await stage.open("?user=UJUL")
    await page.get_by_role("button", name="Open the form").focus()
    await page.keyboard.press("Enter")
    await expect(dialog(page)).to_be_visible()
    await page.keyboard.type("Yes")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(dialog(page)).to_be_hidden()
    assert values(stage)["kind"]["selected_option"]["value"] == "heads"


async def test_what_is_wrong_stands_beside_its_input_and_what_was_written_stays(
    stage: Stage,
) -> None:
    page = await opened(
        stage,
        modal(
            labelled("Word", {"type": "plain_text_input", "min_length": 3}, "word"),
            labelled("Day", "datepicker", "day"),
        ),
    )
    form = dialog(page)
    await form.get_by_label("Word").fill("ab")
    await form.get_by_role("button", name="Send").click()
    await expect(form.get_by_label("Word")).to_be_focused()
    await expect(form.get_by_label("Word")).to_have_attribute("aria-invalid", "true")
    await expect(form.get_by_label("Word")).to_have_accessible_description(
        "Please enter at least 3 characters."
    )
    await expect(form.get_by_label("Day")).to_have_accessible_description(
        "Please complete this required field."
    )
    assert stage.app.forms == []
    stage.app.answer = {"response_action": "errors", "errors": {"day": "This is a holiday."}}
    await form.get_by_label("Word").fill("abc")
    await form.get_by_label("Day").fill("2010-04-02")
    await form.get_by_role("button", name="Send").click()
    await expect(form.get_by_test_id("field-error").last).to_have_text("This is a holiday.")
    await expect(form.get_by_test_id("field-error").first).to_be_hidden()
    await expect(form.get_by_label("Word")).to_have_value("abc")
    await expect(form.get_by_label("Day")).to_be_focused()


async def test_without_an_answer_the_form_says_so_and_can_be_sent_again(stage: Stage) -> None:
    page = await opened(stage, modal(labelled("Word", "plain_text_input", "word")))
    form = dialog(page)
    await form.get_by_label("Word").fill("x" * 3_000)
    stage.app.silent = True
    await form.get_by_role("button", name="Send").click()
    await expect(form.get_by_test_id("form-trouble")).to_have_text(
        "We had some trouble connecting. Try again?"
    )
    await expect(form.get_by_label("Word")).to_have_value("x" * 3_000)
    stage.app.silent = False
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_be_hidden()
    assert len(values(stage)["word"]["value"]) == 3_000


async def test_forms_lie_on_top_of_each_other_and_the_one_below_comes_back(stage: Stage) -> None:
    page = await opened(
        stage, modal(OPEN, labelled("Below", "plain_text_input", "below"), title=plain("First"))
    )
    form = dialog(page)
    await form.get_by_label("Below").fill("kept")
    stage.app.form = modal(labelled("Above", "plain_text_input", "above"), title=plain("Second"))
    await form.get_by_role("button", name="Open the form").click()
    await expect(form).to_have_accessible_name("Second")
    await form.get_by_role("button", name="Cancel").click()
    await expect(form).to_have_accessible_name("First")
    await expect(form.get_by_label("Below")).to_have_value("kept")
    await form.get_by_role("button", name="Open the form").click()
    await expect(form).to_have_accessible_name("Second")
    await form.get_by_test_id("form-close-all").click()
    await expect(form).to_be_hidden()


async def test_what_the_app_changes_appears_and_what_is_being_written_stays(stage: Stage) -> None:
    page = await opened(stage, modal(labelled("Word", "plain_text_input", "word")))
    form = dialog(page)
    await form.get_by_label("Word").fill("half a sen")
    view = stage.server.people.form("UJUL")
    assert view is not None
    assert stage.app.client is not None
    changed = modal(
        {"type": "section", "block_id": "n", "text": plain("Now until Monday.")},
        labelled("Word", "plain_text_input", "word"),
        labelled("More", "plain_text_input", "more"),
    )
    await stage.app.client.views_update(view_id=view.id, view=changed)
    await expect(form).to_contain_text("Now until Monday.")
    await expect(form.get_by_label("Word")).to_have_value("half a sen")
    await expect(form.get_by_label("Word")).to_be_focused()


async def test_a_button_in_a_form_asks_first_and_its_trouble_is_seen(stage: Stage) -> None:
    sure = {"title": plain("Sure?"), "text": plain("All will be told."),
            "confirm": plain("Tell them"), "deny": plain("Not yet")}  # fmt: skip
    ask = {"type": "button", "action_id": "tell", "text": plain("Tell all"), "confirm": sure}
    page = await opened(
        stage,
        modal(
            {"type": "actions", "block_id": "a", "elements": [ask]},
            labelled("Day", "datepicker", "day", dispatch_action=True),
        ),
    )
    form = page.get_by_test_id("form")
    await form.get_by_role("button", name="Tell all").click()
    await page.get_by_role("button", name="Not yet").click()
    await form.get_by_role("button", name="Tell all").click()
    await page.get_by_role("button", name="Tell them").click()
    async with asyncio.timeout(5):
        opener, told = [await stage.app.presses.get() for _ in range(2)]
    assert (opener["action_id"], told["action_id"]) == ("open", "tell")
    await form.get_by_label("Day").fill("2010-04-02")
    async with asyncio.timeout(5):
        assert (await stage.app.presses.get())["selected_date"] == "2010-04-02"
    stage.app.silent = True
    await form.get_by_role("button", name="Tell all").click()
    await page.get_by_role("button", name="Tell them").click()
    await expect(form.get_by_test_id("toast")).to_contain_text("failed")


async def test_a_shortcut_is_chosen_in_the_menu_of_a_message(stage: Stage) -> None:
    stage.post("https://example.org/draft.pdf", user="UJUL")
    stage.app.form = modal(labelled("Word", "plain_text_input", "word"))
    page = await stage.open("?user=UJUL")
    await messages(page).first.hover()
    await page.get_by_role("button", name="More actions…").click()
    await page.get_by_role("menuitem", name="Circulate for clearance").click()
    await expect(dialog(page)).to_be_visible()
    assert stage.app.told[-1]["message"]["text"] == "https://example.org/draft.pdf"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="More actions…")).to_be_focused()
    other = await stage.open("?user=UEXT")
    await expect(messages(other)).to_have_count(1)
    await expect(other.get_by_test_id("message-menu")).to_have_count(0)


async def test_somebody_of_another_workspace_uses_a_form_opened_from_a_button(
    stage: Stage,
) -> None:
    page = await opened(stage, modal(labelled("Word", "plain_text_input", "word")), user="UEXT")
    await dialog(page).get_by_label("Word").fill("Yes")
    await page.keyboard.press("Enter")
    await expect(dialog(page)).to_be_hidden()
    sent_form = stage.app.forms[-1]
    assert sent_form["team"]["id"] == sent_form["user"]["team_id"] == "T0PARTNER"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_the_home_of_the_app_is_a_tab_beside_its_messages(
    stage: Stage, size: ViewportSize
) -> None:
    assert stage.app.client is not None
    page = await stage.open("?user=UJUL", size=size)
    await expect(page.get_by_role("tab")).to_have_count(0)
    if size is NARROW:
        await page.get_by_test_id("drawer").click()
    await page.get_by_test_id("im-gmg").click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_test_id("home")).to_contain_text("nothing here yet")
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    day = {"type": "datepicker", "action_id": "day", "initial_date": "2010-03-01"}
    shown = home(
        {"type": "header", "block_id": "h", "text": plain("What waits for you")},
        {"type": "section", "block_id": "s", "text": plain("Handbook"), "accessory": day},
        OPEN,
    )
    await stage.app.client.views_publish(user_id="UJUL", view=shown)
    await expect(page.get_by_role("heading", name="What waits for you")).to_be_visible()
    assert [e["tab"] for e in stage.app.told] == ["messages", "home"]
    stage.app.form = modal(labelled("Word", "plain_text_input", "word"))
    await page.get_by_role("button", name="Open the form").click()
    await expect(dialog(page)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Open the form")).to_be_focused()
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    await page.get_by_role("tab", name="Home").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="Messages")).to_be_focused()
    await expect(page.get_by_test_id("composer")).to_be_visible()


async def test_lists_and_pickers_in_a_message_tell_at_once_and_keep_what_was_chosen(
    stage: Stage,
) -> None:
    elements = [
        {"type": "timepicker", "action_id": "hour", "placeholder": plain("Closing at")},
        {"type": "users_select", "action_id": "who", "placeholder": plain("Who")},
        {"type": "radio_buttons", "action_id": "kind", "options": options("heads", "focal")},
        {"type": "checkboxes", "action_id": "marks", "options": options("urgent", "secret")},
    ]
    stage.post("Choose", [{"type": "actions", "block_id": "a", "elements": elements}], user=BOT)
    page = await stage.open("?user=UJUL")
    await page.get_by_label("Closing at").fill("18:00")
    await page.get_by_label("Closing at").press("Enter")
    await page.get_by_label("Who").select_option("Sara Lindt")
    await page.get_by_label("Focal").check()
    await page.get_by_label("Urgent").check()
    async with asyncio.timeout(5):
        hour, who, kind, marks = [await stage.app.presses.get() for _ in range(4)]
    assert (hour["selected_time"], who["selected_user"]) == ("18:00", "USEC")
    assert kind["selected_option"]["value"] == "focal"
    assert [o["value"] for o in marks["selected_options"]] == ["urgent"]
    await page.reload()
    await expect(page.get_by_label("Closing at")).to_have_value("18:00")
    await expect(page.get_by_label("Urgent")).to_be_checked()
