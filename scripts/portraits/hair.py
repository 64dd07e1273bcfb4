"""Hair and scarves, behind the face and in front of it."""

import numpy as np

from scripts.portraits.canvas import Canvas, curve, ellipse, ribbon, shade
from scripts.portraits.people import Person

BEHIND = {
    "long": [(0, -1.6), (1.05, -1.1), (1.22, 0), (1.3, 1.2), (0.9, 1.75), (0, 1.6)],
    "scarf": [(0, -1.62), (1.0, -1.15), (1.2, -0.1), (1.15, 0.9), (1.7, 1.9), (0, 2.3)],
}
"""The right edge of what lies behind the face."""

CURLS = [
    *((0.95, -0.1, 0.26), (1.08, -0.5, 0.32), (0.98, -0.95, 0.34), (0.62, -1.3, 0.36), (0.15, -1.45, 0.36)),
    *((-0.35, -1.42, 0.36), (-0.75, -1.2, 0.36), (-1.05, -0.8, 0.33), (-1.08, -0.4, 0.32), (-0.95, -0.05, 0.24)),
]
"""Where the curls lie, and how large they are."""

CROWN = [(1.0, -0.12), (1.03, -0.85), (0.62, -1.38), (0, -1.52), (-0.62, -1.38), (-1.03, -0.85), (-1.0, -0.12)]
LONG_CROWN = [(1.2, 1.45), (1.2, 0.3), (1.12, -0.5), *CROWN[1:-1], (-1.12, -0.5), (-1.2, 0.3), (-1.2, 1.45)]
"""The hair's outer edge, from right to left."""

PARTED = [(-0.93, -0.1), (-0.87, -0.62), (-0.6, -0.86), (-0.2, -1.06), (0.3, -0.92), (0.74, -0.84), (0.93, -0.1)]
COMBED_BACK = [(-0.94, -0.1), (-0.86, -0.66), (-0.45, -1.0), (0, -1.08), (0.45, -1.0), (0.86, -0.66), (0.94, -0.1)]
CURTAINS = [
    *((-1.12, 1.5), (-0.98, 0.5), (-0.93, -0.3), (-0.6, -0.8), (-0.08, -1.16)),
    *((0.1, -1.14), (0.64, -0.76), (0.93, -0.3), (0.98, 0.5), (1.12, 1.5)),
]
HAIRLINES = {"short": PARTED, "long": CURTAINS, "bun": COMBED_BACK, "curls": COMBED_BACK}
"""The hair's inner edge, from left to right."""

SCARF_FACE = [(0, -1.0), (0.62, -0.84), (0.88, -0.3), (0.84, 0.4), (0.56, 0.9), (0, 1.17)]
SCARF = [(0, -1.55), (0.8, -1.25), (1.14, -0.4), (1.1, 0.6), (1.35, 1.5), (0.9, 2.3), (0, 2.4)]
SCARF_FOLDS = (
    [(-0.8, 0.9), (-0.2, 1.5), (0.9, 1.75)],
    [(0.85, 0.8), (0.3, 1.42), (-0.5, 1.6)],
    [(-1.0, 1.2), (-0.3, 1.85), (0.6, 2.1)],
)


def symmetric(right: list[tuple[float, float]]) -> np.ndarray:
    """A closed outline from its right half, whose first and last knots lie in the middle."""
    return curve([*right, *((-x, y) for x, y in reversed(right[1:-1]))], closed=True)


def hair_behind(canvas: Canvas, person: Person) -> None:
    """Hair, or a scarf, that lies behind the face."""
    dark = shade(person.hair, -0.3)
    if person.style in BEHIND:
        canvas.paint(canvas.mask(symmetric(BEHIND[person.style])), dark)
    elif person.style == "bun":
        canvas.paint(canvas.mask(ellipse(0, -1.62, 0.46, 0.36)), dark)
        canvas.paint(canvas.mask(ellipse(-0.12, -1.7, 0.2, 0.1), 0.06), shade(person.hair, 0.25), 0.6)
    elif person.style == "curls":
        for x, y, radius in CURLS:
            canvas.paint(canvas.mask(ellipse(x, y, radius, radius)), dark)


def hair_in_front(canvas: Canvas, person: Person, head: np.ndarray) -> None:
    """Hair, or a scarf, that frames the forehead; `head` is the mask of the face."""
    if person.style == "scarf":
        _scarf(canvas, person)
        return
    outline = np.concatenate([curve(HAIRLINES[person.style]), curve(LONG_CROWN if person.style == "long" else CROWN)])
    hair = canvas.mask(outline)
    canvas.paint(canvas.mask(outline + np.array([0.02, 0.07]), 0.06, head), shade(person.skin, -0.5), 0.5)
    canvas.paint(hair, person.hair)
    canvas.paint(canvas.mask(ellipse(0.75, -0.9, 0.4, 0.6), 0.2, hair), shade(person.hair, -0.4), 0.7)
    canvas.paint(canvas.mask(ellipse(-0.45, -1.22, 0.4, 0.12), 0.09, hair), shade(person.hair, 0.35), 0.6)
    if person.style == "curls":
        for x, y, radius in CURLS:
            light = canvas.mask(ellipse(x - 0.06, y - 0.06, radius * 0.5, radius * 0.45), 0.06, 1 - head * (1 - hair))
            canvas.paint(light, shade(person.hair, 0.13), 0.8)
        return
    for start in np.linspace(-0.75, 0.75, 9):
        strand = ribbon([(start * 0.35, -1.5), (start * 0.9, -1.2), (start * 1.25, -0.75)], [0.008, 0.02, 0.008])
        canvas.paint(canvas.mask(strand, 0.01, hair), shade(person.hair, -0.4), 0.35)


def _scarf(canvas: Canvas, person: Person) -> None:
    """A headscarf around the face."""
    face = symmetric(SCARF_FACE)
    covered = canvas.mask(symmetric(SCARF)) * (1 - canvas.mask(face))
    canvas.paint(covered, person.hair)
    canvas.paint(canvas.mask(face * [1.1, 1.08], 0.05) * covered, shade(person.hair, -0.35), 0.7)
    canvas.paint(canvas.mask(ellipse(-0.5, -1.15, 0.4, 0.18), 0.12) * covered, shade(person.hair, 0.35), 0.7)
    for knots in SCARF_FOLDS:
        canvas.paint(canvas.mask(ribbon(knots, [0.01, 0.05, 0.01]), 0.025) * covered, shade(person.hair, -0.45), 0.6)
