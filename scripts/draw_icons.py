"""Draws the app's icons: a face of all six moods, whose smile is a row of an equaliser's bars.

    python -m scripts.draw_icons

Writes `assets/icons/`: icons for browsers, home screens and, with room around the face, for those that cut them to
shapes of their own ("maskable").
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from femr.emotions import TRAITS, Emotion
from femr.paths import ASSETS

OUT = ASSETS / "icons"

SIDE = 2048
"""Pixels at which the face is drawn, before it is scaled down."""

INK = "#14181f"

AROUND = (Emotion.HAPPY, Emotion.SURPRISE, Emotion.SAD, Emotion.NEUTRAL, Emotion.FEAR, Emotion.ANGRY)
"""Neighbours whose colours go well into each other, clockwise from the top."""

SMILE = ((-0.46, 0.17, 0.20), (-0.23, 0.29, 0.30), (0.0, 0.34, 0.36), (0.23, 0.29, 0.30), (0.46, 0.17, 0.20))
"""The bars: centre and length, in radii of the face from its middle."""

EYES = ((-0.34, -0.24), (0.34, -0.24))

PLAIN, MASKABLE = 0.5, 0.38
"""The face's radius as a share of the icon; of a maskable one, all within 0.4 of the middle stays (W3C, Web
Application Manifest, "Icon masks and safe zone")."""


def face(side: int = SIDE) -> Image.Image:
    """The face on nothing, RGBA (side, side)."""
    ys, xs = np.mgrid[0:side, 0:side] + 0.5 - side / 2
    turn = (np.arctan2(xs, -ys) / (2 * np.pi)) % 1 * len(AROUND)
    colours = np.array([ImageColor.getrgb(TRAITS[emotion].colour) for emotion in AROUND], float)
    first, share = turn.astype(int) % len(AROUND), (turn % 1)[..., None]
    rgb = (1 - share) * colours[first] + share * colours[(first + 1) % len(AROUND)]
    alpha = np.clip(side / 2 - np.hypot(xs, ys), 0, 1) * 255
    picture = Image.fromarray(np.dstack([rgb, alpha]).round().astype(np.uint8), "RGBA")
    _features(ImageDraw.Draw(picture), side / 2)
    return picture


def _features(draw: ImageDraw.ImageDraw, radius: float) -> None:
    """Two eyes, and the smile."""

    def at(share: float) -> float:
        return radius + share * radius

    eye, half = 0.115, 0.07
    for x, y in EYES:
        draw.ellipse((at(x - eye), at(y - eye), at(x + eye), at(y + eye)), fill="white")
    for x, y, length in SMILE:
        box = (at(x - half), at(y - length / 2), at(x + half), at(y + length / 2))
        draw.rounded_rectangle(box, half * radius, fill="white")


def icon(size: int, radius: float, background: str | None) -> Image.Image:
    """The face in the middle of a square of `size` pixels, on a colour or on nothing."""
    canvas = Image.new("RGBA", (SIDE, SIDE), background or (0, 0, 0, 0))
    drawn = face(round(2 * radius * SIDE))
    corner = (SIDE - drawn.width) // 2
    canvas.alpha_composite(drawn, (corner, corner))
    return canvas.resize((size, size), Image.Resampling.LANCZOS)


def main(out: Path = OUT) -> None:
    """Write all icons."""
    out.mkdir(exist_ok=True)
    for size in (32, 192, 512):
        icon(size, PLAIN, None).save(out / f"icon-{size}.png", optimize=True)
    icon(512, MASKABLE, INK).save(out / "maskable-512.png", optimize=True)
    icon(180, MASKABLE, INK).convert("RGB").save(out / "touch-180.png", optimize=True)


if __name__ == "__main__":
    main()
