"""Which parts of a face mattered, as a picture."""

import cv2
import numpy as np

from femr.vision.image_files.pictures import jpeg_uri, png_uri

HEAT_COLOURS = cv2.COLORMAP_CIVIDIS
"""Dark blue to yellow, ever lighter: reads the same with any colour vision, and in grey (J. Nuñez et al., 2018)."""

HEAT_SIDE = 288
"""Of a heat map, in pixels; six for each of the crop's."""

HEAT_SHARE = 0.7
"""Of the heat in a heat map's colours; the rest is the face below it."""


def heat_map_uri(crop: np.ndarray, heat: np.ndarray, full: float) -> str:
    """Which places matter, drawn over the crop, as a JPEG `data:` URI.

    A line goes around what matters at least half as much as the colours can tell.

    Args:
        crop: grey uint8 (side, side).
        heat: how much each place matters, (rows, columns); 0 and below is the darkest colour.
        full: the heat that gets the lightest colour, above 0.
    """
    size = (HEAT_SIDE, HEAT_SIDE)
    level = np.clip(cv2.resize(heat.astype(np.float32), size, interpolation=cv2.INTER_CUBIC) / full, 0, 1)
    colours = cv2.applyColorMap(np.round(255 * level).astype(np.uint8), HEAT_COLOURS)
    face = cv2.cvtColor(cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2BGR)
    picture = cv2.addWeighted(colours, HEAT_SHARE, face, 1 - HEAT_SHARE, 0)
    outlines, _ = cv2.findContours((level >= 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for colour, width in (((0, 0, 0), 4), ((255, 255, 255), 2)):
        cv2.drawContours(picture, outlines, -1, colour, width, cv2.LINE_AA)
    return jpeg_uri(picture)


def heat_scale_uri() -> str:
    """The colours of a heat map from least to most, as a PNG `data:` URI 256 pixels wide."""
    return png_uri(cv2.applyColorMap(np.arange(256, dtype=np.uint8)[None], HEAT_COLOURS))
