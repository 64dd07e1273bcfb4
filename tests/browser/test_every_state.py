"""Every state of the page: axe-core finds nothing serious, nothing sticks out, every text is in the page's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.manners import serious, sticks_out, too_small
from tests.browser.states import walk
from tests.browser.texts import said, spoken

LOCALES = {"en": "en-GB", "id": "id-ID"}


@dataclass(frozen=True)
class Window:
    """How a visitor looks at the page.

    Attributes:
        width, height: in pixels.
        scheme: light or dark.
        lang: of the browser.
        touch: whether targets are touched by a thumb.
        wider: other widths, in which nothing may stick out either.
        all_of_them: whether the visitor comes to every state there is; see `walk`.
    """

    width: int
    scheme: str
    lang: str
    touch: bool = False
    height: int = 800
    wider: tuple[int, ...] = ()
    all_of_them: bool = False


def opened(browser: Browser, address: str, window: Window) -> Iterator[Page]:
    """The page in a window, without motion."""
    with browser.new_context(
        viewport={"width": window.width, "height": window.height},
        color_scheme=window.scheme,
        locale=LOCALES[window.lang],
        reduced_motion="reduce",
        permissions=["camera"],
    ) as context:
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(address)
        yield page


@pytest.fixture
def page(browser: Browser, address: str, window: Window) -> Iterator[Page]:
    yield from opened(browser, address, window)


@pytest.mark.parametrize(
    "window",
    [
        Window(1280, "light", "en"),
        Window(1280, "dark", "id"),
        Window(390, "dark", "en"),
        Window(360, "light", "id", touch=True, wider=(768, 1024, 1920), all_of_them=True),
        Window(320, "light", "en", height=256),  # a window of 1280 × 1024 at a zoom of 400 %
    ],
    ids=str,
)
def test_every_state_is_accessible_fits_and_speaks_one_language(
    page: Page, window: Window, tmp_path: Path, astronaut: np.ndarray
) -> None:
    problems, texts = {}, set()
    for state in walk(page, window.lang, tmp_path, astronaut, all_of_them=window.all_of_them):
        problems[state] = serious(page) + sticks_out(page) + (too_small(page) if window.touch else [])
        texts |= said(page)
        for width in (*window.wider, window.width):
            page.set_viewport_size({"width": width, "height": window.height})
            problems[state] += [f"at {width}: {each}" for each in sticks_out(page)]
    assert {state: found for state, found in problems.items() if found} == {}
    assert len(texts) > 100, "the search found too few: it is broken"
    foreign = sorted(text for text in texts if not spoken(text, window.lang))
    assert not foreign, "\n".join(foreign)


@pytest.mark.parametrize("window", [Window(390, "light", "en")], ids=str)
def test_pale_text_nameless_buttons_small_targets_and_wide_parts_would_be_found(page: Page) -> None:
    expect(page.get_by_role("heading").first).to_be_visible()
    page.evaluate(
        """document.querySelector("main h1").insertAdjacentHTML("afterend",
        '<p style="color:#bbb">pale</p><button style="height:9px;width:900px"/>')"""
    )
    assert {each.partition(":")[0] for each in serious(page)} == {"color-contrast", "button-name"}
    assert any(each.startswith("9 px") for each in too_small(page))
    assert sticks_out(page)
