"""How far femr's places of songs agree with somebody else's: valence and arousal that listeners' words give.

    python -m benchmarks.song_places train.csv validation.csv test.csv

The files are those of deezer/deezer_mood_detection_dataset (R. Delbouys et al., "Music mood detection based on audio
and lyrics with deep neural net", ISMIR 2018), or any with the columns `artist_name`, `track_name`, `valence` and
`arousal`. Songs are joined where artist and title are the same, but for case and punctuation. Their numbers come from
tags of Last.fm's listeners, femr's from Spotify or from our own ears: neither is the truth. What disagrees most is
worth a second look.
"""

import argparse
import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from femr.music.catalogue import Song, catalogue

SHOWN = 30


class Judged(NamedTuple):
    """A song, and where the others say that it lies: two numbers on a scale of their own."""

    song: Song
    valence: float
    arousal: float


def main() -> None:
    """Print the agreement, then the songs that disagree most."""
    parser = argparse.ArgumentParser(description="Compare the places of songs with those of another set.")
    parser.add_argument("files", nargs="+", type=Path, help="CSV files with artist_name, track_name, valence, arousal")
    judged = joined(rows(parser.parse_args().files))
    if len(judged) < 3:
        sys.exit(f"{len(judged)} songs are in both: too few to compare.")
    for source in ("spotify", "rated", None):
        print_agreement(source or "all", [each for each in judged if source in (None, each.song.source)])
    print(f"\nThe {SHOWN} that disagree most, by standard deviations: valence, energy | theirs")
    ours, theirs = standard(places(judged)), standard(others(judged))
    for index in np.argsort(-np.hypot(*(ours - theirs).T))[:SHOWN]:
        song = judged[index].song
        labels = ", ".join(song.emotions)
        figures = "{:5.1f} {:5.1f} | {:5.1f} {:5.1f}".format(*ours[index], *theirs[index])
        print(f"  {figures}  {song.title} - {song.artist} ({song.source}; {labels})")


def rows(files: Iterable[Path]) -> list[dict[str, str]]:
    """The rows of all files."""
    found = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as text:
            found += list(csv.DictReader(text))
    return found


def joined(theirs: Iterable[dict[str, str]]) -> list[Judged]:
    """The catalogue's songs that others have judged; of several judgements of a song, the first."""
    known = {(core(song.title), core(artist)): song for song in catalogue().songs for artist in song.artists}
    found: dict[str, Judged] = {}
    for row in theirs:
        song = known.get((core(row["track_name"]), core(row["artist_name"])))
        if song:
            found.setdefault(song.key, Judged(song, float(row["valence"]), float(row["arousal"])))
    return list(found.values())


def core(text: str) -> str:
    """Letters and digits alone."""
    return "".join(filter(str.isalnum, text.casefold()))


def places(judged: list[Judged]) -> np.ndarray:
    """Our valence and energy: (N, 2)."""
    return np.array([(each.song.valence, each.song.energy) for each in judged])


def others(judged: list[Judged]) -> np.ndarray:
    """Their valence and arousal: (N, 2)."""
    return np.array([(each.valence, each.arousal) for each in judged])


def standard(values: np.ndarray) -> np.ndarray:
    """Values (N, 2) in standard deviations from their mean."""
    return (values - values.mean(axis=0)) / values.std(axis=0)


def print_agreement(name: str, judged: list[Judged]) -> None:
    """Pearson's correlations."""
    if len(judged) < 3:
        print(f"{name:8} {len(judged):4} songs")
        return
    ours, theirs = places(judged).T, others(judged).T
    valence, arousal = (np.corrcoef(one, other)[0, 1] for one, other in zip(ours, theirs, strict=True))
    print(f"{name:8} {len(judged):4} songs: r = {valence:.2f} of valence, {arousal:.2f} of energy and arousal")


if __name__ == "__main__":
    main()
