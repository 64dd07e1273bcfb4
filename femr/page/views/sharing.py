"""What can be sent to others from a result: a link, and a card for a story, which the browser draws."""

import json
from typing import Any

from femr.emotions import EMOTIONS, TRAITS
from femr.i18n import translate
from femr.mood import Clarity, Expression
from femr.music.playlist import Playlist
from femr.music.taste import NO_TASTE
from femr.page.session import Visit
from femr.page.sharing.preview import emotion_of, heading, mood_in_words
from femr.page.subject import (
    AllFaces,
    FilmMood,
    LinkedMood,
    LiveMood,
    MeantFace,
    OneFace,
    PickedMood,
    PlacedMood,
    Subject,
)
from femr.page.views.cover import cover_of
from femr.page.views.render import percent, render


def share_tools(lang: str) -> str:
    """What stands on the page all the time: the dialog with the card, and sentences that `story.js` shows."""
    return render("share_tools", lang)


def share_buttons(visit: Visit, playlist: Playlist) -> str:
    """Buttons below a playlist, and what the card says, for `story.js` and `app.js`."""
    told = json.dumps(story(visit, playlist))
    tasted = visit.taste != NO_TASTE  # which a link does not tell
    return render("share_buttons", visit.lang, story=told, link=visit.share_query, tasted=tasted)


def story(visit: Visit, playlist: Playlist) -> dict[str, Any]:
    """What a card says, as `Story` in types.d.ts; the visit has a subject."""
    mood, lang = visit.mood, visit.lang
    emotion = emotion_of(mood)
    read = isinstance(visit.subject, OneFace | AllFaces | LiveMood) and mood.expression is not None
    return {
        "kind": _kind(visit.subject),
        "example": visit.example,
        "emotion": emotion,
        "clear": not mood.expression or mood.expression.clarity is not Clarity.UNCLEAR,
        "heading": heading(visit.way, lang),
        "mood": mood_in_words(mood, lang, visit.way),
        "colour": TRAITS[emotion].colour,
        "bars": _bars(mood.expression, lang) if read and mood.expression else [],
        "songs": [
            {
                "title": song.title,
                "artist": song.artist,
                "year": song.year,
                "initials": cover.initials,
                "colours": [cover.near, cover.next],
            }
            for song, cover in ((song, cover_of(song)) for song in playlist.songs)
        ],
        "link": f"?{visit.share_query}" if visit.share_query else "",
        "box": _box(visit),
    }


def _kind(subject: Subject | None) -> str:
    match subject:
        case OneFace():
            return "face"
        case MeantFace():
            return "meant"
        case AllFaces():
            return "everyone"
        case PickedMood() | PlacedMood():
            return "picked"
        case LiveMood():
            return "live"
        case FilmMood():
            return "film"
        case LinkedMood():
            return "link"
        case None:
            raise ValueError("nothing was shown or picked yet")


def _bars(expression: Expression, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "name": translate(f"emotion.{emotion}", lang),
            "colour": TRAITS[emotion].colour,
            "share": expression[emotion],
            "percent": percent(expression[emotion]),
        }
        for emotion in sorted(EMOTIONS, key=expression.__getitem__, reverse=True)
    ]


def _box(visit: Visit) -> list[float] | None:
    """Where the face is, as shares of the photo; None where there is no photo, or everybody in it is meant."""
    if not isinstance(visit.subject, OneFace | MeantFace) or not visit.reading:
        return None
    return [round(each, 4) for each in visit.subject.face.box.shares(visit.reading.width, visit.reading.height)]
