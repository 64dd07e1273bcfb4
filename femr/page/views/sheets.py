"""What all sheets begin with."""

from femr.page.views.render import render


def sheet_head(lang: str, title: str, text: str = "") -> str:
    """A heading, a button that closes, and a sentence where there is one."""
    return render("sheet_head", lang, title=title, text=text)
