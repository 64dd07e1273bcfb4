"""How a photo comes in: all that is said of it on its way. `photos.js` shows what is so."""

from femr.page.uploads import MAX_FILE_MEGABYTES, SENT_SIDE
from femr.page.views.render import render


def sentences(lang: str) -> str:
    """What goes on and what went wrong, with the progress of an upload, and what can be done then."""
    return render("photo_words", lang, limit=MAX_FILE_MEGABYTES, side=SENT_SIDE)
