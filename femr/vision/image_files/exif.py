"""How a photo was held, from its EXIF data: one number is read, whatever else they hold."""

from typing import Literal

UPRIGHT = 1
ORIENTATION, SHORT = 0x0112, 3
"""TIFF's tag and type (TIFF 6.0, pages 36 and 15)."""

ORDERS: dict[bytes, Literal["little", "big"]] = {b"II*\0": "little", b"MM\0*": "big"}
"""Of bytes, by how the data begin."""

MAX_ENTRIES = 1000
"""Of the first directory that are looked at."""


def orientation(data: bytes) -> int:
    """EXIF's orientation, 1 to 8; 1 (upright) where it is missing or makes no sense. Never raises.

    As browsers do, only a single short in the first directory counts.

    Args:
        data: the EXIF data: a TIFF header and directories, with or without `Exif` and two zeros before it.
    """
    data = data.removeprefix(b"Exif\0\0")
    order = ORDERS.get(data[:4])
    if order is None:
        return UPRIGHT

    def number(start: int, size: int) -> int:
        return int.from_bytes(data[start : start + size], order)  # beyond the end: 0

    directory = number(4, 4)
    for entry in range(min(number(directory, 2), MAX_ENTRIES)):
        start = directory + 2 + 12 * entry
        if number(start, 2) == ORIENTATION:
            value = number(start + 8, 2)
            fits = number(start + 2, 2) == SHORT and number(start + 4, 4) == 1
            return value if fits and 1 <= value <= 8 else UPRIGHT
    return UPRIGHT
