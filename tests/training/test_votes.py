"""Votes are read whatever the file's form, and become targets and labels as their authors meant them."""

import csv
import gzip
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_fer2013 import random_images

from femr.emotions import EMOTIONS
from femr.errors import DataError
from femr.training import votes
from femr.training.fer2013 import Images

SIX = ("anger", "fear", "happiness", "neutral", "sadness", "surprise")
OTHERS = ("disgust", "contempt", "unknown", "NF")
COLUMNS = ("index", *SIX, *OTHERS)
CAST = {0: (5, 1, 0, 2, 1, 0, 1, 0, 0, 0), 2: (0, 0, 9, 0, 0, 0, 0, 0, 1, 0), 40: (0, 0, 0, 0, 0, 0, 0, 0, 0, 10)}
"""Votes by the row in fer2013.csv, in the order of `COLUMNS`."""


def text(cast: dict[int, tuple[int, ...]] = CAST, columns: tuple[str, ...] = COLUMNS) -> str:
    """The file of these votes, with its columns in this order."""
    file = io.StringIO()
    writer = csv.DictWriter(file, columns)
    writer.writeheader()
    for index, row in cast.items():
        writer.writerow(dict(zip(COLUMNS, (index, *row), strict=True)))
    return file.getvalue()


def named(*names: str) -> Images:
    """An image of each name."""
    images = random_images(len(names))
    return Images(images.pixels, images.labels, images.hashes, np.array(names))


def written(path: Path, content: str | bytes) -> Path:
    """`content` at `path`."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- read ----------------------------------------------------------------------------------------


def test_each_image_gets_the_votes_of_its_row(tmp_path):
    cast = votes.read(written(tmp_path / "votes.csv", text()), named("2", "00040", "00000"))
    assert cast.dtype == np.float32
    assert cast.tolist() == [list(CAST[2]), list(CAST[40]), list(CAST[0])]


def test_a_packed_file_reads_as_an_unpacked_one(tmp_path):
    packed = written(tmp_path / "votes.csv.gz", gzip.compress(text().encode()))
    assert votes.read(packed, named("2", "0")).tolist() == [list(CAST[2]), list(CAST[0])]


@given(columns=st.permutations([*COLUMNS, "Usage"]))
def test_the_order_of_the_columns_does_not_matter(columns, tmp_path_factory):
    path = tmp_path_factory.mktemp("votes") / "votes.csv"
    assert votes.read(written(path, text(columns=tuple(columns))), named("0")).tolist() == [list(CAST[0])]


def test_an_image_without_a_row_or_without_a_number_has_no_votes(tmp_path):
    cast = votes.read(written(tmp_path / "votes.csv", text()), named("1", "0", "PublicTest_2", "-2", "2.0", ""))
    assert cast[1].tolist() == list(CAST[0])
    assert not cast[[0, 2, 3, 4, 5]].any()


@pytest.mark.parametrize("names", [("1", "3"), ("Training_0", "Training_2")])
def test_votes_for_none_of_the_images_are_refused(names, tmp_path):
    path = written(tmp_path / "votes.csv", text())
    with pytest.raises(DataError) as raised:
        votes.read(path, named(*names))
    assert str(raised.value) == (
        f"{path} has votes for none of the images. They are matched by the row in fer2013.csv, "
        "which must be the image's file name."
    )


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError) as raised:
        votes.read(tmp_path / "votes.csv", named("0"))
    assert str(raised.value).startswith(f"There is no {tmp_path / 'votes.csv'}. ")


BROKEN = {
    "no csv": b"\x89PNG\r\n\x1a\n\xff\xfe",
    "cut off": gzip.compress(text().encode())[:-20],
    "garbled": gzip.compress(text().encode())[:15] + b"garbage" * 20,
    "a column too few": text().replace("contempt", "content"),
    "no index": text().replace("index", "row"),
    "a word for a number": text().replace("9", "nine"),
    "a short row": text() + "41,1,2\n",
    "no number at all": text().replace("9", "nan"),
    "half a row number": text() + "4.5,1,2,3,0,0,0,0,0,0,0\n",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused(content, tmp_path):
    path = written(tmp_path / "votes.csv", content)
    with pytest.raises(DataError) as raised:
        votes.read(path, named("0"))
    assert str(raised.value) == f"Cannot read {path}. Expected FER+ votes: a csv with a column for each label."


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="Cannot read"):
        votes.read(tmp_path, named("0"))


# --- targets -------------------------------------------------------------------------------------


@st.composite
def labelled(draw) -> tuple[np.ndarray, np.ndarray]:
    """Labels with votes, some of them for none of the six emotions."""
    rows = draw(st.lists(st.lists(st.integers(0, 10), min_size=10, max_size=10), min_size=1, max_size=12))
    cast = np.array(rows, np.float32)
    cast[draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))), :6] = 0
    labels = draw(st.lists(st.integers(0, 5), min_size=len(rows), max_size=len(rows)))
    return np.array(labels), cast


@given(made=labelled(), share=st.floats(0, 1))
def test_a_target_is_a_distribution(made, share):
    targets = votes.targets(*made, share)
    assert targets.dtype == np.float32
    assert targets.shape == (len(made[0]), len(EMOTIONS))
    assert targets.min() >= 0
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-5)


@given(labelled())
def test_without_a_share_votes_do_not_matter(made):
    labels, cast = made
    assert (votes.targets(labels, cast, 0) == np.eye(6)[labels]).all()
    assert (votes.targets(labels, None, 0.7) == np.eye(6)[labels]).all()


@given(labelled())
def test_with_the_whole_share_labels_matter_only_where_nobody_saw_an_emotion(made):
    labels, cast = made
    targets = votes.targets(labels, cast, 1)
    for target, label, six in zip(targets, labels, cast[:, :6], strict=True):
        np.testing.assert_allclose(target, six / six.sum() if six.any() else np.eye(6)[label], atol=1e-6)


def test_label_and_votes_share_a_target():
    cast = np.array([CAST[0], CAST[40]], np.float32)
    targets = votes.targets(np.array([3, 5]), cast, 0.4)
    expected = [[0.4 * 5 / 9, 0.4 / 9, 0, 0.6 + 0.4 * 2 / 9, 0.4 / 9, 0], [0, 0, 0, 0, 0, 1]]
    np.testing.assert_allclose(targets, expected, atol=1e-6)


# --- majority ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ((0, 0, 9, 1, 0, 0, 0, 0, 0, 0), 2),
        ((6, 4, 0, 0, 0, 0, 0, 0, 0, 0), 0),
        ((0, 0, 0, 0, 2, 0, 0, 0, 0, 0), 4),
        ((0, 1, 1, 1, 0, 3, 1, 1, 1, 1), 5),  # single votes do not count
    ],
)
def test_more_than_half_of_the_votes_that_count_make_a_label(row, label):
    assert votes.majority(np.array([row], np.float32)).tolist() == [label]


@pytest.mark.parametrize(
    "row",
    [
        (5, 5, 0, 0, 0, 0, 0, 0, 0, 0),  # exactly half
        (4, 2, 2, 0, 0, 0, 0, 0, 0, 0),  # exactly half, in front of all others
        (4, 3, 3, 0, 0, 0, 0, 0, 0, 0),  # less than half
        (1, 1, 1, 1, 1, 1, 1, 1, 1, 1),  # single votes alone
        (0, 0, 0, 0, 0, 0, 0, 0, 0, 0),  # nobody
        *(tuple(8 if column == winner else 2 if column == 3 else 0 for column in range(10)) for winner in range(6, 10)),
    ],
)
def test_other_votes_make_none(row):
    assert votes.majority(np.array([row], np.float32)).tolist() == [votes.NO_MAJORITY]


def test_no_majority_is_no_emotion():
    assert votes.NO_MAJORITY not in range(len(EMOTIONS))
