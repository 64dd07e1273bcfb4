"""What can go wrong, as far as a caller can cause or mend it.

    FemrError
    ├── UploadError         what was sent is no upload of the page
    ├── LimitError          a visitor, or all of them together, ask for more than the server gives
    ├── StartError          the server cannot start as it was told to
    ├── PhotoError          the file is no usable photo
    ├── ChoiceError         an option has a value that it cannot have
    ├── LibraryError        a visitor's own songs cannot be read
    ├── ProfileError        a profile of somebody's face cannot be learnt or read
    ├── NetworkError        a network from elsewhere cannot be had, or is none of ours
    ├── InstallationError   a file that femr ships is missing or broken
    └── DataError           training data, or a trained model, is not as expected

An error carries a code and values; `i18n` turns both into a sentence in the reader's language.
"""

from collections.abc import Mapping
from typing import Self

from femr import i18n


class FemrError(Exception):
    """Base of every error that a caller can cause.

    Attributes:
        code: names the sentence in `i18n`.
        values: what the sentence mentions, by placeholder.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    @classmethod
    def sent(cls, code: str, values: Mapping[str, object]) -> Self:
        """The same error as another process raised."""
        return cls(code, **values)

    def sentence(self, lang: str = i18n.DEFAULT_LANGUAGE) -> str:
        """What was wrong and what to do, in one sentence or two."""
        return i18n.translate(f"error.{self.code}", lang, **self.values)

    def __str__(self) -> str:
        return self.sentence()


class UploadError(FemrError):
    """What was sent is no upload of the page."""


class LimitError(FemrError):
    """A visitor, or all of them together, ask for more than the server gives."""


class StartError(FemrError):
    """The server cannot start as it was told to."""


class PhotoError(FemrError):
    """The file is no usable photo."""


class ChoiceError(FemrError):
    """An option has a value that it cannot have."""


class LibraryError(FemrError):
    """A visitor's own songs cannot be read."""


class ProfileError(FemrError):
    """A profile of somebody's face cannot be learnt or read."""


class NetworkError(FemrError):
    """A network from elsewhere cannot be had, or is none of ours."""


class InstallationError(FemrError):
    """A file that femr ships is missing or broken."""


class DataError(FemrError):
    """Training data, or a trained model, is not as expected."""
