"""What the browser keeps, and what a face was meant to show. Scripts fill in what this browser has; none of it is here.

`diary.js` keeps and sorts the notes, `diary_view.js` shows them, `corrections.js` keeps what was not right.
"""

from femr.page.static_files import STATIC
from femr.page.views.render import render

HOW = ("face", "meant", "example", "everyone", "picked", "live", "film")
"""Where a mood in the diary comes from, see `Subject`. One that came by a link is somebody else's."""


def diary(lang: str) -> str:
    """The sheet's parts and sentences, with the looks of both sheets, which are not seen before Gradio is there."""
    looks = (STATIC / "diary.css").read_text(encoding="utf-8")
    return f"<style>{looks}</style>" + render("diary", lang, how=HOW)


def meant_choices(lang: str) -> str:
    """A button for each emotion that a face may have been meant to show."""
    return render("meant", lang)
