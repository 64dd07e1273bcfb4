"""A profile: learnt from shots, used on readings, written and read."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import femr
from femr.emotions import EMOTIONS, Emotion
from femr.errors import ChoiceError, ProfileError
from femr.mood import Expression
from femr.vision.analysis import analyze
from femr.vision.classifier import expression_classifier
from femr.vision.lesson import Shot, alike, one_sitting, shot, without_repeats
from femr.vision.profile import Profile, Trial
from femr.vision.reading import ProfileUse
from tests.faces import astronaut, faceless, tiled

NETWORK = "0123456789abcdef"
NUMBERS = st.floats(0.001, 1)
EXPRESSIONS = st.lists(NUMBERS, min_size=6, max_size=6).map(Expression.of)
SHOTS = st.lists(
    st.builds(Shot, st.sampled_from(EMOTIONS), EXPRESSIONS), max_size=10, unique_by=lambda s: s.expression
).filter(lambda shots: teach(shots))
SURE = st.tuples(st.sampled_from(EMOTIONS), EXPRESSIONS, st.floats(0.901, 1))


def teach(shots):
    """Whether shots are no wrong lesson."""
    try:
        Profile.of(shots, NETWORK)
    except ProfileError:
        return False
    return True


def reading(emotion, share=0.6, instead=None):
    """A face that shows mostly one emotion, or is taken for another."""
    rest = (1 - share) / 5
    return Expression(tuple(share if each is (instead or emotion) else rest for each in EMOTIONS))


def takes(*, angry_at_rest=True, rounds=2):
    """A person whose resting face is taken for an angry one, shown each emotion in so many rounds."""
    shots = []
    for turn in range(rounds):
        for emotion in EMOTIONS:
            share = 0.55 + 0.01 * turn
            plain = reading(emotion, share)
            if angry_at_rest and emotion is Emotion.NEUTRAL:
                plain = Expression.of([0.5 + 0.01 * turn, 0.02, 0.02, 0.35, 0.06, 0.05])
            shots.append(Shot(emotion, plain))
    return shots


# --- what holds for every profile --------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_the_order_of_the_shots_does_not_matter(data):
    shots = data.draw(SHOTS)
    assert Profile.of(data.draw(st.permutations(shots)), NETWORK) == Profile.of(shots, NETWORK)


@settings(max_examples=50, deadline=None)
@given(SHOTS, EXPRESSIONS)
def test_shares_stay_a_distribution(shots, plain):
    shares = Profile.of(shots, NETWORK).adapt(plain).shares
    assert min(shares) >= 0
    assert sum(shares) == pytest.approx(1)


@settings(max_examples=100, deadline=None)
@given(SHOTS, SURE)
def test_a_sure_reading_never_turns_round(shots, sure):
    top, other, share = sure
    rest = [0 if each is top else other[each] for each in EMOTIONS]
    shares = [share * (each is top) + (1 - share) * rest[i] / sum(rest) for i, each in enumerate(EMOTIONS)]
    plain = Expression(tuple(shares))
    assert Profile.of(shots, NETWORK).adapt(plain).top is top


@settings(max_examples=50, deadline=None)
@given(SHOTS)
def test_what_was_written_is_read_as_it_was(shots):
    profile = Profile.of(shots, NETWORK)
    assert Profile.from_json(profile.to_json()) == profile
    assert Profile.from_value(json.loads(profile.to_json().replace(".0,", ","))) == profile  # as a browser writes it


def test_a_profile_is_some_fifty_numbers():
    text = Profile.of(takes(), NETWORK).to_json()
    numbers = re.findall(r"(?<![\w\"])-?\d+(?:\.\d+)?", text)
    assert 40 < len(numbers) < 65
    assert len(text) < 2000


# --- what it changes ---------------------------------------------------------------------------------


def test_no_shots_and_one_emotion_alone_are_the_plain_reading():
    (face,) = analyze(astronaut()).faces
    for shots in ([], [Shot(Emotion.NEUTRAL, reading(Emotion.ANGRY))]):
        profile = Profile.of(shots, NETWORK)
        assert profile.use(NETWORK) is ProfileUse.TOO_FEW
        assert profile.read(face, NETWORK) is face


def test_a_resting_face_that_looks_angry_is_learnt():
    profile = Profile.of(takes(rounds=1), NETWORK)
    assert profile.use(NETWORK) is ProfileUse.USED
    resting = Expression.of([0.49, 0.03, 0.02, 0.35, 0.06, 0.05])
    assert resting.top is Emotion.ANGRY
    assert profile.adapt(resting).top is Emotion.NEUTRAL
    assert profile.adapt(reading(Emotion.ANGRY)).top is Emotion.ANGRY


def test_with_two_takes_the_profile_tests_itself():
    profile = Profile.of(takes(), NETWORK)
    assert profile.trial == Trial(shots=12, before=10, after=12, gains=True)
    assert Profile.of(takes(rounds=1), NETWORK).trial is None


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(EMOTIONS), EXPRESSIONS)
def test_two_faces_of_one_emotion_are_no_test_and_never_switch_a_good_profile_off(emotion, outlier):
    shots = [*takes(rounds=1), Shot(emotion, outlier)]
    assume(teach(shots))
    profile = Profile.of(shots, NETWORK)
    assert profile.trial is None
    assert profile.use(NETWORK) is ProfileUse.USED


def test_two_emotions_that_were_shown_twice_are_a_test():
    twice = [Shot(emotion, reading(emotion, 0.5)) for emotion in (Emotion.SAD, Emotion.HAPPY)]
    assert Profile.of([*takes(rounds=1), *twice], NETWORK).trial.shots == 4


def test_a_profile_that_does_not_gain_is_not_used():
    rng = np.random.default_rng(3)
    shots = [Shot(emotion, Expression.of(rng.dirichlet(np.ones(6)).tolist())) for emotion in EMOTIONS for _ in range(3)]
    profile = Profile.of(shots, NETWORK)
    assert not profile.trial.gains
    assert profile.use(NETWORK) is ProfileUse.NO_GAIN


def test_emotions_that_were_not_taught_keep_their_proportions():
    plain = Expression.of([0.3, 0.1, 0.05, 0.3, 0.15, 0.1])
    shots = [each for each in takes() if each.emotion in (Emotion.ANGRY, Emotion.NEUTRAL)]
    read = Profile.of(shots, NETWORK).adapt(plain)
    assert read != plain
    assert read[Emotion.SAD] / read[Emotion.FEAR] == pytest.approx(1.5)


def test_only_the_largest_face_is_read_with_it_and_its_plain_reading_stays():
    network = expression_classifier().identity
    profile = Profile.of(takes(rounds=1), network)
    plain, read = analyze(tiled(1, 2)), analyze(tiled(1, 2), profile=profile)
    assert read.profile is ProfileUse.USED
    assert read.faces[0].plain == plain.faces[0].expression != read.faces[0].expression
    assert read.faces[1] == plain.faces[1]
    assert profile.read(read.faces[0], network) == read.faces[0]  # never twice


def test_with_another_network_the_reading_is_plain_and_says_so():
    read = femr.analyze(astronaut(), profile=Profile.of(takes(), NETWORK))
    assert read.profile is ProfileUse.OTHER_NETWORK
    assert read.faces == femr.analyze(astronaut()).faces


# --- lessons -----------------------------------------------------------------------------------------


def test_photos_and_faces_teach_the_same():
    photo = astronaut()
    (face,) = analyze(photo).faces
    assert Profile.learn([(photo, "Happy")]) == Profile.learn([(face, Emotion.HAPPY)])
    assert Profile.learn([(photo, "Happy")]).network == expression_classifier().identity


def test_a_face_that_a_profile_has_changed_teaches_its_plain_reading():
    (face,) = analyze(astronaut()).faces
    changed = replace(face, expression=reading(Emotion.SAD), plain=face.expression)
    assert shot(changed, "Happy") == shot(face, "Happy")


def test_a_photo_of_nobody_and_one_of_several_teach_nothing():
    with pytest.raises(ProfileError, match="No face was found in Happy"):
        Profile.learn([(faceless("coffee"), "Happy")])
    with pytest.raises(ProfileError, match="shows 2 faces"):
        Profile.learn([(tiled(1, 2), "Happy")])
    with pytest.raises(ChoiceError, match="bored"):
        Profile.learn([(astronaut(), "bored")])


def test_the_same_face_under_two_names_is_refused():
    brighter = np.clip(astronaut() * 1.05, 0, 255).astype(np.uint8)
    with pytest.raises(ProfileError, match="Happy and Sad are named differently"):
        Profile.learn([(astronaut(), "Happy"), (brighter, "Sad")])


def test_the_same_face_twice_under_one_name_counts_once():
    profile = Profile.learn([(astronaut(), "Happy"), (astronaut(), "Happy")])
    assert profile.counts == (0, 0, 1, 0, 0, 0)
    assert profile.trial is None


def test_faces_without_crops_are_the_same_only_with_readings_that_are_equal_but_for_their_rounding():
    one, other = reading(Emotion.SAD, 0.612345), reading(Emotion.SAD, 0.6135)
    rounded = Expression.of([round(share, 4) for share in one.shares])
    assert alike(Shot(Emotion.SAD, one), Shot(Emotion.FEAR, rounded))
    assert len(without_repeats([Shot(Emotion.SAD, one), Shot(Emotion.SAD, rounded)])) == 1
    assert len(without_repeats([Shot(Emotion.SAD, one), Shot(Emotion.SAD, other)])) == 2


@pytest.mark.parametrize("names", [2, 3, 6])
@pytest.mark.parametrize("rounds", [1, 2])
def test_the_same_face_under_several_names_teaches_nothing_though_it_moves_a_little(names, rounds):
    rng = np.random.default_rng(5)
    plain = np.array([0.04, 0.02, 0.03, 0.8, 0.06, 0.05])

    def moment():
        return Expression.of(np.maximum(plain + rng.uniform(-0.015, 0.015, 6), 0.001).tolist())

    shots = [Shot(emotion, moment()) for emotion in EMOTIONS[:names] for _ in range(rounds)]
    with pytest.raises(ProfileError, match=r"Angry, Fear.* look about the same"):
        Profile.of(shots, NETWORK)


def test_two_of_many_faces_may_look_the_same():
    shots = [each for each in takes(rounds=1) if each.emotion is not Emotion.FEAR]
    like_sad = Shot(Emotion.FEAR, reading(Emotion.FEAR, 0.57, instead=Emotion.SAD))
    assert Profile.of([*shots, like_sad], NETWORK).use(NETWORK) is ProfileUse.USED


# --- what may come from anybody ----------------------------------------------------------------------


def changed(path, value):
    """A good profile's JSON value with one part put in another's place."""
    whole = json.loads(Profile.of(takes(), NETWORK).to_json())
    part = whole
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return whole


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["network"], 5),
        (["network"], "x" * 65),
        (["emotions"], []),
        (["emotions"], {"Bored": {}}),
        (["emotions", "Sad"], {"shots": 1}),
        (["emotions", "Sad", "shots"], 0),
        (["emotions", "Sad", "shots"], 1.5),
        (["emotions", "Sad", "shots"], True),
        (["emotions", "Sad", "offset"], 4.1),
        (["emotions", "Sad", "offset"], float("nan")),
        (["emotions", "Sad", "offset"], "0"),
        (["emotions", "Sad", "mean"], [0.0] * 5),
        (["emotions", "Sad", "mean", 3], 1e9),
        (["weight"], -0.1),
        (["weight"], 0.5),
        (["trial"], {}),
        (["trial", "after"], 13),
        (["trial", "shots"], 13),
        (["trial", "gains"], 1),
        (["together"], None),
        (["more"], 1),
    ],
)
def test_what_is_beyond_its_bounds_is_refused(path, value):
    with pytest.raises(ProfileError, match="no profile of femr"):
        Profile.from_value(changed(path, value))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"femr"', "[" * 10_000, "9" * 5000, " " * 30_000, "{}"])
def test_what_is_no_profile_is_refused(text):
    with pytest.raises(ProfileError):
        Profile.from_json(text)


def test_another_version_is_said():
    with pytest.raises(ProfileError, match="version 2"):
        Profile.from_value(changed(["femr_profile"], 2))


def test_faces_of_different_days_are_not_used_before_they_are_tested_and_those_of_one_sitting_are():
    rng = np.random.default_rng(0)
    face = rng.integers(60, 200, (48, 48))
    sitting, days = (
        [
            replace(each, crop=(mine * face + other * rng.integers(60, 200, (48, 48))).astype(np.uint8))
            for each in takes()
        ]
        for mine, other in ((0.7, 0.3), (0.2, 0.8))
    )
    assert not one_sitting(days)
    for shots, use in ((sitting, ProfileUse.USED), (days, ProfileUse.UNTESTED)):
        profile = Profile.of(shots[:6], NETWORK)
        assert profile.trial is None
        assert Profile.from_json(profile.to_json()).use(NETWORK) is use
        tested = Profile.of(shots, NETWORK)
        assert tested.trial.gains
        assert tested.use(NETWORK) is ProfileUse.USED
