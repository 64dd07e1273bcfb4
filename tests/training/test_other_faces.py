"""Other faces come from a zip of photos and a table of labels; nobody is in both parts."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from femr.emotions import EMOTIONS, Emotion
from femr.errors import DataError
from femr.training import other_faces, own_labels
from femr.vision.detector import face_detector
from tests.faces import astronaut, encoded, faceless, fer_like

HEADER = "file,crop,part,first,second,sure,other_first,other_second,other_sure,again\n"


def write(folder: Path, rows: str, photos: dict[str, bytes]) -> tuple[Path, Path]:
    """The zip and the table."""
    (folder / "labels.csv").write_text(HEADER + rows)
    with zipfile.ZipFile(folder / "photos.zip", "w") as archive:
        for name, data in photos.items():
            archive.writestr(f"images/{name}", data)
    return folder / "photos.zip", folder / "labels.csv"


def read(folder: Path, rows: str, photos: dict[str, bytes]) -> other_faces.OtherFaces:
    archive, labels = write(folder, rows, photos)
    return other_faces.read(archive, face_detector(), labels)


PHOTO = encoded(astronaut(), "PNG")


def test_faces_are_cropped_as_the_page_crops_them_and_part_and_labels_are_kept(tmp_path):
    rows = "a.png,,training,Happy,Surprise,2,Happy,,3,\nb.png,,validation,Happy,,3,Happy,,3,\n"
    rows += "c.png,,training,Sad,Disgust,1,Sad,,3,Sad\n"
    faces = read(tmp_path, rows, {"a.png": PHOTO, "b.png": PHOTO, "c.png": PHOTO})
    assert faces.training.images.names.tolist() == ["a.png", "c.png"]
    assert faces.validation.images.names.tolist() == ["b.png"]
    assert (faces.training.images.pixels == fer_like()).all()
    happy, surprise, sad = (EMOTIONS.index(each) for each in (Emotion.HAPPY, Emotion.SURPRISE, Emotion.SAD))
    assert faces.training.images.labels.tolist() == [happy, sad]
    np.testing.assert_allclose(faces.training.targets[0, [happy, surprise]], [0.85, 0.15], atol=1e-6)  # both readers
    assert faces.training.targets[1, sad] == pytest.approx(1)  # its second choice is none of the six
    np.testing.assert_allclose(faces.training.targets.sum(axis=1), 1)


def test_faces_that_show_none_of_the_six_or_are_not_found_are_left_out(tmp_path):
    rows = "a.png,,training,Disgust,Angry,2,Happy,,3,\nb.png,,training,Happy,,3,Happy,,3,\n"
    rows += "c.png,,training,Sad,,3,Happy,,3,\n"
    rows += "d.png,,validation,Sad,,3,Happy,,3,\n"
    no_face = encoded(faceless("rocket"), "PNG")
    faces = read(tmp_path, rows, {"a.png": PHOTO, "b.png": PHOTO, "c.png": no_face, "d.png": PHOTO})
    assert faces.training.images.names.tolist() == ["b.png"]


@pytest.mark.parametrize(
    ("rows", "photos"),
    [
        ("a.png,,training,Happy,,3,Happy,,3,\n", {}),
        ("a.png,,training,Happy,,3,Happy,,3,\n", {"a.png": b"no picture"}),
        ("a.png,,training,Happy,,very,Happy,,3,\n", {"a.png": PHOTO}),
        ("a.png,,training,Happy,Sad,7,Happy,,3,\n", {"a.png": PHOTO}),
        ("a.png,,somewhere,Happy,,3,Happy,,3,\n", {"a.png": PHOTO}),
        ("", {}),
    ],
    ids=["no photo", "a broken photo", "no number", "a number out of range", "an unknown part", "nothing"],
)
def test_what_is_none_of_the_kind_is_refused(rows, photos, tmp_path):
    with pytest.raises(DataError, match=r"Expected a zip with images/|Cannot read the labels"):
        read(tmp_path, rows, photos)


def test_missing_files_are_named(tmp_path):
    archive, labels = write(tmp_path, "a.png,,training,Happy,,3,Happy,,3,\n", {"a.png": PHOTO})
    with pytest.raises(DataError, match=r"no .*nowhere\.zip"):
        other_faces.read(tmp_path / "nowhere.zip", face_detector(), labels)
    with pytest.raises(DataError, match=r"no .*nowhere\.csv"):
        other_faces.read(archive, face_detector(), tmp_path / "nowhere.csv")


def test_the_published_labels_are_whole_and_keep_both_parts_apart():
    rows = other_faces.read_labels(own_labels.OTHER_FACES)
    assert len(rows) > 1000
    assert len({row.file for row in rows}) == len(rows)
    parts = {part: sum(row.part is part for row in rows) for part in other_faces.Part}
    assert min(parts.values()) > 500
