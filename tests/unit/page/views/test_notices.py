"""Sentences in place."""

import pytest
from hypothesis import given

from femr import i18n
from femr.page.views.notices import footer, notice
from femr.page.views.render import percent
from tests.unit.page.views.html import Tree, texts


@given(texts.filter(bool))
def test_a_notice_is_text_whatever_it_says(text):
    assert Tree(notice(text)).one("p")[2] == text


def test_an_empty_notice_is_nothing():
    assert notice("") == ""


def test_a_problem_is_read_out():
    assert Tree(notice("Oh", problem=True)).one("p")[1]["role"] == "alert"
    assert "role" not in Tree(notice("Oh")).one("p")[1]


@pytest.mark.parametrize(("share", "text"), [(0, "0 %"), (0.004, "0 %"), (0.5, "50 %"), (0.999, "100 %"), (1, "100 %")])
def test_a_share_is_shown_in_whole_percents(share, text):
    assert percent(share) == text


def test_the_script_gets_its_texts_in_the_readers_language():
    attributes = Tree(footer("id")).one("div")[1]
    assert attributes["data-player-title"] == i18n.translate("player.title", "id")
    assert attributes["data-player-close"] == i18n.translate("player.close", "id")
