"""Every state of the page, one after the other, for tests that look at all of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from femr.i18n import translate
from tests.browser.conftest import IFRAME_API, IFRAME_API_ADDRESS
from tests.faces import one_sitting
from tests.films import acted

UPLOADS = "**/gradio_api/upload*"

UNSETTLED = """() => [
  ...[...document.querySelectorAll(".pending, html[data-busy]")].filter((each) => each.checkVisibility()),
  ...document.getAnimations()
    .filter((each) => each.playState === "running" && each.effect.getComputedTiming().endTime !== Infinity)
    .map((each) => each.effect.target),
].map((each) => each.outerHTML.slice(0, 200))"""
"""What is still dimmed or moving."""


def walk(page: Page, lang: str, folder: Path, astronaut: np.ndarray, *, all_of_them: bool = True) -> Iterator[str]:
    """Bring the page, just opened in `lang`, into one state after the other; gives each one's name.

    Args:
        page: of the visitor; outside addresses are never reached.
        lang: what it speaks.
        folder: for the files that are uploaded.
        astronaut: a face, RGB uint8.
        all_of_them: also those that are laid out as another one is.
    """
    player = re.compile(r"^https?://(?!127\.0\.0\.1)")
    page.route(player, lambda route: route.fulfill(body="", content_type="text/html"))
    # Its frame is empty: frames of other places have stood still now and then, and what is in them is not looked at.
    api = IFRAME_API.replace("https://open.spotify.com/embed/track/", "about:blank#")
    page.route(IFRAME_API_ADDRESS, lambda route: route.fulfill(body=api, content_type="text/javascript"))
    for state in STATES:
        if state in MORE and not all_of_them:
            continue
        name = state(page, lang, folder, astronaut)
        settle(page, name)
        yield name


def settle(page: Page, state: str) -> None:
    """Wait until nothing is dimmed or moving any more."""
    try:
        page.wait_for_function(f"({UNSETTLED})().length === 0", polling=100)  # ms; frames may come late
    except PlaywrightTimeoutError as error:
        raise AssertionError(f"{state}: still unsettled are {page.evaluate(UNSETTLED)}") from error


def ready(page: Page) -> None:
    """Wait until Gradio is there too: before, what a visitor does waits for it."""
    expect(page.locator("#femr-goal input").first).to_be_attached()


def open_sheet(page: Page, name: str) -> None:
    """Open what is one step away, by the button of that name."""
    page.get_by_role("button", name=name, exact=True).filter(visible=True).first.click()


def close_sheet(page: Page) -> None:
    """Close what was opened, as a keyboard does."""
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def upload(page: Page, path: Path) -> None:
    """Choose a file as a visitor does."""
    page.locator("#femr-file").set_input_files(path)


def _arriving(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    expect(page.get_by_role("heading", name=translate("page.headline.hear", lang))).to_be_visible()
    ready(page)
    return "arriving"


def _sending(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """A photo on its way that gets nowhere."""
    portrait = folder / "portrait.png"
    Image.fromarray(astronaut).save(portrait)
    page.route(UPLOADS, lambda route: None)
    upload(page, portrait)
    expect(page.get_by_role("progressbar", name=translate("photo.sending", lang))).to_be_visible()
    return "a photo on its way"


def _queue_full(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.route(UPLOADS, lambda route: route.fulfill(status=503))  # over the one before: never a moment without any
    upload(page, folder / "portrait.png")
    expect(page.get_by_text(translate("photo.busy", lang))).to_be_visible()
    return "queue full"


def _server_gone(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.route(UPLOADS, lambda route: route.abort())
    page.get_by_role("button", name=translate("photo.again", lang), exact=True).click()
    expect(page.get_by_text(translate("photo.lost", lang))).to_be_visible()
    page.unroute(UPLOADS)
    return "server gone"


def _camera_refused(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    return _without_camera(page, lang, "NotAllowedError", "refused")


def _camera_missing(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    name = _without_camera(page, lang, "NotFoundError", "missing")
    page.evaluate("delete navigator.mediaDevices.getUserMedia")
    return name


def _without_camera(page: Page, lang: str, error: str, problem: str) -> str:
    """The browser gives none, and says so by that error."""
    page.evaluate(
        "(name) => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)))", error
    )
    page.get_by_role("button", name=translate("page.camera", lang), exact=True).filter(visible=True).first.click()
    expect(page.locator("#femr-live-words").get_by_text(translate(f"camera.{problem}", lang))).to_be_visible()
    return f"camera {problem}"


def framed(page: Page, lang: str, address: str) -> str:
    """A page of its own: femr at `address` in somebody's frame, which gives it no camera."""
    somebodys = f"{address}/somebodys"
    style = "position:fixed;inset:0;border:0;width:100%;height:100%"
    frame = f"""<iframe src="{address}" allow="camera 'none'" style="{style}">"""
    page.route(somebodys, lambda route: route.fulfill(body=frame, content_type="text/html"))
    page.goto(somebodys)
    femr = page.frame_locator("iframe")
    femr.get_by_role("button", name=translate("page.camera", lang), exact=True).click()
    expect(femr.locator("#femr-live-words").get_by_text(translate("camera.framed", lang))).to_be_visible()
    return "in a frame"


def _bad_file(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    bad = folder / "notes.jpg"
    bad.write_bytes(b"Dear diary")
    upload(page, bad)
    expect(page.get_by_text(translate("error.photo_unknown", lang, name="notes.jpg"))).to_be_visible()
    return "bad file"


def _no_face(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    wall = folder / "wall.png"
    Image.new("RGB", (640, 480), "beige").save(wall)
    upload(page, wall)
    expect(page.get_by_text(translate("no_face", lang))).to_be_visible()
    expect(page.get_by_text(translate("error.photo_unknown", lang, name="notes.jpg"))).to_be_hidden()
    return "no face"


def _looking(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """While a face is looked at."""
    page.evaluate("femr.look()")
    expect(page.locator(".femr-skeleton")).to_be_visible()
    return "looking"


def _example(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.evaluate("femr.settle()")
    page.evaluate("document.dispatchEvent(new Event('femr:asked')), femr.greet()")
    page.locator("[data-example]").first.click()
    expect(page.locator(".femr-card")).to_have_count(10)
    expect(page.get_by_role("heading", name=translate("looks.Happy", lang))).to_be_visible()
    return "one face"


def _why(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    open_sheet(page, translate("page.why", lang))
    expect(page.get_by_text(translate("why.how", lang))).to_be_visible()
    return "why"


def _not_right(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    close_sheet(page)
    open_sheet(page, translate("meant.ask", lang))
    expect(page.get_by_role("dialog", name=translate("meant.title", lang))).to_be_visible()
    return "not right"


def _map(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    close_sheet(page)
    open_sheet(page, translate("page.map.short", lang))
    expect(page.locator(".femr-map-way")).to_be_visible()
    expect(page.locator(".femr-map-songs circle").first).to_be_attached()
    return "map"


def _way(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.get_by_role("button", name=translate("map.extend", lang)).click()
    said = page.get_by_role("dialog").get_by_role("status")
    expect(said).to_contain_text(translate("lead.way", lang))
    page.get_by_role("application").press("Shift+ArrowLeft")
    return "a way over the map"


def _menu(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    close_sheet(page)
    settle(page, "the songs of the way")  # which close a menu as they come
    page.locator(".femr-dots").nth(1).click()
    expect(page.get_by_role("link", name=f"{translate('link.youtube', lang)}:").filter(visible=True)).to_have_count(1)
    return "a song's menu"


def _several(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.keyboard.press("Escape")
    twins = folder / "twins.png"
    Image.fromarray(np.hstack([astronaut, astronaut // 6])).save(twins)  # a bright face and a dark one
    upload(page, twins)
    expect(page.get_by_text(translate("page.several", lang, count=2))).to_be_visible()
    page.get_by_role("radio", name=translate("page.everyone", lang)).check(force=True)
    expect(page.get_by_role("region", name=translate("page.bars.everyone", lang))).to_be_visible()
    return "several faces"


def _unsure(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """A face in the dark."""
    page.get_by_role("radio", name=translate("page.face", lang, number=2)).check(force=True)
    expect(page.get_by_role("heading", name=translate("lead.perhaps", lang))).to_be_visible()
    return "unsure"


def _film(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """Songs follow the mood of a film."""
    upload(page, acted(folder / "film.webm", [(("happy",), 3), (("sad", "angry"), 3)], codec="libvpx"))
    expect(page.get_by_role("region", name=translate("film.chart", lang))).to_be_visible(timeout=60_000)
    return "a film"


def _watched(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """Music plays for the face that the camera sees."""
    page.get_by_role("button", name=translate("page.another", lang)).first.click()
    page.get_by_role("button", name=translate("page.camera", lang)).filter(visible=True).first.click()
    expect(page.get_by_role("heading", name=translate("lead.live", lang))).to_be_visible(timeout=60_000)
    return "live"


def _picking(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.get_by_role("button", name=translate("live.stop", lang)).click()
    page.evaluate("femr.greet()")
    open_sheet(page, translate("page.pick.open", lang))
    expect(page.get_by_role("radio", name=translate("emotion.Sad", lang))).to_be_visible()
    return "picking a mood"


def _picked(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.get_by_role("radio", name=translate("emotion.Sad", lang)).check(force=True)
    expect(page.get_by_role("heading", name=translate("lead.picked", lang))).to_be_visible()
    return "picked by hand"


def _filtered(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """All filters open, and a file that is no library."""
    close_sheet(page)
    open_sheet(page, translate("page.more", lang))
    library = folder / "library.csv"
    library.write_text("name,colour\nrose,red\n")
    page.locator("#femr-own input[type=file]").set_input_files(library)
    expect(page.locator("#femr-own-notice .femr-problem")).to_be_visible()
    return "settings"


def _take(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    close_sheet(page)
    page.locator(".femr-take summary").click()
    return "what to take along"


def _card(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """A picture for a story."""
    page.get_by_role("button", name=translate("share.card", lang), exact=True).click()
    expect(page.locator("#femr-share canvas")).to_have_attribute("data-drawn", "1")
    return "a card"


def _taste(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """Hearts, and what was heard."""
    page.keyboard.press("Escape")
    page.locator(".femr-heart").first.click()
    open_sheet(page, translate("taste.short", lang))
    expect(page.get_by_role("dialog").locator("[data-forget]").first).to_be_visible()
    return "taste"


def _diary(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """With a mood and a heart of today."""
    close_sheet(page)
    notes = [
        {"kind": "mood", "emotion": "Sad", "how": "picked"},
        {"kind": "heart", "title": "One", "artist": "Somebody"},
    ]
    kept = "{ on: true, notes: notes.map((each) => ({ ...each, at: Date.now() })) }"
    page.evaluate(f"(notes) => localStorage.setItem('femr-diary', JSON.stringify({kept}))", notes)
    open_sheet(page, translate("diary.title", lang))
    expect(page.get_by_role("dialog").locator("[data-mood]")).to_have_count(1)
    return "diary"


def _game(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    close_sheet(page)
    open_sheet(page, translate("mine.title", lang))
    open_sheet(page, translate("game.title", lang))
    expect(page.get_by_text(translate("game.how", lang))).to_be_visible()
    return "the game"


def _game_played(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.get_by_role("button", name=translate("game.begin", lang), exact=True).click()
    asked = translate("game.ask", lang, emotion=translate("looks.Happy", lang))
    expect(page.locator(".femr-game-ask")).to_have_text(asked)
    page.wait_for_function("document.querySelector('#femr-game video').videoWidth > 0")
    return "the game, played"


def _game_photos(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """Photos are said to show two emotions."""
    stop = page.get_by_role("button", name=translate("game.stop", lang), exact=True)
    if stop.is_visible():
        stop.click()
    page.get_by_role("button", name=translate("game.photos", lang)).click()
    sitting = one_sitting(folder / "sitting")
    page.locator("[data-game-files]").set_input_files([sitting / "happy.png", sitting / "angry.png"])
    for photo, emotion in (("happy.png", "Happy"), ("angry.png", "Angry")):
        page.get_by_label(translate("game.photos.shows", lang, name=photo)).select_option(emotion)
    return "the game, with photos"


def _game_over(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    page.get_by_role("button", name=translate("game.photos.learn", lang), exact=True).click()
    expect(page.get_by_role("heading", name=translate("game.knows", lang))).to_be_visible()
    return "the game's end"


def _knows(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """What femr has learnt of a face in the game."""
    page.get_by_role("dialog").get_by_role("button", name=translate("mine.title", lang), exact=True).click()
    expect(page.get_by_text(translate("mine.learnt.many", lang, count=2))).to_be_visible()
    page.get_by_text(translate("mine.all", lang)).click()
    return "what femr knows"


def _about(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    close_sheet(page)
    open_sheet(page, translate("about.title", lang))
    expect(page.get_by_role("table")).to_be_visible()
    return "about"


def _playing(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    close_sheet(page)
    play = page.locator(".femr-play[data-spotify]").first
    player = page.get_by_title(translate("player.title", lang), exact=True)
    nobody = page.locator("#femr-player").get_by_text(translate("player.says.none", lang))
    play.click()
    expect(player.or_(nobody)).to_be_attached()
    if nobody.is_visible():  # the machine stood still for longer than the page has patience with a source
        play.click()
    expect(player).to_be_attached()
    return "playing"


def _unreachable(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """Nobody answers; the page says so, and there are the links."""

    def refuse(route: Route) -> None:
        route.abort()

    page.route(re.compile(r"spotify|apple|youtube"), refuse)
    page.reload()  # what has answered once is not asked again
    expect(page.locator(".femr-play")).to_have_count(10)
    page.locator(".femr-play").last.click()
    expect(page.locator("#femr-player").get_by_text(translate("player.says.none", lang))).to_be_visible()
    return "nobody plays"


def _offline(page: Page, lang: str, folder: Path, astronaut: np.ndarray) -> str:
    """The page that stands there when femr cannot be reached."""
    page.wait_for_function("navigator.serviceWorker.controller")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name=translate("offline.heading", lang))).to_be_visible()
    expect(page.get_by_role("listitem").first).to_be_visible()
    return "offline"


STATES = (
    _arriving,
    _camera_refused,
    _camera_missing,
    _sending,
    _queue_full,
    _server_gone,
    _bad_file,
    _no_face,
    _looking,
    _example,
    _why,
    _not_right,
    _map,
    _way,
    _menu,
    _several,
    _unsure,
    _film,
    _watched,
    _picking,
    _picked,
    _card,
    _taste,
    _filtered,
    _take,
    _diary,
    _game,
    _game_played,
    _game_photos,
    _game_over,
    _knows,
    _about,
    _playing,
    _unreachable,
    _offline,
)
"""In the order in which a visitor comes to them."""

MORE = frozenset(
    {
        *(_camera_refused, _camera_missing, _sending, _queue_full, _server_gone),
        *(_not_right, _unsure, _card, _taste, _diary, _game_played, _offline),
    }
)
"""Laid out as others are, or with a test of their own."""
