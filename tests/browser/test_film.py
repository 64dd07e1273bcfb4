"""A film as people bring it: watched, drawn over time, played along; and what is said when that fails."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from femr.i18n import translate
from tests.browser.conftest import Visit, titles
from tests.browser.manners import serious, sticks_out, too_small
from tests.browser.states import ready
from tests.films import acted
from tests.serving import served_app

FROM_HAPPY_TO_SAD = re.compile("Over this film: from happy to sad")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In a form that Debian's Chromium can show as well."""
    return acted(tmp_path_factory.mktemp("films") / "film.webm", [(("happy",), 4), (("sad",), 4)], codec="libvpx")


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that this browser cannot decode, but the server can."""
    folder = tmp_path_factory.mktemp("films")
    return acted(folder / "phone.mp4", [(("happy", "angry"), 3)], codec="mpeg4")


def watched(page: Page) -> None:
    expect(page.get_by_role("heading", name=FROM_HAPPY_TO_SAD)).to_be_visible(timeout=60_000)


@pytest.mark.both_sizes
def test_a_chosen_film_is_drawn_over_time_and_played_along(visit: Visit, film: Path) -> None:
    page = visit.page
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload a photo", exact=True).click()
    assert "video/*" in (page.locator("#femr-file").get_attribute("accept") or "")
    chooser.value.set_files(film)
    watched(page)
    chart = page.get_by_role("region", name=translate("film.chart"))
    expect(chart).to_be_visible()
    rows = chart.get_by_role("row")
    expect(rows.filter(has_text="0:00 – 0:04")).to_contain_text("Happy")
    expect(rows.filter(has_text="0:04 – 0:08")).to_contain_text("Sad")
    expect(page.locator(".femr-card")).to_have_count(10)
    expect(page.locator(".femr-stage img")).to_have_attribute("src", re.compile("^blob:"))
    assert page.locator(".femr-film [data-band=Happy]").evaluate("each => getComputedStyle(each).fill") == (
        page.evaluate("""() => {
            const probe = Object.assign(document.createElement("i"), { style: "color:var(--happy)" });
            document.body.append(probe);
            return getComputedStyle(probe).color;
        }""")
    )
    assert visit.console == []


def test_a_film_stands_there_again_after_a_reload_and_in_another_language(visit: Visit, film: Path) -> None:
    page = visit.page
    visit.upload(film)
    watched(page)
    songs = titles(page)
    page.reload()
    watched(page)
    assert titles(page) == songs
    page.get_by_role("radio", name="Bahasa Indonesia", exact=True).check(force=True)
    expect(page.get_by_role("region", name=translate("film.chart", "id"))).to_contain_text("Senang")
    expect(page.get_by_role("heading", name=re.compile("Sepanjang film ini: dari senang ke sedih"))).to_be_visible()
    assert titles(page) == songs


def test_a_photo_takes_the_place_of_a_film_and_a_film_that_of_a_photo(visit: Visit, film: Path) -> None:
    page = visit.page
    visit.upload(film)
    watched(page)
    page.get_by_role("button", name="Another face", exact=True).click()
    page.locator("[data-example]").first.click()
    expect(page.get_by_role("button", name=re.compile("Face 1: Happy"))).to_be_visible()
    expect(page.get_by_role("region", name=translate("film.chart"))).to_have_count(0)
    page.get_by_role("button", name="Another face", exact=True).click()
    visit.upload(film)
    watched(page)
    expect(page.get_by_role("button", name=re.compile("Face 1"))).to_have_count(0)
    expect(page.get_by_role("region", name=re.compile("Six emotions"))).to_have_count(0)


def test_a_film_of_several_that_this_browser_cannot_show_is_watched_all_the_same(visit: Visit, unseen: Path) -> None:
    visit.upload(unseen)
    expect(visit.page.get_by_text(translate("film.people", count=2))).to_be_visible(timeout=60_000)
    expect(visit.page.locator(".femr-stage img")).to_have_count(0)


def test_a_link_to_a_films_songs_gives_them_to_others(visit: Visit, film: Path) -> None:
    page = visit.page
    visit.upload(film)
    watched(page)
    songs = titles(page)
    link = page.locator("[data-link]").first.get_attribute("data-link") or ""
    page.evaluate("sessionStorage.clear()")
    page.goto(page.url.split("?")[0] + f"?{link.removeprefix('?')}")
    expect(page.get_by_role("heading", name="A shared playlist: from happy to sad")).to_be_visible()
    assert titles(page) == songs


@pytest.mark.parametrize(("content", "code"), [(b"no film", "video_unknown"), (b"RIFF", "video_unknown")])
def test_what_is_no_film_is_named_and_can_be_left(visit: Visit, tmp_path: Path, content: bytes, code: str) -> None:
    bad = tmp_path / "film.mp4"
    bad.write_bytes(content)
    visit.upload(bad)
    expect(visit.page.get_by_role("alert").filter(has_text=translate(f"error.{code}", name="film.mp4"))).to_be_visible()
    visit.page.locator("[data-example]").first.wait_for(state="attached")
    assert visit.console == []


def test_a_film_with_nobody_is_said(visit: Visit, tmp_path: Path) -> None:
    visit.upload(acted(tmp_path / "film.webm", [((), 1)], codec="libvpx"))
    expect(visit.page.get_by_role("alert").filter(has_text=translate("film.nobody"))).to_be_visible()


def test_a_film_that_is_too_large_is_not_sent(visit: Visit, tmp_path: Path) -> None:
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(31_000_000)
    sent: list[str] = []
    visit.page.on("request", lambda each: sent.append(each.url))
    ready(visit.page)
    visit.upload(large)
    expect(visit.page.get_by_role("alert").filter(has_text=translate("page.film_large", limit=30))).to_be_visible()
    assert not any("upload" in url for url in sent)


@pytest.mark.parametrize(
    ("width", "scheme", "lang"), [(1280, "light", "en"), (390, "dark", "id"), (320, "light", "id")]
)
def test_the_chart_is_accessible_and_fits(
    browser: Browser, address: str, film: Path, width: int, scheme: str, lang: str
) -> None:
    with browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale={"en": "en-GB", "id": "id-ID"}[lang],
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("#femr-file").set_input_files(film)
        chart = page.get_by_role("region", name=translate("film.chart", lang))
        expect(chart).to_be_visible(timeout=60_000)
        box = chart.bounding_box()
        assert box
        assert box["width"] > min(width, 440) * 0.8
        assert serious(page) + sticks_out(page) + too_small(page) == []


def test_a_server_without_the_package_offers_no_films_and_says_so(browser: Browser, film: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['av'] = None\n")
    with served_app(PYTHONPATH=str(tmp_path)) as (address, _), browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_text(translate("page.films"))).to_have_count(0)
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Upload a photo", exact=True).click()
        assert "video" not in (page.locator("#femr-file").get_attribute("accept") or "")
        chooser.value.set_files(film)
        expect(page.get_by_role("alert").filter(has_text=translate("page.film_none"))).to_be_visible(timeout=30_000)
