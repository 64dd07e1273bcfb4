"""What was read, or picked: boxes over the faces, the mood as a word, bars, and what speaks against the reading."""

import json
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from femr.emotions import EMOTIONS, Emotion
from femr.i18n import translate
from femr.mood import EVERYONE, Clarity, Expression, Group
from femr.page.views.render import percent, render
from femr.vision.classifier import expression_classifier
from femr.vision.confidence import Hint, flaws, hints, leads
from femr.vision.lesson import SHARE_DECIMALS
from femr.vision.reading import Face, Reading

CROWD = 12
"""Faces from which on their numbers would cover them: each is then shown only where the visitor points."""


def face_icons() -> list[str]:
    """A small face in lines for each emotion."""
    return [render("face_icon", emotion=emotion) for emotion in EMOTIONS]


def faces_template() -> str:
    """The photo with its boxes: `photos.js` fills in `picture`, the browser's own, and Gradio `value`."""
    return render("faces")


def photo_answer(token: object, outcome: Literal["read", "faceless", "failed"]) -> str:
    """Tells `photos.js` what became of the photo that it sent under `token`; not to be seen."""
    return render("photo_answer", token=token, outcome=outcome)


def face_boxes(reading: Reading, marked: Collection[int], lang: str) -> str:
    """A numbered button over each face; places are shares of the photo, so they fit at any size.

    Args:
        reading: of the photo.
        marked: the faces that the music is for.
        lang: of the texts.
    """
    return render("face_boxes", lang, reading=reading, marked=marked, crowded=len(reading.faces) >= CROWD)


def people(reading: Reading, group: Group, lang: str) -> list[tuple[str, str]]:
    """Choices between the faces, as they are numbered, and everyone: names that a person reads, and values."""
    faces = [
        (translate("page.face", lang, number=number), str(position))
        for number, position in enumerate(reading.in_reading_order, 1)
    ]
    closeness = translate(f"closeness.{group.closeness}", lang)
    return [*faces, (f"{translate('page.everyone', lang)}: {closeness}", EVERYONE)]


def cuts(reading: Reading) -> list[str]:
    """A small picture for each face to choose, in the same order."""
    return [render("face_cut", face=reading.faces[each], reading=reading) for each in reading.in_reading_order]


def face_result(face: Face, number: int, lang: str, *, example: bool = False) -> str:
    """What a face looks like, in a few words, and what speaks against it; of an `example` nothing can be learnt."""
    hard_to_see = bool(face.quality and flaws(face.quality)) and leads(face.expression)
    said = _perhaps(face, lang) if hard_to_see else _shown("face", face.expression, lang)
    return hero(
        said,
        face.emotion,
        lang,
        certainty=None if hard_to_see else face.expression.certainty,
        face=number,
        read=None if example else _as_read(face),
        notices=_plain(face, lang),
        hints=hints(face.expression, face.quality),
    )


def meant_result(face: Face, number: int, emotion: Emotion, lang: str, *, example: bool = False) -> str:
    """What a visitor said that a face was meant to show."""
    said = Said(translate("lead.meant", lang), translate(f"looks.{emotion}", lang))
    return hero(said, emotion, lang, face=number, read=None if example else _as_read(face), meant=True)


class AsRead(NamedTuple):
    """What the browser keeps of a face whose reading was not right, so that a profile can learn from it.

    Attributes:
        shares: the network's six, as JSON, in the order of `EMOTIONS`.
        network: its identity.
    """

    shares: str
    network: str


def _as_read(face: Face) -> AsRead:
    plain = face.plain or face.expression
    shares = [round(share, SHARE_DECIMALS) for share in plain.shares]
    return AsRead(json.dumps(shares), expression_classifier().identity)


def _plain(face: Face, lang: str) -> list[str]:
    """What was read without the visitor's profile, where that was used."""
    if face.plain is None:
        return []
    name = translate(f"emotion.{face.plain.top}", lang)
    return [translate("mine.read", lang, emotion=name, share=percent(face.plain.certainty))]


def face_bars(face: Face, number: int, lang: str) -> str:
    """The six shares of the face of that number."""
    return _bars(face.expression, translate("page.bars", lang, number=number), lang)


def everyone_result(reading: Reading, group: Group, lang: str) -> str:
    """What all faces look like together, how far apart they are, and which are hard to read."""
    closeness = translate(f"closeness.{group.closeness}", lang)
    told = [translate("page.apart", lang, count=len(reading.faces), closeness=closeness)]
    faces = [reading.faces[position] for position in reading.in_reading_order]
    hard = [str(number) for number, face in enumerate(faces, 1) if hints(face.expression, face.quality)]
    if hard:
        told.append(translate("page.hard", lang, numbers=", ".join(hard)))
    return hero(_shown("everyone", group.expression, lang), group.expression.top, lang, notices=told)


def everyone_bars(group: Group, lang: str) -> str:
    """The six shares of everybody together."""
    return _bars(group.expression, translate("page.bars.everyone", lang), lang)


def live_bars(expression: Expression, lang: str) -> str:
    """The six shares of the mood that a live camera has settled on."""
    return _bars(expression, translate("page.bars.live", lang), lang)


def poster(emotion: Emotion) -> str:
    """What stands where a face would, for a mood without one."""
    return render("bars", expression=None, emotion=emotion)


class Said(NamedTuple):
    """What the page says of a mood: a line, and below it the mood itself in large letters."""

    lead: str
    word: str


def _shown(who: Literal["face", "everyone"], expression: Expression, lang: str) -> Said:
    """What a face shows, or several together, said as clearly as the shares are."""
    clarity = expression.clarity
    first, second = (translate(f"looks.{emotion}", lang) for emotion in (expression.top, expression.second))
    word = {
        Clarity.CLEAR: first,
        Clarity.MOSTLY: translate("shown.mostly", lang, first=first, second=second)
        if expression.has_second
        else translate("shown.mostly_alone", lang, first=first),
        Clarity.BETWEEN: translate("shown.between", lang, first=first, second=second),
        Clarity.UNCLEAR: translate("shown.unclear", lang),
    }[clarity]
    return Said(translate(f"lead.{who}.{clarity}", lang), word)


def _perhaps(face: Face, lang: str) -> Said:
    return Said(translate("lead.perhaps", lang), translate(f"looks.{face.emotion}", lang))


def picked_result(emotion: Emotion, lang: str) -> str:
    """A mood picked by hand."""
    return hero(Said(translate("lead.picked", lang), translate(f"looks.{emotion}", lang)), emotion, lang)


def live_result(emotion: Emotion, lang: str) -> str:
    """A mood that a live camera has settled on."""
    return hero(Said(translate("lead.live", lang), translate(f"looks.{emotion}", lang)), emotion, lang)


def placed_result(mood: str, emotion: Emotion, lang: str, *, way: bool) -> str:
    """A place on the map, or a way over it, in words."""
    lead = translate("lead.way", lang) if way else translate("lead.place", lang)
    return hero(Said(lead, mood), emotion, lang)


def shared_result(mood: str, emotion: Emotion, lang: str, *, same: bool, changed: bool) -> str:
    """The mood, in words, of a playlist that came by a link: the `same`, or other songs for its mood."""
    lead = translate("lead.shared", lang) if same else translate("lead.shared.other", lang)
    told = [translate("page.shared.changed", lang)] if same and changed else []
    return hero(Said(lead, mood), emotion, lang, notices=told)


def hero(
    said: Said,
    emotion: Emotion,
    lang: str,
    *,
    certainty: float | None = None,
    face: int | None = None,
    read: AsRead | None = None,
    meant: bool = False,
    notices: Sequence[str] = (),
    hints: Sequence[Hint] = (),
) -> str:
    """The mood in large letters; `face` is the number of one that can be asked why, and `read` what was read of it."""
    values = {"certainty": certainty, "face": face, "read": read, "meant": meant, "notices": notices, "hints": hints}
    return render("result", lang, **said._asdict(), emotion=emotion, **values)


def _bars(expression: Expression, label: str, lang: str) -> str:
    """Six bars, the strongest first."""
    order = sorted(EMOTIONS, key=expression.__getitem__, reverse=True)
    return render("bars", lang, expression=expression, label=label, order=order, emotion=expression.top)
