"""Films in a terminal: `femr CLIP.mp4` plays for the mood in it, `femr CLIP.mp4… --csv OUT` writes a table.

The same options as for photos, and the same exit codes: 3 when the file is no usable film, 4 when nobody is seen in it.
In a table a face in a moment is a row; a moment in which nobody is seen, and a film that cannot be read, are one each.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from femr import i18n
from femr.batch import FACE, NO_FACE
from femr.emotions import EMOTIONS, TRAITS
from femr.errors import VideoError
from femr.mood import EVERYONE
from femr.music.catalogue import Catalogue
from femr.music.export import mood_as_json, playlist_as_json
from femr.music.playlist import Playlist
from femr.report import BAR_WIDTH, BOX, box_as_json, clock, playlist_lines, shares_as_json
from femr.service import PlaylistRequest, choose
from femr.terminal import NO_FACE as NO_FACE_AT_ALL
from femr.terminal import one_line, safe
from femr.video.film import Film, Moment, Person, Segment, segments
from femr.video.frame import Frame
from femr.video.watch import watch

SUFFIXES = frozenset({".3gp", ".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ts", ".webm"})
"""What names of films end in."""

COLUMNS = ("file", "status", "seconds", "person", *BOX, *EMOTIONS, "emotion", "certainty", "hints")
"""Of a table."""

SECONDS_DECIMALS = 3


def is_film(path: str | os.PathLike) -> bool:
    """Whether `path` is a film's, by its name."""
    return Path(path).suffix.lower() in SUFFIXES


# --- one film ------------------------------------------------------------------------------------


def tell(
    path: str, request: PlaylistRequest, source: Catalogue | None, *, everyone: bool, as_object: bool, lang: str
) -> int:
    """Print what `femr CLIP.mp4` answers; the exit code.

    Args:
        path: of the film.
        request: what is wanted.
        source: the songs to choose from; None for the shipped catalogue.
        everyone: choose for all faces together, not for the person seen largest and longest.
        as_object: print one JSON object.
        lang: of the texts.

    Raises:
        VideoError: it is no usable film.
        ChoiceError: no song passes the filters.
        InstallationError: a package, or a file that femr ships, is missing.
    """
    film = _watched(path, lang)
    who = EVERYONE if everyone and film.people else film.main
    parts = segments(film.line(who))
    playlist = follow(parts, request, source)
    if as_object:
        print(safe(json.dumps(as_json(film, who, parts, playlist, lang), ensure_ascii=False, indent=2)))
    elif playlist:
        print(safe(as_text(film, parts, playlist, lang)))
    if playlist is None:
        print(i18n.translate("film.nobody", lang), file=sys.stderr)
        return NO_FACE_AT_ALL
    return 0


def follow(parts: Iterable[Segment], request: PlaylistRequest, source: Catalogue | None = None) -> Playlist | None:
    """Songs that go from mood to mood as a film does; None where it has none.

    Raises:
        ChoiceError: no song passes the filters.
    """
    moods = tuple(part.mood for part in parts)
    return choose(moods[0], replace(request, way=moods[1:]), source) if moods else None


def _watched(path: str | os.PathLike, lang: str) -> Film:
    """What `watch` gives; a terminal shows meanwhile how many seconds are read."""
    words, form = i18n.translate("film.progress", lang), "{desc} {bar} {n:.0f}/{total:.0f} s"
    with tqdm(desc=words, bar_format=form, total=1, disable=None, leave=False) as bar:

        def told(frame: Frame) -> None:
            bar.total = max(frame.total or 0, frame.seconds, 1)
            bar.update(frame.seconds - bar.n)

        return watch(path, told=told)


def as_json(film: Film, who: object, parts: Iterable[Segment], playlist: Playlist | None, lang: str) -> dict[str, Any]:
    """The whole answer for a film; `who` is whose mood it is, mood and playlist are None where nobody is seen."""
    return {
        "film": {"width": film.width, "height": film.height, "seconds": round(film.seconds, SECONDS_DECIMALS)},
        "people": film.people,
        "who": who,
        "segments": [_segment(part) for part in parts],
        **playlist_as_json(playlist and playlist.mood, playlist, lang),
        "moments": [_moment(moment) for moment in film.moments],
    }


def _segment(part: Segment) -> dict[str, Any]:
    return {
        "start": round(part.start, SECONDS_DECIMALS),
        "end": round(part.end, SECONDS_DECIMALS),
        "emotion": part.emotion.value,
        "probabilities": shares_as_json(part.expression),
        "mood": mood_as_json(part.mood),
    }


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "seconds": round(moment.seconds, SECONDS_DECIMALS),
        "faces": [
            {
                "person": person.number,
                "box": box_as_json(person.box),
                "emotion": person.emotion.value,
                "probabilities": shares_as_json(person.expression),
                "hints": [hint.value for hint in person.hints],
            }
            for person in moment.people
        ],
    }


def as_text(film: Film, parts: Iterable[Segment], playlist: Playlist, lang: str) -> str:
    """The answer for a person at a terminal."""
    time = clock(film.seconds)
    told = i18n.translate("terminal.film", lang, width=film.width, height=film.height, time=time, count=film.people)
    return "\n".join([told, "", *(_segment_line(part, lang) for part in parts), "", *playlist_lines(playlist, lang)])


def _segment_line(part: Segment, lang: str) -> str:
    name = i18n.translate(f"emotion.{part.emotion}", lang)
    share = part.expression.certainty
    times = f"{clock(part.start)} – {clock(part.end)}"
    return f"{times:13} {TRAITS[part.emotion].emoji} {name:10} {'█' * round(BAR_WIDTH * share)} {share:.0%}"


# --- a table -------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What became of films.

    Attributes:
        counts: how many have which status: `FACE` where anybody was seen, `NO_FACE`, or the code of a `VideoError`.
        problems: why some could not be read.
    """

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[VideoError] = field(default_factory=list)

    def summary(self, out: Path, lang: str) -> str:
        """The same for a person at a terminal."""
        faces, none = self.counts[FACE], self.counts[NO_FACE]
        bad = len(self.problems)
        done = i18n.translate("film.done", lang, out=out, faces=faces, none=none, unreadable=bad)
        return "\n".join(one_line(each) for each in (done, *(problem.sentence(lang) for problem in self.problems)))


def rows(paths: Iterable[Path], tally: Tally, lang: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, by `COLUMNS`, one film after the other; what becomes of them is added to `tally`.

    Raises:
        InstallationError: a package, or a network file, is missing.
    """
    for path in paths:
        file = safe(str(path))
        try:
            film = _watched(path, lang)
        except VideoError as error:
            tally.counts[error.code] += 1
            tally.problems.append(error)
            yield _row(file=file, status=error.code)
            continue
        tally.counts[FACE if film.people else NO_FACE] += 1
        for moment in film.moments:
            seconds = round(moment.seconds, SECONDS_DECIMALS)
            for person in moment.people:
                yield _row(file=file, status=FACE, seconds=seconds, **_cells(person))
            if not moment.people:
                yield _row(file=file, status=NO_FACE, seconds=seconds)


def _cells(person: Person) -> dict[str, Any]:
    return {
        "person": person.number,
        **dict(zip(BOX, box_as_json(person.box), strict=True)),
        **shares_as_json(person.expression),
        "emotion": person.emotion.value,
        "certainty": person.expression.clarity.value,
        "hints": [hint.value for hint in person.hints],
    }


def _row(**known: Any) -> dict[str, Any]:
    """A whole row: what is not known is None, hints are a list."""
    return {**dict.fromkeys(COLUMNS), "hints": [], **known}
