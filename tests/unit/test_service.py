"""The one place where faces and music meet."""

import numpy as np
import pytest
from PIL import Image

from femr import service
from femr.emotions import Emotion
from femr.errors import ChoiceError, PhotoError
from femr.mood import together
from femr.music.catalogue import catalogue
from femr.music.filters import NO_FILTERS, Filters
from femr.music.playlist import Goal, recommend
from femr.service import PlaylistRequest
from femr.vision import analysis
from femr.vision.image_files import load
from tests.faces import astronaut, tiled

WALL = np.full((480, 640, 3), 200, np.uint8)


def test_a_request_in_words_is_checked_and_understood():
    request = PlaylistRequest.from_text("lift", 5, 7, languages="id, en", years="1990-", no_explicit=True)
    filters = Filters(frozenset({"id", "en"}), frozenset(), 1990, None, True)
    assert request == PlaylistRequest(Goal.LIFT, 5, 7, filters)
    assert PlaylistRequest.from_text("match", 10, None) == PlaylistRequest()


@pytest.mark.parametrize(
    ("goal", "count", "seed", "years", "named"),
    [
        ("dance", 10, None, "", "dance"),
        ("match", 0, None, "", "0"),
        ("match", 2.5, None, "", "2.5"),
        ("match", 10, -1, "", "-1"),
        ("match", 10, None, "the eighties", "the eighties"),
    ],
)
def test_a_wrong_word_is_refused_before_anything_is_read(goal, count, seed, years, named):
    with pytest.raises(ChoiceError, match=named):
        PlaylistRequest.from_text(goal, count, seed, years=years)


def test_a_photo_is_answered_with_its_reading_and_music_for_the_largest_face():
    answer = service.answer(astronaut(), PlaylistRequest(Goal.CALM, 5, 3))
    assert answer.reading.faces[0].emotion is Emotion.HAPPY
    assert answer.playlist == recommend(answer.reading.mood, "calm", 5, 3)


def test_everyone_is_answered_with_music_for_their_common_mood():
    photo = np.hstack([astronaut(), (astronaut() * 0.1).astype(np.uint8)])
    answer = service.answer(photo, PlaylistRequest(seed=3), everyone=True)
    assert answer.playlist.mood == together(answer.reading.faces) != answer.reading.mood


def test_a_photo_without_a_face_has_a_reading_and_no_music():
    answer = service.answer(WALL, PlaylistRequest())
    assert answer.reading.faces == ()
    assert answer.playlist is None


def test_what_is_no_photo_is_refused(tmp_path):
    with pytest.raises(PhotoError):
        service.answer(tmp_path / "nothing.jpg", PlaylistRequest())


@pytest.mark.parametrize("read", [service.read, lambda path: service.answer(path, PlaylistRequest())])
def test_a_photo_is_decoded_once(read, monkeypatch, tmp_path):
    path, opened = tmp_path / "photo.png", []
    Image.fromarray(astronaut()).save(path)
    decode = load.decode
    monkeypatch.setattr(load, "decode", lambda *file: opened.append(file) or decode(*file))
    read(path)
    assert len(opened) == 1


def test_a_photo_is_decoded_in_a_process_of_its_own_only_where_that_is_asked_for(monkeypatch, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(astronaut()).save(path)
    monkeypatch.setattr(service, "decoders", lambda: pytest.fail("started processes"))
    pixels, reading = service.read(path)
    here = service.answer(path, PlaylistRequest(seed=3))
    monkeypatch.undo()
    monkeypatch.setattr(load, "decode", lambda *file: pytest.fail("decoded here"))
    apart, apart_reading = service.read(path, apart=True)
    assert np.array_equal(apart, pixels)
    assert apart_reading == reading
    assert service.answer(path, PlaylistRequest(seed=3), apart=True) == here


def test_a_photo_to_show_comes_with_its_reading():
    pixels, reading = service.read(tiled(1, 2))
    assert pixels.shape == (512, 1024, 3)
    assert len(reading.faces) == 2
    assert reading == analysis.analyze(pixels)


def test_songs_come_from_the_catalogue_unless_there_are_others():
    assert service.choose("Sad", PlaylistRequest(seed=1)) == recommend("Sad", seed=1)
    few = type(catalogue())(catalogue().songs[:3])
    assert set(service.choose("Sad", PlaylistRequest(seed=1), few).songs) == set(few.songs)
    with pytest.raises(ChoiceError):
        service.choose("Sad", PlaylistRequest(filters=Filters(frozenset({"xx"}))))
    assert PlaylistRequest().filters == NO_FILTERS
