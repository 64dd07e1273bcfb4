"""The structure of BMP files (Windows bitmaps)."""

from femr.vision.image_files.structure import DamagedFileError, Structure, flattening

SECONDS_A_PIXEL, SECONDS_A_BYTE = 4e-9, 4e-9
SECONDS_A_COMPRESSED_BYTE = 1e-6
"""Measured with Pillow 12, whose decoder of compressed bitmaps is written in Python."""


def inspect(data: bytes) -> Structure:
    """What the BMP in `data` is made of.

    Raises:
        NoPictureError: it holds no picture.
    """
    header = int.from_bytes(data[14:18], "little")
    if len(data) < 54 or header < 12:
        raise DamagedFileError
    if header == 12:
        width, height = _signed(data[18:20]), _signed(data[20:22])
    else:
        width, height = _signed(data[18:22]), abs(_signed(data[22:26]))  # negative: the first row is the topmost
    if width <= 0 or height <= 0:
        raise DamagedFileError
    flat_memory, flat_seconds = flattening(width, height)
    compressed = header >= 40 and data[30] in (1, 2)
    memory = width * height * (6 if compressed else 4) + flat_memory
    a_byte = SECONDS_A_COMPRESSED_BYTE if compressed else SECONDS_A_BYTE
    seconds = width * height * SECONDS_A_PIXEL + len(data) * a_byte + flat_seconds
    return Structure("BMP", width, height, memory, seconds)


def _signed(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)
