"""The pictures that a visitor without a camera can click: `assets/examples/`.

    python -m scripts.draw_examples

Draws a face for each emotion, cuts the portrait out of NASA's photo of astronaut Eileen Collins (public domain, in
scikit-image's wheel), and prints how the published network reads each.
"""

from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from femr.emotions import Emotion
from femr.paths import EXAMPLES
from femr.vision.analysis import analyze
from scripts.portraits.face import draw
from scripts.portraits.people import Expression, Person

SIDE = 480
"""Pixels of a picture."""

QUALITY = 88

COLLINS = np.s_[0:300, 74:374]
"""Where the portrait lies in NASA's photo, in pixels."""

DRAWN = {
    Emotion.ANGRY: (
        Person(
            skin=(226, 176, 144),
            hair=(70, 50, 40),
            clothes=(92, 64, 60),
            background=(244, 220, 220),
            style="short",
            jaw=0.72,
            nose=0.25,
            lips=0.35,
        ),
        Expression(
            brow_inner=-0.14,
            brow_arch=-0.02,
            brow_outer=0.08,
            knit=0.06,
            furrow=0.9,
            upper_lid=0.12,
            lower_lid=0.05,
            cheeks=0.6,
            sneer=0.8,
            mouth_width=0.36,
            corners=-0.09,
            lip_size=0.7,
        ),
    ),
    Emotion.FEAR: (
        Person(
            skin=(240, 205, 178),
            hair=(150, 96, 56),
            clothes=(96, 84, 130),
            background=(228, 222, 240),
            style="bun",
            jaw=0.62,
        ),
        Expression(
            brow_inner=0.19,
            brow_arch=-0.035,
            brow_outer=-0.015,
            knit=0.04,
            furrow=0.55,
            forehead=0.5,
            upper_lid=0.2,
            lower_lid=0.09,
            gaze=-0.03,
            cheeks=0.2,
            corners=-0.075,
            upper_lip=0.06,
            jaw_drop=0.13,
            square=0.85,
            upper_teeth=0.07,
            lower_teeth=0.7,
            lip_size=1.1,
        ),
    ),
    Emotion.HAPPY: (
        Person(
            skin=(214, 160, 122),
            hair=(60, 128, 120),
            clothes=(50, 110, 104),
            background=(252, 238, 208),
            style="scarf",
            jaw=0.62,
        ),
        Expression(
            brow_inner=0.03,
            brow_arch=0.05,
            upper_lid=0.11,
            lower_lid=0.03,
            squeeze=0.8,
            cheeks=0.8,
            mouth_width=0.44,
            corners=0.13,
            upper_lip=0.0,
            jaw_drop=0.16,
            square=0.3,
            upper_teeth=0.65,
        ),
    ),
    Emotion.NEUTRAL: (
        Person(
            skin=(148, 98, 70),
            hair=(36, 28, 28),
            clothes=(214, 208, 198),
            background=(228, 232, 238),
            style="curls",
            jaw=0.68,
            nose=0.27,
        ),
        Expression(
            brow_inner=-0.04,
            brow_arch=-0.03,
            brow_outer=-0.04,
            upper_lid=0.085,
            lower_lid=0.045,
            cheeks=0.03,
            corners=0.01,
            lip_size=0.8,
        ),
    ),
    Emotion.SAD: (
        Person(
            skin=(236, 196, 166),
            hair=(40, 32, 34),
            clothes=(70, 110, 150),
            background=(214, 228, 240),
            style="long",
            jaw=0.6,
        ),
        Expression(
            brow_inner=0.14,
            brow_arch=-0.06,
            brow_outer=-0.03,
            furrow=0.18,
            upper_lid=0.055,
            lower_lid=0.05,
            gaze=0.02,
            cheeks=0.6,
            mouth_width=0.35,
            corners=-0.1,
            square=0.18,
        ),
    ),
    Emotion.SURPRISE: (
        Person(
            skin=(244, 212, 188),
            hair=(196, 150, 84),
            clothes=(60, 150, 140),
            background=(212, 238, 232),
            iris=(92, 120, 130),
            style="short",
            jaw=0.64,
        ),
        Expression(
            brow_inner=0.17,
            brow_arch=0.17,
            brow_outer=0.08,
            forehead=0.5,
            upper_lid=0.2,
            lower_lid=0.11,
            cheeks=0.1,
            mouth_width=0.22,
            upper_lip=0.08,
            jaw_drop=0.28,
            square=0.5,
            upper_teeth=0.12,
        ),
    ),
}


def main() -> None:
    """Draw, write, read."""
    EXAMPLES.mkdir(exist_ok=True)
    for emotion, (person, expression) in DRAWN.items():
        write(draw(person, expression, SIDE), EXAMPLES / f"{emotion.lower()}.jpg")
    write(data.astronaut()[COLLINS], EXAMPLES / "collins.jpg")


def write(picture: np.ndarray, path: Path) -> None:
    """Save a picture, RGB uint8, and print what is read in it."""
    Image.fromarray(picture).save(path, quality=QUALITY, optimize=True)
    faces = analyze(path).faces
    shares = (sorted(face.probabilities.items(), key=lambda item: -item[1]) for face in faces)
    read = ["  ".join(f"{emotion} {share:.0%}" for emotion, share in each[:3]) for each in shares]
    print(f"{path.name:14} {path.stat().st_size / 1000:5.1f} kB   {read or 'no face'}")


if __name__ == "__main__":
    main()
