"""What a visitor can do with the music: filter it, play it, map it, share it, take it along, bring their own."""

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Download, Locator, Page, expect

from femr.i18n import translate
from femr.music.catalogue import catalogue
from tests.browser.conftest import IFRAME_API_ADDRESS, OWN_SONGS, Visit, pick, titles
from tests.browser.states import close_sheet, open_sheet, settle


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page with songs for a sad mood, picked by hand."""
    pick(visit.page, "Sad")
    expect(cards(visit.page)).to_have_count(10)
    return visit.page


def cards(page: Page) -> Locator:
    return page.locator(".femr-card")


def choose(page: Page, label: str, option: str) -> None:
    """Choose one of a filter's values."""
    page.get_by_role("group", name=label).get_by_role("checkbox", name=option).check(force=True)


# --- filters -------------------------------------------------------------------------------------


@pytest.mark.both_sizes
def test_a_filter_tells_how_many_songs_it_leaves_and_keeps_to_them(page: Page) -> None:
    indonesian = {song.title for song in catalogue().songs if song.language == "id"}
    page.get_by_role("button", name="Settings", exact=True).click()
    choose(page, "Languages", f"Indonesian ({sum(song.language == 'id' for song in catalogue().songs)})")
    count = sum(song.language == "id" for song in catalogue().songs)
    expect(page.get_by_text(f"{count} songs to choose from.")).to_be_visible()
    expect(cards(page)).to_have_count(10)
    assert set(titles(page)) <= indonesian


def test_filters_that_leave_nothing_say_which_to_loosen_and_keep_the_songs(page: Page) -> None:
    page.get_by_role("button", name="Settings", exact=True).click()
    choose(page, "Languages", "Indonesian")
    expect(page.get_by_text(f"{len(catalogue())} songs to choose from.")).to_be_hidden()
    expect(cards(page)).to_have_count(10)
    before = titles(page)
    choose(page, "Genres", "K-pop (0)")
    expect(page.get_by_role("alert").filter(has_text="Choose more genres: without that filter")).to_be_visible()
    assert titles(page) == before


def test_a_mood_that_comes_where_the_filters_leave_nothing_plays_by_those_of_before_and_this_is_said(
    page: Page,
) -> None:
    open_sheet(page, "Settings")
    choose(page, "Languages", "Indonesian")
    expect(page.get_by_text(f"{len(catalogue())} songs to choose from.")).to_be_hidden()
    choose(page, "Genres", "K-pop (0)")
    expect(page.get_by_role("alert").filter(has_text="Choose more genres")).to_be_visible()
    close_sheet(page)
    pick(page, "Happy")
    expect(page.get_by_role("heading", name="Picked by hand: happy")).to_be_visible()
    expect(page.get_by_text("The filters are as they were before.")).to_be_visible()
    assert set(titles(page)) <= {song.title for song in catalogue().songs if song.language == "id"}
    open_sheet(page, "Settings")
    expect(page.get_by_role("checkbox", name="Indonesian")).to_be_checked()
    expect(page.get_by_role("checkbox", name="K-pop")).not_to_be_checked()


def test_a_table_of_songs_that_is_too_large_is_named_beside_it_and_the_songs_stay(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "songs.csv"
    path.write_bytes(b"Track URI".ljust(31_000_000, b" "))
    open_sheet(page, "Settings")
    page.locator("#femr-own input").set_input_files(path)
    told = page.get_by_role("dialog").get_by_role("alert").filter(has_text="larger than 30 MB. Export fewer")
    expect(told).to_be_visible()
    close_sheet(page)
    expect(cards(page).first).to_be_visible()


def test_the_way_out_of_the_filters_stays_in_sight_however_far_they_are_scrolled(page: Page) -> None:
    open_sheet(page, "Settings")
    page.locator("#femr-own").scroll_into_view_if_needed()
    expect(page.get_by_role("dialog").get_by_role("button", name="Close", exact=True)).to_be_in_viewport()


def test_years_are_a_filter_too(page: Page) -> None:
    page.get_by_role("button", name="Settings", exact=True).click()
    before = titles(page)
    page.get_by_role("slider", name=re.compile("From year")).press("End")
    newest = [song.title for song in catalogue().songs if song.year == max(song.year for song in catalogue().songs)]
    expect(page.get_by_text(f"{len(newest)} songs to choose from.")).to_be_visible()
    expect(page.get_by_text(f"From year ({len(newest)})")).to_be_visible()
    expect(cards(page).locator(".femr-title")).not_to_have_text(before)
    assert set(titles(page)) <= set(newest)


# --- the player ----------------------------------------------------------------------------------


@pytest.mark.both_sizes
def test_next_and_previous_walk_through_the_playlist(page: Page) -> None:
    songs = page.locator(".femr-play[data-spotify]")
    songs.nth(0).click()
    page.get_by_role("button", name="Next song", exact=True).click()
    expect(songs.nth(1)).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Previous song", exact=True).click()
    expect(songs.nth(0)).to_have_attribute("aria-current", "true")
    expect(page.locator("iframe")).to_have_count(1)


def test_arrows_walk_through_the_cards_and_enter_plays(page: Page) -> None:
    songs = page.locator(".femr-play[data-spotify]")
    songs.nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(songs.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(songs.nth(1)).to_have_attribute("aria-current", "true")


def test_a_songs_menu_goes_when_other_songs_come(page: Page) -> None:
    page.locator(".femr-dots").nth(1).click()
    menu = page.get_by_role("link", name="YouTube:").filter(visible=True)
    expect(menu).to_have_count(1)
    page.get_by_role("button", name="Shuffle", exact=True).evaluate(
        "(button) => button.click()"
    )  # a finger's closes it by itself
    expect(menu).to_have_count(0)


def test_a_click_plays_at_once_and_the_next_one_in_the_same_frame(visit: Visit, page: Page) -> None:
    assert visit.outside == []
    songs = page.locator(".femr-play[data-spotify]")
    wanted = []
    for number in (0, 3):
        songs.nth(number).click()
        wanted.append(f"spotify:track:{songs.nth(number).get_attribute('data-spotify')}")
        page.wait_for_function(f"window.standIn?.plays === {number and 1} + 1")
        page.evaluate("document.querySelector('#femr-player iframe').dataset.seen ??= 'first'")
    assert page.evaluate("standIn.uris") == wanted
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.locator("iframe")).to_have_attribute("data-seen", "first")
    assert visit.outside.count(IFRAME_API_ADDRESS) == 1


def test_the_end_of_a_song_starts_the_next_and_a_pause_does_not(page: Page) -> None:
    songs = page.locator(".femr-play[data-spotify]")
    songs.nth(0).click()
    page.wait_for_function("window.standIn?.plays === 1")
    page.evaluate("standIn.pause()")
    expect(songs.nth(0)).to_have_attribute("aria-current", "true")
    page.evaluate("standIn.end()")
    expect(songs.nth(1)).to_have_attribute("aria-current", "true")
    assert page.evaluate("[standIn.plays, standIn.uris.length]") == [2, 2]


def test_the_last_song_ends_the_playlist(page: Page) -> None:
    last = page.locator(".femr-play[data-spotify]").last
    last.click()
    page.wait_for_function("window.standIn?.plays === 1")
    page.evaluate("standIn.end()")
    expect(last).to_have_attribute("aria-current", "true")
    assert page.evaluate("standIn.plays") == 1


def test_the_player_follows_the_language(page: Page) -> None:
    page.locator(".femr-play[data-spotify]").first.click()
    expect(page.get_by_role("button", name="Close the player", exact=True)).to_be_visible()
    page.wait_for_function("window.standIn?.plays === 1")
    moved: list[str] = []
    page.on("framenavigated", lambda frame: moved.append(frame.url))
    page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    expect(page.get_by_role("button", name="Tutup pemutar", exact=True)).to_be_visible()
    expect(page.locator("#femr-player").get_by_text("kamu mendengar 30 detik")).to_be_attached()
    expect(page.get_by_text(translate("page.footer", "id"))).to_be_attached()
    assert moved == []  # the song plays on


# --- taking it along -----------------------------------------------------------------------------


def follow_its_own_link(page: Page) -> None:
    """Copy the playlist's link, and arrive by it."""
    page.get_by_text("Take it along").click()
    page.get_by_role("button", name="Copy a link to this playlist", exact=True).click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(page.get_by_role("heading", name="A shared playlist")).to_be_visible()


def test_where_the_browser_gives_no_clipboard_it_is_said_that_nothing_was_copied(page: Page) -> None:
    """As over plain http, from another device."""
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_text("Take it along").click()
    page.get_by_role("button", name="Copy a link to this playlist", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=translate("take.failed"))).to_be_visible()


@pytest.mark.both_sizes
def test_a_copied_link_rebuilds_the_very_same_playlist(page: Page) -> None:
    page.get_by_role("radio", name="Lift", exact=True).check()
    expect(page.get_by_role("list", name="Step by step to happy")).to_be_visible()
    before = titles(page)
    follow_its_own_link(page)
    expect(page.get_by_role("radio", name="Lift", exact=True)).to_be_checked()
    assert titles(page) == before
    expect(page.get_by_text("the playlist may differ")).to_have_count(0)
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.get_by_role("heading", name="Music for the shared mood")).to_be_visible()


def test_a_link_made_before_songs_were_chosen_this_way_says_that_they_may_differ(visit: Visit) -> None:
    visit.page.goto(f"{visit.page.url}?mood=Sad&goal=match&songs=10&seed=7&v={catalogue().version}")
    expect(visit.page.get_by_role("heading", name="A shared playlist")).to_be_visible()
    expect(visit.page.get_by_text("the playlist may differ")).to_be_visible()
    expect(cards(visit.page)).to_have_count(10)


def test_a_broken_link_is_named_and_the_page_works(visit: Visit) -> None:
    visit.page.goto(f"{visit.page.url}?mood=Bored&seed=1")
    expect(visit.page.get_by_role("alert").filter(has_text="This link has a mood")).to_be_visible()
    pick(visit.page, "Happy")
    expect(cards(visit.page)).to_have_count(10)


@pytest.mark.parametrize(("name", "begins"), [("M3U", "#EXTM3U"), ("CSV", "\ufeffTrack URI"), ("JSON", "{")])
def test_a_playlist_is_saved_as_a_file(page: Page, name: str, begins: str) -> None:
    page.get_by_text("Take it along").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name=name, exact=True).click()
    download: Download = saved.value
    assert download.suggested_filename == f"femr.{name.lower()}"
    assert Path(download.path()).read_text(encoding="utf-8").startswith(begins)


def saved(page: Page, name: str) -> Path:
    """What a visitor gets who saves the playlist as one of the files."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    return download.value.path()


def test_saved_files_hold_the_songs_that_are_shown(page: Page) -> None:
    page.get_by_text("Take it along").click()
    m3u = saved(page, "M3U").read_text(encoding="utf-8").splitlines()
    named = [line.partition(" - ")[2] for line in m3u if line.startswith("#EXTINF:-1,")]
    assert named == titles(page)
    assert all(line.startswith("#") for line in m3u)
    songs = json.loads(saved(page, "JSON").read_text(encoding="utf-8"))["playlist"]["songs"]
    assert [song["title"] for song in songs] == titles(page)


def test_a_saved_table_can_be_brought_back_as_own_songs(page: Page, tmp_path: Path) -> None:
    before = titles(page)
    page.get_by_text("Take it along").click()
    table = shutil.copy(saved(page, "CSV"), tmp_path / "femr.csv")
    page.get_by_role("button", name="Settings", exact=True).click()
    page.locator("#femr-own input[type=file]").set_input_files(table)
    expect(page.get_by_text("10 songs read")).to_be_visible()
    expect(page.get_by_role("button", name="Copy a link to this playlist", exact=True)).to_have_count(0)
    assert sorted(titles(page)) == sorted(before)


def test_a_link_keeps_the_filters(page: Page) -> None:
    page.get_by_role("button", name="Settings", exact=True).click()
    choose(page, "Languages", "Indonesian")
    count = sum(song.language == "id" for song in catalogue().songs)
    expect(page.get_by_text(f"{count} songs to choose from.")).to_be_visible()
    settle(page, "filtered")
    before = titles(page)
    page.keyboard.press("Escape")
    follow_its_own_link(page)
    assert titles(page) == before
    page.get_by_role("button", name="Settings", exact=True).click()
    expect(page.get_by_text(f"{count} songs to choose from.")).to_be_visible()


# --- one's own songs -----------------------------------------------------------------------------


@pytest.mark.both_sizes
def test_own_songs_make_the_playlist_until_the_visitor_goes_back(page: Page, tmp_path: Path) -> None:
    library = tmp_path / "library.csv"
    library.write_text(OWN_SONGS)
    page.get_by_role("button", name="Settings", exact=True).click()
    page.locator("#femr-own input[type=file]").set_input_files(library)
    expect(page.get_by_text("8 songs read")).to_be_visible()
    expect(cards(page)).to_have_count(8)
    assert {title.partition(" ")[0] for title in titles(page)} == {"Song"}
    page.keyboard.press("Escape")
    page.get_by_text("Take it along").click()
    expect(page.get_by_role("button", name="Copy as text", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Copy a link to this playlist", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Settings", exact=True).click()
    page.get_by_role("button", name="Back to femr's songs", exact=True).click()
    expect(cards(page)).to_have_count(10)


def test_a_library_of_fifty_thousand_songs_is_used_whole(page: Page, tmp_path: Path) -> None:
    library = tmp_path / "library.csv"
    rows = (f"Song {n},Band {n},0.{n % 1000:03d},0.{n % 997:03d}\n" for n in range(50_000))
    library.write_text("Track Name,Artist Name(s),Energy,Valence\n" + "".join(rows))
    page.get_by_role("button", name="Settings", exact=True).click()
    page.locator("#femr-own input[type=file]").set_input_files(library)
    expect(page.get_by_text("50,000 songs read.")).to_be_visible()
    expect(page.get_by_text("50,000 songs to choose from.")).to_be_visible()
    expect(cards(page).locator(".femr-title").first).to_have_text(re.compile(r"^Song \d+$"))


def test_a_file_that_is_no_library_is_named(page: Page, tmp_path: Path) -> None:
    library = tmp_path / "library.csv"
    library.write_text("name,colour\nrose,red\n")
    page.get_by_role("button", name="Settings", exact=True).click()
    page.locator("#femr-own input[type=file]").set_input_files(library)
    expect(page.get_by_role("alert").filter(has_text="Columns are missing")).to_be_visible()
    expect(cards(page)).to_have_count(10)
