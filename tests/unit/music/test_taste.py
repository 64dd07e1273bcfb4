import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, Emotion
from femr.errors import ChoiceError
from femr.i18n import LANGUAGES
from femr.music.catalogue import catalogue
from femr.music.filters import Filters
from femr.music.playlist import Goal, recommend
from femr.music.taste import MAX_FAVOURITES, MAX_HEARD, MAX_JSON, MAX_KEPT, MAX_TEXT, NO_TASTE, Taste

SEEDS = range(30)

keys = st.sampled_from([song.key for song in catalogue().songs])
artists = st.sampled_from(sorted(catalogue().by_artist))
genres = st.sampled_from(sorted(catalogue().genres.values))


def some(texts, most):
    return st.lists(texts, max_size=most, unique=True).map(tuple)


tastes = st.builds(
    Taste, some(artists, 5), some(genres, 3), some(keys, 5), some(keys, 9), some(artists, 9), some(keys, 9)
)


def songs_for(emotion, taste, **options):
    return [song for seed in SEEDS for song in recommend(emotion, seed=seed, taste=taste, **options).songs]


# --- choosing ------------------------------------------------------------------------------------


@given(tastes, st.sampled_from(EMOTIONS), st.sampled_from(Goal), st.integers(0, 2**32))
def test_a_seed_and_a_taste_give_the_same_list_again(taste, emotion, goal, seed):
    playlist = recommend(emotion, goal, 10, seed, taste=taste)
    assert recommend(emotion, goal, 10, playlist.seed, taste=Taste.from_json(playlist.taste.to_json())) == playlist


@given(tastes, st.sampled_from(EMOTIONS), st.sampled_from(Goal), st.integers(0, 2**32))
def test_nothing_that_is_hidden_is_heard(taste, emotion, goal, seed):
    songs = recommend(emotion, goal, 30, seed, taste=taste).songs
    assert len(songs) == 30
    assert not {song.key for song in songs} & set(taste.hidden_songs)
    assert not {artist for song in songs for artist in song.artists} & set(taste.hidden_artists)


def test_a_favourite_genre_is_heard_more_often():
    jazz = [
        sum(song.genre == "jazz" for song in songs_for(Emotion.NEUTRAL, taste))
        for taste in (NO_TASTE, Taste(genres=("jazz",)))
    ]
    assert jazz[1] > 1.5 * jazz[0] > 0


def test_a_favourite_artist_and_a_song_with_a_heart_are_heard_more_often():
    artist = "Linkin Park"
    (song, *_) = [song for song in catalogue().songs if Emotion.SAD in song.emotions and song.artists == ("Adele",)]
    plain = songs_for(Emotion.ANGRY, NO_TASTE)
    fond = songs_for(Emotion.ANGRY, Taste(artists=(artist,)))
    assert sum(artist in each.artists for each in fond) > 2 * sum(artist in each.artists for each in plain)
    hearts = NO_TASTE.with_heart(song)
    assert songs_for(Emotion.SAD, hearts).count(song) > songs_for(Emotion.SAD, NO_TASTE).count(song)


def test_songs_heard_lately_come_later():
    first = recommend(Emotion.HAPPY, seed=1)
    taste = NO_TASTE.having_heard(first.songs)
    again = sum(song in first.songs for song in songs_for(Emotion.HAPPY, taste))
    before = sum(song in first.songs for song in songs_for(Emotion.HAPPY, NO_TASTE))
    assert again < before / 3


def test_what_a_taste_names_and_the_catalogue_lacks_changes_nothing():
    taste = Taste(("Nobody",), ("polka",), ("nobody - nothing",), ("a - b",), ("No One",), ("c - d",))
    assert recommend("Sad", seed=1, taste=taste).songs == recommend("Sad", seed=1).songs


def test_a_filter_that_leaves_nothing_but_hidden_songs_is_refused_with_their_number():
    (song,) = [song for song in catalogue().songs if song.language == "mn"]
    with pytest.raises(ChoiceError) as caught:
        recommend("Angry", taste=NO_TASTE.hiding(song), filters=Filters(languages=frozenset({"mn"})))
    assert caught.value.code == "taste_hides_all"
    assert all("1" in caught.value.sentence(lang) for lang in LANGUAGES)


# --- growing and forgetting ----------------------------------------------------------------------


def test_a_heart_shows_a_hidden_song_again_and_hiding_takes_its_heart():
    song = catalogue().songs[0]
    assert NO_TASTE.hiding(song).with_heart(song) == Taste(hearts=(song.key,))
    assert NO_TASTE.with_heart(song).hiding(song) == Taste(hidden_songs=(song.key,))
    assert NO_TASTE.with_artist("ABBA").hiding_artist("ABBA") == Taste(hidden_artists=("ABBA",))


def test_everything_can_be_forgotten_one_by_one():
    song = catalogue().songs[0]
    taste = NO_TASTE.with_artist("ABBA").with_genre("Jazz").with_heart(song).having_heard([song])
    assert taste == Taste(("ABBA",), ("jazz",), (song.key,), heard=(song.key,))
    taste = taste.without("artists", "ABBA").without("genres", "jazz").without("hearts", song.key)
    assert taste.without("heard", song.key) == NO_TASTE


def test_of_too_many_the_oldest_is_forgotten():
    taste = NO_TASTE
    for number in range(MAX_FAVOURITES + 2):
        taste = taste.with_artist(f"{number}")
    assert taste.artists == tuple(f"{number}" for number in range(2, MAX_FAVOURITES + 2))
    heard = NO_TASTE.having_heard(catalogue().songs[: MAX_HEARD + 5])
    assert heard.heard == tuple(song.key for song in catalogue().songs[5 : MAX_HEARD + 5])


@given(st.text(), st.text(), st.text())
def test_whatever_is_liked_or_hidden_can_be_kept(title, artist, genre):
    song = replace(catalogue().songs[0], title=title, artists=(artist,))
    taste = NO_TASTE.with_heart(song).with_artist(artist).with_genre(genre).having_heard([song])
    assert Taste.from_json(taste.to_json()) == taste


def test_what_is_named_again_is_the_newest():
    assert NO_TASTE.with_artist("A").with_artist("B").with_artist("A").artists == ("B", "A")


# --- keeping -------------------------------------------------------------------------------------


@given(tastes)
def test_a_taste_comes_back_from_its_json(taste):
    assert Taste.from_json(taste.to_json()) == taste


def test_the_fullest_taste_fits():
    names = [f"{number:04}".ljust(MAX_TEXT, "x") for number in range(MAX_KEPT)]
    few, heard = tuple(names[:MAX_FAVOURITES]), tuple(names[:MAX_HEARD])
    fullest = Taste(few, few, tuple(names), tuple(names[: MAX_KEPT // 4]), tuple(names[: MAX_KEPT // 4]), heard)
    assert len(fullest.to_json()) <= MAX_JSON
    assert Taste.from_json(fullest.to_json()) == fullest


def test_an_empty_taste_is_an_empty_object():
    assert NO_TASTE.to_json() == "{}"
    assert Taste.from_json("{}") == NO_TASTE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        "[" * 100_000,
        '{"artist":[]}',
        '{"artists":"ABBA"}',
        '{"artists":[1]}',
        '{"artists":[""]}',
        '{"artists":["A","A"]}',
        '{"artists":["a\\nb"]}',
        '{"artists":["\\ud800"]}',
        '{"hearts":{"a":1}}',
        json.dumps({"artists": [str(n) for n in range(MAX_FAVOURITES + 1)]}),
        json.dumps({"genres": ["x" * (MAX_TEXT + 1)]}),
        " " * (MAX_JSON + 1),
        None,
        {},
        b"{}",
    ],
)
def test_what_is_no_taste_is_refused_in_words(text):
    with pytest.raises(ChoiceError) as caught:
        Taste.from_json(text)
    assert caught.value.code == "taste_unknown"
    for lang in LANGUAGES:
        assert caught.value.sentence(lang)


@given(
    st.one_of(
        st.text(),
        st.recursive(
            st.none() | st.integers() | st.text(),
            lambda each: st.lists(each) | st.dictionaries(st.sampled_from(["artists", "heard", "x"]), each),
        ).map(json.dumps),
    )
)
def test_whatever_it_says_it_is_understood_or_refused(text):
    try:
        taste = Taste.from_json(text)
    except ChoiceError:
        return
    assert Taste.from_json(taste.to_json()) == taste


def test_weights_are_above_nothing_and_one_for_all_without_a_taste():
    assert NO_TASTE.weights(catalogue()) == 1
    weights = Taste(genres=("jazz",), heard=(catalogue().songs[0].key,)).weights(catalogue())
    assert np.shape(weights) == (len(catalogue()),)
    assert np.all(np.asarray(weights) > 0)
