"""One small method per event: ask `service`, hand back what the components show; and which component calls which.

Nothing here keeps a photo: it is read and forgotten, and the browser shows its own copy. What a visitor chose comes
with every event from the browser, and goes back to it.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from femr import service
from femr.emotions import EMOTIONS, Emotion
from femr.errors import ChoiceError, FemrError, InstallationError
from femr.i18n import translate
from femr.mood import EVERYONE, Expression
from femr.music.catalogue import catalogue
from femr.music.exportify import load_own_songs
from femr.music.filters import NO_FILTERS
from femr.music.share_link import from_query
from femr.page import teaching
from femr.page.api import FILM_QUEUE, ONE_QUEUE
from femr.page.blocks import QUIET, TOLD
from femr.page.cache import VisitCache
from femr.page.labels import Labels
from femr.page.present import about_source, filter_choices, playing, reasons
from femr.page.screen import Controls, Screen, told, within
from femr.page.sections.sheets import LEAST_SONGS_SHOWN
from femr.page.session import Visit, placed_mood
from femr.page.subject import AllFaces, FilmMood, LinkedMood, LiveMood, MeantFace, OneFace, PickedMood
from femr.page.uploads import sent_by, uploaded_file
from femr.page.views.examples import EXAMPLES
from femr.page.views.mood_map import songs_in_question
from femr.page.views.notices import lasting
from femr.page.views.result import face_boxes, photo_answer
from femr.service import PlaylistRequest
from femr.video.process import STRANGERS
from femr.video.watch import watch
from femr.vision.detector import MOST_FACES

_AS_IT_IS = gr.skip()


class PageEvents:
    """What the page does when a visitor does something."""

    def __init__(self, cache: VisitCache) -> None:
        """Begin with what the server remembers of visits."""
        self._cache = cache

    # --- a photo -----------------------------------------------------------------------------

    def show_photo(self, event: gr.EventData, *controls: Any) -> Screen:
        """A photo came in: read the largest face and play for it; the visit stays as it is when there is none."""
        now, token = Controls(*controls), told(event, "token")
        try:
            with uploaded_file(told(event, "file")) as path:
                return self._read(path, token, now)
        except FemrError as error:
            return Screen(faces=photo_answer(token, "failed"), notice=_problem(error))

    def show_example(self, event: gr.EventData, *controls: Any) -> Screen:
        """The visitor clicked one of our pictures."""
        number = within(told(event, "index"), 0, len(EXAMPLES) - 1, -1)
        if number < 0:  # no click of ours
            return Screen()
        return self._read(EXAMPLES[number].path, told(event, "token"), Controls(*controls), example=True)

    def _read(self, path: Path, token: Any, now: Controls, *, example: bool = False) -> Screen:
        """Raises PhotoError where there is no usable photo at `path`."""
        _, reading = service.read(path, apart=True, sender=sent_by().address)
        if not reading.faces:
            said = lasting(lambda lang: translate("no_face", lang), problem=True)
            return Screen(faces=photo_answer(token, "faceless"), notice=said)
        before = now.visit
        self._cache.forget(before.crops)
        crops = self._cache.keep_crops(reading)
        visit = replace(before, reading=reading, example=example, crops=crops, mine=None).with_face(0)
        notice = lasting(lambda lang: translate("page.incomplete", lang)) if reading.incomplete else ""
        faces = photo_answer(token, "read") + face_boxes(reading, {0}, now.language)
        return self._play(visit, now.request, notice)._replace(faces=faces)

    def show_film(self, event: gr.EventData, *controls: Any) -> Screen:
        """A film came in: follow the faces in it, and play along with its mood."""
        now, token = Controls(*controls), told(event, "token")
        try:
            with uploaded_file(told(event, "file")) as path:
                film = watch(path, limits=STRANGERS)
        except InstallationError:  # the page offers none then; somebody asked all the same
            said = lasting(lambda lang: translate("page.film_none", lang), problem=True)
            return Screen(faces=photo_answer(token, "failed"), notice=said)
        except FemrError as error:
            return Screen(faces=photo_answer(token, "failed"), notice=_problem(error))
        subject = FilmMood.of(film)
        if not subject:
            said = lasting(lambda lang: translate("film.nobody", lang), problem=True)
            return Screen(faces=photo_answer(token, "faceless"), notice=said)
        before = now.visit
        self._cache.forget(before.crops)
        visit = replace(before, subject=subject, reading=None, example=False, crops="", mine=None)
        return self._play(visit, now.request, "")._replace(faces=photo_answer(token, "read"))

    def another_photo(self) -> Screen:
        """The visitor wants to show another photo; what was said of the last one is over, and its result stays."""
        return Screen(notice="")

    def choose_face(self, event: gr.EventData, *controls: Any) -> Screen:
        """The visitor clicked a face."""
        now = Controls(*controls)
        return self._choose(now.visit.with_face(within(told(event, "index"), 0, MOST_FACES, 0)), now)

    def choose_who(self, who: Any, *controls: Any) -> Screen:
        """The visitor chose a face by its number, or everyone."""
        now = Controls(*controls)
        if who == EVERYONE:
            return self._choose(now.visit.with_everyone(), now)
        if isinstance(who, str) and re.fullmatch(r"[0-9]{1,4}", who):
            return self._choose(now.visit.with_face(int(who)), now)
        return Screen()

    def _choose(self, visit: Visit, now: Controls) -> Screen:
        if not visit.reading:
            return Screen()
        return self._play(visit, now.request)._replace(faces=_boxes(visit))

    def mean(self, event: gr.EventData, *controls: Any) -> Screen:
        """The visitor said what a face was meant to show, or takes that back."""
        now, emotion = Controls(*controls), told(event, "emotion")
        subject = now.visit.subject
        if emotion in list(EMOTIONS) and isinstance(subject, OneFace | MeantFace):
            return self._choose(now.visit.meant(Emotion(emotion)), now)
        if emotion is None and isinstance(subject, MeantFace):
            return self._choose(now.visit.with_face(subject.number), now)
        return Screen()

    def read_as_mine(self, mine: Any, *controls: Any) -> Screen:
        """The visitor says that the chosen face is theirs, or that it is not."""
        now = Controls(*controls)
        visit = now.visit
        if not isinstance(visit.subject, OneFace | MeantFace):
            return Screen()
        return self._choose(visit.with_mine(visit.subject.number if mine is True else None), now)

    def show_why(self, *controls: Any) -> Screen:
        """The visitor wants to see what the network saw, and what of it mattered."""
        visit = replace(Controls(*controls).visit, why=True)
        return Screen(why_open=True, reasons=reasons(visit, self._cache))

    def hide_why(self) -> Screen:
        """The visitor has seen why."""
        return Screen(why_open=False)

    # --- a mood without a photo --------------------------------------------------------------

    def pick(self, emotion: Any, *controls: Any) -> Screen:
        """The visitor picked a mood by hand."""
        now = Controls(*controls)
        if emotion not in list(EMOTIONS):
            return Screen()
        visit = replace(now.visit, subject=PickedMood(Emotion(emotion)))
        return self._play(visit, now.request, "")._replace(faces=_boxes(visit))

    def settle(self, event: gr.EventData, *controls: Any) -> Screen:
        """The mood before the live camera has settled."""
        now = Controls(*controls)
        try:
            live = LiveMood(Emotion(told(event, "emotion")), Expression.of(told(event, "shares")))
        except (ValueError, ChoiceError):  # no answer of ours: nothing to play for
            return Screen()
        visit = replace(now.visit, subject=live)
        return self._play(visit, now.request, "")._replace(faces=_boxes(visit))

    # --- the map ---------------------------------------------------------------------------------

    def show_map(self, *controls: Any) -> Screen:
        """The visitor opened the map: show the songs that there are to choose from."""
        now = Controls(*controls)
        source = self._cache.source(now.visit.own).songs
        passing = now.filters.passing(source)
        songs = [song for song, passes in zip(source.songs, passing, strict=True) if passes]
        return Screen(map_songs=songs_in_question(songs, now.language))

    def follow(self, event: gr.EventData, *controls: Any) -> Screen:
        """The visitor moved their point on the map, or drew a way."""
        now = Controls(*controls)
        subject = placed_mood(told(event, "place"), told(event, "way"))
        if not subject:  # no drawing of ours
            return Screen()
        visit = replace(now.visit, subject=subject)
        return self._play(visit, now.request, "")._replace(faces=_boxes(visit))

    # --- other music -------------------------------------------------------------------------

    def play_again(self, *controls: Any) -> Screen:
        """Other songs: shuffle, another goal, another number."""
        now = Controls(*controls)
        return self._play(now.visit, now.request) if now.visit.subject else Screen()

    def narrow(self, *controls: Any) -> Screen:
        """The visitor changed a filter: tell what each leaves, and play."""
        now = Controls(*controls)
        visit = now.visit
        source = self._cache.source(visit.own)
        shown = self._shown(visit, now.request) if visit.subject else Screen()
        if isinstance(shown, ChoiceError):
            return Screen(left=_problem(shown))
        return shown if source.gone else shown._replace(**filter_choices(source.songs, now.filters, now.language))

    def load_own(self, file: dict[str, Any] | None, *controls: Any) -> Screen:
        """The visitor brought songs of their own, for this visit only."""
        now = Controls(*controls)
        if not file:
            return Screen()
        try:
            with uploaded_file(file) as path:
                data = path.read_bytes()
            own = load_own_songs(data)
        except FemrError as error:
            return Screen(own_notice=_problem(error))
        self._cache.forget(now.visit.own)
        key = self._cache.keep_own(own, len(data), sent_by().address)
        return self._from_other_songs(replace(now.visit, own=key, own_lost=False), now)

    def back_to_the_catalogue(self, *controls: Any) -> Screen:
        """The visitor wants the shipped songs again."""
        now = Controls(*controls)
        self._cache.forget(now.visit.own)
        return self._from_other_songs(replace(now.visit, own="", own_lost=False), now)

    def _from_other_songs(self, visit: Visit, now: Controls) -> Screen:
        """Play without filters, as those of other songs are others."""
        request = replace(now.request, filters=NO_FILTERS)
        screen = self._play(visit, request) if visit.subject else Screen(kept=visit.to_json())
        return screen._replace(**about_source(self._cache.source(visit.own), now.language))

    # --- arriving, and another language ------------------------------------------------------

    def arrive(self, request: gr.Request, *controls: Any) -> Screen:
        """A visitor came, perhaps by a link, or came back to what they had before."""
        now = Controls(*controls)
        visit, query = now.visit, dict(request.query_params)
        if visit.subject:
            return self._come_back(visit)._replace(lang=now.language)
        # A new visitor may have clicked something by now: nothing that a click changes is touched.
        new = Screen(lang=now.language, **filter_choices(catalogue(), now.filters, now.language))
        if "mood" not in query:
            return new
        try:
            link = from_query(query)
        except ChoiceError as error:
            return new._replace(notice=_problem(error))
        visit = replace(visit, subject=LinkedMood(link), playlist=link)
        return self._come_back(visit)._replace(lang=now.language)

    def _come_back(self, visit: Visit) -> Screen:
        """The playlist that was there before, with the controls as they were."""
        source, request = self._cache.source(visit.own), visit.request
        filters = NO_FILTERS if source.gone else request.filters
        shown = self._shown(visit, request)
        if isinstance(shown, ChoiceError):
            choices = filter_choices(source.songs, NO_FILTERS, visit.lang)
            return Screen(notice=_problem(shown), **choices)
        of_a_photo = isinstance(visit.subject, OneFace | MeantFace | AllFaces) and not visit.example
        return shown._replace(
            goal=request.goal.value,
            songs=max(request.count, LEAST_SONGS_SHOWN),
            notice=lasting(lambda lang: translate("page.photo.gone", lang)) if of_a_photo else "",
            **about_source(source._replace(gone=source.gone or visit.own_lost), visit.lang, filters),
        )

    def change_language(self, *controls: Any) -> Screen:
        """Show what is on the page in another language; notices speak each."""
        now = Controls(*controls)
        visit = now.visit
        source = self._cache.source(visit.own)
        filters = NO_FILTERS if source.gone else now.filters
        screen = self._play(visit, visit.request) if visit.subject else Screen(kept=visit.to_json())
        return screen._replace(faces=_boxes(visit), **about_source(source, now.language, filters))

    # --- what all of them do -----------------------------------------------------------------

    def _play(self, visit: Visit, request: PlaylistRequest, notice: Any = _AS_IT_IS) -> Screen:
        """Show songs for the visit's subject, and `notice`.

        Where the filters leave no song, those of the songs before are set again, and the notice says so. Where those
        leave none either, it says why, and what was there stays.
        """
        shown = self._shown(visit, request)
        if not isinstance(shown, ChoiceError):
            return shown._replace(notice=notice)
        before = visit.request.filters
        again = self._shown(visit, replace(request, filters=before))
        if isinstance(again, ChoiceError):
            return Screen(kept=visit.to_json(), left=_problem(shown), notice=_problem(shown))
        said = lasting(lambda lang: translate("page.filters_back", lang, problem=shown.sentence(lang)))
        songs = self._cache.source(visit.own).songs
        return again._replace(notice=said, **filter_choices(songs, before, visit.lang, chosen=before))

    def _shown(self, visit: Visit, request: PlaylistRequest) -> Screen | ChoiceError:
        """Songs for the visit's subject, which there is, or why there are none.

        Where the visitor's own songs are gone, the catalogue's stand in, and the page says so.
        """
        source = self._cache.source(visit.own)
        if source.gone:
            visit, request = replace(visit, own="", own_lost=True), replace(request, filters=NO_FILTERS, seed=None)
        try:
            playlist = service.choose(visit.mood, replace(request, way=visit.way), source.songs)
        except ChoiceError as error:
            return error
        screen = playing(visit.playing(playlist), playlist, self._cache)
        return screen._replace(**about_source(source, visit.lang)) if source.gone else screen


def _boxes(visit: Visit) -> str:
    """A button over each face of the photo that is shown."""
    if not visit.reading:
        return ""
    match visit.subject:
        case OneFace(number=number) | MeantFace(number=number):
            marked = {number}
        case AllFaces():
            marked = set(range(len(visit.reading.faces)))
        case _:
            marked = set()
    return face_boxes(visit.reading, marked, visit.lang)


def _problem(error: FemrError) -> str:
    return lasting(error.sentence, problem=True)


# --- which component calls which -----------------------------------------------------------------


def connect(page: gr.Blocks, parts: dict[str, Any], labels: Labels) -> None:
    """Bind the events of the page to what they do.

    Args:
        page: the page.
        parts: its components by name; those of `Controls` and `Screen` are among them.
        labels: what the components say.
    """
    events = PageEvents(VisitCache())
    outputs = [parts[name] for name in Screen._fields]
    controls = [parts[name] for name in Controls._fields]
    quick = {"outputs": outputs, **QUIET}
    saying = {"outputs": outputs, **TOLD}
    reading = {**saying, **ONE_QUEUE}
    # Bound once: Gradio lets the calls of one function wait for each other, and knows it by its identity.
    play_again, narrow = events.play_again, events.narrow
    photos = [
        parts["faces"].photo(events.show_photo, controls, **reading),
        parts["faces"].example(events.show_example, controls, **reading),
        parts["faces"].film(events.show_film, controls, **saying, **FILM_QUEUE),
    ]
    others = [
        parts["faces"].another(events.another_photo, **quick),
        parts["faces"].select(events.choose_face, controls, **saying),
        parts["who"].input(events.choose_who, [parts["who"], *controls], **quick),
        parts["meant"].select(events.mean, controls, **saying),
        parts["mine"].input(events.read_as_mine, [parts["mine"], *controls], **quick),
        parts["femr-why-opened"].select(events.show_why, controls, **quick),
        parts["femr-why-closed"].select(events.hide_why, **quick),
        parts["live"].select(events.settle, controls, **saying),
        parts["femr-map-sheet-opened"].select(events.show_map, controls, **quick),
        parts["femr-map-drawn"].select(events.follow, controls, **saying),
        parts["picked"].input(events.pick, [parts["picked"], *controls], **quick),
        parts["goal"].input(play_again, controls, **quick),
        parts["songs"].input(play_again, controls, **quick),
        parts["shuffle"].select(play_again, controls, **quick),
        *(
            parts[name].input(narrow, controls, **quick)
            for name in ("languages", "genres", "clean", "first_year", "last_year")
        ),
        parts["own"].upload(events.load_own, [parts["own"], *controls], **quick),
        parts["own_clear"].click(events.back_to_the_catalogue, controls, **quick),
        *_connect_arrival(page, parts, labels, events),
    ]
    teaching.connect(parts)
    for each in photos:
        each.success(None, js="() => femr.read()", **QUIET)
        each.failure(None, js="() => femr.unread()", **QUIET)
    for each in others:
        each.success(None, js="() => femr.settle()", **QUIET)
        each.failure(None, js="() => femr.lost()", **QUIET)


def _connect_arrival(page: gr.Blocks, parts: dict[str, Any], labels: Labels, events: PageEvents) -> tuple[Any, ...]:
    """Bind what happens when a visitor arrives, and to the page's language and what the browser keeps."""
    outputs = [parts[name] for name in Screen._fields]
    controls = [parts[name] for name in Controls._fields]
    arrive = f"(...values) => femr.arrive(values.slice(0, {len(controls)}))"  # Gradio gives the outputs' values too
    arrived = page.load(events.arrive, controls, outputs, js=arrive, **QUIET)
    parts["kept"].change(None, parts["kept"], None, js="(kept) => femr.keep(kept)", **QUIET)
    language = parts["lang"]
    # It may say what it was made with after the visitor has chosen another.
    spoken = "(lang) => { if (lang === femr.language()) femr.shell.show(lang); }"
    language.change(None, language, None, js=spoken, **QUIET)
    language.change(labels.told, language, labels.components, **QUIET)
    return arrived, language.input(events.change_language, controls, outputs, **QUIET)
