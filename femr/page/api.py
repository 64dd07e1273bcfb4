"""The named endpoints: the JSON that `python -m femr --json` prints, never HTML."""

from typing import Any, TypeGuard

import gradio as gr

from femr import i18n, service
from femr.errors import ChoiceError, PhotoError
from femr.mood import Mood
from femr.music.export import playlist_as_json
from femr.music.exportify import load_own_songs
from femr.music.playlist import DEFAULT_SONGS, Goal
from femr.page.blocks import API_LANGUAGE_ID
from femr.page.uploads import sent_by, uploaded_file
from femr.report import as_json
from femr.service import PlaylistRequest
from femr.vision.image_files.pool import MAX_WAITING
from femr.vision.profile import Profile

ONE_QUEUE: dict[str, Any] = {"concurrency_id": "photos", "concurrency_limit": MAX_WAITING + 2}
"""Photos of page and API. They wait in `image_files.pool`, where an ordinary one overtakes the costly, and two are read
at the same time."""

FILM_QUEUE: dict[str, Any] = {"concurrency_id": "films", "concurrency_limit": 1}
"""Films: one takes seconds on both of two cores."""


def offer_api() -> None:
    """The named endpoints; their components are never shown."""
    with gr.Column(visible=False):
        options = [
            gr.Textbox(Goal.MATCH.value, label="goal"),
            gr.Number(DEFAULT_SONGS, label="count"),
            gr.Number(None, label="seed"),
            gr.Textbox(i18n.DEFAULT_LANGUAGE, label="lang", elem_id=API_LANGUAGE_ID),
            gr.Textbox("", label="languages"),
            gr.Textbox("", label="genres"),
            gr.Textbox("", label="years"),
            gr.Checkbox(False, label="no_explicit"),
        ]
        answer = gr.JSON(label="answer")
        gr.Button().click(
            analyze_photo,
            [gr.File(label="photo"), *options, gr.Checkbox(False, label="everyone"), gr.JSON(label="profile")],
            answer,
            preprocess=False,
            api_name="analyze",
            **ONE_QUEUE,
        )
        gr.Button().click(
            recommend_songs,
            [gr.JSON(label="mood"), *options, gr.Textbox("", label="library")],
            answer,
            preprocess=False,
            api_name="recommend",
        )


# `seed` has a default because Gradio's clients then may leave it out; the other defaults are the components' values.


def analyze_photo(
    photo: dict[str, Any] | None,
    goal: str,
    count: float,
    seed: float | None = None,
    lang: str = i18n.DEFAULT_LANGUAGE,
    languages: str = "",
    genres: str = "",
    years: str = "",
    no_explicit: bool = False,
    everyone: bool = False,
    profile: Any = None,
) -> dict[str, Any]:
    """Read the faces in a photo and choose songs for the largest one, or for everyone together.

    Answers with the photo's size, the faces (none is no error), the mood and the playlist. Languages and genres are
    lists such as "en, id" and "rock, pop", years a span such as "1980-1999"; empty for all. The profile is what
    `femr learn` wrote, as JSON; the largest face is read with it, and it is not kept.
    """
    lang = _language(lang)
    if photo is None:
        raise PhotoError("photo_expected")
    request = _request(goal, count, seed, languages, genres, years, no_explicit)
    for_all = _truth("everyone", everyone)
    own = None if profile is None else Profile.from_value(profile)
    with uploaded_file(photo) as path:
        answer = service.answer(path, request, everyone=for_all, profile=own, apart=True, sender=sent_by().address)
    return as_json(answer.reading, answer.playlist, lang)


def recommend_songs(
    mood: Any,
    goal: str,
    count: float,
    seed: float | None = None,
    lang: str = i18n.DEFAULT_LANGUAGE,
    languages: str = "",
    genres: str = "",
    years: str = "",
    no_explicit: bool = False,
    library: str = "",
) -> dict[str, Any]:
    """Choose songs for a mood: an emotion such as "Happy", or {"valence": 0.8, "arousal": 0.5}, each from -1 to 1.

    Languages and genres are lists such as "en, id" and "rock, pop", years a span such as "1980-1999"; empty for all.
    The library is the text of a CSV of your own songs, as Exportify writes it; empty for femr's songs. None of it is
    kept.
    """
    lang = _language(lang)
    request = _request(goal, count, seed, languages, genres, years, no_explicit)
    table = _text("library", library)
    own = load_own_songs(table.encode("utf-8", "replace")).catalogue if table else None
    playlist = service.choose(_mood_from(mood), request, own)
    return playlist_as_json(playlist.mood, playlist, lang)


# --- arguments, which may be anything that JSON can say ----------------------------------------------


def _request(
    goal: Any, count: Any, seed: Any, languages: Any, genres: Any, years: Any, no_explicit: Any
) -> PlaylistRequest:
    """What both endpoints take."""
    return PlaylistRequest.from_text(
        goal,
        _whole(count),
        _whole(seed),
        languages=_text("languages", languages),
        genres=_text("genres", genres),
        years=_text("years", years),
        no_explicit=_truth("no_explicit", no_explicit),
    )


def _language(value: Any) -> str:
    if value not in i18n.LANGUAGES:
        raise ChoiceError("language_unknown", value=value, known=", ".join(i18n.LANGUAGES))
    return value


def _mood_from(value: Any) -> Mood | str:
    if isinstance(value, str):
        return value
    valence, arousal = (value.get("valence"), value.get("arousal")) if isinstance(value, dict) else (None, None)
    if not (_is_number(valence) and _is_number(arousal)):
        raise ChoiceError("mood_missing", value=value)
    return Mood(valence, arousal)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(name: str, value: Any) -> str:
    """JSON's null stands for an empty text."""
    if value is not None and not isinstance(value, str):
        raise ChoiceError("text_expected", name=name, value=value)
    return value or ""


def _truth(name: str, value: Any) -> bool:
    """JSON's null stands for no."""
    if value is not None and not isinstance(value, bool):
        raise ChoiceError("truth_expected", name=name, value=value)
    return bool(value)


def _whole(number: Any) -> Any:
    """JSON knows no whole numbers: 10.0 is 10; all else stays, for `PlaylistRequest` to refuse."""
    return int(number) if isinstance(number, float) and number.is_integer() else number
