"""A camera that shows one of the example drawings, or one after the other, to Chromium."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from femr.paths import ASSETS

FAKE_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
"""What Chromium is started with; each visitor then has a camera, and allows it."""

FRAMES_A_SECOND = 30
"""At which Chromium shows a clip, over and over."""


def camera_showing(examples: Sequence[str], seconds_each: int, clip: Path, *, light: float = 1.0) -> tuple[str, ...]:
    """What Chromium is started with to see `examples` in turn, by as much `light`; they are written to `clip`."""
    clip.write_bytes(b"".join(_framed(name, light) * (seconds_each * FRAMES_A_SECOND) for name in examples))
    return (*FAKE_CAMERA, f"--use-file-for-fake-video-capture={clip}")


def camera_showing_two(left: str, right: str, clip: Path) -> tuple[str, ...]:
    """What Chromium is started with to see two examples side by side."""
    faces = [_drawing(name, 320) for name in (left, right)]
    frame = np.full((480, 640, 3), 200, np.uint8)
    frame[80:400] = np.hstack(faces)
    clip.write_bytes(_jpeg(frame) * FRAMES_A_SECOND)
    return (*FAKE_CAMERA, f"--use-file-for-fake-video-capture={clip}")


def _framed(example: str, light: float) -> bytes:
    """One of the drawings in the middle of a 640 × 480 JPEG."""
    frame = np.full((480, 640, 3), 200, np.uint8)
    frame[:, 80:560] = _drawing(example, 480)
    return _jpeg(cv2.convertScaleAbs(frame, alpha=light))


def _drawing(example: str, side: int) -> np.ndarray:
    return cv2.resize(cv2.imread(str(ASSETS / "examples" / f"{example}.jpg")), (side, side))


def _jpeg(frame: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", frame)[1].tobytes()
