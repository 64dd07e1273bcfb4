"""The network on the Hugging Face Hub: its file, its card, and every file that the card links to, in one commit.

    python -m scripts.publish OWNER/NAME [--dry-run]

Needs a token that may write there (`hf auth login`). `--dry-run` prints what would be sent, and sends nothing.
"""

import argparse
import re
import sys
from pathlib import Path

from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError
from huggingface_hub.utils import validate_repo_id

from femr.paths import ASSETS, CARD, WEIGHTS
from scripts.write_figures import MODEL_CARD

ROOT = ASSETS.parent
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)[^)]*\)")


def main(arguments: list[str] | None = None) -> int:
    """Send the files, or print their names and sizes; the exit code."""
    parser = argparse.ArgumentParser(description="Publish the network on the Hugging Face Hub.")
    parser.add_argument("repository", help="OWNER/NAME, made if it is not there")
    parser.add_argument("--dry-run", action="store_true", help="send nothing")
    options = parser.parse_args(arguments)
    try:
        validate_repo_id(options.repository)
        if options.dry_run:
            for name, path in files().items():
                print(f"{name}  {path.stat().st_size:,} bytes")
            return 0
        hub = HfApi()
        hub.create_repo(options.repository, exist_ok=True)
        added = [CommitOperationAdd(name, path) for name, path in files().items()]
        print(hub.create_commit(options.repository, added, commit_message="The published network").commit_url)
    except (HfHubHTTPError, HFValidationError, LocalTokenNotFoundError) as error:
        print(f"Not published: {error}", file=sys.stderr)
        return 1
    return 0


def files() -> dict[str, Path]:
    """Where each file lies, by its name on the Hub; the model card is the repository's README there."""
    linked = {name: ROOT / name for name in LINK.findall(MODEL_CARD.read_text(encoding="utf-8"))}
    own = {f"assets/{path.name}": path for path in (WEIGHTS, CARD)}
    return {"README.md": MODEL_CARD, "LICENSE": ROOT / "LICENSE", **own, **linked}


if __name__ == "__main__":
    raise SystemExit(main())
