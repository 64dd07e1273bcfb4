"""Uploads: who may look at them, how often, and what is left of them."""

import io
import os
import shutil
import stat
from pathlib import Path

import pytest

from femr.errors import LimitError, StartError, UploadError
from femr.page import uploads as module
from femr.page.server.limits import FILMS_WAITING, Most
from femr.page.server.visitors import Visitor
from femr.page.uploads import SECONDS_KEPT, Uploads
from femr.video import process

ANN, BEN = Visitor("10.0.0.1", "ann"), Visitor("10.0.0.1", "ben")


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def keep(uploads: Uploads, sender: Visitor = ANN, content: bytes = b"a photo", name: str = "me.jpg") -> str:
    return uploads.keep(sender, io.BytesIO(content), name)


def look(uploads: Uploads, path: object, sender: Visitor = ANN) -> bytes:
    with uploads.taken({"path": path}, sender) as file:
        return file.read_bytes()


def left(uploads: Uploads) -> list[Path]:
    return [path for path in uploads.folder.rglob("*") if path.is_file()]


def test_an_upload_is_read_once_by_its_sender_and_then_gone(tmp_path):
    uploads = Uploads(tmp_path)
    path = keep(uploads)
    assert look(uploads, path) == b"a photo"
    assert left(uploads) == []
    with pytest.raises(UploadError):
        look(uploads, path)


def test_an_upload_is_removed_though_reading_it_fails(tmp_path):
    uploads = Uploads(tmp_path)
    path = keep(uploads)
    with pytest.raises(ZeroDivisionError), uploads.taken({"path": path}, ANN):
        raise ZeroDivisionError
    assert left(uploads) == []


def test_anothers_upload_and_one_that_is_not_there_are_refused_in_the_same_words(tmp_path):
    uploads = Uploads(tmp_path)
    path = keep(uploads)
    refused = []
    for wanted in (path, f"{path}x", str(tmp_path), "", None, 3, ["a"]):
        with pytest.raises(UploadError) as caught:
            look(uploads, wanted, BEN)
        refused.append(str(caught.value))
    assert len(set(refused)) == 1
    assert look(uploads, path, ANN) == b"a photo"  # and it is still there for its sender


def test_two_who_send_the_same_photo_do_not_share_it(tmp_path):
    uploads = Uploads(tmp_path)
    ann, ben = keep(uploads, ANN), keep(uploads, BEN)
    assert ann != ben
    assert look(uploads, ann, ANN) == look(uploads, ben, BEN)


def test_nobody_else_may_open_the_folder(tmp_path):
    before = os.umask(0)
    try:
        uploads = Uploads(tmp_path)
        path = Path(keep(uploads))
    finally:
        os.umask(before)
    folders = [uploads.folder, path.parent.parent, path.parent]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 3


def test_a_folder_that_was_open_to_all_is_closed(tmp_path):
    open_to_all = Uploads(tmp_path).folder
    open_to_all.chmod(0o777)
    assert stat.S_IMODE(Uploads(tmp_path).folder.stat().st_mode) == 0o700


def test_a_folder_that_something_cleaned_up_is_made_again_and_one_that_others_took_is_not_used(tmp_path, monkeypatch):
    uploads = Uploads(tmp_path / "nested")
    shutil.rmtree(tmp_path / "nested")
    assert look(uploads, keep(uploads)) == b"a photo"
    assert stat.S_IMODE(uploads.folder.stat().st_mode) == 0o700
    monkeypatch.setattr(module.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(UploadError):
        keep(uploads)


@pytest.mark.parametrize("taken", ["by somebody else", "by a link"])
def test_where_the_usual_folder_is_taken_another_is_made(tmp_path, monkeypatch, taken):
    usual = tmp_path / f"femr-uploads-{os.getuid()}"
    if taken == "by a link":
        (tmp_path / "elsewhere").mkdir()
        usual.symlink_to(tmp_path / "elsewhere")
    else:
        usual.mkdir()
    with monkeypatch.context() as patched:
        if taken == "by somebody else":
            patched.setattr(module.os, "geteuid", lambda: os.getuid() + 1)
        uploads = Uploads(tmp_path)
    assert uploads.folder != usual
    assert stat.S_IMODE(uploads.folder.stat().st_mode) == 0o700
    path = keep(uploads)
    assert not Path(path).is_relative_to(usual)


def test_where_there_can_be_no_folder_it_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match="GRADIO_TEMP_DIR"):
        Uploads(tmp_path / "file" / "within")


def test_uploads_are_kept_while_films_wait_for_their_turn():
    assert FILMS_WAITING.together * process.STRANGERS.watching <= SECONDS_KEPT


@pytest.mark.parametrize(("seconds", "there"), [(SECONDS_KEPT - 1, True), (SECONDS_KEPT + 1, False)])
def test_what_nobody_asks_for_is_swept(tmp_path, seconds, there):
    clock = Clock(os.stat(tmp_path).st_mtime)
    uploads = Uploads(tmp_path, clock=clock)
    path = keep(uploads)
    clock.now += seconds
    uploads.sweep()
    assert Path(path).exists() is there


def test_what_an_earlier_server_left_is_swept_at_the_start(tmp_path):
    earlier = Uploads(tmp_path)
    path = keep(earlier)
    clock = Clock(os.stat(path).st_mtime + SECONDS_KEPT + 1)
    Uploads(tmp_path, clock=clock)
    assert left(earlier) == []


@pytest.mark.parametrize("started", ["beside it", "by it"])
def test_what_a_server_keeps_that_still_runs_is_not_swept_by_another(tmp_path, started):
    clock = Clock(os.stat(tmp_path).st_mtime)
    one = Uploads(tmp_path, clock=clock)
    other = Uploads(tmp_path if started == "beside it" else one.folder, clock=clock)  # a child inherits GRADIO_TEMP_DIR
    folder = Path(keep(other)).parent.parent
    for _ in range(3):
        clock.now += 0.75 * SECONDS_KEPT
        other.sweep()
        one.sweep()
    assert folder.exists()


def test_only_the_folder_of_our_own_is_swept(tmp_path):
    (tmp_path / "somebody's.txt").write_text("old")
    clock = Clock(os.stat(tmp_path).st_mtime + 10 * SECONDS_KEPT)
    Uploads(tmp_path, clock=clock)
    assert (tmp_path / "somebody's.txt").exists()


def test_a_server_that_stops_leaves_nothing_and_touches_no_others(tmp_path):
    one, two = Uploads(tmp_path), Uploads(tmp_path)
    keep(one)
    path = keep(two)
    one.empty()
    assert left(two) == [Path(path)]


def test_uploads_are_bounded_for_each_address_and_together(tmp_path):
    uploads = Uploads(tmp_path, waiting=Most(2, 3), bytes_waiting=Most(1000, 1000))
    paths = [keep(uploads), keep(uploads)]
    with pytest.raises(LimitError), uploads.expected(BEN, 1):  # another browser at the same address
        pass
    keep(uploads, Visitor("10.0.0.2"))
    with pytest.raises(LimitError), uploads.expected(Visitor("10.0.0.3"), 1):
        pass
    look(uploads, paths[0])
    with uploads.expected(BEN, 1):
        pass


def test_those_that_are_on_their_way_count_with_their_bytes(tmp_path):
    uploads = Uploads(tmp_path, waiting=Most(9, 9), bytes_waiting=Most(100, 150))
    with uploads.expected(ANN, 80):
        with pytest.raises(LimitError), uploads.expected(ANN, 30):
            pass
        with pytest.raises(LimitError), uploads.expected(Visitor("10.0.0.2"), 80):
            pass
    with uploads.expected(ANN, 30):
        pass


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("me.jpg", "me.jpg"),
        ("../../etc/passwd", "passwd"),
        ("/", "file"),
        ("", "file"),
        ("..", "file"),
        ("a\x1b[2Jb\0c\n.jpg", "a__2Jb_c_.jpg"),
        ("\U00020000" * 80 + ".jpg", "\U00020000" * ((module.LONGEST_NAME - 4) // 4) + ".jpg"),
        ("x" * 300 + ".jpg", "x" * (module.LONGEST_NAME - 4) + ".jpg"),
    ],
)
def test_a_files_name_is_made_safe(tmp_path, name, kept):
    assert Path(keep(Uploads(tmp_path), name=name)).name == kept


def test_a_full_disk_is_told_without_a_path_and_nothing_is_left(tmp_path, monkeypatch):
    uploads = Uploads(tmp_path)

    def full(source, target):
        target.write(b"some")
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr(module.shutil, "copyfileobj", full)
    with pytest.raises(LimitError) as told:
        keep(uploads)
    assert str(tmp_path) not in told.value.sentence("en")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_every_path_that_an_event_may_name_leads_to_an_upload_or_nowhere(tmp_path):
    uploads = Uploads(tmp_path)
    path = keep(uploads)
    assert uploads.named(path) == path
    nowhere = uploads.named(None)
    assert not Path(nowhere).exists()
    for other in ("/etc/passwd", f"{path}/../../../x", "http://elsewhere.example/x.jpg", f"{path}\0", ["a"], "", 7):
        assert uploads.named(other) == nowhere
