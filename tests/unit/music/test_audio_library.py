"""What needs no audio: the formula, the key, names, the table's lines, what is said when something is wrong."""

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from femr.errors import LibraryError
from femr.music.audio_features import COLUMNS, MAJOR_KEY, MINOR_KEY, Label, Sound, major_or_minor, place, row
from femr.music.audio_library import find_audio, main, name_label
from femr.music.exportify import load_own_songs
from tests.serving import ROOT

BRIGHT = Sound(tempo=128, loudness=-9, onsets=5, major=0.25, brightness=3000)
DARK = Sound(tempo=66, loudness=-28, onsets=1, major=-0.25, brightness=900)
PLAIN = Label("Song", ("Somebody",), "", ())

RANGES = {"tempo": (0, 400), "loudness": (-120, 3), "onsets": (0, 40), "major": (-2, 2), "brightness": (0, 12_000)}
sounds = st.builds(Sound, **{name: st.floats(*ends) for name, ends in RANGES.items()})


def table(*rows: tuple[str, ...]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([COLUMNS, *rows])
    return file.getvalue().encode()


# --- the formula ---------------------------------------------------------------------------------


@given(sounds)
def test_valence_and_energy_lie_between_0_and_1(sound):
    assert all(0 <= value <= 1 for value in place(sound))


@pytest.mark.parametrize("name", RANGES)
@given(sound=sounds, data=st.data())
def test_more_of_an_ingredient_never_makes_a_song_sadder_or_calmer(name, sound, data):
    more = replace(sound, **{name: data.draw(st.floats(getattr(sound, name), RANGES[name][1]))})
    assert all(after >= before for before, after in zip(place(sound), place(more), strict=True))


@pytest.mark.parametrize(
    ("name", "moves_valence", "moves_energy"),
    [
        ("major", True, False),
        ("brightness", True, False),
        ("tempo", True, True),
        ("loudness", False, True),
        ("onsets", False, True),
    ],
)
def test_each_ingredient_moves_what_it_should(name, moves_valence, moves_energy):
    valence, energy = place(DARK)
    other_valence, other_energy = place(replace(DARK, **{name: getattr(BRIGHT, name)}))
    assert (other_valence > valence) == moves_valence
    assert (other_energy > energy) == moves_energy


def test_the_formula_is_what_its_docstring_says():
    sound = Sound(tempo=110, loudness=-22, onsets=3, major=0, brightness=500 * 2**1.5)
    assert place(sound) == pytest.approx((0.5, 0.5))
    assert place(replace(sound, major=0.25)) == pytest.approx((0.75, 0.5))
    assert place(replace(sound, tempo=160)) == pytest.approx((0.65, 0.625))
    assert place(replace(sound, brightness=4000)) == pytest.approx((0.6, 0.5))
    assert place(replace(sound, loudness=-8)) == pytest.approx((0.5, 0.75))
    assert place(replace(sound, onsets=6)) == pytest.approx((0.5, 0.625))


def test_the_ends_of_the_plane_can_be_reached():
    assert place(Sound(200, 0, 9, 0.4, 5000)) == (1, 1)
    assert place(Sound(0, -60, 0, -0.4, 300)) == (0, 0)


# --- major or minor ------------------------------------------------------------------------------

MAJOR_SCALE, HARMONIC_MINOR_SCALE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11)


def notes(scale, third, key):
    """A tone row with the scale, its triad three times as strong."""
    chroma = np.zeros(12)
    chroma[list(scale)] = 1
    chroma[[0, third, 7]] = 3
    return np.roll(chroma, key)


@pytest.mark.parametrize("key", range(12))
def test_a_major_scale_is_major_and_a_minor_one_minor_in_every_key(key):
    assert major_or_minor(notes(MAJOR_SCALE, 4, key)) > 0.1
    assert major_or_minor(notes(HARMONIC_MINOR_SCALE, 3, key)) < -0.1


@given(st.lists(st.floats(0.01, 1), min_size=12, max_size=12), st.integers(0, 11), st.floats(0.1, 10), st.floats(0, 10))
def test_neither_the_key_nor_the_strength_nor_drums_change_the_mode(chroma, key, factor, drums):
    assume(np.ptp(chroma) > 0.1)
    chroma = np.array(chroma)
    assert major_or_minor(np.roll(chroma, key) * factor + drums) == pytest.approx(major_or_minor(chroma), abs=1e-6)


def test_the_profiles_are_centred_on_their_own_triads():
    assert set(np.argsort(MAJOR_KEY)[-3:]) == {0, 4, 7}
    assert set(np.argsort(MINOR_KEY)[-3:]) == {0, 3, 7}


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
    label = name_label(Path(name))
    assert (label.artists, label.title) == (artists, title)


def test_a_name_that_is_no_text_can_still_be_written():
    label = name_label(Path(b"caf\xe9.mp3".decode("utf-8", "surrogateescape")))
    assert label.title.encode("utf-8")


@given(st.text(min_size=1).filter(lambda text: "/" not in text and "\0" not in text and text not in (".", "..")))
def test_every_name_gives_one_line_that_can_be_written(name):
    try:
        label = name_label(Path(name))
    except UnicodeEncodeError:
        assume(False)  # a lone surrogate, which no file's name can give
    assert "\n" not in label.title
    label.title.encode("utf-8")


# --- the table -----------------------------------------------------------------------------------


def test_a_row_has_what_exportify_writes():
    label = Label("Sinnerman", ("Nina Simone",), "1965-10", ("jazz", "soul"))
    cells = dict(zip(COLUMNS, row(Path("/music/Sin nerman.mp3"), label, replace(BRIGHT, tempo=141.26)), strict=True))
    assert cells["Track URI"] == "file:///music/Sin%20nerman.mp3"
    assert cells["Artist Name(s)"] == "Nina Simone"
    assert cells["Release Date"] == "1965-10"
    assert cells["Genres"] == "jazz, soul"
    assert cells["Tempo"] == "141.3"
    assert cells["Mode"] == "1"
    valence, energy = place(replace(BRIGHT, tempo=141.26))
    assert (float(cells["Valence"]), float(cells["Energy"])) == pytest.approx((valence, energy), abs=0.0005)


def test_the_page_reads_the_table_as_own_songs():
    label = Label("=Sinnerman, live", ("Earth, Wind & Fire", "2Pac"), "1965-10", ("jazz", "soul"))
    rows = [row(Path("/a.mp3"), label, BRIGHT), row(Path("/b.mp3"), Label("Other", (), "", ()), DARK)]
    first, second = load_own_songs(table(*rows)).catalogue.songs
    assert (first.title, first.artists) == ("=Sinnerman, live", ("Earth, Wind & Fire", "2Pac"))
    assert (first.year, first.genre, first.spotify_id, first.tempo) == (1965, "jazz", "", 128)
    assert (first.valence, first.energy) == pytest.approx(place(BRIGHT), abs=0.0005)
    assert (second.artists, second.year, second.genre) == (("Unknown artist",), None, "")


def test_an_artist_nobody_knows_is_named_in_the_readers_language():
    assert row(Path("/a.mp3"), replace(PLAIN, artists=()), DARK, "id")[2] == "Artis tidak dikenal"


def test_a_minor_song_has_mode_0():
    assert row(Path("/a.mp3"), PLAIN, DARK)[-1] == "0"


def test_a_cell_that_a_spreadsheet_would_compute_is_guarded():
    assert row(Path("/a.mp3"), replace(PLAIN, title="=1+1"), DARK)[1] == "'=1+1"


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


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\xff\xfe\x00", b"a note", table()[:-2] + b",More\r\n", b"\n\n"])
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
