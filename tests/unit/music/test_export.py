import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from femr.emotions import Emotion
from femr.i18n import LANGUAGES
from femr.music.catalogue import Catalogue, Song, catalogue
from femr.music.export import (
    as_csv,
    as_json_text,
    as_m3u,
    as_text,
    playlist_as_json,
    spotify_links,
    without_spotify_link,
)
from femr.music.exportify import load_own_songs, songs_as_csv
from femr.music.playlist import links, recommend

PLAYLIST = recommend("Sad", "lift", 10, 3)


def playlist_of(*songs):
    return recommend("Sad", count=max(1, len(songs)), seed=1, source=Catalogue(songs))


def make_song(title="A song", artists=("Somebody",), **changes):
    song = Song("", title, artists, 2000, "pop", "en", None, (Emotion.HAPPY,), 0.5, 0.5, 120.0, "rated")
    return replace(song, **changes)


def read_back(song):
    """What `load_own_songs` can know of `song`."""
    file = "" if song.spotify_id else song.file
    return replace(song, language="", emotions=(), source="own", youtube_id="", file=file)


# --- M3U -----------------------------------------------------------------------------------------


def test_m3u_holds_streaming_songs_as_text_to_search_for_and_no_page_of_the_web():
    first, *lines = as_m3u(PLAYLIST).splitlines()
    assert first == "#EXTM3U"
    assert lines == [f"#EXTINF:-1,{song.artist} - {song.title}" for song in PLAYLIST.songs]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file:///home/me/Music/a%20b%20%23%C3%A9.mp3", "/home/me/Music/a b #é.mp3"),
        ("file:///C:/Music/a.mp3", "C:/Music/a.mp3"),
        ("file:///music/caf%E9.mp3", "file:///music/caf%E9.mp3"),
        ("file:///music/a%0Ab.mp3", "file:///music/a%0Ab.mp3"),
    ],
)
def test_m3u_holds_a_song_in_a_file_by_its_path(address, path):
    playlist = playlist_of(make_song("One", ("A",), file=address, source="own"))
    assert as_m3u(playlist) == f"#EXTM3U\n#EXTINF:-1,A - One\n{path}\n"


def test_the_path_is_that_of_the_file_which_was_heard(tmp_path):
    file = tmp_path / "Björk - Jóga #1.mp3"
    playlist = playlist_of(make_song(file=file.as_uri(), source="own"))
    assert as_m3u(playlist).splitlines()[-1] == str(file)


@given(st.text(), st.text())
def test_no_title_adds_a_line(title, artist):
    playlist = playlist_of(make_song(title, (artist,)))
    assert len(as_m3u(playlist).splitlines()) == 2
    assert len(as_text(playlist).splitlines()) == 3


# --- CSV -----------------------------------------------------------------------------------------

letters = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
texts = st.one_of(st.text("aé,;&'\"=+-@ 0夜\\\r\n", min_size=1), st.text(letters, min_size=1))
names = texts.map(str.strip).filter(bool)
songs = st.builds(
    make_song,
    names,
    st.lists(names, min_size=1, max_size=3, unique=True).map(tuple),
    spotify_id=st.sampled_from(["", *(song.spotify_id for song in catalogue().songs[:5])]),
    year=st.one_of(st.none(), st.integers(1800, 2099)),
    genre=st.sampled_from(["", "r&b", "hip hop", "=pop"]),
    explicit=st.sampled_from([True, False, None]),
    valence=st.floats(0, 1),
    energy=st.floats(0, 1),
    tempo=st.one_of(st.none(), st.floats(1, 300)),
    file=st.sampled_from(["", "file:///music/a%20b.mp3"]),
)


@settings(max_examples=300)
@given(st.lists(songs, min_size=1, max_size=4, unique_by=(lambda song: song.title.casefold(), lambda song: song.year)))
def test_songs_written_as_csv_are_read_back_the_same(written):
    written = [replace(song, spotify_id="") if number else song for number, song in enumerate(written)]
    assert load_own_songs(songs_as_csv(written).encode()).catalogue.songs == tuple(map(read_back, written))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_whole_catalogue_is_read_back(encoding):
    read = load_own_songs(songs_as_csv(catalogue().songs).encode(encoding))
    assert read.catalogue.songs == tuple(map(read_back, catalogue().songs))
    assert (read.left_out, read.repeated) == (0, 0)


def test_a_playlist_is_read_back_in_its_order():
    assert load_own_songs(as_csv(PLAYLIST).encode()).catalogue.songs == tuple(map(read_back, PLAYLIST.songs))


@pytest.mark.parametrize("name", ["Earth, Wind & Fire", "Tyler, The Creator", "10,000 Maniacs", "A;B", "\\", "\\;"])
def test_a_comma_or_semicolon_in_the_only_name_is_kept(name):
    (song,) = load_own_songs(as_csv(playlist_of(make_song("September", (name,)))).encode()).catalogue.songs
    assert song.artists == (name,)


@pytest.mark.parametrize("text", ['=HYPERLINK("http://evil")', "+1", "-1", "@SUM(A1)", "＝1", "\t=1"])
def test_no_cell_is_a_formula(text):
    song = make_song(text, (text, "B"), genre=text)
    _, row = csv.reader(io.StringIO(songs_as_csv([song])))
    assert not [cell for cell in row if cell.startswith(tuple("=+-@＝\t\r"))]


def test_the_columns_are_exportifys():
    header = as_csv(PLAYLIST).splitlines()[0]
    assert header == "Track URI,Track Name,Artist Name(s),Release Date,Explicit,Genres,Energy,Valence,Tempo"


# --- text, JSON and links ------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "heading"), [("en", "Playlist (Lift):"), ("id", "Daftar putar (Naik):")])
def test_text_is_a_numbered_list(lang, heading):
    lines = as_text(PLAYLIST, lang).splitlines()
    first, last = PLAYLIST.songs[0], PLAYLIST.songs[-1]
    assert lines[:3] == [heading, f"1. {first.title} — {first.artist}", f"   {links(first).spotify}"]
    assert lines[-2] == f"10. {last.title} — {last.artist}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_is_what_the_terminal_gives(lang):
    assert json.loads(as_json_text(PLAYLIST, lang)) == playlist_as_json(PLAYLIST.mood, PLAYLIST, lang)


def test_links_are_those_of_songs_that_have_an_id():
    one, other = make_song("One", spotify_id="2nLtzopw4rPReszdYBJU6h"), make_song("Other", ("Else",))
    assert spotify_links(playlist_of(one, other)) == "spotify:track:2nLtzopw4rPReszdYBJU6h\n"
    assert spotify_links(playlist_of(other)) == ""
    assert [without_spotify_link(playlist_of(*songs)) for songs in ((one, other), (one,), ())] == [1, 0, 0]


@pytest.mark.parametrize("export", [as_m3u, as_csv, as_text, as_json_text, spotify_links])
def test_an_empty_playlist_can_be_exported(export):
    assert isinstance(export(playlist_of()), str)


@pytest.mark.parametrize("export", [as_m3u, as_csv, as_text, as_json_text, spotify_links])
def test_every_export_ends_its_last_line(export):
    assert export(PLAYLIST).endswith("\n")
