"""The one way from a template to HTML."""

import re
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension

from femr.emotions import EMOTIONS, TRAITS
from femr.i18n import DEFAULT_LANGUAGE, translate, translate_or

_LINE_BETWEEN_TAGS = re.compile(r"(?:(?<=>)|(?<=[%#]\}))\s*\n\s*(?=[<{])|(?<=\}\})\s*\n\s*(?=<|\{[%#])")
_LINE = re.compile(r"\s*\n\s*")


class _OneLine(Extension):
    """Takes the line breaks out of a template: they are for its readers, and would be seen as gaps."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source as one line."""
        del name, filename
        return _LINE.sub(" ", _LINE_BETWEEN_TAGS.sub("", source.strip()))


def percent(share: float) -> str:
    """A probability, 0…1, in whole percents."""
    return f"{share:.0%}".replace("%", " %")


def css_percent(share: float) -> str:
    """A share as a length in a style."""
    return f"{share:.3%}"


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    extensions=[_OneLine],
)
_TEMPLATES.globals |= {"EMOTIONS": EMOTIONS, "TRAITS": TRAITS}
_TEMPLATES.filters |= {"percent": percent, "css_percent": css_percent}


def render(template: str, lang: str = DEFAULT_LANGUAGE, **values: Any) -> str:
    """HTML from `templates/{template}.html`.

    A template has `t(key, …)`, a text in the page's language, and `name_of(kind, value)`, the name of a genre or
    language, which is the value itself where we have none; `TRAITS` and `EMOTIONS`; and `lang`.

    Args:
        template: its name.
        lang: of the texts.
        values: what else it needs.
    """
    said = partial(_translated, lang)
    name_of = partial(_name_of, lang)
    return _TEMPLATES.get_template(f"{template}.html").render(lang=lang, t=said, name_of=name_of, **values)


def _translated(lang: str, key: str, **values: object) -> str:
    return translate(key, lang, **values)


def _name_of(lang: str, kind: str, value: str) -> str:
    return translate_or(f"{kind}.{value}", value, lang)
