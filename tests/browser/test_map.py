"""The map of moods as an instrument: songs to find, a point to move, a way to draw, by mouse, finger and keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from femr.music.catalogue import catalogue
from tests.browser.conftest import OWN_SONGS, Visit, pick, titles
from tests.browser.manners import THUMB
from tests.browser.states import close_sheet, open_sheet

PICKED = "[data-picked] title"


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page with songs for a sad mood, picked by hand, and the map open."""
    pick(visit.page, "Sad")
    expect(visit.page.locator(".femr-card")).to_have_count(10)
    open_map(visit.page)
    return visit.page


def open_map(page: Page) -> None:
    open_sheet(page, "Map")
    expect(page.locator(".femr-map-songs circle").first).to_be_attached()
    page.wait_for_function("!document.documentElement.hasAttribute('data-busy')")  # an answer draws the map anew


def ground(page: Page) -> Locator:
    return page.get_by_role("application", name="The mood map")


def said(page: Page) -> Locator:
    return page.get_by_role("dialog").get_by_role("status")


def at(page: Page, valence: float, arousal: float) -> tuple[float, float]:
    """Where that place lies in the window."""
    box, side, half = ground(page).bounding_box(), 400, 182
    return (
        box["x"] + box["width"] * (side / 2 + half * valence) / side,
        box["y"] + box["height"] * (side / 2 - half * arousal) / side,
    )


def drag(page: Page, *places: tuple[float, float]) -> None:
    first, *others = [at(page, *place) for place in places]
    page.mouse.move(*first)
    page.mouse.down()
    for each in others:
        page.mouse.move(*each, steps=6)
    page.mouse.up()


def stops(page: Page) -> list[tuple[float, ...]]:
    told = page.locator(".femr-map-hand").get_attribute("data-stops").split()
    return [tuple(map(float, each.split(","))) for each in told]


# --- the songs in question -----------------------------------------------------------------------


def test_the_map_shows_the_songs_the_playlist_in_its_order_and_the_listener(page: Page) -> None:
    expect(page.locator(".femr-map-songs circle")).to_have_count(len(catalogue()))
    expect(page.locator(".femr-you")).to_be_visible()
    named = page.locator(".femr-map-way > circle title").all_text_contents()
    assert [each.partition(" — ")[0] for each in named] == titles(page)


def test_the_map_shows_only_what_the_filters_leave(page: Page) -> None:
    count = sum(song.language == "id" for song in catalogue().songs)
    close_sheet(page)
    page.get_by_role("button", name="Settings", exact=True).click()
    page.get_by_role("checkbox", name=re.compile("Indonesian")).check(force=True)
    expect(page.get_by_text(f"{count} songs to choose from.")).to_be_visible()
    close_sheet(page)
    open_sheet(page, "Map")
    expect(page.locator(".femr-map-songs circle")).to_have_count(count)
    expect(page.get_by_role("dialog").get_by_text(f"{count} songs to choose from.")).to_be_visible()


def test_the_map_shows_a_visitors_own_songs(page: Page, tmp_path: Path) -> None:
    close_sheet(page)
    (tmp_path / "library.csv").write_text(OWN_SONGS)
    page.get_by_role("button", name="Settings", exact=True).click()
    page.locator("#femr-own input[type=file]").set_input_files(tmp_path / "library.csv")
    expect(page.locator(".femr-card")).to_have_count(8)
    close_sheet(page)
    open_sheet(page, "Map")
    expect(page.locator(".femr-map-songs circle")).to_have_count(8)


# --- a song --------------------------------------------------------------------------------------


def player(page: Page) -> Locator:
    """What the bar says of the song that plays."""
    return page.locator("#femr-player .femr-player-title")


@pytest.mark.both_sizes
def test_a_mouse_names_the_nearest_song_and_plays_it(page: Page) -> None:
    song = page.locator(".femr-map-way > circle[data-spotify]").last
    page.mouse.move(*middle(song))
    expect(said(page)).to_have_text(re.compile(" — "))
    name = said(page).text_content()
    near = page.get_by_role("dialog").locator(".femr-map-songs circle, .femr-map-way > circle").filter(has_text=name)
    assert middle(near.last) == pytest.approx(middle(song), abs=1)  # it, or another at the same place
    page.mouse.down()
    page.mouse.up()
    expect(player(page)).to_have_text(name.partition(" — ")[0])


def middle(dot: Locator) -> tuple[float, float]:
    box = dot.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_by_keyboard_the_song_nearest_to_the_point_is_played(page: Page) -> None:
    ground(page).press("Enter")
    name = page.locator(PICKED).text_content()
    expect(said(page)).to_have_text(name)
    x, y = (float(page.locator("[data-picked]").get_attribute(each)) for each in ("cx", "cy"))
    assert (x - 200) / 182 == pytest.approx(-0.63, abs=0.2)  # where sad lies
    assert (200 - y) / 182 == pytest.approx(-0.27, abs=0.2)


@pytest.fixture
def touched(browser: Browser, address: str) -> Iterator[Page]:
    """The map on a phone."""
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="en-GB") as context:
        context.set_default_timeout(20_000)
        page = context.new_page()
        outside = re.compile(r"^https?://(?!127\.0\.0\.1)")
        page.route(outside, lambda route: route.fulfill(body="", content_type="text/html"))
        page.goto(address)
        pick(page, "Sad")
        expect(page.locator(".femr-card")).to_have_count(10)
        open_map(page)
        yield page


def test_a_finger_need_not_hit_a_song_it_is_named_first_and_played_by_a_second_touch(touched: Page) -> None:
    box = touched.locator(".femr-map-way > circle[data-spotify]").last.bounding_box()
    beside = box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2 - 4
    touched.touchscreen.tap(*beside)
    name = touched.locator(PICKED).text_content()
    expect(said(touched)).to_have_text(name)
    expect(player(touched)).to_have_text("")
    play = touched.get_by_role("dialog").get_by_role("button", name=f"Play {name}", exact=True)
    size = play.bounding_box()
    assert min(size["width"], size["height"]) >= THUMB
    touched.touchscreen.tap(*beside)
    expect(player(touched)).to_have_text(name.partition(" — ")[0])


def test_what_lies_half_a_thumb_away_is_found_and_no_more(touched: Page) -> None:
    touched.evaluate(
        """() => {
          const songs = [...document.querySelectorAll(".femr-map-songs circle, .femr-map-way > circle")];
          songs.slice(1).forEach((each) => each.remove());
          songs[0].setAttribute("cx", 200);
          songs[0].setAttribute("cy", 200);
        }"""
    )
    x, y = at(touched, 0, 0)
    touched.touchscreen.tap(x + THUMB / 2 + 4, y)
    expect(touched.locator(PICKED)).to_have_count(0)
    touched.touchscreen.tap(x + THUMB / 2 - 3, y)
    expect(touched.locator(PICKED)).to_have_count(1)


# --- the listener's point, and a way -------------------------------------------------------------


@pytest.mark.both_sizes
def test_the_playlist_follows_the_point_that_is_dragged(page: Page) -> None:
    before = titles(page)
    drag(page, (-0.63, -0.27), (0, 0), (0.8, 0.5))
    expect(said(page)).to_have_text("On the map, nearest to happy. Songs that follow: 10.")
    expect(page.get_by_role("heading", name="On the map, nearest to happy.")).to_be_attached()
    assert stops(page) == [(pytest.approx(0.8, abs=0.02), pytest.approx(0.5, abs=0.02))]
    assert set(titles(page)) != set(before)


@pytest.mark.both_sizes
def test_the_focus_goes_back_to_what_opens_the_map_though_the_point_has_made_it_anew(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="A drawn face that looks angry").click()
    expect(page.get_by_role("button", name="Why?", exact=True)).to_be_visible()  # gone once a place is what counts
    open_map(page)
    before = titles(page)
    drag(page, (0.7, 0.5), (-0.6, -0.3))
    expect(page.locator(".femr-title")).not_to_have_text(before)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Map", exact=True)).to_be_focused()


def test_the_playlist_follows_a_way_that_is_drawn_and_reload_and_link_bring_it_back(page: Page) -> None:
    drag(page, (-0.1, 0.9), (0.8, 0.5), (0.7, -0.6), (-0.6, -0.4))
    expect(said(page)).to_have_text(re.compile("^A way over the map: from .* to sad. Songs that follow: 10.$"))
    drawn, hand = stops(page), page.locator(".femr-map-hand")
    told = hand.get_attribute("data-stops")
    assert len(drawn) == 10
    assert max(valence for valence, _ in drawn) > 0.6
    close_sheet(page)
    expect(page.get_by_role("list", name="Along your way over the map")).to_be_visible()
    songs = titles(page)
    assert len(songs) == 10
    page.reload()
    expect(page.get_by_role("heading", name="A way over the map")).to_be_visible()
    expect(page.locator(".femr-card .femr-title")).to_have_text(songs)
    expect(hand).to_have_attribute("data-stops", told)
    page.get_by_text("Take it along").click()
    page.get_by_role("button", name="Copy a link to this playlist", exact=True).click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(page.get_by_role("heading", name=re.compile("A shared playlist: from .* to sad"))).to_be_visible()
    expect(page.locator(".femr-card .femr-title")).to_have_text(songs)
    expect(hand).to_have_attribute("data-stops", told)


def test_arrow_keys_move_the_point_are_told_and_the_playlist_follows(page: Page) -> None:
    before = titles(page)
    ground(page).focus()
    page.keyboard.press("ArrowRight")
    expect(said(page)).to_have_text("Nearest to sad. Warmth −58, liveliness −27, from −100 to 100.")
    page.keyboard.press("Shift+ArrowUp")
    expect(said(page)).to_have_text(re.compile("Warmth −58, liveliness −7"))
    expect(said(page)).to_have_text("On the map, nearest to sad. Songs that follow: 10.")
    assert stops(page) == [(-0.58, -0.07)]
    assert titles(page) != before
    expect(ground(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_playlist_follows_at_once_when_the_visitor_turns_to_something_else(page: Page) -> None:
    """Later, it would come after the photo that they may have turned to."""
    ground(page).focus()
    assert page.evaluate("""() => {
      const ground = document.activeElement;
      ground.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
      ground.blur();
      return document.documentElement.hasAttribute("data-busy");
    }""")
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("Songs that follow: 10.")


def test_a_way_is_made_and_removed_without_a_mouse(page: Page) -> None:
    page.get_by_role("button", name="Add a stop to the way", exact=True).press("Enter")
    expect(said(page)).to_contain_text("A way over the map")
    expect(ground(page)).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    expect(said(page)).to_contain_text("A way over the map: from sad to")
    assert stops(page) == [(-0.63, -0.27), (0.37, -0.27)]
    page.get_by_role("button", name="Remove the way", exact=True).press("Enter")
    expect(said(page)).to_have_text("On the map, nearest to sad. Songs that follow: 10.")
    assert stops(page) == [(-0.63, -0.27)]
    expect(page.get_by_role("button", name="Remove the way", exact=True)).to_be_hidden()


def test_the_edge_of_the_plane_is_the_end(page: Page) -> None:
    ground(page).focus()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowLeft")
    expect(said(page)).to_contain_text("Songs that follow: 10.")
    assert stops(page)[0][0] == -1
