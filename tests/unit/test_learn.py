"""`femr learn`: photos in a folder to a profile, and the profile to a reading."""

import json

import numpy as np
import pytest
from PIL import Image

from femr.emotions import Emotion
from femr.learn import emotion_of, lessons_in
from femr.paths import EXAMPLES
from femr.vision.classifier import expression_classifier
from tests.faces import astronaut, encoded, faceless, one_sitting


@pytest.fixture
def folder(tmp_path):
    """The drawn faces, named in both languages, as files and in sub-folders."""
    names = {
        "angry": "angry_1.jpg",
        "fear": "Takut.jpg",
        "happy": "me, happy.jpg",
        "neutral": "netral/1.jpg",
        "sad": "Sad/holiday.jpg",
        "surprise": "suprise-2.jpg",
    }
    for emotion, name in names.items():
        path = tmp_path / "me" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((EXAMPLES / f"{emotion}.jpg").read_bytes())
    (tmp_path / "me" / "notes about sad days.txt").write_text("no photo")
    (tmp_path / "me" / "holiday.jpg").write_bytes((EXAMPLES / "sad.jpg").read_bytes())
    return tmp_path / "me"


@pytest.mark.parametrize(
    ("name", "emotion"),
    [
        ("angry", Emotion.ANGRY),
        ("Marah 3", Emotion.ANGRY),
        ("2026-11-28_afraid", Emotion.FEAR),
        ("terkejut-1", Emotion.SURPRISE),
        ("Suprise", Emotion.SURPRISE),
        ("IMG_2031", None),
        ("unhappy", None),
        ("happy or sad", None),
        ("happy senang", Emotion.HAPPY),
    ],
)
def test_names_tell_emotions_in_both_languages(name, emotion):
    assert emotion_of(name) is emotion


def test_files_and_folders_are_named_by_emotions_and_others_are_passed_over(folder):
    assert sorted(emotion for _, emotion in lessons_in(folder)) == sorted(Emotion)


def test_a_folder_of_one_sitting_is_learnt_and_its_profile_used(run, tmp_path):
    out, photo, folder = tmp_path / "me.json", tmp_path / "photo.png", one_sitting(tmp_path / "me")
    code, said, err = run("learn", folder, "--out", out)
    assert (code, err) == (0, "")
    assert "has learnt from 6 faces: Angry 1, Fear 1," in said
    assert "Not tested yet" in said
    assert json.loads(out.read_text())["network"] == expression_classifier().identity
    photo.write_bytes(encoded(astronaut(), "PNG"))
    plain = json.loads(run(photo, "--json", "--seed", 1)[1])
    read = json.loads(run(photo, "--json", "--seed", 1, "--profile", out)[1])
    assert read["profile"]["use"] == "used"
    assert read["faces"][0]["plain"] == plain["faces"][0]["probabilities"] != read["faces"][0]["probabilities"]
    assert "Read with the profile of the largest face." in run(photo, "--profile", out)[1]


def test_one_photo_is_one_face(run, tmp_path):
    folder = one_sitting(tmp_path / "me")
    for path in folder.iterdir():
        if path.stem != "sad":
            path.unlink()
    _, said, _ = run("learn", folder, "--out", tmp_path / "me.json")
    assert "has learnt from 1 face: Sad 1." in said
    assert "fewer than two expressions" in said


def test_photos_of_different_days_are_not_used_before_each_face_is_shown_twice(run, folder, tmp_path):
    out, photo = tmp_path / "me.json", tmp_path / "photo.png"
    assert "Show each expression twice" in run("learn", folder, "--out", out)[1]
    photo.write_bytes(encoded(astronaut(), "PNG"))
    assert json.loads(run(photo, "--json", "--profile", out)[1])["profile"]["use"] == "untested"


def test_two_rounds_test_themselves(run, folder, tmp_path):
    for path in EXAMPLES.glob("*.jpg"):
        if path.stem != "collins":
            picture = np.asarray(Image.open(path).convert("RGB"))
            lit = picture[:, ::-1] * np.linspace(0.4, 1, picture.shape[1])[:, None]  # another moment, in other light
            Image.fromarray(lit.astype(np.uint8)).save(folder / f"{path.stem}_2.png")
    code, said, err = run("learn", folder, "--out", tmp_path / "me.json")
    assert (code, err) == (0, "")
    assert "Tested on 12 of them" in said


def test_the_profile_of_another_network_is_said_and_the_reading_is_plain(run, folder, tmp_path):
    out, photo = tmp_path / "me.json", tmp_path / "photo.png"
    run("learn", folder, "--out", out)
    out.write_text(out.read_text().replace(expression_classifier().identity, "0" * 16))
    photo.write_bytes(encoded(astronaut(), "PNG"))
    code, said, _ = run(photo, "--profile", out, "--lang", "id")
    assert code == 0
    assert "dipelajari dengan jaringan lain" in said


def test_what_is_wrong_is_said_in_one_line_with_the_files_name(run, folder, tmp_path):
    (folder / "sad_cup.png").write_bytes(encoded(faceless("coffee"), "PNG"))
    code, said, err = run("learn", folder, "--out", tmp_path / "me.json")
    assert (code, said) == (2, "")
    assert err.startswith("No face was found in sad_cup.png.")
    assert err.count("\n") == 1
    assert not (tmp_path / "me.json").exists()


def test_the_same_photo_under_two_names_is_said(run, folder, tmp_path):
    (folder / "fear again.jpg").write_bytes((EXAMPLES / "sad.jpg").read_bytes())
    code, _, err = run("learn", folder, "--out", tmp_path / "me.json")
    assert code == 2
    assert "fear again.jpg and holiday.jpg are named differently but show the same face" in err


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe"])
def test_a_profile_that_is_none_is_refused(run, tmp_path, content):
    path, photo = tmp_path / "me.json", tmp_path / "photo.png"
    photo.write_bytes(encoded(astronaut(), "PNG"))
    if content is not None:
        path.write_bytes(content)
    code, said, err = run(photo, "--profile", path)
    assert (code, said) == (2, "")
    assert "profile" in err


def test_a_folder_without_named_photos_and_a_place_that_cannot_be_written_are_said(run, folder, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = run("learn", tmp_path / "empty", "--out", tmp_path / "me.json")
    assert code == 2
    assert "holds no photos that are named by an expression" in err
    code, _, err = run("learn", folder, "--out", tmp_path / "no" / "where.json")
    assert code == 2
    assert "Choose another --out" in err
