"""How sure a reading is, and what would help."""

from enum import StrEnum

from femr.mood import Clarity, Expression
from femr.vision.reading import Quality

# `scripts/calibrate_confidence.py` prints how the thresholds came about, and what each costs: measured on FER-2013's
# validation images, as they are and made small, blurred and dark.

SMALL = 24
"""Least width of a face in pixels. At about 20 pixels 5 more faces in 100 are misread, at 14 pixels 14."""

BLURRED = 0.20
"""Least sharpness: just below the blurriest of those images as they are. Nearly all faces that are blurred so much that
15 more in 100 are misread lie below it, and most of those where 9 are."""

DARK = 0.20
"""Least brightness. With 30 % of their light most faces lie above it, and 2 more in 100 are misread; with 15 % all lie
below it, and 5 more are misread; with 10 %, 9."""

TURNED = 0.45
"""Farthest turn, about half way to a profile. Beyond it 5 more faces in 100 are misread than of the others."""


HIDDEN = 0.7
"""Eyes and mouth that are seen less surely are called hidden. `scripts/train_covers.py` prints how often rightly: of
readers' faces with a hidden mouth, half-hidden ones included, 44 in 100, with hidden eyes 24, and 1 of the others.
"""


class Hint(StrEnum):
    """Why a reading may be wrong; `i18n` says what would help."""

    CLOSE = "close"
    SMALL = "small"
    BLURRED = "blurred"
    DARK = "dark"
    TURNED = "turned"
    EYES = "eyes"
    MOUTH = "mouth"


def hints(expression: Expression, quality: Quality | None) -> tuple[Hint, ...]:
    """Why the reading of a face may be wrong; empty when nothing speaks against it.

    Args:
        expression: what was read.
        quality: how well the face can be seen, where that was measured.
    """
    unsure = () if leads(expression) else (Hint.CLOSE,)
    return unsure + (flaws(quality) if quality else ())


def leads(expression: Expression) -> bool:
    """Whether one emotion is clearly ahead of the others."""
    return expression.clarity in (Clarity.CLEAR, Clarity.MOSTLY)


def flaws(quality: Quality) -> tuple[Hint, ...]:
    """What is wrong with the picture of a face. A small face is always blurred as well; that is not said twice."""
    small = quality.width < SMALL
    found = {
        Hint.SMALL: small,
        Hint.BLURRED: not small and quality.sharpness < BLURRED,
        Hint.DARK: quality.brightness < DARK,
        Hint.TURNED: abs(quality.turn) > TURNED,
        Hint.EYES: quality.eyes < HIDDEN,
        Hint.MOUTH: quality.mouth < HIDDEN,
    }
    return tuple(hint for hint, holds in found.items() if holds)
