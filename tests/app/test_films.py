"""`femr CLIP.mp4`, and its table, on real clips; and what the process that decodes them may take."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from pyarrow import parquet

import femr
from femr import clips, i18n
from femr.emotions import EMOTIONS, Emotion
from femr.errors import VideoError
from femr.video import process
from femr.video.film import segments
from femr.video.process import Limits, frames
from femr.video.watch import watch
from tests.films import RATE, acted, scene, written
from tests.serving import ROOT

PATIENCE = 120


def ended(*arguments: object, **settings: object) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "femr", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, **settings)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def happy_then_sad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return acted(tmp_path_factory.mktemp("films") / "film.mp4", [(("happy",), 4), (("sad",), 4)])


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return acted(tmp_path_factory.mktemp("films") / "two.webm", [(("happy", "angry"), 2)], codec="libvpx")


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return acted(tmp_path_factory.mktemp("films") / "nobody.mov", [((), 1)])


# --- one film ------------------------------------------------------------------------------------


def test_a_film_is_told_by_its_moods_and_the_songs_that_follow_them(happy_then_sad):
    code, out, err = ended(happy_then_sad, "--seed", 1)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Film: 640 × 360 pixels, 0:08 min, people: 1"
    happy, sad = lines[2:4]
    assert happy.startswith("0:00 – 0:04")
    assert "Happy" in happy
    assert sad.startswith("0:04 – 0:08")
    assert "Sad" in sad
    assert len([line for line in lines if "https://open.spotify.com" in line]) == 10


def test_the_json_tells_moments_moods_and_songs(happy_then_sad):
    code, out, _ = ended(happy_then_sad, "--json", "--seed", 1, "--songs", 6)
    told = json.loads(out)
    assert code == 0
    assert told["film"] == {"width": 640, "height": 360, "seconds": 7.8}
    assert (told["people"], told["who"]) == (1, 1)
    assert [moment["seconds"] for moment in told["moments"]] == pytest.approx([0.2 * step for step in range(40)])
    for moment in told["moments"]:
        (face,) = moment["faces"]
        assert face["person"] == 1
        assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-3)
        x, y, width, height = face["box"]
        assert 0 < x < x + width < 640
        assert 0 < y < y + height < 360
    assert [each["emotion"] for each in told["segments"]] == ["Happy", "Sad"]
    first, last = told["segments"]
    assert told["mood"] == first["mood"]
    songs = told["playlist"]["songs"]
    assert len(songs) == 6
    assert songs[0]["valence"] > songs[-1]["valence"] + 0.2  # from warm to dark, as the film goes
    assert last["end"] == 7.8


def test_the_playlist_passes_the_films_moods(happy_then_sad):
    parts = segments(femr.watch(happy_then_sad).line())
    playlist = clips.follow(parts, femr.service.PlaylistRequest(seed=1))
    assert (playlist.mood, playlist.way) == (parts[0].mood, (parts[1].mood,))
    assert playlist.targets[0] == pytest.approx((parts[0].mood.valence, parts[0].mood.arousal))
    assert playlist.targets[-1] == pytest.approx((parts[1].mood.valence, parts[1].mood.arousal))


def test_two_people_are_told_apart_and_everyone_counts_if_wished(two):
    code, out, _ = ended(two, "--json", "--everyone")
    told = json.loads(out)
    assert (code, told["people"], told["who"]) == (0, 2, "everyone")
    shown = {face["person"]: face["emotion"] for moment in told["moments"] for face in moment["faces"]}
    assert sorted(shown.values()) == ["Angry", "Happy"]
    (part,) = told["segments"]
    assert part["probabilities"]["Happy"] > 0.2
    assert part["probabilities"]["Angry"] > 0.2


def test_a_phones_upright_film_is_read_upright(tmp_path):
    lying = (scene(("happy",), number / RATE).transpose(1, 0, 2)[:, ::-1] for number in range(30))
    film = femr.watch(written(tmp_path / "film.mp4", lying, rotation=90))
    assert (film.width, film.height, film.people) == (640, 360, 1)
    assert {person.emotion for moment in film.moments for person in moment.people} == {Emotion.HAPPY}


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_film_without_a_face_says_so(nobody, lang):
    code, out, err = ended(nobody, "--lang", lang)
    assert (code, out, err.strip()) == (4, "", i18n.translate("film.nobody", lang))
    code, out, _ = ended(nobody, "--lang", lang, "--json")
    told = json.loads(out)
    assert (code, told["who"], told["mood"], told["playlist"], told["segments"]) == (4, None, None, None, [])


def test_what_is_no_film_ends_with_3_and_one_line(tmp_path):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"no film")
    assert ended(film) == (3, "", i18n.translate("error.video_unknown", name="film.mp4") + "\n")
    film.write_bytes(b"")
    assert ended(film) == (3, "", i18n.translate("error.video_empty", name="film.mp4") + "\n")
    assert ended(tmp_path / "none.mp4")[0] == 3
    os.mkfifo(tmp_path / "pipe.mp4")
    assert ended(tmp_path / "pipe.mp4")[0] == 3


def test_a_profile_is_refused_for_a_film(happy_then_sad, tmp_path):
    code, _, err = ended(happy_then_sad, "--profile", tmp_path / "me.json")
    assert (code, err.strip()) == (2, i18n.translate("error.film_profile"))


def test_without_the_package_a_film_says_what_to_install(happy_then_sad, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['av'] = None\n")
    code, _, err = ended(happy_then_sad, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (code, err.strip()) == (1, i18n.translate("error.video_package"))


# --- a table -------------------------------------------------------------------------------------


def as_read(out: Path) -> list[dict[str, str]]:
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_has_a_row_for_each_face_in_each_moment_of_each_film(two, nobody, tmp_path):
    bad, out = tmp_path / "bad.mp4", tmp_path / "table.csv"
    bad.write_bytes(b"no film")
    code, said, err = ended(two, nobody, bad, "--csv", out)
    assert (code, said) == (0, "")
    rows = as_read(out)
    assert tuple(rows[0]) == clips.COLUMNS
    assert [row["status"] for row in rows] == ["face"] * 20 + ["no_face"] * 5 + ["video_unknown"]
    assert {row["file"] for row in rows} == {str(two), str(nobody), str(bad)}
    seen = rows[:20]
    assert {row["person"] for row in seen} == {"1", "2"}
    assert {row["emotion"] for row in seen} == {"Happy", "Angry"}
    assert [float(row["seconds"]) for row in seen[::2]] == pytest.approx([0.2 * step for step in range(10)])
    for row in seen:
        assert sum(float(row[emotion]) for emotion in EMOTIONS) == pytest.approx(1, abs=1e-3)
    assert err.splitlines() == [
        i18n.translate("film.done", out=out, faces=1, none=1, unreadable=1),
        i18n.translate("error.video_unknown", name="bad.mp4"),
    ]
    assert sorted(os.listdir(tmp_path)) == ["bad.mp4", "table.csv"]


def test_every_kind_of_table_holds_the_same(two, tmp_path):
    tables = {kind: tmp_path / f"table.{kind}" for kind in ("csv", "json", "parquet")}
    for kind, out in tables.items():
        assert ended(two, f"--{kind}", out)[0] == 0
    told = json.loads(tables["json"].read_text())
    assert parquet.read_table(tables["parquet"]).to_pylist() == told
    rows = as_read(tables["csv"])
    assert [(row["person"], row["emotion"]) for row in rows] == [(str(row["person"]), row["emotion"]) for row in told]
    assert [float(row["Happy"]) for row in rows] == [row["Happy"] for row in told]


def test_photos_and_films_do_not_share_a_table(two, tmp_path):
    code, _, err = ended(two, tmp_path, "--csv", tmp_path / "table.csv")
    assert (code, err.strip()) == (2, i18n.translate("error.table_mixed"))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("given", "code"), [("nobody", 4), ("bad", 3)])
def test_a_table_of_no_faces_is_written_and_says_so_by_its_exit_code(nobody, tmp_path, given, code):
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no film")
    out = tmp_path / "table.csv"
    assert ended({"nobody": nobody, "bad": bad}[given], "--csv", out)[0] == code
    assert as_read(out)


def test_no_film_becomes_its_own_table(two):
    before = two.read_bytes()
    assert ended(two, "--csv", two)[0] == 2
    assert two.read_bytes() == before


def test_ctrl_c_leaves_no_table_and_no_process(tmp_path):
    film = acted(tmp_path / "film.mp4", [(("happy",), 120)])
    out = tmp_path / "table.csv"
    with subprocess.Popen(
        [sys.executable, "-m", "femr", str(film), "--csv", str(out)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            workers = until_children(running.pid)
            running.send_signal(signal.SIGINT)
            _, err = running.communicate(timeout=PATIENCE)
        finally:
            running.kill()
    assert (running.returncode, err.strip()) == (130, i18n.translate("film.stopped"))
    assert os.listdir(tmp_path) == ["film.mp4"]
    assert psutil.wait_procs(workers, PATIENCE)[1] == []


def until_children(number: int) -> list[psutil.Process]:
    end = time.monotonic() + PATIENCE
    while not (children := psutil.Process(number).children()):
        assert time.monotonic() < end, "it did not start"
        time.sleep(0.02)
    return children


# --- what the process may take -------------------------------------------------------------------


def test_a_film_that_takes_too_much_memory_is_refused(tmp_path):
    film = written(tmp_path / "film.mp4", [scene((), 0, 2560, 1440)] * 3)
    assert list(frames(film))
    with pytest.raises(VideoError) as caught:
        list(frames(film, Limits(seconds=60, memory=10_000_000, computing=60, watching=60)))
    assert caught.value.code == "video_costly"


@pytest.mark.skipif(sys.platform == "win32", reason="without timers of computing time")
def test_a_film_that_takes_too_long_to_decode_is_refused(tmp_path):
    film = written(tmp_path / "film.mp4", [scene((), 0, 1280, 720)] * 600)
    with pytest.raises(VideoError) as caught:
        list(frames(film, Limits(seconds=60, memory=process.STRANGERS.memory, computing=0.05, watching=60)))
    assert caught.value.code == "video_costly"


def test_a_film_that_takes_too_long_to_watch_is_refused(two):
    assert femr.watch(two).people == 2
    with pytest.raises(VideoError) as caught:
        watch(two, limits=replace(process.STRANGERS, watching=0))
    assert caught.value.code == "video_costly"


@pytest.mark.skipif(sys.platform == "win32", reason="without SIGSTOP")
def test_a_decoder_that_hangs_is_ended_by_the_clock(tmp_path):
    before = set(psutil.Process().children())
    decoded = frames(acted(tmp_path / "film.mp4", [((), 20)]), replace(process.STRANGERS, watching=3))
    next(decoded)
    (worker,) = set(psutil.Process().children()) - before
    worker.suspend()
    with pytest.raises(VideoError) as caught:
        list(decoded)
    assert caught.value.code == "video_costly"


def test_who_stops_reading_a_film_leaves_no_process(tmp_path):
    film = acted(tmp_path / "film.mp4", [((), 20)])
    before = set(psutil.Process().children())
    decoded = frames(film)
    next(decoded)
    workers = set(psutil.Process().children()) - before
    decoded.close()
    assert workers
    assert not any(worker.is_running() for worker in workers)
