"""The browser of the tests marked `browser`."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """The machine's Chromium, or playwright's; without one skip, but fail where CI=true."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next((path for name in names if (path := shutil.which(name))), None)
    async with async_playwright() as driver:
        found = found or driver.chromium.executable_path
        if not os.path.exists(found):
            if os.environ.get("CI") == "true":
                pytest.fail("no Chromium: install one, or run `playwright install chromium`")
            pytest.skip("no Chromium on this machine")
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = await driver.chromium.launch(executable_path=found, args=arguments)
        yield browser
        await browser.close()
