"""Where the files lie that femr ships."""

from pathlib import Path

_PACKAGE = Path(__file__).parent

ASSETS = next(folder for folder in (_PACKAGE / "assets", _PACKAGE.parent / "assets") if folder.is_dir())
"""Inside the package where femr is installed, beside it in a checkout."""

WEIGHTS = ASSETS / "femr.tflite"
"""The published network, written by `train.py`."""

ONNX = ASSETS / "femr.onnx"
"""The same as ONNX, written by `scripts/export_onnx.py`; in a checkout alone."""

CARD = ASSETS / "femr.json"
"""The network's card: its recipe and its figures, written by `train.py`."""

HUB_SPACE, HUB_MODEL, HUB_LABELS = "femr-music/femr", "femr-music/femr", "femr-music/femr-labels"
"""On the Hugging Face Hub: the Space, and where `scripts/publish.py` sends network and labels unless told otherwise.
README's head names all three. Nothing is fetched from them unless somebody asks for it."""

WEIGHTS_ON_HUB = "assets/femr.tflite"
"""The network's name in a repository there."""

DETECTOR_FAR, DETECTOR_NEAR = ASSETS / "blazeface_back.tflite", ASSETS / "blazeface_short_range.tflite"
"""The two networks that find faces, the far-sighted and the near-sighted one; see `NOTICE.md`."""

COVERS = ASSETS / "covers.tflite"
"""The network that sees when eyes or mouth are hidden, written by `scripts/train_covers.py`."""

EXAMPLES = ASSETS / "examples"
"""Faces to click: our own drawings and a photo in the public domain; see `NOTICE.md`."""

FONT = ASSETS / "fonts" / "Lexend.woff2"
"""The page's typeface, with all its weights; see `NOTICE.md`."""

ICONS = ASSETS / "icons"
"""Of the app, drawn by `scripts/draw_icons.py`."""

CATALOGUE = ASSETS / "songs.csv"
"""The songs: an editor's choice, with Spotify's audio features where they were published."""
