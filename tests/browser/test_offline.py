"""The page without a net: what it says, what it has kept, and what it never keeps."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import pick, titles
from tests.browser.states import ready
from tests.serving import free_port, served_app


def arrive(browser: Browser, address: str, locale: str) -> Iterator[Page]:
    with browser.new_context(locale=locale, viewport={"width": 390, "height": 844}) as context:
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto(address)
        ready(page)
        page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        page.wait_for_function("navigator.serviceWorker.controller")
        yield page


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    yield from arrive(browser, address, "en-GB")


@pytest.fixture
def indonesian(browser: Browser, address: str) -> Iterator[Page]:
    yield from arrive(browser, address, "id-ID")


def go_offline(page: Page) -> None:
    page.context.set_offline(True)
    page.reload()


def kept(page: Page, where: str) -> dict:
    return json.loads(page.evaluate(f"{where}.getItem('femr-songs') ?? '{{}}'"))


def test_a_page_that_loses_its_net_says_so_and_stays(page: Page) -> None:
    page.get_by_role("button", name=re.compile("drawn face that looks happy")).click()
    expect(page.locator(".femr-card")).to_have_count(10)
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    expect(page.locator(".femr-card")).to_have_count(10)
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_be_hidden()


def test_without_a_net_the_last_songs_are_there_and_the_page_comes_back_by_itself(page: Page) -> None:
    page.get_by_role("button", name=re.compile("drawn face that looks happy")).click()
    expect(page.get_by_role("heading", name="This face looks happy")).to_be_visible()
    happy = titles(page)
    pick(page, "Sad")
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    sad = titles(page)
    page.mouse.wheel(0, 2000)
    go_offline(page)
    expect(page.get_by_role("heading", name="You are offline.")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Sad", exact=True)).to_have_attribute("aria-pressed", "true")
    assert page.locator("li strong").all_inner_texts() == sad
    page.get_by_role("button", name="Happy", exact=True).click()
    expect(page.get_by_role("list", name="Happy")).to_be_visible()
    assert page.locator("li strong").all_inner_texts() == happy
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    assert titles(page) == sad


def test_it_speaks_the_visitors_language(indonesian: Page) -> None:
    go_offline(indonesian)
    expect(indonesian.get_by_role("heading", name="Kamu sedang luring.")).to_be_visible()
    expect(indonesian.get_by_text("You are offline.")).to_be_hidden()
    assert indonesian.evaluate("document.documentElement.lang") == "id"
    assert indonesian.title() == "femr, luring"


def test_its_typeface_and_its_icon_are_there_too(page: Page) -> None:
    go_offline(page)
    expect(page.get_by_role("heading", name="You are offline.")).to_be_visible()
    page.wait_for_function("document.fonts.check('16px Lexend')")
    page.wait_for_function("document.querySelector('header img').naturalWidth > 0")


def test_it_speaks_the_language_that_the_visitor_chose_in_another_tab(indonesian: Page, address: str) -> None:
    indonesian.get_by_role("radio", name="English", exact=True).check()
    later = indonesian.context.new_page()
    later.context.set_offline(True)
    later.goto(address)
    expect(later.get_by_role("heading", name="You are offline.")).to_be_visible()


def test_a_link_without_a_net_says_so_too(page: Page, address: str) -> None:
    page.context.set_offline(True)
    page.goto(f"{address}/?mood=Sad&seed=7")
    expect(page.get_by_role("heading", name="You are offline.")).to_be_visible()
    expect(page.get_by_text("Once you have picked a mood")).to_be_visible()


def test_songs_for_an_own_face_stay_in_the_tab_and_the_cache_holds_nothing_of_a_visit(
    page: Page, astronaut: np.ndarray, tmp_path: Path
) -> None:
    portrait = tmp_path / "portrait.png"
    Image.fromarray(astronaut).save(portrait)
    page.locator("#femr-file").set_input_files(portrait)
    expect(page.get_by_role("heading", name="This face looks happy")).to_be_visible()
    page.wait_for_function("sessionStorage.getItem('femr-songs')")
    assert kept(page, "localStorage") == {}
    assert list(kept(page, "sessionStorage")) == ["Happy"]
    cached = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
            return found.sort();
        }"""
    )
    assert cached == ["/fonts/Lexend.woff2", "/icons/icon-192.png", "/icons/icon-32.png", "/offline"]


def test_kept_songs_can_be_forgotten(page: Page) -> None:
    pick(page, "Sad")
    expect(page.locator(".femr-card")).to_have_count(10)
    page.wait_for_function("localStorage.getItem('femr-songs')")
    go_offline(page)
    page.get_by_role("button", name="Forget these songs", exact=True).click()
    expect(page.get_by_text("Once you have picked a mood")).to_be_visible()
    assert kept(page, "localStorage") == {}


def test_a_server_that_does_not_answer_is_told_from_a_net_that_is_gone(browser: Browser) -> None:
    port = free_port()
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        with served_app(GRADIO_SERVER_PORT=port) as (address, _):
            page.goto(address)
            page.wait_for_function("navigator.serviceWorker?.controller")
        page.goto(address)
        expect(page.get_by_role("heading", name="femr cannot be reached.")).to_be_visible()
        with served_app(GRADIO_SERVER_PORT=port):
            page.get_by_role("button", name="Try again", exact=True).click()
            expect(page.get_by_role("banner")).to_contain_text("femr")


def test_a_new_version_takes_the_place_of_the_old_one(page: Page) -> None:
    page.evaluate("caches.open('femr-0.0.0-old').then((cache) => cache.put('./old', new Response('old')))")
    page.evaluate(
        """async () => {
            const registration = await navigator.serviceWorker.ready;
            await registration.unregister();
            await navigator.serviceWorker.register("./service-worker.js");
        }"""
    )
    page.wait_for_function(
        """async () => {
            const names = await caches.keys();
            return names.length === 1 && names[0] !== "femr-0.0.0-old";
        }"""
    )
