"""The structure of HEIC and AVIF files (ISO/IEC 23008-12), and HEIC's decoder."""

import re

from PIL import Image

from femr.vision.image_files.structure import DamagedFileError, OddFileError, Structure, flattening

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
"""Brands of files that hold HEVC pictures, unless they also bear AVIF's."""

SIZES = re.compile(rb"ispe\0\0\0\0(.{4})(.{4})", re.DOTALL)
"""Of the picture, its tiles and its thumbnails."""

EXIF_ITEM = re.compile(rb"infe\x02.{7}Exif", re.DOTALL)

MAX_SIZES = 500
"""Properties that name a size: phones write two to four."""

BYTES_A_PIXEL = {"HEIF": 8, "AVIF": 10}
SECONDS_A_PIXEL = {"HEIF": 70e-9, "AVIF": 40e-9}
"""Measured with pillow-heif 1.8 (libde265) and Pillow 12 (dav1d) on one core of a small server; from above."""


def form(data: bytes) -> str | None:
    """`AVIF`, `HEIF` or neither, as the brands in the file's first box say."""
    if data[4:8] != b"ftyp":
        return None
    box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    brands = {box[place : place + 4] for place in range(0, len(box), 4) if place != 4}  # the version stands at 4
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIF" if box[:4] in HEIC_BRANDS else None


def inspect(data: bytes) -> Structure:
    """What the HEIC or AVIF file in `data` is made of.

    Its own properties turn the picture, and decoders follow them; browsers leave EXIF's orientation aside.

    Raises:
        NoPictureError: it holds no picture, or one that no camera makes.
    """
    kind, largest = form(data), (0, 0)
    for count, found in enumerate(SIZES.finditer(data)):
        if count >= MAX_SIZES:
            raise OddFileError
        width, height = (int.from_bytes(each, "big") for each in found.groups())
        largest = max(largest, (width, height), key=lambda size: size[0] * size[1])
    width, height = largest
    if kind is None or not (width and height):
        raise DamagedFileError
    pixels = width * height
    seconds = pixels * SECONDS_A_PIXEL[kind] + flattening(width, height)[1]
    return Structure(kind, width, height, pixels * BYTES_A_PIXEL[kind], seconds)


def without_exif(data: bytes) -> bytes:
    """An AVIF file whose EXIF data no decoder looks for: Pillow's fails over damaged ones."""
    return EXIF_ITEM.sub(lambda found: found[0][:-4] + b"skip", data)


class Picture:
    """A HEIC file's picture, upright.

    Attributes:
        size: width and height, in pixels.
    """

    def __init__(self, data: bytes) -> None:
        """Decode it.

        Raises:
            OSError, ValueError, RuntimeError: it is damaged.
        """
        import pillow_heif  # takes time and memory, which most photos do not need

        pillow_heif.options.DECODE_THREADS = 1
        self._file = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
        self._pixels, self.size = memoryview(self._file.data or b""), self._file.size

    def rows(self, first: int, last: int) -> Image.Image:
        """Its rows from the first to before the last."""
        mode, stride = self._file.mode, self._file.stride
        part = bytes(self._pixels[first * stride : last * stride])
        return Image.frombuffer(mode, (self.size[0], last - first), part, "raw", mode, stride, 1)
