"""How FER-2013 frames faces, as the shipped detector sees them: the numbers in `femr/faces.py`.

    python scripts/calibrate_faces.py --data fer2013.zip

Training images only. Prints the framing, the share of faces found at each score, and the false finds in pictures
without a face that come with scikit-image, whole and in parts.
"""

import argparse

import numpy as np
from skimage import data as pictures

from femr.faces import FACE_SCORE, FaceFinder, FoundFace
from femr.training import fer2013

WITHOUT_A_FACE = (
    "brick",
    "chelsea",
    "clock",
    "coffee",
    "grass",
    "gravel",
    "hubble_deep_field",
    "immunohistochemistry",
    "moon",
    "page",
    "rocket",
)
"""Not `coins`: there are heads on them."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="FER-2013 in any of its layouts")
    parser.add_argument("--images", type=int, default=3000, help="how many training images to look at")
    arguments = parser.parse_args()
    training = fer2013.read(arguments.data).part("training")
    chosen = np.random.default_rng(0).permutation(len(training))[: arguments.images]
    images = [as_rgb(image) for image in training.pixels[chosen]]
    without = [as_rgb(getattr(pictures, name)()) for name in WITHOUT_A_FACE]
    parts = [part for picture in without for part in quarters_and_sixteenths(picture)]
    print_framing([found[0] for image in images if (found := FaceFinder()(image))], side=training.pixels.shape[1])
    for limit in (0.65, FACE_SCORE, 0.75):
        finder = FaceFinder(limit)
        found, wrong, wrong_parts = (
            sum(bool(finder(picture)) for picture in each) for each in (images, without, parts)
        )
        print(
            f"score ≥ {limit:.2f}: found in {found / len(images):.1%} of FER-2013 images, in {wrong} of {len(without)} "
            f"pictures without a face, in {wrong_parts} of their {len(parts)} parts"
        )


def as_rgb(picture: np.ndarray) -> np.ndarray:
    """Grey (H, W) or colour (H, W, 3) -> RGB (H, W, 3)."""
    return np.dstack([picture] * 3) if picture.ndim == 2 else np.ascontiguousarray(picture)


def quarters_and_sixteenths(picture: np.ndarray) -> list[np.ndarray]:
    """Parts of half and of a quarter of the height and width, in a grid."""
    return [
        np.ascontiguousarray(part)
        for count in (2, 4)
        for row in np.array_split(picture, count)
        for part in np.array_split(row, count, axis=1)
    ]


def print_framing(found: list[FoundFace], side: int) -> None:
    """Median and middle half of the framing, for almost upright faces."""
    upright = [face for face in found if abs(np.degrees(face.roll)) < 10]
    measures = {
        "FRAME_SIDE  (crop side / box width)": [side / face.box.width for face in upright],
        "FRAME_RISE  (box centre below crop centre / box height)": [
            (face.box.centre.y - side / 2) / face.box.height for face in upright
        ],
        "sideways    (box centre right of crop centre / box width)": [
            (face.box.centre.x - side / 2) / face.box.width for face in upright
        ],
    }
    print(f"{len(found)} faces found, {len(upright)} of them within 10° of upright")
    for name, values in measures.items():
        low, middle, high = np.percentile(values, (25, 50, 75))
        print(f"{name}: median {middle:.3f}, middle half {low:.3f} to {high:.3f}")


if __name__ == "__main__":
    main()
