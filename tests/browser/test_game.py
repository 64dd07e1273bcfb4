"""*Make this face!*: a visitor who makes every face as it is asked, one who never moves, and one who brings photos."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from femr.vision.profile import Profile
from tests.browser.conftest import SIZES
from tests.browser.manners import serious, sticks_out, too_small

PATIENCE_MS = 90_000
"""For six faces on a busy machine."""

MAKES_EVERY_FACE = """
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const pen = canvas.getContext("2d");
  const picture = new Image();
  picture.src = "examples/neutral.jpg";
  let frames = 0;
  const draw = () => {
    const asked = document.querySelector(".femr-game")?.dataset.asked;
    const wanted = "examples/" + (asked || "neutral").toLowerCase() + ".jpg";
    if (!picture.src.endsWith(wanted)) picture.src = wanted;
    pen.fillStyle = "#c8c8c8";
    pen.fillRect(0, 0, 640, 480);
    if (picture.complete) pen.drawImage(picture, 80 + (frames++ % 8), 0, 480, 480);
  };
  setInterval(draw, 50);
  return canvas.captureStream();
};
"""
"""A camera before which somebody makes each face as soon as the game asks for it, and never sits quite still."""


@pytest.fixture
def player(browser: Browser, address: str, size: str) -> Iterator[Page]:
    """A visitor with such a camera, and a browser of their own."""
    with browser.new_context(viewport=SIZES[size], locale="en-GB", reduced_motion="reduce") as context:
        yield arrived(context, address)


def arrived(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.add_init_script(MAKES_EVERY_FACE)
    page.goto(address)
    return page


def open_game(page: Page) -> None:
    page.get_by_role("button", name="Make this face! Six faces").click()
    expect(page.get_by_role("dialog", name="Make this face!")).to_be_visible()


def play(page: Page) -> None:
    open_game(page)
    page.get_by_role("button", name="Begin, with my camera").click()
    expect(knows(page)).to_be_visible(timeout=PATIENCE_MS)


def knows(page: Page):
    return page.get_by_role("heading", name="femr now knows your face")


def stored(page: Page) -> dict | None:
    return json.loads(page.evaluate("localStorage.getItem('femr-profile')") or "null")


@pytest.mark.both_sizes
def test_six_faces_teach_a_profile_that_stays_in_the_browser(player: Page) -> None:
    play(player)
    kept = stored(player)
    profile = Profile.from_value(kept["profile"])
    assert profile.counts == (1,) * 6
    assert [each["emotion"] for each in kept["lessons"]] == ["Happy", "Sad", "Angry", "Surprise", "Fear", "Neutral"]
    assert all(set(each) == {"emotion", "shares", "sitting"} for each in kept["lessons"])
    assert len({each["sitting"] for each in kept["lessons"]}) == 1
    score = player.get_by_text(re.compile(r"^\d+ of 600 points$"))
    assert int(score.inner_text().split()[0]) > 200
    row = player.get_by_role("row", name=re.compile("^Happy"))
    expect(row).to_contain_text(re.compile(r"1 of 1 · \d+ %.*1 of 1 · \d+ %", re.DOTALL))
    assert serious(player) == []
    assert sticks_out(player) == []
    assert too_small(player) == []
    assert player.evaluate("document.querySelector('#femr-game video').srcObject.active") is False
