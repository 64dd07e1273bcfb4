"""Why a face was read as it was, as HTML."""

from html import escape

import numpy as np

from femr import i18n
from femr.page import cards
from femr.vision.heatmap import heat_map_uri, heat_scale_uri
from femr.vision.image_io import png_uri
from femr.vision.occlusion import MIN_DROP, Explanation


def reasons(crop: np.ndarray, explanation: Explanation, lang: str) -> str:
    """What the network saw of a face, beside which parts of it mattered.

    Args:
        crop: grey uint8 (side, side).
        explanation: of the reading of `crop`.
        lang: of the texts.
    """
    sentence = escape(_most_for(explanation, lang))
    heat = heat_map_uri(crop, explanation.heat, max(float(explanation.heat.max()), MIN_DROP))
    seen = escape(i18n.translate("why.seen", lang))
    return (
        f'<div class="femr-reasons"><figure><img class="femr-pixels" src="{png_uri(crop)}" alt="{seen}">'
        f"<figcaption>{seen}</figcaption></figure>"
        f'<figure><img src="{heat}" alt="{escape(i18n.translate("why.map", lang))} {sentence}"><figcaption>'
        f'<span>{escape(i18n.translate("why.least", lang))}</span><img src="{heat_scale_uri()}" alt="">'
        f"<span>{escape(i18n.translate('why.most', lang))}</span></figcaption></figure></div>"
        f"<p>{sentence}</p>{cards.notice(i18n.translate('why.how', lang))}"
    )


def _most_for(explanation: Explanation, lang: str) -> str:
    """Which region speaks most for the emotion, with what became of it when that region was covered."""
    emotion, region = i18n.translate(f"emotion.{explanation.emotion}", lang), explanation.strongest
    if not region:
        return i18n.translate("why.none", lang, emotion=emotion)
    return i18n.translate(
        "why.region",
        lang,
        emotion=emotion,
        region=i18n.translate(f"region.{region}", lang),
        before=cards.percent(explanation.share),
        after=cards.percent(explanation.share_without(region)),
    )
