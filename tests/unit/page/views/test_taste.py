"""What the page knows of a visitor's taste."""

import re
from dataclasses import fields
from html import unescape

import pytest

from femr import i18n
from femr.music.catalogue import catalogue
from femr.music.taste import Taste
from femr.page.server.headers import POLICY
from femr.page.static_files import STATIC
from femr.page.views.playlist import SPOTIFY_CLIENT, spotify_client
from femr.page.views.taste import LIMITS, SOURCES, favourites, taste
from tests.unit.page.views.html import Tree


def test_every_field_of_a_taste_is_shown_with_what_it_holds_at_most():
    assert set(LIMITS) == {field.name for field in fields(Taste)}
    for field, limit in LIMITS.items():
        full = Taste(**{field: tuple(str(number) for number in range(limit))})
        assert Taste.from_json(full.to_json()) == full


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_source_has_a_place_in_the_order_and_a_script(lang):
    items = [attributes["data-source"] for _, attributes, _ in Tree(taste(lang)).all() if "data-source" in attributes]
    assert items == list(SOURCES)
    for name in SOURCES:
        assert f"femr.sources.{name} = " in (STATIC / "sources" / f"{name}.js").read_text(encoding="utf-8")


def test_favourites_are_the_catalogues_artists_and_genres():
    options = {unescape(value) for value in re.findall(r'<option value="([^"]*)"', favourites())}
    assert options >= set(catalogue().by_artist)
    assert options >= {song.genre for song in catalogue().songs if song.genre}


def test_the_browser_may_ask_the_services_that_scripts_ask():
    scripts = "".join(path.read_text(encoding="utf-8") for path in STATIC.rglob("*.js"))
    for service, part in (
        ("https://open.spotify.com", "script-src"),
        ("https://itunes.apple.com", "connect-src"),
        ("https://accounts.spotify.com", "connect-src"),
        ("https://api.spotify.com", "connect-src"),
        ("https://www.youtube-nocookie.com", "frame-src"),
    ):
        assert service in scripts
        assert service in POLICY[part]


@pytest.mark.parametrize("given", ["", "abc", "0" * 31, '0123456789abcdef0123456789abcde"', " "])
def test_what_is_no_client_id_saves_nothing(monkeypatch, given):
    monkeypatch.setenv(SPOTIFY_CLIENT, given)
    assert spotify_client() == ""
