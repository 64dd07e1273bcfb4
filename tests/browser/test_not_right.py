"""Not right? What a face was meant to show: the songs follow, and the browser alone keeps it."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from femr.emotions import Emotion
from femr.i18n import translate
from femr.mood import Expression
from femr.vision.classifier import expression_classifier
from femr.vision.lesson import Shot
from femr.vision.profile import Profile
from tests.browser.conftest import titles
from tests.browser.manners import serious, sticks_out, too_small
from tests.browser.states import ready, settle
from tests.browser.texts import said, spoken

MEANT_SAD = "Meant to look sad"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}) as context:
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto(address)
        yield page


@pytest.fixture
def two_faces(astronaut: np.ndarray, tmp_path: Path) -> Path:
    path = tmp_path / "two.png"
    Image.fromarray(np.hstack([astronaut, (astronaut * 0.12).astype(np.uint8)])).save(path)
    return path


def show(page: Page, photo: Path) -> None:
    page.locator("#femr-file").set_input_files(photo)
    expect(page.get_by_role("heading", name="This face looks happy")).to_be_visible()


def say_sad(page: Page) -> None:
    page.get_by_role("button", name="Not right?", exact=True).click()
    page.get_by_role("dialog", name="What was it meant to show?").get_by_role("button", name="Sad", exact=True).click()
    expect(page.get_by_role("heading", name=MEANT_SAD)).to_be_visible()


def corrections(page: Page) -> list[dict]:
    return json.loads(page.evaluate("localStorage.getItem('femr-corrections')") or "[]")


def test_one_tap_brings_the_songs_and_the_browser_keeps_what_a_profile_learns_from(page: Page, two_faces: Path) -> None:
    show(page, two_faces)
    before = titles(page)
    say_sad(page)
    assert titles(page) != before
    expect(page.get_by_role("meter").first).to_have_attribute("aria-label", "Happy")  # what was read stays beside
    (kept,) = corrections(page)
    assert set(kept) == {"at", "emotion", "shares", "network"}
    assert (kept["emotion"], kept["network"]) == ("Sad", expression_classifier().identity)
    expression = Expression.of(kept["shares"])
    assert expression.top is Emotion.HAPPY
    profile = Profile.of([Shot(Emotion(kept["emotion"]), expression)], kept["network"])
    assert profile.emotions == (Emotion.SAD,)


def test_what_was_meant_outlasts_a_reload_and_a_language_and_its_link_leads_to_its_mood(
    page: Page, two_faces: Path, address: str
) -> None:
    show(page, two_faces)
    say_sad(page)
    before = titles(page)
    link = page.locator("#femr-playlist [data-link]").get_attribute("data-link")
    page.reload()
    expect(page.get_by_role("heading", name=MEANT_SAD)).to_be_visible()
    page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check(force=True)
    expect(page.get_by_role("heading", name="Maksudnya sedih")).to_be_visible()
    assert titles(page) == before
    assert len(corrections(page)) == 1
    page.goto(f"{address}{link}")
    expect(page.get_by_role("heading", name="sedih")).to_be_visible()
    assert titles(page) == before


def test_the_last_word_on_a_face_counts_and_can_be_taken_back(page: Page, two_faces: Path) -> None:
    show(page, two_faces)
    say_sad(page)
    page.get_by_role("button", name="Not right?", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Angry", exact=True).click()
    expect(page.get_by_role("heading", name="Meant to look angry")).to_be_visible()
    assert [each["emotion"] for each in corrections(page)] == ["Angry"]
    page.locator("#femr-faces .femr-box").nth(1).click()  # another face is another word
    expect(page.get_by_role("heading", name="Meant to look")).to_have_count(0)
    say_sad(page)
    assert [each["emotion"] for each in corrections(page)] == ["Angry", "Sad"]
    page.get_by_role("button", name="As it was read", exact=True).click()
    expect(page.get_by_role("heading", name="Meant to look")).to_have_count(0)
    assert [each["emotion"] for each in corrections(page)] == ["Angry"]


def test_what_was_corrected_is_seen_and_forgotten(page: Page, two_faces: Path) -> None:
    show(page, two_faces)
    say_sad(page)
    page.get_by_role("button", name="Your diary", exact=True).click()
    page.get_by_role("button", name="Forget: Read as happy, meant as sad", exact=True).click()
    expect(page.get_by_text("Nothing so far.")).to_be_visible()
    assert corrections(page) == []


def test_the_pages_own_pictures_can_be_corrected_and_teach_nothing(page: Page) -> None:
    ready(page)
    page.locator("[data-example]").first.click()
    expect(page.get_by_role("heading", name="This face looks happy")).to_be_visible()
    say_sad(page)
    assert corrections(page) == []


def test_it_is_done_by_keyboard(page: Page, two_faces: Path) -> None:
    show(page, two_faces)
    page.get_by_role("button", name="Not right?", exact=True).press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Close", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Not right?", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sad", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=MEANT_SAD)).to_be_focused()


@pytest.mark.parametrize(("width", "scheme", "lang"), [(320, "light", "id"), (1280, "dark", "en")])
def test_it_is_accessible_fits_and_speaks_one_language(
    browser: Browser, address: str, width: int, scheme: str, lang: str
) -> None:
    locale = {"en": "en-GB", "id": "id-ID"}[lang]
    with browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale=locale, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        page.goto(address)
        expect(page.locator("#femr-goal")).to_contain_text(translate("goal.lift", lang))
        page.locator("[data-example]").first.click()
        page.locator("[data-sheet=femr-meant-sheet]").click()
        settle(page, "what was meant")
        assert serious(page) + sticks_out(page) + too_small(page) == []
        assert [text for text in said(page) if not spoken(text, lang)] == []
        page.locator("button[data-meant=Sad]").click()
        expect(page.locator(".femr-hero [data-meant]")).to_be_visible()
        settle(page, "as it was meant")
        assert serious(page) + sticks_out(page) + too_small(page) == []
        assert [text for text in said(page) if not spoken(text, lang)] == []
