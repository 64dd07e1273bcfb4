"""What a visitor chose lives in the browser: a restarted server, a reload or Back loses none of it."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from femr.i18n import translate
from femr.music.catalogue import catalogue
from tests.browser.conftest import OWN_SONGS, pick, titles
from tests.browser.states import ready
from tests.serving import free_port, served_app


class Server:
    """The app at one address; it can be started anew, and then has forgotten everything."""

    def __init__(self) -> None:
        self._port = free_port()
        self._running = ExitStack()
        self.address = self._start()

    def _start(self) -> str:
        address, _ = self._running.enter_context(served_app(GRADIO_SERVER_PORT=self._port))
        return address

    def restart(self) -> None:
        self.close()
        self._start()

    def close(self) -> None:
        self._running.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with closing(Server()) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto(server.address)
        yield page


@pytest.fixture
def restarted(server: Server) -> Iterator[None]:
    """Whatever becomes of the server in a test, the next one finds it."""
    yield
    server.restart()


@pytest.fixture
def two_faces(astronaut: np.ndarray, tmp_path: Path) -> Path:
    path = tmp_path / "two.png"
    Image.fromarray(np.hstack([astronaut, (astronaut * 0.12).astype(np.uint8)])).save(path)  # one in the light
    return path


def show(page: Page, photo: Path) -> None:
    page.locator("#femr-file").set_input_files(photo)
    expect(page.get_by_role("heading", name="looks happy")).to_be_visible()


def test_what_is_liked_still_counts_once_the_page_was_loaded_again(page: Page) -> None:
    pick(page, "Happy")
    liked = page.locator("[data-heart]").first
    liked.click()
    key = liked.get_attribute("data-heart")
    page.reload()
    expect(page.get_by_role("heading", name="Happy")).to_be_visible()
    for _ in range(2):  # at once, and after an answer
        with page.expect_request("**/queue/join*") as sent:
            page.get_by_role("button", name="Shuffle", exact=True).click()
        assert {"hearts": [key]} in [json.loads(each) for each in sent.value.post_data_json["data"] if is_object(each)]


def is_object(value: object) -> bool:
    return isinstance(value, str) and value.startswith("{")


def test_every_control_works_after_the_server_was_restarted(page: Page, server: Server, two_faces: Path) -> None:
    show(page, two_faces)
    server.restart()
    page.get_by_role("radio", name="Everyone:").check()  # a choice that the restarted server has never offered
    expect(page.get_by_role("heading", name="Together they look happy")).to_be_visible()
    page.get_by_role("radio", name="Face 1", exact=True).check()
    expect(page.get_by_role("heading", name="This face looks happy")).to_be_visible()
    before = titles(page)
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.locator(".femr-title")).not_to_have_text(before)
    page.get_by_role("radio", name="Calm", exact=True).check()
    expect(page.get_by_role("list", name="Step by step to calm")).to_be_visible()
    page.get_by_role("button", name="Why?", exact=True).click()
    expect(page.get_by_text("The pixels that the network saw are no longer here")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("Face 2")).click()
    expect(page.get_by_role("heading", name="Hard to see, but perhaps happy")).to_be_visible()
    page.get_by_role("radio", name="Everyone:").check()
    expect(page.get_by_role("heading", name="Together they look happy")).to_be_visible()
    before = titles(page)
    page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    expect(page.get_by_role("heading", name="Bersama-sama mereka tampak senang")).to_be_visible()
    assert titles(page) == before
    page.reload()
    expect(page.get_by_role("heading", name="Bersama-sama mereka tampak senang")).to_be_visible()
    expect(page.get_by_role("radio", name="Tenang", exact=True)).to_be_checked()
    assert titles(page) == before


@pytest.mark.usefixtures("restarted")
def test_that_the_server_has_gone_is_said_and_what_was_there_is_there_again_with_it(
    page: Page, server: Server, two_faces: Path
) -> None:
    pick(page, "Sad")
    expect(page.locator(".femr-card")).to_have_count(10)
    before = titles(page)
    server.close()
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.get_by_text(translate("page.lost"))).to_be_visible()
    expect(page.locator("html:not([data-busy])")).to_have_count(1)
    page.locator("#femr-file").set_input_files(two_faces)
    expect(page.get_by_role("alert").filter(has_text=translate("photo.lost"))).to_be_visible()
    server.restart()
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    assert titles(page) == before


@pytest.mark.usefixtures("restarted")
def test_that_the_server_has_gone_while_it_looked_at_a_photo_is_said(
    page: Page, server: Server, two_faces: Path
) -> None:
    def gone(route: Route) -> None:
        server.close()
        route.abort()

    ready(page)
    page.evaluate("new Promise((done) => femr.inTurn(() => (femr.answered(), done())))")  # the arrival is answered
    page.route("**/gradio_api/queue/join*", gone)
    page.locator("#femr-file").set_input_files(two_faces)
    expect(page.get_by_role("alert").filter(has_text=translate("photo.lost"))).to_be_visible()


def test_a_reload_loses_nothing_but_the_picture(page: Page, two_faces: Path) -> None:
    show(page, two_faces)
    page.get_by_role("button", name="Settings", exact=True).click()
    page.get_by_role("switch", name=re.compile("No explicit songs")).check()
    expect(page.get_by_text(f"{len(catalogue())} songs to choose from.")).to_be_hidden()
    left = page.locator("#femr-left-over").inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Why?", exact=True).click()
    expect(page.get_by_role("img", name="What the network saw")).to_be_visible()
    page.keyboard.press("Escape")
    before = titles(page)
    page.reload()
    expect(page.get_by_role("heading", name="This face looks happy")).to_be_visible()
    assert titles(page) == before
    expect(page.get_by_text("Your photo was not kept")).to_be_visible()
    page.get_by_role("button", name="Settings", exact=True).click()
    expect(page.locator("#femr-left-over")).to_have_text(left)
    page.get_by_role("radio", name="Everyone:").check()  # the choice between the people is there without the picture
    expect(page.get_by_role("heading", name="Together they look happy")).to_be_visible()


def test_back_finds_the_playlist_that_was_there_and_a_link_its_own(page: Page, server: Server) -> None:
    pick(page, "Sad")
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    before = titles(page)
    page.goto(f"{server.address}?mood=Happy&seed=7&v=old")
    expect(page.get_by_role("heading", name="A shared playlist")).to_be_visible()
    linked = titles(page)
    page.go_back()
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    assert titles(page) == before
    page.go_forward()
    expect(page.get_by_role("heading", name="A shared playlist")).to_be_visible()
    assert titles(page) == linked


def test_own_songs_outlast_a_reload_and_are_missed_in_place_after_a_restart(
    page: Page, server: Server, tmp_path: Path
) -> None:
    library = tmp_path / "library.csv"
    library.write_text(OWN_SONGS)
    pick(page, "Sad")
    page.get_by_role("button", name="Settings", exact=True).click()
    page.locator("#femr-own input[type=file]").set_input_files(library)
    expect(page.get_by_text("8 songs read")).to_be_visible()
    before = titles(page)
    page.reload()
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    assert titles(page) == before
    server.restart()
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.locator(".femr-card")).to_have_count(10)
    page.get_by_role("button", name="Settings", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Your own songs are no longer here")).to_be_visible()
    expect(page.get_by_text(f"{len(catalogue())} songs to choose from.")).to_be_visible()


def test_a_filter_by_a_genre_of_own_songs_does_not_outlast_them(page: Page, server: Server, tmp_path: Path) -> None:
    library = tmp_path / "library.csv"
    library.write_text("Track Name,Artist Name(s),Energy,Valence,Genres\nOne,Somebody,0.2,0.3,nose flute\n")
    pick(page, "Sad")
    page.get_by_role("button", name="Settings", exact=True).click()
    page.locator("#femr-own input[type=file]").set_input_files(library)
    expect(page.get_by_text("1 song read")).to_be_visible()
    page.get_by_role("group", name="Genres").get_by_role("checkbox", name="nose flute").check(force=True)
    page.keyboard.press("Escape")
    page.wait_for_function("JSON.stringify(sessionStorage).includes('nose')")  # else the server stops on an open event
    server.restart()
    page.get_by_role("radio", name="Lift", exact=True).check(force=True)
    expect(page.locator(".femr-card")).to_have_count(10)
    page.reload()
    page.get_by_role("button", name="Settings", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Your own songs are no longer here")).to_be_visible()


def test_the_language_that_a_visitor_chose_is_there_before_any_mood_is(page: Page) -> None:
    page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    expect(page.get_by_role("button", name="Pilih suasana", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Pilih suasana", exact=True)).to_be_visible()


def test_two_tabs_do_not_get_in_each_others_way(page: Page, server: Server) -> None:
    other = page.context.new_page()
    other.goto(server.address)
    for each, mood in ((page, "Sad"), (other, "Angry")):
        pick(each, mood)
        expect(each.get_by_role("heading", name=f"Picked by hand: {mood.lower()}")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()


def test_what_a_browser_kept_and_nobody_understands_is_a_new_visit(page: Page) -> None:
    page.evaluate('sessionStorage.setItem(\'femr\', \'{"subject": {"kind": "cat"}}\')')
    page.reload()
    expect(page.get_by_role("heading", name="Show your face.")).to_be_visible()
    pick(page, "Sad")
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
