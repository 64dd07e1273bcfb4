"""The page's own scripts and styles."""

from pathlib import Path

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
    "about.css",
    "player.css",
    "live.css",
    "photos.css",
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
    "hearts.js",
    "page.js",
    "player.js",
    "story.js",
    "app.js",
)
"""Scripts that run once, before Gradio does; the others belong to one component each."""


def script(name: str) -> str:
    """The text of a script."""
    return (STATIC / name).read_text(encoding="utf-8")


def styles() -> str:
    """The text of all styles."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES)
