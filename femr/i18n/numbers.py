"""Numbers as each language writes them, and other people's values as far as anybody wants to read them."""

from reprlib import Repr
from string import Formatter
from types import MappingProxyType
from typing import Any

THOUSANDS = MappingProxyType({"en": ",", "id": "."})
"""What stands between the thousands of a number, by language."""

GROUPED_FROM = 10_000
"""Smaller numbers in a text need no help to be read, and years want none."""

MAX_VALUE_SHOWN = 60
"""Characters of somebody's value that a text quotes; of a longer one it shows the beginning and the end."""

_QUOTED = Repr()
_QUOTED.maxstring = _QUOTED.maxother = _QUOTED.maxlong = MAX_VALUE_SHOWN
_QUOTED.maxlevel = 2


def quoted(value: object) -> str:
    """`repr(value)`, shortened: the value may be anything, of any size and depth."""
    try:
        shown = _QUOTED.repr(value)
    except ValueError:  # Python refuses to write whole numbers of thousands of digits
        shown = "…"
    return shown if len(shown) <= MAX_VALUE_SHOWN else f"{shown[:MAX_VALUE_SHOWN]}…"


def grouped(number: int, lang: str) -> str:
    """A whole number with its thousands set apart."""
    return f"{number:,}".replace(",", THOUSANDS[lang])


class NumberFormatter(Formatter):
    """Fills placeholders as `str.format` does, but sets the thousands of large whole numbers apart."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        """What `!r` makes of a value is shortened."""
        return quoted(value) if conversion == "r" else super().convert_field(value, conversion)  # pyright: ignore[reportArgumentType]

    def format_field(self, value: Any, format_spec: str) -> str:
        """The text of one value."""
        if not format_spec and isinstance(value, int) and abs(value) >= GROUPED_FROM:
            return grouped(value, self.lang)
        return super().format_field(value, format_spec)
