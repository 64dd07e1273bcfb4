"""A photo's reading and playlist in a terminal: `femr PHOTO`, or `python -m femr PHOTO`.

`femr learn` learns a face, and `femr mcp` serves agents.

`femr FOLDER… --csv OUT` reads many photos into a table: `table`. `femr CLIP.mp4` reads a film: `clips`.

Exit codes: 0; 1 a fault of the installation; 2 wrong usage; 3 the file is no usable photo; 4 no face in it; 5 the
answer could not be written; 130 stopped by Ctrl-C; 141 nobody reads the answer to its end.
"""

import argparse
import json
import os
import sys
from itertools import pairwise
from pathlib import Path

import femr
from femr import clips, i18n, learn, service
from femr.errors import ChoiceError, InstallationError, LibraryError
from femr.music.exportify import OwnSongs, load_own_songs
from femr.music.playlist import DEFAULT_SONGS, MAX_SONGS, MIN_SONGS, Goal
from femr.report import as_json, as_text
from femr.terminal import NO_FACE, Parser, command, named, read_input, read_photo, safe, say

EXIT_CODES = """exit codes: 0, 1 a fault of the installation, 2 wrong usage, 3 no usable photo, 4 no face in it,
5 the answer could not be written, 130 stopped by Ctrl-C, 141 nobody reads the answer to its end"""


@command
def main(arguments: list[str] | None = None) -> int:
    """Answer for the command line `arguments`; the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["learn"]:
        return learn.main(given[1:])
    if given[:1] == ["mcp"]:
        return _serve_agents(given[1:])
    if asks_for_a_table(given):
        from femr import table

        return table.main(given)
    options = _parser().parse_args(given)
    try:
        request = service.PlaylistRequest.from_text(
            options.goal,
            options.songs,
            options.seed,
            languages=options.languages,
            genres=options.genres,
            years=options.years,
            no_explicit=options.no_explicit,
        )
        own = load_own_songs_at(options.library) if options.library else None
        if clips.is_film(options.photo):
            return _tell_film(options, request, own)
        profile = learn.load_profile(options.profile) if options.profile else None
        with named(os.path.basename(options.photo)):
            photo = read_photo(options.photo)
            answer = service.answer(
                photo, request, everyone=options.everyone, source=own and own.catalogue, profile=profile
            )
    except femr.FemrError as error:
        return say(error, options.lang)
    if options.json:
        print(safe(json.dumps(as_json(answer.reading, answer.playlist, options.lang), ensure_ascii=False, indent=2)))
    elif answer.playlist:
        print(safe(as_text(answer.reading, answer.playlist, options.lang)))
    if answer.playlist is None:
        print(i18n.translate("no_face", options.lang), file=sys.stderr)
        return NO_FACE
    return 0


def _tell_film(options: argparse.Namespace, request: service.PlaylistRequest, own: OwnSongs | None) -> int:
    if options.profile:
        raise ChoiceError("film_profile")
    return clips.tell(
        options.photo,
        request,
        own and own.catalogue,
        everyone=options.everyone,
        as_object=options.json,
        lang=options.lang,
    )


def asks_for_a_table(given: list[str]) -> bool:
    """Whether many photos are meant: `--json` alone prints one photo's answer, with a file it writes a table."""
    if any(word.partition("=")[0] in ("--csv", "--parquet") or word.startswith("--json=") for word in given):
        return True
    followed = any(word == "--json" and not after.startswith("-") for word, after in pairwise(given))
    return followed and bool(_parser().parse_known_args(given)[1])


def _serve_agents(arguments: list[str]) -> int:
    try:
        from femr import mcp_server  # what it needs is an extra
    except ImportError as error:
        if not (error.name or "").startswith("mcp"):
            raise
        return say(InstallationError("mcp_package"), i18n.DEFAULT_LANGUAGE)
    return mcp_server.main(arguments)


def load_own_songs_at(path: Path) -> OwnSongs:
    """A visitor's own songs, from a file.

    Raises:
        LibraryError: there is no such file, or it holds no songs.
    """
    try:
        data = read_input(path)
    except (OSError, ValueError) as error:
        raise LibraryError("own_songs_missing", path=path) from error
    return load_own_songs(data)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="femr",
        description="Read a face and choose music for it. To learn your face: femr learn --help. For agents: "
        "femr mcp --help. To read the photos below folders into a table: "
        "femr FOLDER... --csv|--json|--parquet OUT [--workers N].",
        epilog=EXIT_CODES,
    )
    parser.add_argument("photo", help="a picture or a film with a face; /dev/stdin for a picture that comes by a pipe")
    parser.add_argument("--everyone", action="store_true", help="play for all faces together, not for the largest")
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
    parser.add_argument("--languages", default="", help="of the lyrics, such as en,id; zxx for instrumentals (all)")
    parser.add_argument("--genres", default="", help="such as rock,pop (all)")
    parser.add_argument("--years", default="", help="of release, such as 1980-1999 (all)")
    parser.add_argument("--no-explicit", action="store_true", help="only songs known not to be explicit")
    parser.add_argument("--library", type=Path, help="your own songs: a CSV of Exportify or of femr-library")
    parser.add_argument("--profile", type=Path, help="of the person with the largest face, as femr learn wrote it")
    parser.add_argument("--lang", choices=i18n.LANGUAGES, default=i18n.DEFAULT_LANGUAGE, help="(%(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
