"""A real browser, for tests of pages."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SHOTS = os.environ.get("POSTROOM_TEST_SHOTS")
"""Folder for pictures of what the tests see; none are made without it."""


def shoot(page: Page, name: str) -> None:
    if SHOTS is not None:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
