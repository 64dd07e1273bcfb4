import ast
import re
from pathlib import Path

import pytest

from femr.emotions import EMOTIONS, TRAITS, Emotion

ROOT = Path(__file__).parents[2]


def test_the_order_is_that_of_the_networks_outputs():
    assert EMOTIONS == ("Angry", "Fear", "Happy", "Neutral", "Sad", "Surprise")


def test_an_emotion_is_found_by_its_english_name():
    assert Emotion("Happy") is Emotion.HAPPY


def test_every_emotion_has_a_portrait():
    assert tuple(TRAITS) == EMOTIONS


def test_colours_are_written_as_css_takes_them_and_differ():
    colours = {portrait.colour for portrait in TRAITS.values()}
    assert len(colours) == len(EMOTIONS)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)


def test_emoji_are_single_characters_and_differ():
    emoji = {portrait.emoji for portrait in TRAITS.values()}
    assert len(emoji) == len(EMOTIONS)
    assert all(len(each) == 1 for each in emoji)


@pytest.mark.parametrize(
    ("emotion", "pleasant", "excited"),
    [
        (Emotion.ANGRY, False, True),
        (Emotion.FEAR, False, True),
        (Emotion.HAPPY, True, True),
        (Emotion.SAD, False, False),
        (Emotion.SURPRISE, True, True),
    ],
)
def test_an_emotion_lies_in_its_quarter_of_the_plane(emotion, pleasant, excited):
    portrait = TRAITS[emotion]
    assert 0 < abs(portrait.valence) <= 1
    assert 0 < abs(portrait.arousal) <= 1
    assert (portrait.valence > 0, portrait.arousal > 0) == (pleasant, excited)


def test_neutral_is_the_origin():
    assert (TRAITS[Emotion.NEUTRAL].valence, TRAITS[Emotion.NEUTRAL].arousal) == (0, 0)


def elsewhere():
    files = [ROOT / "app.py", ROOT / "train.py", *(ROOT / "femr").rglob("*")]
    return [path for path in files if path.suffix in {".py", ".css", ".js", ".html"} and path.name != "emotions.py"]


def test_only_words_repeats_the_labels():
    for path in elsewhere():
        if path.suffix == ".py" and path.parent.name != "i18n":
            texts = {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}
            assert len(texts & set(EMOTIONS)) <= 1, path  # one may be an example


def test_no_other_file_repeats_the_colours():
    for path in elsewhere():
        text = path.read_text().lower()
        assert len([portrait for portrait in TRAITS.values() if portrait.colour in text]) <= 1, path
