"""What a profile of a person's own face gains, and what it costs: leave-take-out, beside the plain reading.

    python -m benchmarks.learning [--photos other_faces.zip]

Of each person some faces of an emotion teach, drawn at random, and all others are read: plain, and in four other ways.
Two kinds of people, since they differ in what there is to learn:

- **drawn**: twenty people, each with a resting face of their own and three takes of every expression, which they make
  more or less clearly. They show that the method works, not how well it works on people.
- **news**: the photos that `data/README.md` tells of, of people with two emotions or more of which enough faces are
  there; faces on whose emotion both readers agree. They were taken on different days, in different light, of faces that
  nobody asked to make, and some of their people the network has seen in training.

Recall is that of the emotions that were taught: the mean over a person's emotions, then over people. Accuracy, the mean
first share and its calibration error (15 bins) are over all faces that were read, in all draws.
"""

import argparse
import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from tqdm import tqdm

from femr.emotions import EMOTIONS, Emotion
from femr.mood import Expression
from femr.vision import adaptation, lesson
from femr.vision.analysis import analyze
from femr.vision.lesson import Shot, correlation
from femr.vision.profile import Profile
from femr.vision.reading import ProfileUse
from scripts.draw_examples import DRAWN
from scripts.portraits.face import draw
from scripts.portraits.people import Expression as DrawnExpression

LABELS = Path("data/other_faces.csv")
NETWORK = "measured"
ROUNDS = 20
"""Random draws of the faces that teach, for each person."""

DRAWN_PEOPLE, TAKES, SIDE = 20, 3, 240
REST = {
    "brow_inner": 0.04,
    "brow_arch": 0.03,
    "brow_outer": 0.03,
    "furrow": 0.15,
    "upper_lid": 0.015,
    "corners": 0.03,
    "mouth_width": 0.02,
    "lip_size": 0.1,
}
"""How much the resting faces of drawn people differ: standard deviations, in the units of a drawn expression."""

UNSTEADY = 0.35
"""How much two takes of one expression differ, as a share of `REST`."""

CLEARNESS = 0.25, 0.75
"""How clearly drawn people make a face: shares of the way from rest to the example pictures."""

BINS = 15


@dataclass(frozen=True)
class Result:
    """What a reader does on one person's other faces, in one draw.

    Attributes:
        named: positions of the emotions that are shown, int (N,).
        shares: what was read, (N, 6).
        taught: emotions that taught.
        used: whether a profile was used.
    """

    named: np.ndarray
    shares: np.ndarray
    taught: frozenset[Emotion]
    used: bool

    @property
    def right(self) -> np.ndarray:
        """Whether each was read as it was named: bool (N,)."""
        return self.shares.argmax(axis=1) == self.named

    @property
    def recall(self) -> float:
        """Of taught emotions, the mean share of their faces that was read rightly."""
        each = [self.right[self.named == EMOTIONS.index(emotion)] for emotion in self.taught]
        return float(np.mean([some.mean() for some in each if some.size]))


Reader = Callable[[Sequence[Shot]], tuple[Callable[[Expression], Expression], bool]]
"""Learns from shots: how it reads an expression then, and whether a profile is used."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="the zip of other faces; without it only drawn people are read")
    options = parser.parse_args()
    groups = {"drawn": drawn_people()}
    if options.photos:
        groups |= news_people(options.photos)
    for name, people in groups.items():
        print_curve(name, people)
        print_alikeness(name, people)


def print_curve(name: str, people: Sequence[Sequence[Shot]]) -> None:
    """For each number of faces of an emotion that teach, a line for each way to read."""
    print(
        f"\n{name}: recall, accuracy, mean first share, calibration error; worst and best person's recall less plain's"
    )
    for takes in (1, 2, 3, 4):
        results = {way: measure(people, takes, reader) for way, reader in WAYS.items()}
        plain = results["plain"]
        if not plain:
            return
        faces = sum(len(draws[0].named) for draws in plain)
        print(f"{takes} of each emotion; {len(plain)} people, {faces} faces read")
        for way, learnt in results.items():
            figures = "  ".join(f"{figure:.3f}" for figure in summary(learnt))
            changes = [recall_of(after) - recall_of(before) for before, after in zip(plain, learnt, strict=True)]
            used = np.mean([each.used for draws in learnt for each in draws])
            print(f"  {way:16} {figures}  {min(changes):+.2f} {max(changes):+.2f}  used {used:.0%}")


def recall_of(draws: Sequence[Result]) -> float:
    """A person's mean recall over the draws."""
    return float(np.mean([each.recall for each in draws]))


def summary(people: Sequence[Sequence[Result]]) -> tuple[float, float, float, float]:
    """Recall, accuracy, mean first share and calibration error."""
    right = np.concatenate([each.right for draws in people for each in draws])
    first = np.concatenate([each.shares.max(axis=1) for draws in people for each in draws])
    return float(np.mean([recall_of(draws) for draws in people])), right.mean(), first.mean(), error(first, right)


def error(first: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error: how far first shares lie from how often they are right, in `BINS` equal bins."""
    bins = np.minimum((first * BINS).astype(int), BINS - 1)
    return sum(
        abs(right[bins == each].mean() - first[bins == each].mean()) * np.mean(bins == each) for each in set(bins)
    )


def measure(people: Sequence[Sequence[Shot]], takes: int, reader: Reader) -> list[list[Result]]:
    """For each person with enough faces, the results of `ROUNDS` draws, which are the same for every reader."""
    results = []
    for number, shots in enumerate(people):
        rng = np.random.default_rng([number, takes])
        enough = [emotion for emotion in EMOTIONS if sum(each.emotion is emotion for each in shots) > takes]
        if len(enough) > 1:
            results.append([_drawn_result(shots, enough, takes, rng, reader) for _ in range(ROUNDS)])
    return results


def _drawn_result(
    shots: Sequence[Shot], emotions: Sequence[Emotion], takes: int, rng: np.random.Generator, reader: Reader
) -> Result:
    teaching: set[int] = set()
    for emotion in emotions:
        mine = [i for i, each in enumerate(shots) if each.emotion is emotion]
        teaching |= set(rng.choice(mine, takes, replace=False).tolist())
    read, used = reader([shots[i] for i in sorted(teaching)])
    others = [each for i, each in enumerate(shots) if i not in teaching]
    return Result(
        np.array([EMOTIONS.index(each.emotion) for each in others]),
        np.array([read(each.expression).shares for each in others]),
        frozenset(emotions),
        used,
    )


def plain_reader(shots: Sequence[Shot]) -> tuple[Callable[[Expression], Expression], bool]:  # noqa: ARG001
    """The network alone."""
    return lambda plain: plain, False


def mean_reader(shots: Sequence[Shot]) -> tuple[Callable[[Expression], Expression], bool]:
    """Log shares less their mean over the person's faces, which needs no labels."""
    mean = adaptation.log_shares(lesson.arrays(shots)[0]).mean(axis=0)

    def read(plain: Expression) -> Expression:
        return Expression(tuple(adaptation.softmax(adaptation.log_shares(np.array(plain.shares)) - mean).tolist()))

    return read, True


def offsets_reader(shots: Sequence[Shot]) -> tuple[Callable[[Expression], Expression], bool]:
    """A profile of offsets alone, untested."""
    profile = Profile.fitted(shots, NETWORK)
    return replace(profile, weight=0.0).adapt, True


def untested_reader(shots: Sequence[Shot]) -> tuple[Callable[[Expression], Expression], bool]:
    """A profile that does not test itself."""
    return Profile.fitted(shots, NETWORK).adapt, True


def profile_reader(shots: Sequence[Shot]) -> tuple[Callable[[Expression], Expression], bool]:
    """A profile as femr uses it."""
    profile = Profile.of(shots, NETWORK)
    used = profile.use(NETWORK) is ProfileUse.USED
    return (profile.adapt if used else lambda plain: plain), used


WAYS: dict[str, Reader] = {
    "plain": plain_reader,
    "less the mean": mean_reader,
    "offsets": offsets_reader,
    "untested profile": untested_reader,
    "profile": profile_reader,
}


def print_alikeness(name: str, people: Sequence[Sequence[Shot]]) -> None:
    """How alike two crops of one person are: what `lesson.ALIKE` stands against."""
    kinds: dict[str, list[float]] = {"same": [], "other": []}
    for shots in people:
        for one, other in combinations(shots, 2):
            if one.crop is not None and other.crop is not None:
                kinds["same" if one.emotion is other.emotion else "other"].append(correlation(one.crop, other.crop))
    for kind, values in kinds.items():
        median, most = np.percentile(values, [50, 99.9])
        print(
            f"{name}: crops of one person, {kind} emotion: correlation {median:.3f}, at most {most:.4f} of 999 in 1000"
        )


# --- people ------------------------------------------------------------------------------------------


def drawn_people() -> list[list[Shot]]:
    """Twenty people who make six faces three times each."""
    rng = np.random.default_rng(1)
    return [list(_drawn_person(rng)) for _ in tqdm(range(DRAWN_PEOPLE), desc="drawn people")]


def _drawn_person(rng: np.random.Generator) -> Iterator[Shot]:
    looks = [person for person, _ in DRAWN.values()]
    who = replace(
        looks[rng.integers(len(looks))],
        skin=looks[rng.integers(len(looks))].skin,
        style=looks[rng.integers(len(looks))].style,
        jaw=float(rng.uniform(0.58, 0.74)),
        nose=float(rng.uniform(0.2, 0.28)),
        lips=float(rng.uniform(0.3, 0.6)),
    )
    rest = {name: rng.normal(0, spread) for name, spread in REST.items()}
    for emotion, (_, full) in DRAWN.items():
        clearness = rng.uniform(*CLEARNESS)
        for _ in range(TAKES):
            away = {name: shift + UNSTEADY * rng.normal(0, REST[name]) for name, shift in rest.items()}
            picture = draw(who, _between(full, clearness + rng.normal(0, 0.06), away), SIDE)
            noisy = picture * rng.uniform(0.75, 1.1) + rng.normal(0, 6, picture.shape)
            faces = analyze(np.clip(noisy, 0, 255).astype(np.uint8)).faces
            if faces:
                yield Shot(emotion, faces[0].expression, faces[0].crop)


def _between(full: DrawnExpression, clearness: float, away: dict[str, float]) -> DrawnExpression:
    """An expression between rest and `full`, moved by a person's own."""
    rest = DrawnExpression()
    values = {}
    for each in fields(DrawnExpression):
        start, end = getattr(rest, each.name), getattr(full, each.name)
        values[each.name] = float(start + clearness * (end - start) + away.get(each.name, 0))
    strengths = ("furrow", "forehead", "squeeze", "cheeks", "sneer", "square", "upper_teeth", "lower_teeth")
    values |= {name: min(max(values[name], 0.0), 1.0) for name in strengths}
    values |= {name: max(values[name], 0.03) for name in ("upper_lid", "lower_lid")}
    return DrawnExpression(**values | {"jaw_drop": max(values["jaw_drop"], 0.0)})


def news_people(photos: Path) -> dict[str, list[list[Shot]]]:
    """People with several photos, of whom the network has learnt nothing, and of whom it has."""
    with zipfile.ZipFile(photos) as archive:
        text = io.TextIOWrapper(archive.open("labels.csv"), encoding="utf-8")
        persons = {row["file"]: row["person"] for row in csv.DictReader(text)}
        people: dict[tuple[str, str], list[tuple[str, Emotion]]] = defaultdict(list)
        with LABELS.open(encoding="utf-8") as table:
            for row in csv.DictReader(table):
                if row["first"] == row["other_first"] and row["first"] in set(EMOTIONS):
                    people[row["part"], persons[row["file"]]].append((row["file"], Emotion(row["first"])))
        groups: dict[str, list[list[Shot]]] = {"news, unseen": [], "news, seen in training": []}
        for (part, _), faces in tqdm(people.items(), desc="news"):
            if len(faces) > 2:
                kind = "news, unseen" if part == "validation" else "news, seen in training"
                groups[kind].append(list(_photographed(archive, faces)))
        return groups


def _photographed(archive: zipfile.ZipFile, faces: Sequence[tuple[str, Emotion]]) -> Iterator[Shot]:
    for file, emotion in faces:
        found = analyze(archive.read(f"images/{file}")).faces
        if found:
            yield Shot(emotion, found[0].expression, found[0].crop)


if __name__ == "__main__":
    main()
