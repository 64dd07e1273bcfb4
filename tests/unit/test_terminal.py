"""`python -m femr`: what it prints, where, and how it ends."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import femr
from femr import i18n
from femr.emotions import EMOTIONS
from femr.report import as_json
from tests.faces import astronaut, dark, encoded, faceless, tiled
from tests.worst_files import png

ROOT = Path(__file__).parents[2]


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "me.png"
    path.write_bytes(encoded(astronaut(), "PNG"))
    return path


def in_a_process(*arguments, folder=ROOT, **environment):
    return subprocess.run(
        [sys.executable, "-m", "femr", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


# --- a face --------------------------------------------------------------------------------------


def test_a_face_gets_a_report(run, photo):
    code, out, err = run(photo)
    assert (code, err) == (0, "")
    assert "512 × 512" in out
    assert "Happy" in out
    assert out.count("https://open.spotify.com/") == 10


def test_a_face_gets_one_json_object(run, photo):
    code, out, err = run(photo, "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert list(answer) == ["photo", "faces", "mood", "playlist"]
    assert list(answer["photo"]) == ["width", "height"]
    (face,) = answer["faces"]
    assert list(face) == ["box", "score", "emotion", "probabilities", "hints"]
    assert [type(number) for number in face["box"]] == [int] * 4
    assert 0 < face["score"] <= 1
    assert face["emotion"] == "Happy"
    assert list(face["probabilities"]) == list(EMOTIONS)
    assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    assert list(answer["mood"]) == ["valence", "arousal"]
    assert list(answer["playlist"]) == ["goal", "songs"]
    for song in answer["playlist"]["songs"]:
        assert list(song) == ["title", "artist", "spotify_id", "valence", "energy", "genre", "reason", "links"]
        assert list(song["links"]) == ["spotify", "youtube"]


def test_the_terminal_reads_what_analyze_reads(run, photo):
    _, out, _ = run(photo, "--json", "--seed", 3, "--goal", "lift", "--songs", 4)
    reading = femr.analyze(photo)
    playlist = femr.recommend(reading.mood, "lift", 4, seed=3)
    assert json.loads(out) == as_json(reading, playlist, "en")


@pytest.mark.parametrize("goal", ["match", "lift", "calm"])
def test_the_goal_can_be_chosen(run, photo, goal):
    assert json.loads(run(photo, "--json", "--goal", goal)[1])["playlist"]["goal"] == goal


def test_music_matches_unless_told_otherwise(run, photo):
    assert json.loads(run(photo, "--json")[1])["playlist"]["goal"] == "match"


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_songs_can_be_chosen(run, photo, count):
    assert len(json.loads(run(photo, "--json", "--songs", count)[1])["playlist"]["songs"]) == count


def test_the_same_seed_gives_the_same_answer(run, photo):
    assert run(photo, "--json", "--seed", 11) == run(photo, "--json", "--seed", 11)
    assert run(photo, "--json", "--seed", 11) != run(photo, "--json", "--seed", 12)


def test_without_a_seed_the_songs_change(run, photo):
    assert run(photo, "--json") != run(photo, "--json")


def test_the_report_speaks_indonesian(run, photo):
    code, out, _ = run(photo, "--lang", "id")
    assert code == 0
    assert "Senang" in out
    assert "Happy" not in out.splitlines()[2]
    assert "Daftar putar" in out


def test_json_reasons_speak_indonesian(run, photo):
    english, indonesian = (json.loads(run(photo, "--json", "--seed", 1, "--lang", lang)[1]) for lang in ("en", "id"))
    assert english["faces"] == indonesian["faces"]
    pairs = zip(english["playlist"]["songs"], indonesian["playlist"]["songs"], strict=True)
    assert all(one["title"] == other["title"] and one["reason"] != other["reason"] for one, other in pairs)


def test_every_face_is_reported(run, tmp_path):
    path = tmp_path / "group.jpg"
    path.write_bytes(encoded(tiled(1, 3), "JPEG"))
    assert len(json.loads(run(path, "--json")[1])["faces"]) == 3
    assert all(i18n.translate("page.face", number=number) in run(path)[1] for number in (1, 2, 3))


def test_the_music_may_be_for_everyone(run, tmp_path):
    path = tmp_path / "pair.png"
    path.write_bytes(encoded(np.hstack([astronaut(), dark()]), "PNG"))
    alone, everyone = (json.loads(run(path, "--json", *option)[1]) for option in ((), ("--everyone",)))
    assert everyone["mood"] == everyone["everyone"]["mood"] == alone["everyone"]["mood"]
    assert alone["mood"] != everyone["mood"]


def test_everyone_may_be_one_person(run, photo):
    assert run(photo, "--json", "--seed", 3) == run(photo, "--json", "--seed", 3, "--everyone")


# --- no face -------------------------------------------------------------------------------------


@pytest.fixture
def cup(tmp_path):
    path = tmp_path / "cup.png"
    path.write_bytes(encoded(faceless("coffee"), "PNG"))
    return path


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_no_face_is_exit_code_4_and_one_line(run, cup, lang):
    assert run(cup, "--lang", lang) == (4, "", i18n.translate("no_face", lang) + "\n")


def test_no_face_is_still_a_json_object(run, cup):
    code, out, err = run(cup, "--json")
    assert code == 4
    assert json.loads(out) == {"photo": {"width": 600, "height": 400}, "faces": [], "mood": None, "playlist": None}
    assert err == i18n.translate("no_face") + "\n"


# --- no usable photo -----------------------------------------------------------------------------

BAD = {
    "empty": b"",
    "text": b"no photo at all",
    "truncated": encoded(astronaut(), "JPEG")[:300],
    "one pixel": encoded(Image.new("RGB", (1, 1)), "PNG"),
    "bomb": png(20_000, 10_001, 0, b"", bits=1),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("options", [(), ("--json",), ("--lang", "id")], ids=" ".join)
def test_no_usable_photo_is_exit_code_3_and_one_line_that_names_it(run, bad_file, kind, options):
    code, out, err = run(bad_file(BAD[kind]), *options)
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert err.startswith("holiday.jpg ")


def test_a_missing_photo_is_exit_code_3_and_one_line_that_names_it(run):
    code, out, err = run("nowhere.jpg")
    assert (code, out, err) == (3, "", "Cannot open nowhere.jpg. Check that the file is there and may be read.\n")


def test_a_folder_is_exit_code_3(run, tmp_path):
    assert run(tmp_path)[0] == 3


def test_a_name_with_a_line_break_is_still_one_line(run, bad_file):
    code, _, err = run(bad_file(b"", "two\nlines.jpg"))
    assert (code, err.count("\n")) == (3, 1)


def jpeg_with_broken_exif():
    """A JPEG that is cut off, and whose EXIF data promise more than there is: Pillow warns about both."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera with a long name"
    data = bytearray(encoded(astronaut(), "JPEG", exif=exif))
    start = data.index(b"Exif\0\0") + 6
    data[start + 8 : start + 10] = b"\xff\x00" if data[start : start + 2] == b"II" else b"\x00\xff"
    return bytes(data[:10_000])


def tiff_with_a_gap():
    """A compressed TIFF whose content is damaged: libtiff writes to standard error about it."""
    data = bytearray(encoded(astronaut()[:64, :64], "TIFF", compression="tiff_lzw"))
    data[2000:2600] = bytes(600)
    return bytes(data)


def test_what_the_decoders_have_to_say_does_not_reach_the_visitor(bad_file):
    refused = in_a_process(bad_file(tiff_with_a_gap()))
    assert (refused.returncode, refused.stdout) == (3, "")
    (line,) = refused.stderr.splitlines()
    assert line.startswith("holiday.jpg is ")
    read = in_a_process(bad_file(jpeg_with_broken_exif()))
    assert read.returncode == 0
    assert read.stdout.startswith("Photo: 512 × 512")
    assert read.stderr == ""


# --- wrong usage ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [(), ("me.png", "--goal", "party"), ("me.png", "--songs", "many"), ("me.png", "--lang", "xx"), ("me.png", "--no")],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: femr")


def test_a_wrong_goal_is_answered_with_the_goals_as_they_are_typed(run):
    _, _, err = run("me.png", "--goal", "party")
    complaint = err.splitlines()[-1]
    assert all(goal in complaint for goal in ("match", "lift", "calm"))
    assert "Goal" not in complaint


@pytest.mark.parametrize("options", [("--songs", 0), ("--songs", 31), ("--seed", -1)], ids=str)
def test_a_number_out_of_range_is_exit_code_2_and_one_line(run, photo, options):
    code, out, err = run(photo, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_wrong_usage_is_noticed_whatever_is_in_the_photo(run, cup):
    assert run(cup, "--songs", 0)[:2] == (2, "")


def test_help_tells_every_option(run):
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    assert all(option in out for option in ("--goal", "--songs", "--seed", "--lang", "--json", "match,lift,calm"))


# --- processes of their own ----------------------------------------------------------------------


def test_a_process_reads_what_analyze_reads(photo):
    ended = in_a_process(photo, "--json", "--seed", 3)
    assert (ended.returncode, ended.stderr) == (0, "")
    reading = femr.analyze(photo)
    assert json.loads(ended.stdout) == as_json(reading, femr.recommend(reading.mood, seed=3), "en")


@pytest.mark.parametrize("missing", ["femr.tflite", "songs.csv"])
def test_a_fault_of_the_installation_is_exit_code_1_and_one_line(tmp_path, photo, missing):
    for folder in ("femr", "assets"):
        shutil.copytree(ROOT / folder, tmp_path / "copy" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "copy" / "assets" / missing).unlink()
    ended = in_a_process(photo, "--json", folder=tmp_path / "copy")
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert missing in line


def test_a_terminal_that_knows_few_characters_still_gets_its_answer(photo):
    ended = in_a_process(photo, PYTHONIOENCODING="cp1252")  # as on Windows, when the output goes into a file
    assert (ended.returncode, ended.stderr) == (0, "")
