"""A live camera, frame by frame, with the shipped networks."""

import cv2
import numpy as np

from femr.emotions import EMOTIONS, Emotion
from femr.live.session import SEARCH_SECONDS, LiveSession, OwnFace
from femr.mood import EVERYONE, Closeness, Expression
from femr.paths import ASSETS
from femr.vision.classifier import expression_classifier
from femr.vision.confidence import Hint
from femr.vision.detector import FaceDetector
from femr.vision.lesson import Shot
from femr.vision.profile import Profile
from tests.faces import astronaut

WALL = np.full((360, 480, 3), 180, np.uint8)


def portrait(shift: int = 0) -> np.ndarray:
    return cv2.resize(astronaut()[0:300, 60 + shift : 460 + shift], (480, 360))


def drawing(name: str) -> np.ndarray:
    picture = cv2.imread(str(ASSETS / "examples" / f"{name}.jpg"))[..., ::-1]
    return np.ascontiguousarray(cv2.resize(picture, (360, 360)))


def two(left: str, right: str) -> np.ndarray:
    return np.hstack([drawing(left), drawing(right)])


class CountingDetector(FaceDetector):
    searches = 0

    def search(self, frame):
        self.searches += 1
        return super().search(frame)


def test_a_moving_face_keeps_its_number_and_is_searched_for_only_now_and_then():
    detector = CountingDetector()
    session = LiveSession(detector)
    for n in range(30):
        live = session.update(portrait(round(30 * np.sin(n / 5))), n / 15)
        (face,) = live.faces
        assert face.number == 1
        assert live.chosen == face
    assert detector.searches <= 2 / SEARCH_SECONDS + 1
    assert live.settled.emotion == Emotion.HAPPY


def test_a_face_that_leaves_and_returns_is_the_same_and_the_mood_stays():
    session = LiveSession()
    for n in range(30):
        session.update(portrait(), n / 10)
    away = session.update(WALL, 3.1)
    assert (away.faces, away.chosen, away.settled.emotion) == ((), None, Emotion.HAPPY)
    back = session.update(portrait(), 4.5)
    assert back.chosen.number == 1
    assert back.settled.times == 1


def test_who_comes_after_everybody_has_gone_is_read_anew():
    session, alone = LiveSession(), LiveSession().update(drawing("sad"), 0.0).faces[0]
    for n in range(30):
        session.update(drawing("happy"), n / 10)
    session.update(WALL, 3.0)
    (face,) = session.update(drawing("sad"), 9.0).faces
    assert (face.number, face.smoothed.expression) == (1, alone.smoothed.expression)
    assert face.smoothed.emotion == Emotion.SAD


def test_the_mood_of_whoever_takes_over_settles_anew():
    session = LiveSession()
    for n in range(30):
        before = session.update(two("happy", "sad"), n / 10)
    left = two("happy", "sad")
    left[:, :360] = 180
    if before.settled.emotion == Emotion.SAD:
        left = left[:, ::-1]
    gone = [session.update(np.ascontiguousarray(left), 3 + n / 10) for n in range(60)]
    assert gone[10].chosen is None  # for a moment, whoever has left may come back
    assert gone[10].settled.emotion == before.settled.emotion
    taken = next(seen for seen in gone if seen.chosen)
    assert taken.chosen.number != before.chosen.number
    assert taken.settled.emotion is None
    assert gone[-1].settled.emotion == taken.chosen.smoothed.emotion


def test_the_mood_follows_a_face_that_changes():
    session = LiveSession()
    seen = [session.update(drawing("happy" if n < 40 else "surprise"), n / 10) for n in range(100)]
    assert [each.settled.emotion for each in (seen[39], seen[-1])] == [Emotion.HAPPY, Emotion.SURPRISE]
    assert seen[-1].settled.times == 2


def test_one_odd_frame_flips_no_label():
    session = LiveSession()
    for n in range(40):
        live = session.update(drawing("sad" if n == 20 else "happy"), n / 10)
        assert live.chosen.smoothed.emotion == Emotion.HAPPY


def test_a_visitor_can_choose_whose_mood_counts():
    session = LiveSession()
    frame = two("happy", "sad")
    first = session.update(frame, 0.0)
    assert {face.number for face in first.faces} == {1, 2}
    by_number = {face.number: face.smoothed.emotion for face in first.faces}
    sad = next(number for number, emotion in by_number.items() if emotion == Emotion.SAD)
    assert session.update(frame, 0.1, sad).chosen.number == sad
    for n in range(2, 40):
        live = session.update(frame, n / 10, sad)
    assert live.settled.emotion == Emotion.SAD
    assert session.update(frame, 4.0, 99).chosen.number == sad  # nobody's number changes nothing


def test_everyone_counts_until_somebody_is_chosen_again():
    session = LiveSession()
    frame = two("happy", "sad")
    for n in range(30):
        live = session.update(frame, n / 10, EVERYONE)
    shares = [sorted(seen.smoothed.expression[each] for seen in live.faces) for each in EMOTIONS]
    for (least, most), each in zip(shares, EMOTIONS, strict=True):
        assert least - 1e-6 <= live.everyone.smoothed.expression[each] <= most + 1e-6
    assert (live.chosen, live.everyone.closeness) == (None, Closeness.APART)
    assert live.everyone.hints.given == (Hint.CLOSE,)
    assert live.settled.emotion == live.everyone.smoothed.emotion
    assert session.update(frame, 3.1).everyone  # it stays so
    back = session.update(frame, 3.2, 2)
    assert (back.chosen.number, back.everyone) == (2, None)


def test_songs_are_chosen_anew_when_somebody_else_counts():
    session, frame = LiveSession(), two("happy", "sad")
    sad = next(seen.number for seen in session.update(frame, 0.0).faces if seen.smoothed.emotion == Emotion.SAD)
    settled = [session.update(frame, n / 10, sad if n <= 30 else EVERYONE).settled for n in range(1, 91)]
    assert (settled[29].emotion, settled[29].times) == (Emotion.SAD, 1)
    assert (settled[30].emotion, settled[30].times) == (None, 1)  # nothing is claimed of everyone yet
    assert settled[-1].times == 2
    assert settled[-1].expression[Emotion.HAPPY] > 0.3


def test_everyone_is_who_is_in_sight_and_nobody_is_nobody():
    session = LiveSession()
    assert session.update(WALL, 0.0, EVERYONE).everyone is None
    alone = session.update(drawing("happy"), 1.0)
    assert alone.everyone.closeness is None
    assert alone.everyone.smoothed.expression == alone.faces[0].smoothed.expression


def test_a_hint_for_everyone_is_one_that_holds_for_each_face():
    dark = (drawing("happy") * 0.15).astype(np.uint8)
    for frame, told in ((np.hstack([dark, dark]), (Hint.DARK,)), (np.hstack([drawing("happy"), dark]), ())):
        session = LiveSession()
        for n in range(20):
            live = session.update(frame, n / 10, EVERYONE)
        assert len(live.faces) == 2
        assert live.everyone.hints.given == told


def test_a_dark_face_is_told_so_until_there_is_light():
    session, given = LiveSession(), []
    for n in range(60):
        light = 0.15 if 20 <= n < 40 else 1.0
        (face,) = session.update((drawing("happy") * light).astype(np.uint8), n / 10).faces
        given.append(face.hints.given)
    assert (given[19], given[39], given[59]) == ((), (Hint.DARK,), ())


def test_the_profile_reads_the_face_that_is_called_mine_and_no_other():
    frame = two("fear", "neutral")
    first = LiveSession().update(frame, 0.0)
    mine, other = (face.number for face in first.faces)
    happy = Shot(Emotion.HAPPY, first.faces[0].plain)  # this person's happy face looks so
    angry = Shot(Emotion.ANGRY, Expression.of([0.1, 0.1, 0.6, 0.1, 0.05, 0.05]))
    profile = Profile.of([happy, angry], expression_classifier().identity)

    def after(own):
        session = LiveSession()
        for n in range(10):
            live = session.update(frame, n / 10, None, own)
        return {face.number: face for face in live.faces}

    plain, read = after(None), after(OwnFace(mine, profile))
    assert read[mine].expression[Emotion.HAPPY] > plain[mine].expression[Emotion.HAPPY] + 0.01
    assert read[mine].plain == plain[mine].plain
    assert read[other] == plain[other]
