"""Photos as people bring them: chosen, dropped, pasted, kept from the camera; and what is said when that fails."""

import base64
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from femr.i18n import translate
from tests.browser.conftest import Visit, pick
from tests.faces import encoded, tiled

LOOKS_HAPPY = "This face looks happy"

SHOWN = """() => {
  const picture = document.querySelector(".femr-stage img");
  return picture?.complete ? [picture.naturalWidth, picture.naturalHeight] : null;
}"""
"""The size of the photo that is shown."""

MOVED = """() => {
  window.moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (moved += value)))
    .observe({ type: "layout-shift" });
}"""
"""Adds up from now on how much moves: 1 is all of the window by all of its height."""

TAKE = """([kind, files, text, place]) => {
  const transfer = new DataTransfer();
  if (text) transfer.setData("text/plain", text);
  for (const { name, type, bytes } of files)
    transfer.items.add(new File([Uint8Array.from(atob(bytes), (each) => each.charCodeAt(0))], name, { type }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.querySelector(place).dispatchEvent(event);
  return event.defaultPrevented;
}"""
"""What the browser does when files are dropped or pasted somewhere; gives whether the page takes them."""


@pytest.fixture
def portrait(astronaut: np.ndarray, tmp_path: Path) -> Path:
    path = tmp_path / "portrait.jpg"
    path.write_bytes(encoded(astronaut, "JPEG", quality=95))
    return path


def bring(page: Page, kind: str, *files: tuple[str, bytes], text: str = "", place: str = "footer") -> bool:
    """Drop files or paste them, with a text where there is one; gives whether the page took them."""
    told = [
        {"name": name, "type": "image/jpeg", "bytes": base64.b64encode(content).decode()} for name, content in files
    ]
    page.locator("footer").wait_for()
    return page.evaluate(TAKE, [kind, told, text, place])


def wall() -> bytes:
    return encoded(np.full((480, 640, 3), 220, np.uint8), "JPEG")


def happy(page: Page) -> None:
    expect(page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Face 1: Happy"))).to_be_visible()


@pytest.mark.both_sizes
def test_a_chosen_photo_is_shown_by_the_browser_itself_and_read(visit: Visit, portrait: Path) -> None:
    sent, answers = [], []
    visit.page.on("request", lambda each: sent.append(each.url))
    visit.page.on("response", lambda each: "queue/data" in each.url and answers.append(each))
    with visit.page.expect_file_chooser() as chooser:
        visit.page.get_by_role("button", name="Upload a photo", exact=True).click()
    chooser.value.set_files(portrait)
    happy(visit.page)
    picture = visit.page.locator(".femr-stage img")
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    assert visit.page.evaluate(SHOWN) == [512, 512]
    assert sum("gradio_api/upload" in url for url in sent) == 1
    expect(visit.page.get_by_role("button", name="Upload a photo", exact=True)).to_be_hidden()
    visit.page.get_by_role("button", name="Another face", exact=True).click()
    expect(picture).to_have_count(0)
    expect(visit.page.get_by_role("button", name="Upload a photo", exact=True)).to_be_visible()
    visit.page.get_by_role("button", name="Back to the songs", exact=True).click()
    expect(visit.page.get_by_role("heading", name=LOOKS_HAPPY)).to_be_visible()
    assert visit.console == []


@pytest.mark.both_sizes
def test_a_share_of_100_percent_has_room_in_one_line(visit: Visit, portrait: Path) -> None:
    visit.upload(portrait)
    happy(visit.page)
    fits = visit.page.locator(".femr-bar-share:visible").evaluate_all(
        """shares => shares.map(share => {
          share.textContent = "100 %";
          const line = 1.5 * parseFloat(getComputedStyle(share).fontSize);
          return share.scrollWidth <= share.clientWidth && share.clientHeight < line;
        })"""
    )
    assert fits == [True] * 6


@pytest.mark.both_sizes
def test_next_to_nothing_moves_from_a_photos_coming_to_its_songs(visit: Visit, portrait: Path) -> None:
    expect(visit.page.get_by_role("button", name="Upload a photo", exact=True)).to_be_visible()
    visit.page.locator("#femr-file").wait_for(state="attached")
    visit.page.evaluate(MOVED)
    visit.upload(portrait)
    happy(visit.page)
    assert visit.page.evaluate("moved") <= 0.05


def test_a_large_photo_travels_scaled_down_and_upright(visit: Visit, astronaut: np.ndarray, tmp_path: Path) -> None:
    big = cv2.resize(astronaut, (3000, 4000), interpolation=cv2.INTER_CUBIC)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: to be shown a quarter turn clockwise
    path = tmp_path / "phone.jpg"
    path.write_bytes(encoded(np.rot90(big).copy(), "JPEG", quality=95, exif=exif))
    sizes = []
    visit.page.route(
        "**/gradio_api/upload*",
        lambda route: (sizes.append(len(route.request.post_data_buffer or b"")), route.continue_()),
    )
    visit.upload(path)
    happy(visit.page)
    assert visit.page.evaluate(SHOWN) == [1620, 2160]
    assert 0 < sizes[0] < path.stat().st_size / 2


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_photo_is_pasted_or_dropped_anywhere(visit: Visit, portrait: Path, kind: str) -> None:
    expect(visit.page.get_by_role("button", name="Upload a photo", exact=True)).to_be_visible()
    bring(visit.page, kind, ("portrait.jpg", portrait.read_bytes()))
    happy(visit.page)
    expect(visit.page.get_by_text(translate("photo.several"))).to_be_hidden()


def test_a_table_pasted_into_a_text_stays_text_and_a_photo_pasted_there_is_shown(visit: Visit, portrait: Path) -> None:
    """Spreadsheets paste a picture of the cells, too."""
    place, photo = "#femr-favourite", ("portrait.jpg", portrait.read_bytes())
    pick(visit.page, "Sad")
    expect(visit.page.locator(".femr-card")).to_have_count(10)
    assert bring(visit.page, "paste", photo, text="Abba", place=place) is False
    assert visit.page.evaluate("document.body.dataset.photo") is None
    assert bring(visit.page, "paste", photo, place=place) is True
    happy(visit.page)


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_photos_dropped_or_pasted_over_the_game_teach_it(visit: Visit, portrait: Path, kind: str) -> None:
    page = visit.page
    page.get_by_role("button", name="Make this face! Six faces").click()
    game = page.get_by_role("dialog", name="Make this face!")
    game.get_by_role("button", name="From photos", exact=True).click()
    bring(page, kind, ("portrait.jpg", portrait.read_bytes()), ("wall.jpg", wall()))
    expect(game.get_by_role("combobox")).to_have_count(2)
    bring(page, kind, ("another.jpg", portrait.read_bytes()))
    expect(game.get_by_role("combobox", name="What another.jpg shows")).to_be_visible()
    expect(game.get_by_role("combobox")).to_have_count(3)
    lefts = (
        game.get_by_role("listitem")
        .last.locator("> *")
        .evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().left)")
    )
    assert lefts == sorted(lefts), "picture, name, what it shows, and the button that leaves it out"
    assert page.evaluate("document.body.dataset.photo") is None


def test_a_photo_dropped_while_moods_are_picked_is_shown(visit: Visit, portrait: Path) -> None:
    visit.page.get_by_role("button", name="Pick a mood", exact=True).click()
    bring(visit.page, "drop", ("portrait.jpg", portrait.read_bytes()))
    happy(visit.page)


def test_of_two_dropped_photos_the_first_is_read_and_that_is_said(visit: Visit, portrait: Path) -> None:
    expect(visit.page.get_by_role("button", name="Upload a photo", exact=True)).to_be_visible()
    bring(visit.page, "dragenter", ("portrait.jpg", b""))
    over = visit.page.get_by_text(translate("photo.drop"))
    expect(over).to_be_visible()
    bring(visit.page, "drop", ("portrait.jpg", portrait.read_bytes()), ("wall.jpg", wall()))
    expect(over).to_be_hidden()
    happy(visit.page)
    expect(visit.page.get_by_text(translate("photo.several"))).to_be_visible()
    visit.page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    expect(visit.page.get_by_text(translate("photo.several", "id"))).to_be_visible()


def test_the_newest_of_two_photos_counts(visit: Visit, portrait: Path) -> None:
    held: list[Route] = []
    visit.page.route("**/gradio_api/upload*", lambda route: held.append(route))
    bring(visit.page, "drop", ("wall.jpg", wall()))
    expect(visit.page.get_by_role("progressbar")).to_be_visible()
    visit.page.unroute("**/gradio_api/upload*")
    bring(visit.page, "drop", ("portrait.jpg", portrait.read_bytes()))
    happy(visit.page)
    expect(visit.page.get_by_role("alert")).to_have_count(0)


def test_without_a_face_the_photo_stays_and_the_old_result_goes_until_the_visitor_returns(
    visit: Visit, portrait: Path
) -> None:
    visit.upload(portrait)
    happy(visit.page)
    bring(visit.page, "drop", ("wall.jpg", wall()))
    expect(visit.page.get_by_role("alert").filter(has_text="No face found")).to_be_visible()
    assert visit.page.evaluate(SHOWN) == [640, 480]
    expect(visit.page.locator(".femr-box")).to_have_count(0)
    heading = visit.page.get_by_role("heading", name=LOOKS_HAPPY)
    expect(heading).to_be_hidden()
    visit.page.get_by_role("button", name="Back to the songs", exact=True).filter(visible=True).click()
    expect(heading).to_be_visible()
    expect(visit.page.get_by_text("No face found")).to_be_hidden()


def test_what_is_wrong_with_a_photo_is_said_in_the_language_that_the_page_speaks_by_then(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.page
    bad = tmp_path / "notes.jpg"
    bad.write_bytes(b"Dear diary")
    problem = page.get_by_role("alert").filter(visible=True)

    def told(key: str, **values: object) -> None:
        for lang, name in (("id", "Bahasa Indonesia"), ("en", "English")):
            page.get_by_role("radio", name=name, exact=True).check()
            expect(page.get_by_role("button", name=translate("page.upload", lang), exact=True)).to_be_visible()
            expect(problem).to_have_count(1)
            expect(problem).to_have_text(translate(key, lang, **values), use_inner_text=True)

    bring(page, "drop", ("wall.jpg", wall()))
    expect(problem).to_contain_text("No face found")
    told("no_face")
    assert page.evaluate(SHOWN) == [640, 480]
    visit.upload(bad)
    expect(problem).to_contain_text("notes.jpg")
    told("error.photo_unknown", name="notes.jpg")


def test_a_mood_picked_after_a_photo_without_a_face_is_shown(visit: Visit) -> None:
    bring(visit.page, "drop", ("wall.jpg", wall()))
    expect(visit.page.get_by_role("alert").filter(has_text="No face found")).to_be_visible()
    pick(visit.page, "Sad")
    expect(visit.page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()


def test_a_photo_that_the_browser_cannot_show_is_made_viewable_by_the_server(
    visit: Visit, astronaut: np.ndarray, tmp_path: Path
) -> None:
    """As HEIC in Chromium: here the end of a JPEG is said to be one, and the server's answer is the photo."""
    names = []

    def answer(route: Route) -> None:
        names.append(route.request.url)
        route.fulfill(body=encoded(tiled(1, 2), "JPEG"), content_type="image/jpeg")

    visit.page.route("**/preview*", answer)
    path = tmp_path / "me.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(400))
    visit.upload(path)
    happy(visit.page)
    assert visit.page.evaluate(SHOWN) == [1024, 512]
    assert "name=me.heic" in names[0]
    expect(visit.page.get_by_role("button", name=re.compile("^Face"))).to_have_count(2)


def test_a_tiff_that_no_chromium_shows_reaches_the_server_and_is_named_in_the_visitors_language(
    visit: Visit, portrait: Path, tmp_path: Path
) -> None:
    visit.page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    expect(visit.page.get_by_role("button", name="Unggah foto", exact=True)).to_be_visible()
    path = tmp_path / "catatan.jpg"
    path.write_bytes(b"Dear diary")
    visit.upload(path)
    sentence = translate("error.photo_unknown", "id", name="catatan.jpg")
    expect(visit.page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
    visit.upload(portrait)
    expect(visit.page.get_by_role("heading", name="Wajah ini tampak senang")).to_be_visible()
    expect(visit.page.get_by_text(sentence)).to_be_hidden()
    assert visit.console == []


def test_a_file_that_only_the_server_could_read_is_refused_before_it_travels_if_it_is_too_large(
    visit: Visit, tmp_path: Path
) -> None:
    sent = []
    visit.page.on("request", lambda each: sent.append(each.url))
    path = tmp_path / "large.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic".ljust(31_000_000, b"\0"))
    visit.upload(path)
    expect(visit.page.get_by_role("alert").filter(has_text="larger than 30 MB")).to_be_visible()
    assert not [url for url in sent if "preview" in url or "upload" in url]


def test_a_slow_upload_tells_its_percents(visit: Visit, astronaut: np.ndarray, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noisy = np.clip(cv2.resize(astronaut, (1400, 1400)) + rng.normal(0, 12, (1400, 1400, 3)), 0, 255).astype(np.uint8)
    path = tmp_path / "noisy.jpg"
    path.write_bytes(encoded(noisy, "JPEG", quality=95))
    expect(visit.page.get_by_role("button", name="Upload a photo", exact=True)).to_be_visible()
    expect(visit.page.locator("#femr-photo-words [role=progressbar]")).to_be_attached()
    network = visit.page.context.new_cdp_session(visit.page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 250_000}
    network.send("Network.emulateNetworkConditions", slow)
    visit.page.evaluate(
        """() => {
          window.percents = [];
          const bar = document.querySelector("#femr-photo-words [role=progressbar]");
          new MutationObserver(() => window.percents.push(Number(bar.getAttribute("aria-valuenow"))))
            .observe(bar, { attributeFilter: ["aria-valuenow"] });
        }"""
    )
    visit.upload(path)
    bar = visit.page.get_by_role("progressbar", name="Sending the photo")
    expect(bar).to_be_visible()
    expect(bar).to_contain_text(re.compile(r"\d+ %"))
    happy(visit.page)
    percents = visit.page.evaluate("window.percents")
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    assert len(percents) >= 3
    assert percents == sorted(percents)
    assert any(10 < percent < 90 for percent in percents)
    expect(bar).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "key"), [(413, "page.too_large"), (429, "photo.many"), (503, "photo.busy"), (500, "photo.refused")]
)
def test_a_refused_upload_is_told_in_our_words(visit: Visit, portrait: Path, status: int, key: str) -> None:
    visit.page.route(
        "**/gradio_api/upload*",
        lambda route: route.fulfill(status=status, json={"detail": "Traceback: too many"}),
    )
    visit.upload(portrait)
    alert = visit.page.get_by_role("alert")
    expect(alert).to_have_text(translate(key, limit=30))
    visit.page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check()
    expect(alert).to_have_text(translate(key, "id", limit=30))


def test_an_upload_that_was_lost_is_tried_again_by_a_button(visit: Visit, portrait: Path) -> None:
    visit.page.route("**/gradio_api/upload*", lambda route: route.abort())
    visit.upload(portrait)
    expect(visit.page.get_by_role("alert")).to_have_text(translate("photo.lost"))
    visit.page.unroute("**/gradio_api/upload*")
    visit.page.get_by_role("button", name="Try again", exact=True).click()
    happy(visit.page)
    expect(visit.page.get_by_role("alert")).to_have_count(0)


def test_a_server_that_does_not_take_the_question_is_told_and_asked_again(visit: Visit, portrait: Path) -> None:
    expect(visit.page.get_by_role("button", name="Upload a photo", exact=True)).to_be_visible()
    visit.page.route("**/queue/join*", lambda route: route.fulfill(status=503, json={"detail": "Queue is full."}))
    visit.upload(portrait)
    expect(visit.page.get_by_role("alert").filter(has_text=translate("photo.refused"))).to_be_visible()
    visit.page.unroute("**/queue/join*")
    visit.page.get_by_role("button", name="Try again", exact=True).click()
    happy(visit.page)


# --- the camera ----------------------------------------------------------------------------------


@pytest.mark.both_sizes
def test_one_tap_opens_the_camera_and_one_more_keeps_the_face(visit: Visit) -> None:
    missing = []
    visit.page.on("response", lambda each: each.status >= 400 and missing.append(each.url))
    visit.page.get_by_role("button", name="Use my camera", exact=True).click()
    expect(visit.page.get_by_role("button", name="Face 1: Happy")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Keep this face", exact=True)).to_be_focused()
    visit.page.evaluate("window.track = document.querySelector('#femr-live video').srcObject.getTracks()[0]")
    width, height = visit.page.evaluate("(({ width, height }) => [width, height])(window.track.getSettings())")
    visit.page.keyboard.press("Enter")
    happy(visit.page)
    assert visit.page.evaluate("window.track.readyState") == "ended"
    assert visit.page.evaluate(SHOWN) == [width, height]
    expect(visit.page.locator("#femr-live video")).to_be_hidden()
    box = visit.page.get_by_role("button", name=re.compile("Face 1")).bounding_box()
    photo = visit.page.locator(".femr-stage img").bounding_box()
    centre = (box["x"] + box["width"] / 2 - photo["x"]) / photo["width"]
    assert centre == pytest.approx(1 - 0.41, abs=0.04)  # as in the mirror
    assert missing == []
    assert visit.console == []


def test_escape_closes_the_camera_and_the_focus_returns(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Use my camera", exact=True).press("Enter")
    expect(visit.page.get_by_role("button", name="Face 1: Happy")).to_be_visible()
    visit.page.evaluate("window.track = document.querySelector('#femr-live video').srcObject.getTracks()[0]")
    visit.page.keyboard.press("Escape")
    expect(visit.page.get_by_role("button", name="Use my camera", exact=True)).to_be_focused()
    assert visit.page.evaluate("window.track.readyState") == "ended"


def test_a_photo_that_comes_in_turns_the_camera_off(visit: Visit, portrait: Path) -> None:
    visit.page.get_by_role("button", name="Use my camera", exact=True).click()
    expect(visit.page.get_by_role("button", name="Face 1: Happy")).to_be_visible()
    bring(visit.page, "drop", ("portrait.jpg", portrait.read_bytes()))
    happy(visit.page)
    expect(visit.page.locator("#femr-live video")).to_be_hidden()
    assert visit.page.evaluate("document.querySelector('#femr-live video').srcObject") is None


def test_inside_somebodys_frame_a_tab_of_its_own_is_offered(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="en-GB", permissions=["camera"])
    somebodys = f"{address}/somebodys"  # shows it in a frame, and gives it no camera
    frame = f"""<iframe src="{address}" allow="camera 'none'" style="width:900px;height:900px">"""
    page.route(somebodys, lambda route: route.fulfill(body=frame, content_type="text/html"))
    page.goto(somebodys)
    femr = page.frame_locator("iframe")
    femr.get_by_role("button", name="Use my camera", exact=True).click()
    words = femr.locator("#femr-live-words")
    expect(words.get_by_text(translate("camera.framed"))).to_be_visible()
    link = words.get_by_role("link", name=translate("camera.framed.open"))
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_role("button", name="Use my camera", exact=True)).to_be_visible()
    page.context.close()
