"""Every state of the page, one after the other, for tests that look at all of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from femr.i18n import translate

UNSETTLED = """() => [
  ...[...document.querySelectorAll(".pending")].filter((each) => each.checkVisibility()),
  ...document.getAnimations()
    .filter((each) => each.playState === "running" && each.effect.getComputedTiming().endTime !== Infinity)
    .map((each) => each.effect.target),
].map((each) => each.outerHTML.slice(0, 200))"""
"""What is still dimmed or moving."""


def walk(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> Iterator[str]:
    """Bring the page, just opened in `lang`, into one state after the other; gives each one's name.

    Args:
        page: of the visitor; outside addresses are never reached.
        lang: what it speaks.
        folder: for the files that are uploaded.
        astronaut: a face, RGB uint8.
    """
    player = re.compile(r"^https?://(?!127\.0\.0\.1)")
    page.route(player, lambda route: route.fulfill(body="", content_type="text/html"))
    for state in (
        _empty,
        _refused,
        _example,
        _several,
        _watched,
        _picked,
        _filtered,
        _about,
        _playing,
        _unreachable,
    ):
        name = state(page, lang, folder, astronaut)
        settle(page, name)
        yield name


def settle(page: Page, state: str) -> None:
    """Wait until nothing is dimmed or moving any more."""
    try:
        page.wait_for_function(f"({UNSETTLED})().length === 0", polling=100)  # ms; frames may come late
    except PlaywrightTimeoutError as error:
        raise AssertionError(f"{state}: still unsettled are {page.evaluate(UNSETTLED)}") from error


def _empty(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    expect(page.get_by_role("tab", name=translate("page.tab.pick", lang))).to_be_visible()
    expect(page.get_by_text(translate("page.empty", lang))).to_be_visible()
    return "empty"


def _refused(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """A bad file, then one without a face."""
    bad, wall = folder / "notes.jpg", folder / "wall.png"
    bad.write_bytes(b"Dear diary")
    Image.new("RGB", (640, 480), "beige").save(wall)
    _upload(page, bad)
    expect(page.get_by_text(translate("error.photo_unknown", lang, name="notes.jpg"))).to_be_visible()
    _upload(page, wall)
    expect(page.get_by_text(translate("no_face", lang))).to_be_visible()
    expect(page.get_by_text(translate("error.photo_unknown", lang, name="notes.jpg"))).to_be_hidden()
    return "no face"


def _example(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """One face, with the reasons for its reading."""
    page.locator("[data-example]").first.click()
    expect(page.locator(".femr-card")).to_have_count(10)
    page.get_by_role("button", name=translate("page.why", lang)).click()
    expect(page.get_by_text(translate("why.how", lang))).to_be_visible()
    return "one face, why"


def _several(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.get_by_role("button", name=translate("page.new_photo", lang)).click()
    twins = folder / "twins.png"
    Image.fromarray(np.hstack([astronaut, astronaut // 6])).save(twins)  # a bright face and a dark one
    _upload(page, twins)
    expect(page.get_by_text(translate("page.several", lang, count=2))).to_be_visible()
    page.get_by_role("radio", name=translate("page.everyone", lang)).check()
    expect(page.get_by_role("region", name=translate("page.bars.everyone", lang))).to_be_visible()
    return "several faces"


def _watched(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """Music plays for the face that the camera sees."""
    page.get_by_role("button", name=translate("page.new_photo", lang)).click()
    page.get_by_role("button", name=translate("photo.camera", lang)).click()
    music = page.get_by_role("heading", name=translate("page.live", lang, emotion=translate("emotion.Happy", lang)))
    expect(music).to_be_visible(timeout=60_000)
    return "live, camera on"


def _picked(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.get_by_role("tab", name=translate("page.tab.pick", lang)).click()
    page.get_by_role("radio", name=re.compile(translate("emotion.Sad", lang))).check()
    expect(
        page.get_by_role("heading", name=translate("page.picked", lang, emotion=translate("emotion.Sad", lang)))
    ).to_be_visible()
    return "picked by hand"


def _filtered(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """All filters open, and a file that is no library."""
    page.get_by_role("button", name=translate("page.more", lang)).click()
    library = folder / "library.csv"
    library.write_text("name,colour\nrose,red\n")
    page.locator("#femr-filters input[type=file]").set_input_files(library)
    expect(page.locator("#femr-own-notice .femr-problem")).to_be_visible()
    page.locator(".femr-take summary").click()
    return "filters and what to take along"


def _about(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.get_by_role("button", name=translate("about.title", lang)).click()
    expect(page.get_by_role("table")).to_be_visible()
    return "about"


def _playing(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.locator(".femr-play[data-spotify]").first.click()
    expect(page.get_by_title(translate("player.title", lang), exact=True)).to_be_visible()
    return "playing"


def _unreachable(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """Spotify does not answer; the page says so after some seconds."""

    def refuse(route: Route) -> None:
        route.abort()

    page.route(re.compile("spotify"), refuse)
    page.locator(".femr-play[data-spotify]").nth(1).click()
    expect(page.get_by_text(translate("player.silent", lang))).to_be_visible()
    return "offline"


def _upload(page: Page, path: Path) -> None:
    page.locator("#femr-file").set_input_files(path)
