"""What a link says before it is opened: a title, a sentence, and the first songs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache, cached

from femr import i18n, service
from femr.emotions import Emotion, nearest_emotion
from femr.errors import ChoiceError
from femr.mood import Clarity, Mood
from femr.music.catalogue import Song
from femr.music.playlist import Goal
from femr.music.share_link import SharedPlaylist, from_query, to_query
from femr.service import PlaylistRequest

SONGS_NAMED = 2
"""Songs in the sentence: more are cut off by whoever shows it."""

KEPT = 256
"""Previews at once, of about a kilobyte each."""


@dataclass(frozen=True)
class Preview:
    """What is told of a link.

    Attributes:
        lang: of its texts.
        title, description: plain text, neither escaped nor cut.
        query: what gives the playlist again; empty for the page itself.
        link: the playlist's settings; None for the page itself.
        songs: of the playlist, in order; none where the link says too little to know them.
    """

    lang: str
    title: str
    description: str
    query: str = ""
    link: SharedPlaylist | None = None
    songs: tuple[Song, ...] = ()


def link_language(query: Mapping[str, str], accepted: str) -> str:
    """Which language a link is told in: its own, or else the one that the browser names first.

    Args:
        query: of the address.
        accepted: the header `Accept-Language`; empty where there is none, as from most that fetch previews.
    """
    wanted = query.get("lang") or accepted[:2].lower()
    return wanted if wanted in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE


def preview_of(query: Mapping[str, str], lang: str) -> Preview:
    """What a link with this query says; that of the page itself where the query makes no sense, or leaves no songs."""
    if "mood" not in query:
        return _plain(lang)
    try:
        return _preview(to_query(from_query(query)), lang)
    except ChoiceError:
        return _plain(lang)


def mood_in_words(mood: Mood, lang: str, way: Sequence[Mood] = ()) -> str:
    """How a face of that mood looks, as clearly as its shares say: "mostly sad, with some happy".

    Of a way, only where it begins and ends: "from sad to happy".
    """
    if way:
        first, last = _looks(emotion_of(mood), lang), _looks(emotion_of(way[-1]), lang)
        return first if first == last else i18n.translate("shown.way", lang, first=first, last=last)
    expression = mood.expression
    if expression is None:
        return _looks(nearest_emotion(mood.valence, mood.arousal), lang)
    first, second = _looks(expression.top, lang), _looks(expression.second, lang)
    match expression.clarity:
        case Clarity.CLEAR:
            return first
        case Clarity.MOSTLY if not expression.has_second:
            return i18n.translate("shown.mostly_alone", lang, first=first)
        case Clarity.MOSTLY:
            return i18n.translate("share.mood.mostly", lang, first=first, second=second)
        case Clarity.BETWEEN:
            return i18n.translate("share.mood.between", lang, first=first, second=second)
        case Clarity.UNCLEAR:
            return i18n.translate("share.mood.unclear", lang)


def emotion_of(mood: Mood) -> Emotion:
    """The emotion whose colour stands for a mood."""
    return mood.expression.top if mood.expression else nearest_emotion(mood.valence, mood.arousal)


def promise(lang: str) -> str:
    """What the page does for whoever comes, a sentence on each line."""
    return i18n.translate("share.promise", lang).replace(". ", ".\n")


def _looks(emotion: Emotion, lang: str) -> str:
    return i18n.translate(f"looks.{emotion}", lang)


def _plain(lang: str) -> Preview:
    return Preview(lang, i18n.translate("page.title", lang), i18n.translate("share.about", lang))


@cached(LRUCache(KEPT), lock=Lock())
def _preview(query: str, lang: str) -> Preview:
    """Raises ChoiceError where the link's filters leave no songs."""
    link, songs = from_query(query), ()
    playlist = service.choose(link.mood, PlaylistRequest(link.goal, link.count, link.seed, link.filters, way=link.way))
    if link.seed is not None:  # without one, whoever opens the link hears others
        songs = playlist.songs
    mood = mood_in_words(link.mood, lang, link.way)
    title = i18n.translate("way.title", lang, mood=mood) if link.way else i18n.translate("share.title", lang, mood=mood)
    return Preview(lang, title, _description(link, songs, lang), query, link, songs)


def heading(way: Sequence[Mood], lang: str) -> str:
    """What stands above a mood in words."""
    return i18n.translate("way.heading", lang) if way else i18n.translate("share.heading", lang)


def _description(link: SharedPlaylist, songs: tuple[Song, ...], lang: str) -> str:
    """Where the music goes, and how it begins."""
    named = [i18n.translate("share.song", lang, title=song.title, artist=song.artist) for song in songs[:SONGS_NAMED]]
    along = link.way and link.goal is Goal.MATCH
    told = [i18n.translate("map.way", lang) if along else i18n.translate(f"goal.{link.goal}.hint", lang)]
    if named:
        more = len(songs) - len(named)
        with_more = [*named, i18n.translate("share.more", lang, count=more)] if more else named
        told.append(", ".join(with_more))
    return f"{': '.join(told)}. {i18n.translate('page.tagline', lang)}"
