"""Many photos: which files are read, and what becomes of each."""

import errno
import os
from pathlib import Path

import pytest

import femr
from femr.batch import FACE, NO_FACE, PhotoReader, Row, find_photos
from femr.emotions import EMOTIONS
from femr.report import as_json
from tests.faces import astronaut, encoded, faceless, tiled


@pytest.fixture(scope="module")
def reader() -> PhotoReader:
    return PhotoReader()


def written(path: Path, data: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


# --- which files ---------------------------------------------------------------------------------


def test_photos_below_a_folder_are_found_in_order_and_other_files_are_left_out(tmp_path: Path) -> None:
    names = ["b.JPG", "a/deep/c.heic", "a/d.webp"]
    photos = [written(tmp_path / name) for name in names]
    for name in ("notes.txt", ".hidden.jpg", "a/no_suffix"):
        written(tmp_path / name)
    os.mkfifo(tmp_path / "pipe.jpg")
    assert find_photos([tmp_path]) == sorted(photos)


def test_a_file_that_is_named_is_read_whatever_its_suffix_and_whether_it_is_there(tmp_path: Path) -> None:
    named = [written(tmp_path / "photo.dat"), tmp_path / "gone.jpg"]
    assert find_photos(named) == named


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    photo = written(tmp_path / "sub" / "a.jpg")
    assert find_photos([photo, tmp_path, tmp_path / "sub" / ".." / "sub"]) == [photo]


def test_a_link_to_nothing_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "lost.jpg").symlink_to(tmp_path / "nowhere")
    assert find_photos([tmp_path]) == [tmp_path / "lost.jpg"]


def test_a_folder_that_cannot_be_opened_is_not_passed_over_in_silence(
    tmp_path: Path, reader: PhotoReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, look = tmp_path / "closed", os.scandir
    written(closed / "a.jpg")

    def refused(folder: str) -> object:  # root may open every folder
        if Path(folder) == closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)
        return look(folder)

    monkeypatch.setattr(os, "scandir", refused)
    assert find_photos([tmp_path]) == [closed]
    assert reader(closed) == (Row("photo_missing"),)


# --- a row a face --------------------------------------------------------------------------------


def test_every_face_is_a_row_with_the_values_of_the_terminals_json(reader: PhotoReader, tmp_path: Path) -> None:
    photo = written(tmp_path / "group.png", encoded(tiled(1, 3), "PNG"))
    reading = femr.analyze(photo)
    told = as_json(reading, None)["faces"]
    assert len(told) == 3
    rows = reader(photo)
    assert [(row.status, row.face) for row in rows] == [(FACE, 1), (FACE, 2), (FACE, 3)]
    assert [list(row.box) for row in rows] == [face["box"] for face in told]
    assert [dict(zip(EMOTIONS, row.shares, strict=True)) for row in rows] == [face["probabilities"] for face in told]
    assert [row.emotion for row in rows] == [face["emotion"] for face in told]
    assert [row.certainty for row in rows] == [face.expression.clarity for face in reading.faces]
    assert [list(row.hints) for row in rows] == [[hint["kind"] for hint in face["hints"]] for face in told]


def test_hints_are_in_the_row(reader: PhotoReader, tmp_path: Path) -> None:
    (row,) = reader(written(tmp_path / "dark.png", encoded((astronaut() * 0.15).astype("uint8"), "PNG")))
    assert "dark" in row.hints


def test_a_photo_without_a_face_is_one_row(reader: PhotoReader, tmp_path: Path) -> None:
    assert reader(written(tmp_path / "cup.png", encoded(faceless("coffee"), "PNG"))) == (Row(NO_FACE),)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "photo_empty"),
        (b"no photo", "photo_unknown"),
        (encoded(astronaut(), "JPEG")[:300], "photo_damaged"),
        (encoded(astronaut()[:4, :4], "PNG"), "photo_small"),
    ],
)
def test_what_cannot_be_read_is_one_row_that_says_why(
    reader: PhotoReader, tmp_path: Path, data: bytes, code: str
) -> None:
    assert reader(written(tmp_path / "holiday.jpg", data)) == (Row(code),)


@pytest.mark.parametrize("path", ["nowhere.jpg", "/dev/zero", os.curdir, "x" * 5000, "a\0b"])
def test_what_is_no_file_is_a_row_as_well(reader: PhotoReader, path: str) -> None:
    assert reader(path) == (Row("photo_missing"),)
