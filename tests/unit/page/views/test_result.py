"""Boxes, headings, bars, and what speaks against a reading."""

from dataclasses import replace

import pytest

from femr import i18n
from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.mood import EVERYONE, Expression
from femr.page.views.result import (
    CROWD,
    cuts,
    everyone_bars,
    everyone_result,
    face_bars,
    face_boxes,
    face_result,
    faces_template,
    live_result,
    people,
    picked_result,
    placed_result,
    shared_result,
)
from femr.vision.confidence import Hint
from femr.vision.geometry import Box, Point
from femr.vision.reading import Face, Quality, Reading
from tests.unit.page.views.html import Tree

EYES = (Point(20, 20), Point(40, 20))
UNSEEN = Quality(width=9, sharpness=0.5, brightness=0.05, turn=0.9)


def make_face(emotion=Emotion.HAPPY, share=0.75, box=Box(64, 48, 128, 96), quality=None):  # noqa: B008
    rest = (1 - share) / 5
    return Face(box, EYES, 0.9, Expression(tuple(share if each is emotion else rest for each in EMOTIONS)), quality)


def test_gradio_finds_its_places_for_the_photo_and_its_boxes():
    template = faces_template()
    assert Tree(template).one("img")[1]["src"] == "{{picture}}"
    assert "{{#if picture}}" in template
    assert Tree(template).one("div", "femr-boxes")[2].strip() == "${value}"


def test_every_face_has_a_numbered_button_where_it_is():
    reading = Reading(640, 480, (make_face(), make_face(Emotion.SAD, box=Box(320, 240, 64, 48))))  # one below the other
    first, second = Tree(face_boxes(reading, {1}, "en")).all("button", "femr-box")
    assert (first[2], second[2]) == ("1", "2")
    assert (first[1]["data-face"], second[1]["data-face"]) == ("0", "1")
    assert (first[1]["aria-pressed"], second[1]["aria-pressed"]) == ("false", "true")
    assert first[1]["aria-label"] == "Face 1: Happy 75 %"
    style = dict(each.strip().split(":") for each in second[1]["style"].split(";"))
    assert {name: float(style[name].rstrip("%")) for name in ("left", "top", "width", "height")} == {
        "left": 55,  # of its middle
        "top": 55,
        "width": 10,
        "height": 10,
    }
    assert style["--colour"] == TRAITS[Emotion.SAD].colour


def test_a_face_that_the_photo_cuts_off_has_a_box_inside_the_photo():
    face = replace(make_face(), box=Box(-64, 240, 320, 480))
    (box,) = Tree(face_boxes(Reading(640, 480, (face,)), {0}, "en")).all("button", "femr-box")
    style = dict(each.strip().split(":") for each in box[1]["style"].split(";"))
    assert [float(style[name].rstrip("%")) for name in ("left", "top", "width", "height")] == [20, 75, 40, 50]


@pytest.mark.parametrize(("count", "crowded"), [(CROWD - 1, 0), (CROWD, CROWD)])
def test_the_numbers_of_a_crowd_do_not_cover_it(count, crowded):
    reading = Reading(640, 480, (make_face(),) * count)
    boxes = Tree(face_boxes(reading, {0}, "en")).all("button", "femr-box")
    assert len(boxes) == count
    assert sum("femr-crowded" in each[1]["class"] for each in boxes) == crowded


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_six_bars_show_the_shares_the_strongest_first(lang):
    tree = Tree(face_bars(make_face(share=0.75), 1, lang))
    meters = [attributes for _, attributes, _ in tree.all("div", "femr-track")]
    assert {each["aria-label"] for each in meters} == {i18n.translate(f"emotion.{each}", lang) for each in EMOTIONS}
    assert meters[0]["aria-label"] == i18n.translate("emotion.Happy", lang)
    assert [each["aria-valuenow"] for each in meters] == ["75", "5", "5", "5", "5", "5"]
    assert [text for _, _, text in tree.all(css="femr-bar-share")] == ["75 %", "5 %", "5 %", "5 %", "5 %", "5 %"]


def test_a_clear_face_is_named():
    heading = Tree(face_result(make_face(Emotion.SAD), 0, "en")).one("h2")
    assert heading[2].strip() == "This face looks sad."


@pytest.mark.parametrize(
    ("shares", "heading"),
    [
        ((0.01, 0.01, 0.93, 0.03, 0.01, 0.01), "This face looks happy"),
        ((0.08, 0.08, 0.22, 0.09, 0.45, 0.08), "This face looks mostly sad, with some happy"),
        ((0.08, 0.08, 0.15, 0.12, 0.46, 0.11), "This face looks mostly sad."),  # no other is worth a word
        ((0.05, 0.42, 0.05, 0.05, 0.05, 0.38), "This face is between afraid and surprised"),
        ((0.19, 0.15, 0.16, 0.16, 0.17, 0.17), "This face is hard to tell"),
    ],
)
def test_the_heading_is_as_sure_as_the_shares_are(shares, heading):
    face = Face(Box(0, 0, 10, 10), EYES, 0.9, Expression(shares))
    assert heading in Tree(face_result(face, 0, "en")).one("h2")[2]


@pytest.mark.parametrize(
    ("shares", "heading"),
    [
        ((0.01, 0.01, 0.93, 0.03, 0.01, 0.01), "Together they look happy"),
        ((0.08, 0.08, 0.22, 0.09, 0.45, 0.08), "Together they look mostly sad, with some happy"),
        ((0.05, 0.42, 0.05, 0.05, 0.05, 0.38), "Together they are between afraid and surprised"),
        ((0.19, 0.15, 0.16, 0.16, 0.17, 0.17), "Together they are hard to tell"),
    ],
)
def test_so_is_that_of_several_faces(shares, heading):
    face = Face(Box(0, 0, 10, 10), EYES, 0.9, Expression(shares))
    reading = Reading(640, 480, (face, face))
    assert heading in Tree(everyone_result(reading, reading.group, "en")).one("h2")[2]


def test_with_everyone_chosen_every_face_is_marked():
    reading = Reading(640, 480, (make_face(), make_face(Emotion.SAD)))
    boxes = Tree(face_boxes(reading, {0, 1}, "en")).all("button", "femr-box")
    assert [each[1]["aria-pressed"] for each in boxes] == ["true", "true"]


def test_faces_are_numbered_from_the_left_though_the_largest_comes_first():
    large = make_face(box=Box(300, 100, 200, 200))
    reading = Reading(640, 480, (large, make_face(Emotion.SAD, box=Box(40, 120, 100, 100), quality=UNSEEN)))
    boxes = Tree(face_boxes(reading, {0}, "en")).all("button", "femr-box")
    assert [(text, each["data-face"], each["aria-pressed"]) for _, each, text in boxes] == [
        ("1", "1", "false"),
        ("2", "0", "true"),
    ]
    assert people(reading, reading.group, "en")[:2] == [("Face 1", "1"), ("Face 2", "0")]
    assert "Hard to read: face 1." in Tree(everyone_result(reading, reading.group, "en")).one("section")[2]
    assert [each[1]["data-cut"].split()[0] for each in Tree("".join(cuts(reading))).all("span")] == [
        "0.0625",
        "0.46875",
    ]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_every_face_and_everyone_can_be_chosen_and_how_far_apart_they_are_is_said(lang):
    reading = Reading(640, 480, (make_face(Emotion.HAPPY, 0.9), make_face(Emotion.SAD, 0.9)))
    choices = people(reading, reading.group, lang)
    assert [value for _, value in choices] == ["0", "1", EVERYONE]
    apart = i18n.translate("closeness.apart", lang)
    assert [name for name, _ in choices] == [
        i18n.translate("page.face", lang, number=1),
        i18n.translate("page.face", lang, number=2),
        f"{i18n.translate('page.everyone', lang)}: {apart}",
    ]


def test_everyones_bars_are_the_weighted_mean_and_how_far_apart_they_are_is_said():
    reading = Reading(640, 480, (make_face(Emotion.HAPPY, 0.9), make_face(Emotion.SAD, 0.6)))
    tree = Tree(everyone_result(reading, reading.group, "en"))
    bars = Tree(everyone_bars(reading.group, "en"))
    shares = {each["aria-label"]: each["aria-valuenow"] for _, each, _ in bars.all("div", "femr-track")}
    assert shares["Happy"] == str(round(100 * (0.9 * 0.9 + 0.6 * 0.08) / 1.5))
    assert "these 2 faces are far apart" in tree.one("section")[2]
    assert "Hard to read" not in tree.one("section")[2]


def test_everyone_tells_which_faces_are_hard_to_read():
    reading = Reading(640, 480, (make_face(), make_face(quality=UNSEEN), make_face(), make_face(quality=UNSEEN)))
    assert "Hard to read: face 2, 4." in Tree(everyone_result(reading, reading.group, "en")).one("section")[2]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_face_that_is_hard_to_see_is_not_named_with_confidence(lang):
    tree = Tree(face_result(make_face(quality=UNSEEN), 0, lang))
    assert i18n.translate("lead.face.clear", lang) not in tree.one("h2")[2]
    assert "%" not in tree.one("section")[2]
    assert len(tree.all("ul", "femr-hints")) == 1
    assert [text for _, _, text in tree.all("li")] == [
        i18n.translate(f"hint.{hint}", lang) for hint in (Hint.SMALL, Hint.DARK, Hint.TURNED)
    ]


def test_a_face_with_nothing_against_it_has_no_hints():
    assert not Tree(face_result(make_face(), 0, "en")).all("ul")


@pytest.mark.parametrize("result", [picked_result, live_result])
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_mood_without_a_photo_is_named(emotion, result):
    tree = Tree(result(emotion, "en"))
    assert f"{i18n.translate(f'looks.{emotion}')}." in tree.one("h2")[2]
    assert tree.one("section")[1]["data-colour"] == TRAITS[emotion].colour


def test_why_can_be_asked_of_a_face_and_of_nothing_else():
    reading = Reading(640, 480, (make_face(), make_face(Emotion.SAD)))
    assert 'data-sheet="femr-why"' in face_result(make_face(), 0, "en")
    for other in (everyone_result(reading, reading.group, "en"), picked_result(Emotion.SAD, "en")):
        assert 'data-sheet="femr-why"' not in other


def test_a_shared_playlist_names_its_mood_and_is_called_so_only_while_it_is_the_same():
    same = shared_result("sad", Emotion.SAD, "en", same=True, changed=False)
    assert i18n.translate("lead.shared", "en") in same
    assert ">sad.<" in same
    other = shared_result("sad", Emotion.SAD, "en", same=False, changed=True)
    assert i18n.translate("lead.shared.other", "en") in other
    assert i18n.translate("page.shared.changed", "en") not in other
    assert i18n.translate("page.shared.changed", "en") in shared_result(
        "sad", Emotion.SAD, "en", same=True, changed=True
    )


@pytest.mark.parametrize(
    ("way", "heading"), [(False, "On the map, nearest to sad."), (True, "A way over the map: sad.")]
)
def test_a_place_on_the_map_and_a_way_over_it_are_named(way, heading):
    tree = Tree(placed_result("sad", Emotion.SAD, "en", way=way))
    assert tree.one("h2")[2].strip() == heading
    assert tree.one("section")[1]["data-colour"] == TRAITS[Emotion.SAD].colour
