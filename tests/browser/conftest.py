"""The page in a real browser: Debian's Chromium with a fake webcam that shows a real face."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from skimage import data

from tests.serving import served_app

expect.set_options(timeout=20_000)  # the default of 5 seconds is too little for a busy machine

FLAGS = ("--no-sandbox", "--disable-gpu")
"""Of every Chromium here: root has no sandbox, and an emulated graphics card may stand still for seconds."""

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


OWN_SONGS = "Track URI,Track Name,Artist Name(s),Energy,Valence,Tempo\n" + "".join(
    f"spotify:track:{number:022d},Song {number},Band {number},0.{number},0.2,120\n" for number in range(1, 9)
)
"""A visitor's own library."""


def titles(page: Page) -> list[str]:
    """Of the songs that are shown, in their order."""
    return page.locator(".femr-card .femr-title").all_inner_texts()


def pick(page: Page, mood: str) -> None:
    """Pick a mood by hand, from the greeting or after going back to it."""
    if page.get_by_role("button", name="Another face", exact=True).is_visible():
        page.get_by_role("button", name="Another face", exact=True).click()
    page.get_by_role("button", name="Pick a mood", exact=True).filter(visible=True).first.click()
    page.get_by_role("radio", name=mood).check(force=True)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The page's address while it is served."""
    with served_app() as (url, _):
        yield url


@pytest.fixture(scope="session")
def astronaut() -> np.ndarray:
    """A real, happy face: Eileen Collins, photographed by NASA (public domain)."""
    return data.astronaut()


@pytest.fixture(scope="session")
def webcam(astronaut: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of the face for Chromium's fake webcam: JPEG frames, one after the other."""
    frame = cv2.resize(astronaut[0:300, 60:460], (640, 480))
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    clip = tmp_path_factory.mktemp("webcam") / "face.mjpeg"
    clip.write_bytes(jpeg.tobytes() * 30)
    return clip


@pytest.fixture(scope="session")
def browser(webcam: Path) -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing. Run: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                *FLAGS,
                "--disable-background-networking",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={webcam}",
            ],
        )
        yield browser
        browser.close()


IFRAME_API = """
window.standIn = { uris: [], plays: 0 };
window.onSpotifyIframeApiReady({
  createController(place, options, made) {
    const frame = document.createElement("iframe");
    const heard = { ready: [], playback_update: [] };
    const tell = (name, data) => heard[name].forEach((listener) => listener({ data }));
    const load = (uri) => {
      if (standIn.uris.length) tellWhere(false, 15000); // a late word of the song before
      standIn.uris.push(uri);
      frame.src = "https://open.spotify.com/embed/track/" + uri.split(":")[2];
    };
    const tellWhere = (isPaused, position) =>
      tell("playback_update", {
        playingURI: standIn.uris.at(-1),
        isPaused,
        isBuffering: false,
        position,
        duration: 30000,
      });
    standIn.end = () => tellWhere(true, 30000);
    standIn.pause = () => tellWhere(true, 12000);
    made({
      addListener: (name, listener) => heard[name].push(listener),
      loadUri: load,
      play: () => {
        standIn.plays += 1;
        if (!standIn.silent) tellWhere(false, 1000);
      },
      destroy: () => frame.remove(),
    });
    frame.onload = () => standIn.silent || tell("ready");
    load(options.uri);
    place.replaceWith(frame);
  },
});
"""
"""A stand-in for Spotify's iFrame API: one frame, and songs that end when a test says so."""

IFRAME_API_ADDRESS = "https://open.spotify.com/embed/iframe-api/v1"


@dataclass
class Visit:
    """One visitor with a page of their own.

    Attributes:
        outside: every address outside the server that the page has asked for.
        errors: what went wrong in the page's scripts.
        console: what the browser complained about.
    """

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def upload(self, path: Path) -> None:
        """Choose a file as a visitor does."""
        self.page.locator("#femr-file").set_input_files(path)


def pytest_configure(config: pytest.Config) -> None:
    """Declare our marker."""
    config.addinivalue_line("markers", "both_sizes: at desktop width too; other tests of a visit run at phone width")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for a `size` the narrow one, where there is least room, or both where it says so."""
    if "size" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_sizes")
        metafunc.parametrize("size", SIZES if both else ["phone"])


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """One for each size: pages that come later find Gradio's files in its cache, and nothing else."""
    opened = {
        size: browser.new_context(
            viewport=viewport,
            locale="en-GB",
            permissions=["camera", "clipboard-read", "clipboard-write"],
        )
        for size, viewport in SIZES.items()
    }
    for context in opened.values():
        context.set_default_timeout(20_000)
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def visit(contexts: dict[str, BrowserContext], size: str, address: str) -> Iterator[Visit]:
    """A visitor who has just arrived. Outside addresses are answered here, by a stand-in."""
    visit = Visit(contexts[size].new_page())

    def answer(route: Route) -> None:
        visit.outside.append(route.request.url)
        if route.request.url == IFRAME_API_ADDRESS:
            route.fulfill(body=IFRAME_API, content_type="text/javascript")
        else:
            route.fulfill(body="<p>a player</p>", content_type="text/html")

    visit.page.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), answer)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("console", lambda told: told.type == "error" and visit.console.append(told.text))
    visit.page.goto(f"{address}/healthz")
    visit.page.evaluate("localStorage.clear()")  # what the visitor before liked and heard, in the same browser
    visit.page.goto(address)
    yield visit
    visit.page.close()
    assert visit.errors == []
