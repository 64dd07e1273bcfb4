"""The live camera's parts, as `live.js` finds them."""

import pytest

from femr import i18n
from femr.emotions import EMOTIONS, TRAITS
from femr.mood import Closeness
from femr.page.views.live import empty_bars, empty_chart, sentences, stage
from femr.vision.confidence import Hint
from tests.unit.page.views.html import Tree


def test_there_is_a_video_and_a_layer_for_boxes():
    tree = Tree(stage())
    assert "muted" in tree.one("video")[1]
    assert tree.one("div", "femr-live-boxes")[1]["role"] == "group"


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_everything_that_may_be_said_is_there_and_hidden(lang):
    told = Tree(sentences(lang)).all("p")
    assert all("hidden" in attributes and text for _, attributes, text in told)
    going_on = {"away", "ended", "gathering", "locked", "nobody", "slow", "starting", "stopped"}
    problems = {"full", "lost", "refused", "missing", "taken", "insecure", "framed"}
    settled = {f"{whose}.{emotion}" for whose in ("settled", "together") for emotion in EMOTIONS}
    said = {kind: [each[1][kind] for each in told if kind in each[1]] for kind in ("data-say", "data-hint")}
    assert sorted(said["data-say"]) == sorted(going_on | problems | settled)
    assert said["data-hint"] == list(Hint)
    assert [each[1]["data-closeness"] for each in told if "data-closeness" in each[1]] == list(Closeness)
    assert {each[1]["data-say"] for each in told if each[1].get("role") == "alert"} == problems


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_box_is_named_by_filling_in_its_number(lang):
    words = Tree(sentences(lang)).one("div")[1]
    assert words["data-box"].replace("#", "3") == i18n.translate("page.face", lang, number=3)
    assert words["data-faces"] == i18n.translate("page.faces", lang)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_bars_are_empty_at_first(lang):
    tree = Tree(empty_bars(lang))
    assert tree.one("section")[1]["aria-label"] == i18n.translate("live.bars", lang)
    assert [each[1]["data-emotion"] for each in tree.all("div", "femr-bar")] == list(EMOTIONS)
    assert {each[1]["aria-valuenow"] for each in tree.all("div", "femr-track")} == {"0"}


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_chart_has_a_line_and_a_name_for_each_emotion(lang):
    tree = Tree(empty_chart(lang))
    lines = [(attributes["data-line"], attributes["style"], text) for _, attributes, text in tree.all("g")]
    assert lines == [
        (emotion, f"--colour:{TRAITS[emotion].colour}", i18n.translate(f"emotion.{emotion}", lang))
        for emotion in EMOTIONS
    ]
    assert [text for tag, _, text in tree.elements if tag == "text"][:5] == [
        "100 %",
        "50 %",
        "0 %",
        i18n.translate("live.minute", lang),
        i18n.translate("live.now", lang),
    ]


def test_the_chart_tells_the_script_where_its_plane_is():
    chart = Tree(empty_chart("en")).one("svg")[1]
    _, _, width, height = map(int, chart["viewbox"].split())
    left, top, right, bottom = map(int, chart["data-plane"].split())
    assert 0 < left < right < width
    assert 0 < top < bottom < height
