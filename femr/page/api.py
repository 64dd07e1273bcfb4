"""The named endpoints: the JSON that `python -m femr --json` prints, never HTML."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from femr import i18n, service
from femr.errors import ChoiceError, FemrError, PhotoError
from femr.mood import Mood
from femr.music.export import playlist_as_json
from femr.music.exportify import load_own_songs
from femr.music.playlist import DEFAULT_SONGS, Goal
from femr.page.uploads import uploaded_file
from femr.report import as_json
from femr.service import PlaylistRequest

ONE_QUEUE: dict[str, Any] = {"concurrency_id": "photos", "concurrency_limit": 2}
"""Photos that are read at the same time, by page and API: as many as the Space has cores."""


def offer_api() -> None:
    """The named endpoints; their components are never shown."""
    with gr.Column(visible=False):
        options = [
            gr.Textbox(Goal.MATCH.value, label="goal"),
            gr.Number(DEFAULT_SONGS, label="count"),
            gr.Number(None, label="seed"),
            gr.Textbox(i18n.DEFAULT_LANGUAGE, label="lang"),
            gr.Textbox("", label="languages"),
            gr.Textbox("", label="genres"),
            gr.Textbox("", label="years"),
            gr.Checkbox(False, label="no_explicit"),
        ]
        answer = gr.JSON(label="answer")
        gr.Button().click(
            analyze_photo,
            [gr.File(label="photo"), *options, gr.Checkbox(False, label="everyone")],
            answer,
            preprocess=False,
            api_name="analyze",
            **ONE_QUEUE,
        )
        gr.Button().click(
            recommend_songs,
            [gr.JSON(label="mood"), *options, gr.Textbox("", label="library")],
            answer,
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
) -> dict[str, Any]:
    """Read the faces in a photo and choose songs for the largest one, or for everyone together.

    Answers with the photo's size, the faces (none is no error), the mood and the playlist. Languages and genres are
    lists such as "en, id" and "rock, pop", years a span such as "1980-1999"; empty for all.
    """
    with _spoken_errors(lang):
        if photo is None:
            raise PhotoError("photo_expected")
        request = _request(goal, count, seed, languages, genres, years, no_explicit)
        with uploaded_file(photo) as path:
            answer = service.answer(path, request, everyone=everyone)
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
    with _spoken_errors(lang):
        request = _request(goal, count, seed, languages, genres, years, no_explicit)
        own = load_own_songs(library.encode("utf-8", "replace")).catalogue if library else None
        playlist = service.choose(_mood_from(mood), request, own)
        return playlist_as_json(playlist.mood, playlist, lang)


def _request(
    goal: str, count: Any, seed: Any, languages: Any, genres: Any, years: Any, no_explicit: bool
) -> PlaylistRequest:
    """What both endpoints take; JSON's null stands for an empty text."""
    return PlaylistRequest.from_text(
        goal,
        _whole(count),
        _whole(seed),
        languages=languages or "",
        genres=genres or "",
        years=years or "",
        no_explicit=no_explicit,
    )


def _mood_from(value: Any) -> Mood | str:
    if isinstance(value, str):
        return value
    try:
        return Mood(float(value["valence"]), float(value["arousal"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ChoiceError("mood_missing", value=value) from error


@contextmanager
def _spoken_errors(lang: str) -> Iterator[None]:
    """Tell what a caller did wrong in `lang`, or in the default language where that was the mistake."""
    try:
        if lang not in i18n.LANGUAGES:
            raise ChoiceError("language_unknown", value=lang, known=", ".join(i18n.LANGUAGES))
        yield
    except FemrError as error:
        spoken = lang if lang in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE
        raise gr.Error(error.sentence(spoken), print_exception=False) from error


def _whole(number: Any) -> Any:
    """JSON knows no whole numbers: 10.0 is 10; all else stays, for `PlaylistRequest` to refuse."""
    return int(number) if isinstance(number, float) and number.is_integer() else number
