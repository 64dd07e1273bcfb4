"""What a film's file gives: upright frames by their timestamps, or a clear error."""

import contextlib
import io
import itertools
import struct
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.errors import VideoError
from femr.video import decode
from femr.video.decode import LEAP_SECONDS, STEP_SECONDS, Clock, frames
from femr.video.frame import READ_SIDE, Frame
from tests.films import RATE, scene, written

MINUTE = 60


def read(film: Path, most_seconds: float = MINUTE) -> list[Frame]:
    with film.open("rb") as file:
        return list(frames(file, film.name, most_seconds))


def refused(film: Path, most_seconds: float = MINUTE) -> VideoError:
    with pytest.raises(VideoError) as caught:
        read(film, most_seconds)
    assert caught.value.values["name"] == film.name
    assert caught.value.sentence("en") != caught.value.sentence("id")
    return caught.value


def quarters(height: int = 96, width: int = 160) -> np.ndarray:
    """Four colours, so that it can be told how a frame is turned: red top left, green top right, blue bottom left."""
    picture = np.full((height, width, 3), 255, np.uint8)
    picture[: height // 2, : width // 2] = (255, 0, 0)
    picture[: height // 2, width // 2 :] = (0, 255, 0)
    picture[height // 2 :, : width // 2] = (0, 0, 255)
    return picture


def corner(pixels: np.ndarray) -> str:
    """The colour of the top left."""
    return "RGB"[int(pixels[10:20, 10:20].mean(axis=(0, 1)).argmax())]


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        ("mp4", "libx264"),
        ("mov", "libx265"),
        ("webm", "libvpx-vp9"),
        ("webm", "libvpx"),
        ("mkv", "mjpeg"),
        ("avi", "mpeg4"),
        ("ts", "libx264"),
        ("mp4", "libsvtav1"),
    ],
)
def test_what_cameras_phones_and_browsers_write_can_be_read(tmp_path, suffix, codec):
    film = tmp_path / f"film.{suffix}"
    if codec == "libsvtav1":  # as root it makes its process real-time, and so whatever that starts
        with ProcessPoolExecutor(1, get_context("spawn")) as apart:
            apart.submit(written, film, [quarters()] * 20, codec=codec, options={"preset": "8"}).result()
    else:
        written(film, [quarters()] * 20, codec=codec)
    first, *others = read(film)
    assert first.seconds == 0
    assert (first.width, first.height) == (160, 96)
    assert corner(first.pixels) == "R"
    assert [round(frame.seconds, 1) for frame in others] == [0.2, 0.4, 0.6]


# An iPhone that is held upright writes a picture that players turn clockwise, by -90.
@pytest.mark.parametrize(("rotation", "seen"), [(0, "R"), (-90, "B"), (90, "G"), (180, "W")])
def test_a_phones_rotation_is_followed(tmp_path, rotation, seen):
    film = written(tmp_path / "film.mp4", [quarters()] * 3, rotation=rotation)
    (frame,) = read(film)
    size = (160, 96) if rotation in (0, 180) else (96, 160)
    assert (frame.width, frame.height) == size
    assert frame.pixels.shape == (size[1], size[0], 3)
    white = frame.pixels[10:20, 10:20].min() > 200
    assert ("W" if white else corner(frame.pixels)) == seen


def test_frames_are_taken_by_their_timestamps_where_the_rate_varies(tmp_path):
    times = [0, 0.05, 0.1, 0.15, 0.9, 0.95, 1.0, 2.5, 2.6, 2.7, 2.8]
    film = written(tmp_path / "film.mp4", [quarters()] * len(times), times=times)
    assert [round(frame.seconds, 2) for frame in read(film)] == [0, 0.9, 1.0, 2.5, 2.6, 2.8]


def test_a_film_begins_at_zero_whenever_its_clock_began(tmp_path):
    times = [100 + number / 10 for number in range(10)]
    film = written(tmp_path / "film.mkv", [quarters()] * 10, times=times)
    assert [round(frame.seconds, 1) for frame in read(film)] == [0, 0.2, 0.4, 0.6, 0.8]


@pytest.mark.parametrize("seconds", [2, 10])
def test_recordings_put_one_behind_the_other_are_read_to_the_end(tmp_path, seconds):
    once = written(tmp_path / "once.ts", [quarters()] * (RATE * seconds))
    film = tmp_path / "film.ts"
    film.write_bytes(2 * once.read_bytes())
    assert [round(frame.seconds, 1) for frame in read(film)] == [round(0.2 * n, 1) for n in range(2 * 5 * seconds)]


def test_a_clock_that_leaps_by_an_hour_makes_no_film_longer(tmp_path):
    times = [hour + number / RATE for hour in (0, 3600) for number in range(RATE)]
    film = written(tmp_path / "film.ts", [quarters()] * len(times), times=times)
    assert [round(frame.seconds, 1) for frame in read(film)] == [round(0.2 * number, 1) for number in range(10)]


@given(st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1), st.floats(0.001, 10))
def test_a_films_seconds_never_run_back_or_leap(times, between):
    clock = Clock(between, LEAP_SECONDS)
    seconds = [clock.at(time) for time in times]
    assert seconds[0] == 0
    assert all(0 <= other - one <= LEAP_SECONDS + 1e-6 for one, other in pairwise(seconds))


@given(st.lists(st.floats(0, LEAP_SECONDS), max_size=20), st.floats(-1000, 1000))
def test_timestamps_that_go_on_are_told_as_they_are(rests, begin):
    clock = Clock(1 / RATE, LEAP_SECONDS + 0.001)
    times = [begin, *itertools.accumulate(rests, initial=begin)]
    assert [clock.at(time) for time in times] == pytest.approx([time - begin for time in times], abs=1e-6)


def test_frames_are_some_steps_apart_and_no_two_in_one(tmp_path):
    seen = read(written(tmp_path / "film.mp4", (scene([], number / RATE) for number in range(60))))
    steps = [round(frame.seconds / STEP_SECONDS) for frame in seen]
    assert steps == list(range(10))
    assert all(0 < other.seconds - one.seconds < 2 * STEP_SECONDS for one, other in pairwise(seen))


def test_large_frames_are_scaled_down_and_their_own_size_is_told(tmp_path):
    (frame,) = read(written(tmp_path / "film.mp4", [quarters(1080, 1920)] * 2))
    assert (frame.width, frame.height) == (1920, 1080)
    assert frame.pixels.shape == (720, READ_SIDE, 3)


def test_the_length_that_a_film_tells_comes_along(tmp_path):
    first, *_ = read(written(tmp_path / "film.mp4", [quarters()] * 45))
    assert first.total == pytest.approx(1.5, abs=0.1)


# --- what is refused -----------------------------------------------------------------------------


def song(film: Path) -> Path:
    """A file with sound alone."""
    with av.open(str(film), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return film


def test_a_file_without_a_picture_is_refused(tmp_path):
    assert refused(song(tmp_path / "song.mp4")).code == "video_none"


@pytest.mark.parametrize(
    "content",
    [
        b"no film at all",
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\xff" * 500,
        b"\x1a\x45\xdf\xa3" + b"\x00" * 100,
        b"RIFF\xff\xff\xff\xffAVI LIST",
    ],
)
def test_what_is_no_film_is_refused(tmp_path, content):
    film = tmp_path / "film.mp4"
    film.write_bytes(content)
    assert refused(film).code == "video_unknown"


def test_a_list_of_other_files_opens_none_of_them(tmp_path):
    """FFmpeg would follow it to any file of the server."""
    other = written(tmp_path / "other.ts", [quarters()] * 10)
    film = tmp_path / "film.mp4"
    film.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n")
    assert refused(film).code == "video_unknown"


def test_a_film_that_is_too_long_is_refused_as_it_says_or_as_it_turns_out(tmp_path):
    film = written(tmp_path / "film.mp4", [quarters()] * 3, times=[0, 30, 59])
    assert read(film)
    error = refused(film, 10)
    assert (error.code, error.values["minutes"]) == ("video_long", 10 / 60)
    silent = written(tmp_path / "film.ts", [quarters()] * 3, times=[0, 6, 14])
    assert refused(silent, 10).code == "video_long"


def test_more_frames_than_any_camera_takes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(decode, "MAX_RATE", 10)
    assert refused(written(tmp_path / "film.mp4", [quarters()] * 60)).code == "video_costly"


def test_frames_that_are_too_large_or_too_small_are_refused(tmp_path, monkeypatch):
    film = written(tmp_path / "film.mp4", [quarters(8, 160)] * 2)
    assert (refused(film).code, refused(film).values["height"]) == ("video_small", 8)
    monkeypatch.setattr(decode, "MAX_PIXELS", 100 * 100)
    assert refused(written(tmp_path / "large.mp4", [quarters()] * 2)).code == "video_large"


def without_index(film: Path) -> bytes:
    data = film.read_bytes()
    return data[: data.index(b"moov") - 4]


def test_a_download_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path):
    whole = written(tmp_path / "film.ts", (scene([], number / RATE) for number in range(60)))
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert 0 < len(read(cut)) < len(read(whole))


def test_a_film_without_its_index_is_refused(tmp_path):
    whole = written(tmp_path / "film.mp4", [quarters()] * 30)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(without_index(whole))
    assert refused(cut).code == "video_unknown"


def test_a_film_of_nothing_but_noise_where_pictures_should_be_is_damaged(tmp_path):
    film = written(tmp_path / "film.mp4", [quarters()] * 30)
    data = bytearray(film.read_bytes())
    start = data.index(b"mdat") + 4
    (size,) = struct.unpack(">I", data[start - 8 : start - 4])
    data[start : start + size - 8] = b"\xa5" * (size - 8)
    film.write_bytes(data)
    assert refused(film).code == "video_damaged"


@pytest.mark.parametrize("seed", range(20))
def test_a_film_with_flipped_bytes_gives_frames_or_a_clear_error(tmp_path, seed):
    film = written(tmp_path / "film.mp4", (scene([], number / RATE) for number in range(15)))
    rng, data = np.random.default_rng(seed), bytearray(film.read_bytes())
    for place in rng.integers(0, len(data), 1 + len(data) // 200):
        data[place] = rng.integers(256)
    with contextlib.suppress(VideoError):  # nothing else comes out
        for frame in frames(io.BytesIO(bytes(data)), "film.mp4", MINUTE):
            assert frame.pixels.dtype == np.uint8
