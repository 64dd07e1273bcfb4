"""Why a face was read as it was."""

from dataclasses import replace

import numpy as np
import pytest

from femr import i18n
from femr.emotions import Emotion
from femr.page.views.why import why
from femr.vision.occlusion import GRID, Explanation, Region
from tests.unit.page.views.html import Tree

EXPLANATION = Explanation(
    Emotion.HAPPY, 0.9, np.eye(GRID), {region: 1.0 if region is Region.MOUTH else 0.0 for region in Region}
)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_why_shows_what_the_network_saw_beside_what_mattered(lang):
    tree = Tree(why(np.full((48, 48), 99, np.uint8), EXPLANATION, lang))
    seen, heat, scale = (attributes for _, attributes, _ in tree.all("img"))
    assert all(each["src"].startswith("data:image/") for each in (seen, heat, scale))
    assert seen["alt"] == i18n.translate("why.seen", lang)
    sentence = tree.all("p")[0][2]
    assert i18n.translate("region.mouth", lang) in sentence
    assert i18n.translate("emotion.Happy", lang) in sentence
    assert "90 %" in sentence
    assert "77 %" in sentence  # odds of 9 : 1 less a factor of e
    assert heat["alt"].endswith(sentence)
    assert scale["alt"] == ""


def test_why_claims_no_region_where_none_decides():
    nothing = replace(EXPLANATION, heat=np.zeros((GRID, GRID)), drops=dict.fromkeys(Region, 0.0))
    tree = Tree(why(np.full((48, 48), 99, np.uint8), nothing, "en"))
    assert "No single region" in tree.all("p")[0][2]
