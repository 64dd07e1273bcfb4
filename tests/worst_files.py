"""Small files that cost much: what a stranger may send to hold a server up."""

import functools
import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

from tests.faces import astronaut

register_heif_opener(thumbnails=False)


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def _noise(width: int, height: int) -> Image.Image:
    """A picture of coarse noise: what it costs to decode comes from its pixels, not from its bytes."""
    coarse = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def progressive_scans(scans: int = 2000, width: int = 2048, height: int = 2048) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    data = _saved(_noise(width, height), "JPEG", progressive=True, quality=30)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + data[-2:]


def empty_scans(scans: int = 2000, side: int = 8000) -> bytes:
    """A progressive JPEG of many pixels and scans that hold next to nothing."""
    data = _saved(Image.new("L", (side, side), 90), "JPEG", progressive=True, quality=30)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2][:14] * scans + data[-2:]


def most_scans(side: int = 4000) -> bytes:
    """A progressive JPEG with as many scans as are let through."""
    return progressive_scans(38, side, side)


def comment_blocks(blocks: int = 1_000_000) -> bytes:
    """A GIF with a comment of one-byte blocks before its picture."""
    data = _saved(Image.new("P", (64, 64)), "GIF")
    place = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    return data[:place] + b"\x21\xfe" + b"\x01a" * blocks + b"\0" + data[place:]


def large_webp(width: int = 10_000, height: int = 8_000) -> bytes:
    """A WebP of 80 megapixels and few bytes."""
    return _saved(Image.new("RGB", (width, height), (200, 90, 30)), "WEBP", quality=1, method=0)


def large_png(side: int = 13_000) -> bytes:
    """A PNG of 169 megapixels and few bytes."""
    return png(side, side, 2, zlib.compress(bytes((side * 3 + 1) * side), 9))


def heavy_png(side: int = 6_500) -> bytes:
    """A PNG of as many pixels as are let through, about."""
    return png(side, side, 2, zlib.compress(bytes((side * 3 + 1) * side), 9))


def many_chunks(chunks: int = 2_000_000) -> bytes:
    """A PNG of empty chunks."""
    data = _saved(Image.new("RGB", (64, 64)), "PNG")
    return data[:33] + chunk(b"IDAT", b"") * chunks + data[33:]


def large_jpeg(width: int = 16_320, height: int = 12_240) -> bytes:
    """A JPEG of 200 megapixels, as the largest phones take it."""
    return _saved(Image.new("RGB", (width, height), (200, 90, 30)), "JPEG", quality=50)


def large_gif(side: int = 12_000) -> bytes:
    """A GIF of 144 megapixels and few bytes."""
    return _saved(Image.new("P", (side, side)), "GIF")


def compressed_bitmap(side: int = 5_000) -> bytes:
    """A BMP of runs of one pixel."""
    rows = b"\x01\x05" * side + b"\0\0"
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, len(rows) * side, 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + 40 + 1024) + header + bytes(1024) + rows * (side // 2)


def large_heic(width: int = 6_000, height: int = 4_000) -> bytes:
    """A HEIC of 24 megapixels."""
    return _saved(_noise(width, height), "HEIF", quality=20)


def large_avif(width: int = 6_000, height: int = 4_000) -> bytes:
    """An AVIF of 24 megapixels."""
    return _saved(_noise(width, height), "AVIF", quality=20, speed=10)


def crowd_of_faces(rows: int = 15, columns: int = 20) -> bytes:
    """A JPEG tiled with 300 faces."""
    face = Image.fromarray(astronaut()[0:260, 90:350]).resize((64, 64), Image.Resampling.BOX)
    return _saved(Image.fromarray(np.tile(np.asarray(face), (rows, columns, 1))), "JPEG", quality=85)


def png(width: int, height: int, kind: int, rows: bytes, bits: int = 8, before: bytes = b"") -> bytes:
    """A PNG file, written by hand."""
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


WORST: dict[str, Callable[[], bytes]] = {
    "JPEG, 2,000 progressive scans": progressive_scans,
    "JPEG, 64 megapixels, 2,000 empty scans": empty_scans,
    "JPEG, 16 megapixels, 48 scans": most_scans,
    "JPEG, 200 megapixels": large_jpeg,
    "GIF, a million blocks of comment": comment_blocks,
    "GIF, 144 megapixels": large_gif,
    "WebP, 80 megapixels": large_webp,
    "PNG, 169 megapixels": large_png,
    "PNG, 42 megapixels": heavy_png,
    "PNG, 2 million chunks": many_chunks,
    "BMP, runs of one pixel": compressed_bitmap,
    "HEIC, 24 megapixels": large_heic,
    "AVIF, 24 megapixels": large_avif,
    "JPEG, 300 faces": crowd_of_faces,
}
"""Makers of the worst of each kind, by name."""


@functools.cache
def worst(name: str) -> bytes:
    """One of them, made once."""
    return WORST[name]()
