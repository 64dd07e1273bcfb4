"""Every text a person reads, in English and Indonesian.

A text is found by its key and filled with values: `translate("error.photo_empty", "en", name="me.jpg")`. All
languages hold the same keys with the same placeholders; a test keeps it so.
"""

from types import MappingProxyType

from femr.i18n.en import ENGLISH
from femr.i18n.id import INDONESIAN
from femr.i18n.numbers import NumberFormatter

LANGUAGES = ("en", "id")
"""The languages, by ISO 639-1 code."""

DEFAULT_LANGUAGE = "en"

TEXTS = MappingProxyType({"en": ENGLISH, "id": INDONESIAN})
"""Every text, by language and key."""


def translate(key: str, lang: str = DEFAULT_LANGUAGE, /, **values: object) -> str:
    """The text `key` in `lang`, with its placeholders filled.

    Raises:
        KeyError: there is no such text or language, or a value is missing; a mistake in the code, not the visitor's.
    """
    return NumberFormatter(lang).format(TEXTS[lang][key], **values)


def translate_or(key: str, otherwise: str, lang: str = DEFAULT_LANGUAGE) -> str:
    """The text `key` in `lang`, or `otherwise` where there is none: for names that visitors bring along."""
    return TEXTS[lang].get(key, otherwise)
