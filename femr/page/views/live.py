"""The live camera: numbered boxes over it, bars, and the last minute as lines. `live.js` moves them."""

from html import escape
from pathlib import Path

from femr.emotions import EMOTIONS, TRAITS
from femr.i18n import translate
from femr.mood import Closeness, Expression
from femr.page import cards
from femr.vision.confidence import Hint

HERE = Path(__file__).parent

STAGE = """
<div class="femr-live-stage">
  <video playsinline muted disablepictureinpicture></video>
  <div class="femr-live-boxes" role="group"></div>
</div>
"""

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480, 170, 46, 110, 10, 20
"""The chart in its own units, and the room around its plane: for numbers, names, and the words below."""

SENTENCES = ("away", "ended", "gathering", "locked", "nobody", "slow", "starting", "stopped")
PROBLEMS = ("full", "lost")


def stage():
    return STAGE


def sentences(lang: str) -> str:
    """All that the live camera says in words, of which the script shows what is so.

    One of what goes on at a time; beside it how far apart people are, and what speaks against the reading. A box is
    named after `data-box`.
    """
    settled = ""
    for each in EMOTIONS:
        looks = translate(f"looks.{each}", lang)
        settled += cards.hidden_sentence(f"settled.{each}", translate("live.settled", lang, emotion=looks))
        settled += cards.hidden_sentence(f"together.{each}", translate("live.together", lang, emotion=looks))
    told = "".join(cards.hidden_sentence(key, translate(f"live.{key}", lang)) for key in SENTENCES)
    problems = "".join(cards.hidden_sentence(key, translate(f"live.{key}", lang), problem=True) for key in PROBLEMS)
    doubts = "".join(cards.hidden_sentence(each, translate(f"hint.{each}", lang), kind="hint") for each in Hint)
    closeness = "".join(
        cards.hidden_sentence(
            each, translate("live.apart", lang, closeness=translate(f"closeness.{each}", lang)), kind="closeness"
        )
        for each in Closeness
    )
    box = escape(translate("page.face", lang, number="#"))
    faces = escape(translate("page.faces", lang))
    return (
        f'<div data-box="{box}" data-faces="{faces}" role="status">{told}{settled}{closeness}{doubts}</div>'
        f"{problems}{cards.camera_problems(lang)}"
    )


def empty_bars(lang: str) -> str:
    """Six bars that the script fills."""
    label = escape(translate("live.bars", lang))
    bars = cards.bars(Expression((0.0,) * len(EMOTIONS)), lang)
    return f'<section class="femr-live-bars" aria-label="{label}">{bars}</section>'


def empty_chart(lang: str) -> str:
    """The plane of the last minute, on which the script draws a line for each emotion, with its name at the end."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    middle = (TOP + bottom) / 2
    lines = "".join(f"M{LEFT} {y:g}H{right}" for y in (TOP, middle, bottom))
    scale = "".join(
        f'<text x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end">{share}</text>'
        for y, share in ((TOP, "100 %"), (middle, "50 %"), (bottom, "0 %"))
    )
    ends = (
        f'<text x="{LEFT}" y="{HEIGHT - 4}">{escape(translate("live.minute", lang))}</text>'
        f'<text x="{right}" y="{HEIGHT - 4}" text-anchor="end">{escape(translate("live.now", lang))}</text>'
    )
    drawn = "".join(
        f'<g data-line="{each}" style="--colour:{TRAITS[each].colour}"><polyline/><path/>'
        f"<text>{escape(translate(f'emotion.{each}', lang))}</text></g>"
        for each in EMOTIONS
    )
    plane = f'data-plane="{LEFT} {TOP} {right} {bottom}"'
    return (
        f'<svg class="femr-live-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {plane} '
        f'aria-label="{escape(translate("live.chart", lang))}"><path class="femr-axes" d="{lines}"/>'
        f"{scale}{ends}{drawn}</svg>"
    )
