"""Photos for which one machine is too small: what `femr FOLDER` does to each, for Ray Data to map over a cluster."""

import os
from collections.abc import Mapping, Sequence

import pyarrow

from femr.batch import PhotoReader
from femr.table import arrow_schema, cells
from femr.vision.crop import use_one_thread


class ReadFaces:
    """A batch of photos -> the rows of a folder's table: the callable class for `ray.data.Dataset.map_batches`.

    Each of Ray's workers makes one, with networks of its own that compute on one thread.
    """

    def __init__(self) -> None:
        """Load the networks.

        Raises:
            InstallationError: one of them is missing or broken.
        """
        use_one_thread()
        self._read = PhotoReader()

    def __call__(self, batch: Mapping[str, Sequence]) -> pyarrow.Table:
        """A row a face, and one for a photo without any or that cannot be read.

        Args:
            batch: a column `path`, of files that this machine can open; or, with a column `bytes` beside it, as
                `ray.data.read_binary_files(…, include_paths=True)` gives it, of the names of what is in there.
        """
        paths = [os.fsdecode(path) for path in batch["path"]]
        photos = zip(paths, batch.get("bytes", paths), strict=True)
        rows = [cells(path, row) for path, photo in photos for row in self._read(photo)]
        return pyarrow.Table.from_pylist(rows, arrow_schema())
