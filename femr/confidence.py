"""How sure a reading is, and what would help."""

from enum import StrEnum

from femr.emotions import Emotion
from femr.mood import Readable
from femr.reading import Face, Quality

# The thresholds are those of `scripts/calibrate_confidence.py`, which prints what each costs.

CLOSE = 0.15
"""Two emotions closer than this in probability are shown as a tie: naming one of them would say more than is known."""

SMALL = 24
"""Faces narrower than this, in pixels, hold too little to read."""

BLURRED = 0.1
"""Faces less sharp than this."""

DARK = 0.15
"""Faces darker than this, from 0 black to 1 white."""

TURNED = 0.35
"""Noses farther from the middle of the eyes than this, in eye distances."""


class Hint(StrEnum):
    """Why a reading may be wrong; `words` says what would help."""

    CLOSE = "close"
    SMALL = "small"
    BLURRED = "blurred"
    DARK = "dark"
    TURNED = "turned"


def rivals(face: Readable) -> tuple[Emotion, Emotion] | None:
    """The two strongest emotions when neither clearly leads, or None when one does."""
    first, second = sorted(face.probabilities, key=face.probabilities.__getitem__, reverse=True)[:2]
    return (first, second) if face.probabilities[first] - face.probabilities[second] < CLOSE else None


def hints(face: Face) -> tuple[Hint, ...]:
    """Why the reading of `face` may be wrong; empty when nothing speaks against it."""
    close = (Hint.CLOSE,) if rivals(face) else ()
    return close + (flaws(face.quality) if face.quality else ())


def flaws(quality: Quality) -> tuple[Hint, ...]:
    """What is wrong with the picture of a face. A small face is always blurred as well; that is not said twice."""
    small = quality.width < SMALL
    found = {
        Hint.SMALL: small,
        Hint.BLURRED: not small and quality.sharpness < BLURRED,
        Hint.DARK: quality.brightness < DARK,
        Hint.TURNED: abs(quality.turn) > TURNED,
    }
    return tuple(hint for hint, holds in found.items() if holds)
