"""How FER-2013 frames faces, as the shipped detector sees them: the numbers in `femr/vision/crop.py`, `detector.py`.

    python -m scripts.calibrate_faces --data fer2013.zip --stamps /usr/share/tuxpaint/stamps --others other_faces.zip

Training images only. Prints the framing, the share of faces found at each score, and the false finds in pictures
without a face: those that come with scikit-image, whole and in parts, and the stamps of Tux Paint (Debian's package
tuxpaint-stamps-default), of which apples, balls and animals are easily taken for faces. With the photos of other faces
also how many are found upright and upside down, how many at which size, and where eyes and mouth lie in photos, whole
and cut above the mouth.
"""

import argparse
import io
import math
import zipfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from skimage import data as pictures

from femr.training import fer2013
from femr.training.robustness import in_a_photo
from femr.vision.detector import FACE_SCORE, FaceDetector, face_detector
from femr.vision.geometry import Detection
from femr.vision.visibility import margin

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

WITH_A_FACE = ("people", "cartoon", "symbols/faces", "symbols/money", "seasonal", "military/fireman")
"""Stamps whose path holds one of these have faces, or drawn ones."""

MARGIN, PAPER = 40, 200
"""Pixels around a stamp, and the grey that it is put on."""

SQUARE = 640
"""Side of the grey square that faces of several sizes are put on, in pixels."""

SHARES = (1 / 6, 1 / 8, 1 / 10, 1 / 12, 1 / 14, 1 / 16, 1 / 20)
"""Their widths, in that side."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="FER-2013 in any of its layouts")
    parser.add_argument("--images", type=int, default=1000, help="how many training images to look at")
    parser.add_argument("--stamps", type=Path, help="folder of Tux Paint's stamps")
    parser.add_argument("--others", type=Path, help="a zip of the photos that data/other_faces.csv names")
    arguments = parser.parse_args()
    training = fer2013.read(arguments.data).part("training")
    chosen = np.random.default_rng(0).permutation(len(training))[: arguments.images]
    small = training.pixels[chosen]
    images = [as_rgb(image) for image in small]
    whole = [as_rgb(getattr(pictures, name)()) for name in WITHOUT_A_FACE]
    without = {
        "pictures without a face": whole,
        "parts of them": [part for picture in whole for part in quarters_and_sixteenths(picture)],
        **({"stamps": stamps(arguments.stamps)} if arguments.stamps else {}),
    }
    print_framing([found[0] for image in images if (found := face_detector()(image))], side=training.pixels.shape[1])
    for limit in (FACE_SCORE - 0.04, FACE_SCORE, FACE_SCORE + 0.04):
        detector = FaceDetector(limit)
        tight, distant = (share_found(detector, each) for each in (images, [in_a_photo(each) for each in small]))
        wrong = ", ".join(
            f"in {sum(bool(detector(picture)) for picture in each)} of {len(each)} {name}"
            for name, each in without.items()
        )
        print(f"score {limit:.2f}: found in {tight:.1%} of FER-2013 images, in {distant:.1%} set in a photo, {wrong}")
    if arguments.others:
        print_other_faces(arguments.others, face_detector())


def print_other_faces(archive: Path, detector: FaceDetector) -> None:
    """What becomes of photos of other faces, every sixth of them, whole, upside down, and cut above the mouth."""
    with zipfile.ZipFile(archive) as photos:
        names = sorted(name for name in photos.namelist() if name.endswith(".jpg"))[::6]
        whole = [np.asarray(Image.open(io.BytesIO(photos.read(name))).convert("RGB")) for name in names]
    turned = [np.ascontiguousarray(photo[::-1, ::-1]) for photo in whole]
    for title, looked_at in (("upright", whole), ("upside down", turned)):
        rolls = [abs(faces[0].roll) for faces in map(detector, looked_at) if faces]
        so = sum((roll > math.pi / 2) == (title == "upside down") for roll in rolls)
        print(f"{len(whole)} photos {title}: {len(rolls)} found, {so} of them as {title}")
    seen = [(photo, faces[0]) for photo in whole if (faces := detector(photo))]
    print_sizes(seen, detector)
    cut = [photo[: int(face.mouth.y - 0.06 * face.box.width)] for photo, face in seen if face.mouth]
    print_margins("whole", seen)
    print_margins("cut above the mouth", [(photo, faces[0]) for photo in cut if (faces := detector(photo))])


def print_sizes(seen: list[tuple[np.ndarray, Detection]], detector: FaceDetector) -> None:
    """How many of the faces `seen` are found at which size by one look at a square, each anywhere in it."""
    rng = np.random.default_rng(0)
    for share in SHARES:
        found = sum(bool(detector.search(set_in_square(photo, face, share * SQUARE, rng))) for photo, face in seen)
        print(f"{found} of {len(seen)} faces found that are 1/{1 / share:.0f} as wide as what is searched at once")


def set_in_square(photo: np.ndarray, face: Detection, width: float, rng: np.random.Generator) -> np.ndarray:
    """`photo` so small that its `face` is `width` pixels wide, somewhere on a grey square; RGB uint8."""
    scale = width / face.box.width
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    square = np.full((SQUARE, SQUARE, 3), PAPER, np.uint8)
    left, top = (int(rng.integers(max(1, SQUARE - length))) for length in (small.shape[1], small.shape[0]))
    part = square[top : top + small.shape[0], left : left + small.shape[1]]
    part[:] = small[: len(part), : part.shape[1]]
    return square


def print_margins(title: str, seen: list[tuple[np.ndarray, Detection]]) -> None:
    """Where eyes and mouth lie, in box widths from the photo's nearest edge; negative outside."""
    for name, places in (("eyes", lambda face: face.eyes), ("mouth", lambda face: (face.mouth,))):
        margins = [margin(places(face), face, *photo.shape[:2]) for photo, face in seen]
        percentiles = np.percentile(margins, [1, 5, 50, 95]).round(2)
        print(f"{title}, {name} inside by, 1st 5th 50th 95th percentile:", percentiles)


def share_found(detector: FaceDetector, photos: list[np.ndarray]) -> float:
    """In how many of `photos` there is a face, 0…1."""
    return sum(bool(detector(photo)) for photo in photos) / len(photos)


def stamps(folder: Path) -> list[np.ndarray]:
    """The stamps without a face, on paper: RGB uint8."""
    paths = (path for path in sorted(folder.rglob("*.png")) if not any(part in str(path) for part in WITH_A_FACE))
    return [on_paper(picture) for path in paths if (picture := cv2.imread(str(path), cv2.IMREAD_UNCHANGED)) is not None]


def on_paper(stamp: np.ndarray) -> np.ndarray:
    """Grey (H, W), or colour (H, W, 3) or (H, W, 4) in OpenCV's order, uint8 or uint16 -> RGB uint8 with a margin."""
    if stamp.dtype == np.uint16:
        stamp = (stamp // 257).astype(np.uint8)
    code = {1: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}
    rgba = cv2.cvtColor(stamp, code[np.atleast_3d(stamp).shape[2]])
    opaque = rgba[..., 3:] / 255
    flat = (rgba[..., :3] * opaque + PAPER * (1 - opaque)).astype(np.uint8)
    return cv2.copyMakeBorder(flat, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=[PAPER] * 3)


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


def print_framing(found: list[Detection], side: int) -> None:
    """Median and middle half of the framing, for almost upright faces."""
    upright = [face for face in found if abs(np.degrees(face.roll)) < 10]
    measures = {
        "CROP_SIDE  (crop side / box width)": [side / face.box.width for face in upright],
        "CROP_RISE  (box centre below crop centre / box height)": [
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
