"""Where the files lie that femr ships."""

from pathlib import Path

ASSETS = Path(__file__).parent.parent / "assets"

WEIGHTS = ASSETS / "femr.tflite"
"""The published network, written by `train.py`."""

CARD = ASSETS / "femr.json"
"""The network's card: its recipe and its figures, written by `train.py`."""

EXAMPLES = ASSETS / "examples"
"""Faces to click: our own drawings and a photo in the public domain; see `NOTICE.md`."""

CATALOGUE = ASSETS / "songs.csv"
"""The songs: an editor's choice, with Spotify's audio features where they were published."""
