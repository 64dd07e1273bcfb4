"""Sentences in place."""

from collections.abc import Callable

from femr.i18n import LANGUAGES
from femr.page.views.render import render


def notice(text: str, *, problem: bool = False) -> str:
    """A sentence in place; nothing when `text` is empty. Problems are read out by screen readers as they appear."""
    return render("notice", text=text, problem=problem)


def lasting(say: Callable[[str], str], *, problem: bool = False) -> str:
    """A sentence in place that outlasts a switch of the language: styles show it in the one that the page speaks.

    Args:
        say: the sentence in a language.
        problem: as above.
    """
    return render("lasting", told={lang: say(lang) for lang in LANGUAGES}, problem=problem)


def trouble(lang: str) -> str:
    """What can be done at once when something went wrong."""
    return render("trouble", lang)


def too_large(limit_megabytes: int, lang: str) -> str:
    """The sentence that `page.js` shows instead of uploading a larger table of songs."""
    return render("too_large", lang, limit=limit_megabytes)
