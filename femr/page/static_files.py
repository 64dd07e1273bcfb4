"""The page's own scripts and styles."""

import re
from pathlib import Path

from femr.emotions import TRAITS
from femr.i18n import LANGUAGES

STATIC = Path(__file__).parent / "static"

STYLES = (
    "tokens.css",
    "base.css",
    "shell.css",
    "arriving.css",
    "playing.css",
    "songs.css",
    "states.css",
    "sheets.css",
    "controls.css",
    "map.css",
    "groups.css",
    "about.css",
    "player.css",
    "live.css",
    "photos.css",
    "film.css",
    "taste.css",
    "share.css",
)
"""In the order in which they apply."""

SHELL_SCRIPTS = (
    "visit.js",
    "remote.js",
    "intake.js",
    "shell.js",
    "stage.js",
    "sheets.js",
    "controls.js",
    "songs.js",
    "taste.js",
    "profile.js",
    "page.js",
    "save.js",
    "player.js",
    "sources/sound.js",
    "sources/own.js",
    "sources/spotify.js",
    "sources/apple.js",
    "sources/youtube.js",
    "story.js",
    "app.js",
    "groups.js",
)
"""Scripts that run once, before Gradio does; the others belong to one component each."""


_COMMENT = re.compile(r"^ *//.*\n|/\*\*[\s\S]*?\*/", re.MULTILINE)
"""What only readers and the type checker need: lines of comment, and types."""


def script(name: str) -> str:
    """The text of a script, without its comments."""
    return _COMMENT.sub("", (STATIC / name).read_text(encoding="utf-8"))


def styles() -> str:
    """All styles as a text, after emotions' colours as properties, `--angry` and so on, and a rule for `lasting`."""
    colours = "".join(f"--{emotion.lower()}: {traits.colour};" for emotion, traits in TRAITS.items())
    others = "".join(f"html:lang({lang}) [data-each]>:not(:lang({lang})){{display:none}}" for lang in LANGUAGES)
    return "\n".join((f":root{{{colours}}}", others, *((STATIC / name).read_text(encoding="utf-8") for name in STYLES)))
