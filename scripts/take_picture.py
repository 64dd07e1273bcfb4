"""The pictures of the page in the README: `assets/page.png` and others of its kind.

    python -m scripts.take_picture

Needs Chromium and the packages in `requirements-dev.txt`. The faces are our own drawings, and astronaut Eileen Collins
(NASA, public domain).
"""

import io
import re
import shutil
import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from femr.i18n import translate
from femr.paths import ASSETS
from tests.browser.conftest import FLAGS
from tests.browser.states import open_sheet, ready, settle
from tests.serving import served_app
from tests.webcam import camera_showing

DESKTOP, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)


def main() -> None:
    """Show the page a face, and write what it then looks like."""
    with served_app() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        take(read(opened(browser, address, DESKTOP), "A photo of astronaut Eileen Collins"), "page.png")
        take(opened(browser, address, PHONE), "phone-empty.jpg")
        take(read(opened(browser, address, PHONE), "A drawn face that looks happy"), "phone.jpg")
        take(read(opened(browser, address, DESKTOP, scheme="dark"), "A drawn face that looks afraid"), "dark.jpg")
        take(about(opened(browser, address, DESKTOP)), "about.jpg")
        browser.close()
        with tempfile.TemporaryDirectory() as folder:
            camera = camera_showing(("happy", "surprise"), 6, Path(folder) / "clip.mjpeg")
            watching = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *camera])
            take(live(opened(watching, address, DESKTOP)), "live.jpg")
            watching.close()


def opened(browser: Browser, address: str, size: ViewportSize, scheme: Literal["light", "dark"] = "light") -> Page:
    """The page as a visitor finds it, without motion."""
    page = browser.new_page(viewport=size, color_scheme=scheme, locale="en-GB", reduced_motion="reduce")
    page.set_default_timeout(60_000)
    page.goto(address)
    ready(page)
    return page


def read(page: Page, example: str) -> Page:
    """The page when it has read one of its examples."""
    page.get_by_role("button", name=example).click()
    expect(page.get_by_role("button", name=re.compile("Face 1"))).to_be_visible()
    expect(page.locator(".femr-card")).to_have_count(10)
    return page


def live(page: Page) -> Page:
    """The page when its camera has seen two expressions, and songs have followed."""
    page.get_by_role("button", name=translate("page.camera")).click()
    for emotion in ("Happy", "Surprise"):
        seen = f"{translate('lead.live')} {translate(f'looks.{emotion}')}"
        expect(page.get_by_role("heading", name=seen)).to_be_visible(timeout=60_000)
    return page


def about(page: Page) -> Page:
    """The page when it tells about itself."""
    open_sheet(page, translate("about.title"))
    expect(page.get_by_role("table")).to_be_visible()
    return page


def take(page: Page, name: str) -> None:
    """Write what is on the screen."""
    page.mouse.move(0, 0)
    settle(page, "the page")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    if name.endswith("png"):
        picture = picture.quantize(256)  # a third of the size
    picture.save(ASSETS / name, quality=85, optimize=True)
    page.close()


if __name__ == "__main__":
    main()
