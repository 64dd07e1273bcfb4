"""From the bytes of a file to an upright RGB picture, never larger than it needs to be."""

import contextlib
import io
import math
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError, features
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from femr.errors import PhotoError
from femr.vision.image_files import bmp, exif, gif, heif, jpeg, png, webp
from femr.vision.image_files.structure import (
    MAX_PIXELS,
    MIN_SIDE,
    DamagedFileError,
    OddFileError,
    Structure,
    scaled_size,
)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", *(["AVIF"] if features.check("avif") else []))
"""Formats that are tried, by Pillow's names: the fewer decoders a stranger's file reaches, the better."""

MEMORY_HERE = 2_000_000_000
"""What decoding in the caller's own process may take, in bytes."""

ROWS = 256
"""Pixels are made 8-bit RGB and scaled so many rows at a time: the whole of a large picture exists once."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by EXIF's orientation."""

# Classes instead of `Image.open`: the format is known, and the limits here are narrower than Pillow's.
DECODERS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "GIF": GifImageFile,
    "WEBP": WebPImageFile,
    "BMP": BmpImageFile,
}

# What is wrong with a file is said in our own words, and `check_size` refuses large photos at a lower limit.
warnings.filterwarnings("ignore", module=r"PIL\.")


def inspect(data: bytes, name: str, memory: int = MEMORY_HERE) -> Structure:
    """What a picture's file is made of; decodes nothing.

    Args:
        data: the file.
        name: what errors call it.
        memory: what decoding it may take, in bytes.

    Raises:
        PhotoError: it is no picture of a format that is known, no camera makes it, or it is too small or too large.
    """
    if not data:
        raise PhotoError("photo_empty", name=name)
    look = _inspector(data)
    if look is None:
        raise PhotoError("photo_unknown", name=name)
    try:
        structure = look(data)
    except OddFileError as error:
        raise PhotoError("photo_odd", name=name) from error
    except DamagedFileError as error:
        raise PhotoError("photo_damaged", name=name) from error
    check_size(name, structure.width, structure.height, structure.pixels * memory / structure.memory)
    return structure


def _inspector(data: bytes) -> Callable[[bytes], Structure] | None:
    if data.startswith(b"\xff\xd8"):
        return jpeg.inspect
    if data.startswith(png.SIGNATURE):
        return png.inspect
    if data.startswith((b"GIF87a", b"GIF89a")):
        return gif.inspect
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return webp.inspect
    if data.startswith(b"BM"):
        return bmp.inspect
    return heif.inspect if heif.form(data) in FORMATS else None


def decode(data: bytes, name: str, memory: int = MEMORY_HERE) -> Image.Image:
    """The picture in a file: upright, RGB, at most `MAX_SIDE` pixels wide and high.

    What the file says beside its pixels never decides whether they are shown, and of a file that is cut off there is
    shown what there is, as browsers do.

    Raises:
        PhotoError: see `inspect`; or it cannot be decoded.
    """
    structure = inspect(data, name, memory)
    with pillow_errors(name):
        if structure.form == "HEIF":
            return _heif(data, name)
        if structure.form == "AVIF":
            return _avif(data)
        image = DECODERS[structure.form](io.BytesIO(structure.essential(data)))
        if isinstance(image, JpegImageFile):
            _draft(image)
        cut_off = not _load(image)
        seen = upright(flattened(image), structure.orientation)
    if cut_off and len(seen.getcolors(2) or "nothing") == 1:
        raise PhotoError("photo_damaged", name=name)
    return seen


def _draft(image: JpegImageFile) -> None:
    shrink = jpeg.shrinking(*image.size)
    if shrink > 1:
        image.draft(image.mode, (math.ceil(image.width / shrink), math.ceil(image.height / shrink)))


def _load(image: ImageFile.ImageFile) -> bool:
    """Decode; whether all of it was there. What was decoded before a fault stays."""
    try:
        image.load()
    except (OSError, EOFError):
        if image._im is None:
            raise
        image.tile = []
        image.load()
        return False
    return True


def _heif(data: bytes, name: str) -> Image.Image:
    picture = heif.Picture(data)
    check_size(name, *picture.size)  # the file's structure names it in whole blocks
    return _flattened(picture.rows, *picture.size)


def _avif(data: bytes) -> Image.Image:
    from PIL.AvifImagePlugin import AvifImageFile

    image = AvifImageFile(io.BytesIO(heif.without_exif(data)))
    image.load()
    turn = exif.orientation(image.info.get("exif", b""))  # how the file's own properties turn it, as Pillow tells
    return upright(flattened(image), turn)


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture turned as EXIF's number says."""
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image


def flattened(image: Image.Image) -> Image.Image:
    """Any picture of Pillow's as 8-bit RGB, on white where it is transparent, at most `MAX_SIDE` wide and high."""
    if image.mode == "RGB" and "transparency" not in image.info and scaled_size(*image.size) == image.size:
        return image
    return _flattened(lambda first, last: image.crop((0, first, image.width, last)), *image.size)


def _flattened(rows: Callable[[int, int], Image.Image], width: int, height: int) -> Image.Image:
    """The same of a picture that gives its rows from the first to before the last."""
    size = scaled_size(width, height)
    seen, scale = Image.new("RGB", size), height / size[1]
    reach = math.ceil(2 * scale) + 1 if size != (width, height) else 0  # bicubic: two pixels to each side
    for top in range(0, size[1], ROWS):
        bottom = min(top + ROWS, size[1])
        first, last = max(0, math.floor(top * scale) - reach), min(height, math.ceil(bottom * scale) + reach)
        band = _flat(_eight_bits(rows(first, last)))
        if reach:
            box = (0, top * scale - first, width, min(bottom * scale - first, band.height))
            band = band.resize((size[0], bottom - top), Image.Resampling.BICUBIC, box)
        seen.paste(band, (0, top))
    return seen


def _eight_bits(image: Image.Image) -> Image.Image:
    """16 bits a pixel scaled to 8; Pillow's own conversion would cut them off at 255."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.nan_to_num(np.asarray(image, np.float32), posinf=0)
        white = 255 if image.mode == "F" else 65535
        return Image.fromarray(np.clip(values * (255 / white), 0, 255).astype(np.uint8))
    if image.mode == "P":  # indices cannot be scaled, colours can
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image


def _flat(image: Image.Image) -> Image.Image:
    """RGB, on white where it is transparent, or grey."""
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def check_size(name: str, width: int, height: int, most: float = MAX_PIXELS) -> None:
    """Refuse a photo of more than `most` pixels, or with a side below `MIN_SIDE`.

    Raises:
        PhotoError: it is too small or too large.
    """
    if min(width, height) < MIN_SIDE:
        raise PhotoError("photo_small", name=name, width=width, height=height, least=MIN_SIDE)
    if width * height > min(most, MAX_PIXELS):
        raise PhotoError("photo_bomb", name=name, megapixels=int(min(most, MAX_PIXELS) / 1e6))


@contextlib.contextmanager
def pillow_errors(name: str) -> Iterator[None]:
    """Map what decoders raise over files that they cannot read."""
    try:
        yield
    except UnidentifiedImageError as error:
        raise PhotoError("photo_unknown", name=name) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError("photo_bomb", name=name, megapixels=MAX_PIXELS // 1_000_000) from error
    except MemoryError as error:
        raise PhotoError("photo_costly", name=name) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, RuntimeError, struct.error, zlib.error) as error:
        raise PhotoError("photo_damaged", name=name) from error
