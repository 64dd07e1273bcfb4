import math
from dataclasses import FrozenInstanceError, dataclass

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.errors import ChoiceError
from femr.mood import CALM, Mood, mood_of, together


@dataclass(frozen=True)
class Person:
    """As much of a face as a mood needs."""

    probabilities: dict


@st.composite
def probabilities(draw):
    shares = np.array(draw(st.lists(st.floats(0, 1), min_size=6, max_size=6)))
    assume(shares.sum() > 1e-6)
    return dict(zip(EMOTIONS, (shares / shares.sum()).tolist(), strict=True))


people = st.builds(Person, probabilities())


@given(probabilities())
def test_a_mood_stays_within_the_hull_of_the_emotions(shares):
    mood = mood_of(shares)
    for angle in np.linspace(0, 2 * math.pi, 24, endpoint=False):  # never beyond the outermost emotion, any way we look
        look = math.cos(angle), math.sin(angle)
        outermost = max(look[0] * each.valence + look[1] * each.arousal for each in TRAITS.values())
        assert look[0] * mood.valence + look[1] * mood.arousal <= outermost + 1e-9


@given(probabilities())
def test_a_mood_keeps_how_much_of_each_emotion_is_in_it(shares):
    assert mood_of(shares).emotions == shares


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_sure_face_has_the_mood_of_its_emotion(emotion):
    portrait = TRAITS[emotion]
    mood = Expression.only(emotion).mood
    assert (mood.valence, mood.arousal) == (portrait.valence, portrait.arousal)
    assert mood.emotions == {emotion: 1}


def test_half_happy_and_half_sad_lies_half_way():
    mood = mood_of({Emotion.HAPPY: 0.5, Emotion.SAD: 0.5})
    assert (mood.valence, mood.arousal) == pytest.approx(((0.81 - 0.63) / 2, (0.51 - 0.27) / 2))


@given(people)
def test_the_mood_of_one_face_together_is_its_own(person):
    alone, own = together([person]), mood_of(person.probabilities)
    assert (alone.valence, alone.arousal) == pytest.approx((own.valence, own.arousal))
    assert alone.emotions == pytest.approx(own.emotions)


@given(st.lists(people, min_size=1, max_size=5))
def test_the_mood_of_several_faces_lies_between_theirs(persons):
    mood = together(persons)
    assert sum(mood.emotions.values()) == pytest.approx(1)
    for emotion, share in mood.emotions.items():
        shares = [person.probabilities[emotion] for person in persons]
        assert min(shares) - 1e-9 <= share <= max(shares) + 1e-9


@given(st.lists(people, min_size=2, max_size=5), st.randoms())
def test_the_order_of_faces_does_not_matter(persons, random):
    shuffled = persons[:]
    random.shuffle(shuffled)
    one, other = together(persons), together(shuffled)
    assert (one.valence, one.arousal) == pytest.approx((other.valence, other.arousal))


def test_a_surer_face_counts_for_more():
    sure = Person({emotion: float(emotion is Emotion.HAPPY) for emotion in EMOTIONS})
    unsure = Person(dict.fromkeys(EMOTIONS, 1 / 6) | {Emotion.SAD: 0.3, Emotion.HAPPY: 1 / 3 - 0.3})
    mood = together([sure, unsure])
    half_way = (sure.probabilities[Emotion.HAPPY] + unsure.probabilities[Emotion.HAPPY]) / 2
    assert mood.emotions[Emotion.HAPPY] > half_way


def test_faces_may_come_from_an_iterator():
    person = Person(dict.fromkeys(EMOTIONS, 1 / 6))
    assert together(iter([person, person])) == together([person])


def test_nobody_has_no_mood():
    assert together([]) is None


@pytest.mark.parametrize(("valence", "arousal"), [(-1, -1), (1, 1), (0, 0)])
def test_the_edges_of_the_plane_are_on_it(valence, arousal):
    assert Mood(valence, arousal).emotions == {}


@pytest.mark.parametrize("beyond", [1.01, -1.01, math.nan, math.inf])
def test_a_place_off_the_plane_is_refused_by_name(beyond):
    with pytest.raises(ChoiceError, match="valence"):
        Mood(beyond, 0)
    with pytest.raises(ChoiceError, match="arousal"):
        Mood(0, beyond)


def test_a_mood_is_a_value():
    assert Mood(0.1, 0.2) == Mood(0.1, 0.2)
    assert hash(Expression.only(Emotion.SAD).mood) == hash(Expression.only(Emotion.SAD).mood)
    with pytest.raises(FrozenInstanceError):
        Mood(0, 0).valence = 1


def test_calm_is_pleasant_and_quiet():
    assert CALM.valence > 0 > CALM.arousal
