"""What stands on the page before Gradio does, and around it: first and last lines, the greeting, the player's bar."""

import json
from functools import cache

from femr.i18n import LANGUAGES
from femr.page.static_files import SHELL_SCRIPTS, script, styles
from femr.page.views.examples import EXAMPLES, sample
from femr.page.views.render import render
from femr.video.process import installed

PLAYER_WORDS = ("hint", "preview", "asking", "silent", "missing", "busy", "skipped", "none", "store", "own")
"""What the player's bar may have to say; `player.js` puts names in the place of `#`."""

LANGUAGE_NAMES = {"en": "English", "id": "Bahasa Indonesia"}
"""Each language in its own words."""

_TYPEFACE = '<link rel="preload" as="font" type="font/woff2" crossorigin href="typeface/lexend.woff2">'


_ABOVE = '<div id="femr-wash" aria-hidden="true"></div><div id="femr-above"></div>'
"""The mood's colour over the top, an element and no pseudo-element, so that axe-core can tell the contrast of what lies
on it; and the place of the first lines."""


@cache
def head() -> str:
    """For the end of the document's head: styles, and the typeface."""
    return f'<meta name="color-scheme" content="light dark">{_TYPEFACE}<style>{styles()}</style>'


@cache
def before_gradio() -> str:
    """For the beginning of the body: what is seen first, in each language, and the scripts that show it."""
    shown, words = sample(), {"languages": LANGUAGE_NAMES, "PLAYER_WORDS": PLAYER_WORDS}
    shells = "".join(
        render("shell", lang, **words, examples=EXAMPLES, sample=shown, films=installed()) for lang in LANGUAGES
    )
    pictures = {"sample": shown.picture, **{str(n): each.thumbnail for n, each in enumerate(EXAMPLES)}}
    scripts = "".join(f"<script>{script(name)}</script>" for name in SHELL_SCRIPTS)
    return f"{shells}<script>window.femrPictures = {json.dumps(pictures)};</script>{_ABOVE}{scripts}"


AFTER_GRADIO = '<div id="femr-below"></div><script>femr.shell.finish()</script>'
"""For the end of the body."""
