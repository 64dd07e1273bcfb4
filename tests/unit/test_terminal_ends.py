"""How the commands end, whatever they read from, write to and are asked: one safe line, and a code."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.__main__ import main
from femr.music.audio_library import find_audio
from femr.music.audio_library import main as library
from femr.terminal import MAX_INPUT_BYTES, one_line, read_input, safe
from tests.faces import astronaut, encoded
from tests.serving import ROOT


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "me.png"
    path.write_bytes(encoded(astronaut(), "PNG"))
    return path


def shell(line: str, *arguments: object) -> subprocess.CompletedProcess:
    """What bash makes of `line`, in which `femr` stands for the command."""
    femr = f"femr() {{ '{sys.executable}' -m femr \"$@\"; }}"
    return subprocess.run(
        ["bash", "-c", f"{femr}; set -o pipefail; {line}", "bash", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        timeout=300,
    )


# --- where the answer goes -----------------------------------------------------------------------


def test_a_reader_that_leaves_early_ends_it_without_a_word(photo: Path) -> None:
    ended = shell('femr "$1" --json | true', photo)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_a_full_disk_is_one_line(photo: Path) -> None:
    ended = shell('femr "$1" > /dev/full', photo)
    assert (ended.returncode, ended.stderr.decode()) == (5, f"{os.strerror(errno.ENOSPC)}.\n")


def test_a_closed_output_is_one_line(photo: Path) -> None:
    ended = shell('femr "$1" >&-', photo)
    assert (ended.returncode, ended.stderr.count(b"\n")) == (5, 1)


def test_a_closed_input_makes_no_difference(photo: Path) -> None:
    ended = shell('femr "$1" --json <&-', photo)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_where_errors_cannot_go_the_answer_holds_none() -> None:
    assert shell("femr nowhere.jpg 2>&-").stdout == b""


# --- where the photo comes from ------------------------------------------------------------------


def test_a_photo_may_come_by_a_pipe(photo: Path) -> None:
    ended = shell('cat "$1" | femr /dev/stdin --json --seed 1', photo)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout == shell('femr "$1" --json --seed 1', photo).stdout


@pytest.mark.parametrize("kind", ["device", "folder", "pipe without a writer", "socket", "name of bytes", "long name"])
def test_what_is_no_file_is_exit_code_3_and_one_line(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    path = {
        "device": "/dev/zero",
        "folder": tmp_path,
        "pipe without a writer": pipe,
        "socket": "/dev/log/nothing",
        "name of bytes": os.fsdecode(b"\xff\xfe.jpg"),
        "long name": "x" * 5_000,
    }[kind]
    assert main([str(path)]) == 3
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)


def test_a_file_without_an_end_is_given_up(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MAX_INPUT_BYTES + 1)
    with pytest.raises(OSError, match=os.strerror(errno.EFBIG)):
        read_input(large)


@pytest.mark.parametrize("table", ["/dev/zero", "/dev", "nowhere.csv"])
def test_a_table_that_is_no_file_is_exit_code_2(table: str, photo: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([str(photo), "--library", table]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_library_is_written_to_no_device_and_heard_from_no_pipe(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "song.wav").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe.mp3")
    assert find_audio(tmp_path) == [tmp_path / "song.wav"]
    assert library([str(tmp_path), "--out", "/dev/zero"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# --- what is shown -------------------------------------------------------------------------------

STEERING = "\x1b]0;title\x07\x9b31m\u202e\r\x7f"


@pytest.mark.parametrize("content", [b"", b"no photo"])
def test_a_name_cannot_steer_the_terminal(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / f"{STEERING}.jpg"
    path.write_bytes(content)
    assert main([str(path)]) == 3
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert shown.rstrip("\n").isprintable()


@pytest.mark.parametrize("command", [main, library])
def test_a_wrong_option_cannot_either(command, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as ended:
        command(["x", f"--{STEERING}"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.replace("\n", "").isprintable()


def test_own_songs_cannot_either(photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    table = tmp_path / "songs.csv"
    table.write_text("Track Name,Artist Name(s),Energy,Valence\n\x1b[31mred\x9b,\u202eme,0.5,0.5\n", encoding="utf-8")
    for options in ([], ["--json"]):
        assert main([str(photo), "--library", str(table), *options]) == 0
        assert capsys.readouterr().out.replace("\n", "").isprintable()


@given(st.text() | st.binary().map(os.fsdecode))
def test_what_is_safe_is_printable_and_can_be_written(text: str) -> None:
    assert safe(text).replace("\n", "").isprintable()
    assert one_line(text).isprintable()
    safe(text).encode()


@pytest.mark.parametrize("command", [main, library])
def test_help_names_the_exit_codes(command, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        command(["--help"])
    shown = capsys.readouterr().out
    assert all(code in shown for code in ("exit codes", " 2 ", "5 ", "130 ", "141 "))
