"""How a photo comes in: what `photos.js` and `live.js` find."""

import pytest

from femr import i18n
from femr.page.uploads import MAX_FILE_MEGABYTES, SENT_SIDE
from femr.page.views import live
from femr.page.views.notices import trouble
from femr.page.views.photo import sentences
from tests.unit.page.views.html import Tree


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_there_is_a_named_button_for_everything_that_can_be_done(lang):
    tree = [
        *Tree(sentences(lang)).all("button"),
        *Tree(trouble(lang)).all("button"),
        *Tree(live.buttons(lang)).all("button"),
    ]
    named = [each[1]["data-intake"] for each in tree if "data-intake" in each[1]]
    assert named == ["again", "camera", "upload", "keep", "everyone", "stop"]
    assert all(text.strip() for _, _, text in tree)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_everything_that_may_be_said_of_a_photo_is_there_and_hidden(lang):
    told = Tree(sentences(lang)).all("p")
    assert all("hidden" in attributes for _, attributes, _ in told)
    problems = {"busy", "lost", "many", "refused", "empty", "too_large", "told", "film_none", "film_large"}
    assert {each[1]["data-say"] for each in told if each[1].get("role") == "alert"} == problems
    going_on = {each[1]["data-say"] for each in told} - problems
    assert going_on == {"opening", "sending", "looking", "slow", "several", "film_sending", "film_looking"}


def test_the_script_is_told_how_large_a_photo_may_be():
    limits = Tree(sentences("en")).all("div")[0]
    assert limits[1]["data-limit"] == str(MAX_FILE_MEGABYTES * 1_000_000)
    assert limits[1]["data-side"] == str(SENT_SIDE)
