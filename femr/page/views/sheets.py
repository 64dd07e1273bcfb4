"""What all sheets begin with."""

from femr.page.views.render import render


def sheet_head(sheet: str, title: str, text: str, lang: str) -> str:
    """A heading that names the sheet, a button that closes it, and a sentence where there is one."""
    return render("sheet_head", lang, sheet=sheet, title=title, text=text)
