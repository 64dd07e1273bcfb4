"""The six emotions: their order in the network's output, and how each looks on the page and lies on the plane.

No other file repeats a list of labels or colours.
"""

import math
from dataclasses import dataclass
from enum import StrEnum


class Emotion(StrEnum):
    """An expression that the network can read. Members stand in the order of the network's outputs.

    The value is the English class name that FER-2013, `femr.json` and the JSON answers use.
    """

    ANGRY = "Angry"
    FEAR = "Fear"
    HAPPY = "Happy"
    NEUTRAL = "Neutral"
    SAD = "Sad"
    SURPRISE = "Surprise"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)
"""All emotions, in model order."""


@dataclass(frozen=True, slots=True)
class Traits:
    """How one emotion is shown, and where it lies.

    Attributes:
        colour: the fill that stands for the emotion everywhere, as `#rrggbb`.
        emoji: one character, beside the name.
        valence: unpleasant −1 … 1 pleasant.
        arousal: calm −1 … 1 excited.
    """

    colour: str
    emoji: str
    valence: float
    arousal: float


# Valence (there: pleasure) and arousal are the mean ratings of the terms "angry", "fearful", "happy", "sad" and
# "surprised" in J. A. Russell & A. Mehrabian, "Evidence for a three-factor theory of emotions", Journal of Research
# in Personality 11 (1977), 273-294. Neutral is the origin of their scales.
TRAITS: dict[Emotion, Traits] = {
    Emotion.ANGRY: Traits("#d1495b", "😠", -0.51, 0.59),
    Emotion.FEAR: Traits("#7b5ea7", "😨", -0.64, 0.60),
    Emotion.HAPPY: Traits("#f2b134", "😊", 0.81, 0.51),
    Emotion.NEUTRAL: Traits("#7a869a", "😐", 0.0, 0.0),
    Emotion.SAD: Traits("#3a7ca5", "😢", -0.63, -0.27),
    Emotion.SURPRISE: Traits("#2a9d8f", "😮", 0.40, 0.67),
}
"""Each emotion's portrait."""


def nearest_emotion(valence: float, arousal: float) -> Emotion:
    """The emotion whose place on the plane lies nearest to valence and arousal, each −1…1."""
    return min(
        EMOTIONS,
        key=lambda emotion: math.hypot(TRAITS[emotion].valence - valence, TRAITS[emotion].arousal - arousal),
    )


def neighbour(emotion: Emotion) -> Emotion:
    """The other emotion that lies nearest to `emotion` on the plane."""
    here = TRAITS[emotion]
    others = (each for each in EMOTIONS if each is not emotion)
    return min(
        others, key=lambda each: math.hypot(TRAITS[each].valence - here.valence, TRAITS[each].arousal - here.arousal)
    )
