"""When a reading is said to be unsure: the thresholds in `mood.py` and `vision/confidence.py`, and what each costs.

    python -m scripts.calibrate_confidence --data fer2013.zip

FER-2013's validation images (a tenth of the training part), as they are and made small, blurred and dark, and the
portrait of astronaut Eileen Collins (NASA, public domain) likewise. Prints how often each hint is given, and how much
worse the network then reads; and where eyes lie in crops, for the regions in `femr/vision/occlusion.py`.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from skimage import data as pictures

import femr
from femr.emotions import EMOTIONS
from femr.mood import Clarity, Expression
from femr.training import fer2013
from femr.vision.classifier import expression_classifier
from femr.vision.confidence import Hint, flaws, hints, leads
from femr.vision.crop import crop
from femr.vision.detector import face_detector
from femr.vision.geometry import Detection
from femr.vision.quality import quality
from femr.vision.visibility import visibility

SIDE = 48
NOISE = 2.0
"""Standard deviation of a camera's noise in the dark, in greys."""

BLURS = (1.0, 1.5, 2.0, 3.0)
LIGHTS = (0.5, 0.3, 0.15, 0.1)
SIDES = (32, 24, 20, 16)
"""How images are made blurred, dark and small."""


@dataclass(frozen=True)
class LabelledFace:
    """A face in an image, with the position of its label in `EMOTIONS`."""

    image: np.ndarray
    face: Detection
    label: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="FER-2013 in any of its layouts")
    parser.add_argument("--images", type=int, default=1500, help="how many validation images to look at")
    arguments = parser.parse_args()
    images = fer2013.split(fer2013.read(arguments.data)).validation
    labelled = []
    for each in np.random.default_rng(0).permutation(len(images))[: arguments.images]:
        image = np.dstack([images.pixels[each]] * 3)
        labelled += [LabelledFace(image, face, int(images.labels[each])) for face in face_detector()(image)[:1]]
    print_places(labelled)
    print_false_alarms(labelled)
    print_flawed(labelled)
    print_portrait()


def blurred(photo: np.ndarray, sigma: float) -> np.ndarray:
    """`photo` out of focus; `sigma` in its pixels."""
    return cv2.GaussianBlur(photo, (0, 0), sigma)


def dark(photo: np.ndarray, light: float) -> np.ndarray:
    """`photo` with a share of its light, and a camera's noise."""
    noise = np.random.default_rng(0).normal(0, NOISE, photo.shape[:2])[..., None]
    return np.clip(photo * light + noise, 0, 255).astype(np.uint8)


def shrunk(labelled: LabelledFace, side: int) -> LabelledFace:
    """The same face in an image of `side` pixels."""
    scale, box = side / len(labelled.image), labelled.face.box
    box = femr.Box(box.x * scale, box.y * scale, box.width * scale, box.height * scale)
    eyes = tuple(femr.Point(eye.x * scale, eye.y * scale) for eye in labelled.face.eyes)
    image = cv2.resize(labelled.image, (side, side), interpolation=cv2.INTER_AREA)
    return replace(labelled, image=image, face=replace(labelled.face, box=box, eyes=eyes))


def read(labelled: list[LabelledFace]) -> tuple[np.ndarray, list[Expression], list[tuple[Hint, ...]]]:
    """Of each face: whether it is read as labelled, what it shows, and its flaws."""
    crops = np.stack([crop(each.image, each.face, SIDE) for each in labelled])
    shown = [Expression(tuple(shares)) for shares in expression_classifier()(crops).tolist()]
    right = np.array([EMOTIONS.index(each.top) == face.label for each, face in zip(shown, labelled, strict=True)])
    seen = [visibility([each.face], crops[[number]], *each.image.shape[:2]) for number, each in enumerate(labelled)]
    found = [
        flaws(quality(each.face, picture, visible[0]))
        for each, picture, visible in zip(labelled, crops, seen, strict=True)
    ]
    return right, shown, found


def print_places(labelled: list[LabelledFace]) -> None:
    """Where the eyes lie in FER-2013's frame, which is that of our crops."""
    eyes = np.median([[(eye.x, eye.y) for eye in each.face.eyes] for each in labelled], axis=0)
    print("eyes, in pixels from the left and the top:", " and ".join(f"{x:.1f}, {y:.1f}" for x, y in eyes))


def print_false_alarms(labelled: list[LabelledFace]) -> None:
    """What is said of images as they are, and how often they are then misread."""
    right, shown, found = read(labelled)
    print(f"{len(labelled)} images as they are: {right.mean():.1%} read as labelled")
    second = np.array([EMOTIONS.index(each.second) == face.label for each, face in zip(shown, labelled, strict=True)])
    for clarity in Clarity:
        so = np.array([each.clarity is clarity for each in shown])
        print(
            f"  {clarity:8} said of {so.mean():5.1%}: {share(right[so])} read as labelled, {share(second[so])} second"
        )
    told = {hint: np.array([hint in each for each in found]) for hint in Hint}
    told[Hint.CLOSE] = np.array([not leads(each) for each in shown])
    for hint, given in told.items():
        print(f"  {hint:8} said of {given.mean():5.1%}; of these {share(right[given])} read as labelled")
    visible = ~np.any([told[hint] for hint in Hint if hint is not Hint.CLOSE], axis=0)
    print(f"  nothing about the picture said of {visible.mean():.1%}: {share(right[visible])}")
    clear = visible & ~told[Hint.CLOSE]
    print(f"  nothing at all said of {clear.mean():.1%}: {share(right[clear])}")


def print_flawed(labelled: list[LabelledFace]) -> None:
    """What is said of flawed images, and how much more of them are misread."""
    plain, _, _ = read(labelled)
    ways: dict[str, tuple[Hint, Callable[[LabelledFace], LabelledFace]]] = {
        **{
            f"blurred, sigma {sigma} px": (Hint.BLURRED, lambda each, s=sigma: altered(each, blurred, s))
            for sigma in BLURS
        },
        **{f"{light:.0%} of the light": (Hint.DARK, lambda each, k=light: altered(each, dark, k)) for light in LIGHTS},
        **{f"{side} px a side": (Hint.SMALL, lambda each, n=side: shrunk(each, n)) for side in SIDES},
    }
    for name, (hint, way) in ways.items():
        right, _, found = read([way(each) for each in labelled])
        given = np.mean([hint in each for each in found])
        print(f"{name:22} {100 * (plain.mean() - right.mean()):4.1f} points worse; {hint} said of {given:.1%}")


def print_portrait() -> None:
    """What is said of one good portrait, and of bad prints of it."""
    portrait = pictures.astronaut()
    prints = {"as it is": portrait}
    prints |= {f"{degrees}° askew": askew(portrait, degrees) for degrees in (-30, -15, 15, 30)}
    prints |= {f"blurred, sigma {sigma} px": blurred(portrait, sigma) for sigma in (1, 2, 3, 4)}
    prints |= {f"{light:.0%} of the light": dark(portrait, light) for light in (0.5, 0.3, 0.15)}
    close = portrait[40:240, 120:320]
    prints |= {
        f"{side} px a side": cv2.resize(close, (side, side), interpolation=cv2.INTER_AREA) for side in (100, 60, 44)
    }
    for name, photo in prints.items():
        said = [", ".join(hints(face.expression, face.quality)) or "nothing" for face in femr.analyze(photo).faces]
        print(f"portrait, {name}: {said[0] if said else 'no face found'}")


def askew(photo: np.ndarray, degrees: float) -> np.ndarray:
    """`photo` turned about its middle."""
    height, width = photo.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(photo, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


def altered(labelled: LabelledFace, way: Callable[[np.ndarray, float], np.ndarray], value: float) -> LabelledFace:
    """The same face in an image that `way` has changed."""
    return replace(labelled, image=way(labelled.image, value))


def share(right: np.ndarray) -> str:
    """How many of `right` hold, in percents."""
    return f"{right.mean():.0%}" if len(right) else "none"


if __name__ == "__main__":
    main()
