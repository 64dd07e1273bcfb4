"""An interpreter that has neither TensorFlow nor LiteRT: runs train.py, then tests, or is a pytest plugin.

python without_tensorflow.py DATA RECIPE OUT TESTS_CHOSEN
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType


class Poorer(PathFinder):
    """Finds what is installed, but for the two."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in ("tensorflow", "ai_edge_litert"):
            return None
        return super().find_spec(fullname, path, target)


sys.meta_path[sys.meta_path.index(PathFinder)] = Poorer

if __name__ == "__main__":
    import pytest

    import train

    data, recipe, out, chosen = sys.argv[1:]
    code = train.main(["train", "--data", data, "--recipe", recipe, "--out", out, "--assets", f"{out}/../assets"])
    tests = Path(__file__).with_name("test_fit.py")
    sys.exit(code or pytest.main(["-q", "-p", "no:cacheprovider", str(tests), "-k", chosen]))
