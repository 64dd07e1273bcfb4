"""Why a face was read as it was."""

import numpy as np

from femr.i18n import translate
from femr.page.views.render import percent, render
from femr.vision.heatmap import heat_map_uri, heat_scale_uri
from femr.vision.image_files.pictures import png_uri
from femr.vision.occlusion import MIN_DROP, Explanation


def why(crop: np.ndarray, explanation: Explanation, lang: str) -> str:
    """What the network saw of a face, beside which parts of it mattered.

    Args:
        crop: grey uint8 (side, side).
        explanation: of the reading of `crop`.
        lang: of the texts.
    """
    return render(
        "why",
        lang,
        crop=png_uri(crop),
        heat_map=heat_map_uri(crop, explanation.heat, max(float(explanation.heat.max()), MIN_DROP)),
        heat_scale=heat_scale_uri(),
        sentence=_most_for(explanation, lang),
    )


def _most_for(explanation: Explanation, lang: str) -> str:
    """Which region speaks most for the emotion, with what became of it when that region was covered."""
    emotion, region = translate(f"emotion.{explanation.emotion}", lang), explanation.strongest
    if not region:
        return translate("why.none", lang, emotion=emotion)
    return translate(
        "why.region",
        lang,
        emotion=emotion,
        region=translate(f"region.{region}", lang),
        before=percent(explanation.share),
        after=percent(explanation.share_without(region)),
    )
