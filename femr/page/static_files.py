"""The page's own scripts and styles."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"

STYLES = [STATIC / "page.css", STATIC / "live.css", STATIC / "share.css"]

HEAD_SCRIPTS = ("visit.js", "page.js", "player.js", "story.js", "app.js")
"""Scripts that run once, before the components are there; the others belong to one component each."""


def script(name: str) -> str:
    """The text of a script."""
    return (STATIC / name).read_text(encoding="utf-8")
