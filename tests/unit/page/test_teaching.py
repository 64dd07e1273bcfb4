"""What femr is taught from a browser, which may send anything."""

import json

import gradio as gr
import pytest

from femr.emotions import EMOTIONS, Emotion
from femr.page.screen import known_profile
from femr.page.teaching import DECIMALS, MAX_LESSONS, MAX_PHOTOS, show_profile, teach
from femr.vision.classifier import expression_classifier
from femr.vision.profile import Profile
from femr.vision.reading import ProfileUse


def lesson(emotion, *, sitting="one", lead=0.4):
    """A face that is read as Neutral, whatever it shows."""
    shares = [0.1] * 6
    shares[EMOTIONS.index(Emotion.NEUTRAL)] = lead
    shares[EMOTIONS.index(Emotion(emotion))] += 0.2
    return {"emotion": emotion, "shares": [round(each / sum(shares), DECIMALS) for each in shares], "sitting": sitting}


SIX = [lesson(emotion.value) for emotion in EMOTIONS]


def told(**said):
    return teach(gr.EventData(None, {"token": "t", **said}), "en", "")


def answer(taught):
    return json.loads(taught.answer)


def test_six_faces_of_one_sitting_give_a_profile_bound_to_the_network_and_come_back():
    taught = told(lessons=SIX)
    profile = Profile.from_value(answer(taught)["profile"])
    assert profile.network == expression_classifier().identity
    assert profile.counts == (1,) * 6
    assert answer(taught)["lessons"] == SIX
    assert answer(taught)["token"] == "t"
    assert "femr now knows your face" in taught.result
    assert "0 of 1" in taught.result


def test_faces_of_different_days_are_not_used_before_they_are_tested():
    network = expression_classifier().identity
    assert Profile.from_value(answer(told(lessons=SIX))["profile"]).use(network) is ProfileUse.USED
    days = [{**each, "sitting": name} for each, name in zip(SIX, "abcdef", strict=True)]
    unknown = [{**each, "sitting": ""} for each in SIX]
    for apart in (days, unknown):
        taught = told(lessons=apart)
        assert Profile.from_value(answer(taught)["profile"]).use(network) is ProfileUse.UNTESTED
        assert "Show each expression twice" in taught.result


@pytest.mark.parametrize(
    "said",
    [
        {"lessons": "no"},
        {"lessons": [3]},
        {"lessons": [{}]},
        {"lessons": [{**SIX[0], "emotion": "Bored"}]},
        {"lessons": [{**SIX[0], "shares": [1, 2]}]},
        {"lessons": [{**SIX[0], "shares": [float("nan")] * 6}]},
        {"lessons": [{**SIX[0], "sitting": "x" * 100}]},
        {"lessons": [SIX[0]] * (MAX_LESSONS + 1)},
        {"photos": [{}] * (MAX_PHOTOS + 1)},
        {"photos": [{"file": {"path": "/etc/passwd"}, "emotion": "Happy"}]},
        {"photos": ["x"]},
    ],
    ids=lambda said: repr(said)[:50],
)
def test_what_is_no_lesson_is_refused_in_words(said):
    taught = told(**said)
    assert "profile" not in answer(taught)
    assert 'role="alert"' in taught.result


def test_lessons_that_another_network_has_read_teach_nothing():
    taught = told(lessons=SIX, network="another")
    assert "profile" not in answer(taught)
    assert "another network" in taught.result


def test_the_same_face_under_two_names_is_said_by_the_names_of_what_it_showed():
    taught = told(lessons=[SIX[0], {**SIX[0], "emotion": "Sad"}])
    assert "Angry and Sad" in taught.result


def test_a_profile_is_shown_with_its_numbers_in_the_language_of_the_page():
    profile = json.dumps(answer(told(lessons=SIX))["profile"])
    shown = show_profile(gr.EventData(None, {}), "id", profile)
    assert "Dipelajari dari 6 wajah" in shown.numbers
    assert show_profile(gr.EventData(None, {}), "en", "").numbers == ""


@pytest.mark.parametrize(
    "text", ["", "{}", "[" * 3_000, 3, None, {"femr_profile": 1}], ids=lambda each: repr(each)[:20]
)
def test_what_is_no_profile_counts_as_none(text):
    assert known_profile(text) is None


def test_a_profile_from_a_file_is_checked_before_the_browser_keeps_it():
    profile = answer(told(lessons=SIX))["profile"]
    brought = show_profile(gr.EventData(None, {"token": "t", "profile": json.dumps(profile)}), "en", "")
    assert answer(brought)["profile"] == profile
    refused = show_profile(gr.EventData(None, {"token": "t", "profile": "{}"}), "en", "")
    assert "no profile of femr" in refused.numbers
    assert refused.answer == gr.skip()
