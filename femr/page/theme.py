"""What the page needs of Gradio's theme: next to nothing. All that is seen is our own, see `static/tokens.css`."""

from gradio.themes import Base

FONT = ("femr Lexend", "system-ui", "sans-serif")
"""Served by the page itself: the "Lexend" that Gradio 6.31 ships holds Vietnamese letters only."""


def theme() -> Base:
    """The theme. Nothing in it is fetched from outside."""
    return Base(font=FONT, font_mono=("ui-monospace", "monospace")).set(
        body_background_fill="transparent",
        body_background_fill_dark="transparent",
        background_fill_primary="transparent",
        background_fill_primary_dark="transparent",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
    )
