"""What femr is taught from a browser, which may send anything."""

import json

import gradio as gr
import pytest

from femr.emotions import EMOTIONS, Emotion
from femr.page.screen import known_profile
from femr.page.teaching import MAX_CORRECTIONS, MAX_LESSONS, MAX_PHOTOS, show_profile, teach
from femr.vision.classifier import expression_classifier
from femr.vision.lesson import SHARE_DECIMALS
from femr.vision.profile import Profile
from femr.vision.reading import ProfileUse


def lesson(emotion, *, sitting="one", lead=0.4):
    """A face that is read as Neutral, whatever it shows."""
    shares = [0.1] * 6
    shares[EMOTIONS.index(Emotion.NEUTRAL)] = lead
    shares[EMOTIONS.index(Emotion(emotion))] += 0.2
    rounded = [round(each / sum(shares), SHARE_DECIMALS) for each in shares]
    return {"emotion": emotion, "shares": rounded, "sitting": sitting}


SIX = [lesson(emotion.value) for emotion in EMOTIONS]


def correction(emotion, shares, **other):
    """A reading of the visitor's own face that was not right."""
    return {"emotion": emotion, "shares": shares, "network": expression_classifier().identity, "at": 1, **other}


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


def use(taught):
    return Profile.from_value(answer(taught)["profile"]).use(expression_classifier().identity)


def test_one_correction_teaches_and_leaves_a_profile_in_use_however_odd_it_is():
    odd = correction("Sad", [0.02, 0.02, 0.9, 0.02, 0.02, 0.02])
    taught = told(lessons=SIX, corrections=[odd])
    assert use(taught) is ProfileUse.USED
    assert Profile.from_value(answer(taught)["profile"]).counts == (1, 1, 1, 1, 2, 1)
    assert answer(taught)["left_out"] == 0
    assert answer(taught)["lessons"] == SIX  # it stays where it was kept


def test_a_correction_with_which_the_profile_would_not_be_used_is_left_out():
    clear = [{**each, "shares": [0.55 if other == each["emotion"] else 0.09 for other in EMOTIONS]} for each in SIX]
    happy, angry = [0.1, 0.1, 0.5, 0.1, 0.1, 0.1], [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]
    wrong = [correction("Angry", happy), correction("Happy", angry)]
    one, both = told(lessons=clear, corrections=wrong[:1]), told(lessons=clear, corrections=wrong)
    assert use(one) is use(both) is ProfileUse.USED
    assert answer(one)["left_out"] == 0
    assert answer(both)["left_out"] == 1
    assert answer(both)["profile"] == answer(one)["profile"]


def test_corrections_of_which_one_contradicts_a_lesson_take_nothing_away():
    contradiction = correction("Happy", SIX[0]["shares"])
    for corrections in ([contradiction], [contradiction, correction("Sad", [0.1, 0.1, 0.5, 0.1, 0.1, 0.1])]):
        taught = told(lessons=SIX, corrections=corrections)
        assert answer(taught)["left_out"] == len(corrections)
        assert answer(taught)["profile"] == answer(told(lessons=SIX))["profile"]


def test_what_another_network_read_corrects_nothing():
    of_another = correction("Sad", [0.9, 0.02, 0.02, 0.02, 0.02, 0.02], network="another")
    assert told(lessons=SIX, corrections=[of_another]) == told(lessons=SIX)


def test_the_same_face_under_the_same_name_counts_once_however_it_was_rounded():
    shares = [0.111111, 0.111111, 0.111111, 0.444445, 0.111111, 0.111111]
    rounded = {"emotion": "Sad", "shares": [round(each, SHARE_DECIMALS) for each in shares], "sitting": "one"}
    taught = told(lessons=[*SIX, rounded], corrections=[correction("Sad", shares)])
    assert Profile.from_value(answer(taught)["profile"]).counts[EMOTIONS.index(Emotion.SAD)] == 2


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
        {"lessons": SIX, "corrections": [correction("Sad", [0.5] * 6)] * (MAX_CORRECTIONS + 1)},
        {"lessons": SIX, "corrections": [correction("Sad", [1])]},
        {"lessons": SIX, "corrections": [3]},
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
    one = json.dumps(answer(told(lessons=SIX[:1]))["profile"])
    assert "It has learnt from 1 face." in show_profile(gr.EventData(None, {}), "en", one).numbers
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
