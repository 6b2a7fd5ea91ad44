"""The demo through its page in Chromium: asked, circulated, cleared, the clock moved."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.cli.demo import start_demo
from config.plan_file import load_sound_plan
from tests.chromium import launched
from tests.e2e.group import SHIPPED

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory):
    """A demo as `gmg demo` starts it, at Slack's own pace."""
    folder = tmp_path_factory.mktemp("demo")
    demo = await start_demo(load_sound_plan(SHIPPED), f"sqlite:///{folder}/demo.db")
    yield demo.server.base_url
    await demo.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def page(address):
    async with launched() as browser:
        opened = await browser.new_page(viewport={"width": 1280, "height": 800})
        opened.set_default_timeout(15_000)
        await opened.goto(address)
        yield opened


def messages(page, text):
    return page.locator("#messages").get_by_test_id("message").filter(has_text=text)


async def write(page, text):
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Enter")


async def test_a_visitor_asks_moves_the_clock_circulates_and_clears_for_unicef(page, address):
    expect.set_options(timeout=15_000)
    await expect(messages(page, "Welcome! This is the real bot")).to_be_visible()
    await expect(page.get_by_test_id("clock-now")).to_contain_text("4 January 2010")

    await write(page, "/gmg next")
    answer = messages(page, "What comes next").last
    await expect(answer).to_contain_text("Circulate the concept note of the symposium")
    await expect(answer).to_contain_text("Only visible to you")

    await page.get_by_test_id("clock-next").click()
    reminder = messages(page, "Coming up")
    await expect(reminder).to_contain_text("Fri 8 January, in 3 days")
    await expect(page.get_by_test_id("clock-now")).to_contain_text("5 January 2010")
    await reminder.get_by_role("button", name="Show", exact=True).click()
    source = "Circulate concept note with detailed timeline in early January"
    await expect(messages(page, source).last).to_be_visible()

    await write(page, "/gmg circulate handbook-circulated https://example.org/handbook.pdf")
    question = messages(page, "go out for endorsement by 14 agencies").last
    await question.get_by_role("button", name="Circulate", exact=True).click()
    card = messages(page, "replies received")
    await expect(card).to_contain_text("0 of 14 replies received")

    await page.goto(f"{address}/?user=UUNICEF")
    await card.hover()
    await card.get_by_test_id("react-add").click()
    await page.locator('[data-testid="palette-item"][data-name="white_check_mark"]').click()
    await expect(card).to_contain_text("1 of 14 replies received")
    await card.locator('[data-testid="reaction"][data-name="white_check_mark"]').click()
    await expect(card).to_contain_text("0 of 14 replies received")
