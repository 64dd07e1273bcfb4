"""What needs no audio: names, the table's lines, what is said when something is wrong."""

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from femr.errors import LibraryError
from femr.music.audio_features import AudioFeatures, valence_and_energy
from femr.music.audio_file import Tags, tags_from_name
from femr.music.audio_library import FIELDS, add_songs, as_track, find_audio, main
from femr.music.exportify import as_row, header, load_own_songs, table_writer
from tests.serving import ROOT

BRIGHT = AudioFeatures(tempo=128, loudness=-9, onset_rate=5, mode=0.25, brightness=3000)
DARK = AudioFeatures(tempo=66, loudness=-28, onset_rate=1, mode=-0.25, brightness=900)
PLAIN = Tags("Song", ("Somebody",), "", ())

FORMER_TABLE = rb"""Track URI,Track Name,Artist Name(s),Release Date,Genres,Energy,Valence,Tempo,Mode
file:///music/a.mp3,"'=Sinnerman, live","Earth\, Wind & Fire, 2Pac",1965-10,"jazz, soul",0.860,0.876,128.0,1
file:///music/b.mp3,Other,Unknown artist,,,0.200,0.075,66.0,0
""".replace(b"\n", b"\r\n")
"""As a former version of `femr-library` wrote it: such tables lie on people's disks."""


def table(*tracks) -> bytes:
    file = io.StringIO(newline="")
    writer = table_writer(file, FIELDS)
    writer.writeheader()
    writer.writerows(map(as_row, tracks))
    return file.getvalue().encode()


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "artists", "title"),
    [
        ("Nina Simone - Sinnerman.mp3", ("Nina Simone",), "Sinnerman"),
        ("Sinnerman.flac", (), "Sinnerman"),
        ("07 - Nina Simone - Sinnerman.mp3", ("Nina Simone",), "Sinnerman"),
        ("07. Sinnerman.mp3", (), "Sinnerman"),
        ("07 - Sinnerman.mp3", (), "Sinnerman"),
        ("99 Luftballons.mp3", (), "99 Luftballons"),
        ("50 Cent - In da Club.mp3", ("50 Cent",), "In da Club"),
        ("Jay-Z - 99 Problems.mp3", ("Jay-Z",), "99 Problems"),
        ("A - B - C.mp3", ("A",), "B - C"),
        (" - B.mp3", (), "- B"),
        ("1999.mp3", (), "1999"),
        ("a  b\tc.ogg", (), "a b c"),
    ],
)
def test_a_files_name_tells_artist_and_title(name, artists, title):
    tags = tags_from_name(Path(name))
    assert (tags.artists, tags.title) == (artists, title)


def test_a_name_that_is_no_text_can_still_be_written():
    tags = tags_from_name(Path(b"caf\xe9.mp3".decode("utf-8", "surrogateescape")))
    assert tags.title.encode("utf-8")


@given(st.text(min_size=1).filter(lambda text: "/" not in text and "\0" not in text and text not in (".", "..")))
def test_every_name_gives_one_line_that_can_be_written(name):
    try:
        tags = tags_from_name(Path(name))
    except UnicodeEncodeError:
        assume(False)  # a lone surrogate, which no file's name can give
    assert "\n" not in tags.title
    tags.title.encode("utf-8")


# --- the table -----------------------------------------------------------------------------------


def test_a_row_has_what_exportify_writes():
    tags = Tags("Sinnerman", ("Nina Simone",), "1965-10", ("jazz", "soul"))
    cells = as_row(as_track(Path("/music/Sin nerman.mp3"), tags, replace(BRIGHT, tempo=141.26)))
    assert cells["Track URI"] == "file:///music/Sin%20nerman.mp3"
    assert cells["Artist Name(s)"] == "Nina Simone"
    assert cells["Release Date"] == "1965-10"
    assert cells["Genres"] == "jazz, soul"
    assert cells["Tempo"] == "141.3"
    assert cells["Mode"] == "1"
    valence, energy = valence_and_energy(replace(BRIGHT, tempo=141.26))
    assert (float(cells["Valence"]), float(cells["Energy"])) == pytest.approx((valence, energy), abs=0.0005)


def test_the_page_takes_the_table_as_own_songs():
    tags = Tags("=Sinnerman, live", ("Earth, Wind & Fire", "2Pac"), "1965-10", ("jazz", "soul"))
    tracks = [
        as_track(Path("/a.mp3"), tags, BRIGHT),
        as_track(Path("/b.mp3"), Tags("Other", (), "", ()), DARK),
    ]
    first, second = load_own_songs(table(*tracks)).catalogue.songs
    assert (first.title, first.artists) == ("=Sinnerman, live", ("Earth, Wind & Fire", "2Pac"))
    assert (first.year, first.genre, first.spotify_id, first.tempo) == (1965, "jazz", "", 128)
    assert (first.valence, first.energy) == pytest.approx(valence_and_energy(BRIGHT), abs=0.0005)
    assert (second.artists, second.year, second.genre) == (("Unknown artist",), None, "")


def test_a_table_of_the_former_version_is_continued_and_the_page_takes_it(tmp_path, monkeypatch):
    for package in ("librosa", "soundfile", "mutagen"):
        monkeypatch.setitem(sys.modules, package, sys)
    monkeypatch.setattr("femr.music.audio_library.load_tags", lambda path: Tags("New", ("A;B", "C, D"), "", ()))
    monkeypatch.setattr("femr.music.audio_library.extract_features", lambda path: DARK)
    (tmp_path / "known.mp3").touch()
    (tmp_path / "new.mp3").touch()
    former = FORMER_TABLE.replace(b"file:///music/b.mp3", (tmp_path / "known.mp3").as_uri().encode())
    out = tmp_path / "songs.csv"
    out.write_bytes(former)
    result = add_songs(tmp_path, out)
    assert (result.added, result.known) == (1, 1)
    assert out.read_bytes().startswith(former)
    songs = load_own_songs(out.read_bytes()).catalogue.songs
    assert [song.title for song in songs] == ["=Sinnerman, live", "Other", "New"]
    assert [song.artists for song in songs] == [
        ("Earth, Wind & Fire", "2Pac"),
        ("Unknown artist",),
        ("A;B", "C, D"),
    ]


def test_an_artist_nobody_knows_is_named_in_the_readers_language():
    assert as_track(Path("/a.mp3"), replace(PLAIN, artists=()), DARK, "id").artists == ("Artis tidak dikenal",)


def test_a_minor_song_has_mode_0():
    assert as_row(as_track(Path("/a.mp3"), PLAIN, DARK))["Mode"] == "0"


def test_a_cell_that_a_spreadsheet_would_compute_is_guarded():
    assert as_row(as_track(Path("/a.mp3"), replace(PLAIN, title="=1+1"), DARK))["Track Name"] == "'=1+1"


# --- the folder ----------------------------------------------------------------------------------


def test_audio_is_found_in_folders_within_in_order_and_whatever_the_case(tmp_path):
    (tmp_path / "b" / "c").mkdir(parents=True)
    wanted = ["a.mp3", "b/c/one.FLAC", "b/two.Ogg", "d.wav"]
    for name in [*wanted, "cover.jpg", "._a.mp3", "list.m3u", "mp3"]:
        (tmp_path / name).touch()
    assert find_audio(tmp_path) == [tmp_path / name for name in wanted]


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.touch(), lambda path: None])
def test_a_folder_without_audio_and_no_folder_are_wrong_usage(tmp_path, capsys, make):
    make(tmp_path / "music")
    assert main([str(tmp_path / "music"), "--out", str(tmp_path / "songs.csv")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert str(tmp_path / "music") in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "songs.csv").exists()


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,2\n", b"\xff\xfe\x00", b"a note", ",".join([*header(FIELDS), "More"]).encode() + b"\r\n", b"\n\n"],
)
def test_a_file_that_is_no_such_table_is_left_as_it_is(tmp_path, capsys, content):
    (tmp_path / "song.mp3").touch()
    out = tmp_path / "songs.csv"
    out.write_bytes(content)
    assert main([str(tmp_path), "--out", str(out)]) == 2
    assert out.read_bytes() == content
    assert str(out) in capsys.readouterr().err


def test_a_table_that_cannot_be_read_is_wrong_usage(tmp_path, capsys):
    (tmp_path / "song.mp3").touch()
    assert main([str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "Choose another --out." in capsys.readouterr().err


@pytest.mark.parametrize("package", ["librosa", "soundfile", "mutagen"])
@pytest.mark.parametrize(("lang", "word"), [("en", "missing"), ("id", "tidak ada")])
def test_a_missing_package_is_said_with_what_to_do(tmp_path, capsys, monkeypatch, package, lang, word):
    for each in ("librosa", "soundfile", "mutagen"):
        monkeypatch.setitem(sys.modules, each, None if each == package else sys)
    (tmp_path / "song.mp3").touch()
    assert main([str(tmp_path), "--out", str(tmp_path / "songs.csv"), "--lang", lang]) == 1
    said = capsys.readouterr().err
    assert word in said
    assert f" {package} " in said
    assert "pip install -r requirements-audio.txt" in said
    assert not (tmp_path / "songs.csv").exists()


def test_errors_are_of_a_visitors_library(tmp_path):
    with pytest.raises(LibraryError):
        find_audio(tmp_path)


def test_importing_the_room_loads_no_librosa():
    code = "import femr.music.audio_library, sys; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert not {"librosa", "soundfile", "mutagen", "tqdm", "numba", "scipy"} & set(ended.stdout.split())
