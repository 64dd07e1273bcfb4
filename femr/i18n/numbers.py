"""Numbers as each language writes them."""

from string import Formatter
from types import MappingProxyType
from typing import Any

THOUSANDS = MappingProxyType({"en": ",", "id": "."})
"""What stands between the thousands of a number, by language."""

GROUPED_FROM = 10_000
"""Smaller numbers in a text need no help to be read, and years want none."""


def grouped(number: int, lang: str) -> str:
    """A whole number with its thousands set apart."""
    return f"{number:,}".replace(",", THOUSANDS[lang])


class NumberFormatter(Formatter):
    """Fills placeholders as `str.format` does, but sets the thousands of large whole numbers apart."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        """The text of one value."""
        if not format_spec and isinstance(value, int) and abs(value) >= GROUPED_FROM:
            return grouped(value, self.lang)
        return super().format_field(value, format_spec)
