import json
from dataclasses import replace

import pytest

from femr.emotions import EMOTIONS, Emotion
from femr.i18n import LANGUAGES, translate
from femr.mood import Expression
from femr.music.playlist import links, recommend
from femr.report import as_json, as_text, playlist_as_json
from femr.vision.confidence import Hint
from femr.vision.geometry import Box, Point
from femr.vision.reading import Face, ProfileUse, Quality, Reading

EYES = (Point(20, 20), Point(40, 20))
HAPPY = Expression(tuple(0.75 if emotion is Emotion.HAPPY else 0.05 for emotion in EMOTIONS))
SAD = Expression(tuple(0.75 if emotion is Emotion.SAD else 0.05 for emotion in EMOTIONS))
READING = Reading(
    640, 480, (Face(Box(10.4, 19.6, 100.5, 99.2), EYES, 0.987654, HAPPY), Face(Box(-3, 5, 30, 30), EYES, 0.8, SAD))
)
PLAYLIST = recommend(READING.mood, "lift", 3, seed=5)


def test_the_answer_has_the_shape_that_the_design_promises():
    answer = as_json(READING, PLAYLIST)
    assert list(answer) == ["photo", "faces", "everyone", "mood", "playlist"]
    assert answer["photo"] == {"width": 640, "height": 480}
    assert answer["faces"][0] == {
        "box": [10, 20, 100, 99],
        "score": 0.9877,
        "emotion": "Happy",
        "probabilities": {"Angry": 0.05, "Fear": 0.05, "Happy": 0.75, "Neutral": 0.05, "Sad": 0.05, "Surprise": 0.05},
        "hints": [],
    }
    assert answer["faces"][1]["emotion"] == "Sad"
    assert answer["mood"] == {"valence": round(READING.mood.valence, 4), "arousal": round(READING.mood.arousal, 4)}
    assert answer["playlist"]["goal"] == "lift"
    assert len(answer["playlist"]["songs"]) == 3


def test_several_faces_come_with_everyone():
    everyone = as_json(READING, PLAYLIST, "id")["everyone"]
    assert everyone["probabilities"]["Happy"] == everyone["probabilities"]["Sad"] == pytest.approx(0.4)
    assert everyone["mood"]["valence"] == pytest.approx(
        (READING.mood.valence + READING.faces[1].mood.valence) / 2, abs=1e-4
    )
    assert everyone["apart"] > 0.8
    assert everyone["closeness"] == {"kind": "apart", "text": "berbeda jauh"}


def test_one_face_has_no_everyone():
    assert "everyone" not in as_json(Reading(640, 480, READING.faces[:1]), PLAYLIST)


def test_the_mood_of_an_answer_is_what_its_playlist_is_for():
    playlist = recommend(READING.group.mood, seed=1)
    answer = as_json(READING, playlist)
    assert answer["mood"] == answer["everyone"]["mood"] != as_json(READING, PLAYLIST)["mood"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_speaks_against_a_reading_is_in_answer_and_report(lang):
    unsure = replace(READING.faces[0], quality=Quality(width=9, sharpness=9, brightness=0.01, turn=0.0))
    reading = replace(READING, faces=(unsure, READING.faces[1]))
    found = [translate(f"hint.{hint}", lang) for hint in (Hint.SMALL, Hint.DARK)]
    answer = as_json(reading, PLAYLIST, lang)
    assert answer["faces"][0]["hints"] == [
        {"kind": kind, "text": text} for kind, text in zip(("small", "dark"), found, strict=True)
    ]
    assert answer["faces"][1]["hints"] == []
    assert all(as_text(reading, PLAYLIST, lang).count(text) == 1 for text in found)


def test_a_song_has_the_fields_that_the_design_promises():
    for entry, song, reason in zip(
        as_json(READING, PLAYLIST)["playlist"]["songs"], PLAYLIST.songs, PLAYLIST.reasons, strict=True
    ):
        assert entry == {
            "title": song.title,
            "artist": song.artist,
            "spotify_id": song.spotify_id,
            "valence": song.valence,
            "energy": song.energy,
            "genre": song.genre,
            "reason": reason.sentence("en"),
            "links": {"spotify": links(song).spotify, "youtube": links(song).youtube},
        }


def test_the_answer_survives_json():
    answer = as_json(READING, PLAYLIST)
    assert json.loads(json.dumps(answer)) == answer


def test_nothing_in_the_answer_is_more_than_plain_json():
    def kinds(value):
        if isinstance(value, dict):
            return {kind for each in (*value, *value.values()) for kind in kinds(each)}
        if isinstance(value, list):
            return {kind for each in value for kind in kinds(each)}
        return {type(value)}

    assert kinds(as_json(READING, PLAYLIST)) <= {str, int, float, bool, type(None)}


def test_without_a_face_mood_and_playlist_are_null():
    assert as_json(Reading(640, 480, ()), None) == {
        "photo": {"width": 640, "height": 480},
        "faces": [],
        "mood": None,
        "playlist": None,
    }


def test_a_playlist_alone_is_the_same_part_of_the_answer():
    answer = as_json(READING, PLAYLIST)
    assert playlist_as_json(READING.mood, PLAYLIST, "en") == {key: answer[key] for key in ("mood", "playlist")}


def test_reasons_are_given_in_the_readers_language():
    reasons = [song["reason"] for song in as_json(READING, PLAYLIST, "id")["playlist"]["songs"]]
    assert reasons == [reason.sentence("id") for reason in PLAYLIST.reasons]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_tells_what_the_answer_tells(lang):
    text = as_text(READING, PLAYLIST, lang)
    assert "640 × 480" in text
    assert f"{READING.mood.valence:+.2f}" in text
    assert f"{READING.mood.arousal:+.2f}" in text
    for song, reason in zip(PLAYLIST.songs, PLAYLIST.reasons, strict=True):
        assert song.title in text
        assert song.artist in text
        assert reason.sentence(lang) in text
        assert links(song).spotify in text


def test_the_report_names_every_emotion_of_every_face_in_the_readers_language():
    everyone = 1
    assert as_text(READING, PLAYLIST, "en").count("Surprise ") == 2 + everyone
    assert as_text(READING, PLAYLIST, "id").count("Terkejut ") == 2 + everyone


def test_the_report_tells_how_far_apart_several_people_are():
    assert "far apart" in as_text(READING, PLAYLIST)
    assert "apart" not in as_text(Reading(640, 480, READING.faces[:1]), PLAYLIST)


def test_the_reports_bars_are_as_long_as_the_shares():
    lines = as_text(READING, PLAYLIST).splitlines()
    (happy, _, _) = (line for line in lines if line.strip().startswith("Happy"))
    (sad, _, _) = (line for line in lines if line.strip().startswith("Sad"))
    assert (happy.count("█"), sad.count("█")) == (22, 2)
    assert happy.rstrip().endswith("75%")
    assert sad.rstrip().endswith("5%")


def test_bars_stand_below_each_other():
    bars = [line for line in as_text(READING, PLAYLIST).splitlines() if line.endswith("%")]
    assert len(bars) == 18
    assert len({len(bar) for bar in bars}) == 1


def test_a_picked_mood_is_answered_like_a_face():
    mood = Expression.only(Emotion.SAD).mood
    answer = playlist_as_json(mood, recommend(mood, seed=1), "en")
    assert answer["mood"] == {"valence": -0.63, "arousal": -0.27}
    assert answer["playlist"]["goal"] == "match"


def test_what_became_of_a_profile_is_told_with_the_plain_reading():
    face = replace(READING.faces[0], expression=SAD, plain=HAPPY)
    reading = replace(READING, faces=(face,), profile=ProfileUse.USED)
    answer = as_json(reading, PLAYLIST, "id")
    assert answer["profile"] == {"use": "used", "text": "Dibaca dengan profil wajah terbesar."}
    assert (answer["faces"][0]["emotion"], answer["faces"][0]["plain"]["Happy"]) == ("Sad", 0.75)
    assert "Read with the profile of the largest face." in as_text(reading, PLAYLIST).splitlines()


@pytest.mark.parametrize("use", ProfileUse)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_profile_that_is_not_used_says_why(use, lang):
    text = as_text(replace(READING, profile=use), PLAYLIST, lang)
    assert translate(f"profile.{use}", lang) in text
    assert translate(f"profile.{use}", lang) not in as_text(READING, PLAYLIST, lang)
