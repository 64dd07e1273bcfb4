"""Several people in a photo: numbered as one reads, chosen by small pictures, or taken together."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, titles

BRIGHTNESS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, n) => sum + (n % 4 < 3 ? value : 0), 0) / (0.75 * data.length);
}"""
"""Of a small picture, 0 to 255."""


@pytest.fixture
def group(astronaut: np.ndarray, tmp_path: Path) -> Path:
    """Three people: one above, and below her a dark face on the left of the largest one."""
    photo = np.full((1000, 1100, 3), 150, np.uint8)
    photo[10:394, 350:734] = cv2.resize(astronaut, (384, 384))
    photo[460:844, 20:404] = cv2.resize((astronaut * 0.3).astype(np.uint8), (384, 384))
    photo[430:942, 500:1012] = astronaut
    path = tmp_path / "group.png"
    Image.fromarray(photo).save(path)
    return path


@pytest.fixture
def page(visit: Visit, group: Path) -> Page:
    """The page with the group read."""
    visit.upload(group)
    expect(visit.page.get_by_text("3 faces found. Whose mood shall it be?")).to_be_visible()
    return visit.page


def pictures(page: Page) -> Locator:
    return page.locator("#femr-who canvas")


def middles(page: Page) -> list[tuple[float, float]]:
    """Of the boxes, in the order in which they are numbered."""
    boxes = [page.get_by_role("button", name=f"Face {number}: ").bounding_box() for number in (1, 2, 3)]
    return [(each["x"] + each["width"] / 2, each["y"] + each["height"] / 2) for each in boxes]


@pytest.mark.both_sizes
def test_faces_are_numbered_from_the_top_and_from_the_left_and_the_largest_is_read_first(page: Page) -> None:
    above, left, right = middles(page)
    assert above[1] < left[1] - 50
    assert left[0] < right[0] - 50
    expect(page.get_by_role("radio", name="Face 3", exact=True)).to_be_checked()
    expect(page.get_by_role("button", name="Face 3: ")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("region", name="Six emotions of face 3")).to_be_visible()


@pytest.mark.both_sizes
def test_each_face_is_chosen_by_its_picture(page: Page) -> None:
    expect(pictures(page)).to_have_count(3)
    above, left, right = [each.evaluate(BRIGHTNESS) for each in pictures(page).all()]
    assert left < 0.5 * min(above, right)  # the dark one
    assert above == pytest.approx(right, rel=0.25)  # the same person
    before = titles(page)
    pictures(page).nth(1).click()
    expect(page.get_by_role("radio", name="Face 2", exact=True)).to_be_checked()
    expect(page.get_by_role("button", name="Face 2: ")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("region", name="Six emotions of face 2")).to_be_visible()
    assert titles(page) != before


def test_everyone_says_how_far_apart_they_are_before_and_after_it_is_chosen(page: Page) -> None:
    everyone = page.get_by_role("radio", name=re.compile("^Everyone: (much alike|rather different|far apart)$"))
    closeness = everyone.locator("xpath=..").inner_text().removeprefix("Everyone: ")
    everyone.check(force=True)
    expect(page.get_by_text(f"In expression, these 3 faces are {closeness}.")).to_be_visible()
    for number in (1, 2, 3):
        expect(page.get_by_role("button", name=f"Face {number}: ")).to_have_attribute("aria-pressed", "true")


def test_pictures_are_the_browsers_own_and_gone_after_a_reload(page: Page) -> None:
    expect(pictures(page)).to_have_count(3)
    sources = page.evaluate("[...document.querySelectorAll('#femr-playing img')].map((each) => each.src.split(':')[0])")
    assert set(sources) == {"blob"}
    page.reload()
    expect(page.get_by_role("radio", name="Face 2", exact=True)).to_be_attached()
    expect(page.locator("#femr-who .femr-cut svg")).to_have_count(3)
    expect(pictures(page)).to_have_count(0)


def test_another_photo_brings_other_pictures(page: Page, group: Path, tmp_path: Path) -> None:
    expect(pictures(page)).to_have_count(3)
    mirrored = tmp_path / "mirrored.png"
    Image.fromarray(np.asarray(Image.open(group))[:, ::-1]).save(mirrored)
    page.locator("#femr-file").set_input_files(mirrored)
    expect(page.get_by_role("radio", name="Face 2", exact=True)).to_be_checked()  # the largest stands on the left now
    expect(pictures(page)).to_have_count(3)
    _, left, right = [each.evaluate(BRIGHTNESS) for each in pictures(page).all()]
    assert right < 0.5 * left
