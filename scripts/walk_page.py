"""A picture of every state of the page, at phone and desktop width, in both languages, light and dark.

    python -m scripts.walk_page [--out FOLDER] [--only phone-en …]

They go to `test-results/walk`, which git ignores: look at every one of them after a change of the page's looks. Needs
Chromium and the packages in `requirements-dev.txt`.
"""

import argparse
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from skimage import data

from tests.browser.conftest import FLAGS
from tests.browser.states import framed, walk
from tests.serving import served_app
from tests.webcam import camera_showing


@dataclass(frozen=True)
class Window:
    """How somebody looks at the page."""

    width: int
    height: int
    lang: str
    scheme: Literal["light", "dark"] = "light"


WINDOWS = {
    "phone-en": Window(390, 844, "en"),
    "phone-id-dark": Window(360, 740, "id", "dark"),
    "desktop-en": Window(1280, 800, "en"),
    "desktop-id-dark": Window(1280, 800, "id", "dark"),
    "small-id": Window(320, 640, "id"),
    "tablet-en": Window(768, 1024, "en"),
    "laptop-id": Window(1024, 768, "id"),
    "wide-en": Window(1920, 1080, "en"),
    "zoomed-id": Window(640, 400, "id"),  # a window of 1280 by 800, at 200 %
}


def main() -> None:
    """Walk through the page in each window."""
    expect.set_options(timeout=30_000)
    parser = argparse.ArgumentParser(description="A picture of every state of the page.")
    parser.add_argument("--out", type=Path, default=Path("test-results/walk"))
    parser.add_argument("--only", nargs="*", choices=WINDOWS, default=list(WINDOWS))
    options = parser.parse_args()
    with served_app() as (address, _), sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        camera = camera_showing(("happy",), 1, Path(folder) / "clip.mjpeg")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *camera])
        for name in options.only:
            photograph(browser, address, WINDOWS[name], options.out / name)
        browser.close()


def photograph(browser: Browser, address: str, window: Window, out: Path) -> None:
    """Write a picture of each state, numbered in the order in which they come."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    page = browser.new_page(
        viewport=ViewportSize(width=window.width, height=window.height),
        color_scheme=window.scheme,
        locale={"en": "en-GB", "id": "id-ID"}[window.lang],
        reduced_motion="reduce",
        permissions=["camera"],
    )
    page.set_default_timeout(60_000)
    take(page, out, 0, framed(page, window.lang, address))
    page.goto(address)
    with tempfile.TemporaryDirectory() as folder:
        for number, state in enumerate(walk(page, window.lang, Path(folder), data.astronaut()), 1):
            page.mouse.move(0, 0)
            take(page, out, number, state)
    page.close()


def take(page: Page, out: Path, number: int, state: str) -> None:
    """Write a picture of a state."""
    page.screenshot(path=out / f"{number:02d}-{re.sub(r'[^a-z]+', '-', state)}.png")
    print(out.name, state, flush=True)


if __name__ == "__main__":
    main()
