"""What the page knows of a visitor's taste, where songs play first, and files that are played in the browser."""

from functools import cache
from html import escape

from femr.music.catalogue import catalogue
from femr.music.taste import LIMITS
from femr.page.views.render import render

SOURCES = {"spotify": "Spotify", "apple": "Apple Music", "youtube": "YouTube"}
"""Who plays songs, by the name of the script in `static/sources`; in the order in which they are usually asked."""


def taste(lang: str) -> str:
    """What the visitor likes, hides and has heard, and where songs play first."""
    return render("taste", lang, limits=LIMITS, sources=SOURCES)


@cache
def favourites() -> str:
    """Artists and genres to choose favourites from; the same in every language."""
    source = catalogue()
    names = sorted(source.by_artist, key=str.casefold)
    genres = sorted({song.genre for song in source.songs if song.genre})
    options = [f'<option value="{escape(name)}">' for name in names]
    options += [f'<option value="{escape(genre)}" data-genre="{escape(genre)}">' for genre in genres]
    return f'<datalist id="femr-favourites">{"".join(options)}</datalist>'


def own_files(lang: str) -> str:
    """Where a visitor picks files that are played in the browser."""
    return render("own_files", lang)
