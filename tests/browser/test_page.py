"""What a visitor can do, at desktop and phone width."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from femr.i18n import translate
from tests.browser.conftest import IFRAME_API_ADDRESS, Visit, pick

LOOKS_HAPPY = "This face looks happy"


@pytest.fixture
def portrait(astronaut: np.ndarray, tmp_path: Path) -> Path:
    path = tmp_path / "portrait.jpg"
    Image.fromarray(astronaut).save(path, quality=95)
    return path


@pytest.fixture
def twins(astronaut: np.ndarray, tmp_path: Path) -> Path:
    """Two faces; the one on the right is smaller."""
    small = cv2.copyMakeBorder(cv2.resize(astronaut, (384, 384)), 0, 128, 0, 0, cv2.BORDER_REPLICATE)
    path = tmp_path / "twins.png"
    Image.fromarray(np.hstack([astronaut, small])).save(path)
    return path


def songs(visit: Visit) -> Locator:
    return visit.page.get_by_role("list").get_by_role("listitem")


def titles(visit: Visit) -> list[str]:
    return songs(visit).locator(".femr-title").all_inner_texts()


def show(visit: Visit, path: Path) -> None:
    visit.upload(path)
    expect(visit.page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()


@pytest.mark.both_sizes
def test_an_uploaded_photo_gives_a_box_six_bars_and_ten_songs(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    expect(visit.page.get_by_role("button", name=re.compile(r"Face 1: Happy \d+ %"))).to_be_visible()
    expect(visit.page.get_by_role("meter")).to_have_count(6)
    share = visit.page.get_by_role("meter", name="Happy").get_attribute("aria-valuenow")
    assert int(share) > 50
    expect(songs(visit)).to_have_count(10)


@pytest.mark.parametrize("margin", [0, 300])
def test_a_box_lies_on_the_face_however_small_it_is_shown(
    visit: Visit, astronaut: np.ndarray, tmp_path: Path, margin: int
) -> None:
    path = tmp_path / "portrait.png"
    shown = cv2.copyMakeBorder(astronaut, *[margin] * 4, cv2.BORDER_CONSTANT, value=(150, 160, 170))
    Image.fromarray(shown).save(path)
    show(visit, path)
    box = visit.page.get_by_role("button", name=re.compile("Face 1")).bounding_box()
    photo = visit.page.locator(".femr-stage img").bounding_box()
    centre_x = (box["x"] + box["width"] / 2 - photo["x"]) / photo["width"]
    centre_y = (box["y"] + box["height"] / 2 - photo["y"]) / photo["height"]
    middle = margin + np.array([0.44, 0.24]) * len(astronaut)  # of the astronaut's face
    assert [centre_x, centre_y] == pytest.approx(middle / len(shown), abs=0.04)


@pytest.mark.both_sizes
def test_clicking_another_face_reads_it(visit: Visit, twins: Path) -> None:
    show(visit, twins)
    first = visit.page.get_by_role("button", name=re.compile("Face 1"))
    second = visit.page.get_by_role("button", name=re.compile("Face 2"))
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(visit.page.get_by_text("2 faces found")).to_be_visible()
    second.click()
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(first).to_have_attribute("aria-pressed", "false")
    expect(visit.page.get_by_role("region", name="Six emotions of face 2")).to_be_visible()


def test_a_file_that_is_no_picture_is_refused_in_place_and_the_page_goes_on(
    visit: Visit, portrait: Path, tmp_path: Path
) -> None:
    for name, content, sentence in (
        ("notes.jpg", b"Dear diary", "notes.jpg is no picture"),
        ("empty.png", b"", "This file is empty"),
        ("half.jpg", portrait.read_bytes()[:600], "half.jpg is damaged"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        visit.upload(path)
        expect(visit.page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
    show(visit, portrait)


def test_a_large_file_is_no_problem_where_the_browser_can_scale_it_down(
    visit: Visit, portrait: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(portrait.read_bytes().ljust(31_000_000, b"\0"))
    show(visit, large)


@pytest.mark.parametrize("emotion", ["Angry", "Fear", "Happy", "Neutral", "Sad", "Surprise"])
def test_a_mood_picked_by_hand_gives_songs_without_a_photo(visit: Visit, emotion: str) -> None:
    pick(visit.page, emotion)
    expect(visit.page.get_by_role("heading", name=f"Picked by hand: {translate(f'looks.{emotion}')}")).to_be_visible()
    expect(songs(visit)).to_have_count(10)


def test_a_mood_can_be_picked_again_after_a_photo(visit: Visit, portrait: Path) -> None:
    pick(visit.page, "Fear")
    expect(visit.page.get_by_role("heading", name="Picked by hand: afraid")).to_be_visible()
    show(visit, portrait)
    pick(visit.page, "Fear")
    expect(visit.page.get_by_role("heading", name="Picked by hand: afraid")).to_be_visible()


def test_shuffle_gives_other_songs_of_the_same_mood(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    before = titles(visit)
    visit.page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(songs(visit).locator(".femr-title")).not_to_have_text(before)
    expect(songs(visit)).to_have_count(10)
    expect(visit.page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()


def test_another_goal_gives_another_playlist(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    visit.page.get_by_role("radio", name="Calm", exact=True).check()
    expect(visit.page.get_by_role("list", name="Step by step to calm")).to_be_visible()


def test_nothing_is_fetched_from_outside_before_a_song_is_clicked(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    expect(songs(visit)).to_have_count(10)
    assert visit.outside == []
    expect(visit.page.locator("iframe")).to_have_count(0)


@pytest.mark.both_sizes
def test_songs_play_in_one_frame_that_later_clicks_reuse(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    buttons = visit.page.locator("button.femr-play")
    for number in (0, 1):
        button = buttons.nth(number)
        track = button.get_attribute("data-spotify")
        button.click()
        expect(visit.page.locator("iframe")).to_have_count(1)
        frame = visit.page.get_by_title("Player", exact=True)
        expect(frame).to_have_attribute("src", f"https://open.spotify.com/embed/track/{track}")
        expect(frame.content_frame.get_by_text("a player")).to_be_attached()
        expect(visit.page.locator(".femr-play[aria-current=true]")).to_have_count(1)
        expect(button).to_have_attribute("aria-current", "true")
    assert visit.outside.count(IFRAME_API_ADDRESS) == 1
    assert {url.partition("?")[0].rpartition("/")[0] for url in visit.outside} == {
        "https://open.spotify.com/embed/iframe-api",
        "https://open.spotify.com/embed/track",
    }
    visit.page.get_by_role("button", name="Close the player", exact=True).click()
    expect(visit.page.locator("iframe")).to_have_count(0)


@pytest.mark.both_sizes
def test_every_song_links_to_four_services_in_new_tabs(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    hosts = {
        "Spotify": "open.spotify.com",
        "YouTube": "www.youtube.com",
        "YouTube Music": "music.youtube.com",
        "Apple Music": "music.apple.com",
    }
    for service, host in hosts.items():
        found = visit.page.locator(f'.femr-links a[aria-label^="Find on {service}:"]')
        expect(found).to_have_count(10)
        expect(found.first).to_have_attribute("target", "_blank")
        expect(found.first).to_have_attribute("href", re.compile(f"^https://{host}/"))


@pytest.mark.both_sizes
def test_nothing_sticks_out_sideways(visit: Visit, twins: Path) -> None:
    show(visit, twins)
    expect(songs(visit)).to_have_count(10)
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_page_speaks_indonesian_when_asked(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    visit.page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    expect(visit.page.get_by_role("heading", name="Wajah ini tampak senang")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Acak", exact=True)).to_be_visible()
    expect(songs(visit)).to_have_count(10)


def test_the_page_follows_the_browsers_language(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="id-ID")
    page.goto(address)
    expect(page.get_by_role("button", name="Pilih suasana", exact=True)).to_be_visible()
    page.close()


def test_a_visitor_reaches_a_song_by_keyboard_alone(visit: Visit, portrait: Path) -> None:
    show(visit, portrait)
    button = visit.page.locator("button.femr-play").first
    button.focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("complementary", name="Player")).to_be_visible()


@pytest.mark.parametrize("name", ["A drawn face that looks happy", "A photo of astronaut Eileen Collins"])
def test_a_click_on_an_example_reads_it_like_a_photo(visit: Visit, name: str) -> None:
    visit.page.get_by_role("button", name=name).click()
    expect(visit.page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()
    expect(visit.page.get_by_role("button", name=re.compile("Face 1: Happy"))).to_be_visible()
    expect(songs(visit)).to_have_count(10)


def test_one_example_after_another_is_read_by_keyboard(visit: Visit) -> None:
    visit.page.get_by_role("button", name="A drawn face that looks angry").press("Enter")
    expect(visit.page.get_by_role("heading", name="This face looks angry")).to_be_visible()
    visit.page.get_by_role("button", name="Another face", exact=True).press("Enter")
    visit.page.get_by_role("button", name="A drawn face that looks surprised").press("Enter")
    expect(visit.page.get_by_role("heading", name="This face looks surprised")).to_be_visible()


KEPT = "sessionStorage.getItem('femr')"
"""The visit as the browser keeps it, once an answer is there."""


class HeldAnswers:
    """Keeps the server's answers away from a page until they are let through."""

    def __init__(self, page: Page) -> None:
        """Hold back every answer from now on, once what was asked for before is answered."""
        page.evaluate("new Promise((done) => femr.inTurn(() => (femr.answered(), done())))")
        self._held: list[Route] = []
        self._page = page
        self._kept = page.evaluate(KEPT)
        page.evaluate(
            """() => {
              const settle = femr.settle;
              window.settled = new Promise((done) => (femr.settle = () => (settle(), setTimeout(done))));
            }"""
        )
        page.route("**/queue/data*", lambda route: self._held.append(route))

    def let_through(self) -> None:
        """Let the answers come, and wait until the page has one."""
        self._page.unroute("**/queue/data*")
        for each in self._held:
            each.continue_()
        self._page.evaluate("settled")
        self._page.wait_for_function(f"(before) => {KEPT} !== before", arg=self._kept)


def greeted(page: Page) -> None:
    """The greeting is there, and the songs are not."""
    expect(page.get_by_role("button", name="Upload a photo", exact=True)).to_be_visible()
    expect(page.locator(".femr-card").first).to_be_hidden()


def test_songs_that_were_asked_for_before_do_not_end_the_greeting_that_the_visitor_went_back_to(visit: Visit) -> None:
    pick(visit.page, "Sad")
    expect(songs(visit)).to_have_count(10)
    held = HeldAnswers(visit.page)
    with visit.page.expect_request("**/queue/data*"):
        visit.page.get_by_role("button", name="Shuffle", exact=True).click()
    visit.page.get_by_role("button", name="Another face", exact=True).click()
    greeted(visit.page)
    held.let_through()
    greeted(visit.page)
    visit.page.get_by_role("button", name="Back to the songs", exact=True).click()
    expect(visit.page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()


@pytest.mark.parametrize("songs_before", [False, True])
def test_a_photo_that_the_visitor_turned_away_from_does_not_come_back(
    visit: Visit, portrait: Path, songs_before: bool
) -> None:
    if songs_before:
        pick(visit.page, "Sad")
        expect(songs(visit)).to_have_count(10)
        visit.page.get_by_role("button", name="Another face", exact=True).click()
    held = HeldAnswers(visit.page)
    with visit.page.expect_request("**/queue/data*"):
        visit.upload(portrait)
    visit.page.get_by_role("button", name="Another face", exact=True).click()
    held.let_through()
    greeted(visit.page)
    visit.page.get_by_role("button", name="A drawn face that looks angry").click()
    expect(visit.page.get_by_role("heading", name="This face looks angry")).to_be_visible()


@pytest.mark.parametrize("before", ["a wall", "two people"])
def test_a_photo_that_comes_while_another_is_looked_at_is_read_after_it(
    visit: Visit, portrait: Path, twins: Path, tmp_path: Path, before: str
) -> None:
    wall = tmp_path / "wall.png"
    Image.new("RGB", (640, 480), "beige").save(wall)
    held = HeldAnswers(visit.page)
    with visit.page.expect_request("**/queue/data*"):
        visit.upload({"a wall": wall, "two people": twins}[before])
    with visit.page.expect_response("**/gradio_api/upload*"):
        visit.upload(portrait)
    held.let_through()
    expect(visit.page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()
    expect(visit.page.get_by_role("button", name=re.compile("^Face [12]"))).to_have_count(1)
    expect(visit.page.get_by_text(translate("no_face"))).to_be_hidden()


def test_a_photo_is_told_in_the_language_that_the_visitor_chose_while_it_was_looked_at(
    visit: Visit, portrait: Path
) -> None:
    pick(visit.page, "Sad")
    expect(songs(visit)).to_have_count(10)
    held = HeldAnswers(visit.page)
    with visit.page.expect_request("**/queue/data*"):
        visit.upload(portrait)
    visit.page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    held.let_through()
    expect(visit.page.get_by_role("heading", name="Wajah ini tampak senang")).to_be_visible()
    expect(visit.page.get_by_role("button", name=re.compile("^Wajah 1: Senang"))).to_be_visible()


def test_a_photo_that_is_refused_while_an_older_answer_is_on_its_way_keeps_its_message(
    visit: Visit, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.png"
    empty.write_bytes(b"")
    held = HeldAnswers(visit.page)
    with visit.page.expect_request("**/queue/data*"):
        pick(visit.page, "Sad")
    visit.upload(empty)
    told = visit.page.get_by_role("alert").filter(has_text="This file is empty")
    held.let_through()
    expect(told).to_be_visible()
    visit.page.get_by_role("button", name="Back to the songs", exact=True).filter(visible=True).click()
    expect(visit.page.get_by_role("heading", name="Picked by hand: sad")).to_be_focused()
    expect(told).to_be_hidden()


def test_going_back_from_the_greeting_gives_the_focus_to_the_mood(visit: Visit) -> None:
    pick(visit.page, "Sad")
    expect(songs(visit)).to_have_count(10)
    visit.page.get_by_role("button", name="Another face", exact=True).click()
    visit.page.get_by_role("button", name="Back to the songs", exact=True).filter(visible=True).click()
    expect(visit.page.get_by_role("heading", name="Picked by hand: sad")).to_be_focused()


def test_a_face_that_is_clicked_while_a_slow_server_answers_for_another_is_shown(visit: Visit, twins: Path) -> None:
    show(visit, twins)
    face = [visit.page.get_by_role("button", name=re.compile(f"^Face {number}")) for number in (1, 2)]
    held = HeldAnswers(visit.page)
    with visit.page.expect_request("**/queue/data*"):
        face[1].click()
    visit.page.evaluate("femr.answered()")  # as if the page's patience were over
    with visit.page.expect_response("**/queue/join*"):
        face[0].click()
    held.let_through()
    expect(visit.page.get_by_role("radio", name="Face 1")).to_be_checked()
    expect(face[0]).to_have_attribute("aria-pressed", "true")
    expect(face[1]).to_have_attribute("aria-pressed", "false")


def test_on_a_phone_what_is_being_done_is_said_beside_the_photo(visit: Visit, portrait: Path) -> None:
    held = HeldAnswers(visit.page)
    visit.upload(portrait)
    said = visit.page.get_by_text(translate("photo.looking"))
    expect(said).to_be_visible()
    words, photo = said.bounding_box(), visit.page.locator(".femr-stage img").bounding_box()
    assert words["x"] >= photo["x"] + photo["width"]
    held.let_through()


def test_on_a_phone_the_notice_of_faces_that_may_be_missing_has_the_width_of_the_page(
    visit: Visit, astronaut: np.ndarray, tmp_path: Path
) -> None:
    crowd = tmp_path / "crowd.png"
    Image.fromarray(np.tile(astronaut[::2, ::2], (7, 8, 1))).save(crowd)
    visit.upload(crowd)
    notice = visit.page.get_by_text(translate("page.incomplete"))
    expect(notice).to_be_visible()
    photo = visit.page.locator(".femr-stage").bounding_box()
    assert notice.bounding_box()["width"] > 0.9 * photo["width"]
