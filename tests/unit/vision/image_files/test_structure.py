"""What costs much is seen before anything is decoded, and what no camera makes is refused."""

import functools
import io

import numpy as np
import pytest
from PIL import Image
from PIL.ImageFile import ImageFile

from femr.errors import PhotoError
from femr.vision.image_files.decode import FORMATS, inspect
from femr.vision.image_files.jpeg import MAX_SCANS, shrinking
from femr.vision.image_files.load import load_frame, load_photo
from femr.vision.image_files.pool import COSTLY, ORDINARY
from femr.vision.image_files.structure import MAX_SIDE
from tests.faces import astronaut, encoded
from tests.worst_files import comment_blocks, compressed_bitmap, empty_scans, many_chunks, png, progressive_scans


@pytest.fixture
def nothing_is_decoded(monkeypatch):
    monkeypatch.setattr(ImageFile, "load", lambda image: pytest.fail("decoded"))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("width", "height"), [(64, 48), (17, 301)])
def test_the_size_is_seen_without_decoding(form, width, height, monkeypatch):
    data = encoded(Image.new("RGB", (width, height), (200, 30, 30)), form)
    monkeypatch.setattr(ImageFile, "load", lambda image: pytest.fail("decoded"))
    structure = inspect(data, "photo")
    assert structure.form == form
    assert (structure.width, structure.height) == (width, height) or (
        form == "HEIF" and structure.width >= width and structure.height >= height  # in whole blocks
    )


@pytest.mark.parametrize(
    "make",
    [
        functools.partial(progressive_scans, MAX_SCANS + 1, 64, 64),
        functools.partial(empty_scans, 2000, 640),
        functools.partial(comment_blocks, 10_000),
        functools.partial(many_chunks, 60_000),
    ],
    ids=["scans", "empty scans", "comments", "chunks"],
)
def test_what_no_camera_makes_is_refused(make, request):
    data = make()
    request.getfixturevalue("nothing_is_decoded")
    with pytest.raises(PhotoError) as caught:
        load_photo(data)
    assert caught.value.code == "photo_odd"


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"progressive": True, "optimize": True}])
def test_ordinary_photos_are_ordinary(options):
    phone = Image.fromarray(astronaut()).resize((4032, 3024))
    structure = inspect(encoded(phone, "JPEG", **options), "photo")
    assert structure.memory <= ORDINARY.memory
    assert structure.seconds <= ORDINARY.seconds


@pytest.mark.parametrize("kind", ["arithmetic coding", "twelve bits", "two components", "no height"])
def test_a_jpeg_that_browsers_do_not_show_is_refused(kind):
    data = bytearray(encoded(astronaut(), "JPEG"))
    frame = data.index(b"\xff\xc0")
    place, value = {
        "arithmetic coding": (1, 0xC9),
        "twelve bits": (4, 12),
        "two components": (9, 2),
        "no height": (5, 0),
    }[kind]
    data[frame + place] = value
    if kind == "no height":
        data[frame + 6] = 0
    with pytest.raises(PhotoError) as caught:
        load_photo(bytes(data))
    assert caught.value.code == "photo_odd"


def test_a_compressed_bitmap_costs_more_than_a_server_gives():
    assert inspect(compressed_bitmap(), "photo").seconds > COSTLY.seconds


def test_how_large_a_picture_may_be_depends_on_the_memory():
    data = png(6_000, 4_000, 2, b"", bits=8)
    with pytest.raises(PhotoError) as caught:
        inspect(data, "photo", 50_000_000)
    assert caught.value.code == "photo_bomb"
    assert inspect(data, "photo", 500_000_000).pixels == 24_000_000


@pytest.mark.parametrize(("width", "height"), [(8660, 5774), (12000, 9000), (16320, 12240), (65535, 3000)])
def test_a_large_jpeg_is_shrunk_no_more_than_needed(width, height):
    shrink = shrinking(width, height)
    assert shrink > 1
    assert max(width, height) / shrink > 0.9 * MAX_SIDE
    assert width * height / shrink**2 < 40_000_000


@pytest.mark.parametrize(("width", "height"), [(64, 64), (4032, 3024), (6000, 4000)])
def test_another_jpeg_is_not_shrunk(width, height):
    assert shrinking(width, height) == 1


# --- frames of a live camera ---------------------------------------------------------------------


def frame(**options):
    return encoded(Image.fromarray(astronaut()[:360, :480]), "JPEG", **options)


def test_a_frame_is_read():
    assert np.array_equal(load_frame(frame()), np.asarray(Image.open(io.BytesIO(frame()))))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(frame(progressive=True), "frame_odd", id="progressive"),
        pytest.param(progressive_scans(40, 64, 64), "frame_odd", id="many scans"),
        pytest.param(progressive_scans(2000, 64, 64), "frame_odd", id="very many scans"),
        pytest.param(frame()[:-2], "photo_damaged", id="cut off"),
        pytest.param(encoded(Image.new("RGB", (641, 64)), "JPEG"), "frame_large", id="wide"),
        pytest.param(encoded(Image.new("RGB", (15, 64)), "JPEG"), "photo_small", id="narrow"),
        pytest.param(encoded(astronaut(), "PNG"), "photo_unknown", id="a PNG"),
        pytest.param(b"", "photo_unknown", id="nothing"),
    ],
)
def test_what_no_browsers_canvas_writes_is_no_frame(data, code, nothing_is_decoded):
    with pytest.raises(PhotoError) as caught:
        load_frame(data)
    assert caught.value.code == code
    assert caught.value.sentence("id") != caught.value.sentence("en")
