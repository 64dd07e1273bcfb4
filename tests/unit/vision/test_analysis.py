import numpy as np
import pytest
from PIL import Image

import femr
from femr.emotions import EMOTIONS, Emotion
from femr.errors import InstallationError, PhotoError
from femr.vision.analysis import analyze
from femr.vision.crop import crop
from femr.vision.geometry import Box, Detection, Point
from tests.faces import FACELESS, LEFT_EYE, MOUTH, RIGHT_EYE, astronaut, encoded, faceless, found, tiled

PHOTO = np.full((200, 300, 3), 90, np.uint8)
LARGE = Detection(Box(10, 10, 100, 100), (Point(40, 40), Point(80, 40)), 0.9)
SMALL = Detection(Box(200, 50, 50, 50), (Point(215, 65), Point(235, 65)), 0.8)


def detector(*faces):
    """Finds always the same faces."""
    return lambda photo: list(faces)


class FakeClassifier:
    """Reads the emotions off a list, and keeps the crops that it was shown."""

    side = 48

    def __init__(self, *emotions):
        self.emotions = emotions
        self.crops = None

    def __call__(self, crops):
        self.crops = crops
        shares = np.full((len(crops), 6), 0.05, np.float32)
        for row, emotion in zip(shares, self.emotions, strict=True):
            row[EMOTIONS.index(emotion)] = 0.75
        return shares


# --- the real parts ------------------------------------------------------------------------------


def test_the_astronaut_is_happy():
    reading = analyze(astronaut())
    (face,) = reading.faces
    assert face.emotion is Emotion.HAPPY
    assert all(face.box.holds(point) for point in (LEFT_EYE, RIGHT_EYE, MOUTH))
    assert reading.mood == face.mood
    assert reading.mood.valence > 0
    assert (reading.width, reading.height) == (512, 512)


def test_probabilities_sum_to_one_in_model_order():
    (face,) = analyze(astronaut()).faces
    assert tuple(face.probabilities) == EMOTIONS
    assert sum(face.probabilities.values()) == pytest.approx(1)
    assert all(type(share) is float for share in face.probabilities.values())


def test_path_bytes_image_and_array_read_alike(tmp_path):
    data = encoded(astronaut(), "PNG")
    path = tmp_path / "me.png"
    path.write_bytes(data)
    expected = analyze(astronaut())
    for photo in (path, str(path), data, Image.fromarray(astronaut())):
        assert analyze(photo) == expected


@pytest.mark.parametrize("name", FACELESS)
def test_a_photo_without_a_face_has_neither_faces_nor_mood(name):
    reading = analyze(faceless(name))
    assert reading.faces == ()
    assert reading.mood is None
    assert (reading.height, reading.width) == faceless(name).shape[:2]


def test_twenty_faces_are_read_at_once():
    reading = analyze(tiled(4, 5))
    assert len(reading.faces) == 20
    assert {face.emotion for face in reading.faces} == {Emotion.HAPPY}
    areas = [face.box.area for face in reading.faces]
    assert areas == sorted(areas, reverse=True)


def test_the_whole_way_from_a_face_to_songs():
    playlist = femr.recommend(analyze(astronaut()).mood, seed=1)
    assert sum(Emotion.HAPPY in song.emotions for song in playlist.songs) >= 5


# --- parts that are handed in --------------------------------------------------------------------


def test_faces_keep_the_detectors_order_and_figures():
    reading = analyze(PHOTO, detector=detector(LARGE, SMALL), classifier=FakeClassifier(Emotion.SAD, Emotion.HAPPY))
    assert [face.emotion for face in reading.faces] == [Emotion.SAD, Emotion.HAPPY]
    assert [(face.box, face.eyes, face.score) for face in reading.faces] == [
        (each.box, each.eyes, each.score) for each in (LARGE, SMALL)
    ]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_each_output_of_the_classifier_is_its_emotion(emotion):
    (face,) = analyze(PHOTO, detector=detector(LARGE), classifier=FakeClassifier(emotion)).faces
    assert face.emotion is emotion
    assert face.probabilities[emotion] == pytest.approx(0.75)


def test_the_mood_is_that_of_the_largest_face():
    reading = analyze(PHOTO, detector=detector(LARGE, SMALL), classifier=FakeClassifier(Emotion.SAD, Emotion.HAPPY))
    assert reading.mood == reading.faces[0].mood


def test_the_classifier_sees_the_crops_of_the_faces():
    classifier = FakeClassifier(Emotion.HAPPY)
    analyze(astronaut(), classifier=classifier)
    assert np.array_equal(classifier.crops, crop(astronaut(), found(astronaut()), 48)[None])


def test_without_a_face_the_classifier_is_not_asked():
    classifier = FakeClassifier()
    assert analyze(PHOTO, detector=detector(), classifier=classifier).faces == ()
    assert classifier.crops is None


def test_the_detector_sees_the_upright_photo():
    seen = []
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(np.zeros((40, 60, 3), np.uint8), "PNG", exif=exif)
    reading = analyze(data, detector=lambda photo: seen.append(photo.shape) or [], classifier=FakeClassifier())
    assert seen == [(60, 40, 3)]
    assert (reading.width, reading.height) == (40, 60)


def test_nobody_changes_the_probabilities_of_a_reading():
    (face,) = analyze(PHOTO, detector=detector(LARGE), classifier=FakeClassifier(Emotion.SAD)).faces
    with pytest.raises(TypeError):
        face.probabilities[Emotion.SAD] = 0


def test_no_usable_photo_is_a_photo_error():
    with pytest.raises(PhotoError):
        analyze(b"no photo")


def test_a_fault_of_the_installation_comes_through():
    def broken(photo):
        raise InstallationError("network_missing", path="somewhere.tflite")

    with pytest.raises(InstallationError, match=r"somewhere\.tflite"):
        analyze(PHOTO, detector=broken, classifier=FakeClassifier())


@pytest.mark.parametrize(
    ("photo", "width", "incomplete"),
    [
        (PHOTO, 25, False),
        (PHOTO, 23, True),  # fewer pixels than a face can be found in for sure
        (np.zeros((2000, 4000, 3), np.uint8), 63, False),
        (np.zeros((2000, 4000, 3), np.uint8), 62, True),  # smaller than the smallest windows are for
    ],
)
def test_faces_so_small_that_others_may_be_missed_are_told_of(photo, width, incomplete):
    small = Detection(Box(20, 20, width, width), (Point(25, 28), Point(35, 28)), 0.9)
    assert analyze(photo, detector=detector(small), classifier=FakeClassifier(Emotion.SAD)).incomplete is incomplete


def test_nobody_is_missed_where_nobody_is():
    assert not analyze(PHOTO, detector=detector()).incomplete
