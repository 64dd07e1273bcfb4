"""The structure of GIF files (CompuServe, version 89a)."""

from femr.vision.image_files.structure import DamagedFileError, OddFileError, Structure, flattening

EXTENSION, IMAGE, TRAILER, GRAPHIC_CONTROL = 0x21, 0x2C, 0x3B, 0xF9
GRAPHIC_CONTROL_LENGTH = 8
"""Of the extension that says what is transparent, in bytes."""

MAX_BLOCKS = 5000
"""Of comments and the like before the first picture, each of up to 255 bytes."""

SECONDS_A_PIXEL, SECONDS_A_BYTE = 10e-9, 20e-9
"""Measured with Pillow 12 on one core of a small server; from above."""


def inspect(data: bytes) -> Structure:
    """What the GIF in `data` is made of; of an animation, its first picture.

    Raises:
        NoPictureError: it holds no picture, or has more around it than any program writes.
    """
    if len(data) < 13:
        raise DamagedFileError
    place = 13 + _colours(data[10])
    kept = [slice(0, place)]
    blocks = 0
    while place < len(data) and data[place] == EXTENSION:
        start, kind, place = place, data[place + 1 : place + 2], place + 2
        while place < len(data) and data[place]:
            place, blocks = place + 1 + data[place], blocks + 1
            if blocks > MAX_BLOCKS:
                raise OddFileError
        place += 1
        if kind == bytes([GRAPHIC_CONTROL]) and place - start == GRAPHIC_CONTROL_LENGTH:
            kept.append(slice(start, place))
    if data[place : place + 1] != bytes([IMAGE]) or len(data) < place + 10:
        raise DamagedFileError
    left, top, width, height = (_two(data, place + offset) for offset in (1, 3, 5, 7))
    width, height = max(_two(data, 6), left + width), max(_two(data, 8), top + height)
    flat_memory, flat_seconds = flattening(width, height)
    memory = 2 * width * height + flat_memory
    seconds = width * height * SECONDS_A_PIXEL + len(data) * SECONDS_A_BYTE + flat_seconds
    return Structure("GIF", width, height, memory, seconds, kept=(*kept, slice(place, None)), end=bytes([0, TRAILER]))


def _colours(flags: int) -> int:
    """Bytes of the table of colours."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _two(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + 2], "little")
