"""What all sheets begin with."""

from femr.i18n import translate
from femr.page.views.render import render


def sheet_head(title: str, text: str, lang: str) -> str:
    """A heading and a button that closes; `title` and `text` are names of texts, the latter may be empty."""
    return render("sheet_head", lang, title=translate(title, lang), text=translate(text, lang) if text else "")
