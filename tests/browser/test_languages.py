"""The page speaks one language, and the document says which."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from femr.i18n import TEXTS, translate
from tests.browser.states import open_sheet, ready, upload
from tests.browser.texts import spoken


def test_a_text_in_another_language_would_be_found() -> None:
    assert spoken("Wajah 1: Senang 94 %", "id")
    assert not spoken("Wajah 1: Happy 94 %", "id")
    assert spoken("1 Senang", "id")
    assert not spoken("1 Happy", "id")
    assert not spoken("Show your face.", "id")
    assert not spoken("Some text that nobody translated", "en")


def test_the_document_says_which_language_it_speaks(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="id-ID")
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", "id")
    expect(page).to_have_title(TEXTS["id"]["page.title"])
    ready(page)
    page.get_by_role("radio", name="English", exact=True).check()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title(TEXTS["en"]["page.title"])
    page.close()


def test_a_sheet_that_is_open_bears_its_name_in_the_language_that_comes_meanwhile(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(locale="id-ID")
    page.goto(address)
    ready(page)
    open_sheet(page, translate("about.title", "id"))
    expect(page.get_by_role("dialog", name=translate("about.title", "id"), exact=True)).to_be_visible()
    page.evaluate("femr.call('lang', { lang: 'en' })")  # as an answer that was on its way when the sheet was opened
    expect(page.get_by_role("dialog", name=translate("about.title", "en"), exact=True)).to_be_visible()
    page.close()


def test_the_game_shows_one_scene_in_the_language_that_comes_meanwhile(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="id-ID")
    page.goto(address)
    ready(page)
    open_sheet(page, translate("game.link", "id"))
    page.evaluate("femr.call('lang', { lang: 'en' })")
    expect(page.get_by_role("dialog").get_by_text(translate("game.how", "en"))).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text(translate("game.photos.how", "en"))).to_be_hidden()
    expect(page.locator("#femr-game video")).to_be_hidden()
    page.close()


@pytest.mark.parametrize("lang", TEXTS)
def test_what_can_be_asked_of_a_reading_stands_in_one_line_on_a_narrow_phone(
    browser: Browser, address: str, astronaut: np.ndarray, tmp_path: Path, lang: str
) -> None:
    photo = tmp_path / "astronaut.png"
    Image.fromarray(astronaut).save(photo)
    page = browser.new_page(locale=lang, viewport={"width": 360, "height": 800})
    page.goto(address)
    upload(page, photo)
    for asked in ("page.why", "meant.ask", "page.map.short"):
        expect(page.get_by_role("button", name=translate(asked, lang), exact=True)).to_be_visible()
    tops = page.locator(".femr-aside button").evaluate_all("all => all.map(each => each.offsetTop)")
    assert len(tops) == 3
    assert len(set(tops)) == 1
    page.close()


def test_the_language_that_a_visitor_chose_is_spoken_in_new_tabs_and_in_those_that_are_open_nothing_changes(
    browser: Browser, address: str
) -> None:
    with browser.new_context(locale="id-ID") as context:
        first, other = context.new_page(), context.new_page()
        for page in (first, other):
            page.goto(address)
            ready(page)
        assert first.evaluate("localStorage.getItem('femr-language')") is None
        first.get_by_role("radio", name="English", exact=True).check()
        later = context.new_page()
        later.goto(address)
        expect(later.get_by_role("heading", name=translate("page.headline.hear", "en"))).to_be_visible()
        expect(later.locator("html")).to_have_attribute("lang", "en")
        expect(later.locator("#femr-goal")).to_contain_text(translate("goal.lift", "en"))
        assert other.evaluate("femr.language()") == "id"


def test_a_photo_that_comes_at_the_first_moment_is_answered_in_the_visitors_language(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    bad = tmp_path / "notes.jpg"
    bad.write_bytes(b"Dear diary")
    page = browser.new_page(locale="id-ID")
    page.goto(address, wait_until="commit")
    upload(page, bad)
    expect(page.get_by_text(translate("error.photo_unknown", "id", name="notes.jpg"))).to_be_visible()
    assert page.get_by_role("button", name=translate("page.upload", "id")).count() == 1
    page.close()
