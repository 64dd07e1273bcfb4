import contextlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features
from pillow_heif import register_heif_opener

from femr.errors import FemrError, PhotoError
from femr.vision.image_files.decode import FORMATS
from femr.vision.image_files.load import load_photo
from femr.vision.image_files.pictures import data_uri, png_uri
from femr.vision.image_files.structure import MAX_SIDE, MIN_SIDE
from tests.faces import astronaut, decoded, encoded
from tests.worst_files import chunk, png

register_heif_opener(thumbnails=False)  # so that Pillow writes them, too

RED, BLUE = (200, 30, 30), (30, 30, 200)


def halves(height=40, width=60, left=RED, right=BLUE):
    """A photo whose left half has one colour and whose right half another."""
    photo = np.empty((height, width, 3), np.uint8)
    photo[:, : width // 2], photo[:, width // 2 :] = left, right
    return photo


def refused(photo):
    with pytest.raises(PhotoError) as caught:
        load_photo(photo)
    return caught.value


def assert_shows(seen, photo, tolerance=12):
    """`seen` is `photo`, but for what a lossy format changes."""
    assert seen.dtype == np.uint8
    assert seen.shape == photo.shape
    assert np.median(np.abs(seen.astype(int) - photo)) <= tolerance


# --- what may be handed in -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_is_read(tmp_path, kind):
    path = tmp_path / "me.png"
    path.write_bytes(encoded(halves(), "PNG"))
    assert np.array_equal(load_photo(kind(path)), halves())


def test_bytes_are_read():
    assert np.array_equal(load_photo(encoded(halves(), "PNG")), halves())


def test_a_pillow_image_is_read():
    assert np.array_equal(load_photo(Image.fromarray(halves())), halves())


def test_an_array_is_read():
    assert np.array_equal(load_photo(halves()), halves())


def test_a_view_of_an_array_is_read():
    assert np.array_equal(load_photo(halves()[:, ::-1]), halves(left=BLUE, right=RED))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_read_in_its_colours(form):
    assert_shows(load_photo(encoded(halves(), form)), halves())


@pytest.mark.parametrize(
    "image",
    [
        Image.fromarray(halves()),
        Image.fromarray(halves()).convert("P"),
        Image.fromarray(halves()).convert("RGBA"),
        Image.fromarray(np.full((40, 60), 40_000, np.uint16)),
        Image.fromarray(halves(30, MAX_SIDE + 100)),
    ],
    ids=["RGB", "P", "RGBA", "I;16", "large"],
)
def test_an_image_that_is_handed_in_is_not_changed(image):
    image.getexif()[0x0112] = 6
    before = image.size, image.mode, image.tobytes(), dict(image.getexif())
    load_photo(image)
    assert (image.size, image.mode, image.tobytes(), dict(image.getexif())) == before


def test_an_array_that_is_handed_in_is_not_changed():
    photo = halves(30, MAX_SIDE + 100)
    before = photo.copy()
    load_photo(photo)
    assert np.array_equal(photo, before)


# --- what pictures may look like -----------------------------------------------------------------


@pytest.mark.parametrize("mode", ["L", "1", "LA"])
def test_a_grey_picture_becomes_rgb(mode):
    seen = load_photo(encoded(Image.fromarray(halves(left=(0, 0, 0), right=(255, 255, 255))).convert(mode), "PNG"))
    assert np.array_equal(seen, halves(left=(0, 0, 0), right=(255, 255, 255)))


def test_cmyk_becomes_rgb():
    assert_shows(load_photo(encoded(Image.fromarray(halves()).convert("CMYK"), "JPEG")), halves(), tolerance=20)


@pytest.mark.parametrize("kind", ["file", "image"])
def test_sixteen_bits_a_pixel_keep_their_brightness(kind):
    image = Image.fromarray(np.repeat(np.array([32768, 65535], np.uint16), 15)[None].repeat(20, axis=0))
    seen = load_photo(encoded(image, "PNG") if kind == "file" else image)
    assert seen.shape == (20, 30, 3)
    assert abs(int(seen[0, 0, 0]) - 128) <= 1
    assert seen[0, 29].tolist() == [255, 255, 255]


def test_sixteen_bits_a_colour_keep_their_brightness():
    rows = b"".join(b"\x00" + struct.pack(">HHH", 51_400, 7_710, 7_710) * 20 for _ in range(20))
    assert_shows(
        load_photo(png(20, 20, 2, zlib.compress(rows), bits=16)), np.full((20, 20, 3), RED, np.uint8), tolerance=1
    )


def test_a_picture_of_floats_with_gaps_is_read():
    grey = np.full((20, 30), 128, np.float32)
    grey[5, 5], grey[6, 6] = np.nan, np.inf
    seen = load_photo(Image.fromarray(grey))
    assert seen[0, 0].tolist() == [128, 128, 128]


def test_what_is_transparent_is_white():
    image = Image.fromarray(halves()).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 30, 40))
    assert np.array_equal(load_photo(encoded(image, "PNG")), halves(left=(255, 255, 255)))


def test_what_is_half_transparent_is_mixed_with_white():
    seen = load_photo(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 128)), "PNG"))
    assert abs(int(seen[0, 0, 0]) - 127) <= 1


@pytest.mark.parametrize("form", ["PNG", "GIF"])
def test_the_transparent_colour_of_a_palette_is_white(form):
    image = Image.new("P", (60, 40), 0)
    image.putpalette([*RED, *BLUE])
    image.paste(1, (30, 0, 60, 40))
    seen = load_photo(encoded(image, form, transparency=0))
    assert np.array_equal(seen, halves(left=(255, 255, 255)))


def test_a_palette_that_is_partly_transparent_is_mixed_with_white():
    image = Image.new("P", (20, 20), 0)
    image.putpalette([0, 0, 0, *BLUE])
    seen = load_photo(encoded(image, "PNG", transparency=bytes([128, 255])))
    assert abs(int(seen[0, 0, 0]) - 127) <= 1


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_the_first_frame_of_an_animation_is_read(form):
    first, second = (Image.new("RGB", (30, 20), colour) for colour in (RED, BLUE))
    options = {"lossless": True} if form == "WEBP" else {}
    seen = load_photo(encoded(first, form, save_all=True, append_images=[second], **options))
    assert np.array_equal(seen, np.full((20, 30, 3), RED, np.uint8))


# How the camera was held: from the upright photo to how it is stored, by EXIF's number.
STORED = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(upright, 2).transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_upright_as_its_exif_data_say(form, orientation):
    upright = np.full((64, 96, 3), 90, np.uint8)
    upright[:32, :48], upright[:32, 48:], upright[32:, :48] = RED, BLUE, (30, 200, 30)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation](upright))
    assert_shows(load_photo(encoded(stored, form, exif=exif)), upright, tolerance=8)


def test_an_unknown_orientation_leaves_the_photo_as_it_is():
    exif = Image.Exif()
    exif[0x0112] = 99
    assert np.array_equal(load_photo(encoded(halves(), "PNG", exif=exif)), halves())


# --- sizes ---------------------------------------------------------------------------------------


def test_a_photo_of_fifty_megapixels_is_read_and_scaled_down():
    seen = load_photo(encoded(Image.new("RGB", (8660, 5774), RED), "JPEG"))
    assert seen.shape == (round(5774 * MAX_SIDE / 8660), MAX_SIDE, 3)
    assert np.abs(seen[::500, ::500].astype(int) - RED).max() < 5


@pytest.mark.parametrize("kind", ["array", "image", "PNG", "JPEG"])
def test_however_it_comes_a_long_photo_is_scaled_down_in_proportion(kind):
    photo = halves(100, 2 * MAX_SIDE)
    given_ = {"array": lambda: photo, "image": lambda: Image.fromarray(photo)}
    seen = load_photo(given_.get(kind, lambda: encoded(photo, kind))())
    assert_shows(seen, halves(50, MAX_SIDE))


def test_the_photo_of_a_phone_stays_as_it_is():
    assert load_photo(np.zeros((3024, 4032, 3), np.uint8)).shape == (3024, 4032, 3)


def test_a_picture_with_a_palette_is_scaled_down_by_mixing_its_colours():
    stripes = np.zeros((40, 2 * MAX_SIDE), np.uint8)
    stripes[:, ::2] = 1
    image = Image.fromarray(stripes)
    image.putpalette([*RED, *BLUE])
    mixed = np.add(RED, BLUE) // 2
    assert_shows(load_photo(encoded(image, "PNG")), np.full((20, MAX_SIDE, 3), mixed, np.uint8))


@pytest.mark.parametrize("shape", [(16, 100_000), (100_000, 16)])
def test_a_photo_as_thin_as_a_thread_keeps_at_least_a_pixel(shape):
    for photo in (np.zeros((*shape, 3), np.uint8), Image.new("L", shape[::-1])):
        seen = load_photo(photo)
        assert (max(seen.shape), min(seen.shape[:2])) == (MAX_SIDE, 1)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (MIN_SIDE - 1, 400), (400, MIN_SIDE - 1)])
def test_a_tiny_photo_is_refused_with_its_size(width, height):
    for photo in (encoded(Image.new("RGB", (width, height)), "PNG"), np.zeros((height, width, 3), np.uint8)):
        error = refused(photo)
        assert error.code == "photo_small"
        assert f"{width} × {height}" in str(error)


def test_the_smallest_photo_that_is_not_tiny_is_read():
    assert load_photo(np.zeros((MIN_SIDE, MIN_SIDE, 3), np.uint8)).shape == (MIN_SIDE, MIN_SIDE, 3)


def claiming(width, height):
    """A JPEG whose header names another size than it has."""
    data = bytearray(encoded(halves(), "JPEG"))
    size = data.index(b"\xff\xc0") + 5  # of the frame: height and width, two bytes each
    data[size : size + 4] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize(("width", "height"), [(20_000, 10_001), (60_000, 60_000)])
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_more_than_two_hundred_megapixels_are_refused_before_they_are_unpacked(width, height, form):
    error = refused(png(width, height, 0, b"", bits=1) if form == "PNG" else claiming(width, height))
    assert error.code == "photo_bomb"
    assert "200 megapixels" in str(error)


def test_a_jpeg_of_two_hundred_megapixels_is_decoded_at_a_fraction_of_its_size():
    assert load_photo(claiming(16_320, 12_240)[:-200] + encoded(halves(), "JPEG")[-200:]).shape == (3060, 4080, 3)


def test_a_hundred_megapixels_of_one_bit_are_read():
    rows = zlib.compress(b"".join(bytes([0, *[0x0F] * 1500]) for _ in range(9000)))
    seen = load_photo(png(12_000, 9_000, 0, rows, bits=1))
    assert seen.shape == (3072, 4096, 3)
    assert 0 <= seen[1000, 1000, 0] <= 255


# --- as browsers show them -----------------------------------------------------------------------

PIXELS = zlib.compress(b"".join(b"\0" + bytes(RED) * 20 for _ in range(20)))


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(chunk(b"pHYs", b"\0\0"), id="truncated pHYs"),
        pytest.param(chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(3_000_000))), id="large ICC profile"),
        pytest.param(chunk(b"zTXt", b"text\0\0" + zlib.compress(bytes(1_300_000))), id="large text"),
        pytest.param(chunk(b"tEXt", b"no end"), id="text without a keyword"),
        pytest.param(chunk(b"gAMA", b""), id="empty gAMA"),
        pytest.param(chunk(b"tRNS", bytes(6))[:-4] + b"oops", id="tRNS with a wrong checksum"),
        pytest.param(chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff"), id="EXIF that points nowhere"),
        pytest.param(chunk(b"acTL", b"\0" * 8), id="an animation without pictures"),
    ],
)
def test_damaged_metadata_of_a_png_decide_nothing(before):
    assert np.array_equal(load_photo(png(20, 20, 2, PIXELS, before=before)), np.full((20, 20, 3), RED, np.uint8))


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def wrong_type_of_gps():
    """EXIF data that say how the photo was held, and give a latitude as text."""
    return b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(
        ">HHHIHxxHHI4sIHHHI4sI", 2, 0x0112, 3, 1, 2, 0x8825, 4, 1, struct.pack(">I", 38), 0, 1, 2, 2, 4, b"1,2\0", 0
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(segment(0xE1, b"Exif\0\0" + b"II*\0" + b"\xff" * 60), id="EXIF of nonsense"),
        pytest.param(segment(0xE1, b"Exif\0\0"), id="no EXIF"),
        pytest.param(segment(0xE0, b"JFIF\0"), id="short JFIF"),
        pytest.param(segment(0xE2, b"ICC_PROFILE\0"), id="short ICC profile"),
        pytest.param(segment(0xE2, b"MPF\0II*\0\xff\xff"), id="other pictures that are not there"),
        pytest.param(segment(0xED, b"Photoshop 3.0\x008BIM\x04"), id="short Photoshop block"),
        pytest.param(segment(0xEE, b"Adobe"), id="short Adobe block"),
        pytest.param(
            segment(0xE1, b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta tiff:Orientation="6"/>'), id="XMP's orientation"
        ),
    ],
)
def test_metadata_of_a_jpeg_decide_nothing(body):
    plain = encoded(halves(), "JPEG")
    assert np.array_equal(load_photo(plain[:2] + body + plain[2:]), load_photo(plain))


def test_the_orientation_is_read_beside_tags_of_the_wrong_type():
    plain = encoded(halves(), "JPEG")
    seen = load_photo(plain[:2] + segment(0xE1, wrong_type_of_gps()) + plain[2:])
    assert_shows(seen, halves(left=BLUE, right=RED))


def test_what_follows_the_picture_is_ignored():
    plain = encoded(halves(), "JPEG")
    assert np.array_equal(load_photo(plain + b"\xff\xd8" + bytes(5000) + plain), load_photo(plain))


def test_a_jpeg_without_an_end_is_read_whole():
    plain = encoded(astronaut(), "JPEG")
    assert np.array_equal(load_photo(plain[:-2]), load_photo(plain))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "BMP"])
def test_of_a_file_that_is_cut_off_what_is_there_is_read(form):
    whole = encoded(astronaut(), form)
    seen, photo = load_photo(whole[: len(whole) * 2 // 3]), load_photo(whole)
    kept = slice(300, None) if form == "BMP" else slice(0, 200)  # a BMP begins with the lowest row
    assert_shows(seen[kept], photo[kept], tolerance=2)
    assert not np.array_equal(seen, photo)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_is_cut_off_before_its_pixels_is_refused(form):
    whole = encoded(astronaut(), form)
    assert refused(whole[:60]).code == "photo_damaged"


# --- what is no usable photo ---------------------------------------------------------------------


def test_an_empty_file_is_refused_by_name(bad_file):
    error = refused(bad_file(b""))
    assert error.code == "photo_empty"
    assert "holiday.jpg" in str(error)


def test_text_renamed_to_jpg_is_refused_by_name(bad_file):
    error = refused(bad_file(b"Dear diary, today I took no photo at all.\n" * 20))
    assert error.code == "photo_unknown"
    assert "holiday.jpg" in str(error)


def test_a_truncated_image_that_is_handed_in_is_refused():
    whole = encoded(astronaut(), "JPEG")
    assert refused(Image.open(io.BytesIO(whole[: len(whole) // 2]))).code == "photo_damaged"


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_a_damaged_heic_is_refused_by_name(bad_file, brand):
    error = refused(bad_file(struct.pack(">I", 24) + b"ftyp" + brand + bytes(40), "IMG_0001.HEIC"))
    assert error.code == "photo_damaged"
    assert "IMG_0001.HEIC" in str(error)


@pytest.mark.parametrize("orientation", STORED)
def test_a_heic_is_turned_as_its_properties_say_and_only_once(orientation):
    upright = np.full((64, 96, 3), 90, np.uint8)
    upright[:32, :48], upright[:32, 48:], upright[32:, :48] = RED, BLUE, (30, 200, 30)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert_shows(
        load_photo(encoded(STORED[orientation](upright).copy(), "HEIF", exif=exif.tobytes())), upright, tolerance=12
    )


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
def test_avif_is_not_taken_for_heic():
    avif = encoded(halves(), "AVIF")
    as_some_encoders_write_it = avif[:8] + b"mif1" + avif[12:]
    assert_shows(load_photo(as_some_encoders_write_it), halves())


def test_a_missing_file_is_refused_by_name(tmp_path):
    error = refused(tmp_path / "nowhere.jpg")
    assert error.code == "photo_missing"
    assert "nowhere.jpg" in str(error)


def test_a_folder_is_refused_by_name(tmp_path):
    error = refused(tmp_path)
    assert error.code == "photo_missing"
    assert str(tmp_path) in str(error)


@pytest.mark.parametrize("name", ["no\0where.jpg", "x" * 5000])
def test_a_name_that_no_file_can_have_is_refused(name):
    assert refused(name).code == "photo_missing"


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((40, 60, 3), np.float32),
        np.zeros((40, 60, 3), np.int64),
        np.zeros((40, 60), np.uint8),
        np.zeros((40, 60, 4), np.uint8),
        np.zeros((40, 60, 1), np.uint8),
        np.zeros((1, 40, 60, 3), np.uint8),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_another_array_is_refused_with_its_type_and_shape(array):
    error = refused(array)
    assert error.code == "photo_array"
    assert str(array.dtype) in str(error)
    assert str(array.shape) in str(error)


def test_an_array_without_pixels_is_refused():
    assert refused(np.zeros((0, 0, 3), np.uint8)).code == "photo_small"


@pytest.mark.parametrize("nothing", [None, 42, [1, 2, 3]])
def test_what_is_no_photo_at_all_is_refused(nothing):
    with pytest.raises(FemrError):
        load_photo(nothing)


# --- whatever comes in, nothing but a PhotoError comes out ---------------------------------------


def assert_read_or_refused(data):
    with contextlib.suppress(PhotoError):
        seen = load_photo(data)
        assert seen.dtype == np.uint8
        assert seen.ndim == 3
        assert seen.shape[2] == 3
        assert max(seen.shape) <= MAX_SIDE


def samples():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    small = Image.fromarray(astronaut()).resize((48, 40))
    options = {"JPEG": {"exif": exif}, "PNG": {"exif": exif}, "WEBP": {"exif": exif}}
    return {form: encoded(small, form, **options.get(form, {})) for form in FORMATS}


SAMPLES = samples()

# About what is wrong in a file; test_terminal looks at what of it a visitor sees.
pillow_may_warn = pytest.mark.filterwarnings("ignore::UserWarning")

shares = st.floats(0, 1, exclude_max=True)
changes = st.tuples(shares, st.sampled_from("=+-"), st.binary(min_size=1, max_size=8))


@st.composite
def damaged(draw, data):
    """`data` with some bytes changed, put in or left out, and perhaps cut off."""
    data = bytearray(data)
    for place, kind, value in draw(
        st.lists(st.tuples(shares, st.sampled_from("=+-"), st.binary(min_size=1, max_size=8)))
    ):
        reach = draw(st.sampled_from([len(data), min(len(data), 200)]))  # headers break in more ways than pixels do
        start = int(place * reach)
        data[start : start + (0 if kind == "+" else len(value))] = b"" if kind == "-" else value
    return bytes(data[: int(len(data) * draw(st.one_of(st.just(1.0), shares)))])


@given(st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(data):
    assert_read_or_refused(data)


@pillow_may_warn
@pytest.mark.parametrize("form", FORMATS)
@given(st.binary(max_size=200))
@settings(max_examples=30)
def test_random_bytes_behind_a_real_beginning_are_read_or_refused(form, data):
    assert_read_or_refused(SAMPLES[form][:16] + data)


@pillow_may_warn
@pytest.mark.parametrize("form", FORMATS)
@given(st.data())
@settings(max_examples=100)
def test_a_damaged_file_is_read_or_refused(form, data):
    assert_read_or_refused(data.draw(damaged(SAMPLES[form])))


# --- pictures for a page -------------------------------------------------------------------------


def test_a_data_uri_holds_the_photo_in_its_colours():
    photo = np.zeros((40, 60, 3), np.uint8)
    photo[:, :30], photo[:, 30:] = (200, 30, 30), (30, 30, 200)
    seen = np.asarray(decoded(data_uri(photo, 100), "webp")).astype(int)
    assert seen.shape == photo.shape
    assert np.abs(seen - photo)[:, [5, 20, 40, 55]].max() < 12


@pytest.mark.parametrize(("height", "width", "size"), [(900, 1600, (640, 360)), (1600, 900, (360, 640))])
def test_a_larger_photo_is_scaled_down_in_proportion(height, width, size):
    assert decoded(data_uri(np.zeros((height, width, 3), np.uint8), 640), "webp").size == size


def test_a_smaller_photo_is_not_enlarged():
    assert decoded(data_uri(np.zeros((20, 30, 3), np.uint8), 640), "webp").size == (30, 20)


def test_a_photo_as_thin_as_a_thread_is_drawn():
    assert decoded(data_uri(np.zeros((1, 4096, 3), np.uint8), 1280), "webp").size == (1280, 1)


def test_a_crop_is_shown_pixel_by_pixel():
    crop = np.random.default_rng(0).integers(0, 256, (48, 48), np.uint8)
    assert np.array_equal(np.asarray(decoded(png_uri(crop), "png")), crop)
