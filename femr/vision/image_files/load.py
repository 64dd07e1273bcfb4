"""From whatever a caller gives to an upright RGB array or a clear error."""

import io
import os

import cv2
import numpy as np
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from femr.errors import PhotoError
from femr.vision.image_files import exif, jpeg
from femr.vision.image_files.decode import check_size, decode, flattened, pillow_errors, upright
from femr.vision.image_files.structure import NoPictureError, scaled_size

Photo = str | os.PathLike | bytes | Image.Image | np.ndarray
"""What `load_photo` takes."""

MAX_FRAME_SIDE = 640
"""Frames of a live camera with a longer side are refused, in pixels: the page sends smaller ones."""


def load_photo(photo: Photo) -> np.ndarray:
    """An upright RGB photo, uint8 (H, W, 3), at most `MAX_SIDE` pixels wide and high.

    The first frame of an animation; transparent parts on white; 16-bit and grey pictures as 8-bit RGB; turned as the
    EXIF orientation says. Decoded in the caller's process.

    Args:
        photo: a path, the bytes of a file, a PIL image, or an RGB uint8 array (H, W, 3).

    Raises:
        PhotoError: it is none of these, cannot be decoded, no camera makes it, or it is too small or too large.
    """
    if isinstance(photo, np.ndarray):
        return _from_array(photo)
    if isinstance(photo, Image.Image):
        return _from_image(photo)
    data, name = read_file(photo)
    return np.array(decode(data, name))


def read_file(photo: str | os.PathLike | bytes) -> tuple[bytes, str]:
    """The bytes of a photo's file, and what errors call it.

    Raises:
        PhotoError: it is no path, or there is no such file.
    """
    if isinstance(photo, bytes):
        return photo, "bytes"
    if not isinstance(photo, str | os.PathLike):
        raise PhotoError("photo_expected")
    try:
        with open(photo, "rb") as file:
            return file.read(), os.path.basename(os.fspath(photo))
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        raise PhotoError("photo_missing", name=os.fspath(photo)) from error


def load_frame(data: bytes) -> np.ndarray:
    """A frame of a live camera from the bytes of a JPEG, RGB uint8 (H, W, 3), at most `MAX_FRAME_SIDE` wide and high.

    Only what a browser's canvas writes: one picture of plain baseline JPEG, which decodes in a few milliseconds.

    Raises:
        PhotoError: it is none, damaged, or too small or too large.
    """
    if not data.startswith(b"\xff\xd8"):
        raise PhotoError("photo_unknown", name="frame")
    try:
        parts = jpeg.segments(data)
    except NoPictureError as error:
        raise PhotoError("frame_odd") from error
    frame = parts.frame
    if frame.kind != jpeg.BASELINE or parts.scans > 1:
        raise PhotoError("frame_odd")
    if max(frame.width, frame.height) > MAX_FRAME_SIDE:
        raise PhotoError("frame_large", width=frame.width, height=frame.height, most=MAX_FRAME_SIDE)
    check_size("frame", frame.width, frame.height)
    if not parts.ended:
        raise PhotoError("photo_damaged", name="frame")
    with pillow_errors("frame"):
        pixels = b"".join([*(data[part] for part in parts.kept), bytes([0xFF, jpeg.EOI])])
        return np.array(JpegImageFile(io.BytesIO(pixels)).convert("RGB"))


def _from_array(photo: np.ndarray) -> np.ndarray:
    if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3:
        raise PhotoError("photo_array", shape=photo.shape, dtype=photo.dtype)
    height, width = photo.shape[:2]
    check_size("array", width, height)
    size = scaled_size(width, height)
    if size != (width, height):
        photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(photo)


def _from_image(image: Image.Image) -> np.ndarray:
    check_size("image", *image.size)
    described = image.info.get("exif")
    orientation = exif.orientation(described) if isinstance(described, bytes) else exif.UPRIGHT
    with pillow_errors("image"):
        return np.array(upright(flattened(image), orientation))
