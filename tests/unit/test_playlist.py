import re
from itertools import pairwise
from urllib.parse import parse_qs, unquote, urlparse

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, Emotion
from femr.errors import ChoiceError
from femr.mood import CALM, Mood, mood_of_emotion
from femr.playlist import DEFAULT_SONGS, MAX_SONGS, MIN_SONGS, SMOOTH_STEP, Goal, Reason, links, recommend
from femr.songs import Catalogue, Song, catalogue
from femr.words import LANGUAGES

SEEDS = range(10)

places = st.builds(Mood, st.floats(-1, 1), st.floats(-1, 1))
moods = st.one_of(st.sampled_from(EMOTIONS), places)
counts = st.integers(MIN_SONGS, MAX_SONGS)
seeds = st.integers(0, 2**32)


def make_song(title="A song", artist="Somebody", *, valence=0.5, energy=0.5, emotions=(Emotion.HAPPY,), spotify_id=""):
    return Song(spotify_id, title, artist, 2000, "pop", "en", None, emotions, valence, energy, 120, "rated")


@st.composite
def small_catalogues(draw):
    """A few songs by even fewer artists, some of them together."""
    artists = st.lists(st.sampled_from("ABC"), min_size=1, max_size=2, unique=True).map(", ".join)
    each = st.tuples(artists, st.floats(0, 1), st.floats(0, 1), st.sampled_from(EMOTIONS))
    rows = draw(st.lists(each, max_size=10))
    return Catalogue(
        tuple(
            make_song(f"Song {number}", artist, valence=valence, energy=energy, emotions=(emotion,))
            for number, (artist, valence, energy, emotion) in enumerate(rows)
        )
    )


# --- what holds for every playlist ---------------------------------------------------------------


@settings(max_examples=60)
@given(moods, st.sampled_from(Goal), counts, seeds)
def test_a_playlist_has_as_many_songs_as_asked_for_and_none_twice(mood, goal, count, seed):
    songs = recommend(mood, goal, count, seed).songs
    assert len(songs) == len(set(songs)) == count


@settings(max_examples=60)
@given(moods, st.sampled_from(Goal), counts, seeds)
def test_no_artist_comes_twice_in_a_row_or_more_than_twice(mood, goal, count, seed):
    artists = [set(song.artists) for song in recommend(mood, goal, count, seed).songs]
    assert not [(one, next_) for one, next_ in pairwise(artists) if one & next_]
    names = [name for each in artists for name in each]
    assert not [name for name in names if names.count(name) > 2]


@given(small_catalogues(), moods, st.sampled_from(Goal), counts, seeds)
def test_a_small_catalogue_gives_all_that_it_can(source, mood, goal, count, seed):
    songs = recommend(mood, goal, count, seed, source=source).songs
    assert len(songs) == len(set(songs)) == min(count, len(source))
    assert set(songs) <= set(source.songs)


def test_one_artist_alone_still_fills_a_playlist():
    source = Catalogue(tuple(make_song(f"Song {number}", "Only One") for number in range(5)))
    assert len(recommend(Emotion.HAPPY, count=5, source=source).songs) == 5


def test_an_empty_catalogue_gives_an_empty_playlist():
    assert recommend(Emotion.HAPPY, source=Catalogue(())).songs == ()


@settings(max_examples=30)
@given(moods, st.sampled_from(Goal), counts, seeds)
def test_the_same_seed_gives_the_same_playlist(mood, goal, count, seed):
    assert recommend(mood, goal, count, seed) == recommend(mood, goal, count, seed)


def test_a_playlist_tells_the_seed_that_gives_it_again():
    first = recommend(Emotion.SAD, "lift")
    assert recommend(Emotion.SAD, "lift", seed=first.seed) == first


def test_without_a_seed_every_playlist_is_another():
    assert recommend(Emotion.SAD).songs != recommend(Emotion.SAD).songs


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_shuffling_brings_new_songs(emotion):
    heard = {song for seed in SEEDS for song in recommend(emotion, seed=seed).songs}
    assert len(heard) >= 3 * DEFAULT_SONGS


@settings(max_examples=30)
@given(moods, st.sampled_from(Goal), counts, seeds)
def test_every_song_has_a_reason_that_is_true(mood, goal, count, seed):
    playlist = recommend(mood, goal, count, seed)
    assert len(playlist.reasons) == count
    before = None
    for song, reason in zip(playlist.songs, playlist.reasons, strict=True):
        for value, band in ((song.valence, reason.valence), (song.energy, reason.energy)):
            assert {"low": value <= 0.34, "middle": 0.33 <= value <= 0.67, "high": value >= 0.66}[band]
        assert reason.label is None or reason.label in song.emotions
        if reason.step:
            grown = {"brighter": song.valence - before.valence, "livelier": song.energy - before.energy}
            grown |= {"darker": -grown["brighter"], "quieter": -grown["livelier"]}
            assert grown[reason.step] == max(grown.values())
        before = song
    assert playlist.reasons[0].step is None


# --- where the music goes ------------------------------------------------------------------------


def mean_places(mood, goal):
    """The mean place of the first three and of the last three songs, over several seeds."""
    places = np.array([[song.place for song in recommend(mood, goal, 10, seed).songs] for seed in SEEDS])
    return places[:, :3].mean(axis=(0, 1)), places[:, -3:].mean(axis=(0, 1))


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_matching_plays_songs_that_an_editor_chose_for_the_emotion(emotion):
    songs = [song for seed in SEEDS for song in recommend(emotion, "match", seed=seed).songs]
    assert sum(emotion in song.emotions for song in songs) >= 0.9 * len(songs)


@pytest.mark.parametrize("mood", [CALM, Mood(0.7, 0.7), Mood(-0.6, -0.6), Mood(-0.5, 0.7)])
def test_a_mood_known_only_by_its_place_gets_songs_around_it(mood):
    songs = [song for seed in SEEDS for song in recommend(mood, "match", seed=seed).songs]
    away = [np.hypot(song.place[0] - mood.valence, song.place[1] - mood.arousal) for song in songs]
    assert np.mean(away) < 0.5  # half the way from the middle to an edge; the catalogue has dozens of songs nearer


@pytest.mark.parametrize("emotion", [Emotion.ANGRY, Emotion.FEAR, Emotion.NEUTRAL, Emotion.SAD])
def test_lifting_ends_brighter_than_it_began(emotion):
    first, last = mean_places(emotion, "lift")
    assert last[0] > first[0] + 0.3
    assert last[0] > 0.5


@pytest.mark.parametrize("emotion", [Emotion.ANGRY, Emotion.FEAR, Emotion.HAPPY, Emotion.SURPRISE])
def test_calming_ends_quieter_than_it_began(emotion):
    first, last = mean_places(emotion, "calm")
    assert last[1] < first[1] - 0.3


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_calming_ends_calm(emotion):
    ends = np.array([recommend(emotion, "calm", 10, seed).songs[-1].place for seed in range(30)])
    valence, arousal = ends.mean(axis=0)
    assert valence > 0.3
    assert arousal < -0.2


def test_lifting_begins_where_the_face_is():
    songs = [recommend(Emotion.SAD, "lift", seed=seed).songs[0] for seed in SEEDS]
    assert all(Emotion.SAD in song.emotions for song in songs)


@pytest.mark.parametrize("goal", Goal)
def test_neighbours_rarely_jump(goal):
    jumps = []
    for emotion in EMOTIONS:
        for seed in range(5):
            places = np.array([song.place for song in recommend(emotion, goal, seed=seed).songs])
            jumps.append(np.abs(np.diff(places, axis=0)).max(axis=1))
    assert np.mean(np.concatenate(jumps) <= SMOOTH_STEP + 0.1) > 0.9


def test_a_playlist_stays_on_one_side_rather_than_jump_to_and_fro():
    songs = [make_song(f"{side} {n}", f"{side} {n}", valence=side) for side in (0.3, 0.7) for n in range(20)]
    source = Catalogue(tuple(songs))
    heard = [recommend(Mood(0, 0), count=8, seed=seed, source=source).songs for seed in SEEDS]
    jumps = [one.valence != other.valence for each in heard for one, other in pairwise(each)]
    assert np.mean(jumps) < 0.2


def test_a_mixed_face_hears_songs_of_both_emotions():
    shares = {Emotion.ANGRY: 0.5, Emotion.FEAR: 0.5}
    mood = Mood(-0.575, 0.595, shares)
    labels = [emotion for seed in SEEDS for song in recommend(mood, seed=seed).songs for emotion in song.emotions]
    assert min(labels.count(emotion) for emotion in shares) > len(labels) / 10


def test_a_playlist_remembers_what_it_is_for():
    playlist = recommend("Sad", "calm", 3, 1)
    assert (playlist.goal, playlist.seed, playlist.mood) == (Goal.CALM, 1, mood_of_emotion(Emotion.SAD))


@pytest.mark.parametrize("mood", [Emotion.SAD, "Sad", mood_of_emotion(Emotion.SAD)])
def test_a_mood_an_emotion_or_its_name_are_the_same_wish(mood):
    assert recommend(mood, seed=3) == recommend(Emotion.SAD, seed=3)


def test_ten_songs_that_match_unless_told_otherwise():
    playlist = recommend(Emotion.HAPPY)
    assert (len(playlist.songs), playlist.goal) == (10, Goal.MATCH)


# --- wrong choices -------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, -1, 31, 2.5, "ten", None, True])
def test_an_impossible_count_is_refused_with_the_range(count):
    with pytest.raises(ChoiceError, match="from 1 to 30"):
        recommend(Emotion.HAPPY, count=count)


@pytest.mark.parametrize("goal", ["party", "", None, 3])
def test_an_unknown_goal_is_refused_with_the_options(goal):
    with pytest.raises(ChoiceError, match="match, lift, calm"):
        recommend(Emotion.HAPPY, goal)


@pytest.mark.parametrize("emotion", ["Joy", "happy", "", None, 3])
def test_an_unknown_emotion_is_refused_with_the_options(emotion):
    with pytest.raises(ChoiceError, match="Angry, Fear, Happy, Neutral, Sad, Surprise"):
        recommend(emotion)


@pytest.mark.parametrize("seed", [-1, 1.5, "7", True])
def test_an_impossible_seed_is_refused(seed):
    with pytest.raises(ChoiceError, match="seed"):
        recommend(Emotion.HAPPY, seed=seed)


# --- reasons and links ---------------------------------------------------------------------------


def test_reasons_are_short_sentences():
    assert Reason("high", "low").sentence("en") == "warm and quiet"
    assert Reason("low", "high", step="darker").sentence("en") == "dark and lively, a step darker than the last"
    assert Reason("low", "high", label=Emotion.ANGRY).sentence("en") == "an editor's pick for Angry"
    assert Reason("high", "low").sentence("id") == "hangat dan lirih"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_can_be_said(lang):
    bands, steps = ("low", "middle", "high"), (None, "brighter", "darker", "livelier", "quieter")
    said = [Reason(*each).sentence(lang) for each in np.array(np.meshgrid(bands, bands, steps)).T.reshape(-1, 3)]
    said += [Reason("low", "low", label=emotion).sentence(lang) for emotion in EMOTIONS]
    assert len(set(said)) == 9 * 5 + 6
    assert max(map(len, said)) < 80


def test_a_song_with_an_id_links_to_its_track():
    assert links(make_song(spotify_id="2nLtzopw4rPReszdYBJU6h")).spotify == (
        "https://open.spotify.com/track/2nLtzopw4rPReszdYBJU6h"
    )


@given(st.text(), st.text())
def test_search_links_hold_artist_and_title_whatever_they_are(title, artist):
    found = links(make_song(title, artist))
    youtube, spotify = urlparse(found.youtube), urlparse(found.spotify)
    assert (youtube.scheme, youtube.netloc, youtube.path) == ("https", "www.youtube.com", "/results")
    assert parse_qs(youtube.query) == {"search_query": [f"{artist} {title}"]}
    assert (spotify.scheme, spotify.netloc) == ("https", "open.spotify.com")
    assert unquote(spotify.path.removeprefix("/search/")) == f"{artist} {title}"
    assert not re.search(r"[\s\"'<>]", found.youtube + found.spotify)


def test_every_song_of_the_catalogue_has_links():
    for song in catalogue().songs:
        assert links(song).spotify.startswith("https://open.spotify.com/")
        assert links(song).youtube.startswith("https://www.youtube.com/results?search_query=")
