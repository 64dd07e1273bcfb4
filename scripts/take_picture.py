"""The picture of the page in the README: `assets/page.png`.

    python -m scripts.take_picture

Needs Chromium and the packages in `requirements-dev.txt`. The face is astronaut Eileen Collins (NASA, public domain).
"""

import re
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright
from skimage import data

from femr.assets import ASSETS
from tests.serving import served_app

WIDTH, HEIGHT = 1280, 860


def main() -> None:
    """Show the page a face, and write what it then looks like."""
    with tempfile.TemporaryDirectory() as folder, served_app() as (address, _), sync_playwright() as playwright:
        photo = Path(folder) / "portrait.jpg"
        Image.fromarray(data.astronaut()).save(photo, quality=95)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB", reduced_motion="reduce")
        page.goto(address)
        page.locator("#femr-photo input[type=file]").first.set_input_files(photo)
        expect(page.get_by_role("button", name=re.compile("Face 1"))).to_be_visible()
        expect(page.locator(".femr-card")).to_have_count(10)
        page.screenshot(path=ASSETS / "page.png")
        browser.close()


if __name__ == "__main__":
    main()
