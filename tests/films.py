"""Films for tests and benchmarks, made of the example drawings."""

import functools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from femr.paths import EXAMPLES

RATE = 30
"""Frames a second."""


@functools.cache
def drawing(name: str, side: int) -> np.ndarray:
    """One of the examples: RGB uint8 (side, side, 3)."""
    return cv2.resize(cv2.imread(str(EXAMPLES / f"{name}.jpg"))[..., ::-1], (side, side), interpolation=cv2.INTER_AREA)


def scene(faces: Sequence[str], seconds: float, width: int = 640, height: int = 360) -> np.ndarray:
    """Drawings side by side that sway over a background which moves as well: RGB uint8 (height, width, 3)."""
    x = np.arange(width) + int(40 * seconds)
    row = np.stack([110 + x % 97, 120 + x % 61, 130 + x % 41], axis=-1).astype(np.uint8)
    frame = np.broadcast_to(row, (height, width, 3)).copy()
    side, room = round(0.7 * height), width // max(1, len(faces))
    for place, name in enumerate(faces):
        sway = int((room - side) / 3 * np.sin(1.5 * seconds + place))
        left, top = place * room + (room - side) // 2 + sway, (height - side) // 2
        frame[top : top + side, left : left + side] = drawing(name, side)
    return frame


def written(
    film: Path,
    frames: Iterable[np.ndarray],
    *,
    codec: str = "libx264",
    times: Iterable[float] | None = None,
    rotation: int = 0,
    options: dict[str, str] | None = None,
) -> Path:
    """A file of `frames`, RGB uint8, all of one size.

    Args:
        film: its path; the suffix says which container.
        frames: 30 a second, or as `times` say.
        codec: FFmpeg's name of an encoder.
        times: when each frame is shown, in seconds.
        rotation: by how many degrees players shall turn it anticlockwise.
        options: of the encoder.
    """
    with av.open(str(film), "w") as container:
        stream = None
        moments = times if times is not None else (number / RATE for number in range(10**9))
        for pixels, seconds in zip(frames, moments, strict=False):
            if stream is None:
                stream = container.add_stream(codec, rate=RATE, options={"preset": "ultrafast", **(options or {})})
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
                if rotation:
                    stream.set_display_rotation(rotation)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            frame.pts, frame.time_base = round(seconds * 90_000), Fraction(1, 90_000)
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode())
    return film


def acted(film: Path, parts: Sequence[tuple[Sequence[str], float]], **settings: object) -> Path:
    """A film of scenes, one after the other: the faces of each, and how many seconds it lasts."""

    def frames() -> Iterable[np.ndarray]:
        number = 0
        for faces, seconds in parts:
            for _ in range(round(seconds * RATE)):
                yield scene(faces, number / RATE)
                number += 1

    return written(film, frames(), **settings)
