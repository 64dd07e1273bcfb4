"""How fast the page is there, and how much of it moves then.

    python -m benchmarks.page [--slow]

Each figure is the median of a few visits with an empty cache: first paint, largest paint, when Gradio is ready, from
choosing a phone's photo of 12 megapixels to its songs (all in milliseconds), and the cumulative layout shift, as the
Web Vitals define it, from opening the page until the songs for that photo are there. `--slow` is a slow 4G connection:
1.6 Mbit/s, 150 ms there and back.
"""

import argparse
import shutil
import statistics
from collections.abc import Mapping
from functools import cache

import cv2
import numpy as np
from playwright.sync_api import Browser, sync_playwright
from skimage import data

from tests.serving import served_app

VISITS = 3

WATCH = """
window.seen = { shift: 0, largest: 0 };
let burst = { value: 0, start: 0, end: 0 };  // of shifts, each within a second of the one before, in 5 seconds at most
new PerformanceObserver((list) => list.getEntries().forEach(({ value, startTime, hadRecentInput }) => {
  if (hadRecentInput) return;
  if (startTime - burst.end > 1000 || startTime - burst.start > 5000) burst = { value: 0, start: startTime };
  burst.value += value;
  burst.end = startTime;
  seen.shift = Math.max(seen.shift, burst.value);
})).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((each) => (seen.largest = each.startTime)))
  .observe({ type: "largest-contentful-paint", buffered: true });
"""

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
"""Bytes a second."""


def main() -> None:
    """Print the figures of phone and desktop."""
    parser = argparse.ArgumentParser(description="How fast the page is there, and how much of it moves then.")
    parser.add_argument("--slow", action="store_true", help="over a slow 4G connection")
    slow = parser.parse_args().slow
    with served_app() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, size in {"phone": (390, 844), "desktop": (1280, 800)}.items():
            visits = [visit(browser, address, size, slow=slow) for _ in range(VISITS)]
            told = {key: statistics.median(each[key] for each in visits) for key in visits[0]}
            print(name, ", ".join(f"{key} {value:.0f} ms" for key, value in told.items() if key != "shift"), end=", ")
            print(f"layout shift {told['shift']:.3f}")
        browser.close()


def visit(browser: Browser, address: str, size: tuple[int, int], *, slow: bool) -> Mapping[str, float]:
    """One visit, until the songs for the first example are there."""
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-GB") as context:
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.add_init_script(WATCH)
        if slow:
            context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
        page.goto(address, wait_until="commit")
        page.locator("#femr-file").wait_for(state="attached")
        ready = page.evaluate("performance.now()")
        largest = page.evaluate("seen.largest")
        page.locator("[data-example]").first.click()
        page.locator("html[data-stage=playing] .femr-card").first.wait_for()
        first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        page.get_by_role("button", name="Another face").click()
        start = page.evaluate("performance.now()")
        page.locator("#femr-file").set_input_files(
            {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": phone_photo()}
        )
        page.locator("html[data-stage=looking]").wait_for()
        page.locator("html[data-stage=playing] .femr-card").first.wait_for()
        photo = page.evaluate("performance.now()") - start
        page.wait_for_function("document.getAnimations().every((each) => each.playState !== 'running')")
        shift = page.evaluate("seen.shift")
        return {"first": first, "largest": largest, "Gradio": ready, "photo": photo, "shift": shift}


@cache
def phone_photo() -> bytes:
    """A face in 4000 × 3000 pixels with a camera's noise: a JPEG of 3 to 4 MB."""
    face = cv2.resize(data.astronaut()[:384], (4000, 3000), interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(0).normal(0, 4, face.shape)
    pixels = np.clip(face + noise, 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


if __name__ == "__main__":
    main()
