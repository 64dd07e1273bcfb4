"""A network from elsewhere: a file, a folder, or the Hugging Face Hub."""

import os
from pathlib import Path

from femr.errors import InstallationError, NetworkError
from femr.paths import HUB_MODEL, WEIGHTS_ON_HUB
from femr.vision.classifier import ExpressionClassifier


def load(source: str | os.PathLike[str], *, revision: str | None = None) -> ExpressionClassifier:
    """The network in `source`, for `analyze(photo, classifier=…)`.

    Load only what you trust: whoever made a network decides what it answers.

    Args:
        source: a LiteRT file that `train.py` wrote, a folder with one, or a repository on the Hugging Face Hub,
            `owner/name`, as `scripts/publish.py` fills it. What is there as a file or a folder is taken as one. The
            Hub's file is fetched once, kept in the Hub's own cache, and found there without a net.
        revision: of the repository: a branch, a tag or a commit; None for its main branch.

    Raises:
        NetworkError: nothing is there, the Hub cannot be reached or refuses, its cache cannot be written, or it is no
            network of ours.

    Example:
        >>> reading = femr.analyze("photo.jpg", classifier=femr.load("runs/quick"))
    """
    path = _found(Path(source)) or _fetched(source, revision)
    try:
        return ExpressionClassifier(path)
    except InstallationError as error:  # whose sentences are about what femr ships
        raise NetworkError("network_foreign", path=path) from error


def _found(path: Path) -> Path | None:
    names = (Path(WEIGHTS_ON_HUB), Path(WEIGHTS_ON_HUB).name)
    return next((each for each in (path, *(path / name for name in names)) if each.is_file()), None)


def _fetched(source: str | os.PathLike[str], revision: str | None) -> Path:
    from huggingface_hub import hf_hub_download, utils  # only here: most who read faces never ask it
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        HTTPError,  # pyright: ignore[reportPrivateImportUsage] - of httpx or httpx2, as its version has it
        LocalEntryNotFoundError,
        RemoteEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    name = os.fspath(source)
    try:
        if Path(name).exists() or name.count("/") != 1:
            raise HFValidationError(name)
        utils.validate_repo_id(name)
        return Path(hf_hub_download(name, WEIGHTS_ON_HUB, revision=revision))
    except HFValidationError as error:
        raise NetworkError("network_nowhere", source=name, file=WEIGHTS_ON_HUB, example=HUB_MODEL) from error
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise NetworkError("network_no_repository", source=name, revision=revision or "main") from error
    except RemoteEntryNotFoundError as error:
        raise NetworkError("network_no_file", source=name, file=WEIGHTS_ON_HUB) from error
    except (LocalEntryNotFoundError, HfHubHTTPError, HTTPError) as error:
        raise NetworkError("network_offline", source=name) from error
    except OSError as error:  # after those above, some of which are ones
        raise NetworkError("network_unkept", source=name, problem=error.strerror or str(error)) from error
