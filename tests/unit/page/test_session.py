"""What a browser keeps of a visit, and what is made of whatever a browser sends."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr import service
from femr.emotions import EMOTIONS, Emotion
from femr.mood import Expression, Mood
from femr.music.filters import Filters
from femr.music.playlist import Goal, recommend
from femr.music.share_link import SharedPlaylist
from femr.music.taste import NO_TASTE, Taste
from femr.music.way import MAX_STOPS
from femr.page.session import LONGEST, Visit
from femr.page.subject import AllFaces, FilmMood, LinkedMood, LiveMood, MeantFace, OneFace, PickedMood, PlacedMood
from femr.video.film import MAX_POINTS, MoodPoint
from femr.vision.classifier import expression_classifier
from femr.vision.detector import MOST_FACES
from femr.vision.geometry import Box, Point
from femr.vision.lesson import Shot
from femr.vision.profile import Profile
from femr.vision.reading import Face, Quality, Reading

numbers = st.floats(-5000, 5000)
expressions = st.lists(st.floats(1e-6, 1), min_size=6, max_size=6).map(Expression.of)
points = st.builds(Point, numbers, numbers)
qualities = st.none() | st.builds(Quality, numbers, numbers, numbers, numbers, numbers, numbers)
faces = st.builds(
    Face,
    st.builds(Box, numbers, numbers, numbers, numbers),
    st.tuples(points, points),
    st.floats(0, 1),
    expressions,
    qualities,
)
readings = st.builds(
    Reading, st.integers(1, 5000), st.integers(1, 5000), st.lists(faces, min_size=2, max_size=4).map(tuple)
)
places = st.builds(Mood, st.floats(-1, 1), st.floats(-1, 1))
lines = st.dictionaries(st.floats(0, 3600), expressions, min_size=1, max_size=20).map(
    lambda shown: tuple(MoodPoint(seconds, shown[seconds]) for seconds in sorted(shown))
)
ways = st.lists(places, max_size=MAX_STOPS).map(tuple)
playlists = st.builds(
    SharedPlaylist,
    expressions.map(lambda expression: expression.mood),
    st.sampled_from(Goal),
    st.integers(1, 30),
    st.just(Filters(frozenset({"en", "id"}), frozenset({"r&b", "hip hop"}), 1980, None, True)),
    st.integers(0, 2**32),
    st.just("10e46e29.3"),
    ways,
)
visits = st.builds(
    Visit,
    reading=readings,
    playlist=st.none() | playlists,
    crops=st.sampled_from(["", "Og1z-OTosN8iPxXKOZnD-A"]),
    own=st.sampled_from(["", "a_b"]),
    own_lost=st.booleans(),
    example=st.booleans(),
    taste=st.sampled_from([NO_TASTE, Taste(genres=("jazz",), hearts=("air - la femme d'argent",))]),
)
subjects = st.one_of(
    st.just("face"),
    st.just("everyone"),
    st.sampled_from(EMOTIONS),
    st.none(),
    st.builds(PickedMood, st.sampled_from(EMOTIONS)),
    st.builds(LiveMood, st.sampled_from(EMOTIONS), expressions),
    st.builds(PlacedMood, places, ways),
    st.builds(FilmMood, lines, st.integers(1, 100)),
    st.builds(LinkedMood, playlists),
)


@given(visits, subjects)
def test_a_visit_comes_back_from_the_browser_as_it_was(visit, subject):
    match subject:
        case "face":
            visit = visit.with_face(1)
        case Emotion():
            visit = visit.with_face(1).meant(subject)
        case "everyone":
            visit = visit.with_everyone()
        case _:
            visit = replace(visit, subject=subject)
    assert Visit.from_json(visit.to_json()) == visit


@given(visits)
def test_the_music_is_for_the_very_same_mood_when_a_visit_comes_back(visit):
    visit = visit.with_face(1)
    again = Visit.from_json(visit.to_json())
    assert recommend(again.mood, seed=5) == recommend(visit.mood, seed=5)


def test_a_visit_holds_no_picture_and_little_else():
    face = Face(Box(1, 2, 3, 4), (Point(1, 2), Point(3, 4)), 0.9, Expression.only(Emotion.SAD), Quality(1, 2, 3, 4))
    visit = Visit(reading=Reading(640, 480, (face,))).with_face(0)
    assert len(visit.to_json()) < 700
    assert set(json.loads(visit.to_json())) <= {"subject", "reading", "crops", "own", "own_lost", "example"}


def test_a_crowd_is_remembered_up_to_a_number_and_fits():
    face = Face(
        Box(0.1, 0.2, 1 / 3, 1 / 7), (Point(1 / 3, 2 / 3), Point(1 / 7, 1 / 9)), 0.91, Expression.of([1 / 3] * 6)
    )
    visit = Visit(reading=Reading(640, 480, (face,) * (MOST_FACES + 50))).with_everyone()
    again = Visit.from_json(visit.to_json())
    assert isinstance(again.subject, AllFaces)
    assert len(again.reading.faces) == MOST_FACES


SOUND = json.loads(Visit(subject=PickedMood(Emotion.SAD)).to_json())
FACE = {"box": [0, 0, 9, 9], "eyes": [1, 1, 2, 2], "score": 1, "shares": [1, 0, 0, 0, 0, 0]}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"subject": {"kind": "picked", "emotion": "Bored"}}, id="no such emotion"),
        pytest.param({"subject": {"kind": "meant", "number": 0, "emotion": "Bored"}}, id="no such emotion meant"),
        pytest.param({"subject": {"kind": "cat"}}, id="no such subject"),
        pytest.param({"subject": {"kind": "place", "place": [0.2]}}, id="no place"),
        pytest.param({"subject": {"kind": "place", "place": [0.2, 1.01]}}, id="off the map"),
        pytest.param({"subject": {"kind": "place", "place": [0, 0], "way": [[0, -2]]}}, id="a way off the map"),
        pytest.param({"subject": {"kind": "place", "place": [0, 0], "way": [[0, 0]] * 33}}, id="too long a way"),
        pytest.param({"subject": {"kind": "live", "emotion": "Sad", "shares": [1, 0]}}, id="too few shares"),
        pytest.param({"subject": {"kind": "live", "emotion": "Sad", "shares": [0] * 6}}, id="no share at all"),
        pytest.param({"subject": {"kind": "live", "emotion": "Sad", "shares": [-1, 2, 0, 0, 0, 0]}}, id="below 0"),
        pytest.param({"subject": {"kind": "link", "query": "mood=Bored"}}, id="a broken link"),
        pytest.param({"reading": {"width": 0, "height": 9, "faces": [FACE]}}, id="no photo"),
        pytest.param({"reading": {"width": 9, "height": 9, "faces": []}}, id="no face"),
        pytest.param({"reading": {"width": 9, "height": 9, "faces": [FACE] * (MOST_FACES + 1)}}, id="too many faces"),
        pytest.param({"crops": "x" * 50}, id="too long a key"),
        pytest.param({"taste": "[]"}, id="a taste that is none"),
        pytest.param({"taste": '{"heard": ["' + "x" * 400 + '"]}'}, id="a taste with too long a text"),
        pytest.param({"photo": "data:image/png;base64,"}, id="something else"),
    ],
)
def test_what_makes_no_sense_is_a_new_visit(changed):
    assert Visit.from_json(json.dumps({**SOUND, **changed})) == Visit()


@pytest.mark.parametrize("text", [None, "", 7, [], "null", "[]", "{", '{"own": NaN}', "x" * (LONGEST + 1)])
def test_what_is_no_visit_at_all_is_a_new_one(text):
    assert Visit.from_json(text) == Visit()


def test_a_playlist_that_makes_no_sense_is_chosen_anew_for_the_same_mood():
    visit = Visit.from_json(json.dumps({**SOUND, "playlist": "goal=lift"}))
    assert visit == Visit(subject=PickedMood(Emotion.SAD))


def test_filters_longer_than_a_link_may_be_are_remembered():
    genres = frozenset(f"{number:03} 東京の音楽" for number in range(200))
    playlist = replace(recommend(Emotion.SAD, seed=1), filters=Filters(genres=genres))
    visit = Visit(subject=PickedMood(Emotion.SAD), own="key").playing(playlist)
    assert Visit.from_json(visit.to_json()).request.filters.genres == genres


def test_numbers_that_are_none_are_refused():
    broken = json.dumps({**SOUND, "reading": {"width": 9, "height": 9, "faces": [FACE]}}).replace(
        "0, 9, 9", "NaN, 9, 9"
    )
    assert Visit.from_json(broken) == Visit()


@given(st.integers())
def test_a_face_that_is_not_there_is_the_nearest_one(number):
    face = Face(Box(1, 2, 3, 4), (Point(1, 2), Point(3, 4)), 0.9, Expression.only(Emotion.SAD))
    visit = Visit(reading=Reading(640, 480, (face, face))).with_face(number)
    assert isinstance(visit.subject, OneFace)
    assert visit.subject.number in (0, 1)


def test_a_face_is_meant_only_where_there_is_one():
    face = Face(Box(1, 2, 3, 4), (Point(1, 2), Point(3, 4)), 0.9, Expression.only(Emotion.SAD))
    picked = Visit(subject=PickedMood(Emotion.SAD))
    assert picked.meant(Emotion.HAPPY) == picked
    meant = Visit(reading=Reading(640, 480, (face,))).with_face(0).meant(Emotion.HAPPY)
    assert meant.subject == MeantFace(face, 0, Emotion.HAPPY)
    assert meant.mood == Expression.only(Emotion.HAPPY).mood
    lost = json.dumps({"subject": {"kind": "meant", "number": 0, "emotion": "Happy"}})
    assert Visit.from_json(lost).subject is None


def test_everyone_in_a_photo_of_one_is_that_one():
    face = Face(Box(1, 2, 3, 4), (Point(1, 2), Point(3, 4)), 0.9, Expression.only(Emotion.SAD))
    assert isinstance(Visit(reading=Reading(640, 480, (face,))).with_everyone().subject, OneFace)


def test_a_playlist_of_own_songs_has_no_link():
    playlist = recommend(Emotion.SAD, seed=1)
    visit = Visit(subject=PickedMood(Emotion.SAD)).playing(playlist)
    assert visit.share_query.startswith("mood=Sad&goal=match&songs=10&seed=1")
    assert replace(visit, own="key").share_query == ""


def test_a_playlist_comes_back_with_the_taste_that_chose_it():
    untold = recommend(Emotion.SAD, seed=4)
    taste = Taste(genres=("jazz",), hidden_artists=untold.songs[0].artists)
    playlist = recommend(Emotion.SAD, seed=4, taste=taste)
    again = Visit.from_json(Visit(subject=PickedMood(Emotion.SAD)).playing(playlist).to_json())
    assert service.choose(again.mood, again.request).songs == playlist.songs
    assert playlist.songs != untold.songs


def mine_and_other():
    """A visit with two faces that look the same, and a profile that reads them otherwise."""
    plain = Expression.of([0.1, 0.1, 0.2, 0.4, 0.1, 0.1])
    lessons = [Shot(Emotion.SAD, plain), Shot(Emotion.HAPPY, Expression.of([0.1, 0.1, 0.5, 0.1, 0.1, 0.1]))]
    profile = Profile.of(lessons, expression_classifier().identity)
    box, eyes = Box(0, 0, 50, 50), (Point(10, 10), Point(30, 10))
    faces = tuple(Face(box, eyes, 0.9, plain) for _ in range(2))
    return Visit(reading=Reading(100, 100, faces), profile=profile).with_face(0)


def test_the_face_that_is_mine_is_read_with_the_profile_and_no_other_one():
    visit = mine_and_other().with_mine(0)
    mine, other = visit.reading.faces
    assert mine.expression == visit.profile.adapt(other.expression)
    assert mine.plain == other.expression
    assert other.plain is None
    assert visit.subject.face == mine
    assert visit.with_face(1).subject.face == other
    assert visit.with_mine(1).reading.faces[0].plain is None
    assert visit.with_mine(None).reading == mine_and_other().reading


def test_a_face_that_was_meant_to_show_something_else_stays_mine():
    visit = mine_and_other().meant(Emotion.FEAR).with_mine(0)
    assert visit.subject.emotion is Emotion.FEAR
    assert visit.subject.face == visit.reading.faces[0]
    assert visit.subject.face.plain is not None


def test_the_browser_keeps_whose_face_it_is_and_what_was_read_plainly():
    visit = mine_and_other().with_mine(0)
    again = Visit.from_json(visit.to_json())
    assert again.mine == 0
    assert again.reading == mine_and_other().reading
    assert replace(again, profile=visit.profile).with_mine(again.mine).reading == visit.reading
    assert again.with_mine(again.mine).reading == again.reading  # the profile was forgotten meanwhile


def test_a_profile_of_another_network_changes_nothing():
    visit = mine_and_other()
    other = replace(visit, profile=replace(visit.profile, network="another"))
    assert other.with_mine(0).reading == visit.reading


def film(**said):
    subject = {"kind": "film", "people": 1, "seconds": [0, 0.2], "shares": [[0, 0, 1, 0, 0, 0]] * 2, **said}
    return json.dumps({"subject": subject})


@pytest.mark.parametrize(
    "said",
    [
        {"seconds": [], "shares": []},
        {"seconds": [0.2, 0]},
        {"seconds": [0, 0]},
        {"seconds": [-1, 0]},
        {"seconds": [0]},
        {"seconds": [0, 1e999]},
        {"shares": [[0, 0, 1, 0, 0]] * 2},
        {"shares": [[0] * 6] * 2},
        {"shares": [[-1, 0, 1, 0, 0, 0]] * 2},
        {"people": 0},
        {"seconds": list(range(MAX_POINTS + 1)), "shares": [[0, 0, 1, 0, 0, 0]] * (MAX_POINTS + 1)},
    ],
    ids=repr,
)
def test_a_film_that_makes_no_sense_is_a_new_visit(said):
    assert Visit.from_json(film()).subject
    assert Visit.from_json(film(**said)) == Visit()


def test_a_film_of_as_many_points_as_there_may_be_is_kept_in_few_words():
    shares = [[number % 7 / 10, 0.1, 0.7 - number % 7 / 10, 0.1, 0.1, 0] for number in range(MAX_POINTS)]
    visit = Visit.from_json(film(seconds=[number / 2 for number in range(MAX_POINTS)], shares=shares))
    assert len(visit.to_json()) < 15_000
    assert Visit.from_json(visit.to_json()) == visit


def test_a_films_moods_are_the_way_that_its_music_goes():
    happy, sad = [0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0]
    visit = Visit.from_json(film(seconds=list(range(10)), shares=[happy] * 5 + [sad] * 5))
    assert visit.mood == Expression.only(Emotion.HAPPY).mood
    assert visit.way == (Expression.only(Emotion.SAD).mood,)
    playlist = service.choose(visit.mood, replace(visit.request, way=visit.way))
    assert Visit.from_json(visit.playing(playlist).to_json()).request.way == visit.way
