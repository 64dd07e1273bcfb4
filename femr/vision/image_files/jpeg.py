"""The structure of JPEG files (ITU-T T.81, annex B)."""

import re
from dataclasses import dataclass

from femr.vision.image_files import exif
from femr.vision.image_files.structure import (
    MAX_SIDE,
    DamagedFileError,
    OddFileError,
    Structure,
    flattening,
    scaled_size,
)

MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""Any but those that restart inside a scan, and the stuffed zeros of its data."""

TEM, SOI, EOI, SOS, APP0, APP1, APP14 = 0x01, 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
DHT, DQT, DRI, JPG, DAC = 0xC4, 0xDB, 0xDD, 0xC8, 0xCC
BASELINE, EXTENDED, PROGRESSIVE = 0xC0, 0xC1, 0xC2
FRAMES = set(range(0xC0, 0xD0)) - {DHT, JPG, DAC}
TABLES = {DHT, DQT, DRI}

MAX_SCANS = 50
"""Encoders write one scan, or about ten of a progressive picture (libjpeg 10, mozjpeg up to 20)."""

MAX_SEGMENTS = 2000
"""A phone's photo has about ten, and one for every 64 kB of a depth map."""

FULL_SIZE_PIXELS = 34_000_000
"""Larger pictures are decoded at a half or less: what comes out is still about as large as `MAX_SIDE`."""

# Measured with Pillow 12 (libjpeg-turbo) on one core of a small server; from above.
SECONDS_A_PIXEL, SECONDS_A_PIXEL_AND_SCAN, SECONDS_A_BYTE = 8e-9, 1.5e-9, 12e-9


@dataclass(frozen=True)
class Frame:
    """What a frame header says.

    Attributes:
        kind: the marker.
        width, height: in pixels.
        samples: of each component, as shares of the picture's pixels.
    """

    kind: int
    width: int
    height: int
    samples: tuple[float, ...]


@dataclass(frozen=True)
class Segments:
    """A file cut into its parts.

    Attributes:
        frame: what is in it.
        scans: how many.
        orientation: EXIF's.
        kept: what decoding needs.
        ended: whether the end is marked.
    """

    frame: Frame
    scans: int
    orientation: int
    kept: tuple[slice, ...]
    ended: bool


def inspect(data: bytes) -> Structure:
    """What the JPEG in `data` is made of.

    Raises:
        NoPictureError: it holds no picture, or one that no camera makes.
    """
    parts = segments(data)
    frame, pixels = parts.frame, parts.frame.width * parts.frame.height
    shrink = shrinking(frame.width, frame.height)
    width, height = -(-frame.width // shrink), -(-frame.height // shrink)
    memory = 4 * width * height
    seconds = pixels * SECONDS_A_PIXEL + len(data) * SECONDS_A_BYTE
    if scaled_size(width, height) != (width, height):
        flat_memory, flat_seconds = flattening(width, height)
        memory, seconds = memory + flat_memory, seconds + flat_seconds
    if frame.kind == PROGRESSIVE or parts.scans > 1:  # all coefficients wait in memory, two bytes each
        memory += int(2 * pixels * sum(frame.samples))
        seconds += pixels * parts.scans * SECONDS_A_PIXEL_AND_SCAN
    return Structure(
        "JPEG", frame.width, frame.height, memory, seconds, parts.orientation, parts.kept, bytes([0xFF, EOI])
    )


def shrinking(width: int, height: int) -> int:
    """By how much the decoder shrinks the picture: 1, 2, 4 or 8."""
    shrink = 1
    while shrink < 8 and (max(width, height) >= 2 * shrink * MAX_SIDE or width * height > FULL_SIZE_PIXELS * shrink**2):
        shrink *= 2
    return shrink


def segments(data: bytes) -> Segments:
    """The file cut into its parts, up to the end of its first picture.

    Raises:
        NoPictureError: there is no picture, or one that no camera makes.
    """
    frame, scans, orientation, kept, ended = None, 0, 0, [slice(0, 2)], False
    place, seen = 2, 0
    while found := MARKER.search(data, place):
        start, marker = found.start(), found[0][1]
        seen += 1
        if seen > MAX_SEGMENTS or scans > MAX_SCANS:
            raise OddFileError
        if marker == EOI:
            ended = True
            break
        place = found.end()
        if marker in (TEM, SOI):
            continue
        body, place = slice(start + 4, start + 2 + _two(data, start + 2)), max(place, start + 2 + _two(data, start + 2))
        if marker == SOS:
            scans += 1
            following = MARKER.search(data, place)
            place = following.start() if following else len(data)
        elif marker in FRAMES and frame is None:
            frame = _frame(marker, data[body])
        elif marker == APP1 and not orientation and data[body].startswith(b"Exif\0\0"):
            orientation = exif.orientation(data[body])
        if marker in TABLES | FRAMES | {SOS} or _tells_colours(marker, data[body]):
            kept.append(slice(start, place))
    if frame is None or not scans:
        raise DamagedFileError
    return Segments(frame, scans, orientation or exif.UPRIGHT, tuple(kept), ended)


def _tells_colours(marker: int, body: bytes) -> bool:
    return (marker == APP0 and len(body) >= 14 and body.startswith(b"JFIF\0")) or (
        marker == APP14 and len(body) >= 12 and body.startswith(b"Adobe")
    )


def _frame(kind: int, body: bytes) -> Frame:
    count = body[5] if len(body) > 5 else 0
    if len(body) < 6 + 3 * count:
        raise DamagedFileError
    height, width = _two(body, 1), _two(body, 3)
    factors = [(body[place] >> 4, body[place] & 15) for place in range(7, 6 + 3 * count, 3)]
    usual = kind in (BASELINE, EXTENDED, PROGRESSIVE) and body[0] == 8 and count in (1, 3, 4)
    if not (usual and width and height and all(1 <= each <= 4 for pair in factors for each in pair)):
        raise OddFileError
    most = max(across for across, _ in factors) * max(down for _, down in factors)
    return Frame(kind, width, height, tuple(across * down / most for across, down in factors))


def _two(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + 2], "big")
