"""An interpreter that has neither TensorFlow nor LiteRT: runs train.py on small networks, or is a pytest plugin."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
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
    from small_networks import SmallRecipe

    import train

    train.Recipe = SmallRecipe
    sys.exit(train.main())
