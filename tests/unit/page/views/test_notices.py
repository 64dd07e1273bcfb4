"""Sentences in place."""

import pytest
from hypothesis import given

from femr import i18n
from femr.errors import LibraryError, PhotoError
from femr.music.exportify import load_own_songs
from femr.page.views.notices import lasting, notice, too_large, trouble
from femr.page.views.render import percent
from tests.unit.page.views.html import Tree, texts


@given(texts.filter(bool))
def test_a_notice_is_text_whatever_it_says(text):
    assert Tree(notice(text)).one("p")[2] == text


@given(texts)
def test_a_photos_name_is_text_whatever_it_is(name):
    sentence = PhotoError("photo_empty", name=name).sentence()
    (problem,) = Tree(notice(sentence, problem=True)).elements
    assert problem == ["p", {"class": "femr-problem", "role": "alert"}, sentence]


@given(texts)
def test_what_is_wrong_with_own_songs_is_text_whatever_their_columns_are_called(column):
    with pytest.raises(LibraryError) as caught:
        load_own_songs(f"Track Name,{column}".encode())
    sentence = caught.value.sentence()
    (problem,) = Tree(notice(sentence, problem=True)).elements
    assert problem == ["p", {"class": "femr-problem", "role": "alert"}, sentence]


@given(texts)
def test_a_lasting_notice_says_the_same_in_each_language(name):
    (problem, *told) = Tree(lasting(PhotoError("photo_empty", name=name).sentence, problem=True)).elements
    assert problem[1]["role"] == "alert"
    assert {each["lang"]: text for _, each, text in told} == {
        lang: PhotoError("photo_empty", name=name).sentence(lang) for lang in i18n.LANGUAGES
    }


def test_an_empty_notice_is_nothing():
    assert notice("") == ""


def test_a_problem_is_read_out():
    assert Tree(notice("Oh", problem=True)).one("p")[1]["role"] == "alert"
    assert "role" not in Tree(notice("Oh")).one("p")[1]


@pytest.mark.parametrize(("share", "text"), [(0, "0 %"), (0.004, "0 %"), (0.5, "50 %"), (0.999, "100 %"), (1, "100 %")])
def test_a_share_is_shown_in_whole_percents(share, text):
    assert percent(share) == text


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_trouble_offers_three_ways_on_and_one_back(lang):
    buttons = [each for _, each, _ in Tree(trouble(lang)).all("button")]
    assert [each["data-intake"] for each in buttons if "data-intake" in each] == ["camera", "upload"]
    assert [each["data-sheet"] for each in buttons if "data-sheet" in each] == ["femr-pick-sheet"]
    assert "data-stage-back" in buttons[-1]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_file_that_is_too_large_is_told_from_its_bytes(lang):
    warning = Tree(too_large(30, lang)).one("p")
    assert warning[1]["data-limit"] == "30000000"
    assert "hidden" in warning[1]
    assert "30 MB" in warning[2]
