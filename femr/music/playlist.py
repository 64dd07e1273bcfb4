"""A mood and a goal -> a playlist: `recommend` says where each song should lie, and why each was taken.

Which songs are taken is decided in `selection`; which may be taken, in `filters`.
"""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

import numpy as np

from femr import i18n
from femr.emotions import EMOTIONS, Emotion
from femr.errors import ChoiceError
from femr.mood import CALM, SOME, Expression, Mood
from femr.music.catalogue import Catalogue, Song, catalogue
from femr.music.filters import NO_FILTERS, Filters, allowed
from femr.music.selection import SMOOTH_STEP, Choice, select_songs
from femr.music.taste import NO_TASTE, Taste

NEIGHBOUR_WEIGHT = 0.3
"""How much the label of the mood's neighbour is wanted where the mood itself asks for less of it: songs of Fear alone
would come again soon, and those of Anger sound much the same."""

NO_LABELS = (0.0,) * len(EMOTIONS)
"""How much each emotion is wanted where a mood is only a place."""

MIN_SONGS, DEFAULT_SONGS, MAX_SONGS = 1, 10, 30
"""How many songs a playlist may have, and has where nobody says."""

SMALLEST_STEP = 0.08
"""A change of valence or energy, 0…1, that a reason mentions; a smaller one is hardly heard."""


class Goal(StrEnum):
    """Where the music goes: around the mood, or in even steps from it to happy or to calm."""

    MATCH = "match"
    LIFT = "lift"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a song is in the playlist, as kind and values; `sentence` puts it in words.

    Attributes:
        valence, energy: `low`, `middle` or `high`.
        step: how it differs most from the song before (`brighter`, `darker`, `livelier`, `quieter`), or None.
        label: the emotion it was chosen for, where an editor's label and not its place decided; always one that is
            worth a word in the mood.
    """

    valence: str
    energy: str
    step: str | None = None
    label: Emotion | None = None

    def sentence(self, lang: str = i18n.DEFAULT_LANGUAGE) -> str:
        """One short line."""
        if self.label:
            return i18n.translate("reason.label", lang, emotion=i18n.translate(f"emotion.{self.label}", lang))
        valence = i18n.translate(f"reason.valence.{self.valence}", lang)
        energy = i18n.translate(f"reason.energy.{self.energy}", lang)
        if self.step is None:
            return i18n.translate("reason.place", lang, valence=valence, energy=energy)
        step = i18n.translate(f"reason.step.{self.step}", lang)
        return i18n.translate("reason.step", lang, valence=valence, energy=energy, step=step)


@dataclass(frozen=True, slots=True)
class SongLinks:
    """Addresses where a song can be heard."""

    spotify: str
    youtube: str
    youtube_music: str
    apple_music: str


@dataclass(frozen=True)
class Playlist:
    """Songs in the order in which they are to be heard.

    Attributes:
        goal: where the music goes.
        mood: where it starts.
        count: how many songs were asked for.
        filters: which songs it may hold.
        seed: gives the same playlist again, with the same of all the others.
        songs: fewer than asked for only if there are no more.
        reasons: one for each song.
        targets: where on the plane each song should lie, float64 (count, 2), −1…1.
        taste: whose choice it is.
    """

    goal: Goal
    mood: Mood
    count: int
    filters: Filters
    seed: int
    songs: tuple[Song, ...]
    reasons: tuple[Reason, ...]
    targets: np.ndarray = field(compare=False, repr=False)
    taste: Taste = NO_TASTE


def recommend(
    mood: Mood | Emotion | str,
    goal: Goal | str = Goal.MATCH,
    count: int = DEFAULT_SONGS,
    seed: int | None = None,
    *,
    filters: Filters = NO_FILTERS,
    taste: Taste = NO_TASTE,
    source: Catalogue | None = None,
) -> Playlist:
    """Choose songs for a mood.

    Each place in the playlist has a target on the plane. It takes one of the songs that are near it and within reach
    of the song before, at random; an editor's label for the mood's emotions brings a song nearer. Around a mood all
    songs bear the label of its emotion or of that emotion's neighbour, as long as there are such songs.

    Args:
        mood: a mood, or an emotion (or its English name) picked by hand.
        goal: `match`, `lift` or `calm`.
        count: how many songs, 1 to 30.
        seed: the same seed gives the same songs; None for other songs every time.
        filters: which songs it may hold.
        taste: what somebody likes, hides and has heard.
        source: the songs to choose from; None for the shipped catalogue.

    Raises:
        ChoiceError: a goal, count, seed or emotion that there is not; or filters that no song passes, or
            nothing but hidden songs.
        InstallationError: the shipped catalogue is missing or broken.
    """
    mood = _as_mood(mood)
    goal = check_choices(goal, count, seed)
    if seed is None:
        seed = secrets.randbelow(2**32)
    source = catalogue() if source is None else source
    targets, label_weights = _targets(mood, goal, count)
    choice = Choice(
        taste.showing(source, allowed(source, filters)), _fitting(source, mood, goal), taste.weights(source)
    )
    wanted = _with_neighbour(mood, label_weights) if goal is Goal.MATCH else label_weights
    chosen = select_songs(source, choice, targets, wanted, np.random.default_rng(seed))
    songs = tuple(source.songs[i] for i in chosen)
    reasons = tuple(_reason(songs, n, targets[n], label_weights[n]) for n in range(len(songs)))
    return Playlist(goal, mood, count, filters, seed, songs, reasons, targets, taste)


def links(song: Song) -> SongLinks:
    """Links to `song`; a search where there is no id, since a search always finds something."""
    search = quote(f"{song.artist} {song.title}", safe="")
    return SongLinks(
        spotify=f"https://open.spotify.com/track/{song.spotify_id}"
        if song.spotify_id
        else f"https://open.spotify.com/search/{search}",
        youtube=f"https://www.youtube.com/results?search_query={search}",
        youtube_music=f"https://music.youtube.com/search?q={search}",
        apple_music=f"https://music.apple.com/search?term={search}",
    )


def _as_mood(mood: Mood | Emotion | str) -> Mood:
    if isinstance(mood, Mood):
        return mood
    try:
        return Expression.only(Emotion(mood)).mood
    except ValueError as error:
        raise ChoiceError("emotion_unknown", value=mood, known=", ".join(EMOTIONS)) from error


def _as_goal(goal: Goal | str) -> Goal:
    try:
        return Goal(goal)
    except ValueError as error:
        raise ChoiceError("goal_unknown", value=goal, known=", ".join(Goal)) from error


def check_choices(goal: Goal | str, count: int, seed: int | None) -> Goal:
    """The goal, if all three are possible; for those who want to know before a photo is looked at.

    Raises:
        ChoiceError: a goal, count or seed that there is not.
    """
    goal = _as_goal(goal)
    _check_count(count)
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
        raise ChoiceError("seed_range", value=seed)
    return goal


def _check_count(count: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or not MIN_SONGS <= count <= MAX_SONGS:
        raise ChoiceError("count_range", value=count, least=MIN_SONGS, most=MAX_SONGS)


def _targets(mood: Mood, goal: Goal, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Even steps from the mood to the goal.

    Returns:
        Where on the plane each song should lie: float64 (count, 2), −1…1; and how much each emotion's label is wanted
        there: float64 (count, 6), 0…1, in the order of `EMOTIONS`.
    """
    end = {Goal.MATCH: mood, Goal.LIFT: Expression.only(Emotion.HAPPY).mood, Goal.CALM: CALM}[goal]
    progress = np.linspace(0, 1, count)[:, None]
    places = [np.array([each.valence, each.arousal]) for each in (mood, end)]
    labels = [np.array(each.expression.shares if each.expression else NO_LABELS) for each in (mood, end)]
    return (1 - progress) * places[0] + progress * places[1], (1 - progress) * labels[0] + progress * labels[1]


def _with_neighbour(mood: Mood, label_weights: np.ndarray) -> np.ndarray:
    """How much each label is wanted, (count, 6), with that of the mood's neighbour wanted a little at least."""
    if mood.expression is None:
        return label_weights
    wanted, near = label_weights.copy(), EMOTIONS.index(mood.expression.neighbour)
    wanted[:, near] = np.maximum(wanted[:, near], NEIGHBOUR_WEIGHT * mood.expression.certainty)
    return wanted


def _fitting(source: Catalogue, mood: Mood, goal: Goal) -> np.ndarray | None:
    """Bool (N,): songs that fit around a mood, by the label of its emotion or of its neighbour; on a path, None."""
    if goal is not Goal.MATCH or mood.expression is None:
        return None
    columns = [EMOTIONS.index(each) for each in (mood.expression.top, mood.expression.neighbour)]
    return source.labels[:, columns].max(axis=1) > 0


def _band(value: float) -> str:
    """Which third of 0…1 a valence or energy lies in."""
    return "low" if value < 1 / 3 else "high" if value > 2 / 3 else "middle"


def _reason(songs: tuple[Song, ...], number: int, target: np.ndarray, label_weights: np.ndarray) -> Reason:
    song = songs[number]
    valence, energy = _band(song.valence), _band(song.energy)
    if np.abs(np.array(song.place) - target).max() > SMOOTH_STEP:
        weights = dict(zip(EMOTIONS, label_weights, strict=True))
        wanted = [emotion for emotion in song.emotions if weights[emotion] >= SOME]
        if wanted:
            return Reason(valence, energy, label=max(wanted, key=weights.__getitem__))
    return Reason(valence, energy, step=_step(songs[number - 1], song) if number else None)


def _step(before: Song, song: Song) -> str | None:
    """The larger change from the song before, or None where neither can be heard."""
    brighter, livelier = song.valence - before.valence, song.energy - before.energy
    if max(abs(brighter), abs(livelier)) < SMALLEST_STEP:
        return None
    if abs(brighter) >= abs(livelier):
        return "brighter" if brighter > 0 else "darker"
    return "livelier" if livelier > 0 else "quieter"
