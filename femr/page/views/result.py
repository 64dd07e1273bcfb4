"""What was read, or picked: boxes over the faces, a heading, bars, and what speaks against the reading."""

from collections.abc import Collection
from typing import Literal

from femr.emotions import TRAITS, Emotion
from femr.i18n import translate
from femr.mood import EVERYONE, Clarity, Expression, Group
from femr.page.views.render import render
from femr.vision.confidence import flaws, hints, leads
from femr.vision.reading import Face, Reading

CROWD = 12
"""Faces from which on their numbers would cover them: each is then shown only where the visitor points."""


def emotion_name(emotion: Emotion, lang: str) -> str:
    """Emoji and name, as text."""
    return f"{TRAITS[emotion].emoji} {translate(f'emotion.{emotion}', lang)}"


def faces_template() -> str:
    """The photo with its boxes, for Gradio to fill in `picture` and `value`."""
    return render("faces")


def face_boxes(reading: Reading, marked: Collection[int], lang: str) -> str:
    """A numbered button over each face; places are shares of the photo, so they fit at any size.

    Args:
        reading: of the photo.
        marked: the faces that the music is for.
        lang: of the texts.
    """
    return render("face_boxes", lang, reading=reading, marked=marked, crowded=len(reading.faces) >= CROWD)


def people(count: int, lang: str) -> list[tuple[str, str]]:
    """Choices between `count` faces and everyone: names that a person reads, and values."""
    faces = [(translate("page.face", lang, number=number + 1), str(number)) for number in range(count)]
    return [*faces, (translate("page.everyone", lang), EVERYONE)]


def face_result(face: Face, number: int, lang: str) -> str:
    """What a face looks like, in a sentence and six bars, and what speaks against it."""
    hard_to_see = bool(face.quality and flaws(face.quality)) and leads(face.expression)
    return render(
        "result",
        lang,
        label=translate("page.bars", lang, number=number + 1),
        emotion=face.emotion,
        heading=_perhaps(face, lang) if hard_to_see else _shown("face", face.expression, lang),
        notices=(),
        hints=hints(face.expression, face.quality),
        expression=face.expression,
    )


def everyone_result(reading: Reading, group: Group, lang: str) -> str:
    """What all faces look like together, how far apart they are, and which are hard to read."""
    expression, count = group.expression, len(reading.faces)
    closeness = translate(f"closeness.{group.closeness}", lang)
    told = [translate("page.apart", lang, count=count, closeness=closeness)]
    hard = [str(number) for number, face in enumerate(reading.faces, 1) if hints(face.expression, face.quality)]
    if hard:
        told.append(translate("page.hard", lang, numbers=", ".join(hard)))
    return render(
        "result",
        lang,
        label=translate("page.bars.everyone", lang),
        emotion=expression.top,
        heading=_shown("everyone", expression, lang),
        notices=told,
        hints=(),
        expression=expression,
    )


def _shown(who: Literal["face", "everyone"], expression: Expression, lang: str) -> str:
    """What a face shows, or several together, said as clearly as the shares are."""
    first, second = (translate(f"looks.{emotion}", lang) for emotion in (expression.top, expression.second))
    match expression.clarity:
        case Clarity.CLEAR:
            return translate(f"shown.{who}.clear", lang, first=first)
        case Clarity.MOSTLY:
            return translate(f"shown.{who}.mostly", lang, first=first, second=second)
        case Clarity.BETWEEN:
            return translate(f"shown.{who}.between", lang, first=first, second=second)
        case Clarity.UNCLEAR:
            return translate(f"shown.{who}.unclear", lang)


def _perhaps(face: Face, lang: str) -> str:
    return translate("page.perhaps", lang, emotion=translate(f"looks.{face.emotion}", lang))


def picked_result(emotion: Emotion, lang: str) -> str:
    """The heading for a mood picked by hand."""
    return _heading(translate("page.picked", lang, emotion=translate(f"emotion.{emotion}", lang)), emotion, lang)


def live_result(emotion: Emotion, lang: str) -> str:
    """The heading for a mood that a live camera has settled on."""
    return _heading(translate("page.live", lang, emotion=translate(f"emotion.{emotion}", lang)), emotion, lang)


def shared_result(mood: str, emotion: Emotion, lang: str, *, same: bool, changed: bool) -> str:
    """The heading for a playlist that came by a link: the `same`, or other songs for its mood, which is in words."""
    heading = translate("page.shared", lang, mood=mood) if same else translate("page.shared.other", lang, mood=mood)
    return _heading(heading, emotion, lang, translate("page.shared.changed", lang) if same and changed else "")


def _heading(text: str, emotion: Emotion | None, lang: str, told: str = "") -> str:
    return render("result", lang, label="", emotion=emotion, heading=text, notices=(told,), hints=(), expression=None)
