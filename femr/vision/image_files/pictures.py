"""From arrays to pictures for a page."""

import base64

import cv2
import numpy as np

JPEG_QUALITY, WEBP_QUALITY = 85, 80
"""Of pictures for the page."""


def data_uri(photo: np.ndarray, longest: int) -> str:
    """An RGB photo, uint8 (H, W, 3), as a WebP `data:` URI, scaled down to at most `longest` pixels a side.

    Inside the page itself the picture needs no file on the server. WebP takes two thirds of a JPEG's bytes.
    """
    _, webp = cv2.imencode(".webp", _at_most(photo, longest), [cv2.IMWRITE_WEBP_QUALITY, WEBP_QUALITY])
    return "data:image/webp;base64," + base64.b64encode(webp.tobytes()).decode("ascii")


def jpeg_bytes(photo: np.ndarray, longest: int) -> bytes:
    """An RGB photo, uint8 (H, W, 3), as a JPEG file, scaled down to at most `longest` pixels a side."""
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
