"""Good manners: what axe-core finds, room for thumbs, nothing sideways, motion only for those who want it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.states import walk

GRADIOS_OWN: dict[str, tuple[str, ...]] = {}
"""Serious findings in what Gradio brings along, which we cannot mend: rule and the beginnings of its elements' HTML,
each with its reason. So far there are none."""

THUMB = 44
"""Pixels that a target for a thumb is wide and high (WCAG 2.2, 2.5.5)."""

TOO_SMALL = """(least) => [...document.querySelectorAll('button, summary, [role=tab], fieldset label, .femr-links a')]
  .filter((each) => each.checkVisibility() && !each.closest('footer') && each.tabIndex >= 0)
  .filter((each) => !each.matches('.femr-box'))  // as large as the face is
  .map((each) => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < least - 0.5)
  .map(([html, box]) => `${Math.round(box.height)} px: ${html}`)"""


AT_THE_END = """() => {
  const [last, player] = ["footer", "#femr-player"].map((each) => document.querySelector(each));
  window.scrollTo(0, document.documentElement.scrollHeight);
  return last.getBoundingClientRect().bottom <= player.getBoundingClientRect().top;
}"""
"""Scrolled down, the last line stands above the player."""


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical, but for what is Gradio's own."""
    found = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        for node in each["nodes"]
        if not node["html"].startswith(GRADIOS_OWN.get(each["id"], ("\0",)))
    ]


@pytest.fixture
def sized(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page at a width and in a colour scheme, without motion."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        locale="en-GB",
        reduced_motion="reduce",
        permissions=["camera"],
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


@pytest.mark.parametrize(
    "sized", [(1280, "light"), (1280, "dark"), (390, "dark"), (360, "light")], indirect=True, ids=str
)
def test_axe_finds_nothing_serious_in_any_state_and_nothing_sticks_out(
    sized: Page, tmp_path: Path, astronaut: np.ndarray
) -> None:
    found = {}
    for state in walk(sized, "en", tmp_path, astronaut):
        found[state] = serious(sized)
        wide = sized.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            found[state].append(f"{wide} px stick out")
    assert {state: problems for state, problems in found.items() if problems} == {}


@pytest.mark.parametrize("sized", [(390, "light")], indirect=True)
def test_axe_would_find_pale_text_and_nameless_buttons(sized: Page) -> None:
    expect(sized.get_by_role("tab").first).to_be_visible()
    sized.evaluate(
        "document.body.insertAdjacentHTML('afterbegin', '<p style=\"color:#bbb;background:#fff\">pale</p><button/>')"
    )
    assert {each.partition(":")[0] for each in serious(sized)} == {"color-contrast", "button-name"}


@pytest.mark.parametrize("sized", [(360, "light")], indirect=True)
def test_targets_are_a_thumb_high_on_a_phone(sized: Page, tmp_path: Path, astronaut: np.ndarray) -> None:
    small = {each for _ in walk(sized, "en", tmp_path, astronaut) for each in sized.evaluate(TOO_SMALL, THUMB)}
    assert not small, "\n".join(sorted(small))


def test_nothing_moves_for_those_who_want_no_motion(browser: Browser, address: str) -> None:
    for motion, moves in (("reduce", False), ("no-preference", True)):
        page = browser.new_page(reduced_motion=motion, locale="en-GB", permissions=["camera"])
        page.goto(address)
        page.locator("[data-example]").first.click()
        expect(page.locator(".femr-card")).to_have_count(10, timeout=20_000)
        names = page.evaluate("getComputedStyle(document.querySelector('.femr-card')).animationName")
        assert (names != "none") == moves
        page.get_by_role("tab", name="Live").click()
        page.get_by_role("button", name="Start the camera").click()
        bar = page.locator(".femr-live-bars .femr-track > div").first
        expect(bar).to_be_visible()
        box = page.locator("#femr-live .femr-box")
        assert box.evaluate("(each) => getComputedStyle(each).transitionProperty") == "background-color"
        assert (bar.evaluate("(each) => getComputedStyle(each).transitionDuration") != "0s") == moves
        page.close()


def test_the_camera_asked_for_is_the_one_on_the_front(browser: Browser, address: str) -> None:
    page = browser.new_page(permissions=["camera"], locale="en-GB", viewport={"width": 390, "height": 800})
    page.add_init_script(
        """window.asked = [];
        const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = (wish) => { window.asked.push(wish); return ask(wish); };"""
    )
    page.goto(address)
    page.get_by_label("Capture from camera").click()
    page.get_by_text("Click to Access Webcam").click()
    page.wait_for_function("window.asked.length > 0")
    assert "user" in page.evaluate("JSON.stringify(window.asked)")
    page.close()


def test_the_player_never_covers_the_end_of_the_page(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="en-GB", viewport={"width": 390, "height": 800})
    page.route("**/embed/**", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(address)
    page.locator("[data-example]").first.click()
    page.locator(".femr-play[data-spotify]").first.click(timeout=20_000)
    expect(page.locator("#femr-player")).to_be_visible()
    page.wait_for_function(AT_THE_END)
    page.close()
