"""How well the labels of `data/other_faces.csv` agree with themselves and with the publishers' own.

    python -m scripts.label_agreement other_faces.zip

Prints shares of agreement and Cohen's kappa, with the number of faces, for `data/README.md`.
"""

import argparse
import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

from sklearn.metrics import accuracy_score, cohen_kappa_score

from femr.emotions import EMOTIONS
from femr.training.own_labels import OTHER_FACES

PUBLISHED = "labels.csv"
"""The publishers' table in the zip: file, published_label, person."""


def main() -> None:
    """Read and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, help="the zip of the photos, with the publishers' labels")
    with zipfile.ZipFile(parser.parse_args().photos) as archive:
        table = csv.DictReader(io.TextIOWrapper(archive.open(PUBLISHED), "utf-8"))
        published = {row["file"]: row["published_label"] for row in table}
    with OTHER_FACES.open(newline="") as file:
        rows = list(csv.DictReader(file))
    print(f"{len(rows)} faces: {dict(Counter(row['first'] for row in rows))}")
    print(f"sure: {dict(sorted(Counter(row['sure'] for row in rows).items()))}")
    for column, name in (("again", "the same reader again"), ("other_first", "another reader")):
        tell(name, [(row["first"], row[column]) for row in rows if row[column]])
    pairs = [(row["first"], published[row["file"]]) for row in rows]
    tell("the publishers, all labels", pairs)
    tell("the publishers, both among the six", [pair for pair in pairs if set(pair) <= set(EMOTIONS)])
    second = [row for row in rows if published[row["file"]] in (row["first"], row["second"])]
    print(f"the publishers' label is the first or second choice: {len(second) / len(rows):.1%}")


def tell(name: str, pairs: list[tuple[str, str]]) -> None:
    """Print how often both of a pair are equal."""
    first, other = zip(*pairs, strict=True)
    kappa = cohen_kappa_score(first, other)
    print(f"{name}: {len(pairs)} faces, {accuracy_score(first, other):.1%} equal, kappa {kappa:.2f}")


if __name__ == "__main__":
    main()
