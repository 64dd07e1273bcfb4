import math
from dataclasses import FrozenInstanceError, dataclass

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.errors import ChoiceError
from femr.mood import (
    ALIKE,
    APART,
    CALM,
    HALF,
    SOME,
    TIE,
    UNCLEAR,
    Clarity,
    Closeness,
    Expression,
    Group,
    Mood,
    together,
)


@dataclass(frozen=True)
class Person:
    """As much of a face as a mood needs."""

    expression: Expression


@st.composite
def six_numbers(draw):
    numbers = draw(st.lists(st.floats(0, 1), min_size=6, max_size=6))
    assume(sum(numbers) > 1e-6)
    return numbers


expressions = six_numbers().map(Expression.of)
people = st.builds(Person, expressions)
FLAT = Expression((1 / 6,) * 6)


def sure(emotion):
    return Person(Expression.only(emotion))


def between(emotion, other, share):
    """An expression of nothing but two emotions."""
    return Expression(tuple(share * (each is emotion) + (1 - share) * (each is other) for each in EMOTIONS))


# --- expression ----------------------------------------------------------------------------------


@given(six_numbers(), st.floats(1e-3, 1e3))
def test_an_expression_sums_to_one_and_keeps_the_proportions(numbers, scale):
    expression = Expression.of([scale * each for each in numbers])
    assert sum(expression.shares) == pytest.approx(1)
    assert expression.shares == pytest.approx([each / sum(numbers) for each in numbers])


@given(expressions)
def test_an_expression_of_its_own_shares_is_the_same(expression):
    assert Expression.of(expression.shares).shares == pytest.approx(expression.shares)
    assert Expression.of(list(expression.shares)) == Expression.of(expression.shares)


def test_whole_numbers_are_numbers():
    assert Expression.of([0, 0, 3, 0, 1, 0]).shares == (0, 0, 0.75, 0, 0.25, 0)


@pytest.mark.parametrize("beyond", [math.nan, math.inf, -math.inf, -0.1, 10**400, "0.5", None, True, [0.5], 1j])
@pytest.mark.parametrize("place", [0, 5])
def test_an_expression_of_what_is_no_number_from_0_up_is_refused(beyond, place):
    shares = [0.2] * 6
    shares[place] = beyond
    with pytest.raises(ChoiceError) as caught:
        Expression.of(shares)
    assert caught.value.code == "mood_missing"


@pytest.mark.parametrize(
    "shares",
    [[], [0.2] * 5, [0.2] * 7, [0.0] * 6, [False] * 6, [1e308] * 6, "123456", b"123456", None, 6, {1, 2, 3, 4, 5, 6}],
    ids=str,
)
def test_an_expression_of_what_are_no_six_shares_is_refused(shares):
    with pytest.raises(ChoiceError) as caught:
        Expression.of(shares)
    assert caught.value.values == {"value": shares}


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=2), inner, max_size=7),
    max_leaves=10,
)


@given(json | st.lists(st.floats() | st.integers(), min_size=6, max_size=6))
def test_whatever_comes_in_is_an_expression_or_refused(shares):
    try:
        expression = Expression.of(shares)
    except ChoiceError:
        return
    assert sum(expression.shares) == pytest.approx(1)
    assert all(type(each) is float and 0 <= each <= 1 for each in expression.shares)


@given(expressions)
def test_probabilities_are_the_shares_by_emotion_in_model_order(expression):
    assert tuple(expression.probabilities) == EMOTIONS
    assert tuple(expression.probabilities.values()) == expression.shares
    assert [expression[emotion] for emotion in EMOTIONS] == list(expression.shares)


@given(expressions)
def test_top_second_and_certainty_tell_of_the_same_lead(expression):
    assert expression[expression.top] == expression.certainty == max(expression.shares)
    assert expression[expression.second] == sorted(expression.shares)[-2]
    assert expression.top is not expression.second


def test_of_equals_the_first_in_model_order_is_on_top():
    assert (FLAT.top, FLAT.second) == EMOTIONS[:2]


@pytest.mark.parametrize(
    ("shares", "clarity"),
    [
        ([0.02, 0.01, 0.93, 0.02, 0.01, 0.01], Clarity.CLEAR),
        ([0.08, 0.08, 0.22, 0.09, 0.45, 0.08], Clarity.MOSTLY),
        ([0.19, 0.19, 0.19, 0.04, 0.35, 0.04], Clarity.MOSTLY),  # more speaks against the first than for it
        ([0.07, 0.07, 0.35, 0.07, 0.38, 0.06], Clarity.BETWEEN),
        ([0.24, 0.14, 0.15, 0.16, 0.15, 0.16], Clarity.UNCLEAR),
        (list(FLAT.shares), Clarity.UNCLEAR),
    ],
)
def test_how_clearly_the_first_leads_is_said_in_a_word(shares, clarity):
    assert Expression.of(shares).clarity is clarity


@given(expressions)
def test_the_word_follows_the_numbers(expression):
    first, second = expression.certainty, expression[expression.second]
    match expression.clarity:
        case Clarity.UNCLEAR:
            assert first < UNCLEAR
        case Clarity.BETWEEN:
            assert first - second < TIE
        case Clarity.MOSTLY:
            assert first - second >= TIE
            assert second >= SOME or first < HALF
        case Clarity.CLEAR:
            assert first - second >= TIE
            assert second < SOME
            assert first >= HALF


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_expression_of_only_one_emotion_is_certain_of_it(emotion):
    only = Expression.only(emotion)
    assert (only.top, only.certainty, only.clarity) == (emotion, 1, Clarity.CLEAR)


@given(expressions, st.integers(1, 5))
def test_the_mean_of_equal_expressions_is_the_same(expression, count):
    assert Expression.mean([expression] * count).shares == pytest.approx(expression.shares)


@given(expressions)
def test_an_expression_is_a_value(expression):
    assert hash(expression) == hash(Expression(tuple(expression.shares)))
    assert {expression: 1}[Expression(tuple(expression.shares))] == 1
    with pytest.raises(FrozenInstanceError):
        expression.shares = FLAT.shares
    with pytest.raises(TypeError):
        expression.probabilities[Emotion.SAD] = 0


# --- mood ----------------------------------------------------------------------------------------


@given(expressions)
def test_a_mood_stays_within_the_hull_of_the_emotions(expression):
    mood = expression.mood
    for angle in np.linspace(0, 2 * math.pi, 24, endpoint=False):  # never beyond the outermost emotion, any way we look
        look = math.cos(angle), math.sin(angle)
        outermost = max(look[0] * each.valence + look[1] * each.arousal for each in TRAITS.values())
        assert look[0] * mood.valence + look[1] * mood.arousal <= outermost + 1e-9


@given(expressions)
def test_a_mood_keeps_the_expression_that_it_is_of(expression):
    assert expression.mood.expression == expression


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_sure_face_has_the_mood_of_its_emotion(emotion):
    traits = TRAITS[emotion]
    mood = Expression.only(emotion).mood
    assert (mood.valence, mood.arousal) == (traits.valence, traits.arousal)
    assert mood.expression[emotion] == 1


def test_half_happy_and_half_sad_lies_half_way():
    mood = between(Emotion.HAPPY, Emotion.SAD, 0.5).mood
    assert (mood.valence, mood.arousal) == pytest.approx(((0.81 - 0.63) / 2, (0.51 - 0.27) / 2))


@given(people)
def test_the_mood_of_one_face_together_is_its_own(person):
    alone, own = together([person]), person.expression.mood
    assert (alone.valence, alone.arousal) == pytest.approx((own.valence, own.arousal))
    assert alone.expression.shares == pytest.approx(own.expression.shares)


@given(st.lists(people, min_size=1, max_size=5))
def test_the_mood_of_several_faces_lies_between_theirs(persons):
    mood = together(persons)
    assert sum(mood.expression.shares) == pytest.approx(1)
    for emotion in EMOTIONS:
        shares = [person.expression[emotion] for person in persons]
        assert min(shares) - 1e-9 <= mood.expression[emotion] <= max(shares) + 1e-9


@given(st.lists(people, min_size=2, max_size=5), st.randoms())
def test_the_order_of_faces_does_not_matter(persons, random):
    shuffled = persons[:]
    random.shuffle(shuffled)
    one, other = together(persons), together(shuffled)
    assert (one.valence, one.arousal) == pytest.approx((other.valence, other.arousal))


def test_a_surer_face_counts_for_more():
    clear = sure(Emotion.HAPPY)
    unsure = Person(Expression.of([1 / 6, 1 / 6, 1 / 30, 1 / 6, 0.3, 1 / 6]))
    half_way = (clear.expression[Emotion.HAPPY] + unsure.expression[Emotion.HAPPY]) / 2
    assert together([clear, unsure]).expression[Emotion.HAPPY] > half_way


def test_faces_may_come_from_an_iterator():
    person = Person(FLAT)
    assert together(iter([person, person])) == together([person, person])


def test_nobody_has_no_mood():
    assert together([]) is None


@pytest.mark.parametrize(("valence", "arousal"), [(-1, -1), (1, 1), (0, 0)])
def test_the_edges_of_the_plane_are_on_it(valence, arousal):
    assert Mood(valence, arousal).expression is None


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


# --- group ---------------------------------------------------------------------------------------


def distance(one, other):
    one, other = Expression.only(one).mood, Expression.only(other).mood
    return math.hypot(one.valence - other.valence, one.arousal - other.arousal)


@given(st.lists(people, max_size=1))
def test_fewer_than_two_are_no_group(persons):
    assert Group.of(persons) is None


@given(st.lists(people, min_size=2, max_size=6))
def test_a_groups_mood_is_that_of_all_together(persons):
    group = Group.of(persons)
    assert group.mood == together(persons)
    assert sum(group.expression.shares) == pytest.approx(1)
    assert group.expression == Expression.mean([person.expression for person in persons])


@given(st.lists(people, min_size=2, max_size=6))
def test_nobody_is_farther_apart_than_the_outermost_emotions(persons):
    outermost = max(distance(one, other) for one in EMOTIONS for other in EMOTIONS)
    assert 0 <= Group.of(persons).apart <= outermost + 1e-9


@given(people, st.integers(2, 6))
def test_people_who_look_the_same_are_not_apart(person, count):
    group = Group.of([person] * count)
    assert group.apart == pytest.approx(0, abs=1e-9)
    assert group.closeness is Closeness.ALIKE


@given(st.lists(people, min_size=2, max_size=5), st.randoms())
def test_it_does_not_matter_in_which_order_they_stand(persons, random):
    shuffled = persons[:]
    random.shuffle(shuffled)
    assert Group.of(shuffled).apart == pytest.approx(Group.of(persons).apart)


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
    group = Group.of([sure(one), sure(other)])
    assert group.apart == pytest.approx(distance(one, other))
    assert group.closeness is closeness


def test_unsure_faces_count_for_less():
    unsure = Person(FLAT)
    crowd = [sure(Emotion.HAPPY), sure(Emotion.SAD)]
    far = distance(Emotion.HAPPY, Emotion.SAD)
    plain_mean = np.mean([far, *(Group.of([person, unsure]).apart for person in crowd)])
    assert plain_mean < Group.of([*crowd, unsure]).apart < far


def test_the_words_are_apart_in_order():
    assert 0 < ALIKE < APART
