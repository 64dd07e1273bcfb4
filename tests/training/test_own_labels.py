"""Readers' answers become targets, and make as much of them as they are told to."""

import csv
from collections import Counter

import numpy as np
import pytest

from femr.emotions import EMOTIONS, Emotion
from femr.errors import DataError
from femr.training import own_labels
from femr.training.own_labels import OwnLabel

SAD, ANGRY, HAPPY = (EMOTIONS.index(each) for each in (Emotion.SAD, Emotion.ANGRY, Emotion.HAPPY))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (OwnLabel(Emotion.SAD, Emotion.ANGRY, 3), {SAD: 0.9, ANGRY: 0.1}),
        (OwnLabel(Emotion.SAD, Emotion.ANGRY, 1), {SAD: 0.55, ANGRY: 0.45}),
        (OwnLabel(Emotion.SAD, None, 1), {SAD: 1}),
        (OwnLabel(None, Emotion.ANGRY, 2), {ANGRY: 1}),
        (OwnLabel(None, None, 2), {}),
        (OwnLabel(Emotion.SAD, Emotion.SAD, 2), {SAD: 1}),
    ],
)
def test_the_surer_a_reader_the_more_the_first_choice_counts(label, expected):
    shares = np.zeros(6)
    shares[list(expected)] = list(expected.values())
    np.testing.assert_allclose(label.shares, shares, atol=1e-6)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("index,first,second,sure,covered\n00007,Sad,Angry,2,\n00012,Disgust,None,2,m\n")
    return path


def test_a_reading_makes_its_share_of_the_target_and_no_other_target_changes(table):
    targets = np.eye(6, dtype=np.float32)[[HAPPY, HAPPY, HAPPY, HAPPY]]
    mixed = own_labels.mixed(targets, ["7", "00007", "8", "a.png"], 0.5, table)
    np.testing.assert_allclose(mixed[0][[SAD, ANGRY, HAPPY]], [0.35, 0.15, 0.5], atol=1e-6)
    assert (mixed[1] == mixed[0]).all()
    assert (mixed[2:] == targets[2:]).all()
    assert (targets[0] == np.eye(6)[HAPPY]).all()  # the one given is left as it is


def test_an_image_in_which_the_reader_saw_none_of_the_six_keeps_its_target(table):
    targets = np.eye(6, dtype=np.float32)[[HAPPY]]
    assert (own_labels.mixed(targets, ["12"], 0.9, table) == targets).all()


def test_without_a_share_no_table_is_read(tmp_path):
    targets = np.eye(6, dtype=np.float32)
    assert own_labels.mixed(targets, ["1"] * 6, 0, tmp_path / "none.csv") is targets


@pytest.mark.parametrize(
    "text", ["index,first\n1,Sad\n", "index,first,second,sure\n1,Sad,,0\n", "index,first,second,sure\n1,Sad,,x\n"]
)
def test_what_is_no_table_of_labels_is_refused(text, tmp_path):
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(DataError, match="Cannot read the labels"):
        own_labels.mixed(np.eye(6, dtype=np.float32)[:1], ["1"], 0.5, tmp_path / "labels.csv")


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.csv"):
        own_labels.mixed(np.eye(6, dtype=np.float32)[:1], ["1"], 0.5, tmp_path / "none.csv")


def test_the_published_readings_are_whole():
    rows = own_labels.read_rows(own_labels.FER2013)
    assert len({row["index"] for row in rows}) == len(rows) > 4000
    assert set(Counter(row["covered"] for row in rows)) == {"", "e", "m", "em"}
    assert all(own_labels.label_of(row, own_labels.FER2013) for row in rows)
    with own_labels.FER2013.open(newline="") as file:
        assert next(csv.reader(file)) == ["index", "first", "second", "sure", "covered"]
