"""Makes demo.png, the README's picture: the demo of the shipped plan, driven in Chromium.

`uv run python -m docs.images.make` from the repository's folder makes it anew.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from bot.cli.demo import Demo, start_demo
from bot.cli.demo_people import CHANNEL, SECRETARIAT
from bot.logs import set_up
from config.plan_file import load_sound_plan
from config.settings import SHIPPED_PLAN
from sandbox.workspace import Message
from tests.chromium import launched
from workplan.clearance import REFLECTION

PICTURE = Path(__file__).with_name("demo.png")
WIDTH = 1280
MORNING = datetime(2010, 2, 23, 9, 0, tzinfo=ZoneInfo("Europe/Zurich"))
"""Three working days before the handbook text is to be circulated."""

LATER = MORNING + REFLECTION + timedelta(minutes=10)

CIRCULATE = "/gmg circulate handbook-circulated https://example.org/handbook-v1.pdf"
ANSWERS = {
    "white_check_mark": ("UIOM", "UILO", "UUNDP", "UUNHCR", "UUNFPA", "UUNESCO", "UUNITAR"),
    "no_entry": ("UOHCHR",),
    "white_circle": ("UUNODC",),
}
LAST = "UUNICEF"
"""Whose answer is given on the page."""


async def settle(demo: Demo) -> None:
    """Return when the bot has dealt with everything that was done."""
    await demo.server.deliveries.settle()
    await demo.bot.drain()


async def circulate(demo: Demo) -> None:
    """The secretariat circulates the handbook text and most agencies answer."""
    people = demo.server.people
    await people.command(SECRETARIAT, CHANNEL, CIRCULATE)
    await settle(demo)
    asked = people.visible(SECRETARIAT, CHANNEL)[-1]
    button = next(b for b in asked.blocks if b["type"] == "actions")["elements"][0]
    await people.press(SECRETARIAT, CHANNEL, asked.ts, button["action_id"])
    await settle(demo)
    card = newest(demo, "replies received")
    for name, users in ANSWERS.items():
        for user in users:
            people.react(user, CHANNEL, card.ts, name)
            await settle(demo)


def newest(demo: Demo, words: str) -> Message:
    """The channel's latest message that holds the words."""
    return [m for m in demo.server.people.visible(LAST, CHANNEL) if words in m.text][-1]


async def act(page: Page, address: str) -> None:
    """As the agency whose answer is still to come: clear the text, then ask what comes next."""
    await page.goto(f"{address}/?user={LAST}")
    card = message(page, "replies received")
    await card.hover()
    await card.get_by_test_id("react-add").click()
    await page.locator('[data-testid="palette-item"][data-name="white_check_mark"]').click()
    await expect(card).to_contain_text("10 of 14 replies received")
    composer = page.get_by_test_id("composer")
    await composer.fill("/gmg next 3")
    await composer.press("Enter")
    await expect(message(page, "What comes next")).to_be_visible()


def message(page: Page, words: str) -> Locator:
    """The page's latest message that holds the words."""
    return page.locator("#messages").get_by_test_id("message").filter(has_text=words).last


async def frame(page: Page) -> None:
    """Make the window as high as this day's messages, with a line for the next to be written."""
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement?.blur()")
    high = await page.evaluate(
        """() => {
          const scroll = document.getElementById("scroll");
          const day = [...document.querySelectorAll("#messages > .day")].at(-1);
          const messages = document.getElementById("messages").getBoundingClientRect();
          const wanted = messages.bottom - day.getBoundingClientRect().top + 8;
          return Math.ceil(innerHeight - scroll.clientHeight + wanted);
        }"""
    )
    await page.set_viewport_size({"width": WIDTH, "height": high})
    await page.evaluate("scroll.scrollTop = scroll.scrollHeight")
    await page.wait_for_timeout(300)


async def done_in_time(demo: Demo) -> None:
    """What is past by now was done: a group that begins the year in good order."""
    services = demo.bot.services
    for item in services.snapshot.schedule.late(services.snapshot.day(services.clock.now())):
        await demo.server.people.command(SECRETARIAT, CHANNEL, f"/gmg done {item.id}")
        await settle(demo)


async def make(picture: Path = PICTURE) -> None:
    """Play the scene and write the picture."""
    set_up("console", logging.WARNING)
    loaded = load_sound_plan(SHIPPED_PLAN)
    with tempfile.TemporaryDirectory(prefix="gmg-picture-") as folder:
        database = f"sqlite:///{folder}/picture.db"
        demo = await start_demo(loaded, database, pace=0, rate_limits=False)
        try:
            await demo.clock.move_to(MORNING.astimezone(UTC))
            await done_in_time(demo)
            await circulate(demo)
            # By then it counts that one cannot clear it.
            await demo.clock.move_to(LATER.astimezone(UTC))
            await settle(demo)
            async with launched() as browser:
                page = await browser.new_page(
                    viewport={"width": WIDTH, "height": 900}, color_scheme="light"
                )
                page.set_default_timeout(15_000)
                await act(page, demo.server.base_url)
                await frame(page)
                await page.screenshot(path=picture)
        finally:
            await demo.stop()


if __name__ == "__main__":
    asyncio.run(make())
