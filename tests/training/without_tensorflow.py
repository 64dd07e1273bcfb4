"""JAX for a backend, in an interpreter that has neither TensorFlow nor LiteRT: runs train.py on small networks, or is
a pytest plugin."""

import os
import sys
from collections.abc import Sequence
from types import ModuleType

os.environ["KERAS_BACKEND"] = "jax"


class Missing:
    """Finds that neither package is there."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        if name.partition(".")[0] in ("tensorflow", "ai_edge_litert"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Missing())

if __name__ == "__main__":
    from small_networks import SmallRecipe

    import train

    train.Recipe = SmallRecipe
    sys.exit(train.main())
