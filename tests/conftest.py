"""Settings and markers that all tests share."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No deadlines: the same example takes longer while something else keeps the machine busy.
settings.register_profile("femr", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("femr")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with the name of its folder: `-m "not browser"` leaves out all in `tests/browser`."""
    for item in items:
        item.add_marker(item.path.relative_to(Path(__file__).parent).parts[0])
