"""How good the network is, as its card says."""

import json

import pytest

from femr.emotions import EMOTIONS, Emotion
from femr.errors import InstallationError
from femr.paths import CARD
from femr.vision.model_card import Evaluation, load_evaluation

FIGURES = json.loads(CARD.read_text())["figures"]


def test_the_figures_are_those_that_training_wrote_down():
    shipped = load_evaluation()
    public = FIGURES["public"]
    assert shipped.part == "public"
    assert shipped.images == public["images"]
    assert shipped.accuracy == pytest.approx(public["accuracy"], abs=1e-4)
    assert shipped.recall == pytest.approx({Emotion(name): share for name, share in public["recall"].items()}, abs=1e-4)


def test_a_card_without_a_test_part_gives_the_validation_images(tmp_path):
    card = tmp_path / "femr.json"
    card.write_text(json.dumps({"figures": {"validation": FIGURES["validation"]}}))
    assert load_evaluation(card).part == "validation"
    assert load_evaluation(card).images == FIGURES["validation"]["images"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"figures": {}}', '{"figures": {"public": {"confusion": [[1]]}}}']
)
def test_a_card_without_figures_is_named(tmp_path, text):
    card = tmp_path / "femr.json"
    card.write_text(text)
    with pytest.raises(InstallationError, match=r"femr\.json"):
        load_evaluation(card)


def test_a_card_that_is_missing_is_named(tmp_path):
    with pytest.raises(InstallationError, match=r"none\.json"):
        load_evaluation(tmp_path / "none.json")


def test_an_emotion_without_faces_is_read_as_nothing():
    assert set(Evaluation("public", ((0,) * 6, *((1,) * 6,) * 5)).shares(EMOTIONS[0]).values()) == {0}
