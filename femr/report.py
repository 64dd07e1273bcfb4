"""Readings and playlists as the JSON that terminal and API give, and as the terminal's report."""

from typing import Any

from femr import i18n
from femr.emotions import TRAITS
from femr.mood import Expression, Group
from femr.music.export import DECIMALS, mood_as_json, playlist_as_json
from femr.music.playlist import Playlist, links
from femr.vision.confidence import Hint, hints
from femr.vision.geometry import Box
from femr.vision.occlusion import Explanation
from femr.vision.reading import Face, ProfileUse, Reading

BAR_WIDTH = 30

BOX = ("x", "y", "width", "height")
"""What a box is told by."""


def as_json(reading: Reading, playlist: Playlist | None, lang: str = i18n.DEFAULT_LANGUAGE) -> dict[str, Any]:
    """The whole answer for a photo; mood and playlist are None when there is no face.

    The mood is the playlist's: that of the largest face, or of everyone. Two faces or more come with "everyone", a
    profile with what became of it, and a face that it changed with its plain reading.
    """
    group = reading.group
    return {
        "photo": {"width": reading.width, "height": reading.height},
        "faces": [_face(face, lang) for face in reading.faces],
        **({"profile": _profile(reading.profile, lang)} if reading.profile else {}),
        **({"everyone": _everyone(group, lang)} if group else {}),
        **playlist_as_json(playlist.mood if playlist else reading.mood, playlist, lang),
    }


def explanation_as_json(
    reading: Reading, number: int, explanation: Explanation | None, lang: str = i18n.DEFAULT_LANGUAGE
) -> dict[str, Any]:
    """Why a face was read as it was, as numbers; face and explanation are None when there is no face.

    Args:
        reading: of the photo.
        number: the face's place in `reading.faces`, from 1.
        explanation: of that face, or None without faces.
        lang: of the hints.
    """
    return {
        "photo": {"width": reading.width, "height": reading.height},
        "face": _face(reading.faces[number - 1], lang) if explanation else None,
        "explanation": explanation
        and {
            "emotion": explanation.emotion.value,
            "share": round(explanation.share, DECIMALS),
            "strongest": explanation.strongest and explanation.strongest.value,
            "regions": {
                region.value: {
                    "drop": round(drop, DECIMALS),
                    "share_without": round(explanation.share_without(region), DECIMALS),
                }
                for region, drop in explanation.drops.items()
            },
            "heat": [[round(drop, DECIMALS) for drop in row] for row in explanation.heat.tolist()],
        },
    }


def _profile(use: ProfileUse, lang: str) -> dict[str, str]:
    return {"use": use.value, "text": i18n.translate(f"profile.{use}", lang)}


def shares_as_json(expression: Expression) -> dict[str, float]:
    """The six shares by emotion."""
    return {emotion.value: round(share, DECIMALS) for emotion, share in expression.probabilities.items()}


def box_as_json(box: Box) -> list[int]:
    """`BOX` in whole pixels."""
    return [round(box.x), round(box.y), round(box.width), round(box.height)]


def _everyone(group: Group, lang: str) -> dict[str, Any]:
    return {
        "emotion": group.expression.top.value,
        "probabilities": shares_as_json(group.expression),
        "mood": mood_as_json(group.mood),
        "apart": round(group.apart, DECIMALS),
        "closeness": {"kind": group.closeness.value, "text": i18n.translate(f"closeness.{group.closeness}", lang)},
    }


def _face(face: Face, lang: str) -> dict[str, Any]:
    return {
        "box": box_as_json(face.box),
        "score": round(face.score, DECIMALS),
        "emotion": face.emotion.value,
        "probabilities": shares_as_json(face.expression),
        **({"plain": shares_as_json(face.plain)} if face.plain else {}),
        "hints": [
            {"kind": hint.value, "text": i18n.translate(f"hint.{hint}", lang)}
            for hint in hints(face.expression, face.quality)
        ],
    }


def _hints(face: Face) -> tuple[Hint, ...]:
    return hints(face.expression, face.quality)


def as_text(reading: Reading, playlist: Playlist, lang: str = i18n.DEFAULT_LANGUAGE) -> str:
    """The answer for a person at a terminal; `reading` holds a face."""
    lines = [
        i18n.translate("terminal.photo", lang, width=reading.width, height=reading.height, count=len(reading.faces)),
    ]
    for number, face in enumerate(reading.faces, 1):
        lines += ["", *_face_lines(number, face, lang)]
    if reading.profile:
        lines += ["", i18n.translate(f"profile.{reading.profile}", lang)]
    if reading.group:
        lines += ["", *_group_lines(reading.group, lang)]
    mood = playlist.mood
    lines += ["", i18n.translate("terminal.mood", lang, valence=mood.valence, arousal=mood.arousal)]
    return "\n".join([*lines, *playlist_lines(playlist, lang)])


def playlist_lines(playlist: Playlist, lang: str) -> list[str]:
    """A playlist for a person at a terminal."""
    lines = [i18n.translate("terminal.playlist", lang, goal=i18n.translate(f"goal.{playlist.goal}", lang))]
    for number, (song, reason) in enumerate(zip(playlist.songs, playlist.reasons, strict=True), 1):
        lines += [
            f"{number:3}. {song.title} — {song.artist} ({song.genre}): {reason.sentence(lang)}",
            f"     {links(song).spotify}",
        ]
    return lines


def _face_lines(number: int, face: Face, lang: str) -> list[str]:
    box = face.box
    name = i18n.translate(f"emotion.{face.emotion}", lang)
    heading = i18n.translate(
        "terminal.face",
        lang,
        number=number,
        x=round(box.x),
        y=round(box.y),
        width=round(box.width),
        height=round(box.height),
        emotion=f"{TRAITS[face.emotion].emoji} {name}",
    )
    return [
        heading,
        *_bars(face.expression, lang),
        *(f"  {i18n.translate(f'hint.{hint}', lang)}" for hint in hints(face.expression, face.quality)),
    ]


def _group_lines(group: Group, lang: str) -> list[str]:
    emotion = f"{TRAITS[group.expression.top].emoji} {i18n.translate(f'emotion.{group.expression.top}', lang)}"
    closeness = i18n.translate(f"closeness.{group.closeness}", lang)
    heading = i18n.translate("terminal.everyone", lang, emotion=emotion, closeness=closeness, apart=group.apart)
    return [heading, *_bars(group.expression, lang)]


def clock(seconds: float) -> str:
    """Minutes and seconds: `1:05`."""
    return "{}:{:02}".format(*divmod(round(seconds), 60))


def _bars(expression: Expression, lang: str) -> list[str]:
    return [
        f"  {i18n.translate(f'emotion.{emotion}', lang):10} {'█' * round(BAR_WIDTH * share):{BAR_WIDTH}} {share:4.0%}"
        for emotion, share in expression.probabilities.items()
    ]
