"""What the server remembers of visits, and how much."""

import weakref

import numpy as np
import pytest

from femr.emotions import Emotion
from femr.mood import Expression
from femr.music.catalogue import Catalogue, catalogue
from femr.music.exportify import OwnSongs
from femr.page import cache
from femr.page.cache import VisitCache
from femr.page.server.limits import Most
from femr.vision.geometry import Box, Point
from femr.vision.reading import Face, Reading


def reading(*shades):
    crops = [np.full((48, 48), shade, np.uint8) for shade in shades]
    eyes = Point(1, 1), Point(2, 1)
    return Reading(
        9, 9, tuple(Face(Box(0, 0, 9, 9), eyes, 1, Expression.only(Emotion.SAD), crop=crop) for crop in crops)
    )


def own(count):
    return OwnSongs(Catalogue(catalogue().songs[:count]), count, 0, 0, False)


def test_each_face_has_its_crop():
    visits = VisitCache()
    key = visits.keep_crops(reading(10, 20))
    assert visits.crop(key, 0).max() == 10
    assert visits.crop(key, 1).max() == 20
    assert visits.crop(key, 2) is None


def test_songs_come_from_the_visitors_own_or_else_the_catalogue():
    visits = VisitCache()
    key, five = visits.keep_own(own(5), 5), own(5)
    assert visits.source(key) == (five.catalogue, five, False)
    assert visits.source("") == (catalogue(), None, False)
    assert visits.source("of another server") == (catalogue(), None, True)


def test_what_is_forgotten_or_was_never_there_is_gone():
    visits = VisitCache()
    key, songs = visits.keep_crops(reading(10)), visits.keep_own(own(5), 5)
    visits.forget(key)
    visits.forget(songs)
    visits.forget("nothing")
    assert visits.crop(key, 0) is None
    assert visits.source(songs).gone
    assert VisitCache().crop(key, 0) is None


def test_keys_cannot_be_guessed_and_are_never_the_same():
    visits = VisitCache()
    keys = {visits.keep_crops(reading(1)) for _ in range(50)}
    assert len(keys) == 50
    assert min(map(len, keys)) >= 22  # 128 bits


def test_no_more_is_kept_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(cache, "MAX_CROPS", 5)
    monkeypatch.setattr(cache, "OWN_BYTES_KEPT", Most(20, 20))
    visits = VisitCache()
    keys = [visits.keep_crops(reading(1, 2)) for _ in range(4)]
    assert [visits.crop(key, 0) is not None for key in keys] == [False, False, True, True]
    songs = [visits.keep_own(own(8), 8) for _ in range(3)]
    assert [visits.source(key).gone for key in songs] == [True, False, False]


def test_one_address_never_fills_the_room_of_all(monkeypatch):
    monkeypatch.setattr(cache, "OWN_BYTES_KEPT", Most(20, 40))
    visits = VisitCache()
    other = visits.keep_own(own(8), 8, "10.0.0.1")
    songs = [visits.keep_own(own(8), 8, "10.0.0.2") for _ in range(20)]
    assert not visits.source(other).gone
    assert [visits.source(key).gone for key in songs] == [True] * 18 + [False] * 2


def test_more_than_there_is_room_for_is_not_kept_and_no_error(monkeypatch):
    monkeypatch.setattr(cache, "OWN_BYTES_KEPT", Most(20, 20))
    visits = VisitCache()
    assert visits.source(visits.keep_own(own(21), 21)).gone


@pytest.mark.parametrize(("seconds", "there"), [(cache.SECONDS_KEPT - 1, True), (cache.SECONDS_KEPT + 1, False)])
def test_nothing_is_kept_for_longer_than_an_hour(seconds, there):
    now = [0.0]
    visits = VisitCache(clock=lambda: now[0])
    key = visits.keep_crops(reading(10))
    now[0] = seconds
    assert (visits.crop(key, 0) is not None) == there


def test_what_is_too_old_is_gone_from_memory_though_nobody_asks():
    now, crops = [0.0], reading(10)
    visits = VisitCache(clock=lambda: now[0])
    visits.keep_crops(crops)
    seen = weakref.ref(crops.faces[0].crop)
    del crops
    now[0] = cache.SECONDS_KEPT + 1
    assert visits._sweeper.is_alive()
    assert visits._sweeper.interval == cache.SWEEP_SECONDS
    visits._sweeper.cancel()
    visits._sweeper.function()  # when its time has come
    assert seen() is None
    assert visits._sweeper is None  # nothing is left to look for
