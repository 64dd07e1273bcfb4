"""Sentences in place."""

from femr.page.views.render import render


def notice(text: str, *, problem: bool = False) -> str:
    """A sentence in place; nothing when `text` is empty. Problems are read out by screen readers as they appear."""
    return render("notice", text=text, problem=problem)


def trouble(text: str, lang: str, picture: str = "") -> str:
    """What went wrong with a photo, beside the photo itself where there is one, and what can be done at once."""
    return render("problem", lang, text=text, picture=picture)


def too_large(limit_megabytes: int, lang: str) -> str:
    """The sentence that `page.js` shows instead of uploading a larger file."""
    return render("too_large", lang, limit=limit_megabytes)


def camera_problems(lang: str) -> str:
    """Why a camera gives no picture, and what helps; `page.js` and `live.js` show the one that is so."""
    return render("camera_problems", lang)
