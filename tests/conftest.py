"""Settings and markers that all tests share."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No deadlines: the same example takes longer while something else keeps the machine busy.
settings.register_profile("femr", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("femr")


def folder(path: Path) -> str:
    """Which folder of `tests` a path lies in; empty for `tests` itself."""
    return next(iter(path.relative_to(Path(__file__).parent).parts), "")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import a folder that `-m "not FOLDER and …"` leaves out: training's tests import TensorFlow."""
    marks = config.option.markexpr
    left_out = f"not {folder(collection_path)}" in marks.split(" and ") and " or " not in marks
    return True if left_out else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with the name of its folder: `-m "not browser"` leaves out all in `tests/browser`."""
    for item in items:
        item.add_marker(folder(item.path))
