"""An audio file -> its features and its tags. What needs librosa is in requirements-audio.txt.

`extract_features` decodes the middle minute of a song and measures what is heard in it; `load_tags` says what the song
is called. Neither keeps anything of the file.
"""

import math
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from femr.errors import InstallationError, LibraryError
from femr.music.audio_features import AudioFeatures, relative_mode

DECODED = (".mp3", ".flac", ".ogg", ".oga", ".opus", ".wav", ".aif", ".aiff", ".aifc", ".caf", ".au", ".snd", ".w64")
"""Kinds of music that libsndfile decodes, by the end of a name (its documentation, "formats")."""

SELDOM_DECODED = (".m4a", ".aac", ".wma")
"""Kinds that only some builds of it do; where one does not, this is said."""

SUFFIXES = DECODED + SELDOM_DECODED
"""What is taken for music."""

EXCERPT_SECONDS = 60
"""What is heard of a song, from its middle."""

MIN_SECONDS = 5
"""Below this no tempo or key can be told."""

SAMPLE_RATE, HOP_LENGTH = 22_050, 512
"""Samples a second of what is analysed, and samples from one spectrum to the next: librosa's own choice."""

SILENCE_DB = -70
"""An excerpt is silent below this loudness."""

MAX_TAG_LENGTH = 300
"""Characters of a tag that are kept."""


@contextmanager
def audio_packages() -> Iterator[None]:
    """Where librosa, soundfile and mutagen are imported: one that is missing is a fault of the installation.

    Raises:
        InstallationError: a package is missing; says which, and how to install it.
    """
    try:
        yield
    except (ImportError, OSError) as error:  # OSError: soundfile without libsndfile
        raise InstallationError("audio_package", package=getattr(error, "name", None) or "librosa") from error


def printable(path: str | Path) -> str:
    """A path that can be printed: a name whose bytes are no UTF-8 is one from an older Windows."""
    return "/".join(map(_as_text, os.fsencode(path).split(b"/")))


def _as_text(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("cp1252", "replace")


# --- what is heard -------------------------------------------------------------------------------


def extract_features(path: Path) -> AudioFeatures:
    """Decode the middle of a song and measure what is heard in it.

    Raises:
        LibraryError: it is damaged, of a kind that cannot be decoded, too short, or silent.
        InstallationError: librosa is missing.
    """
    with audio_packages():
        import librosa
    samples, rate = _decode_excerpt(path)
    mono = samples.mean(1)
    if _decibels(mono) < SILENCE_DB:
        raise LibraryError("audio_silent", name=printable(path))
    # The loudness of the channels, not of their mean: in that, what is wide in stereo cancels out.
    return _analyse(librosa.resample(mono, orig_sr=rate, target_sr=SAMPLE_RATE), _decibels(samples))


def _decode_excerpt(path: Path) -> tuple[np.ndarray, int]:
    """The middle `EXCERPT_SECONDS` of a song: float32 (N, channels), −1…1; and its sample rate."""
    with audio_packages():
        import soundfile
    name: Any = os.fsencode(path)  # bytes, of which a name may hold any; soundfile's types tell only of text
    try:
        with soundfile.SoundFile(name) as file:
            promised, rate = file.frames, file.samplerate
            file.seek(max(0, (promised - EXCERPT_SECONDS * rate) // 2))
            samples = file.read(EXCERPT_SECONDS * rate, dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        if path.suffix.lower() in SELDOM_DECODED:
            raise LibraryError("audio_kind", name=printable(path)) from error
        raise LibraryError("audio_damaged", name=printable(path)) from error
    if promised < MIN_SECONDS * rate:
        raise LibraryError("audio_short", name=printable(path), seconds=promised / rate, least=MIN_SECONDS)
    if len(samples) < MIN_SECONDS * rate or not np.isfinite(samples).all():
        raise LibraryError("audio_damaged", name=printable(path))
    return samples, rate


def _decibels(samples: np.ndarray) -> float:
    return 10 * math.log10(max(float(np.mean(np.square(samples, dtype=np.float64))), 1e-20))


def _analyse(samples: np.ndarray, loudness: float) -> AudioFeatures:
    """What is heard in samples (N,) at `SAMPLE_RATE`."""
    import librosa

    spectra = np.abs(librosa.stft(samples, hop_length=HOP_LENGTH))  # (1025, frames)
    mel = librosa.power_to_db(librosa.feature.melspectrogram(S=spectra**2, sr=SAMPLE_RATE))
    envelope = librosa.onset.onset_strength(S=mel, sr=SAMPLE_RATE, hop_length=HOP_LENGTH)  # spectral flux
    onsets = librosa.onset.onset_detect(onset_envelope=envelope, sr=SAMPLE_RATE, hop_length=HOP_LENGTH)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Trying to estimate tuning")  # where nothing has a pitch
        chroma = librosa.feature.chroma_stft(S=spectra, sr=SAMPLE_RATE).mean(1)  # magnitudes: chords, not bass alone
    return AudioFeatures(
        tempo=_tempo(envelope),
        loudness=loudness,
        onset_rate=len(onsets) * SAMPLE_RATE / len(samples),
        mode=relative_mode(chroma) if np.ptp(chroma) > 0 else 0.0,
        brightness=float(librosa.fft_frequencies(sr=SAMPLE_RATE) @ spectra.sum(1) / spectra.sum()),
    )


def _tempo(envelope: np.ndarray) -> float:
    """Beats a minute: the slope of the beats' times, which is finer than librosa's steps of some 3 %."""
    import librosa

    tempo, beats = librosa.beat.beat_track(onset_envelope=envelope, sr=SAMPLE_RATE, hop_length=HOP_LENGTH)
    if len(beats) < 4:
        return float(np.squeeze(tempo))
    return 60 * SAMPLE_RATE / HOP_LENGTH / float(np.polyfit(np.arange(len(beats)), beats, 1)[0])


# --- what it is called ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tags:
    """What a song is called; `released` is a date or year, and empty where unknown, as `artists` and `genres` are."""

    title: str
    artists: tuple[str, ...]
    released: str
    genres: tuple[str, ...]


TAG_NAMES = {
    "title": ("title", "TIT2"),
    "artists": ("artist", "TPE1"),
    "released": ("date", "TDRC"),
    "genres": ("genre", "TCON"),
}
"""Names of the tags: those of Vorbis comments, which mutagen gives ID3 as well, and those of ID3 in WAV."""

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_TRACK_NUMBER = re.compile(r"^\d{1,3}(?:\.| -|-)\s+")


def load_tags(path: Path) -> Tags:
    """What the tags say; where they do not, what the file's name says: "Artist - Title.mp3", or "Title.mp3".

    Raises:
        InstallationError: mutagen is missing.
    """
    with audio_packages():
        import mutagen
    try:
        found = getattr(mutagen.File(path, easy=True), "tags", None) or {}
    except mutagen.MutagenError:
        found = {}
    told = {field: [text for name in names for text in _texts(found, name)] for field, names in TAG_NAMES.items()}
    by_name = tags_from_name(path)
    date = _DATE.match(told["released"][0]) if told["released"] else None
    return Tags(
        title=told["title"][0] if told["title"] else by_name.title,
        artists=_names(told["artists"]) or by_name.artists,
        released=date[0] if date else "",
        genres=_names(told["genres"]),
    )


def tags_from_name(path: Path) -> Tags:
    """What a file's name says, less the number of the track."""
    stem = _tidy(printable(path.stem))
    stem = _TRACK_NUMBER.sub("", stem) or stem
    artist, dash, title = map(str.strip, stem.partition(" - "))
    return Tags(title, (artist,), "", ()) if dash and artist and title else Tags(stem, (), "", ())


def _texts(tags: Mapping[str, Any], name: str) -> list[str]:
    """The texts of one tag that are not empty."""
    value = tags.get(name, [])
    return [text for each in getattr(value, "text", value) if (text := _tidy(str(each)))]


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    """Names, some of them in one text: mutagen parts them by NUL, people by semicolons."""
    return tuple(dict.fromkeys(name for text in texts for part in text.split(";") if (name := part.strip())))


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", ";").split())[:MAX_TAG_LENGTH].strip()
