"""What the page says about itself comes from the network's card."""

import re

import pytest

from femr.emotions import EMOTIONS
from femr.i18n import LANGUAGES, translate
from femr.page.views.about import about
from femr.vision.model_card import Evaluation, load_evaluation


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_what_was_measured(lang):
    perfect = Evaluation("public", tuple(tuple(700 * (a == b) for a in EMOTIONS) for b in EMOTIONS))
    page = about(perfect, 4, lang)
    assert {"en": "100 % of 4,200", "id": "100 % dari 4.200"}[lang] in page
    assert "</p><p>" in page  # no gaps between elements
    assert re.search(r"[.] (Always|Selalu)", page)  # and one between sentences
    assert page.count("<td style") == len(EMOTIONS) ** 2
    assert re.findall(r"(\d+) %</td>", page).count("100") == len(EMOTIONS)
    assert page.count('scope="col"') == page.count('scope="row"') == len(EMOTIONS)
    assert "4 men" in page or "4 min" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_where_the_figures_come_from_and_what_they_are_not_for(lang):
    page = about(load_evaluation(), 4, lang)
    assert translate("about.part.public", lang).replace("'", "&#39;") in page
    assert translate("about.not.why", lang) in page
