"""Sentences in place, and the page's first and last lines."""

from femr.page.views.render import render


def header(lang: str) -> str:
    """Name and tagline."""
    return render("header", lang)


def footer(lang: str) -> str:
    """What holds for the whole page, and the texts of the player."""
    return render("footer", lang)


def notice(text: str, *, problem: bool = False) -> str:
    """A sentence in place; nothing when `text` is empty. Problems are read out by screen readers as they appear."""
    return render("notice", text=text, problem=problem)


def too_large(limit_megabytes: int, lang: str) -> str:
    """The sentence that `page.js` shows instead of uploading a larger file."""
    return render("too_large", lang, limit=limit_megabytes)
