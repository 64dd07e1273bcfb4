"""A folder of audio files -> songs with valence and energy: `femr-library FOLDER`.

Reads MP3, FLAC, OGG and WAV files and writes the columns that Exportify writes, as far as they are known, so that the
page reads the table as a visitor's own songs. What needs librosa is in requirements-audio.txt.

Each song's middle minute is heard, and `femr.sound.place` turns what was heard into valence and energy; no file leaves
the machine. A table that is there already is continued: its songs are not heard again, and stopping loses one at most.

Exit codes: 0; 1 a package is missing; 2 wrong usage (no such folder, no audio in it); 130 stopped by Ctrl-C.
"""

import argparse
import csv
import math
import os
import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from femr import i18n
from femr.errors import FemrError, InstallationError, LibraryError
from femr.music.audio_features import COLUMNS, Label, Sound, major_or_minor, row

INSTALLATION, USAGE, STOPPED = 1, 2, 130

KINDS = (".mp3", ".flac", ".ogg", ".wav")
"""Files that are read, by the end of their name."""

EXCERPT = 60
"""Seconds that are heard, from the middle of a song."""

SHORTEST = 5
"""Seconds below which no tempo or key can be told."""

RATE, HOP = 22_050, 512
"""Samples a second, and between two spectra, of what is analysed."""

SILENCE = -70
"""An excerpt is silent below this loudness, in dB."""

LONGEST = 300
"""Characters of a tag that are kept."""


# --- a file -> what is heard ---------------------------------------------------------------------


def listen(path: Path) -> Sound:
    """Hear the middle of a song.

    Raises:
        LibraryError: it cannot be decoded, is too short, or silent.
        InstallationError: librosa is missing.
    """
    with _audio_packages():
        import librosa
        import soundfile
    try:
        with soundfile.SoundFile(path) as file:
            promised, rate = file.frames, file.samplerate
            file.seek(max(0, (promised - EXCERPT * rate) // 2))
            samples = file.read(EXCERPT * rate, dtype="float32", always_2d=True)  # (N, channels)
    except soundfile.SoundFileError as error:
        raise LibraryError("audio_damaged", name=_shown(path)) from error
    if promised < SHORTEST * rate:
        raise LibraryError("audio_short", name=_shown(path), seconds=promised / rate, least=SHORTEST)
    if len(samples) < SHORTEST * rate or not np.isfinite(samples).all():
        raise LibraryError("audio_damaged", name=_shown(path))
    mono = samples.mean(1)
    if _decibels(mono) < SILENCE:
        raise LibraryError("audio_silent", name=_shown(path))
    # The loudness of the channels, not of their mean: in that, what is wide in stereo cancels out.
    return _describe(librosa.resample(mono, orig_sr=rate, target_sr=RATE), _decibels(samples))


def _decibels(samples: np.ndarray) -> float:
    return 10 * math.log10(max(float(np.mean(np.square(samples, dtype=np.float64))), 1e-20))


def _describe(samples: np.ndarray, loudness: float) -> Sound:
    """What is heard in samples (N,) at `RATE`."""
    import librosa

    spectra = np.abs(librosa.stft(samples, hop_length=HOP))  # (1025, frames)
    mel = librosa.power_to_db(librosa.feature.melspectrogram(S=spectra**2, sr=RATE))
    rises = librosa.onset.onset_strength(S=mel, sr=RATE, hop_length=HOP)  # spectral flux
    onsets = librosa.onset.onset_detect(onset_envelope=rises, sr=RATE, hop_length=HOP)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Trying to estimate tuning")  # where nothing has a pitch
        chroma = librosa.feature.chroma_stft(S=spectra, sr=RATE).mean(1)  # magnitudes: chords, not bass alone
    return Sound(
        tempo=_tempo(rises),
        loudness=loudness,
        onsets=len(onsets) * RATE / len(samples),
        major=major_or_minor(chroma) if np.ptp(chroma) > 0 else 0.0,
        brightness=float(librosa.fft_frequencies(sr=RATE) @ spectra.sum(1) / spectra.sum()),
    )


def _tempo(rises: np.ndarray) -> float:
    """Beats a minute: the slope of the beats' times, which is finer than librosa's steps of some 3 %."""
    import librosa

    tempo, beats = librosa.beat.beat_track(onset_envelope=rises, sr=RATE, hop_length=HOP)
    if len(beats) < 4:
        return float(np.squeeze(tempo))
    return 60 * RATE / HOP / float(np.polyfit(np.arange(len(beats)), beats, 1)[0])


@contextmanager
def _audio_packages() -> Iterator[None]:
    try:
        yield
    except (ImportError, OSError) as error:  # OSError: soundfile without libsndfile
        raise InstallationError("audio_package", package=getattr(error, "name", None) or "librosa") from error


# --- a file -> what it is called -----------------------------------------------------------------


TAGS = {
    "title": ("title", "TIT2"),
    "artists": ("artist", "TPE1"),
    "released": ("date", "TDRC"),
    "genres": ("genre", "TCON"),
}
"""Names of the tags: those of Vorbis comments, which mutagen gives ID3 as well, and those of ID3 in WAV."""

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_TRACK_NUMBER = re.compile(r"\d{1,3}(?:\.| -|-)\s+")


def read_label(path: Path) -> Label:
    """What the tags say; where they do not, what the file's name says: "Artist - Title.mp3", or "Title.mp3"."""
    with _audio_packages():
        import mutagen
    try:
        tags = getattr(mutagen.File(path, easy=True), "tags", None) or {}
    except mutagen.MutagenError:
        tags = {}
    told = {field: [text for name in names for text in _texts(tags, name)] for field, names in TAGS.items()}
    by_name = name_label(path)
    date = _DATE.match(told["released"][0]) if told["released"] else None
    return Label(
        title=told["title"][0] if told["title"] else by_name.title,
        artists=_parts(told["artists"]) or by_name.artists,
        released=date[0] if date else "",
        genres=_parts(told["genres"]),
    )


def name_label(path: Path) -> Label:
    """What a file's name says, less the number of the track."""
    stem = _tidy(_shown(path.stem))
    stem = _TRACK_NUMBER.sub("", stem, count=1) or stem if _TRACK_NUMBER.match(stem) else stem
    artist, dash, title = map(str.strip, stem.partition(" - "))
    return Label(title, (artist,), "", ()) if dash and artist and title else Label(stem, (), "", ())


def _texts(tags: Mapping[str, Any], name: str) -> list[str]:
    """The texts of one tag that are not empty."""
    value = tags.get(name, [])
    return [text for each in getattr(value, "text", value) if (text := _tidy(str(each)))]


def _parts(texts: Iterable[str]) -> tuple[str, ...]:
    """Names, some of them in one text: mutagen parts them by NUL, people by semicolons."""
    return tuple(dict.fromkeys(name for text in texts for part in text.split(";") if (name := part.strip())))


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", ";").split())[:LONGEST].strip()


def _shown(path: str | Path) -> str:
    """A path that can be printed: a file's name may hold bytes that are no text."""
    return os.fsencode(path).decode("utf-8", "replace")


# --- a folder -> a table -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a folder's files: songs added to the table, those known to it, and why the others are not."""

    added: int
    known: int
    unreadable: tuple[LibraryError, ...]


def add_songs(folder: Path, out: Path, lang: str = i18n.DEFAULT_LANGUAGE) -> Added:
    """Hear the songs in `folder` that the table `out` does not hold, and add each as soon as it is heard.

    Raises:
        LibraryError: there is no such folder, no audio in it, or `out` is no such table or cannot be written.
        InstallationError: a package is missing.
    """
    files = find_audio(folder)
    known = _mend(out)
    with _audio_packages():
        import librosa  # noqa: F401 - what is missing is said before the work begins
        import mutagen  # noqa: F401
        import soundfile  # noqa: F401
        from tqdm import tqdm
    new = [path for path in files if path.as_uri() not in known]
    unreadable = []
    with _table_errors(out):
        file = out.open("a", encoding="utf-8", newline="")
    with file:
        table = csv.writer(file)
        if file.tell() == 0:
            table.writerow(COLUMNS)
        for path in tqdm(new, desc=i18n.translate("library.progress", lang), disable=None):
            try:
                line = row(path, read_label(path), listen(path), lang)
            except LibraryError as error:
                unreadable.append(error)
                continue
            with _table_errors(out):
                table.writerow(line)
                file.flush()
    return Added(len(new) - len(unreadable), len(files) - len(new), tuple(unreadable))


def find_audio(folder: Path) -> list[Path]:
    """Audio files in a folder and the folders in it, in order; hidden ones are left out, as macOS puts shadows there.

    Raises:
        LibraryError: there is no such folder, or no audio in it.
    """
    if not folder.is_dir():
        raise LibraryError("library_folder", path=_shown(folder))
    found = [Path(place, name) for place, _, names in os.walk(folder.resolve()) for name in names]
    audio = [path for path in found if path.suffix.lower() in KINDS and not path.name.startswith(".")]
    if not audio:
        raise LibraryError("library_none", path=_shown(folder), kinds=", ".join(KINDS))
    return sorted(audio)


def _mend(out: Path) -> set[str]:
    """The URIs in the table, if there is one; a last line that was not finished is taken away."""
    with _table_errors(out):
        data = out.read_bytes() if out.exists() else b""
        finished = data[: data.rfind(b"\n") + 1]
        known = _uris(finished) if finished else set()
        begun = finished or ",".join(COLUMNS).encode().startswith(data.rstrip(b"\r"))
        if known is None or not begun:
            raise LibraryError("library_foreign", path=_shown(out))
        if len(finished) < len(data):
            os.truncate(out, len(finished))
    return known


def _uris(data: bytes) -> set[str] | None:
    """The URIs in a table of ours; None where it is none."""
    try:
        lines = csv.DictReader(data.decode("utf-8-sig").splitlines())
        return {line[COLUMNS[0]] for line in lines} if tuple(lines.fieldnames or ()) == COLUMNS else None
    except (UnicodeDecodeError, csv.Error):
        return None


@contextmanager
def _table_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LibraryError("library_write", path=_shown(out), problem=error.strerror or error) from error


# --- the command line ----------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    """Answer for the command line `arguments`; the exit code."""
    options = _parser().parse_args(arguments)
    lang, out = options.lang, _shown(options.out)
    try:
        result = add_songs(options.folder, options.out, lang)
    except FemrError as error:
        print(_line(error, lang), file=sys.stderr)
        return INSTALLATION if isinstance(error, InstallationError) else USAGE
    except KeyboardInterrupt:
        print(f"\n{i18n.translate('library.stopped', lang, out=out)}", file=sys.stderr)
        return STOPPED
    print(i18n.translate("library.done", lang, out=out, added=result.added, known=result.known))
    if result.unreadable:
        print(i18n.translate("library.unreadable", lang, count=len(result.unreadable)), file=sys.stderr)
        print(*(f"  {_line(error, lang)}" for error in result.unreadable), sep="\n", file=sys.stderr)
    return 0


def _line(error: FemrError, lang: str) -> str:
    return " ".join(error.sentence(lang).split())  # one line, whatever the file's name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="femr-library", description="Hear the songs in a folder and write a table for the page."
    )
    parser.add_argument("folder", type=Path, help="where the songs are (MP3, FLAC, OGG, WAV), with the folders in it")
    parser.add_argument(
        "--out", type=Path, default=Path("songs.csv"), help="the table to begin or go on with (%(default)s)"
    )
    parser.add_argument("--lang", choices=i18n.LANGUAGES, default=i18n.DEFAULT_LANGUAGE, help="(%(default)s)")
    return parser


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):  # Windows would write in its own code page, or fail
        stream.reconfigure(encoding="utf-8")
    sys.exit(main())
