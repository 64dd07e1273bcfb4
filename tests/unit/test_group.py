import numpy as np
import pytest
from femr.group import ALIKE, APART, Closeness, group_of
from hypothesis import given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, Emotion
from femr.mood import Expression, together
from tests.unit.test_mood import Person, people


def sure(emotion):
    return Person({each: float(each is emotion) for each in EMOTIONS})


def distance(one, other):
    one, other = Expression.only(one).mood, Expression.only(other).mood
    return float(np.hypot(one.valence - other.valence, one.arousal - other.arousal))


@given(st.lists(people, max_size=1))
def test_fewer_than_two_are_no_group(persons):
    assert group_of(persons) is None


@given(st.lists(people, min_size=2, max_size=6))
def test_a_groups_mood_is_that_of_all_together(persons):
    group = group_of(persons)
    assert group.mood == together(persons)
    assert sum(group.probabilities.values()) == pytest.approx(1)
    assert group.probabilities[group.emotion] == max(group.probabilities.values())


@given(st.lists(people, min_size=2, max_size=6))
def test_nobody_is_farther_apart_than_the_outermost_emotions(persons):
    outermost = max(distance(one, other) for one in EMOTIONS for other in EMOTIONS)
    assert 0 <= group_of(persons).apart <= outermost + 1e-9


@given(people, st.integers(2, 6))
def test_people_who_look_the_same_are_not_apart(person, count):
    group = group_of([person] * count)
    assert group.apart == pytest.approx(0, abs=1e-9)
    assert group.closeness is Closeness.ALIKE


@given(st.lists(people, min_size=2, max_size=5), st.randoms())
def test_it_does_not_matter_in_which_order_they_stand(persons, random):
    shuffled = persons[:]
    random.shuffle(shuffled)
    assert group_of(shuffled).apart == pytest.approx(group_of(persons).apart)


@pytest.mark.parametrize(
    ("one", "other", "closeness"),
    [
        (Emotion.ANGRY, Emotion.FEAR, Closeness.ALIKE),
        (Emotion.HAPPY, Emotion.SURPRISE, Closeness.DIFFERENT),
        (Emotion.SAD, Emotion.NEUTRAL, Closeness.DIFFERENT),
        (Emotion.HAPPY, Emotion.NEUTRAL, Closeness.APART),
        (Emotion.HAPPY, Emotion.SAD, Closeness.APART),
    ],
)
def test_two_sure_faces_are_as_far_apart_as_their_emotions(one, other, closeness):
    group = group_of([sure(one), sure(other)])
    assert group.apart == pytest.approx(distance(one, other))
    assert group.closeness is closeness


def test_unsure_faces_count_for_less():
    unsure = Person(dict.fromkeys(EMOTIONS, 1 / 6))
    crowd = [sure(Emotion.HAPPY), sure(Emotion.SAD)]
    far = distance(Emotion.HAPPY, Emotion.SAD)
    plain_mean = np.mean([far, *(group_of([person, unsure]).apart for person in crowd)])
    assert plain_mean < group_of([*crowd, unsure]).apart < far


def test_the_words_are_apart_in_order():
    assert 0 < ALIKE < APART
