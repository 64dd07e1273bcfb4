"""Songs play from the first to the last, whoever plays them; outside services are answered here, as they document it.

- Spotify's iFrame API: https://developer.spotify.com/documentation/embeds/references/iframe-api (`IFRAME_API`)
- Apple's iTunes Search API: https://developer.apple.com/library/archive/documentation/AudioVideo/Conceptual/
  iTuneSearchAPI/UnderstandingSearchResults.html (`apple_result`)
- YouTube's IFrame API: https://developers.google.com/youtube/iframe_api_reference (`YOUTUBE`: states, errors)
"""

import base64
import hashlib
import io
import json
import re
import wave
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import IFRAME_API_ADDRESS, Visit, pick, titles
from tests.serving import served_app

SEARCH = re.compile(r"^https://itunes\.apple\.com/search\?")
PREVIEWS = re.compile(r"^https://audio-ssl\.itunes\.apple\.com/")
COVERS = re.compile(r"^https://[a-z0-9-]+\.mzstatic\.com/")
VIDEOS = re.compile(r"^https://www\.youtube-nocookie\.com/embed/")

YOUTUBE = """<script>
addEventListener("message", ({ data, source, origin }) => {
  const said = JSON.parse(data);
  const tell = (event, info) => source.postMessage(JSON.stringify({ event, info, id: 1, channel: "widget" }), origin);
  if (said.event === "listening") {
    tell("onReady", null);
    REST
  } else if (said.func === "pauseVideo") tell("onStateChange", 2);
});
</script>"""
"""A stand-in for a video's frame: it says that it is ready, and then what REST says."""

PLAYS = 'tell("onStateChange", 1); tell("infoDelivery", { currentTime: 3, duration: 200, playerState: 1 });'
ENDS = f'{PLAYS} tell("onStateChange", 0);'
REFUSES = 'tell("onError", 150);'


def sound(seconds: float) -> bytes:
    """A quiet WAV."""
    data = io.BytesIO()
    with wave.open(data, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(8000)
        written.writeframes(bytes([128]) * int(8000 * seconds))
    return data.getvalue()


def apple_result(title: str, artist: str) -> dict[str, object]:
    """A song as Apple's documentation shows one."""
    return {
        "wrapperType": "track",
        "kind": "song",
        "artistId": 909253,
        "collectionId": 120954021,
        "trackId": 120954025,
        "artistName": artist,
        "collectionName": "Sing-a-Longs and Lullabies for the Film Curious George",
        "trackName": title,
        "trackCensoredName": title,
        "trackViewUrl": "https://music.apple.com/us/album/upside-down/120954021?i=120954025&uo=4",
        "previewUrl": "https://audio-ssl.itunes.apple.com/itunes-assets/AudioPreview/mzaf_1.plus.aac.p.m4a",
        "artworkUrl60": "https://is1-ssl.mzstatic.com/image/thumb/Music/source/60x60bb.jpg",
        "artworkUrl100": "https://is1-ssl.mzstatic.com/image/thumb/Music/source/100x100bb.jpg",
        "trackPrice": 0.99,
        "trackExplicitness": "notExplicit",
        "trackTimeMillis": 210743,
        "country": "USA",
        "currency": "USD",
        "primaryGenreName": "Rock",
    }


class Apple:
    """Apple's search service and its previews; it has each song that is asked for, unless `empty`."""

    def __init__(self, page: Page, seconds: float = 30, *, empty: bool = False) -> None:
        self.asked: list[dict[str, str]] = []
        self._empty = empty
        self._page = page
        page.route(SEARCH, self._search)
        page.route(PREVIEWS, lambda route: route.fulfill(body=sound(seconds), content_type="audio/wav"))
        page.route(
            COVERS,
            lambda route: route.fulfill(
                body="<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'/>", content_type="image/svg+xml"
            ),
        )

    def _search(self, route: Route) -> None:
        self.asked.append({name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()})
        song = self._page.locator(".femr-play[aria-current=true]")
        results = []
        if not self._empty:
            results = [
                apple_result("Karaoke of something else", "Nobody"),
                apple_result(song.locator(".femr-title").inner_text(), song.locator(".femr-artist").inner_text()),
            ]
        route.fulfill(
            body=json.dumps({"resultCount": len(results), "results": results}),
            content_type="text/javascript; charset=utf-8",
            headers={"Access-Control-Allow-Origin": "*"},
        )


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page with songs for a sad mood, and nothing kept from another visit."""
    visit.page.evaluate("localStorage.clear()")
    pick(visit.page, "Sad")
    expect(visit.page.locator(".femr-card")).to_have_count(10)
    yield visit.page
    visit.page.evaluate("localStorage.clear()")


def songs(page: Page) -> Locator:
    return page.locator(".femr-play")


def bar(page: Page) -> Locator:
    return page.locator("#femr-player")


def prefer(page: Page, name: str) -> None:
    """Ask a source first."""
    page.get_by_role("button", name="Taste", exact=True).click()
    page.get_by_role("button", name=f"Ask {name} first", exact=True).click()
    page.keyboard.press("Escape")


def only(page: Page, number: int, **ids: str) -> None:
    """Leave a song with these ids alone."""
    songs(page).nth(number).evaluate(
        """(song, ids) => {
          for (const name of ["spotify", "youtube", "file"]) delete song.dataset[name];
          Object.assign(song.dataset, ids);
        }""",
        ids,
    )


def is_playing(page: Page, number: int) -> None:
    expect(songs(page).nth(number)).to_have_attribute("aria-current", "true")
    expect(page.locator("html[data-sounding]")).to_be_attached()


# --- the sources ---------------------------------------------------------------------------------


@pytest.mark.both_sizes
def test_a_song_without_spotify_plays_as_apples_preview_with_cover_and_link_to_the_store(
    visit: Visit, page: Page
) -> None:
    apple = Apple(page)
    only(page, 0)
    assert visit.outside == []
    songs(page).first.click()
    is_playing(page, 0)
    expect(bar(page).get_by_text(re.compile(r"^Apple Music · .* · 1 of 10$"))).to_be_visible()
    expect(bar(page).get_by_role("link", name="Listen on Apple Music")).to_have_attribute(
        "href", "https://music.apple.com/us/album/upside-down/120954021?i=120954025&uo=4"
    )
    expect(bar(page).locator(".femr-preview img")).to_have_attribute("src", re.compile("mzstatic"))
    expect(bar(page).get_by_text("provided courtesy of iTunes")).to_be_visible()
    (asked,) = apple.asked
    assert asked["media"] == "music"
    assert asked["entity"] == "song"
    assert titles(page)[0] in asked["term"]
    assert not [each for each in visit.outside if "spotify" in each]


def test_a_song_is_looked_up_once_in_a_visit_even_after_a_reload(page: Page) -> None:
    apple = Apple(page)
    prefer(page, "Apple Music")
    for _ in range(2):
        songs(page).first.click()
        is_playing(page, 0)
        page.get_by_role("button", name="Close the player", exact=True).click()
    page.reload()
    expect(page.locator(".femr-card")).to_have_count(10)
    songs(page).first.click()
    is_playing(page, 0)
    assert len(apple.asked) == 1


def test_apple_is_asked_no_more_than_twenty_times_a_minute(page: Page) -> None:
    apple = Apple(page)
    page.evaluate(
        "sessionStorage.setItem('femr-apple', JSON.stringify({asked: Array(20).fill(Date.now()), found: {}}))"
    )
    page.reload()
    expect(page.locator(".femr-card")).to_have_count(10)
    only(page, 9)
    songs(page).nth(9).click()
    expect(page.get_by_text("Apple Music has been asked as often as it allows")).to_be_visible()
    expect(bar(page).get_by_text("These links find it")).to_be_visible()
    assert apple.asked == []


def test_the_next_song_follows_when_a_preview_ends(page: Page) -> None:
    Apple(page, seconds=0.3)
    prefer(page, "Apple Music")
    songs(page).nth(7).click()
    expect(songs(page).nth(9)).to_have_attribute("aria-current", "true")


def test_a_video_plays_privately_and_the_next_song_follows_its_end(visit: Visit, page: Page) -> None:
    page.route(VIDEOS, lambda route: route.fulfill(body=YOUTUBE.replace("REST", PLAYS), content_type="text/html"))
    prefer(page, "YouTube")
    only(page, 2, youtube="kXYiU_JCYtU")
    songs(page).nth(2).click()
    is_playing(page, 2)
    expect(page.get_by_title("Player", exact=True)).to_have_attribute(
        "src", re.compile(r"^https://www\.youtube-nocookie\.com/embed/kXYiU_JCYtU\?")
    )
    assert page.get_by_title("Player", exact=True).bounding_box()["height"] >= 200  # as YouTube asks
    assert not [each for each in visit.outside if "youtube.com" in each]
    page.unroute(VIDEOS)
    page.route(VIDEOS, lambda route: route.fulfill(body=YOUTUBE.replace("REST", ENDS), content_type="text/html"))
    only(page, 3, youtube="kXYiU_JCYtU")
    songs(page).nth(3).click()
    expect(songs(page).nth(4)).to_have_attribute("aria-current", "true")


def test_a_video_that_may_not_be_shown_here_is_passed_over(page: Page) -> None:
    Apple(page)
    page.route(VIDEOS, lambda route: route.fulfill(body=YOUTUBE.replace("REST", REFUSES), content_type="text/html"))
    prefer(page, "YouTube")
    only(page, 2, youtube="kXYiU_JCYtU")
    songs(page).nth(2).click()
    expect(page.get_by_text("YouTube does not have this song.")).to_be_visible()
    is_playing(page, 2)
    expect(bar(page).get_by_text(re.compile("^Apple Music ·"))).to_be_visible()


def test_a_source_that_does_not_answer_in_five_seconds_is_passed_over_and_this_is_said(page: Page) -> None:
    Apple(page)
    page.route(IFRAME_API_ADDRESS, lambda _route: None)
    page.clock.install()
    songs(page).first.click()
    expect(bar(page).locator(".femr-player-about")).to_have_text("Asking Spotify…")
    page.clock.fast_forward(4000)
    expect(bar(page).locator(".femr-player-about")).to_have_text("Asking Spotify…")
    page.clock.fast_forward(2000)
    expect(page.get_by_text("Spotify has not answered.")).to_be_visible()
    is_playing(page, 0)
    expect(bar(page).get_by_text(re.compile("^Apple Music ·"))).to_be_visible()


def test_a_late_word_of_the_song_before_is_none_of_the_next_one(page: Page) -> None:
    Apple(page)
    songs(page).first.click()
    expect(page.locator("html[data-sounding]")).to_be_attached()
    page.clock.install()
    page.evaluate("standIn.silent = true")
    songs(page).nth(1).click()
    expect(bar(page).locator(".femr-player-about")).to_have_text("Asking Spotify…")
    page.clock.fast_forward(6000)
    expect(page.get_by_text("Spotify has not answered.")).to_be_visible()
    is_playing(page, 1)


def test_a_song_that_nobody_has_is_skipped_with_a_word(page: Page) -> None:
    Apple(page, empty=True)
    only(page, 0)
    songs(page).first.click()
    expect(page.get_by_text(f"Nobody plays “{titles(page)[0]}” here, so it is skipped.")).to_be_visible()
    is_playing(page, 1)
    page.get_by_role("button", name="Previous song", exact=True).click()
    told, links = bar(page).get_by_text("These links find it"), bar(page).get_by_role("link")
    expect(told).to_be_visible()  # there is none before it to go on with
    assert told.bounding_box()["y"] < links.first.bounding_box()["y"]


def test_where_nobody_answers_the_song_stays_with_its_links(page: Page) -> None:
    page.route(re.compile("spotify|apple"), lambda route: route.abort())
    songs(page).first.click()
    expect(bar(page).get_by_text("These links find it")).to_be_visible()
    expect(bar(page).locator(".femr-player-title")).to_have_text(titles(page)[0])
    expect(bar(page).get_by_role("link", name=re.compile("^Find on Spotify:"))).to_be_visible()


def test_at_last_there_are_the_links(page: Page) -> None:
    Apple(page, empty=True)
    only(page, 9)
    songs(page).nth(9).click()
    expect(bar(page).get_by_text("Nobody plays this song here.")).to_be_visible()
    expect(bar(page).get_by_role("link", name=re.compile("^Find on YouTube:"))).to_be_visible()


def test_play_all_plays_from_the_first_song_to_the_last_whoever_plays_them(page: Page) -> None:
    Apple(page, seconds=0.2)
    page.route(VIDEOS, lambda route: route.fulfill(body=YOUTUBE.replace("REST", ENDS), content_type="text/html"))
    for number in range(10):
        only(page, number, **({"youtube": "kXYiU_JCYtU"} if number % 2 else {}))
    prefer(page, "YouTube")
    page.evaluate(
        """() => {
          window.heard = [];
          new MutationObserver(() => {
            const now = document.querySelector(".femr-play[aria-current=true] .femr-title")?.textContent;
            if (now && now !== heard.at(-1)) heard.push(now);
          }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["aria-current"] });
        }"""
    )
    page.get_by_role("button", name="Play all", exact=True).click()
    expect(songs(page).last).to_have_attribute("aria-current", "true")
    expect(page.locator("html:not([data-sounding])")).to_be_attached()
    assert page.evaluate("heard") == titles(page)


def test_the_order_of_the_sources_is_the_visitors_and_is_remembered(page: Page) -> None:
    prefer(page, "YouTube")
    page.reload()
    expect(page.locator(".femr-card")).to_have_count(10)
    page.get_by_role("button", name="Taste", exact=True).click()
    expect(page.locator("[data-sources] li")).to_have_text(["YouTube", "Spotify", "Apple Music"])


def test_space_pauses_arrows_step_and_escape_folds(page: Page) -> None:
    Apple(page)
    prefer(page, "Apple Music")
    songs(page).first.click()
    is_playing(page, 0)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    expect(page.locator("html:not([data-sounding])")).to_be_attached()
    page.keyboard.press("Space")
    is_playing(page, 0)
    page.keyboard.press("ArrowRight")
    is_playing(page, 1)
    page.keyboard.press("ArrowLeft")
    is_playing(page, 0)
    page.get_by_role("button", name="Make a card", exact=True).click()
    page.keyboard.press("ArrowRight")  # on a button of the dialog
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    is_playing(page, 0)
    expect(bar(page)).to_have_attribute("data-open", "")
    page.keyboard.press("Escape")
    expect(bar(page)).not_to_have_attribute("data-open", "")


# --- files of one's own --------------------------------------------------------------------------


@pytest.mark.both_sizes
def test_own_files_play_by_their_name_and_never_leave_the_device(visit: Visit, page: Page, tmp_path: Path) -> None:
    rows = "".join(
        f"Song {n},Band {n},0.{n},0.2,file:///home/me/Music/Band%20{n}/0{n}%20Song%20{n}.wav\n" for n in range(1, 6)
    )
    library = tmp_path / "library.csv"
    library.write_text(f"Track Name,Artist Name(s),Energy,Valence,Track URI\n{rows}")
    for name in ("01 Song 1.wav", "Band 2 - Song 2.wav", "Song 3.wav", "04 Song 4.wav", "notes.txt"):
        (tmp_path / name).write_bytes(sound(30))
    page.get_by_role("button", name="Settings", exact=True).click()
    page.locator("#femr-own input[type=file]").set_input_files(library)
    expect(page.locator(".femr-card")).to_have_count(5)
    sent: list[str] = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.locator("[data-own-files][multiple]").set_input_files(sorted(tmp_path.glob("*.*")))
    expect(page.get_by_text("Files picked: 4. Songs shown that play from them: 4 of 5.")).to_be_visible()
    page.keyboard.press("Escape")
    Apple(page, empty=True)
    page.get_by_role("radio", name="Lift", exact=True).check()
    expect(page.get_by_role("list", name="Step by step to happy")).to_be_visible()
    for number, title in enumerate(titles(page)):
        if title != "Song 5":
            songs(page).nth(number).click()
            is_playing(page, number)
            expect(bar(page).get_by_text(re.compile("^your own file ·"))).to_be_visible()
    assert not [each for each in sent if "upload" in each]
    assert not [each for each in visit.outside if "spotify" in each or "youtube" in each]


# --- taste ---------------------------------------------------------------------------------------


def kept_taste(page: Page) -> dict[str, list[str]]:
    return json.loads(page.evaluate("localStorage.getItem('femr-taste')"))


@pytest.mark.both_sizes
def test_hearts_and_what_is_hidden_are_kept_seen_and_forgotten(page: Page) -> None:
    first, second, third = titles(page)[:3]
    page.get_by_role("button", name=f"Like {first}", exact=True).click()
    page.get_by_role("button", name=f"More about {second}", exact=True).click()
    page.get_by_role("button", name="Hide this song", exact=True).click()
    expect(page.locator(".femr-card:visible")).to_have_count(9)
    expect(page.locator(".femr-card").filter(has_text=third).locator(".femr-play")).to_be_focused()
    page.reload()
    expect(page.locator(".femr-card:visible")).to_have_count(9)
    expect(page.get_by_role("button", name=f"Like {first}", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Taste", exact=True).click()
    assert set(kept_taste(page)) == {"hearts", "hidden_songs"}
    (hidden,) = kept_taste(page)["hidden_songs"]
    page.get_by_role("button", name=f"Forget {hidden}", exact=True).click()
    expect(page.locator(".femr-card")).to_have_count(10)
    expect(page.locator(".femr-card[hidden]")).to_have_count(0)
    page.get_by_role("button", name="Forget all of it", exact=True).click()
    assert kept_taste(page) == {}


def test_a_hidden_artist_is_not_chosen_again(page: Page) -> None:
    artist = page.locator("[data-hide-artist]").first.get_attribute("data-hide-artist")  # a name may hold commas
    page.locator(".femr-dots").first.click()
    page.get_by_role("button", name=f"Hide {artist}", exact=True).click()
    for _ in range(3):
        before = titles(page)
        page.get_by_role("button", name="Shuffle", exact=True).click()
        expect(page.locator(".femr-title")).not_to_have_text(before)
        expect(page.locator(".femr-card:not([hidden])")).to_have_count(10)
        assert artist not in page.locator(".femr-artist").all_inner_texts()


def test_favourites_are_artists_and_genres_that_there_are(page: Page) -> None:
    page.get_by_role("button", name="Taste", exact=True).click()
    field = page.get_by_label("Artists or genres that you like")
    field.fill("nobody at all")
    field.press("Enter")
    expect(page.get_by_text("“nobody at all” is not among")).to_be_visible()
    for wanted in ("Adele", "jazz"):
        field.fill(wanted)
        field.press("Enter")
        expect(page.get_by_role("button", name=f"Forget {wanted}", exact=True)).to_be_visible()
    assert kept_taste(page) == {"artists": ["Adele"], "genres": ["jazz"]}


def test_a_reload_gives_the_same_songs_though_the_taste_has_grown(page: Page) -> None:
    page.locator(".femr-heart").first.click()
    before = titles(page)
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.locator(".femr-title")).not_to_have_text(before)
    shown = titles(page)
    for number in range(3):
        page.locator(".femr-heart").nth(number).click()
    page.reload()
    expect(page.locator(".femr-card")).to_have_count(10)
    assert titles(page) == shown


def test_a_song_that_was_heard_is_remembered_to_come_later(page: Page) -> None:
    Apple(page)
    prefer(page, "Apple Music")
    songs(page).first.click()
    is_playing(page, 0)
    assert kept_taste(page)["heard"] == [songs(page).first.get_attribute("data-song")]
    page.get_by_role("button", name="Taste", exact=True).click()
    expect(page.get_by_text("Heard lately, so they come later: 1")).to_be_visible()


def test_a_link_says_that_it_does_not_hold_the_taste(page: Page) -> None:
    page.locator(".femr-heart").first.click()
    before = titles(page)
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.locator(".femr-title")).not_to_have_text(before)
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("It does not hold your taste, so some songs will differ.")).to_be_visible()


# --- taking it along -----------------------------------------------------------------------------


def test_copied_links_and_m3u_say_how_many_songs_have_none(page: Page) -> None:
    missing = page.locator(".femr-play:not([data-spotify])").count()
    page.get_by_text("Take it along").click()
    page.get_by_role("button", name="Copy all Spotify links", exact=True).click()
    said = f"Copied. {missing} of 10 songs have no Spotify link." if missing else "Copied."
    expect(page.locator(".femr-take [role=status]")).to_have_text(said)
    page.get_by_role("link", name="M3U").click()
    expect(page.locator(".femr-take [role=status]")).to_have_text(
        "10 of 10 songs are in it by name alone, for a player to search."
    )


def test_without_a_client_id_nothing_can_be_saved_to_spotify(page: Page) -> None:
    page.get_by_text("Take it along").click()
    expect(page.get_by_role("button", name="Save it to Spotify", exact=True)).to_have_count(0)


IDS = "(songs) => songs.map((song) => song.dataset.spotify).filter(Boolean)"
CLIENT = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("allowed", [True, False], ids=["allowed", "refused"])
def test_a_playlist_is_saved_to_spotify_by_the_browser_alone(browser: Browser, allowed: bool) -> None:
    """Answers as in https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow and, of the Web API's
    reference, "Create Playlist" and "Add Items to Playlist"."""
    asked: dict[str, str] = {}
    sent: dict[str, dict[str, object]] = {}

    def authorise(route: Route) -> None:
        asked.update({name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()})
        answer = {"code": "NApCCg"} if allowed else {"error": "access_denied"}
        address = f"{asked['redirect_uri']}?{urlencode({**answer, 'state': asked['state']})}"
        route.fulfill(body=f"<script>location.replace({json.dumps(address)})</script>", content_type="text/html")

    def answer(route: Route) -> None:
        address, body = route.request.url, route.request.post_data or ""
        if address.endswith("/api/token"):
            sent["token"] = {name: values[0] for name, values in parse_qs(body).items()}
            told = {"access_token": "NgCXRK", "token_type": "Bearer", "scope": "playlist-modify-private"}
            told |= {"expires_in": 3600, "refresh_token": "NgAagA"}
        else:
            assert route.request.headers["authorization"] == "Bearer NgCXRK"
            sent[urlsplit(address).path] = json.loads(body)
            told = {"id": "3cEYpjA9oz9GiPac4AsH4n", "snapshot_id": "abc", "public": False}
        route.fulfill(json=told, headers={"Access-Control-Allow-Origin": "*"})

    with served_app(FEMR_SPOTIFY_CLIENT_ID=CLIENT) as (address, _):
        context = browser.new_context(locale="en-GB")
        context.route(re.compile(r"^https://accounts\.spotify\.com/authorize"), authorise)
        context.route(re.compile(r"^https://(accounts\.spotify\.com/api|api\.spotify\.com)/"), answer)
        page = context.new_page()
        page.goto(address)
        pick(page, "Happy")
        page.get_by_text("Take it along").click()
        page.get_by_role("button", name="Save it to Spotify", exact=True).click()
        said = "Saved to Spotify as a private playlist." if allowed else "Spotify has not saved it."
        expect(page.locator(".femr-take [role=status]")).to_contain_text(said)
        uris = [f"spotify:track:{each}" for each in page.locator(".femr-play").evaluate_all(IDS)]
        assert asked["redirect_uri"] == address.rstrip("/") + "/"
        assert asked["scope"] == "playlist-modify-private"
        assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT, "S256")
        if not allowed:
            assert sent == {}
        else:
            challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["token"]["code_verifier"].encode()).digest())
            assert challenge.decode().rstrip("=") == asked["code_challenge"]
            assert sent["token"]["code"] == "NApCCg"
            assert sent["/v1/me/playlists"]["public"] is False
            assert sent["/v1/playlists/3cEYpjA9oz9GiPac4AsH4n/items"] == {"uris": uris}
        context.close()
