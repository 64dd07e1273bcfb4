"""How sure a reading is."""

from femr.emotions import Emotion
from femr.reading import Face

CLOSE = 0.15
"""Two emotions closer than this in probability are shown as a tie: naming one of them would say more than is known."""


def rivals(face: Face) -> tuple[Emotion, Emotion] | None:
    """The two strongest emotions when neither clearly leads, or None when one does."""
    first, second = sorted(face.probabilities, key=face.probabilities.__getitem__, reverse=True)[:2]
    return (first, second) if face.probabilities[first] - face.probabilities[second] < CLOSE else None
