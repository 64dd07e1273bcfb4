"""One number is read from EXIF data, and whatever else they hold decides nothing."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from femr.vision.image_files.exif import UPRIGHT, orientation


def written(value: int, order: str = "<", kind: int = 3, count: int = 1, before: int = 0) -> bytes:
    """EXIF data whose first directory holds the orientation behind `before` other entries."""
    entries = [(0x010F + number % 3, 2, 4, 0) for number in range(before)]
    packed = b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    packed += struct.pack(order + "HHIHH", 0x0112, kind, count, value, 0)
    start = b"II*\0" if order == "<" else b"MM\0*"
    return start + struct.pack(order + "IH", 8, before + 1) + packed + struct.pack(order + "I", 0)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("head", [b"", b"Exif\0\0"])
@given(value=st.integers(1, 8), before=st.integers(0, 40))
def test_the_orientation_is_read_in_either_byte_order(order, head, value, before):
    assert orientation(head + written(value, order, before=before)) == value


@given(st.integers(1, 8))
def test_it_is_what_pillow_writes(value):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = value, "a camera"
    assert orientation(exif.tobytes()) == value


@given(st.integers(0, 65535).filter(lambda value: not 1 <= value <= 8))
def test_a_number_that_means_nothing_is_upright(value):
    assert orientation(written(value)) == UPRIGHT


@pytest.mark.parametrize(("kind", "count"), [(2, 1), (4, 1), (5, 1), (3, 0), (3, 2), (65535, 1)])
def test_another_type_or_count_is_upright_as_in_browsers(kind, count):
    assert orientation(written(6, kind=kind, count=count)) == UPRIGHT


def test_a_second_orientation_does_not_count():
    twice = written(1, before=1).replace(
        struct.pack("<HHII", 0x010F, 2, 4, 0), struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
    )
    assert orientation(twice) == 6


def test_a_directory_that_never_ends_is_given_up():
    assert orientation(b"II*\0" + struct.pack("<IH", 8, 65535) + bytes(12) * 5000 + written(6)) == UPRIGHT


@given(st.binary(max_size=300))
def test_any_bytes_give_an_orientation(data):
    assert 1 <= orientation(data) <= 8
    assert 1 <= orientation(b"II*\0" + data) <= 8


@given(st.data(), st.sampled_from("<>"))
def test_damaged_data_give_an_orientation(data, order):
    whole = bytearray(written(6, order, before=5))
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=9)):
        whole[place] = value
    assert 1 <= orientation(bytes(whole[: data.draw(st.integers(0, len(whole)))])) <= 8
