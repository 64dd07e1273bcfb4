"""Readings and playlists as the JSON that terminal and API give, and as the terminal's report."""

from typing import Any

from femr import words
from femr.emotions import EMOTIONS, PORTRAITS
from femr.mood import Mood
from femr.playlist import Playlist, links
from femr.reading import Face, Reading

DECIMALS = 4
BAR_WIDTH = 30


def as_json(reading: Reading, playlist: Playlist | None, lang: str = words.DEFAULT_LANGUAGE) -> dict[str, Any]:
    """The whole answer for a photo; mood and playlist are None when there is no face."""
    return {
        "photo": {"width": reading.width, "height": reading.height},
        "faces": [_face(face) for face in reading.faces],
        **playlist_as_json(reading.mood, playlist, lang),
    }


def playlist_as_json(mood: Mood | None, playlist: Playlist | None, lang: str) -> dict[str, Any]:
    """The part of the answer that does not need a photo."""
    return {
        "mood": mood and {"valence": round(mood.valence, DECIMALS), "arousal": round(mood.arousal, DECIMALS)},
        "playlist": playlist and {"goal": playlist.goal.value, "songs": _songs(playlist, lang)},
    }


def _face(face: Face) -> dict[str, Any]:
    box = face.box
    return {
        "box": [round(box.x), round(box.y), round(box.width), round(box.height)],
        "score": round(face.score, DECIMALS),
        "emotion": face.emotion.value,
        "probabilities": {emotion.value: round(face.probabilities[emotion], DECIMALS) for emotion in EMOTIONS},
    }


def _songs(playlist: Playlist, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "title": song.title,
            "artist": song.artist,
            "spotify_id": song.spotify_id,
            "valence": song.valence,
            "energy": song.energy,
            "genre": song.genre,
            "reason": reason.sentence(lang),
            "links": {"spotify": links(song).spotify, "youtube": links(song).youtube},
        }
        for song, reason in zip(playlist.songs, playlist.reasons, strict=True)
    ]


def report(reading: Reading, playlist: Playlist, lang: str = words.DEFAULT_LANGUAGE) -> str:
    """The answer for a person at a terminal; `reading` holds a face."""
    lines = [
        words.say("terminal.photo", lang, width=reading.width, height=reading.height, count=len(reading.faces)),
    ]
    for number, face in enumerate(reading.faces, 1):
        lines += ["", *_face_lines(number, face, lang)]
    goal = words.say(f"goal.{playlist.goal}", lang)
    mood = playlist.mood
    lines += [
        "",
        words.say("terminal.mood", lang, valence=mood.valence, arousal=mood.arousal),
        words.say("terminal.playlist", lang, goal=goal),
    ]
    for number, (song, reason) in enumerate(zip(playlist.songs, playlist.reasons, strict=True), 1):
        lines += [
            f"{number:3}. {song.title} — {song.artist} ({song.genre}): {reason.sentence(lang)}",
            f"     {links(song).spotify}",
        ]
    return "\n".join(lines)


def _face_lines(number: int, face: Face, lang: str) -> list[str]:
    box = face.box
    name = words.say(f"emotion.{face.emotion}", lang)
    heading = words.say(
        "terminal.face",
        lang,
        number=number,
        x=round(box.x),
        y=round(box.y),
        width=round(box.width),
        height=round(box.height),
        emotion=f"{PORTRAITS[face.emotion].emoji} {name}",
    )
    bars = [
        f"  {words.say(f'emotion.{emotion}', lang):10} {'█' * round(BAR_WIDTH * share):{BAR_WIDTH}} {share:4.0%}"
        for emotion, share in face.probabilities.items()
    ]
    return [heading, *bars]
