"""A folder of audio files -> a table of songs with valence and energy: `femr-library FOLDER`.

Finds what libsndfile reads (MP3, FLAC, OGG, Opus, WAV, AIFF …) and writes Exportify's columns, as far as they are
known, so that the page takes the table as a visitor's own songs. `audio_file` hears each song and `audio_features`
turns what was heard into valence and energy; no file leaves the machine. A table that is there already is continued:
its songs are not heard again, and stopping loses one at most. Files that cannot be used are counted by reason.

Exit codes: 0; 1 a package is missing; 2 wrong usage (no such folder, no audio in it); 5 the answer could not be
written; 130 stopped by Ctrl-C; 141 nobody reads the answer.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from femr import i18n
from femr.errors import FemrError, InstallationError, LibraryError
from femr.music.audio_features import AudioFeatures, valence_and_energy
from femr.music.audio_file import SUFFIXES, Tags, audio_packages, extract_features, load_tags, printable
from femr.music.exportify import Track, as_row, header, known_uris, table_writer
from femr.terminal import STOPPED, Parser, command, one_line

INSTALLATION, USAGE = 1, 2

EXIT_CODES = """exit codes: 0, 1 a package is missing, 2 wrong usage, 5 the answer could not be written,
130 stopped by Ctrl-C, 141 nobody reads the answer"""

FIELDS = ("uri", "title", "artists", "released", "genres", "energy", "valence", "tempo", "mode")
"""Exportify's fields that a file can tell. A table is continued only if it has these columns: keep them."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a folder's files: songs added to the table, those known to it, and why the others are not."""

    added: int
    known: int
    unusable: tuple[LibraryError, ...]

    def reasons(self) -> dict[str, int]:
        """How many files could not be used for each reason, an error's code; most first."""
        return dict(Counter(error.code for error in self.unusable).most_common())


def add_songs(folder: Path, out: Path, lang: str = i18n.DEFAULT_LANGUAGE) -> Added:
    """Hear the songs in `folder` that the table `out` does not hold, and add each as soon as it is heard.

    Raises:
        LibraryError: there is no such folder, no audio in it, or `out` is no such table or cannot be written.
        InstallationError: a package is missing.
    """
    files = find_audio(folder)
    known = _mend(out)
    with audio_packages():
        import librosa  # noqa: F401 - what is missing is said before the work begins
        import mutagen  # noqa: F401
        import soundfile  # noqa: F401
        from tqdm import tqdm
    new = [path for path in files if path.as_uri() not in known]
    unusable = []
    with _table_errors(out):
        file = out.open("a", encoding="utf-8", newline="")
    with file:
        table = table_writer(file, FIELDS)
        if file.tell() == 0:
            table.writeheader()
        for path in tqdm(new, desc=i18n.translate("library.progress", lang), disable=None):
            try:
                track = as_track(path, load_tags(path), extract_features(path), lang)
            except LibraryError as error:
                unusable.append(error)
                continue
            with _table_errors(out):
                table.writerow(as_row(track))
                file.flush()
    return Added(len(new) - len(unusable), len(files) - len(new), tuple(unusable))


def as_track(path: Path, tags: Tags, features: AudioFeatures, lang: str = i18n.DEFAULT_LANGUAGE) -> Track:
    """What the table holds of a song; an artist whom nobody knows has a name in the reader's language."""
    valence, energy = valence_and_energy(features)
    return Track(
        uri=path.as_uri(),
        title=tags.title,
        artists=tags.artists or (i18n.translate("library.unknown_artist", lang),),
        released=tags.released,
        genres=tags.genres,
        energy=round(energy, 3),
        valence=round(valence, 3),
        tempo=round(features.tempo, 1),
        mode=int(features.mode >= 0),
    )


def find_audio(folder: Path) -> list[Path]:
    """Audio files in a folder and the folders in it, in order; hidden ones are left out, as macOS puts shadows there.

    Raises:
        LibraryError: there is no such folder, or no audio in it.
    """
    if not folder.is_dir():
        raise LibraryError("library_folder", path=printable(folder))
    found = [Path(place, name) for place, _, names in os.walk(folder.resolve()) for name in names]
    named = [path for path in found if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")]
    audio = [path for path in named if path.is_file() or not path.exists()]  # no pipes: they may have no end
    if not audio:
        raise LibraryError("library_none", path=printable(folder), kinds=", ".join(SUFFIXES))
    return sorted(audio)


def _mend(out: Path) -> set[str]:
    """The URIs in the table, if there is one; a last line that was not finished is taken away."""
    if out.exists() and not (out.is_file() or out.is_dir()):  # a device or a pipe; a folder is told when it is opened
        raise LibraryError("library_foreign", path=printable(out))
    with _table_errors(out):
        data = out.read_bytes() if out.exists() else b""
        finished = data[: data.rfind(b"\n") + 1]
        known = known_uris(finished, FIELDS) if finished else set()
        begun = finished or ",".join(header(FIELDS)).encode().startswith(data.rstrip(b"\r"))
        if known is None or not begun:
            raise LibraryError("library_foreign", path=printable(out))
        if len(finished) < len(data):
            os.truncate(out, len(finished))
    return known


@contextmanager
def _table_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LibraryError("library_write", path=printable(out), problem=error.strerror or error) from error


# --- the command line ----------------------------------------------------------------------------


@command
def main(arguments: list[str] | None = None) -> int:
    """Answer for the command line `arguments`; the exit code."""
    options = _parser().parse_args(arguments)
    lang, out = options.lang, one_line(str(options.out))
    try:
        result = add_songs(options.folder, options.out, lang)
    except FemrError as error:
        print(_line(error, lang), file=sys.stderr)
        return INSTALLATION if isinstance(error, InstallationError) else USAGE
    except KeyboardInterrupt:
        print(f"\n{i18n.translate('library.stopped', lang, out=out)}", file=sys.stderr)
        return STOPPED
    print(i18n.translate("library.done", lang, out=out, added=result.added, known=result.known))
    if result.unusable:
        print(i18n.translate("library.unreadable", lang, count=len(result.unusable)), file=sys.stderr)
        reasons = result.reasons().items()
        said = (i18n.translate(f"library.reason.{code}", lang, count=count) for code, count in reasons)
        print(*(f"  {reason}" for reason in said), sep="\n", file=sys.stderr)
        print(*(f"  {_line(error, lang)}" for error in result.unusable), sep="\n", file=sys.stderr)
    return 0


def _line(error: FemrError, lang: str) -> str:
    return one_line(error.sentence(lang))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="femr-library",
        description="Hear the songs in a folder and write a table for the page.",
        epilog=EXIT_CODES,
    )
    parser.add_argument(
        "folder", type=Path, help="where the songs are (MP3, FLAC, OGG, WAV, AIFF …), with the folders in it"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("songs.csv"), help="the table to begin or go on with (%(default)s)"
    )
    parser.add_argument("--lang", choices=i18n.LANGUAGES, default=i18n.DEFAULT_LANGUAGE, help="(%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
