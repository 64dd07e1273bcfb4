"""Sending a mood to others: what arrives by a link, and the card for a story."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor
from playwright.sync_api import Browser, Page, Route, expect

from femr.emotions import TRAITS, Emotion
from tests.browser.conftest import Visit, pick, titles

SHARED = "?mood=Sad:0.6,Happy:0.3,Neutral:0.1&goal=lift&seed=7&lang=en"


def make_card(page: Page) -> None:
    page.get_by_role("button", name="Make a card", exact=True).click()
    expect(page.get_by_role("dialog", name="A card for your story")).to_be_visible()
    expect(page.locator("#femr-share canvas")).to_have_attribute("data-drawn", re.compile(r"\d"))


def saved(page: Page, folder: Path) -> np.ndarray:
    """The card as a visitor saves it, RGB (1920, 1080, 3)."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the picture", exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    image = Image.open(path)
    assert (image.format, image.size) == ("PNG", (1080, 1920))
    return np.array(image.convert("RGB")).astype(int)


def coloured(pixels: np.ndarray, colour: str) -> int:
    """How many pixels have a colour, or nearly."""
    return int((np.abs(pixels - np.array(ImageColor.getrgb(colour))).max(axis=-1) <= 3).sum())


@pytest.fixture
def portrait(astronaut: np.ndarray, tmp_path: Path) -> Path:
    path = tmp_path / "portrait.png"
    Image.fromarray(astronaut).save(path)
    return path


@pytest.mark.both_sizes
def test_a_link_leads_to_its_mood_by_name_and_its_songs(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/{SHARED}")
    expect(visit.page.get_by_role("heading", name="A shared playlist: mostly sad, with some happy.")).to_be_visible()
    expect(visit.page.get_by_role("list", name="Step by step to happy")).to_be_visible()
    assert len(titles(visit.page)) == 10


def test_the_link_that_is_copied_gives_the_same_songs_and_says_its_language(visit: Visit) -> None:
    page = visit.page
    pick(page, "Happy")
    expect(page.get_by_role("button", name="Send the link", exact=True)).to_be_visible()
    before = titles(page)
    page.get_by_role("button", name="Send the link", exact=True).click()
    expect(page.get_by_text("The link is copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "&lang=en" in link
    page.goto(link)
    expect(page.get_by_role("heading", name="A shared playlist: happy.")).to_be_visible()
    assert titles(page) == before


@pytest.mark.both_sizes
def test_the_card_is_a_storys_size_and_shows_mood_bars_and_songs_but_no_face(
    visit: Visit, portrait: Path, tmp_path: Path
) -> None:
    visit.upload(portrait)
    expect(visit.page.get_by_role("heading", name="This face looks happy")).to_be_visible()
    make_card(visit.page)
    expect(visit.page.get_by_role("img", name="The card: happy, with the first songs")).to_be_visible()
    face = visit.page.get_by_role("checkbox", name="Show the face of my photo on it", exact=True)
    expect(face).not_to_be_checked()
    without = saved(visit.page, tmp_path)
    assert coloured(without[600:1100], TRAITS[Emotion.HAPPY].colour) > 5_000  # its bar
    assert coloured(without[1000:], "#ffffff") > 200_000  # the sheet of songs
    face.check()
    expect(visit.page.locator("#femr-share canvas")).to_have_attribute("data-drawn", "2")
    corner = slice(120, 440), slice(1080 - 88 - 320, 1080 - 88)  # where the face stands
    shown = saved(visit.page, tmp_path)[corner]
    assert without[corner].reshape(-1, 3).std(axis=0).max() < 12, "nothing but the wash"
    assert shown.reshape(-1, 3).std(axis=0).max() > 40, "a photo"
    visit.page.get_by_role("button", name="Close", exact=True).click()
    make_card(visit.page)
    expect(face).not_to_be_checked()  # asked anew each time


def test_what_is_saved_at_once_is_the_card_as_it_was_last_wished_and_not_the_one_before(
    visit: Visit, portrait: Path, tmp_path: Path
) -> None:
    page = visit.page
    visit.upload(portrait)
    expect(page.get_by_role("heading", name="This face looks happy")).to_be_visible()
    make_card(page)
    page.get_by_role("checkbox", name="Show the face of my photo on it", exact=True).check()
    expect(page.locator("#femr-share canvas")).to_have_attribute("data-drawn", "2")

    def saved_after(clicks: str) -> np.ndarray:
        with page.expect_download() as waiting:
            page.evaluate(f"{clicks}; document.querySelector('[data-save]').click()")
        waiting.value.save_as(tmp_path / "card.png")
        return np.array(Image.open(tmp_path / "card.png")).astype(int)

    corner = slice(120, 440), slice(1080 - 88 - 320, 1080 - 88)  # where the face stands
    box = "document.querySelector('[data-face] input')"
    for clicks in (f"{box}.click()", f"{box}.click(), {box}.click()"):
        card = saved_after(clicks)[..., :3]
        assert card[corner].reshape(-1, 3).std(axis=0).max() < 12, "nothing but the wash"
        assert coloured(card[1000:], "#ffffff") > 200_000  # the sheet of songs
    page.get_by_role("button", name="Close", exact=True).click()
    pick(page, "Sad")
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    page.evaluate("document.querySelector('#femr-share canvas').width = 1080")  # as in a browser that drew none yet
    card = saved_after("document.querySelector('[data-share=card]').click()")
    assert coloured(card[1000:, :, :3], "#ffffff") > 200_000


def test_a_picked_mood_offers_no_face_even_beside_a_photo(visit: Visit, portrait: Path) -> None:
    visit.upload(portrait)
    expect(visit.page.get_by_role("heading", name="This face looks happy")).to_be_visible()
    pick(visit.page, "Sad")
    expect(visit.page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    make_card(visit.page)
    expect(visit.page.get_by_role("checkbox", name="Show the face of my photo on it", exact=True)).to_be_hidden()


def test_the_dialog_is_left_by_escape_and_gives_the_focus_back(visit: Visit) -> None:
    pick(visit.page, "Sad")
    make_card(visit.page)
    visit.page.keyboard.press("Escape")
    expect(visit.page.get_by_role("dialog")).to_be_hidden()
    expect(visit.page.get_by_role("button", name="Make a card", exact=True)).to_be_focused()


def test_where_there_is_a_share_sheet_it_gets_the_picture(visit: Visit, address: str) -> None:
    visit.page.add_init_script(
        "navigator.canShare = () => true; navigator.share = async (what) => { window.shared = what; };"
    )
    visit.page.goto(f"{address}/{SHARED}")
    make_card(visit.page)
    visit.page.get_by_role("button", name="Share the picture", exact=True).click()
    visit.page.wait_for_function("window.shared")
    (sent,) = visit.page.evaluate("shared.files.map(({ name, type, size }) => ({ name, type, size }))")
    assert (sent["name"], sent["type"]) == ("femr-sad.png", "image/png")
    assert sent["size"] > 50_000


def test_nothing_outside_is_asked_for_a_card(visit: Visit) -> None:
    pick(visit.page, "Sad")
    make_card(visit.page)
    assert visit.outside == []


class Held:
    """Gradio's scripts, held back until a test lets them come."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._routes: list[Route] = []
        self._open = False
        page.route(re.compile(r"/assets/index.*\.js"), self._answer)

    def _answer(self, route: Route) -> None:
        if self._open:
            route.continue_()
        else:
            self._routes.append(route)

    def let_come(self) -> None:
        self._open = True
        for route in self._routes:
            route.continue_()


@pytest.fixture
def scripts(browser: Browser, address: str) -> Iterator[Held]:
    """Of an Indonesian visitor who has just arrived."""
    with browser.new_context(locale="id-ID", viewport={"width": 390, "height": 844}) as context:
        held = Held(context.new_page())
        held.page.goto(address, wait_until="commit")
        yield held


def test_the_first_words_are_there_before_gradios_scripts_and_never_in_another_language(scripts: Held) -> None:
    page = scripts.page
    expect(page.get_by_role("heading", name="Dengarkan suasananya.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    page.evaluate(
        """() => {
            window.seen = new Set();
            const look = () => {
                seen.add(document.getElementById("femr-arriving").innerText);
                requestAnimationFrame(look);
            };
            look();
        }"""
    )
    scripts.let_come()
    expect(page.locator("#femr-goal input").first).to_be_attached()
    seen = page.evaluate("[...seen]")
    assert seen
    assert not [each for each in seen if "Show your" in each], json.dumps(seen)
