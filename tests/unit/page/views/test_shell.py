"""What stands on the page before Gradio does."""

import gzip
import re

import pytest

from femr import i18n
from femr.page.static_files import SHELL_SCRIPTS, STATIC, STYLES
from femr.page.views.examples import EXAMPLES
from femr.page.views.shell import LANGUAGE_NAMES, before_gradio, head

MOST_BYTES = 100_000
"""Of the page's own, compressed."""


def shell(lang):
    (found,) = re.findall(rf'<template data-shell="{lang}".*?</template>', before_gradio(), re.DOTALL)
    return found


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_greeting_is_there_in_each_language_with_its_title(lang):
    assert f'data-title="{i18n.translate("page.title", lang)}"' in shell(lang)
    for key in ("page.headline.show", "page.camera", "page.upload", "page.pick.open", "player.next"):
        assert i18n.translate(key, lang) in shell(lang)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_example_is_a_button_with_a_name_and_a_caption(lang):
    assert shell(lang).count("data-example=") == len(EXAMPLES)
    for example in EXAMPLES:
        assert f'aria-label="{example.about(lang)}"' in shell(lang)
        assert f">{example.caption(lang)}<" in shell(lang)


def test_languages_are_named_in_their_own_words():
    assert set(LANGUAGE_NAMES) == set(i18n.LANGUAGES)


def test_every_script_and_style_is_served():
    own = {
        "corrections.js",
        "diary.css",
        "diary.js",
        "diary_view.js",
        "live.js",
        "map.js",
        "camera.js",
        "game.js",
        "game.css",
        "photos.js",
        "types.d.ts",
        "lexend.woff2",
        "offline.js",
        "service-worker.js",
    }
    assert {str(path.relative_to(STATIC)) for path in STATIC.rglob("*.*")} - own == {*STYLES, *SHELL_SCRIPTS}
    for name in STYLES:
        assert (STATIC / name).read_text(encoding="utf-8").strip() in head()


def test_all_of_it_is_light():
    page = f"{head()}{before_gradio()}".encode()
    assert len(gzip.compress(page)) + (STATIC / "lexend.woff2").stat().st_size <= MOST_BYTES


def test_nothing_is_fetched_from_outside():
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)|url\(["']?([^"')]+)""", head() + shell("en"))
    assert not [each for found in addresses for each in found if each.startswith(("http", "//"))]
