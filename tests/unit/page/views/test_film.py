"""A film's mood over time, as it is drawn and told."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr import i18n
from femr.emotions import EMOTIONS, Emotion
from femr.mood import Expression
from femr.page.subject import SHARE_STEPS, FilmMood
from femr.page.views.film import HEIGHT, WIDTH, bands, film_chart, film_result, in_sight
from femr.video.film import Film, Moment, MoodPoint, Person
from femr.vision.geometry import Box
from tests.unit.page.views.html import Tree

HAPPY, SAD = Expression.only(Emotion.HAPPY), Expression.only(Emotion.SAD)
MOSTLY = Expression((0.1, 0.05, 0.6, 0.1, 0.1, 0.05))

shares = st.lists(st.floats(0, 1), min_size=6, max_size=6).filter(any).map(Expression.of)
lines = st.dictionaries(st.floats(0, 60), shares, min_size=1, max_size=30).map(
    lambda shown: tuple(MoodPoint(seconds, shown[seconds]) for seconds in sorted(shown))
)


def line(*shown: tuple[float, Expression]) -> tuple[MoodPoint, ...]:
    return tuple(MoodPoint(*each) for each in shown)


FILM = FilmMood(line(*((0.5 * n, HAPPY if n < 10 else SAD) for n in range(20))), people=1)


def numbers(path: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?[0-9.]+(?:e-?[0-9]+)?", path)]


@given(lines)
def test_every_band_lies_inside_the_picture_and_is_closed(shown):
    for band in bands(shown):
        found = numbers(band.path)
        assert len(found) % 2 == 0
        assert all(0 <= x <= WIDTH for x in found[::2])
        assert all(0 <= y <= HEIGHT for y in found[1::2])
        assert band.path.startswith("M")
        assert band.path.endswith("Z")


@given(lines)
def test_bands_lie_upon_each_other_and_fill_the_picture(shown):
    drawn = list(bands(shown))
    assert numbers(drawn[0].path)[1] == HEIGHT
    assert min(numbers(drawn[-1].path)[1::2]) == pytest.approx(0, abs=0.1)


def test_what_was_never_shown_has_no_band():
    assert [band.emotion for band in bands(FILM.line)] == [Emotion.HAPPY, Emotion.SAD]


def test_the_picture_stops_where_nobody_was_in_sight():
    gone = line((0, HAPPY), (0.2, HAPPY), (20, SAD), (20.2, SAD))
    assert [len(run) for run in in_sight(gone)] == [2, 2]
    happy, sad = bands(gone)
    assert max(numbers(happy.path)[::2]) == pytest.approx(WIDTH, abs=0.1)  # with no height there, as it is not shown
    assert happy.path.count("M") == sad.path.count("M") == 2


def test_a_single_moment_is_drawn_as_well():
    (band,) = bands(line((3, HAPPY)))
    assert len(set(numbers(band.path)[::2])) == 2


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_parts_are_told_in_a_table_with_its_colours_from_the_styles(lang):
    tree = Tree(film_chart(FILM, lang))
    assert tree.one("section")[1]["aria-label"] == i18n.translate("film.chart", lang)
    assert tree.all("svg")[0][1]["aria-hidden"] == "true"
    names = [text.strip() for _, attributes, text in tree.all("th") if attributes.get("scope") == "row"]
    assert names == [i18n.translate(f"emotion.{emotion}", lang) for emotion in (Emotion.HAPPY, Emotion.SAD)]
    assert [text for _, _, text in tree.all("td")] == ["0:00 – 0:05", "100 %", "0:05 – 0:10", "100 %"]
    assert [each[1]["style"] for each in tree.all("path") if "style" in each[1]] == [
        "fill:var(--happy)",
        "fill:var(--sad)",
    ]
    assert len(tree.all("path", "femr-film-cut")) == 1


def test_several_people_are_told_of_and_one_is_not():
    assert i18n.translate("film.people", count=3) in film_result(FilmMood(FILM.line, 3), "happy", "en")
    assert "seen largest" not in film_result(FILM, "happy", "en")


def test_the_films_colour_is_that_of_its_longest_part():
    longest = FilmMood(line(*((n, HAPPY if n < 4 else SAD) for n in range(20))), 1)
    assert longest.emotion == Emotion.SAD


# --- as a browser keeps it -----------------------------------------------------------------------


def test_a_film_with_nobody_is_no_mood():
    assert FilmMood.of(Film(640, 360, (Moment(0, ()),))) is None


@given(shares)
def test_what_is_kept_of_a_film_are_short_numbers_that_still_sum_to_one(expression):
    person = Person(1, Box(0, 0, 9, 9), expression, expression.top)
    film = FilmMood.of(Film(640, 360, (Moment(1 / 3, (person,)),)))
    (point,) = film.line
    assert point.seconds == 0.33
    assert sum(point.expression.shares) == pytest.approx(1, abs=1e-9)
    for kept, read in zip(point.expression.shares, expression.shares, strict=True):
        assert abs(kept - read) <= 1 / SHARE_STEPS
        assert len(str(kept)) <= 5
    assert len(point.expression.shares) == len(EMOTIONS)
