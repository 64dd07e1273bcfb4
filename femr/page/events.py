"""One small function per event: call femr, hand back what the components show.

Nothing here keeps a photo: it is read, shown inside the page as a `data:` URI, and forgotten. What a visit remembers
between events is a `Visit`.
"""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from femr import i18n
from femr.emotions import Emotion
from femr.errors import ChoiceError, FemrError, UploadError
from femr.mood import mood_of_shares
from femr.music.catalogue import Catalogue, catalogue
from femr.music.exportify import load_own_songs
from femr.music.filters import NO_FILTERS, Filters, filter_counts
from femr.music.playlist import Playlist, recommend
from femr.music.share_link import from_query, selection_version, share_query
from femr.page import cards, explaining, mood_map
from femr.page.examples import EXAMPLES
from femr.page.session import LiveMood, Screen, Visit, Wishes, catalogue_years
from femr.page.uploads import uploaded_file
from femr.vision.analysis import analyze
from femr.vision.heatmap import data_uri
from femr.vision.image_io import load_photo
from femr.vision.occlusion import explain

SHOWN_SIDE = 1280
"""Longer side of the photo as the page shows it, in pixels."""


def look(photo: dict[str, Any] | None, *controls: Any) -> Screen:
    """A photo came in: read the largest face and play for it; the last result stays when there is none."""
    if not photo:
        return Screen()
    wishes = Wishes(*controls)
    try:
        path = uploaded_file(photo)
    except UploadError as error:
        return Screen(photo=None, notice=cards.notice(error.sentence(wishes.lang), problem=True))
    return _read(path, wishes)


def try_example(event: gr.EventData, *controls: Any) -> Screen:
    """The visitor clicked one of our pictures."""
    number = min(max(int(event.index), 0), len(EXAMPLES) - 1)
    return _read(EXAMPLES[number].path, Wishes(*controls))


def _read(path: str | Path, wishes: Wishes) -> Screen:
    try:
        pixels = load_photo(path)
        reading = analyze(pixels)
    except FemrError as error:
        return Screen(photo=None, notice=cards.notice(error.sentence(wishes.lang), problem=True))
    if not reading.faces:
        return Screen(photo=None, notice=cards.notice(i18n.translate("no_face", wishes.lang), problem=True))
    visit = Visit(reading, why=wishes.visit.why, own=wishes.visit.own)
    return _play(visit, wishes)._replace(
        picked=None,  # so that the same mood can be picked again afterwards
        photo=None,
        capture=gr.Column(visible=False),
        shown=gr.Column(visible=True),
        faces=gr.HTML(value=cards.face_boxes(reading, 0, wishes.lang), picture=data_uri(pixels, SHOWN_SIDE)),
        who=_people(visit, wishes.lang),
        notice="",
    )


def another_photo() -> Screen:
    """The visitor wants to show another photo; the result stays until there is a new one."""
    return Screen(capture=gr.Column(visible=True), shown=gr.Column(visible=False), notice="")


def choose_face(event: gr.EventData, *controls: Any) -> Screen:
    """The visitor clicked a face."""
    return _choose(int(event.index), Wishes(*controls))


def choose_who(who: str, *controls: Any) -> Screen:
    """The visitor chose a face by its number, or everyone."""
    return _choose(None if who == cards.EVERYONE else int(who), Wishes(*controls))


def _choose(chosen: int | None, wishes: Wishes) -> Screen:
    reading = wishes.visit.reading
    if not reading:
        return Screen()
    if chosen is not None or not reading.group:
        chosen = min(max(chosen or 0, 0), len(reading.faces) - 1)
    visit = replace(wishes.visit, chosen=chosen, picked=None, live=None, shared=None)
    faces = cards.face_boxes(reading, chosen, wishes.lang)
    return _play(visit, wishes)._replace(picked=None, faces=faces, who=_people(visit, wishes.lang))


def show_why(*controls: Any) -> Screen:
    """The visitor wants to see what the network saw, and what of it mattered."""
    wishes = Wishes(*controls)
    visit = replace(wishes.visit, why=True)
    return Screen(visit=visit, reasons=_reasons(visit, wishes.lang))


def hide_why(*controls: Any) -> Screen:
    """The visitor has seen why."""
    return Screen(visit=replace(Wishes(*controls).visit, why=False))


def pick(emotion: str | None, *controls: Any) -> Screen:
    """The visitor picked a mood by hand."""
    wishes = Wishes(*controls)
    if emotion is None:
        return Screen()
    return _play(replace(wishes.visit, picked=Emotion(emotion), shared=None), wishes)._replace(
        who=gr.Radio(value=None)  # so that the same face can be chosen again afterwards
    )


def settle(event: gr.EventData, *controls: Any) -> Screen:
    """The mood before the live camera has settled."""
    wishes = Wishes(*controls)
    live = LiveMood(Emotion(event.emotion), mood_of_shares(event.shares))
    visit = replace(wishes.visit, live=live, picked=None, shared=None)
    return _play(visit, wishes)._replace(picked=None, who=gr.Radio(value=None))


def play_again(*controls: Any) -> Screen:
    """Other songs: shuffle, another goal, another number."""
    wishes = Wishes(*controls)
    return _play(wishes.visit, wishes) if wishes.visit.mood else Screen()


def narrow(*controls: Any) -> Screen:
    """The visitor changed a filter: tell what each leaves, and play."""
    wishes = Wishes(*controls)
    played = play_again(*controls)
    return played._replace(**_choices(wishes.visit.source, wishes.filters, wishes.lang)) if _fine(played) else played


def own_songs(file: dict[str, Any] | None, *controls: Any) -> Screen:
    """The visitor brought songs of their own, for this visit only; without a file, the catalogue is back."""
    wishes = Wishes(*controls)
    try:
        own = load_own_songs(uploaded_file(file).read_bytes()) if file else None
    except FemrError as error:
        return Screen(own_notice=cards.notice(error.sentence(wishes.lang), problem=True))
    first, last = catalogue_years()
    wishes = wishes._replace(
        visit=replace(wishes.visit, own=own, shared=None),
        languages=[],
        genres=[],
        first_year=first,
        last_year=last,
        clean=False,
    )
    played = play_again(*wishes) if wishes.visit.mood else Screen(visit=wishes.visit)
    return played._replace(
        **_choices(wishes.visit.source, NO_FILTERS, wishes.lang, chosen=NO_FILTERS),
        own_notice=cards.notice(own.sentence(wishes.lang) if own else ""),
        own_clear=gr.Button(visible=own is not None),
    )


def back_to_the_catalogue(*controls: Any) -> Screen:
    """The visitor wants the shipped songs again."""
    return own_songs(None, *controls)


def open_link(request: gr.Request, *controls: Any) -> Screen:
    """A visitor came by a link: rebuild the playlist that it describes."""
    wishes = Wishes(*controls)
    query = dict(request.query_params)
    if "mood" not in query:
        return Screen()
    try:
        shared = from_query(query)
        playlist = recommend(shared.mood, shared.goal, shared.count, shared.seed, filters=shared.filters)
    except FemrError as error:
        return Screen(notice=cards.notice(error.sentence(wishes.lang), problem=True))
    visit = replace(wishes.visit, shared=shared)
    return _show(visit, playlist, wishes.lang)._replace(
        goal=shared.goal.value,
        count=shared.count,
        **_choices(visit.source, shared.filters, wishes.lang, chosen=shared.filters),
    )


def change_language(*controls: Any) -> Screen:
    """Show what is on the page in another language."""
    wishes = Wishes(*controls)
    visit, lang = wishes.visit, wishes.lang
    choices = _choices(visit.source, wishes.filters, lang)
    if not visit.playlist:
        empty = cards.notice(i18n.translate("page.empty", lang))
        return Screen(notice="", playlist=empty, mood_map=mood_map.empty_map(lang), **choices)
    shown = _show(visit, visit.playlist, lang)
    if visit.reading:
        shown = shown._replace(
            faces=cards.face_boxes(visit.reading, visit.chosen, lang),
            who=_people(visit, lang),
        )
    return shown._replace(notice="", own_notice=cards.notice(visit.own.sentence(lang) if visit.own else ""), **choices)


def _play(visit: Visit, wishes: Wishes) -> Screen:
    """Choose songs for the visit's mood and show them; what was there stays where the filters leave none."""
    try:
        playlist = recommend(visit.mood, wishes.goal, int(wishes.count), filters=wishes.filters, source=visit.source)
    except ChoiceError as error:
        return Screen(visit=visit, left=cards.notice(error.sentence(wishes.lang), problem=True))
    return _show(visit, playlist, wishes.lang)


def _fine(screen: Screen) -> bool:
    """Whether the filters left a playlist, or none was asked for."""
    return screen.left == Screen().left


def _show(visit: Visit, playlist: Playlist, lang: str) -> Screen:
    """The playlist and what it is for."""
    visit = replace(visit, playlist=playlist)
    share = "" if visit.own else share_query(playlist, selection_version(catalogue()))
    return Screen(
        visit=visit,
        result=_result(visit, lang),
        why=gr.Accordion(visible=visit.face is not None),
        reasons=_reasons(visit, lang),
        controls=gr.Column(visible=True),
        playlist=cards.playlist_cards(playlist, lang, share),
        mood_map=mood_map.empty_map(lang) + mood_map.way(playlist, lang),
    )


def _result(visit: Visit, lang: str) -> str:
    if visit.shared:
        same = visit.shared.seed in (None, visit.playlist.seed)
        return cards.shared_result(lang, same=same, changed=visit.shared.version != selection_version(catalogue()))
    if visit.picked:
        return cards.picked_result(visit.picked, lang)
    if visit.live:
        return cards.live_result(visit.live.emotion, lang)
    if visit.face:
        return cards.face_result(visit.face, visit.chosen, lang)
    return cards.everyone_result(visit.reading, lang)


def _reasons(visit: Visit, lang: str) -> str:
    """Why the face was read so, worked out only for those who look."""
    return explaining.reasons(visit.face.crop, explain(visit.face.crop), lang) if visit.why and visit.face else ""


def _people(visit: Visit, lang: str) -> gr.Radio:
    """Whose mood it is; nobody has to choose where there is one face."""
    count = len(visit.reading.faces)
    chosen = cards.EVERYONE if visit.chosen is None else str(visit.chosen)
    return gr.Radio(
        choices=cards.people(count, lang),
        value=None if visit.picked or visit.live or visit.shared else chosen,
        label=i18n.translate("page.several", lang, count=count),
        visible=count > 1,
    )


def _choices(source: Catalogue, filters: Filters, lang: str, chosen: Filters | None = None) -> dict[str, Any]:
    """The controls of the filters, each choice with the songs it would leave; `chosen` sets them as well."""
    counts = filter_counts(source, filters)
    first, last = catalogue_years()
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    if chosen:
        values["languages"] = {"value": sorted(chosen.languages)}
        values["genres"] = {"value": sorted(chosen.genres)}
        values["first_year"] = {"value": chosen.first_year or first}
        values["last_year"] = {"value": chosen.last_year or last}
        values["clean"] = {"value": chosen.no_explicit}
    return {
        "languages": gr.Dropdown(choices=cards.counted(counts.languages, "language", lang), **values["languages"]),
        "genres": gr.Dropdown(choices=cards.counted(counts.genres, "genre", lang), **values["genres"]),
        "first_year": gr.Slider(
            label=cards.with_count(i18n.translate("page.first_year", lang), counts.since), **values["first_year"]
        ),
        "last_year": gr.Slider(
            label=cards.with_count(i18n.translate("page.last_year", lang), counts.until), **values["last_year"]
        ),
        "clean": gr.Checkbox(
            label=cards.with_count(i18n.translate("page.clean", lang), counts.clean), **values["clean"]
        ),
        "left": cards.notice(i18n.translate("page.left", lang, count=counts.left)),
    }
