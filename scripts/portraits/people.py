"""Who is drawn, and what their face does."""

from dataclasses import dataclass

from scripts.portraits.canvas import Colour


@dataclass(frozen=True)
class Person:
    """Who is drawn.

    Attributes:
        skin, hair, clothes, background, iris: their colours.
        style: of the hair: `short`, `long`, `bun`, `curls`, `scarf`.
        jaw: half the width of the jaw, in head units.
        nose: half the width of the nose.
        lips: how much redder than the skin the lips are, 0…1.
    """

    skin: Colour
    hair: Colour
    clothes: Colour
    background: Colour
    iris: Colour = (88, 58, 38)
    style: str = "short"
    jaw: float = 0.66
    nose: float = 0.23
    lips: float = 0.5


@dataclass(frozen=True)
class Expression:
    """What the face does; heights in head units, upwards where the name does not say otherwise.

    Attributes:
        brow_inner, brow_arch, brow_outer: how high the brow's ends and its middle stand above rest.
        knit: how far the inner ends come together.
        furrow: strength of the folds between the brows, 0…1.
        forehead: strength of the lines across the forehead, 0…1.
        upper_lid, lower_lid: how far each lid stands from the middle of the eye.
        gaze: how far the eyes look down.
        squeeze: bags below the eyes, as in laughing, 0…1.
        cheeks: strength of the folds from nose to mouth, 0…1.
        sneer: how broad and high the nose is drawn, 0…1.
        mouth_width: half of it.
        corners: how high the corners lie above the middle of the mouth.
        upper_lip: how far the inner edge of the upper lip is raised.
        jaw_drop: how far the inner edge of the lower lip is lowered.
        square: how square the open mouth is, 0…1.
        upper_teeth, lower_teeth: their visible share of the opening, 0…1.
        lip_size: thickness of the lips, 1 at rest.
    """

    brow_inner: float = 0.0
    brow_arch: float = 0.0
    brow_outer: float = 0.0
    knit: float = 0.0
    furrow: float = 0.0
    forehead: float = 0.0
    upper_lid: float = 0.13
    lower_lid: float = 0.08
    gaze: float = 0.0
    squeeze: float = 0.0
    cheeks: float = 0.15
    sneer: float = 0.0
    mouth_width: float = 0.36
    corners: float = 0.0
    upper_lip: float = 0.0
    jaw_drop: float = 0.0
    square: float = 0.0
    upper_teeth: float = 0.0
    lower_teeth: float = 0.0
    lip_size: float = 1.0
