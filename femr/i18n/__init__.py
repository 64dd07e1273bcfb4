"""Every text a person reads, in English and Indonesian.

A text is found by its key and filled with values: `translate("error.photo_empty", "en", name="me.jpg")`. All
languages hold the same keys with the same placeholders; a test keeps it so.
"""

from string import Formatter
from types import MappingProxyType
from typing import Any

from femr.i18n.en import ENGLISH
from femr.i18n.id import INDONESIAN

LANGUAGES = ("en", "id")
"""The languages, by ISO 639-1 code."""

DEFAULT_LANGUAGE = "en"

TEXTS = MappingProxyType({"en": ENGLISH, "id": INDONESIAN})
"""Every text, by language and key."""


THOUSANDS = MappingProxyType({"en": ",", "id": "."})
"""What stands between the thousands of a number, by language."""

GROUPED_FROM = 10_000
"""Smaller numbers need no help to be read, and years want none."""


def translate(key: str, lang: str = DEFAULT_LANGUAGE, /, **values: object) -> str:
    """The text `key` in `lang`, with its placeholders filled.

    Raises:
        KeyError: there is no such text or language, or a value is missing; a mistake in the code, not the visitor's.
    """
    return _Filler(lang).format(TEXTS[lang][key], **values)


class _Filler(Formatter):
    """Fills placeholders as `str.format` does, but sets the thousands of large whole numbers apart."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        """The text of one value."""
        if not format_spec and isinstance(value, int) and abs(value) >= GROUPED_FROM:
            return f"{value:,}".replace(",", THOUSANDS[self.lang])
        return super().format_field(value, format_spec)


def translate_or(key: str, otherwise: str, lang: str = DEFAULT_LANGUAGE) -> str:
    """The text `key` in `lang`, or `otherwise` where there is none: for names that visitors bring along."""
    return TEXTS[lang].get(key, otherwise)
