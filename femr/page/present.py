"""What the screen shows for a visit and its playlist."""

from collections import defaultdict
from typing import Any, NamedTuple

import gradio as gr

from femr.i18n import translate
from femr.mood import EVERYONE
from femr.music.catalogue import Catalogue, catalogue
from femr.music.filters import NO_FILTERS, Filters, filter_counts
from femr.music.playlist import Playlist
from femr.music.share_link import selection_version
from femr.page.cache import Source, VisitCache
from femr.page.screen import Screen, catalogue_years, within
from femr.page.session import Visit
from femr.page.sharing.preview import emotion_of, mood_in_words
from femr.page.subject import AllFaces, FilmMood, LinkedMood, LiveMood, MeantFace, OneFace, PickedMood, PlacedMood
from femr.page.views.film import film_chart, film_result
from femr.page.views.filters import counted, left, with_count
from femr.page.views.mood_map import route
from femr.page.views.notices import notice
from femr.page.views.playlist import playlist_cards
from femr.page.views.result import (
    cuts,
    everyone_bars,
    everyone_result,
    face_bars,
    face_result,
    live_bars,
    live_result,
    meant_result,
    people,
    picked_result,
    placed_result,
    poster,
    shared_result,
)
from femr.page.views.sharing import share_buttons
from femr.page.views.why import why
from femr.vision.classifier import expression_classifier
from femr.vision.occlusion import explain
from femr.vision.profile import Profile
from femr.vision.reading import ProfileUse


class Presented(NamedTuple):
    """What the music is for, as the page tells it.

    Attributes:
        result: the mood as words, as HTML.
        bars: its shares, or what stands in their place, as HTML.
        who: the value of the choice between the people in the photo; None where it is about none of them.
        picked: the value of the moods to pick from; None where none was picked.
    """

    result: str
    bars: str
    who: str | None = None
    picked: str | None = None


def present(visit: Visit, playlist: Playlist) -> Presented:
    """How the page tells what the music is for; the visit has a subject."""
    lang = visit.lang
    match visit.subject:
        case OneFace(face, number):
            result = face_result(face, number, lang, example=visit.example)
            return Presented(result, face_bars(face, _told(visit, number), lang), who=str(number))
        case MeantFace(face, number, emotion):
            result = meant_result(face, number, emotion, lang, example=visit.example)
            return Presented(result, face_bars(face, _told(visit, number), lang), who=str(number))
        case AllFaces(reading, group):
            return Presented(everyone_result(reading, group, lang), everyone_bars(group, lang), who=EVERYONE)
        case PickedMood(emotion):
            return Presented(picked_result(emotion, lang), poster(emotion), picked=emotion.value)
        case LiveMood(emotion, expression):
            return Presented(live_result(emotion, lang), live_bars(expression, lang))
        case PlacedMood(place, way):
            mood, emotion = mood_in_words(place, lang, way), emotion_of(place)
            return Presented(placed_result(mood, emotion, lang, way=bool(way)), poster(emotion))
        case FilmMood() as film:
            mood = mood_in_words(film.mood, lang, film.way)
            return Presented(film_result(film, mood, lang), film_chart(film, lang))
        case LinkedMood(link):
            same = link.seed in (None, playlist.seed) and not visit.own
            changed = link.version != selection_version(catalogue())
            mood, emotion = mood_in_words(link.mood, lang, link.way), emotion_of(link.mood)
            return Presented(shared_result(mood, emotion, lang, same=same, changed=changed), poster(emotion))
        case None:
            raise ValueError("nothing was shown or picked yet")


def playing(visit: Visit, playlist: Playlist, cache: VisitCache) -> Screen:
    """The playlist and what it is for; `visit` describes both."""
    presented, lang = present(visit, playlist), visit.lang
    return Screen(
        kept=visit.to_json(),
        picked=presented.picked,
        who=people_choice(visit, presented.who),
        mine=mine_choice(visit),
        result=presented.result,
        bars=presented.bars,
        reasons=reasons(visit, cache),
        playlist=playlist_cards(playlist, lang, visit.share_query) + share_buttons(visit, playlist),
        mood_map=route(playlist, lang),
    )


def people_choice(visit: Visit, who: str | None) -> gr.HTML:
    """Whose mood it is; nobody has to choose where there is one face."""
    reading, lang = visit.reading, visit.lang
    if not reading or not reading.group:
        return gr.HTML(choices=[], faces=[], value=who, caption="", visible=False)
    return gr.HTML(
        choices=people(reading, reading.group, lang),
        faces=cuts(reading),
        value=who,
        caption=translate("page.several", lang, count=len(reading.faces)),
        visible=True,
    )


def mine_choice(visit: Visit) -> gr.HTML:
    """Whether the chosen face is the visitor's own; asked of those who have a profile that can be used."""
    chosen = visit.subject.number if isinstance(visit.subject, OneFace | MeantFace) else None
    offered = chosen is not None and not visit.example and can_read(visit.profile)
    mine = offered and chosen == visit.mine
    return gr.HTML(value=mine, caption=translate("mine.ask", visit.lang), visible=offered)


def can_read(profile: Profile | None) -> bool:
    """Whether there is a profile, and the network can be read with it."""
    return profile is not None and profile.use(expression_classifier().identity) is ProfileUse.USED


def reasons(visit: Visit, cache: VisitCache) -> str:
    """Why the face was read so, worked out only for those who look."""
    if not visit.why or not isinstance(visit.subject, OneFace | MeantFace):
        return ""
    crop = cache.crop(visit.crops, visit.subject.number)
    if crop is None:
        return notice(translate("why.gone", visit.lang))
    return why(crop, explain(crop), visit.lang)


def about_source(source: Source, lang: str, filters: Filters = NO_FILTERS) -> dict[str, Any]:
    """What the page says about the songs to choose from, and its filters, set to `filters`."""
    own = source.own.sentence(lang) if source.own else ""
    return {
        "own_notice": notice(translate("own.gone", lang) if source.gone else own, problem=source.gone),
        "own_clear": gr.HTML(visible=source.own is not None, caption=translate("page.own.clear", lang)),
        **filter_choices(source.songs, filters, lang, chosen=filters),
    }


def filter_choices(source: Catalogue, filters: Filters, lang: str, *, chosen: Filters | None = None) -> dict[str, Any]:
    """The controls of the filters, each choice with the songs it would leave; `chosen` sets them as well."""
    counts = filter_counts(source, filters)
    first, last = catalogue_years()
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    if chosen:
        values["languages"] = {"value": sorted(chosen.languages & counts.languages.keys())}
        values["genres"] = {"value": sorted(chosen.genres & counts.genres.keys())}
        values["first_year"] = {"value": within(chosen.first_year, first, last, first)}
        values["last_year"] = {"value": within(chosen.last_year, first, last, last)}
        values["clean"] = {"value": chosen.no_explicit}
    captions = {
        "languages": translate("page.languages", lang),
        "genres": translate("page.genres", lang),
        "first_year": with_count(translate("page.first_year", lang), counts.since),
        "last_year": with_count(translate("page.last_year", lang), counts.until),
        "clean": with_count(translate("page.clean", lang), counts.clean),
    }
    values["languages"]["choices"] = counted(counts.languages, "language", lang)
    values["genres"]["choices"] = counted(counts.genres, "genre", lang)
    return {
        **{name: gr.HTML(caption=caption, **values[name]) for name, caption in captions.items()},
        "left": left(counts.left, lang),
    }


def _told(visit: Visit, number: int) -> int:
    """What the page calls a face: its number in reading order."""
    return visit.reading.numbers[number] if visit.reading else number + 1
