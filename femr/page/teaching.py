"""femr learns a visitor's face: lessons come in, the profile that they teach goes back, and nothing of both stays here.

The browser keeps the profile, and of each lesson its six shares and what it was meant to show; see `profile.js`. What
the visitor corrected on their own face is a lesson, too, for as long as `corrections.js` keeps it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import gradio as gr

from femr import service
from femr.emotions import Emotion
from femr.errors import ChoiceError, FemrError, ProfileError
from femr.i18n import DEFAULT_LANGUAGE, LANGUAGES, translate
from femr.mood import Expression
from femr.page.api import ONE_QUEUE
from femr.page.blocks import QUIET, TOLD
from femr.page.screen import known_profile, told
from femr.page.uploads import sent_by, uploaded_file
from femr.page.views.notices import notice
from femr.page.views.teaching import learnt, numbers
from femr.vision.classifier import expression_classifier
from femr.vision.lesson import SHARE_DECIMALS, Shot, one_sitting, only_face, shot
from femr.vision.profile import Profile
from femr.vision.reading import ProfileUse

MAX_LESSONS = 60
"""Ten of each emotion; `profile.js` keeps the newest of them."""

MAX_PHOTOS = 12
"""That are read at a time: two of each emotion."""

MAX_CORRECTIONS = 20
"""That teach beside lessons; `profile.js` sends the newest."""

LONGEST_NAME = 40
"""Characters of a sitting's name."""


class Taught(NamedTuple):
    """What an event changes.

    Attributes:
        answer: for `profile.js`, as JSON.
        result: what femr knows now, or why it does not, as HTML.
        numbers: all that the profile holds, as HTML.
    """

    answer: Any = gr.skip()
    result: Any = gr.skip()
    numbers: Any = gr.skip()


@dataclass(frozen=True, slots=True)
class Lesson:
    """One shot as a browser keeps it; those of the same `sitting` were taken one right after the other.

    What `sitting` a correction belongs to is not known.
    """

    shot: Shot
    sitting: str

    @classmethod
    def of(cls, value: Any) -> Self:
        """What a browser sent; it may come from anybody.

        Raises:
            ProfileError: it is no lesson.
        """
        try:
            emotion, shares, sitting = (value[key] for key in ("emotion", "shares", "sitting"))
            if not isinstance(sitting, str) or len(sitting) > LONGEST_NAME:
                raise ProfileError("profile_unreadable", problem="sitting")
            return cls(Shot(Emotion(emotion), Expression.of(shares)), sitting)
        except (TypeError, KeyError, ValueError, ChoiceError) as error:
            raise ProfileError("profile_unreadable", problem="lessons") from error

    def to_value(self) -> dict[str, Any]:
        """As what JSON holds."""
        shares = [round(share, SHARE_DECIMALS) for share in self.shot.expression.shares]
        return {"emotion": self.shot.emotion.value, "shares": shares, "sitting": self.sitting}


@dataclass(frozen=True, slots=True)
class Learnt:
    """A profile, the shots that taught it, and how many corrections were left out as they would have spoilt it."""

    profile: Profile
    shots: Sequence[Shot]
    left_out: int

    @classmethod
    def of(cls, lessons: Sequence[Lesson], corrections: Sequence[Shot], network: str) -> Self:
        """What lessons teach with as many corrections as keep the profile in use: all, all but the newest, or none.

        So a single wrong tap takes nothing away; and where all is of no use, all of it says why.

        Raises:
            ProfileError: shots that are named differently show the same face.
        """
        sittings = {each.sitting for each in lessons}
        together = len(sittings) == 1 and "" not in sittings

        def without(left_out: int) -> Self:
            shots = [*(each.shot for each in lessons), *corrections[: len(corrections) - left_out]]
            return cls(Profile.of(shots, network, together=together), shots, left_out)

        for left_out in sorted({0, min(1, len(corrections)), len(corrections)}):
            try:
                found = without(left_out)
            except ProfileError:
                continue
            if found.profile.use(network) is ProfileUse.USED:
                return found
        return without(0)


def teach(event: gr.EventData, lang: Any, _: Any = None) -> Taught:
    """The visitor showed their face, in the game or in photos, or corrected a reading, or took that back."""
    lang = lang if lang in LANGUAGES else DEFAULT_LANGUAGE
    answer: dict[str, Any] = {"token": told(event, "token")}
    network = expression_classifier().identity
    if told(event, "network") not in (None, network):  # of what was kept; its shares are no longer comparable
        return Taught(json.dumps(answer), notice(translate("profile.other_network", lang), problem=True))
    try:
        known = [Lesson.of(each) for each in _list(told(event, "lessons"), MAX_LESSONS)]
        fresh = _photos(_list(told(event, "photos"), MAX_PHOTOS), str(answer["token"]))
        lessons = [_named(each, lang) for each in (*known, *fresh)]
        corrected = [_correction(each, network) for each in _list(told(event, "corrections"), MAX_CORRECTIONS)]
        corrections = [_named(each, lang).shot for each in corrected if each]
        found = Learnt.of(lessons, corrections, network)
    except FemrError as error:
        said = notice(error.sentence(lang), problem=True)
        return Taught(json.dumps(answer), said, gr.skip())
    answer |= {"profile": found.profile.to_value(), "lessons": [each.to_value() for each in lessons]}
    answer |= {"left_out": found.left_out}
    said = learnt(found.profile, found.shots, network, lang)
    return Taught(json.dumps(answer), said, numbers(found.profile, network, lang))


def show_profile(event: gr.EventData, lang: Any, profile: Any) -> Taught:
    """The visitor wants to see what their profile holds, or brought one from a file."""
    lang = lang if lang in LANGUAGES else DEFAULT_LANGUAGE
    network, brought = expression_classifier().identity, told(event, "profile")
    if brought is None:
        kept = known_profile(profile)
        return Taught(numbers=numbers(kept, network, lang) if kept else "")
    try:
        if not isinstance(brought, str):
            raise ProfileError("profile_unreadable", problem="profile")
        found = Profile.from_json(brought)
    except ProfileError as error:
        return Taught(numbers=notice(error.sentence(lang), problem=True))
    answer = {"token": told(event, "token"), "profile": found.to_value(), "lessons": []}
    return Taught(json.dumps(answer), "", numbers(found, network, lang))


def connect(parts: dict[str, Any]) -> None:
    """Bind the events by which scripts teach, see `profile.js`."""
    inputs = [parts["lang"], parts["profile"]]
    outputs = [parts["taught"], parts["game_result"], parts["numbers"]]
    asked = parts["teach"].select(teach, inputs, outputs, **ONE_QUEUE, **TOLD)
    shown = parts["femr-profile-opened"].select(show_profile, inputs, outputs, **TOLD)
    for each in (asked, shown):
        each.success(None, js="() => femr.answered()", **QUIET)
        each.failure(None, js="() => { femr.profile.lost(); femr.answered(); }", **QUIET)


def _photos(photos: list[Any], sitting: str) -> list[Lesson]:
    """What is read in photos that were uploaded, each of one face.

    Raises:
        ProfileError: one shows nobody, or several people.
        PhotoError, UploadError: one cannot be used.
        ChoiceError: there is no such emotion.
    """
    shots = [_photo(each) for each in photos]
    name = sitting[:LONGEST_NAME] if shots and one_sitting(shots) else ""
    return [Lesson(each, name) for each in shots]


def _photo(value: Any) -> Shot:
    sent = value if isinstance(value, dict) else {}
    with uploaded_file(sent.get("file")) as path:
        _, reading = service.read(path, apart=True, sender=sent_by().address)
        return replace(shot(only_face(reading, path.name), sent.get("emotion", "")), name=path.name)


def _correction(value: Any, network: str) -> Lesson | None:
    """What the visitor corrected of their own face; None where another network read it.

    Raises:
        ProfileError: it is no correction.
    """
    if not isinstance(value, dict):
        raise ProfileError("profile_unreadable", problem="corrections")
    return Lesson.of({**value, "sitting": ""}) if value.get("network") == network else None


def _named(lesson: Lesson, lang: str) -> Lesson:
    """With what an error calls it: its file's name, or its emotion's."""
    name = lesson.shot.name or translate(f"emotion.{lesson.shot.emotion}", lang)
    return replace(lesson, shot=replace(lesson.shot, name=name))


def _list(value: Any, most: int) -> list[Any]:
    """Raises ProfileError where there are more than `most`, or it is no list."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most:
        raise ProfileError("profile_unreadable", problem="lessons")
    return value
