"""What a run keeps, and where."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunFiles:
    """Where all stages of a recipe are kept."""

    folder: Path

    @property
    def recipe(self) -> Path:
        """The run's copy of its recipe."""
        return self.folder / "recipe.toml"

    @property
    def reframed(self) -> Path:
        """The training images as the page crops them, where a stage shows some, see `reframe`."""
        return self.folder / "reframed.npz"

    def stage(self, name: str) -> "StageFiles":
        """Where one stage is kept."""
        return StageFiles(self.folder / name)


@dataclass(frozen=True)
class StageFiles:
    """Where one training is kept."""

    folder: Path

    @property
    def best(self) -> Path:
        """The network of the epoch with the best validation accuracy."""
        return self.folder / "best.keras"

    @property
    def history(self) -> Path:
        """One row an epoch: loss and accuracy on both parts."""
        return self.folder / "history.csv"

    @property
    def inputs(self) -> Path:
        """Fingerprints of the images and targets, as JSON: a run resumes on the same ones only."""
        return self.folder / "inputs.json"

    @property
    def backup(self) -> Path:
        """Weights and optimiser state after the last whole epoch."""
        return self.folder / "backup"

    @property
    def progress(self) -> Path:
        """How many epochs the backup has seen; written by Keras."""
        return self.backup / "training_metadata.json"

    def average(self, epochs: int) -> Path:
        """The running average of the weights after so many epochs."""
        return self.folder / f"average-{epochs}.weights.h5"

    def epochs_done(self) -> int:
        """How many epochs the backup has seen."""
        return json.loads(self.progress.read_text())["epoch"] if self.progress.exists() else 0

    def read_history(self) -> dict[str, list[float]]:
        """The learning curves by name; empty before the first epoch ends."""
        if not self.history.exists():
            return {}
        with self.history.open(newline="") as file:
            rows = list(csv.DictReader(file))
        return {name: [float(row[name]) for row in rows] for name in rows[0]} if rows else {}

    def append_to_history(self, epoch: int, logs: dict[str, float]) -> None:
        """Add the row of an epoch."""
        row = {"epoch": epoch, **logs}
        begins = not self.history.exists()
        with self.history.open("a", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            if begins:
                writer.writeheader()
            writer.writerow(row)

    def cut_history(self, epochs: int) -> None:
        """Keep the rows of the first `epochs`."""
        if self.history.exists():
            lines = self.history.read_text().splitlines(keepends=True)
            self.history.write_text("".join(lines[: 1 + epochs]))
