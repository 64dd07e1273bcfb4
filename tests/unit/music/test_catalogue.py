import re
from collections import Counter
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from femr.emotions import EMOTIONS, Emotion
from femr.errors import InstallationError
from femr.music.catalogue import Catalogue, Column, Song, catalogue, load_catalogue

ROW = {
    "spotify_id": "2nLtzopw4rPReszdYBJU6h",
    "title": "Numb",
    "artist": "Linkin Park",
    "year": "2003",
    "genre": "metal",
    "language": "en",
    "explicit": "no",
    "emotions": "Angry|Sad",
    "valence": "0.243",
    "energy": "0.863",
    "tempo": "110",
    "source": "spotify",
    "youtube_id": "kXYiU_JCYtU",
}
COLUMNS = list(ROW)

# The songs of the notebook that this project grew from, by title; with the artist where several songs share it.
REQUIRED = {
    Emotion.ANGRY: ["Numb", "Killing In The Name", "Chop Suey!", "Can You Feel My Heart"],
    Emotion.FEAR: ["Time / Hans Zimmer", "Hand Covers Bruise"],
    Emotion.HAPPY: ["Happy", "Uptown Funk", "Don't Stop Me Now", "Roar"],
    Emotion.SAD: ["Someone Like You", "Ocean Eyes", "Creep", "Skinny Love", "Someone You Loved"],
    Emotion.SURPRISE: ["Levels", "One More Time", "Rather Be"],
}


@pytest.fixture
def written(tmp_path):
    """Writes rows as a catalogue."""

    def write(*rows, columns=COLUMNS):
        lines = [",".join(columns), *(",".join(f'"{row[name]}"' for name in columns if name in row) for row in rows)]
        path = tmp_path / "songs.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


# --- the shipped catalogue -----------------------------------------------------------------------


def test_the_catalogue_has_at_least_1400_songs():
    assert len(catalogue()) >= 1400


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_emotion_has_at_least_a_hundred_songs(emotion):
    assert sum(emotion in song.emotions for song in catalogue().songs) >= 100


def test_the_calm_and_warm_quarter_has_at_least_150_songs():
    assert sum(song.valence > 0.5 and song.energy < 0.5 for song in catalogue().songs) >= 150


def test_there_are_many_genres_and_decades():
    assert len({song.genre for song in catalogue().songs}) >= 12
    assert len({song.year // 10 for song in catalogue().songs if song.year is not None}) >= 7


def test_no_artist_has_more_than_five_songs():
    counts = Counter(artist for song in catalogue().songs for artist in song.artists)
    assert [each for each in counts.items() if each[1] > 5] == []


@pytest.mark.parametrize(
    ("languages", "least"),
    [
        ({"ko"}, 40),
        ({"ja"}, 25),
        ({"ar"}, 30),
        ({"tr"}, 20),
        ({"id"}, 140),
        ({"hi", "pa", "ur"}, 25),
        ({"es", "pt"}, 100),
    ],
)
def test_songs_are_sung_in_many_languages(languages, least):
    assert sum(song.language in languages for song in catalogue().songs) >= least


@pytest.mark.parametrize(("genre", "least"), [("latin", 60), ("afrobeats", 25)])
def test_there_are_latin_and_african_songs(genre, least):
    assert sum(song.genre == genre for song in catalogue().songs) >= least


def test_at_least_ninety_indonesian_songs_have_a_player():
    assert sum(song.language == "id" and song.plays for song in catalogue().songs) >= 90


def test_explicit_songs_are_flagged():
    assert sum(song.explicit is True for song in catalogue().songs) >= 60
    assert sum(song.explicit is None for song in catalogue().songs) < len(catalogue()) / 8


@pytest.mark.parametrize(
    ("emotion", "wanted"), [(emotion, wanted) for emotion, titles in REQUIRED.items() for wanted in titles]
)
def test_the_notebooks_songs_are_there_with_their_label(emotion, wanted):
    title, _, artist = wanted.partition(" / ")
    songs = [song for song in catalogue().songs if song.title.casefold() == title.casefold() and artist in song.artist]
    assert any(emotion in song.emotions for song in songs)


@pytest.mark.parametrize("words", [{"lo-fi"}, {"jazz"}, {"ambient"}, {"piano", "classical"}])
def test_neutral_has_its_calm_genres(words):
    assert words & {song.genre for song in catalogue().songs if Emotion.NEUTRAL in song.emotions}


def test_spotify_ids_are_22_base62_characters_or_empty():
    wrong = [song for song in catalogue().songs if not re.fullmatch("([0-9A-Za-z]{22})?", song.spotify_id)]
    assert wrong == []


def test_youtube_ids_are_11_characters_or_empty():
    wrong = [song for song in catalogue().songs if not re.fullmatch(r"([\w-]{11})?", song.youtube_id, re.ASCII)]
    assert wrong == []


@pytest.mark.parametrize("name", ["spotify_id", "youtube_id"])
def test_no_id_comes_twice(name):
    ids = Counter(getattr(song, name) for song in catalogue().songs if getattr(song, name))
    assert [each for each, count in ids.items() if count > 1] == []


def test_no_song_comes_twice():
    songs = Counter((song.title.casefold(), song.artist.casefold()) for song in catalogue().songs)
    assert [each for each, count in songs.items() if count > 1] == []


def test_nearly_all_songs_have_a_player():
    assert sum(song.plays for song in catalogue().songs) > 0.94 * len(catalogue())


def test_every_song_is_known_by_a_key_of_its_own():
    assert len(catalogue().by_key) == len(catalogue())
    assert all(catalogue().songs[position].key == key for key, position in catalogue().by_key.items())


@pytest.mark.parametrize(
    ("name", "least", "most"), [("valence", 0, 1), ("energy", 0, 1), ("tempo", 40, 220), ("year", 1900, 2026)]
)
def test_figures_are_possible(name, least, most):
    assert [song for song in catalogue().songs if not least <= getattr(song, name) <= most] == []


def test_every_song_says_where_its_figures_come_from():
    assert {song.source for song in catalogue().songs} <= {"spotify", "rated"}


def test_figures_from_spotify_belong_to_a_track():
    assert [song for song in catalogue().songs if song.source == "spotify" and not song.spotify_id] == []


def test_titles_have_no_tails_of_a_release():
    tail = re.compile(
        r"remaster|[(\[](feat|ft|with|from)\b|- (.*\b(version|edit|mix|mono|stereo|live)\b|(19|20)\d\d)", re.IGNORECASE
    )
    assert [song.title for song in catalogue().songs if tail.search(song.title)] == []


@pytest.mark.parametrize("name", ["title", "artist", "genre", "language"])
def test_no_text_is_empty_or_padded(name):
    texts = [getattr(song, name) for song in catalogue().songs]
    assert [text for text in texts if not text or text != text.strip()] == []


def test_a_song_has_one_or_two_different_emotions():
    assert [song for song in catalogue().songs if len(set(song.emotions)) != len(song.emotions)] == []
    assert {len(song.emotions) for song in catalogue().songs} <= {1, 2}


def test_languages_are_codes_and_genres_lower_case():
    assert [song for song in catalogue().songs if not re.fullmatch("[a-z]{2}|zxx", song.language)] == []
    assert [song for song in catalogue().songs if song.genre != song.genre.lower()] == []


def test_the_catalogue_is_read_once():
    assert catalogue() is catalogue()


# --- songs ---------------------------------------------------------------------------------------


def song(**changes):
    (read,) = catalogue().songs[:1]
    return replace(read, **changes)


@pytest.mark.parametrize(
    ("valence", "energy", "place"), [(0, 0, (-1, -1)), (1, 1, (1, 1)), (0.5, 0.5, (0, 0)), (0.75, 0.25, (0.5, -0.5))]
)
def test_valence_and_energy_become_a_place_on_the_plane(valence, energy, place):
    assert song(valence=valence, energy=energy).place == pytest.approx(place)


def test_the_artists_are_one_text_as_well():
    assert song(artists=("Clean Bandit", "Jess Glynne")).artist == "Clean Bandit, Jess Glynne"
    assert song(artists=("Adele",)).artist == "Adele"


def test_a_songs_emotion_is_the_editors_first_or_else_the_nearest():
    assert song(emotions=(Emotion.FEAR, Emotion.SAD), valence=0.9, energy=0.8).emotion is Emotion.FEAR
    assert song(emotions=(), valence=0.9, energy=0.8).emotion is Emotion.HAPPY
    assert song(emotions=(), valence=0.5, energy=0.5).emotion is Emotion.NEUTRAL


def test_a_song_is_not_changed_once_made():
    with pytest.raises(FrozenInstanceError):
        setattr(song(), "title", "Another")  # noqa: B010 - a type checker refuses the plain assignment


def test_arrays_follow_the_songs():
    songs = Catalogue(
        (
            song(valence=0.0, energy=1.0, emotions=(Emotion.ANGRY,)),
            song(valence=1.0, energy=0.5, emotions=(Emotion.HAPPY, Emotion.SURPRISE)),
        )
    )
    assert np.array_equal(songs.places, [[-1, 1], [1, 0]])
    assert np.array_equal(songs.labels, [[1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 1]])


def test_a_catalogue_without_songs_has_empty_arrays():
    assert Catalogue(()).places.shape == (0, 2)
    assert Catalogue(()).labels.shape == (0, 6)
    assert Catalogue(()).silent.shape == (0,)
    assert Catalogue(()).years.shape == (0,)
    assert Catalogue(()).genres.codes.shape == (0,)


def test_a_column_tells_which_songs_have_a_text_and_how_many():
    column = Column.of(["pop", "", "pop", "jazz"])
    assert column.among({"pop", "polka"}).tolist() == [True, False, True, False]
    assert column.counts(np.array([True, True, False, False])) == {"pop": 1, "": 1, "jazz": 0}


def test_facts_that_a_song_does_not_tell_are_none_of_them():
    songs = Catalogue((song(year=None, explicit=None), song(year=2000, explicit=False), song(explicit=True)))
    assert np.isnan(songs.years[0])
    assert songs.years[1] == 2000
    assert songs.clean.tolist() == [False, True, False]


def test_each_of_several_artists_is_known_by_name():
    songs = Catalogue((song(artists=("A",)), song(artists=("Earth, Wind & Fire", "A")), song(artists=("B",))))
    assert songs.by_artist == {"A": [0, 1], "Earth, Wind & Fire": [1], "B": [2]}


# --- reading -------------------------------------------------------------------------------------


def test_a_row_becomes_a_song(written):
    (read,) = load_catalogue(written(ROW)).songs
    assert read == Song(
        spotify_id="2nLtzopw4rPReszdYBJU6h",
        title="Numb",
        artists=("Linkin Park",),
        year=2003,
        genre="metal",
        language="en",
        explicit=False,
        emotions=(Emotion.ANGRY, Emotion.SAD),
        valence=0.243,
        energy=0.863,
        tempo=110,
        source="spotify",
        youtube_id="kXYiU_JCYtU",
    )


@pytest.mark.parametrize(
    ("text", "artists"),
    [
        ("Clean Bandit; Jess Glynne", ("Clean Bandit", "Jess Glynne")),
        ("Earth, Wind & Fire", ("Earth, Wind & Fire",)),
        ("Tyler, The Creator; Kali Uchis", ("Tyler, The Creator", "Kali Uchis")),
    ],
)
def test_artists_are_parted_at_semicolons_alone(written, text, artists):
    (read,) = load_catalogue(written(ROW | {"artist": text})).songs
    assert read.artists == artists


@pytest.mark.parametrize("name", ["Earth, Wind & Fire", "Tyler, The Creator"])
def test_a_comma_in_a_name_makes_no_two_artists(name):
    assert any(name in song.artists for song in catalogue().songs)
    assert not set(name.split(", ")) & set(catalogue().by_artist)


def test_the_version_changes_with_the_file(written):
    version = load_catalogue(written(ROW)).version
    assert load_catalogue(written(ROW)).version == version
    assert load_catalogue(written(ROW | {"title": "Another"})).version != version
    assert re.fullmatch("[0-9a-f]{8}", version)


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("no", False), ("", None)])
def test_explicit_may_be_unknown(written, text, value):
    (read,) = load_catalogue(written(ROW | {"explicit": text})).songs
    assert read.explicit is value


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("year", "soon"),
        ("explicit", "maybe"),
        ("emotions", "Joy"),
        ("emotions", ""),
        ("valence", ""),
        ("valence", "1.5"),
        ("energy", "-0.1"),
        ("energy", "nan"),
        ("tempo", "fast"),
        ("source", ""),
        ("title", ""),
        ("artist", ""),
        ("artist", "Clean Bandit; "),
        ("spotify_id", "too-short"),
        ("youtube_id", "too-short"),
    ],
)
def test_a_broken_row_is_refused_by_number(written, column, text):
    path = written(ROW, ROW | {column: text})
    with pytest.raises(InstallationError) as caught:
        load_catalogue(path)
    assert caught.value.code == "catalogue_row"
    assert caught.value.values["row"] == 3  # as a spreadsheet counts: the header is row 1
    assert str(path) in str(caught.value)


def test_a_row_that_is_cut_short_is_refused_by_number(written):
    cut = {name: ROW[name] for name in COLUMNS[:-1]}
    with pytest.raises(InstallationError, match="row 2"):
        load_catalogue(written(cut))


@pytest.mark.parametrize("missing", COLUMNS)
def test_a_missing_column_is_named(written, missing):
    path = written(ROW, columns=[name for name in COLUMNS if name != missing])
    with pytest.raises(InstallationError, match=missing):
        load_catalogue(path)


def test_a_missing_catalogue_is_named(tmp_path):
    with pytest.raises(InstallationError, match=r"nowhere\.csv") as caught:
        load_catalogue(tmp_path / "nowhere.csv")
    assert caught.value.code == "catalogue_missing"


def test_a_catalogue_that_is_no_text_is_a_fault_of_the_installation(tmp_path):
    path = tmp_path / "songs.csv"
    path.write_bytes(b"spotify_id,title\n\xff\xfe\x00,x\n")
    with pytest.raises(InstallationError):
        load_catalogue(path)
