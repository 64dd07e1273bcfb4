"""From whatever a visitor gives to an upright RGB array or a clear error, and from arrays to pictures for a page."""

import base64
import contextlib
import io
import os
import struct
import warnings
import zlib
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError, features

from femr.errors import PhotoError

Photo = str | os.PathLike | bytes | Image.Image | np.ndarray
"""What `load_photo` takes."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", *(["AVIF"] if features.check("avif") else []))
"""Formats that are tried, by Pillow's names: the fewer decoders a stranger's file reaches, the better."""

MAX_PIXELS = 80_000_000
"""Larger photos are refused: decoding one would take a quarter of a gigabyte and more."""

MAX_SIDE = 4096
"""Photos with a longer side are scaled down to it, in pixels.
A phone's 12 megapixels (4032 × 3024) stay as they are."""

MIN_SIDE = 16
"""Photos with a shorter side are refused: no expression can be seen in so few pixels."""

MAX_FRAME_SIDE = 640
"""Frames of a live camera with a longer side are refused, in pixels: the page sends smaller ones."""

JPEG_QUALITY = 85
"""Of pictures for the page."""

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
"""Brands of HEIF files that hold HEVC pictures (ISO/IEC 23008-12), unless they also bear AVIF's."""

# What is wrong with a file is said in our own words, and `_check_size` refuses large photos at a lower limit.
warnings.filterwarnings("ignore", module=r"PIL\.")


def load_photo(photo: Photo) -> np.ndarray:
    """An upright RGB photo, uint8 (H, W, 3), at most `MAX_SIDE` pixels wide and high.

    The first frame of an animation; transparent parts on white; 16-bit and grey pictures as 8-bit RGB; turned as the
    EXIF orientation says.

    Args:
        photo: a path, the bytes of a file, a PIL image, or an RGB uint8 array (H, W, 3).

    Raises:
        PhotoError: it is none of these, cannot be decoded, or is too small or too large.
    """
    if isinstance(photo, np.ndarray):
        return _from_array(photo)
    if isinstance(photo, Image.Image):
        with _pillow_errors("image"):
            return _from_image(photo, "image")
    if isinstance(photo, bytes):
        return _decode(photo, "bytes")
    if not isinstance(photo, str | os.PathLike):
        raise PhotoError("photo_expected")
    name = os.path.basename(os.fspath(photo))
    try:
        with open(photo, "rb") as file:
            data = file.read()
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        raise PhotoError("photo_missing", name=os.fspath(photo)) from error
    return _decode(data, name)


def load_frame(data: bytes) -> np.ndarray:
    """A frame of a live camera from the bytes of a JPEG, RGB uint8 (H, W, 3), at most `MAX_FRAME_SIDE` wide and high.

    Raises:
        PhotoError: it is no JPEG, damaged, or too small or too large.
    """
    with _pillow_errors("frame"), Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        if max(image.size) > MAX_FRAME_SIDE:
            raise PhotoError("frame_large", width=image.size[0], height=image.size[1], most=MAX_FRAME_SIDE)
        _check_size("frame", *image.size)
        return np.array(image.convert("RGB"))


def _from_array(photo: np.ndarray) -> np.ndarray:
    if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3:
        raise PhotoError("photo_array", shape=photo.shape, dtype=photo.dtype)
    height, width = photo.shape[:2]
    _check_size("array", width, height)
    scale = MAX_SIDE / max(height, width)
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(photo)


def _decode(data: bytes, name: str) -> np.ndarray:
    if not data:
        raise PhotoError("photo_empty", name=name)
    if _is_heic(data):
        raise PhotoError("photo_heic", name=name)
    with _pillow_errors(name), Image.open(io.BytesIO(data), formats=FORMATS) as image:
        _check_size(name, *image.size)
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # lets a large JPEG be decoded at a fraction of its size
        return _from_image(image, name)


def _is_heic(data: bytes) -> bool:
    """Whether the file's first box names a brand of HEIC, and none of AVIF."""
    if data[4:8] != b"ftyp":
        return False
    box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    return box[:4] in HEIC_BRANDS and b"avif" not in box


@contextlib.contextmanager
def _pillow_errors(name: str) -> Iterator[None]:
    """Map what Pillow raises over files that it cannot read."""
    try:
        yield
    except UnidentifiedImageError as error:
        raise PhotoError("photo_unknown", name=name) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError("photo_bomb", name=name, megapixels=MAX_PIXELS // 1_000_000) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, RuntimeError, struct.error, zlib.error) as error:
        raise PhotoError("photo_damaged", name=name) from error


def _from_image(image: Image.Image, name: str) -> np.ndarray:
    _check_size(name, *image.size)
    upright = _eight_bits(ImageOps.exif_transpose(image))
    if max(upright.size) > MAX_SIDE:
        upright.thumbnail((MAX_SIDE, MAX_SIDE))
    return np.array(_flat(upright))


def _check_size(name: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PhotoError("photo_bomb", name=name, megapixels=MAX_PIXELS // 1_000_000)
    if min(width, height) < MIN_SIDE:
        raise PhotoError("photo_small", name=name, width=width, height=height, least=MIN_SIDE)


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
    """RGB, on white where it is transparent."""
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


# --- pictures for a page -------------------------------------------------------------------------


def data_uri(photo: np.ndarray, longest: int) -> str:
    """An RGB photo, uint8 (H, W, 3), as a JPEG `data:` URI, scaled down to at most `longest` pixels a side.

    Inside the page itself the picture needs no file on the server.
    """
    return jpeg_uri(_at_most(photo, longest))


def jpeg_bytes(photo: np.ndarray, longest: int) -> bytes:
    """The same as a JPEG file."""
    return _jpeg(_at_most(photo, longest))


def _at_most(photo: np.ndarray, longest: int) -> np.ndarray:
    """An RGB photo in blue, green and red, at most `longest` pixels a side."""
    scale = longest / max(photo.shape[:2])
    if scale < 1:
        height, width = (max(1, round(side * scale)) for side in photo.shape[:2])
        photo = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(photo, cv2.COLOR_RGB2BGR)


def png_uri(picture: np.ndarray) -> str:
    """A `data:` URI of grey uint8 (H, W), or of blue, green and red (H, W, 3), pixel by pixel."""
    _, png = cv2.imencode(".png", picture)
    return "data:image/png;base64," + base64.b64encode(png.tobytes()).decode("ascii")


def jpeg_uri(picture: np.ndarray) -> str:
    """The same as a JPEG: smaller, and nearly as good."""
    return "data:image/jpeg;base64," + base64.b64encode(_jpeg(picture)).decode("ascii")


def _jpeg(picture: np.ndarray) -> bytes:
    _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return jpeg.tobytes()
