"""A headless browser for pages; a test that needs one fails if this machine has none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

VARIABLE = "AUTOGRADER_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Return the path of a Chromium: the one that the variable names, else the first on the PATH."""
    path = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), "")
    if not path:
        pytest.fail(f"There is no browser: install Chromium (apt-get install chromium), or set {VARIABLE} to its path.")
    return path


@contextmanager
def headless() -> Iterator[Browser]:
    """Start a browser without its sandbox: root has none, and the pages are our own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def violations(page: Page) -> list[str]:
    """Return the rules of axe-core that a page breaks, each with the first element that breaks it."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found]
