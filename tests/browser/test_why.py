"""Several people, seeing why, and hints: what a visitor meets, at desktop and phone width."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit, pick

LOOKS_HAPPY = "This face looks happy"


@pytest.fixture
def group(astronaut: np.ndarray, tmp_path: Path) -> Path:
    """A large face, and a smaller one with very little light."""
    dark = cv2.copyMakeBorder(cv2.resize(astronaut, (384, 384)), 0, 128, 0, 0, cv2.BORDER_REPLICATE)
    path = tmp_path / "group.png"
    Image.fromarray(np.hstack([astronaut, (dark * 0.12).astype(np.uint8)])).save(path)
    return path


@pytest.fixture
def portrait(astronaut: np.ndarray, tmp_path: Path) -> Path:
    path = tmp_path / "portrait.png"
    Image.fromarray(astronaut).save(path)
    return path


def show(visit: Visit, path: Path) -> None:
    visit.upload(path)
    expect(visit.page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()


def who(visit: Visit, name: str) -> Locator:
    return visit.page.locator("#femr-who").get_by_role("radio", name=name)


def why(visit: Visit) -> Locator:
    return visit.page.get_by_role("button", name="Why?", exact=True)


def seen(visit: Visit) -> Locator:
    return visit.page.get_by_role("img", name="What the network saw")


@pytest.mark.both_sizes
def test_everyone_gives_the_mood_of_all_and_other_songs(visit: Visit, group: Path) -> None:
    show(visit, group)
    songs = visit.page.locator(".femr-title")
    before = songs.all_inner_texts()
    expect(who(visit, "Face 1")).to_be_checked()
    who(visit, "Everyone").check()
    expect(visit.page.get_by_role("region", name="Six emotions of everyone")).to_be_visible()
    expect(visit.page.get_by_role("heading", name="Together they look happy")).to_be_visible()
    expect(visit.page.get_by_text("these 2 faces are much alike")).to_be_visible()
    expect(visit.page.get_by_text("Hard to read: face 2.")).to_be_visible()
    expect(visit.page.get_by_role("meter")).to_have_count(6)
    expect(visit.page.locator(".femr-box[aria-pressed=true]")).to_have_count(2)
    expect(songs).not_to_have_text(before)


def test_boxes_and_the_choice_of_people_go_together(visit: Visit, group: Path) -> None:
    show(visit, group)
    visit.page.get_by_role("button", name=re.compile("Face 2")).click()
    expect(who(visit, "Face 2")).to_be_checked()
    who(visit, "Face 1").check()
    expect(visit.page.get_by_role("button", name=re.compile("Face 1"))).to_have_attribute("aria-pressed", "true")


def test_people_are_chosen_by_keyboard_alone(visit: Visit, group: Path) -> None:
    show(visit, group)
    who(visit, "Face 1").focus()
    visit.page.keyboard.press("ArrowRight")
    expect(who(visit, "Face 2")).to_be_focused()
    expect(visit.page.get_by_role("region", name="Six emotions of face 2")).to_be_visible()
    expect(who(visit, "Face 2")).to_be_checked()
    visit.page.keyboard.press("ArrowRight")
    expect(visit.page.get_by_role("region", name="Six emotions of everyone")).to_be_visible()


def test_one_face_asks_nobody_whose_mood_it_is(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    expect(who(visit, "Everyone")).to_have_count(0)


def test_a_dark_face_is_said_to_be_hard_to_see_with_what_would_help(visit: Visit, group: Path) -> None:
    show(visit, group)
    expect(visit.page.get_by_text("The face is dark").filter(visible=True)).to_have_count(0)
    who(visit, "Face 2").check()
    expect(visit.page.get_by_role("heading", name="Hard to see, but perhaps happy")).to_be_visible()
    expect(visit.page.get_by_text("Turn it towards a window or a lamp.").filter(visible=True)).to_have_count(1)


@pytest.mark.both_sizes
def test_why_is_worked_out_when_it_is_opened(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    expect(seen(visit)).to_have_count(0)
    why(visit).click()
    expect(seen(visit)).to_be_visible()
    expect(visit.page.get_by_role("img", name=re.compile("Heat map. The mouth region speaks most"))).to_be_visible()
    expect(visit.page.get_by_text("The mouth region speaks most for Happy")).to_be_visible()


def test_why_follows_the_chosen_face_and_the_language(visit: Visit, group: Path) -> None:
    show(visit, group)
    why(visit).click()
    expect(seen(visit)).to_be_visible()
    first = seen(visit).get_attribute("src")
    visit.page.keyboard.press("Escape")
    who(visit, "Face 2").check()
    expect(visit.page.get_by_role("region", name="Six emotions of face 2")).to_be_visible()
    why(visit).click()
    expect(seen(visit)).to_be_visible()
    expect(seen(visit)).not_to_have_attribute("src", first)
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    visit.page.get_by_role("button", name="Mengapa?", exact=True).click()
    expect(visit.page.get_by_role("img", name="Yang dilihat jaringan")).to_be_visible()
    expect(visit.page.get_by_text("paling mendukung Senang")).to_be_visible()


def test_there_is_no_why_for_everyone_or_a_picked_mood(visit: Visit, group: Path) -> None:
    show(visit, group)
    expect(why(visit)).to_be_visible()
    who(visit, "Everyone").check()
    expect(why(visit)).to_be_hidden()
    who(visit, "Face 1").check()
    expect(why(visit)).to_be_visible()
    pick(visit.page, "Sad")
    expect(visit.page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    expect(why(visit)).to_be_hidden()


def test_a_face_can_be_chosen_again_after_a_picked_mood(visit: Visit, group: Path) -> None:
    show(visit, group)
    pick(visit.page, "Sad")
    expect(visit.page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    who(visit, "Face 1").check()
    expect(visit.page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()


@pytest.mark.both_sizes
def test_pictures_of_why_do_not_stick_out_sideways(visit: Visit, group: Path) -> None:
    show(visit, group)
    why(visit).click()
    expect(seen(visit)).to_be_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
