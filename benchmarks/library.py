"""How fast songs in a folder are heard, beside librosa's own way over the whole song.

    python -m benchmarks.library

One processor core, warm, a song of four minutes in stereo, synthesised, as MP3, FLAC, OGG and WAV. femr hears its
middle minute. The peer does what most notebooks do: librosa's `load`, `beat_track`, onsets, RMS, spectral centroid and
`chroma_cqt` with their defaults, over the whole song. Speeds are given twice, since femr leaves out three quarters of
the song: by the song's length, and by what was heard of it. The third line is the peer on the same minute, and shows
how much of the gain is no more than that. Processor time is what counts; wall time tells how busy the machine was.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
import soundfile

from femr.music.audio_file import EXCERPT_SECONDS, extract_features

SECONDS, RATE, ROUNDS = 240, 44_100, 5
SUFFIXES = (".mp3", ".flac", ".ogg", ".wav")


def main() -> None:
    """Time all, in turns, and print medians of processor and wall time."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    start = (SECONDS - EXCERPT_SECONDS) / 2
    ways: dict[str, tuple[Callable[[Path], object], float]] = {
        "femr": (extract_features, EXCERPT_SECONDS),
        "librosa, whole song": (peer, SECONDS),
        "librosa, same minute": (lambda path: peer(path, offset=start, duration=EXCERPT_SECONDS), EXCERPT_SECONDS),
    }
    samples = song()
    with tempfile.TemporaryDirectory() as folder:
        for suffix in SUFFIXES:
            path = Path(folder, f"song{suffix}")
            with soundfile.SoundFile(path, "w", RATE, 2) as file:
                for begin in range(0, len(samples), RATE):  # all at once overflows the Vorbis encoder's stack
                    file.write(samples[begin : begin + RATE])
            times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
            for turn in range(ROUNDS + 1):
                for name, (way, _) in ways.items():
                    taken = timed(way, path)
                    if turn:  # the first compiles
                        times[name].append(taken)
            print(suffix)
            for name, (_, heard) in ways.items():
                processor, wall = (statistics.median(each) for each in zip(*times[name], strict=True))
                print(
                    f"  {name:21} {processor:6.2f} s of processor, {wall:6.2f} s of wall time:"
                    f" {SECONDS / processor:6.0f} × by the song's length, {heard / processor:6.0f} × by what was heard"
                )


def timed(way: Callable[[Path], object], path: Path) -> tuple[float, float]:
    """Seconds of processor and wall time."""
    processor, wall = time.process_time(), time.perf_counter()
    way(path)
    return time.process_time() - processor, time.perf_counter() - wall


def peer(path: Path, offset: float = 0, duration: float | None = None) -> tuple[object, ...]:
    """The same five features with librosa's defaults."""
    samples, rate = librosa.load(path, offset=offset, duration=duration)
    tempo, _ = librosa.beat.beat_track(y=samples, sr=rate)
    return (
        tempo,
        librosa.feature.rms(y=samples).mean(),
        librosa.onset.onset_detect(y=samples, sr=rate),
        librosa.feature.chroma_cqt(y=samples, sr=rate).mean(1),
        librosa.feature.spectral_centroid(y=samples, sr=rate).mean(),
    )


def song() -> np.ndarray:
    """Chords with a drum on every beat, 120 a minute: float32 (N, 2)."""
    noise = np.random.default_rng(0)
    times = np.arange(RATE // 2) / RATE
    beats = []
    for beat in range(2 * SECONDS):
        chord = ((0, 4, 7), (7, 11, 14), (9, 12, 16), (5, 9, 12))[beat // 4 % 4]
        pitches = [261.63 * 2 ** (tone / 12) * partial for tone in chord for partial in (1, 2, 3, 4)]
        tone = sum(np.sin(2 * np.pi * pitch * times) * 300 / pitch for pitch in pitches) * np.exp(-2 * times)
        beats.append(tone + noise.standard_normal(len(times)) * np.exp(-60 * times))
    samples = np.concatenate(beats)
    return (0.5 / np.abs(samples).max() * np.stack([samples, 0.8 * samples], 1)).astype(np.float32)


if __name__ == "__main__":
    main()
