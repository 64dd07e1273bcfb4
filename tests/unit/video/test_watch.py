"""Who is who over a film."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.live.session import LiveSession
from femr.live.tracker import LOST_SECONDS
from femr.video.decode import STEP_SECONDS, step_of
from femr.video.frame import Frame
from femr.video.watch import Watcher
from tests.films import scene


def frame(seconds: float, pixels: np.ndarray, scale: float = 1.0) -> Frame:
    height, width = (round(scale * side) for side in pixels.shape[:2])
    return Frame(seconds, pixels, width, height, None)


ONE, TWO, NOBODY = scene(["happy"], 0), scene(["happy", "sad"], 0), scene([], 0)


def numbers(watcher: Watcher, *frames: Frame) -> list[list[int]]:
    return [[person.number for person in watcher.look(each).people] for each in frames]


def test_people_keep_their_numbers_while_they_are_in_sight():
    first, *others = numbers(Watcher(), *(frame(0.2 * number, TWO) for number in range(5)))
    assert sorted(first) == [1, 2]
    assert all(sorted(each) == [1, 2] for each in others)


def test_who_comes_after_everybody_was_forgotten_is_somebody_new():
    gone = LOST_SECONDS + 1
    seen = numbers(Watcher(), frame(0, ONE), frame(0.2, NOBODY), frame(gone, ONE), frame(gone + 0.2, ONE))
    assert seen == [[1], [], [2], [2]]


def test_who_was_out_of_sight_for_a_moment_is_the_same():
    assert numbers(Watcher(), frame(0, ONE), frame(0.6, NOBODY), frame(1.2, ONE)) == [[1], [], [1]]


def test_boxes_are_in_pixels_of_the_film_whatever_was_read():
    (small,) = Watcher().look(frame(0, ONE)).people
    (large,) = Watcher().look(frame(0, ONE, scale=3)).people
    assert large.box.x == pytest.approx(3 * small.box.x)
    assert large.box.height == pytest.approx(3 * small.box.height)


class Nobody(LiveSession):
    """Sees nobody, but remembers when it was asked."""

    asked: list[float]

    def update(self, frame, seconds, wanted=None, own=None):
        self.asked = [*getattr(self, "asked", []), seconds]
        return super().update(frame, seconds, wanted, own)


def test_frames_are_read_by_the_films_clock():
    session = Nobody()
    for seconds in (0.0, 0.4, 9.5):
        Watcher(session).look(frame(seconds, NOBODY))
    assert session.asked == [0.0, 0.4, 9.5]


# --- which frames are read -----------------------------------------------------------------------


@given(st.lists(st.floats(0, 100), min_size=1).map(sorted))
def test_one_frame_of_each_step_of_a_film_is_read_however_they_are_timed(times):
    """As `decode` takes them: the first of each step."""
    steps = {step_of(seconds) for seconds in times}
    assert len(steps) <= times[-1] / STEP_SECONDS + 2
    assert all(
        abs(step * STEP_SECONDS - seconds) < STEP_SECONDS + 1e-6 for seconds in times for step in [step_of(seconds)]
    )


@pytest.mark.parametrize("number", range(0, 500, 7))
def test_a_frame_whose_time_was_rounded_belongs_to_its_own_step(number):
    seconds = number * STEP_SECONDS
    assert step_of(seconds) == step_of(seconds - 1e-8) == number
