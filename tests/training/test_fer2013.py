"""FER-2013 reads alike from every form it comes in, and what is wrong with a copy is named."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tiny_fer2013 import (
    PRIVATE,
    PUBLIC,
    TRAINING,
    Sample,
    capital_files,
    contents,
    csv_files,
    csv_text,
    lower_case_files,
    make_images,
    make_samples,
    picture,
    png,
    write_folder,
    write_zip,
)

from femr.emotions import EMOTIONS, Emotion
from femr.errors import DataError
from femr.training import fer2013
from femr.training.fer2013 import SIDE, Fer2013, Usage

LAYOUTS = ("capital folder", "capital zip", "lower-case folder", "lower-case zip", "csv folder", "csv zip", "csv")

SMALL = make_samples(training=2, public=1, private=0, disgust=0)
"""The least that reads: two training images and one test image of each class."""


def complaint(path: Path) -> str:
    """The sentence with which reading `path` is refused."""
    with pytest.raises(DataError) as caught:
        fer2013.read(path)
    return str(caught.value)


# --- every layout --------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_images_and_labels(layout, layouts, samples):
    expected = [(sample.part, str(sample.emotion), sample.pixels.tobytes()) for sample in samples]
    assert contents(fer2013.read(layouts[layout])) == sorted(row for row in expected if row[1] != "Disgust")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_leaves_disgust_out_and_counts_it(layout, layouts, samples):
    assert fer2013.read(layouts[layout]).disgust == sum(sample.emotion == "Disgust" for sample in samples) > 0


@pytest.mark.parametrize("layout", LAYOUTS[1:])
def test_every_layout_cuts_off_the_same_validation_images(layout, layouts):
    first, other = (fer2013.split(fer2013.read(layouts[name])) for name in (LAYOUTS[0], layout))
    assert set(first.validation.hashes) == set(other.validation.hashes)


def test_images_are_arrays_as_documented(layouts, samples):
    images = fer2013.read(layouts["capital zip"]).images
    assert images.pixels.dtype == np.uint8
    assert images.pixels.shape == (len(images), SIDE, SIDE)
    assert images.labels.dtype == np.int64
    assert len(images) == len(images.hashes) == len(images.names)


def test_data_without_disgust_reads_too(tmp_path):
    assert fer2013.read(write_folder(tmp_path, lower_case_files(SMALL))).disgust == 0


@pytest.mark.parametrize("name", ["Suprise", "Surprise", "suprise", "surprise"])
def test_suprise_is_surprise(name, tmp_path):
    files = capital_files(SMALL)
    renamed = {key.replace("Suprise", name): content for key, content in files.items()}
    data = fer2013.read(write_folder(tmp_path, renamed))
    assert data.part("training").counts()[Emotion.SURPRISE] == 2


@pytest.mark.parametrize("wrapping", ["fer2013", "a/b/c", "My Data (1)", "Training set", "test", "train"])
@pytest.mark.parametrize("layout", [capital_files, lower_case_files, csv_files])
def test_folders_around_a_layout_change_nothing(layout, wrapping, tmp_path):
    files = layout(SMALL)
    plain = write_zip(tmp_path / "plain.zip", files)
    wrapped = write_zip(tmp_path / "wrapped.zip", {f"{wrapping}/{name}": content for name, content in files.items()})
    assert contents(fer2013.read(wrapped)) == contents(fer2013.read(plain))


def test_one_training_folder_instead_of_two_reads_too(tmp_path):
    files = {
        name.replace("Training/Training", "Training").replace("Testing/Testing", "Testing"): content
        for name, content in capital_files(SMALL).items()
    }
    plain = write_folder(tmp_path / "plain", capital_files(SMALL))
    assert contents(fer2013.read(write_folder(tmp_path / "short", files))) == contents(fer2013.read(plain))


@pytest.mark.parametrize("extra", ["README.md", "train/happy/Thumbs.db", "train/contempt/1.png", "preview.png"])
def test_other_files_are_passed_over(extra, tmp_path):
    files = lower_case_files(SMALL)
    plain = write_folder(tmp_path / "plain", files)
    mixed = write_folder(tmp_path / "mixed", {**files, extra: png(SMALL[0].pixels)})
    assert contents(fer2013.read(mixed)) == contents(fer2013.read(plain))


def test_what_macos_adds_to_a_zip_is_passed_over(tmp_path):
    files = capital_files(SMALL)
    resource_forks = {
        f"__MACOSX/{Path(name).parent.as_posix()}/._{Path(name).name}": b"\0\5\x16\7\0\2\0\0Mac OS X" for name in files
    }
    plain = write_zip(tmp_path / "plain.zip", files)
    zipped_on_a_mac = write_zip(tmp_path / "mac.zip", {**files, **resource_forks})
    assert contents(fer2013.read(zipped_on_a_mac)) == contents(fer2013.read(plain))


def test_a_csv_saved_with_a_byte_order_mark_reads_too(tmp_path):
    plain, marked = tmp_path / "plain.csv", tmp_path / "marked.csv"
    plain.write_text(csv_text(SMALL), encoding="utf-8")
    marked.write_text(csv_text(SMALL), encoding="utf-8-sig")
    assert contents(fer2013.read(marked)) == contents(fer2013.read(plain))


def test_colour_pictures_are_read_as_grey(tmp_path):
    grey = lower_case_files(SMALL)
    colour = {}
    for name, content in grey.items():
        file = io.BytesIO()
        Image.open(io.BytesIO(content)).convert("RGB").save(file, "png")
        colour[name] = file.getvalue()
    plain = write_folder(tmp_path / "grey", grey)
    assert contents(fer2013.read(write_folder(tmp_path / "colour", colour))) == contents(fer2013.read(plain))


# --- test parts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "stem", "usage"),
    [
        ("test", "PublicTest_12345", Usage.PUBLIC),
        ("test", "PrivateTest_12345", Usage.PRIVATE),
        ("test", "privatetest_1", Usage.PRIVATE),
        ("test", "28709", Usage.PUBLIC),
        ("test", "32297", Usage.PUBLIC),
        ("test", "32298", Usage.PRIVATE),
        ("test", "35886", Usage.PRIVATE),
        ("test", "12", Usage.TEST),
        ("test", "im12", Usage.TEST),
        ("Testing", "im12", Usage.PUBLIC),
        ("Testing", "PrivateTest_12345", Usage.PRIVATE),
        ("PublicTest", "im12", Usage.PUBLIC),
        ("PrivateTest", "im12", Usage.PRIVATE),
        ("train", "PrivateTest_12345", Usage.TRAINING),
        ("train", "35886", Usage.TRAINING),
    ],
)
def test_folder_and_name_tell_the_part(folder, stem, usage, tmp_path):
    files = {f"{folder}/{emotion}/{stem}.png": png(picture(emotion, np.random.default_rng(0))) for emotion in EMOTIONS}
    assert set(fer2013.read(write_folder(tmp_path, files)).usages) == {usage}


def test_parts_hold_their_images(layouts):
    data = fer2013.read(layouts["csv"])
    lengths = {name: len(data.part(name)) for name in ("training", "public", "private", "test")}
    assert lengths == {"training": 6 * 24, "public": 6 * 3, "private": 6 * 3, "test": 6 * 6}


def test_test_images_of_no_known_part_are_test_images(tmp_path):
    files = {name.replace("PublicTest", "im"): content for name, content in lower_case_files(SMALL).items()}
    data = fer2013.read(write_folder(tmp_path, files))
    assert len(data.part("test")) == 6
    with pytest.raises(DataError, match="public"):
        data.part("public")


def test_a_missing_part_is_named(tmp_path):
    source = write_folder(tmp_path / "only-public", lower_case_files(SMALL))
    with pytest.raises(DataError, match="only-public holds no private images"):
        fer2013.read(source).part("private")


def test_training_alone_reads_and_has_no_test_part(tmp_path):
    training = [sample for sample in SMALL if sample.part == TRAINING]
    data = fer2013.read(write_folder(tmp_path, capital_files(training)))
    assert len(data.part("training")) == len(training)
    with pytest.raises(DataError, match="holds no test images"):
        data.part("test")


# --- what is wrong with a copy -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nowhere", "nowhere.zip", "nowhere.csv"])
def test_a_missing_path_is_named(name, tmp_path):
    sentence = complaint(tmp_path / name)
    assert str(tmp_path / name) in sentence
    assert "zip" in sentence
    assert "folder" in sentence


@pytest.mark.parametrize("files", [{}, {"notes.txt": b"hello"}, {"holiday/me.png": png(SMALL[0].pixels)}])
def test_data_of_no_known_layout_is_told_the_layouts(files, tmp_path):
    (tmp_path / "data").mkdir()
    sentence = complaint(write_folder(tmp_path / "data", files))
    assert str(tmp_path / "data") in sentence
    assert "Training/Training/<Emotion>/" in sentence


def test_a_file_of_no_known_kind_is_told_the_layouts(tmp_path):
    file = tmp_path / "fer2013.tar"
    file.write_bytes(b"no archive that femr knows")
    assert str(file) in complaint(file)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_class_without_training_images_is_named(emotion, tmp_path):
    kept = [sample for sample in SMALL if (sample.part, sample.emotion) != (TRAINING, emotion)]
    sentence = complaint(write_zip(tmp_path / "holed.zip", capital_files(kept)))
    assert "holed.zip" in sentence
    assert f"no training images of {emotion}" in sentence


def test_a_class_without_test_images_is_named(tmp_path):
    kept = [sample for sample in SMALL if (sample.part, sample.emotion) != (PUBLIC, Emotion.FEAR)]
    assert "no test images of Fear" in complaint(write_zip(tmp_path / "holed.zip", capital_files(kept)))


def damaged(kind: str) -> bytes:
    """A file that is no image of 48 × 48 pixels, in one of the ways that this happens."""
    whole = png(SMALL[0].pixels)
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    bomb = b"IHDR" + header
    return {
        "text renamed": b"this was a shopping list",
        "empty": b"",
        "cut off": whole[: len(whole) // 2],
        "too large": png(np.zeros((SIDE * 2, SIDE * 2), np.uint8)),
        "one column short": png(np.zeros((SIDE, SIDE - 1), np.uint8)),
        "bomb": whole[:8] + struct.pack(">I", len(header)) + bomb + struct.pack(">I", zlib.crc32(bomb)) + whole[33:],
    }[kind]


@pytest.mark.parametrize("container", [write_folder, write_zip])
@pytest.mark.parametrize("kind", ["text renamed", "empty", "cut off", "too large", "one column short", "bomb"])
def test_an_unreadable_image_is_named_with_what_was_expected(kind, container, tmp_path):
    files = {**capital_files(SMALL), "Training/Training/Sad/7.png": damaged(kind)}
    sentence = complaint(container(tmp_path / "data", files))
    assert "Training/Training/Sad/7.png" in sentence
    assert str(tmp_path / "data") in sentence
    assert "48 × 48" in sentence


def spoiled_zip(path: Path, kind: str) -> str:
    """Write a zip with one bad member to `path`; the member's name."""
    write_zip(path, capital_files(SMALL))
    with zipfile.ZipFile(path) as archive:
        member = archive.infolist()[3]
    content = bytearray(path.read_bytes())
    data_start = member.header_offset + 30 + len(member.filename)
    directory_entry = content.rindex(member.filename.encode()) - 46
    if kind == "other bytes":
        content[data_start + 20 : data_start + 40] = bytes(20)
    elif kind == "cut short":
        content[directory_entry + 20 : directory_entry + 24] = struct.pack("<I", member.compress_size - 40)
    elif kind == "encrypted":
        content[member.header_offset + 6] |= 1
        content[directory_entry + 8] |= 1
    elif kind == "unknown compression":  # Deflate64, as Windows writes large zips
        content[member.header_offset + 8] = content[directory_entry + 10] = 9
    path.write_bytes(content)
    return member.filename


@pytest.mark.parametrize("kind", ["other bytes", "cut short", "encrypted", "unknown compression"])
def test_a_bad_zip_member_is_named(kind, tmp_path):
    name = spoiled_zip(tmp_path / "spoiled.zip", kind)
    assert f"spoiled.zip: {name}" in complaint(tmp_path / "spoiled.zip")


def test_a_zip_that_was_not_downloaded_whole_is_named(tmp_path):
    whole = write_zip(tmp_path / "fer2013.zip", capital_files(SMALL)).read_bytes()
    (tmp_path / "fer2013.zip").write_bytes(whole[: len(whole) // 2])
    assert str(tmp_path / "fer2013.zip") in complaint(tmp_path / "fer2013.zip")


@pytest.mark.parametrize("header", ["", "emotion,pixels", "label,pixels,Usage", '{"emotion": 3}'])
def test_wrong_csv_columns_are_shown_beside_the_right_ones(header, tmp_path):
    file = tmp_path / "fer2013.csv"
    file.write_text(header + "\n")
    sentence = complaint(file)
    assert sentence.startswith("Expected the columns emotion, pixels and Usage")
    assert str(file) in sentence
    assert header.replace(",", ", ") in sentence


def test_a_csv_is_named_once(tmp_path):
    file = tmp_path / "fer2013.csv"
    file.write_text("label\n")
    assert complaint(file).count("fer2013.csv") == 1


PIXELS = " ".join(["7"] * SIDE**2)


@pytest.mark.parametrize(
    "row",
    [
        f"7,{PIXELS},Training",
        f"-1,{PIXELS},Training",
        f"happy,{PIXELS},Training",
        f",{PIXELS},Training",
        f"3,{PIXELS} 7,Training",
        "3,7 7 7,Training",
        "3,,Training",
        f"3,{PIXELS[:-1]}256,Training",
        f"3,{PIXELS[:-1]}-1,Training",
        f"3,{PIXELS[:-1]}x,Training",
        f"3,{PIXELS},training",
        f"3,{PIXELS},Test",
        f"3,{PIXELS}",
        "3",
    ],
    ids=lambda row: row.replace(PIXELS, "pixels").replace(PIXELS[:-1], "pixels,"),
)
def test_a_wrong_csv_row_is_named_with_what_was_expected(row, tmp_path):
    file = tmp_path / "fer2013.csv"
    file.write_text(csv_text(SMALL[:2]) + row + "\n")
    sentence = complaint(file)
    assert "Row 3" in sentence
    assert str(file) in sentence
    assert "48 × 48 pixels" in sentence


def test_a_quote_that_is_never_closed_is_a_wrong_row(tmp_path):
    file = tmp_path / "fer2013.csv"
    lines = csv_text(make_samples(training=4, public=1, private=0, disgust=0)).splitlines()
    lines[3] = lines[3].replace(",", ',"', 1)
    file.write_text("\n".join(lines))
    assert str(file) in complaint(file)


# --- duplicates ----------------------------------------------------------------------------------


def test_training_images_with_a_twin_in_a_test_part_are_dropped_and_counted(tmp_path):
    samples = make_samples(training=12, public=2, private=2)
    publics = [sample for sample in samples if sample.part == PUBLIC and sample.emotion == Emotion.HAPPY]
    privates = [sample for sample in samples if sample.part == PRIVATE and sample.emotion == Emotion.SAD]
    twins = [Sample(TRAINING, sample.emotion, sample.pixels) for sample in (publics[0], privates[0])]
    mislabelled = Sample(TRAINING, Emotion.FEAR, publics[1].pixels)
    split = fer2013.split(fer2013.read(write_zip(tmp_path / "data.zip", csv_files([*samples, *twins, mislabelled]))))
    assert split.twins_dropped == 3
    assert len(split.training) + len(split.validation) == 6 * 12


def test_unique_images_have_no_twin_anywhere():
    pixels = np.stack([np.full((SIDE, SIDE), grey, np.uint8) for grey in (1, 2, 2, 3, 4, 4)])
    images = make_images(pixels, [0, 1, 1, 2, 3, 5])
    usages = np.array([Usage.TRAINING] * 4 + [Usage.PUBLIC, Usage.PRIVATE])
    data = Fer2013(images, usages, disgust=0, source=Path("anywhere"))
    assert data.is_unique(images).tolist() == [True, False, False, True, False, False]
    assert data.is_unique(data.part("public")).tolist() == [False]


# --- the split -----------------------------------------------------------------------------------


@st.composite
def data_with_duplicates(draw) -> Fer2013:
    """Some hundred images, many of them identical, in the same class or another, in training or in a test part."""
    labels = np.repeat(np.arange(len(EMOTIONS)), draw(st.integers(30, 40)))  # at least 10 differ, whatever is drawn
    positions = st.integers(0, len(labels) - 1)
    pictures = np.arange(len(labels))
    for twin, original in draw(st.lists(st.tuples(positions, positions), max_size=15)):
        pictures[twin] = pictures[original]
    usages = np.full(len(labels), Usage.TRAINING, object)
    usages[draw(st.lists(positions, max_size=4))] = Usage.PUBLIC
    pixels = np.zeros((len(labels), SIDE, SIDE), np.uint8)
    pixels[:, 0, 0], pixels[:, 0, 1] = pictures % 256, pictures // 256
    return Fer2013(make_images(pixels, labels), usages, disgust=0, source=Path("anywhere"))


@given(data_with_duplicates())
@settings(max_examples=40, deadline=None)
def test_identical_images_never_straddle_two_parts(data):
    split = fer2013.split(data)
    training, validation = set(split.training.hashes), set(split.validation.hashes)
    tested = set(data.images.hashes[data.usages != Usage.TRAINING])
    assert not training & validation
    assert not (training | validation) & tested


@given(data_with_duplicates())
@settings(max_examples=40, deadline=None)
def test_every_training_image_is_trained_on_or_validates_or_is_counted_as_dropped(data):
    split = fer2013.split(data)
    assert len(split.training) + len(split.validation) + split.twins_dropped == len(data.part("training"))
    assert set(split.training.labels) == set(range(len(EMOTIONS)))


def test_a_tenth_of_every_class_validates(layouts):
    split = fer2013.split(fer2013.read(layouts["csv"]))
    assert all(2 <= count <= 3 for count in split.validation.counts().values())
    assert split.twins_dropped == 0


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=5, deadline=None)
def test_the_split_is_the_same_whatever_the_seed_of_a_run(seed):
    labels = np.repeat(np.arange(len(EMOTIONS)), 20)
    pixels = np.zeros((len(labels), SIDE, SIDE), np.uint8)
    pixels[:, 0, 0] = np.arange(len(labels))
    data = Fer2013(make_images(pixels, labels), np.full(len(labels), Usage.TRAINING), 0, Path("anywhere"))
    first = fer2013.split(data)
    np.random.seed(seed)  # as a run does, through Keras
    assert fer2013.split(data).validation.names.tolist() == first.validation.names.tolist()


def test_a_class_too_small_to_cut_is_named(tmp_path):
    with pytest.raises(DataError, match=r"small.*only 2 training images of Angry; at least 10"):
        fer2013.split(fer2013.read(write_folder(tmp_path / "small", lower_case_files(SMALL))))


def test_a_class_of_one_picture_many_times_is_too_small_to_cut():
    labels = np.repeat(np.arange(len(EMOTIONS)), 20)
    pixels = np.zeros((len(labels), SIDE, SIDE), np.uint8)
    pixels[:, 0, 0] = np.arange(len(labels))
    pixels[labels == EMOTIONS.index(Emotion.SAD), 0, 0] = 255
    data = Fer2013(make_images(pixels, labels), np.full(len(labels), Usage.TRAINING), 0, Path("anywhere"))
    with pytest.raises(DataError, match="Sad"):
        fer2013.split(data)
