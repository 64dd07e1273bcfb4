"""Draws a face from what it looks like and what it does.

Places are in head units, as in `scripts.portraits.canvas`. Light falls from the upper left.
"""

import cv2
import numpy as np

from scripts.portraits.canvas import Canvas, Colour, curve, ellipse, mirrored, ribbon, shade
from scripts.portraits.hair import hair_behind, hair_in_front
from scripts.portraits.people import Expression, Person

LASHES: Colour = (38, 28, 30)
RED: Colour = (176, 74, 78)
THROAT: Colour = (58, 18, 24)
TONGUE: Colour = (178, 84, 88)
IVORY: Colour = (246, 240, 230)
EYE = (0.41, -0.1)
"""The middle of the eye on the right of the picture."""

MOUTH = 0.66
"""How low the middle of the mouth lies."""

SHUT = 0.02
"""A mouth that is open less shows a line."""


def draw(person: Person, expression: Expression, size: int) -> np.ndarray:
    """A portrait: RGB uint8 (size, size, 3). It is drawn at twice the size and shrunk, which smooths every edge."""
    canvas = Canvas(2 * size, person.background)
    canvas.paint(canvas.mask(ellipse(-0.5, -0.7, 1.2, 1.2), 0.7), shade(person.background, 0.6), 0.8)
    hair_behind(canvas, person)
    _body(canvas, person)
    head = _head(canvas, person, expression)
    _nose(canvas, person, expression, head)
    _mouth(canvas, person, expression)
    for side in (1, -1):
        _eye(canvas, person, expression, side)
        _brow(canvas, person, expression, side)
    _folds(canvas, person, expression, head)
    hair_in_front(canvas, person, head)
    return cv2.resize(canvas.picture(), (size, size), interpolation=cv2.INTER_AREA)


def _both(canvas: Canvas, outline: np.ndarray, colour: Colour, opacity: float, blur: float, inside: np.ndarray) -> None:
    """The same on both sides of the face."""
    for each in (outline, mirrored(outline)):
        canvas.paint(canvas.mask(each, blur, inside), colour, opacity)


def _body(canvas: Canvas, person: Person) -> None:
    """Neck and shoulders."""
    neck = curve(
        [
            (-0.42, 0.7),
            (-0.43, 1.2),
            (-0.6, 1.5),
            (-0.7, 1.8),
            (0, 2.1),
            (0.7, 1.8),
            (0.6, 1.5),
            (0.43, 1.2),
            (0.42, 0.7),
        ]
    )
    canvas.paint(canvas.mask(neck), shade(person.skin, -0.12))
    canvas.paint(canvas.mask(ellipse(0.06, 1.12, 0.46, 0.3), 0.09, canvas.mask(neck)), shade(person.skin, -0.45), 0.75)
    shirt = curve(
        [(-2.2, 2.4), (-1.75, 1.78), (-1.1, 1.58), (-0.62, 1.5), (-0.34, 1.74), (0, 1.83), (0.34, 1.74), (0.62, 1.5),
         (1.1, 1.58), (1.75, 1.78), (2.2, 2.4)]
    )  # fmt: skip
    covered = canvas.mask(shirt)
    canvas.paint(covered, person.clothes)
    canvas.paint(canvas.mask(ellipse(1.3, 2.1, 0.9, 0.5), 0.2, covered), shade(person.clothes, -0.3), 0.6)
    collar = ribbon([(-0.62, 1.5), (-0.34, 1.74), (0, 1.83), (0.34, 1.74), (0.62, 1.5)], [0.02, 0.08, 0.08, 0.08, 0.02])
    canvas.paint(canvas.mask(collar, 0.008), shade(person.clothes, -0.22))


def _head(canvas: Canvas, person: Person, expression: Expression) -> np.ndarray:
    """Ears and the face with its light and shade; gives the face's mask."""
    chin = 1.16 + 0.45 * expression.jaw_drop
    for side in (1, -1):
        ear = ellipse(side * 0.97, 0.06, 0.13, 0.25)
        canvas.paint(canvas.mask(ear), shade(person.skin, -0.08))
        canvas.paint(canvas.mask(ellipse(side * 0.97, 0.06, 0.06, 0.15), 0.03), shade(person.skin, -0.35), 0.7)
    jaw = person.jaw
    right = [(0.6, -1.12), (0.93, -0.62), (0.95, 0.0), (0.88, 0.45), (jaw, 0.86), (0.3, chin - 0.05)]
    outline = curve([(0, -1.3), *right, (0, chin), *((-x, y) for x, y in reversed(right))], closed=True)
    head = canvas.mask(outline)
    skin = person.skin
    canvas.paint(head, skin)
    rim = np.clip(head - canvas.mask(outline * [0.86, 0.9] + [-0.06, -0.03], 0.14), 0, 1)
    canvas.paint(rim * head, shade(skin, -0.36), 0.75)
    for x, y, width, height, amount, opacity in (
        (-0.14, -0.72, 0.5, 0.24, 0.35, 0.45),  # forehead
        (-0.5, 0.28, 0.24, 0.18, 0.35, 0.5),  # cheeks
        (0.5, 0.28, 0.22, 0.18, 0.3, 0.35),
        (-0.02, chin - 0.16, 0.17, 0.1, 0.3, 0.4),  # chin
    ):
        canvas.paint(canvas.mask(ellipse(x, y, width, height), 0.13, head), shade(skin, amount), opacity)
    blush = tuple(np.array(skin) * [0.98, 0.72, 0.7])
    _both(canvas, ellipse(0.56, 0.36, 0.2, 0.14), blush, 0.45, 0.1, head)
    _both(canvas, ellipse(0.38, -0.14, 0.3, 0.17), shade(skin, -0.4), 0.5, 0.09, head)  # sockets
    return head


def _nose(canvas: Canvas, person: Person, expression: Expression, head: np.ndarray) -> None:
    """Bridge, tip and nostrils."""
    skin, wide = person.skin, person.nose * (1 + 0.22 * expression.sneer)
    lift = 0.06 * expression.sneer
    tip = 0.33 - lift
    canvas.paint(canvas.mask(ellipse(0.13, 0.05, 0.07, 0.32), 0.06, head), shade(skin, -0.35), 0.5)
    canvas.paint(canvas.mask(ellipse(-0.03, -0.02, 0.045, 0.34), 0.035, head), shade(skin, 0.4), 0.5)
    canvas.paint(canvas.mask(ellipse(0.02, tip + 0.1, wide * 1.1, 0.06), 0.045, head), shade(skin, -0.5), 0.6)
    canvas.paint(canvas.mask(ellipse(-0.02, tip, 0.1, 0.09), 0.04, head), shade(skin, 0.4), 0.55)
    _both(canvas, ellipse(wide * 0.85, tip + 0.03, 0.07, 0.08), shade(skin, -0.1), 0.5, 0.03, head)
    wing = ribbon([(wide * 0.95, tip - 0.05), (wide * 1.12, tip + 0.03), (wide * 0.95, tip + 0.1)], [0.01, 0.03, 0.01])
    _both(canvas, wing, shade(skin, -0.55), 0.75, 0.012, head)
    nostril = ribbon([(wide * 0.28, tip + 0.1), (wide * 0.52, tip + 0.075), (wide * 0.78, tip + 0.1)],
                     [0.02, 0.06, 0.02])  # fmt: skip
    _both(canvas, nostril, shade(skin, -0.75), 0.85, 0.012, head)


def _mouth(canvas: Canvas, person: Person, expression: Expression) -> None:
    """Lips, and what an open mouth shows."""
    e, skin_shadow = expression, shade(person.skin, -0.45)
    upper, lower, thick = MOUTH - e.upper_lip, MOUTH + e.jaw_drop, 0.095 * e.lip_size
    lips = tuple(np.array(person.skin) * (1 - person.lips) + np.array(RED) * person.lips)
    outer_upper, outer_lower = _lip(e, upper - thick, bow=0.022), _lip(e, lower + thick * 1.2)
    inner_upper, inner_lower = _lip(e, upper), _lip(e, lower)
    below = ellipse(0, lower + thick * 1.2 + 0.06, e.mouth_width * 0.55, 0.035)
    canvas.paint(canvas.mask(below, 0.035), skin_shadow, 0.6)
    canvas.paint(canvas.mask(ellipse(0, upper - thick - 0.09, 0.04, 0.07), 0.03), skin_shadow, 0.35)
    canvas.paint(canvas.mask(np.concatenate([outer_upper, inner_lower[::-1]]), 0.008), shade(lips, -0.2))
    canvas.paint(canvas.mask(np.concatenate([inner_upper, outer_lower[::-1]]), 0.008), lips)
    shine = ellipse(-0.05, lower + thick * 0.6, e.mouth_width * 0.35, thick * 0.25)
    canvas.paint(canvas.mask(shine, 0.02), shade(lips, 0.45), 0.5)
    if lower - upper > SHUT:
        _inside(canvas, expression, inner_upper, inner_lower)
    else:
        line = [tuple(point) for point in (inner_upper + inner_lower)[:: len(inner_upper) // 8] / 2]
        canvas.paint(canvas.mask(ribbon(line, [0.015, 0.035, 0.035, 0.035, 0.015]), 0.008), shade(lips, -0.68), 0.95)
    for x in (e.mouth_width, -e.mouth_width):
        corner = ellipse(x, MOUTH - e.corners, 0.035, 0.035)
        canvas.paint(canvas.mask(corner, 0.02), shade(person.skin, -0.6), 0.6)


def _lip(expression: Expression, height: float, bow: float = 0.0) -> np.ndarray:
    """A line from corner to corner whose middle lies at `height`; `bow` dips the middle of the upper lip."""
    corner = (expression.mouth_width, MOUTH - expression.corners)
    near, far = 0.22 * corner[0], 0.62 * corner[0]
    share = 0.681 + 0.232 * expression.square  # of the height that the line still has on its way to the corner
    right = [(near, height - bow), (far, corner[1] + (height - corner[1]) * share), corner]
    return curve([*((-x, y) for x, y in reversed(right)), (0, height), *right])


def _inside(canvas: Canvas, expression: Expression, upper: np.ndarray, lower: np.ndarray) -> None:
    """Teeth and tongue between the lips' inner edges."""
    e = expression
    opening = canvas.mask(np.concatenate([upper, lower[::-1]]), 0.004)
    canvas.paint(opening, THROAT)
    height = e.upper_lip + e.jaw_drop
    tongue = ellipse(0, MOUTH + e.jaw_drop, e.mouth_width * 0.55, height * 0.35)
    canvas.paint(canvas.mask(tongue, 0.03, opening), TONGUE, 0.8)
    for edge, share, colour in ((upper, e.upper_teeth, IVORY), (lower, -e.lower_teeth, shade(IVORY, -0.08))):
        if share:
            teeth = np.concatenate([edge, (edge + np.array([0, height * share]))[::-1]])
            canvas.paint(canvas.mask(teeth, 0.01, opening), colour, 0.97)
    shadow = ribbon([tuple(point) for point in upper[::16]], [0.05])
    canvas.paint(canvas.mask(shadow, 0.02, opening), THROAT, 0.45)


def _eye(canvas: Canvas, person: Person, expression: Expression, side: int) -> None:
    """One eye with its lids."""
    e, (x, y) = expression, EYE
    inner, outer = (x - 0.215, y + 0.03), (x + 0.22, y - 0.01)

    def lid(height: float) -> list[tuple[float, float]]:
        return [inner, (x - 0.1, y - height * 0.86), (x + 0.04, y - height), (x + 0.15, y - height * 0.62), outer]

    def placed(outline: np.ndarray) -> np.ndarray:
        return outline * [side, 1]

    upper, lower = lid(e.upper_lid), lid(-e.lower_lid)
    eye = canvas.mask(placed(np.concatenate([curve(upper), curve(lower)[::-1]])), 0.004)
    canvas.paint(eye, (244, 241, 238))
    look = y + 0.01 + e.gaze
    iris = canvas.mask(ellipse(side * x, look, 0.118, 0.118), 0.006, eye)
    canvas.paint(iris, shade(person.iris, -0.25))
    canvas.paint(canvas.mask(ellipse(side * x, look + 0.03, 0.08, 0.075), 0.025, iris), shade(person.iris, 0.3), 0.7)
    canvas.paint(canvas.mask(ellipse(side * x, look, 0.056, 0.056), 0.006, eye), (16, 12, 14))
    canvas.paint(canvas.mask(ellipse(side * x - 0.04, look - 0.045, 0.026, 0.026), 0.004, eye), (255, 255, 255), 0.95)
    below = [(a, b + 0.04) for a, b in upper]
    canvas.paint(canvas.mask(placed(ribbon(below, [0.06])), 0.025, eye), (60, 48, 52), 0.5)
    canvas.paint(canvas.mask(placed(ribbon(lower, [0.012, 0.022, 0.012])), 0.008), shade(person.skin, -0.62), 0.75)
    canvas.paint(canvas.mask(placed(ribbon(upper, [0.02, 0.045, 0.05, 0.045, 0.02])), 0.006), LASHES, 0.95)
    fold = [(a, b - 0.055 - 0.02 * (b < y)) for a, b in upper]
    canvas.paint(canvas.mask(placed(ribbon(fold, [0.008, 0.022, 0.008])), 0.01), shade(person.skin, -0.55), 0.7)
    bag = [(x - 0.19, y + e.lower_lid + 0.05), (x, y + e.lower_lid + 0.1), (x + 0.2, y + e.lower_lid + 0.04)]
    canvas.paint(canvas.mask(placed(ribbon(bag, [0.01, 0.035, 0.01])), 0.018), shade(person.skin, -0.5),
                 0.25 + 0.5 * e.squeeze)  # fmt: skip
    for step in (-0.05, 0.03) if e.squeeze > 0.3 else ():
        crow = ribbon([(x + 0.27, y + step), (x + 0.37, y + 2.2 * step)], [0.02, 0.006])
        canvas.paint(canvas.mask(placed(crow), 0.01), shade(person.skin, -0.5), 0.55 * e.squeeze)


def _brow(canvas: Canvas, person: Person, expression: Expression, side: int) -> None:
    """One brow."""
    e = expression
    knots = [
        (0.17 - e.knit, -0.40 - e.brow_inner),
        (0.36 - 0.5 * e.knit, -0.45 - 0.5 * (e.brow_inner + e.brow_arch)),
        (0.55, -0.46 - e.brow_arch),
        (0.73, -0.36 - e.brow_outer),
    ]
    colour = shade(person.hair, -0.35) if person.style != "scarf" else (44, 32, 30)
    for widths, blur, opacity in (([0.1, 0.115, 0.085, 0.02], 0.022, 0.85), ([0.06, 0.075, 0.05, 0.01], 0.01, 0.75)):
        canvas.paint(canvas.mask(ribbon(knots, widths) * [side, 1], blur), colour, opacity)


def _folds(canvas: Canvas, person: Person, expression: Expression, head: np.ndarray) -> None:
    """The lines that an expression draws into the skin."""
    e, skin = expression, person.skin
    fold = ribbon(
        [(person.nose + 0.05, 0.36), (e.mouth_width + 0.1, 0.52), (e.mouth_width + 0.13, MOUTH + 0.08 - e.corners)],
        [0.015, 0.045, 0.008],
    )
    _both(canvas, fold, shade(skin, -0.48), e.cheeks, 0.02, head)
    if e.cheeks > 0.5:  # a raised cheek catches the light
        _both(canvas, ellipse(0.58, 0.22, 0.17, 0.1), shade(skin, 0.4), 0.5 * e.cheeks, 0.06, head)
    inner = 0.13 - e.knit
    crease = ribbon([(inner, -0.56), (inner - 0.02, -0.42), (inner + 0.02, -0.28)], [0.008, 0.035, 0.008])
    _both(canvas, crease, shade(skin, -0.6), e.furrow, 0.012, head)
    for height, half in ((-0.72, 0.42), (-0.83, 0.46), (-0.94, 0.38)):
        line = ribbon([(-half, height), (0, height - 0.03), (half, height)], [0.006, 0.026, 0.006])
        canvas.paint(canvas.mask(line, 0.012, head), shade(skin, -0.5), 0.7 * e.forehead)
    wrinkle = ribbon([(0.08, -0.08), (0.17, 0.06)], [0.03, 0.01])
    _both(canvas, wrinkle, shade(skin, -0.5), 0.7 * e.sneer, 0.012, head)
