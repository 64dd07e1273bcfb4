"""The structure of WebP files (RFC 9649)."""

from femr.vision.image_files import exif
from femr.vision.image_files.structure import DamagedFileError, OddFileError, Structure, flattening

MAX_CHUNKS = 10_000
"""A picture has up to seven; an animation one for each of its pictures."""

BYTES_A_PIXEL = 17
"""Of memory: libwebp's decoder of animations holds two canvases beside its planes, and Pillow two more."""

SECONDS_A_PIXEL, SECONDS_A_BYTE = 30e-9, 60e-9
"""Measured with Pillow 12 (libwebp 1.6) on one core of a small server; from above."""


def inspect(data: bytes) -> Structure:
    """What the WebP in `data` is made of.

    Raises:
        NoPictureError: it holds no picture, or one that no program writes.
    """
    width = height = 0
    orientation, place, chunks = exif.UPRIGHT, 12, 0
    while place + 8 <= len(data):
        kind, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        body, place, chunks = data[place + 8 : place + 18], place + 8 + length + length % 2, chunks + 1
        if chunks > MAX_CHUNKS:
            raise OddFileError
        size = _size(kind, body)
        width, height = max(width, size[0]), max(height, size[1])
        if kind == b"EXIF":
            orientation = exif.orientation(data[place - length - length % 2 : place])
    if not (width and height):
        raise DamagedFileError
    pixels = width * height
    seconds = pixels * SECONDS_A_PIXEL + len(data) * SECONDS_A_BYTE + flattening(width, height)[1]
    return Structure("WEBP", width, height, pixels * BYTES_A_PIXEL, seconds, orientation)


def _size(kind: bytes, body: bytes) -> tuple[int, int]:
    """Width and height that a chunk names; 0 where it names none."""
    if len(body) < 10:
        return 0, 0
    match kind:
        case b"VP8X":
            return _little(body[4:7]) + 1, _little(body[7:10]) + 1
        case b"VP8 ":
            return _little(body[6:8]) & 0x3FFF, _little(body[8:10]) & 0x3FFF
        case b"VP8L":
            bits = _little(body[1:5])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
