"""A photo's reading and playlist in a terminal: `python -m femr PHOTO`.

Exit codes: 0; 1 a fault of the installation; 2 wrong usage; 3 the file is no usable photo; 4 no face in it.
"""

import argparse
import json
import sys

import femr
from femr import words
from femr.answer import as_json, report
from femr.playlist import DEFAULT_SONGS, MAX_SONGS, MIN_SONGS, Goal, check_choices

INSTALLATION, USAGE, NO_PHOTO, NO_FACE = 1, 2, 3, 4


def main(arguments: list[str] | None = None) -> int:
    """Answer for the command line `arguments`; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        check_choices(options.goal, options.songs, options.seed)
        reading = femr.analyze(options.photo)
        playlist = femr.recommend(reading.mood, options.goal, options.songs, options.seed) if reading.mood else None
    except femr.FemrError as error:
        print(" ".join(error.sentence(options.lang).split()), file=sys.stderr)  # one line, whatever the file's name
        codes = {femr.PhotoError: NO_PHOTO, femr.ChoiceError: USAGE}
        return codes.get(type(error), INSTALLATION)
    if options.json:
        print(json.dumps(as_json(reading, playlist, options.lang), ensure_ascii=False, indent=2))
    elif playlist:
        print(report(reading, playlist, options.lang))
    if playlist is None:
        print(words.say("no_face", options.lang), file=sys.stderr)
        return NO_FACE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m femr", description="Read a face and choose music for it.")
    parser.add_argument("photo", help="a picture with a face")
    parser.add_argument(
        "--goal",
        choices=[goal.value for goal in Goal],
        default=Goal.MATCH.value,
        help="where the music goes (%(default)s)",
    )
    parser.add_argument(
        "--songs",
        type=int,
        default=DEFAULT_SONGS,
        help=f"how many songs, {MIN_SONGS} to {MAX_SONGS} (%(default)s)",
    )
    parser.add_argument("--seed", type=int, help="the same seed gives the same songs")
    parser.add_argument("--lang", choices=words.LANGUAGES, default=words.DEFAULT_LANGUAGE, help="(%(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):  # Windows would write emoji in its own code page, or fail
        stream.reconfigure(encoding="utf-8")
    sys.exit(main())
