"""The diary: off until switched on, in this browser alone, by day and week, to take along and to forget."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Download, Page, expect

from femr.i18n import translate
from tests.browser.conftest import IFRAME_API, IFRAME_API_ADDRESS, pick, titles
from tests.browser.manners import serious, sticks_out, too_small
from tests.browser.states import ready, settle
from tests.browser.texts import said, spoken

ZONE = "Europe/Berlin"
NOTED = "JSON.parse(localStorage.getItem('femr-diary') ?? '{\"notes\": []}').notes"


def moment(text: str) -> int:
    """Milliseconds since 1970 of a time where the visitor is."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def mood(when: str, emotion: str, how: str = "picked") -> dict[str, Any]:
    return {"at": moment(when), "kind": "mood", "emotion": emotion, "how": how}


SONG = {"at": moment("2026-11-24T20:00"), "kind": "song", "title": "One", "artist": "Somebody", "song": "id"}
HEART = {"at": moment("2026-11-24T20:01"), "kind": "heart", "title": '=A "1"', "artist": "Some, body", "song": "id2"}
NOTES = [mood("2026-11-17T09:00", "Sad"), mood("2026-11-24T19:00", "Happy", "face"), SONG, HEART]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(
        locale="en-GB", timezone_id=ZONE, viewport={"width": 390, "height": 844}, permissions=["camera"]
    ) as context:
        context.set_default_timeout(20_000)
        yield context


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    """A visitor's page, on a Saturday; outside addresses are answered by a stand-in."""
    page = context.new_page()
    page.route(
        re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.fulfill(body="", content_type="text/html")
    )
    page.route(IFRAME_API_ADDRESS, lambda route: route.fulfill(body=IFRAME_API, content_type="text/javascript"))
    at(page, "2026-11-28T10:05")
    page.goto(address)
    ready(page)
    return page


def at(page: Page, when: str) -> None:
    """Whatever the clock says: timers run on."""
    page.clock.set_fixed_time(datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(ZONE)))


def diary(page: Page):
    return page.get_by_role("dialog", name="Your diary")


def open_diary(page: Page) -> None:
    page.get_by_role("button", name="Your diary", exact=True).click()
    expect(diary(page)).to_be_visible()


def switch_on(page: Page) -> None:
    open_diary(page)
    page.get_by_role("switch", name="Keep a diary").check()
    page.keyboard.press("Escape")


def keep(page: Page, notes: list[dict[str, Any]], *, on: bool = True) -> None:
    page.evaluate("(kept) => localStorage.setItem('femr-diary', JSON.stringify(kept))", {"on": on, "notes": notes})


def play_for(page: Page, emotion: str) -> None:
    pick(page, emotion)
    expect(page.get_by_role("heading", name=f"Picked by hand: {emotion.lower()}")).to_be_visible()
    expect(page.locator("#femr-story")).to_have_attribute("data-story", re.compile(f'"emotion": "{emotion}"'))


def moods(page: Page) -> list[str]:
    return [each["emotion"] for each in page.evaluate(NOTED) if each["kind"] == "mood"]


# --- the pure part -------------------------------------------------------------------------------


def test_a_week_begins_on_monday_across_years_and_changes_of_the_clock(page: Page) -> None:
    def week(when: str, back: int = 0) -> list[str]:
        return page.evaluate("([at, back]) => femr.diary.weekOf(at, back)", [moment(when), back])

    new_year = [f"2026-12-{day}" for day in (28, 29, 30, 31)] + [f"2027-01-0{day}" for day in (1, 2, 3)]
    assert week("2027-01-01T12:00") == week("2026-12-28T00:00") == week("2027-01-03T23:59") == new_year
    for autumn in ("2026-10-25T00:30", "2026-10-25T23:30"):  # a day of 25 hours
        assert week(autumn) == [f"2026-10-{day}" for day in range(19, 26)]
    for spring in ("2026-03-29T00:30", "2026-03-29T23:30"):  # a day of 23
        assert week(spring) == [f"2026-03-{day}" for day in range(23, 30)]
    assert week("2026-11-28T00:00", 8)[0] == "2026-09-28"


def test_notes_are_sorted_by_week_and_day_with_the_commonest_mood(page: Page) -> None:
    notes = [
        mood("2026-11-22T23:59", "Sad"),
        mood("2026-11-23T00:00", "Happy"),
        mood("2026-11-28T08:00", "Angry"),
        mood("2026-11-28T09:00", "Sad"),
        mood("2026-11-28T10:00", "Angry"),
        mood("2026-11-27T08:00", "Fear"),
        mood("2026-11-27T09:00", "Neutral"),  # as often: the later one
        SONG,
    ]
    weeks = page.evaluate("(notes) => femr.diary.weeks(notes)", notes)
    assert [(each["monday"], [(day["day"], day["mood"]) for day in each["days"]]) for each in weeks] == [
        (
            "2026-11-23",
            [("2026-11-28", "Angry"), ("2026-11-27", "Neutral"), ("2026-11-24", None), ("2026-11-23", "Happy")],
        ),
        ("2026-11-16", [("2026-11-22", "Sad")]),
    ]
    assert page.evaluate("femr.diary.weeks([])") == []


def test_a_table_of_notes_is_read_back_by_any_reader_and_holds_no_formula(page: Page) -> None:
    rows = list(csv.DictReader(io.StringIO(page.evaluate("(notes) => femr.diary.csv(notes)", NOTES))))
    assert [row["kind"] for row in rows] == ["mood", "mood", "song", "heart"]
    assert rows[1] | {"day": "2026-11-24", "time": "19:00", "week": "2026-11-23", "emotion": "Happy"} == rows[1]
    assert (rows[3]["title"], rows[3]["artist"]) == ('\'=A "1"', "Some, body")


def test_a_full_diary_lets_the_oldest_note_go(page: Page) -> None:
    notes = [{"at": number, "kind": "song"} for number in range(2000)]
    added = page.evaluate("([notes, note]) => femr.diary.added(notes, note)", [notes, {"at": 5000, "kind": "song"}])
    assert (len(added), added[0]["at"], added[-1]["at"]) == (2000, 1, 5000)


# --- what is noted -------------------------------------------------------------------------------


def test_nothing_is_noted_before_it_is_switched_on_or_after_it_is_switched_off(page: Page) -> None:
    play_for(page, "Sad")
    page.locator(".femr-heart").first.click()
    open_diary(page)
    expect(diary(page).get_by_text("It is off: nothing is noted.")).to_be_visible()
    assert page.evaluate("localStorage.getItem('femr-diary')") is None
    page.keyboard.press("Escape")
    switch_on(page)
    play_for(page, "Happy")
    assert moods(page) == ["Happy"]
    open_diary(page)
    page.get_by_role("switch", name="Keep a diary").uncheck()
    expect(diary(page).get_by_text("It is off: nothing new is noted.")).to_be_visible()
    page.keyboard.press("Escape")
    play_for(page, "Angry")
    assert moods(page) == ["Happy"]


def test_moods_are_noted_once_a_day_and_shown_by_day_and_week(page: Page) -> None:
    switch_on(page)
    play_for(page, "Sad")
    before = titles(page)
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.locator(".femr-title")).not_to_have_text(before)
    page.reload()
    expect(page.get_by_role("heading", name="Picked by hand: sad")).to_be_visible()
    page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check(force=True)
    expect(page.get_by_role("heading", name="sedih")).to_be_visible()
    page.get_by_role("radio", name="English", exact=True).check(force=True)
    expect(page.get_by_role("heading", name="sad")).to_be_visible()
    assert moods(page) == ["Sad"]
    told = page.locator("#femr-story").get_attribute("data-story")
    page.get_by_role("button", name="Shuffle", exact=True).click()
    expect(page.locator("#femr-story")).not_to_have_attribute("data-story", str(told))
    at(page, "2026-11-30T07:30")  # a Monday
    page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check(force=True)
    expect(page.get_by_role("heading", name="sedih")).to_be_visible()
    page.get_by_role("radio", name="English", exact=True).check(force=True)
    expect(page.get_by_role("heading", name="sad")).to_be_visible()
    assert moods(page) == ["Sad"]
    page.get_by_role("button", name="Shuffle", exact=True).click()
    page.wait_for_function(f"{NOTED}.length === 2")
    play_for(page, "Happy")
    open_diary(page)
    week = diary(page).get_by_role("group").filter(has_text="Week of 30 November")
    expect(week).to_contain_text("Moods: 2Songs: 0Hearts: 0")
    expect(week.get_by_role("listitem")).to_have_text(["07:30happy · picked by hand", "07:30sad · picked by hand"])
    diary(page).get_by_text("Week of 23 November").click()
    expect(diary(page).get_by_text("Saturday 28 November", exact=True)).to_be_visible()
    drawn = diary(page).get_by_role("img", name="The last eight weeks").locator("[data-mood]")
    assert {each.get_attribute("data-day"): each.get_attribute("data-mood") for each in drawn.all()} == {
        "2026-11-28": "Sad",
        "2026-11-30": "Happy",
    }


def test_a_song_is_noted_once_it_is_heard_and_a_heart_goes_with_its_note(page: Page) -> None:
    switch_on(page)
    play_for(page, "Sad")
    first = titles(page)[0]
    page.locator(".femr-play[data-spotify]").first.click()
    page.wait_for_function(f"{NOTED}.some((each) => each.kind === 'song')")
    page.locator(".femr-heart").first.click()
    page.locator(".femr-heart").nth(1).click()
    page.locator(".femr-heart").nth(1).click()
    kinds = [(each["kind"], each.get("title")) for each in page.evaluate(NOTED)]
    assert kinds == [("mood", None), ("song", first), ("heart", first)]
    open_diary(page)
    expect(diary(page).get_by_role("listitem").filter(has_text=f"{first} · ")).to_have_count(2)


def test_somebody_elses_mood_is_not_noted(page: Page, address: str) -> None:
    switch_on(page)
    page.goto(f"{address}?mood=Happy&seed=7")
    expect(page.get_by_role("heading", name="A shared playlist")).to_be_visible()
    play_for(page, "Sad")
    assert moods(page) == ["Sad"]


def test_what_is_noted_of_a_face_follows_its_correction(page: Page, tmp_path: Path, astronaut: np.ndarray) -> None:
    switch_on(page)
    Image.fromarray(astronaut).save(tmp_path / "face.png")
    page.locator("#femr-file").set_input_files(tmp_path / "face.png")
    page.wait_for_function(f"{NOTED}.length === 1")
    assert moods(page) == ["Happy"]
    for emotion in ("Sad", "Angry"):
        page.get_by_role("button", name="Not right?", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=emotion).click()
        page.wait_for_function(f"{NOTED}[0].emotion === '{emotion}'")
    page.get_by_role("button", name="As it was read", exact=True).click()
    page.wait_for_function(f"{NOTED}[0].emotion === 'Happy'")
    assert moods(page) == ["Happy"]


# --- what happens when there is no room ------------------------------------------------------------


def test_a_full_diary_says_so_and_goes_on(page: Page) -> None:
    keep(page, [{**mood("2026-11-01T10:00", "Happy"), "at": moment("2026-11-01T10:00") + n} for n in range(2000)])
    play_for(page, "Sad")
    assert len(moods(page)) == 2000
    assert moods(page)[-1] == "Sad"
    open_diary(page)
    expect(diary(page).get_by_text("The diary is full")).to_be_visible()


def test_a_browser_without_room_keeps_what_it_has_and_the_diary_says_so(page: Page) -> None:
    keep(page, NOTES)
    page.evaluate(
        """() => {
          const set = Storage.prototype.setItem;
          Storage.prototype.setItem = function (key, value) {
            if (key === "femr-diary") throw new DOMException("full", "QuotaExceededError");
            set.call(this, key, value);
          };
        }"""
    )
    play_for(page, "Angry")
    open_diary(page)
    expect(diary(page).get_by_role("alert").filter(has_text="The browser has no room for more")).to_be_visible()
    assert moods(page) == ["Sad", "Happy"]


def test_a_diary_that_makes_no_sense_is_an_empty_one(page: Page) -> None:
    page.evaluate('localStorage.setItem(\'femr-diary\', \'{"on": true, "notes": [7, null, {"at": "x"}]}\')')
    play_for(page, "Sad")
    assert moods(page) == ["Sad"]


# --- taking along, and forgetting --------------------------------------------------------------------


def text_of(download: Download) -> str:
    return Path(download.path()).read_text(encoding="utf-8-sig")


def test_the_diary_is_saved_as_json_and_as_a_table_and_nothing_is_sent(page: Page) -> None:
    keep(page, NOTES)
    page.evaluate("localStorage.setItem('femr-hearts', '[\"id2\"]')")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_diary(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as JSON", exact=True).click()
    saved = json.loads(text_of(waiting.value))
    assert waiting.value.suggested_filename == "femr-diary.json"
    assert saved["notes"][1] == {"at": "2026-11-24T18:00:00.000Z", "kind": "mood", "emotion": "Happy", "how": "face"}
    assert (len(saved["notes"]), saved.get("femr-corrections"), saved["femr-hearts"]) == (4, None, ["id2"])
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as CSV", exact=True).click()
    assert waiting.value.suggested_filename == "femr-diary.csv"
    assert len(list(csv.DictReader(io.StringIO(text_of(waiting.value))))) == 4
    # The arriving page may still fetch its own answer then: that address holds the tab's number and nothing else.
    arriving = re.compile(r"blob:|http://127\.0\.0\.1:\d+/gradio_api/queue/data\?session_hash=\w+$")
    assert [url for url in asked if not arriving.match(url)] == []


def test_everything_is_forgotten_once_the_visitor_is_sure(page: Page) -> None:
    play_for(page, "Sad")
    keep(page, NOTES)
    page.evaluate("localStorage.setItem('somebody-elses', '1')")
    for name in ("Bahasa Indonesia", "English"):
        page.get_by_role("radio", name=name, exact=True).check(force=True)
    assert page.evaluate("localStorage.getItem('femr-language')") == "en"
    page.wait_for_function("!document.documentElement.hasAttribute('data-busy')")
    page.locator(".femr-heart").first.click()
    open_diary(page)
    page.get_by_role("button", name="Forget everything", exact=True).click()
    expect(page.get_by_role("button", name="Never mind", exact=True)).to_be_focused()
    page.get_by_role("button", name="Never mind", exact=True).click()
    assert len(page.evaluate(NOTED)) == 5
    page.get_by_role("button", name="Forget everything", exact=True).click()
    page.get_by_role("button", name="Yes, forget everything", exact=True).click()
    expect(page.get_by_role("heading", name="Show your face.")).to_be_visible()
    ready(page)
    kept = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert kept == ["somebody-elses"]
    open_diary(page)
    expect(page.get_by_role("switch", name="Keep a diary")).not_to_be_checked()


# --- how it looks and is reached -----------------------------------------------------------------


def test_the_diary_is_reached_and_left_by_keyboard(page: Page) -> None:
    keep(page, NOTES)
    opener = page.get_by_role("button", name="Your diary", exact=True)
    opener.press("Enter")
    expect(diary(page).get_by_role("button", name="Close", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("switch", name="Keep a diary")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("switch", name="Keep a diary")).not_to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # folds the last week
    expect(diary(page).get_by_role("listitem").filter(has_text="One · Somebody")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


CORRECTION = {"at": moment("2026-11-27T10:00"), "emotion": "Sad", "shares": [0, 0, 1, 0, 0, 0], "network": "n"}


@pytest.mark.parametrize(
    ("width", "scheme", "lang"), [(320, "dark", "en"), (390, "light", "id"), (768, "light", "en"), (1280, "dark", "id")]
)
def test_the_diary_is_accessible_fits_and_speaks_one_language(
    browser: Browser, address: str, width: int, scheme: str, lang: str
) -> None:
    with browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        locale={"en": "en-GB", "id": "id-ID"}[lang],
        timezone_id=ZONE,
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        at(page, "2026-11-28T10:05")
        page.goto(address)
        expect(page.locator("#femr-goal")).to_contain_text(translate("goal.lift", lang))
        for kept in ([], NOTES):
            keep(page, kept, on=bool(kept))
            corrections = json.dumps([CORRECTION] * bool(kept))
            page.evaluate("(kept) => localStorage.setItem('femr-corrections', kept)", corrections)
            page.get_by_role("button", name=translate("diary.title", lang)).click()
            page.get_by_role("button", name=translate("diary.forget", lang), exact=True).click()
            settle(page, "diary")
            assert serious(page) + sticks_out(page) + too_small(page) == []
            sheet = page.locator("#femr-diary-sheet")
            assert sheet.evaluate("(each) => each.scrollWidth - each.clientWidth") == 0
            assert [text for text in said(page) if not spoken(text, lang)] == []
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
