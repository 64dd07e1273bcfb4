"""What femr has learnt of a visitor's face, for the visitor to see."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from femr.emotions import EMOTIONS, Emotion
from femr.mood import Expression
from femr.page.views.examples import EXAMPLES, Example
from femr.page.views.render import render
from femr.vision.lesson import Shot
from femr.vision.profile import Profile
from femr.vision.reading import ProfileUse


@dataclass(frozen=True, slots=True)
class Row:
    """How the faces of one emotion are read, without the profile and with it.

    Attributes:
        emotion: what they were meant to show.
        count: of them.
        before, after: how many are read as that.
        share_before, share_after: the mean share of it, 0…1.
    """

    emotion: Emotion
    count: int
    before: int
    after: int
    share_before: float
    share_after: float


@dataclass(frozen=True, slots=True)
class Known:
    """What a profile holds of one emotion: faces, and how many times as readily it is read."""

    emotion: Emotion
    count: int
    times: float


def game(lang: str) -> str:
    """The game *Make this face!*, and its like with photos; `game.js` plays it."""
    return render("game", lang, examples=drawn_faces())


def drawn_faces() -> list[Example]:
    """Our drawings, in the order in which the game shows them: the easy ones first."""
    return [example for example in EXAMPLES if example.emotion]


def profile_tools(lang: str) -> str:
    """What can be done with a profile."""
    return render("profile", lang)


def own_camera(lang: str) -> str:
    """Whether the face before the camera is read as the visitor's own."""
    return render("live_mine", lang)


def learnt(profile: Profile, shots: Sequence[Shot], network: str, lang: str) -> str:
    """What femr knows now: before and after, side by side."""
    used = profile.use(network) is ProfileUse.USED
    return render(
        "learnt",
        lang,
        profile=profile,
        use=profile.use(network),
        used=used,
        rows=rows(profile, shots) if used else [],
        total=len(shots),
    )


def rows(profile: Profile, shots: Sequence[Shot]) -> list[Row]:
    """One for each emotion that was taught."""
    return [
        _row(profile, emotion, [each.expression for each in shots if each.emotion is emotion])
        for emotion in EMOTIONS
        if any(each.emotion is emotion for each in shots)
    ]


def _row(profile: Profile, emotion: Emotion, plain: Sequence[Expression]) -> Row:
    read = [profile.adapt(each) for each in plain]
    right_before, right_after = (sum(each.top is emotion for each in faces) for faces in (plain, read))
    share_before, share_after = (sum(each[emotion] for each in faces) / len(plain) for faces in (plain, read))
    return Row(emotion, len(plain), right_before, right_after, share_before, share_after)


def numbers(profile: Profile, network: str, lang: str) -> str:
    """All that a profile holds, in words and in numbers."""
    known = [
        Known(emotion, count, math.exp(offset))
        for emotion, count, offset in zip(EMOTIONS, profile.counts, profile.offsets, strict=True)
        if count
    ]
    return render(
        "profile_numbers",
        lang,
        profile=profile,
        use=profile.use(network),
        known=known,
        total=sum(profile.counts),
        text=json.dumps(profile.to_value(), indent=1),
    )
