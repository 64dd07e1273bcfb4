"""A real face for tests, in the poses and places that a visitor's photo may show it in.

It is Eileen Collins's, photographed by NASA: public domain, in scikit-image's wheel.
"""

import base64
import functools
import io
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from skimage import data

from femr.vision.crop import crop
from femr.vision.detector import face_detector
from femr.vision.geometry import Detection, Point
from scripts.draw_examples import DRAWN
from scripts.portraits.face import draw

# Measured by eye in the enlarged photo, not by any detector.
LEFT_EYE, RIGHT_EYE, MOUTH = Point(203, 101.5), Point(246, 103.5), Point(224, 144)
FACE_WIDTH = 99
"""From ear to ear, in pixels of the photo."""

FACELESS = ("coffee", "rocket", "chelsea", "hubble_deep_field")
"""Photos in scikit-image without a person's face: a cup, a rocket, a cat, galaxies."""


def ball(seed: int) -> np.ndarray:
    """A shaded, blotched ball on pale grey: RGB uint8 (256, 256, 3). Some are easily taken for faces."""
    rng = np.random.default_rng(seed)
    down, right = np.mgrid[-128:128, -128:128]
    colour = rng.uniform(60, 230, 3)
    light = rng.uniform(-40, 40, 2)
    shade = np.clip(1.1 - np.hypot(right - light[0], down - light[1]) / 132, 0.2, 1)
    blotches = cv2.GaussianBlur(rng.normal(0, 1, (256, 256)).astype(np.float32), (0, 0), rng.uniform(5, 14))
    surface = np.clip((shade + 0.12 * blotches / blotches.std())[..., None] * colour, 0, 255)
    picture = np.where(np.hypot(right, down)[..., None] < 60, surface, 200).astype(np.uint8)
    return cv2.GaussianBlur(picture, (0, 0), 1)


def astronaut() -> np.ndarray:
    """One happy face, upright: RGB uint8 (512, 512, 3)."""
    return _decoded_once().copy()


@functools.cache
def _decoded_once() -> np.ndarray:
    return data.astronaut()


def faceless(name: str) -> np.ndarray:
    """One of `FACELESS`: RGB uint8."""
    return getattr(data, name)()


def turned(degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """The photo turned about its middle, anticlockwise, and the matrix (2, 3) that took the points along."""
    photo = astronaut()
    height, width = photo.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(photo, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), turn


def moved(point: Point, matrix: np.ndarray) -> Point:
    """Where `matrix` takes `point`."""
    x, y = matrix @ [point.x, point.y, 1]
    return Point(float(x), float(y))


def in_a_wide_photo(face_width: int, width: int = 1280, height: int = 720) -> np.ndarray:
    """The face at a chosen size, left of the middle of a grey photo."""
    scale = face_width / FACE_WIDTH
    face = cv2.resize(astronaut(), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    photo = np.full((height, width, 3), 128, np.uint8)
    photo[height - face.shape[0] :, 100 : 100 + face.shape[1]] = face
    return photo


def dark() -> np.ndarray:
    """The photo with 15 % of its light."""
    return (astronaut() * 0.15).astype(np.uint8)


def one_sitting(folder: Path, *, dim: bool = False) -> Path:
    """A new folder with one drawn person's six faces, `angry.png` and so on; `dim`: at another moment."""
    folder.mkdir()
    who, _ = next(iter(DRAWN.values()))
    for emotion, (_, expression) in DRAWN.items():
        picture = np.clip(draw(who, expression, 360), 0, 255)
        if dim:
            picture = picture[:, ::-1] * np.linspace(0.4, 1, picture.shape[1])[:, None]
        Image.fromarray(picture.astype(np.uint8)).save(folder / f"{emotion.lower()}.png")
    return folder


def tiled(rows: int, columns: int) -> np.ndarray:
    """A group photo of `rows` · `columns` faces."""
    return np.tile(astronaut(), (rows, columns, 1))


def found(photo: np.ndarray) -> Detection:
    """The only face in `photo`."""
    (face,) = face_detector()(photo)
    return face


def fer_like() -> np.ndarray:
    """The face as a FER-2013 file shows it: cropped, grey, uint8 (48, 48)."""
    photo = astronaut()
    return crop(photo, found(photo), 48)


def encoded(photo: np.ndarray | Image.Image, form: str, **options: object) -> bytes:
    """`photo` as the bytes of a file in one of Pillow's formats."""
    image = photo if isinstance(photo, Image.Image) else Image.fromarray(photo)
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def decoded(uri: str, kind: str = "jpeg") -> Image.Image:
    """The picture in a `data:` URI, which must be of that kind."""
    start, _, content = uri.partition(",")
    assert start == f"data:image/{kind};base64"
    return Image.open(io.BytesIO(base64.b64decode(content, validate=True)))
