"""The live camera, at desktop and phone width: a fake webcam whose face changes half-way, and none at all."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from femr.i18n import translate
from tests.browser.conftest import FLAGS, SIZES, Visit, pick
from tests.browser.manners import serious
from tests.webcam import camera_showing, camera_showing_two

SECONDS_EACH = 8
"""How long the clip shows each face."""

PATIENCE_MS = 60_000
"""For a mood to settle while the machine is busy."""


@pytest.fixture(scope="module")
def cameras(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Browser]]:
    """Browsers by what their camera does: faces that change, in the dark, two; a refused one, none."""
    clips = tmp_path_factory.mktemp("webcam")
    flags = {
        "changing": camera_showing(("happy", "surprise"), SECONDS_EACH, clips / "changing.mjpeg"),
        "dark": camera_showing(("happy",), 1, clips / "dark.mjpeg", light=0.15),
        "two": camera_showing_two("happy", "sad", clips / "two.mjpeg"),
        "refused": ("--use-fake-device-for-media-stream", "--deny-permission-prompts"),
        "missing": ("--use-fake-ui-for-media-stream",),
    }
    chromium = shutil.which("chromium")
    started = {
        name: browser.browser_type.launch(executable_path=chromium, args=[*FLAGS, *each])
        for name, each in flags.items()
    }
    yield started
    for each in started.values():
        each.close()


def arrive(browser: Browser, address: str, size: str) -> Page:
    page = browser.new_page(viewport=SIZES[size], locale="en-GB")
    page.set_default_timeout(20_000)
    page.goto(address)
    return page


def start(page: Page) -> None:
    page.get_by_role("button", name="Use my camera", exact=True).click()


def share(page: Page, emotion: str) -> Locator:
    return page.get_by_role("region", name="Six emotions, live").get_by_role("meter", name=emotion)


def settled(page: Page, emotion: str) -> Locator:
    return page.get_by_role("heading", name=f"Your camera sees {translate(f'looks.{emotion}')}")


def songs(page: Page) -> Locator:
    return page.get_by_role("list").get_by_role("listitem").locator(".femr-title")


def test_bars_and_then_the_playlist_follow_a_face_that_changes(
    cameras: dict[str, Browser], address: str, size: str
) -> None:
    page = arrive(cameras["changing"], address, size)
    start(page)
    expect(settled(page, "Happy")).to_be_visible(timeout=PATIENCE_MS)
    expect(songs(page)).to_have_count(10)
    before = songs(page).all_inner_texts()
    expect(page.get_by_role("button", name="Face 1: Surprise")).to_be_visible(timeout=PATIENCE_MS)
    expect(share(page, "Surprise")).to_have_attribute("aria-valuenow", re.compile(r"^([5-9]\d|100)$"))
    expect(settled(page, "Surprise")).to_be_visible(timeout=PATIENCE_MS)
    expect(songs(page)).not_to_have_text(before)
    expect(page.get_by_role("button", name=re.compile("^Face"))).to_have_count(1)
    line = page.get_by_role("img", name="the last minute").locator("[data-line=Surprise] path")
    expect(line).to_have_attribute("d", re.compile(r"^M.*L.*L"))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()


def test_a_locked_playlist_stays_while_the_face_changes(cameras: dict[str, Browser], address: str, size: str) -> None:
    page = arrive(cameras["changing"], address, size)
    start(page)
    heading = page.get_by_role("heading", name="Your camera sees")
    expect(heading).to_be_visible(timeout=PATIENCE_MS)
    lock = page.get_by_role("switch", name="Keep these songs")
    lock.check()
    expect(page.locator("html:not([data-busy])")).to_have_count(1)  # nobody is asked for anything
    first = heading.inner_text()
    before = songs(page).all_inner_texts()
    for emotion in ("Surprise", "Happy"):  # longer than any mood takes to settle
        expect(page.get_by_role("button", name=f"Face 1: {emotion}")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("These songs stay")).to_be_visible()
    assert heading.inner_text() == first
    assert songs(page).all_inner_texts() == before
    page.get_by_role("button", name="Stop the camera", exact=True).click()
    page.get_by_role("button", name="Another face", exact=True).click()
    start(page)
    expect(page.get_by_text("These songs stay")).to_be_visible()
    expect(songs(page).first).to_be_visible()  # of the run before
    assert songs(page).all_inner_texts() == before
    page.close()


@pytest.mark.both_sizes
def test_a_box_lies_on_the_mirrored_face(visit: Visit) -> None:
    page = visit.page
    start(page)
    box = page.get_by_role("button", name="Face 1: Happy")
    expect(box).to_be_visible()
    place, video = box.bounding_box(), page.locator("#femr-live video").bounding_box()
    centre_x = (place["x"] + place["width"] / 2 - video["x"]) / video["width"]
    centre_y = (place["y"] + place["height"] / 2 - video["y"]) / video["height"]
    assert centre_x == pytest.approx(1 - 0.41, abs=0.04)  # the middle of the astronaut's face, seen in a mirror
    assert centre_y == pytest.approx(0.41, abs=0.05)


def test_a_face_in_the_dark_is_told_so_in_the_visitors_language(
    cameras: dict[str, Browser], address: str, size: str
) -> None:
    page = arrive(cameras["dark"], address, size)
    start(page)
    hint = page.get_by_role("status").get_by_text("The face is dark.")
    expect(hint).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    expect(page.get_by_role("status").get_by_text("Wajahnya gelap.")).to_be_visible()
    page.get_by_role("button", name="Matikan kamera", exact=True).click()
    expect(page.locator("#femr-live-words [data-hint]:visible")).to_have_count(0)
    page.close()


@pytest.mark.both_sizes
def test_everyone_counts_when_two_people_say_so(cameras: dict[str, Browser], address: str, size: str) -> None:
    page = arrive(cameras["two"], address, size)
    start(page)
    sad = page.get_by_role("button", name=re.compile("^Face .: Sad"))
    happy = page.get_by_role("button", name=re.compile("^Face .: Happy"))
    sad.click()
    expect(sad).to_have_attribute("aria-pressed", "true")
    expect(happy).to_have_attribute("aria-pressed", "false")
    everyone = page.get_by_role("button", name="Everyone", exact=True)
    everyone.click()
    expect(everyone).to_have_attribute("aria-pressed", "true")
    expect(happy).to_have_attribute("aria-pressed", "true")
    for emotion in ("Happy", "Sad"):
        expect(share(page, emotion)).to_have_attribute("aria-valuenow", re.compile(r"^[2-7]\d$"))
    expect(page.get_by_role("status").get_by_text("these faces are far apart")).to_be_visible()
    told = page.get_by_role("status").get_by_text("Playing for everyone").filter(visible=True)
    expect(told).to_have_count(1, timeout=PATIENCE_MS)
    emotion = re.search(r"look (\w+)", told.inner_text())[1]
    heading = page.get_by_role("heading", name=f"Your camera sees {emotion}")
    expect(heading).to_be_visible()
    page.emulate_media(reduced_motion="reduce")  # cards that fade in are pale for a moment
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    everyone.click()
    expect(everyone).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_text("these faces are far apart")).to_be_hidden()
    page.close()


def test_one_face_alone_is_not_offered_as_everyone(visit: Visit) -> None:
    start(visit.page)
    expect(visit.page.get_by_role("button", name="Face 1: Happy")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Everyone", exact=True)).to_be_hidden()


def test_stopping_turns_the_camera_off_and_it_can_be_started_again(visit: Visit) -> None:
    page = visit.page
    start(page)
    expect(page.get_by_role("button", name="Face 1: Happy")).to_be_visible()
    page.evaluate("window.track = document.querySelector('#femr-live video').srcObject.getTracks()[0]")
    page.get_by_role("button", name="Stop the camera", exact=True).click()
    expect(page.get_by_text("The camera is off.").filter(visible=True)).to_have_count(1)
    assert page.evaluate("window.track.readyState") == "ended"
    page.get_by_role("button", name="Use my camera", exact=True).click()
    expect(page.get_by_role("button", name="Face 1: Happy")).to_be_visible()


def test_with_songs_on_the_page_the_camera_says_once_that_it_is_off(visit: Visit) -> None:
    page = visit.page
    start(page)
    expect(settled(page, "Happy")).to_be_visible(timeout=PATIENCE_MS)
    expect(songs(page)).to_have_count(10)
    page.get_by_role("button", name="Stop the camera", exact=True).click()
    expect(page.locator("#femr-said")).to_have_text("The camera is off.")  # heard in any case
    seen = page.locator("#femr-said[data-seen], #femr-live-words .femr-hint").filter(has_text="The camera is off.")
    assert seen.filter(visible=True).count() == 1


WAKES = """() => {
  window.wakes = [];
  const told = ({ target, type }) => `${type} ${target.outerHTML?.slice(0, 90)}`;
  new MutationObserver((seen) => wakes.push(...seen.map(told)))
    .observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "hidden"] });
}"""
"""Gathers from now on what wakes those who watch the page for new parts."""


def test_songs_that_followed_the_camera_stay_after_it_though_it_was_turned_on_from_the_greeting(visit: Visit) -> None:
    page = visit.page
    pick(page, "Sad")
    expect(songs(page)).to_have_count(10)
    page.get_by_role("button", name="Another face", exact=True).click()
    start(page)
    expect(settled(page, "Happy")).to_be_visible(timeout=PATIENCE_MS)
    expect(songs(page)).to_have_count(10)
    page.get_by_role("button", name="Stop the camera", exact=True).click()
    expect(page.locator("#femr-said")).to_have_text("The camera is off.")
    expect(songs(page).first).to_be_visible()


def test_a_face_that_is_watched_wakes_nobody_at_each_frame(visit: Visit) -> None:
    page = visit.page
    start(page)
    expect(settled(page, "Happy")).to_be_visible(timeout=PATIENCE_MS)
    expect(songs(page)).to_have_count(10)
    page.wait_for_function("!document.documentElement.hasAttribute('data-busy')")
    answered = "Number(document.querySelector('[data-answered]').dataset.answered)"
    begun = page.evaluate(answered)
    page.evaluate(WAKES)
    page.wait_for_function(f"{answered} >= {begun + 30}")
    assert len(page.evaluate("wakes")) < 15


def test_escape_closes_what_lies_over_the_page_first_and_then_the_camera(visit: Visit) -> None:
    page = visit.page
    start(page)
    expect(settled(page, "Happy")).to_be_visible(timeout=PATIENCE_MS)
    off = page.locator("#femr-live-words").get_by_text("The camera is off.")
    page.get_by_role("button", name="Settings", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Make a card", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator(".femr-play[data-spotify]").first.click()
    player = page.locator("#femr-player")
    expect(page.locator("html[data-sounding]")).to_be_attached()
    page.get_by_role("button", name="Show the player's frame", exact=True).click()
    expect(player).to_have_attribute("data-open", "")
    page.keyboard.press("Escape")
    expect(player).not_to_have_attribute("data-open", "")
    expect(page.get_by_role("button", name="Stop the camera", exact=True)).to_be_visible()
    expect(off).to_be_hidden()
    page.keyboard.press("Escape")
    expect(off).to_be_visible()


def test_going_back_turns_the_camera_off(visit: Visit) -> None:
    page = visit.page
    start(page)
    expect(page.get_by_role("button", name="Face 1: Happy")).to_be_visible()
    page.evaluate("window.track = document.querySelector('#femr-live video').srcObject.getTracks()[0]")
    page.get_by_role("button", name="Another face", exact=True).click()
    page.wait_for_function("window.track.readyState === 'ended'")


def test_a_server_that_stalls_is_waited_for(visit: Visit) -> None:
    page, held = visit.page, []
    start(page)
    face = page.get_by_role("button", name="Face 1: Happy")
    expect(face).to_be_visible()
    page.route("**/live/*", lambda route: held.append(route))  # a built-in method cannot be given
    slow = page.get_by_role("status").get_by_text("The server is slow to answer")
    expect(slow).to_be_visible()
    expect(face).to_be_visible()
    page.unroute("**/live/*")
    for route in held:
        route.continue_()
    expect(slow).to_be_hidden()
    expect(face).to_be_visible()


@pytest.mark.parametrize(
    ("status", "sentence"), [(410, "goes off by itself"), (503, "Too many cameras"), (500, "server does not answer")]
)
def test_a_stream_that_ends_says_why(visit: Visit, status: int, sentence: str) -> None:
    page = visit.page
    start(page)
    expect(page.get_by_role("button", name="Face 1: Happy")).to_be_visible()
    page.route("**/live/*", lambda route: route.fulfill(status=status))
    said = page.locator("#femr-live-words").get_by_text(sentence)
    expect(said.or_(page.get_by_role("status").get_by_text(sentence)).filter(visible=True)).not_to_have_count(0)
    expect(page.get_by_role("button", name="Use my camera", exact=True)).to_be_visible()
    page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    expect(said).to_be_hidden()
    expect(page.locator("#femr-live-words [data-say]:not([hidden])")).to_have_count(1)  # the same, in Indonesian


@pytest.mark.parametrize(
    ("camera", "sentence"), [("refused", "The browser may not use the camera"), ("missing", "No camera was found")]
)
def test_a_camera_that_gives_no_picture_is_explained(
    cameras: dict[str, Browser], address: str, size: str, camera: str, sentence: str
) -> None:
    page = arrive(cameras[camera], address, size)
    start(page)
    expect(page.locator("#femr-live-words").get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("button", name="Use my camera", exact=True)).to_be_visible()
    pick(page, "Sad")
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    expect(page.locator("#femr-live-words").get_by_text(sentence)).to_be_hidden()
    page.close()
