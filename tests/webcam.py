"""A camera that shows one of the example drawings, or one after the other, to Chromium."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from femr.assets import ASSETS

FAKE_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
"""What Chromium is started with; each visitor then has a camera, and allows it."""

FRAMES_A_SECOND = 30
"""At which Chromium shows a clip, over and over."""


def camera_showing(examples: Sequence[str], seconds_each: int, clip: Path, *, light: float = 1.0) -> tuple[str, ...]:
    """What Chromium is started with to see `examples` in turn, by as much `light`; they are written to `clip`."""
    clip.write_bytes(b"".join(_framed(name, light) * (seconds_each * FRAMES_A_SECOND) for name in examples))
    return (*FAKE_CAMERA, f"--use-file-for-fake-video-capture={clip}")


def _framed(example: str, light: float) -> bytes:
    """One of the drawings in the middle of a 640 × 480 JPEG."""
    drawing = cv2.imread(str(ASSETS / "examples" / f"{example}.jpg"))
    frame = np.full((480, 640, 3), 200, np.uint8)
    frame[:, 80:560] = cv2.resize(drawing, (480, 480))
    return cv2.imencode(".jpg", cv2.convertScaleAbs(frame, alpha=light))[1].tobytes()
