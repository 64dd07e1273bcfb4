"""What others can use, on the Hugging Face Hub: the network with its card and all that it links to, and our labels.

    python -m scripts.publish [OWNER/NAME] [--labels OWNER/NAME] [--dry-run]

Each is one commit to a repository of its own, made if it is not there. Needs a token that may write there (`hf auth
login`). `--dry-run` prints what would be sent, and sends nothing.
"""

import argparse
import re
import sys
from pathlib import Path

from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError
from huggingface_hub.utils import validate_repo_id

from femr.paths import ASSETS, CARD, HUB_LABELS, HUB_MODEL, ONNX, WEIGHTS, WEIGHTS_ON_HUB
from scripts.write_figures import MODEL_CARD

ROOT = ASSETS.parent
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)[^)]*\)")


def main(arguments: list[str] | None = None) -> int:
    """Send the files, or print their names and sizes; the exit code."""
    parser = argparse.ArgumentParser(description="Publish the network and the labels on the Hugging Face Hub.")
    parser.add_argument("repository", nargs="?", default=HUB_MODEL, help="of the network (%(default)s)")
    parser.add_argument("--labels", default=HUB_LABELS, help="the data set's repository (%(default)s)")
    parser.add_argument("--dry-run", action="store_true", help="send nothing")
    options = parser.parse_args(arguments)
    try:
        for repository, kind, files in (
            (options.repository, "model", network()),
            (options.labels, "dataset", labels()),
        ):
            validate_repo_id(repository)
            if options.dry_run:
                print(f"{kind} {repository}")
                print("\n".join(f"  {name}  {path.stat().st_size:,} bytes" for name, path in files.items()))
            else:
                print(send(repository, kind, files))
    except (HfHubHTTPError, HFValidationError, LocalTokenNotFoundError) as error:
        print(f"Not published: {error}", file=sys.stderr)
        return 1
    return 0


def send(repository: str, kind: str, files: dict[str, Path]) -> str:
    """The address of the commit that adds `files` to a repository."""
    hub = HfApi()
    hub.create_repo(repository, repo_type=kind, exist_ok=True)
    added = [CommitOperationAdd(name, path) for name, path in files.items()]
    return hub.create_commit(repository, added, commit_message="As in femr", repo_type=kind).commit_url


def network() -> dict[str, Path]:
    """Where each file lies, by its name on the Hub; the model card is the repository's README there."""
    linked = {name: ROOT / name for name in LINK.findall(MODEL_CARD.read_text(encoding="utf-8"))}
    own = {WEIGHTS_ON_HUB: WEIGHTS, **{f"assets/{path.name}": path for path in (ONNX, CARD)}}
    return {"README.md": MODEL_CARD, "LICENSE": ROOT / "LICENSE", **own, **linked}


def labels() -> dict[str, Path]:
    """The same for our labels, which the network was trained and chosen with; no picture is among them."""
    tables = [ROOT / "data" / name for name in ("other_faces.csv", "fer2013_labels.csv")]
    return {
        "README.md": ROOT / "data" / "README.md",
        "LICENSE": ROOT / "LICENSE",
        **{each.name: each for each in tables},
    }


if __name__ == "__main__":
    raise SystemExit(main())
