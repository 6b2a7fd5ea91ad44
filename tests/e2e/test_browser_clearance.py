"""A clearance through the demo's page in Chromium: forms, a file, Home, the chair's table, keys."""

import hashlib

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.cli.demo import start_demo
from config.plan_file import load_sound_plan
from tests.chromium import launched
from tests.e2e.group import SHIPPED

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ITEM = "handbook-circulated"
DRAFT = b"The handbook on mainstreaming migration, first draft."
DIGEST = hashlib.sha256(DRAFT).hexdigest()
CHAIR = "UUNDP"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory):
    """A demo that keeps nobody waiting."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder}/demo.db"
    started = await start_demo(load_sound_plan(SHIPPED), url, pace=0, rate_limits=False)
    yield started
    await started.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(demo):
    expect.set_options(timeout=20_000)
    async with launched() as browser:
        opened = await browser.new_page(viewport={"width": 1280, "height": 800})
        opened.set_default_timeout(20_000)
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def card(demo, page):
    """The circulation's message, sent out with the file by the circulate form."""
    await act_as(page, demo, "U0SECRETARIAT")
    await write(page, f"/gmg circulate {ITEM}")
    form = page.get_by_role("dialog")
    await expect(form).to_have_accessible_name("Circulate a document")
    draft = {"name": "handbook.txt", "mimeType": "text/plain", "buffer": DRAFT}
    await form.get_by_label("The document as a file").set_input_files(draft)
    await expect(form.locator(".given")).to_contain_text("handbook.txt")
    await form.get_by_label("A note to the agencies").fill("With thanks to all.")
    await form.get_by_role("button", name="Circulate", exact=True).click()
    await expect(form).to_have_count(0)
    sent = messages(page, "replies received").filter(has_text="The Chair writes:")
    await expect(sent).to_contain_text("0 of 14 replies received")
    return sent


async def act_as(page, demo, user):
    await page.goto(f"{demo.server.base_url}/?user={user}")
    await expect(page.get_by_test_id("message").first).to_be_visible()


def messages(page, text):
    return page.locator("#messages").get_by_test_id("message").filter(has_text=text)


async def write(page, text):
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Enter")


async def test_a_file_handed_in_by_the_form_is_copied_into_the_thread(demo, page, card):
    await expect(card).to_contain_text("handbook.txt")
    (circulation,) = demo.bot.services.snapshot.circulations.values()
    assert circulation.document == DIGEST
    await card.get_by_test_id("thread-replies").click()
    copy = page.get_by_test_id("thread").get_by_test_id("file")
    async with page.expect_download() as downloading:
        await copy.get_by_role("link").click()
    path = await (await downloading.value).path()
    assert path.read_bytes() == DRAFT


async def test_a_form_keeps_its_error_beside_the_field_until_it_can_be_taken(demo, page, card):
    await act_as(page, demo, "UUNICEF")
    await card.get_by_role("button", name="With suggestions…").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Place in the text").fill("page 3")
    send = form.get_by_role("button", name="Send", exact=True)
    await send.click()
    text = form.get_by_label("Suggestion", exact=True)
    await expect(text).to_be_focused()
    await expect(text).to_have_attribute("aria-invalid", "true")
    await expect(form.get_by_test_id("field-error").filter(visible=True)).to_have_count(1)
    await expect(form.get_by_label("Place in the text")).to_have_value("page 3")
    await text.fill("Name the convention.")
    await send.click()
    await expect(form).to_have_count(0)
    await expect(card).to_contain_text("1 of 14 replies received")
    await expect(messages(page, "Your text is kept.")).to_contain_text("Only visible to you")


async def test_home_shows_what_waits_and_takes_the_answer(demo, page, card):
    await act_as(page, demo, CHAIR)
    await page.get_by_test_id("im-gmg").click()
    await page.get_by_test_id("tab-home").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("Replies still to come from you")
    await home.get_by_role("button", name="Stand aside").click()
    await expect(home).to_contain_text("UNDP: stands aside")
    await expect(home).not_to_contain_text("Replies still to come from you")


async def test_the_chair_sees_by_agency_and_others_only_their_own(demo, page, card):
    await act_as(page, demo, "U0SECRETARIAT")
    await write(page, f"/gmg clearance {ITEM}")
    shown = messages(page, "In whose name").last
    row = shown.get_by_role("row").filter(has_text="UNICEF")
    await expect(row).to_contain_text("cleared with suggestions")
    await expect(shown.get_by_role("row")).to_have_count(15)
    for name in ("Record…", "Withdraw…", "E-mail text"):
        await expect(shown.get_by_role("button", name=name)).to_be_visible()
    await expect(shown.get_by_role("button", name="Stand aside")).to_have_count(0)
    await shown.get_by_role("button", name="Comments", exact=True).click()
    comments = messages(page, "Comments on").last
    await expect(comments.get_by_role("row").last).to_contain_text("Name the convention.")


async def test_by_keyboard_alone_one_cannot_clear_and_the_channel_does_not_say_who(
    demo, page, card
):
    await act_as(page, demo, "UOHCHR")
    await expect(card.get_by_role("button", name="Cannot clear…")).to_be_visible()
    keys = page.keyboard
    await page.get_by_test_id("composer").focus()
    for _ in range(40):  # back through the messages' buttons
        await keys.press("Shift+Tab")
        if await page.evaluate("document.activeElement.textContent") == "Cannot clear…":
            break
    await keys.press("Enter")
    form = page.get_by_role("dialog")
    await expect(form).to_be_visible()
    await expect(form.get_by_label("The reason")).to_be_focused()
    await keys.type("Paragraph 4 is not agreed.")
    await keys.press("Tab")  # Cancel
    await keys.press("Tab")  # Send
    await keys.press("Enter")
    await expect(form).to_have_count(0)
    await expect(card).to_contain_text("one point under discussion with the Chair")
    await expect(card).not_to_contain_text("OHCHR")
    await expect(page.locator(":focus")).to_have_text("Cannot clear…")
