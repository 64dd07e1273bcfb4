"""How playlists compare with a fixed list for each label, and what they cost as the catalogue grows.

python -m benchmarks.playlists [--largest 500000]

The peer is what most projects of this kind do: take songs that an editor has filed under the label, at random. Both
choose from the same catalogue.
"""

import argparse
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable

import numpy as np

from femr.emotions import EMOTIONS, Emotion
from femr.mood import Expression
from femr.music.catalogue import Catalogue, Song, catalogue
from femr.music.playlist import Goal, recommend

SEEDS = range(100)
SONGS = 10
TIMED_SONGS, TIMES = 20, 15
SIZES = (1_500, 50_000, 500_000)
MEASURED_SIZE = 50_000

MATCH_SEEDS = range(200)
MIXED, CONCENTRATION = "mixed", 0.6
"""A mood whose shares are another with each seed, from a Dirichlet distribution: one or two emotions lead mostly."""

BEFORE = {
    "Angry": (0.151, 0.392, 9.99, 6.24, 0.0753),
    "Fear": (0.164, 0.450, 9.99, 6.87, 0.0750),
    "Happy": (0.082, 0.407, 10.00, 7.93, 0.0338),
    "Neutral": (0.075, 0.403, 10.00, 7.72, 0.0386),
    "Sad": (0.073, 0.378, 10.00, 7.29, 0.0321),
    "Surprise": (0.052, 0.355, 10.00, 7.07, 0.0477),
    MIXED: (0.132, 0.371, 9.99, 7.52, 0.0186),
}
"""What `print_match` printed of the selection's version 3 and the 977 songs that it chose from."""

Recommender = Callable[[Emotion, Goal, int], tuple[Song, ...]]


def main() -> None:
    """Print quality, time and memory."""
    parser = argparse.ArgumentParser(description="Compare playlists with a fixed list for each label.")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="songs in the largest catalogue (%(default)s)")
    options = parser.parse_args()
    print_quality()
    print_match()
    print_times([size for size in SIZES if size <= options.largest])
    print_memory()


# --- quality -------------------------------------------------------------------------------------


def by_femr(emotion: Emotion, goal: Goal, seed: int) -> tuple[Song, ...]:
    """The songs that femr recommends."""
    return recommend(emotion, goal, SONGS, seed).songs


def by_label(emotion: Emotion, goal: Goal, seed: int) -> tuple[Song, ...]:  # noqa: ARG001
    """The peer's: it knows no path from one mood to another, so that the goal changes nothing."""
    songs = [song for song in catalogue().songs if emotion in song.emotions]
    return tuple(songs[i] for i in np.random.default_rng(seed).choice(len(songs), SONGS, replace=False))


def quality(recommender: Recommender, emotion: Emotion, goal: Goal) -> list[float]:
    """What `print_quality` prints, in its order."""
    playlists = [recommender(emotion, goal, seed) for seed in SEEDS]
    targets = recommend(emotion, goal, SONGS, 0).targets
    places = np.array([[song.place for song in songs] for songs in playlists])  # (seeds, songs, 2)
    return [
        float(np.linalg.norm(places - targets, axis=2).mean()),
        float(np.abs(np.diff(places, axis=1)).max() / 2),
        float(np.mean([len({song.artists[0] for song in songs}) for songs in playlists])),
        float(np.mean([len({song.genre for song in songs}) for songs in playlists])),
        repeated(playlists),
    ]


def repeated(playlists: list[tuple[Song, ...]]) -> float:
    """The share of a playlist's songs that another holds too, mean over all pairs of them."""
    times = np.array(list(Counter(song.key for songs in playlists for song in songs).values()))
    pairs = len(playlists) * (len(playlists) - 1)
    return float((times * (times - 1)).sum() / pairs / SONGS)


def print_quality() -> None:
    """A line for each emotion and goal: femr, then the peer."""
    print(f"{SONGS} songs of {len(catalogue())}, {len(SEEDS)} seeds; femr | songs with the label, at random")
    print("  distance: mean, of a song to its target on the plane (2 by 2)")
    print("  artists: those that a song names first")
    print("  jump: largest between neighbours, of valence or energy (0-1)")
    print("  repeated: share of the songs that another seed gives again\n")
    names = ("distance", "jump", "artists", "genres", "repeated")
    print(f"{'':18}" + "".join(f"{name:^17}" for name in names))
    rows = []
    for goal in Goal:
        for emotion in EMOTIONS:
            rows.append((quality(by_femr, emotion, goal), quality(by_label, emotion, goal)))
            print_row(f"{emotion} {goal}", *rows[-1])
    ours, theirs = np.array(rows).transpose(1, 0, 2)
    print_row("mean", ours.mean(axis=0), theirs.mean(axis=0))
    print_row("largest", ours.max(axis=0), theirs.max(axis=0))


def print_row(name: str, ours: list[float], theirs: list[float]) -> None:
    """Pairs of figures."""
    pairs = [f"{one:6.3f} | {other:<6.3f}" for one, other in zip(ours, theirs, strict=True)]
    print(f"{name:18}" + "".join(f"{pair:^17}" for pair in pairs))


# --- how well a match fits ------------------------------------------------------------------------


def matched(name: str, seed: int) -> Expression:
    """The expression of an emotion's name, or of `MIXED`."""
    if name != MIXED:
        return Expression.only(Emotion(name))
    return Expression.of(np.random.default_rng([0, seed]).dirichlet([CONCENTRATION] * len(EMOTIONS)).tolist())


def match(name: str) -> list[float]:
    """What `print_match` prints, in its order."""
    lists, lacking, away = [], [], []
    for seed in MATCH_SEEDS:
        expression = matched(name, seed)
        playlist = recommend(expression.mood, Goal.MATCH, SONGS, seed)
        wanted = {expression.top, expression.neighbour}
        lacking += [not wanted & set(song.emotions) for song in playlist.songs]
        away.append(np.linalg.norm(np.array([song.place for song in playlist.songs]) - playlist.targets, axis=1))
        lists.append(playlist.songs)
    return [
        float(np.mean(lacking)),
        float(np.mean(away)),
        float(np.mean([len({song.artists[0] for song in songs}) for songs in lists])),
        float(np.mean([len({song.genre for song in songs}) for songs in lists])),
        repeated(lists),
    ]


def print_match() -> None:
    """A line for each emotion, and for mixed moods: now, then before."""
    print(f"\nMatch, {len(MATCH_SEEDS)} seeds; now | before")
    print("  lacking: songs with the label neither of the mood nor of its strongest neighbour")
    names = ("lacking", "distance", "artists", "genres", "repeated")
    print(f"{'':18}" + "".join(f"{name:^17}" for name in names))
    for name, before in BEFORE.items():
        print_row(name, match(name), list(before))


# --- cost ----------------------------------------------------------------------------------------


def made_up(size: int) -> Catalogue:
    """Songs anywhere on the plane, four an artist."""
    rng = np.random.default_rng(0)
    places, artists = rng.random((size, 2)).tolist(), rng.integers(0, size // 4 + 1, size).tolist()
    return Catalogue(
        tuple(
            Song(
                spotify_id=f"{number:022}",
                title=f"Song {number}",
                artists=(f"Artist {artist}",),
                year=2000,
                genre="pop",
                language="en",
                explicit=False,
                emotions=(EMOTIONS[number % len(EMOTIONS)],),
                valence=valence,
                energy=energy,
                tempo=120.0,
                source="rated",
            )
            for number, ((valence, energy), artist) in enumerate(zip(places, artists, strict=True))
        )
    )


def print_times(sizes: list[int]) -> None:
    """The first playlist, which makes the catalogue's arrays, and the median of the next: processor time."""
    print(f"\nA playlist of {TIMED_SONGS} songs, processor time")
    for size in sizes:
        source = made_up(size)
        first, *others = (seconds(source, seed) for seed in range(TIMES + 1))
        print(f"  from {size:7,}: {1000 * np.median(others):7.1f} ms (the first {1000 * first:.0f} ms)")


def seconds(source: Catalogue, seed: int) -> float:
    """Processor time of one playlist: other programs on the machine do not count."""
    began = time.process_time()
    recommend(Emotion.SAD, Goal.LIFT, TIMED_SONGS, seed, source=source)
    return time.process_time() - began


def print_memory() -> None:
    """What the songs hold, what their arrays add, and what one playlist takes meanwhile."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    source = made_up(MEASURED_SIZE)
    songs = tracemalloc.get_traced_memory()[0]
    recommend(Emotion.SAD, Goal.LIFT, TIMED_SONGS, 0, source=source)
    arrays, first_peak = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    recommend(Emotion.SAD, Goal.LIFT, TIMED_SONGS, 1, source=source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"\nMemory with {MEASURED_SIZE:,} songs")
    print(f"  the songs {(songs - before) / 1e6:.1f} MB, their arrays {(arrays - songs) / 1e6:.1f} MB")
    print(f"  most meanwhile: {(first_peak - before) / 1e6:.1f} MB in the first playlist,", end=" ")
    print(f"{(peak - before) / 1e6:.1f} MB in the next")


if __name__ == "__main__":
    main()
