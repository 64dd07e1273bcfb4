"""One small function per event: call femr, hand back what the components show.

Nothing here keeps a photo: it is read, shown inside the page as a `data:` URI, and forgotten. What a visit remembers
between events is a `Visit`.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import gradio as gr

from femr import words
from femr.analysis import analyze
from femr.answer import as_json, playlist_as_json
from femr.drawing import data_uri
from femr.emotions import Emotion
from femr.errors import ChoiceError, FemrError, PhotoError
from femr.mood import Mood
from femr.page import cards
from femr.photos import read_photo
from femr.playlist import Playlist, check_choices, recommend
from femr.reading import Reading

SHOWN_SIDE = 1280
"""Longer side of the photo as the page shows it, in pixels."""


@dataclass(frozen=True)
class Visit:
    """What the page remembers of one visitor: no photo, only what was read in it.

    Attributes:
        reading: of the last photo with a face.
        chosen: the face whose bars are shown.
        picked: the mood picked by hand; it then stands before the reading.
        playlist: what is shown.
    """

    reading: Reading | None = None
    chosen: int = 0
    picked: Emotion | None = None
    playlist: Playlist | None = None

    @property
    def mood(self) -> Mood | Emotion | None:
        """What the music is for."""
        if self.picked:
            return self.picked
        return self.reading.faces[self.chosen].mood if self.reading else None


class Screen(NamedTuple):
    """What an event changes; the fields are the components of `layout`, and one left out stays as it is."""

    visit: Any = gr.skip()
    picked: Any = gr.skip()
    photo: Any = gr.skip()
    capture: Any = gr.skip()
    shown: Any = gr.skip()
    faces: Any = gr.skip()
    notice: Any = gr.skip()
    result: Any = gr.skip()
    controls: Any = gr.skip()
    playlist: Any = gr.skip()


# --- events of the page --------------------------------------------------------------------------


def look(photo: dict[str, Any] | None, goal: str, count: int, lang: str, visit: Visit) -> Screen:
    """A photo came in: read the largest face and play for it; the last result stays when there is none."""
    if photo is None:
        return Screen()
    try:
        pixels = read_photo(photo["path"])
        reading = analyze(pixels)
    except FemrError as error:
        return Screen(photo=None, notice=cards.notice(error.sentence(lang), problem=True))
    if not reading.faces:
        return Screen(photo=None, notice=cards.notice(words.say("no_face", lang), problem=True))
    visit = Visit(reading)
    several = words.say("page.several", lang, count=len(reading.faces)) if len(reading.faces) > 1 else ""
    return _play(visit, goal, count, lang)._replace(
        picked=None,  # so that the same mood can be picked again afterwards
        photo=None,
        capture=gr.Column(visible=False),
        shown=gr.Column(visible=True),
        faces=gr.HTML(value=cards.face_boxes(reading, 0, lang), picture=data_uri(pixels, SHOWN_SIDE)),
        notice=cards.notice(several),
    )


def another_photo() -> Screen:
    """The visitor wants to show another photo; the result stays until there is a new one."""
    return Screen(capture=gr.Column(visible=True), shown=gr.Column(visible=False), notice="")


def choose_face(goal: str, count: int, lang: str, visit: Visit, event: gr.EventData) -> Screen:
    """The visitor clicked a face."""
    if not visit.reading:
        return Screen()
    chosen = min(max(int(event.index), 0), len(visit.reading.faces) - 1)
    visit = replace(visit, chosen=chosen, picked=None)
    faces = cards.face_boxes(visit.reading, chosen, lang)
    return _play(visit, goal, count, lang)._replace(picked=None, faces=faces)


def pick(emotion: str | None, goal: str, count: int, lang: str, visit: Visit) -> Screen:
    """The visitor picked a mood by hand."""
    if emotion is None:
        return Screen()
    return _play(replace(visit, picked=Emotion(emotion)), goal, count, lang)


def play_again(goal: str, count: int, lang: str, visit: Visit) -> Screen:
    """Other songs: shuffle, another goal, another number."""
    return _play(visit, goal, count, lang) if visit.mood else Screen()


def translate(lang: str, visit: Visit) -> Screen:
    """Show what is on the page in another language."""
    if not visit.playlist:
        return Screen(notice="", playlist=cards.notice(words.say("page.empty", lang)))
    faces = cards.face_boxes(visit.reading, visit.chosen, lang) if visit.reading else gr.skip()
    return Screen(
        faces=faces,
        notice="",
        result=_result(visit, lang),
        playlist=cards.playlist_cards(visit.playlist, lang),
    )


def _play(visit: Visit, goal: str, count: int, lang: str) -> Screen:
    """Choose songs for the visit's mood and show them."""
    visit = replace(visit, playlist=recommend(visit.mood, goal, int(count)))
    return Screen(
        visit=visit,
        result=_result(visit, lang),
        controls=gr.Column(visible=True),
        playlist=cards.playlist_cards(visit.playlist, lang),
    )


def _result(visit: Visit, lang: str) -> str:
    if visit.picked:
        return cards.picked_result(visit.picked, lang)
    return cards.face_result(visit.reading.faces[visit.chosen], visit.chosen, lang)


# --- the API -------------------------------------------------------------------------------------


# `seed` has a default because Gradio's clients then may leave it out; the other defaults are the components' values.


def api_analyze(
    photo: dict[str, Any] | None, goal: str, count: float, seed: float | None = None, lang: str = words.DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """Read the faces in a photo and choose songs for the largest one.

    Answers with the photo's size, the faces (none is no error), the mood and the playlist.
    """
    try:
        if photo is None:
            raise PhotoError("photo_expected")
        _check_language(lang)
        count, seed = _whole(count), _whole(seed)
        check_choices(goal, count, seed)
        reading = analyze(photo["path"])
        playlist = recommend(reading.mood, goal, count, seed) if reading.mood else None
        return as_json(reading, playlist, lang)
    except FemrError as error:
        raise gr.Error(error.sentence(_spoken(lang)), print_exception=False) from error


def api_recommend(
    mood: Any, goal: str, count: float, seed: float | None = None, lang: str = words.DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """Choose songs for a mood: an emotion such as "Happy", or {"valence": 0.8, "arousal": 0.5}, each from -1 to 1."""
    try:
        _check_language(lang)
        playlist = recommend(_mood_from(mood), goal, _whole(count), _whole(seed))
        return playlist_as_json(playlist.mood, playlist, lang)
    except FemrError as error:
        raise gr.Error(error.sentence(_spoken(lang)), print_exception=False) from error


def _mood_from(value: Any) -> Mood | str:
    if isinstance(value, str):
        return value
    try:
        return Mood(float(value["valence"]), float(value["arousal"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ChoiceError("mood_missing", value=value) from error


def _check_language(lang: str) -> None:
    if lang not in words.LANGUAGES:
        raise ChoiceError("language_unknown", value=lang, known=", ".join(words.LANGUAGES))


def _spoken(lang: str) -> str:
    """`lang`, or the default where that was the mistake."""
    return lang if lang in words.LANGUAGES else words.DEFAULT_LANGUAGE


def _whole(number: float | None) -> int | float | None:
    """JSON knows no whole numbers: 10.0 is 10; 10.5 stays, for `recommend` to refuse."""
    return int(number) if isinstance(number, float) and number.is_integer() else number
