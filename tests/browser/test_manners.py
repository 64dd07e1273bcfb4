"""Good manners: motion only for those who want it, the front camera, and nothing under the player."""

import pytest
from playwright.sync_api import Browser, expect

AT_THE_END = """() => {
  const [last, player] = ["#femr-bottom button", "#femr-player"].map((each) => document.querySelector(each));
  window.scrollTo(0, document.documentElement.scrollHeight);
  return last.getBoundingClientRect().bottom <= player.getBoundingClientRect().top;
}"""
"""Scrolled down, the last line stands above the player."""


def test_nothing_moves_for_those_who_want_no_motion(browser: Browser, address: str) -> None:
    for motion, moves in (("reduce", False), ("no-preference", True)):
        page = browser.new_page(reduced_motion=motion, locale="en-GB", permissions=["camera"])
        page.goto(address)
        page.locator("[data-example]").first.click()
        expect(page.locator(".femr-card")).to_have_count(10, timeout=20_000)
        names = page.evaluate("getComputedStyle(document.querySelector('.femr-card')).animationName")
        assert (names != "none") == moves
        page.get_by_role("button", name="Another face", exact=True).click()
        page.get_by_role("button", name="Use my camera", exact=True).click()
        bar = page.locator(".femr-live-bars .femr-track > div").first
        expect(bar).to_be_visible()
        box = page.locator("#femr-live .femr-box")
        assert box.evaluate("(each) => getComputedStyle(each).transitionDuration") == "0s"  # else it would lag behind
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
    page.get_by_role("button", name="Use my camera", exact=True).click()
    page.wait_for_function("window.asked.length > 0")
    assert "user" in page.evaluate("JSON.stringify(window.asked)")
    page.close()


def test_where_the_system_sets_the_colours_what_is_chosen_is_outlined_and_bars_keep_theirs(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(forced_colors="active", locale="en-GB")
    page.goto(address)
    page.locator("[data-example]").first.click()
    expect(page.locator(".femr-card")).to_have_count(10, timeout=20_000)
    outline = "(each) => getComputedStyle(each).outlineStyle"
    chosen = page.locator("#femr-goal label")
    assert [each.evaluate(outline) for each in chosen.all()] == ["solid", "none", "none"]
    bar = page.locator(".femr-bars .femr-track > div").first
    assert bar.evaluate("(each) => getComputedStyle(each).forcedColorAdjust") == "none"
    page.close()


@pytest.mark.parametrize("lang", ["en-GB", "id-ID"])
def test_on_a_tablet_no_example_lies_under_the_songs(browser: Browser, address: str, lang: str) -> None:
    page = browser.new_page(locale=lang, viewport={"width": 768, "height": 1024})
    page.goto(address)
    page.locator("[data-example]").first.click()
    expect(page.locator(".femr-card")).to_have_count(10, timeout=20_000)
    page.locator("[data-intake=another]").click()
    for example in page.locator("[data-example]").all():
        example.click(trial=True)  # would reach it
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
