"""The page speaks one language, and the document says which."""

from playwright.sync_api import Browser, expect

from femr.i18n import TEXTS
from tests.browser.states import ready
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
    page.get_by_role("radio", name="English").check()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title(TEXTS["en"]["page.title"])
    page.close()
