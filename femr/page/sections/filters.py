"""Which songs a playlist may hold, and songs of one's own."""

from gradio.blocks import Block

from femr.i18n import DEFAULT_LANGUAGE, translate
from femr.music.catalogue import catalogue
from femr.music.filters import NO_FILTERS, filter_counts
from femr.page.labels import Labels
from femr.page.screen import catalogue_years
from femr.page.sections.controls import control, html, place, told_control
from femr.page.uploads import MAX_FILE_MEGABYTES
from femr.page.views.filters import counted, left, with_count
from femr.page.views.notices import notice, too_large
from femr.page.views.taste import own_files


def filters() -> dict[str, Block]:
    """Which songs there may be. `present` puts the counts into the choices, and tells them in the page's language."""
    counts = filter_counts(catalogue(), NO_FILTERS)
    first, last = catalogue_years()
    lang = DEFAULT_LANGUAGE
    left_over = place(value=left(counts.left, lang), elem_id="femr-left-over")
    languages = control(
        "many",
        [],
        caption=translate("page.languages", lang),
        choices=counted(counts.languages, "language", lang),
        elem_id="femr-languages",
    )
    genres = control(
        "many",
        [],
        caption=translate("page.genres", lang),
        choices=counted(counts.genres, "genre", lang),
        elem_id="femr-genres",
    )
    years = {"minimum": first, "maximum": last}
    caption = with_count(translate("page.first_year", lang), counts.since)
    first_year = control("slider", first, caption=caption, elem_id="femr-first-year", **years)
    caption = with_count(translate("page.last_year", lang), counts.until)
    last_year = control("slider", last, caption=caption, elem_id="femr-last-year", **years)
    caption = with_count(translate("page.clean", lang), counts.clean)
    clean = control("toggle", False, caption=caption, elem_id="femr-clean")
    return {
        "languages": languages,
        "genres": genres,
        "first_year": first_year,
        "last_year": last_year,
        "clean": clean,
        "left": left_over,
    }


def own_songs(labels: Labels) -> dict[str, Block]:
    """Where a visitor brings a table of songs."""
    own = told_control(labels, "file", lambda lang: {"caption": translate("page.own", lang)}, elem_id="femr-own")
    html(labels, lambda lang: notice(translate("page.own.hint", lang)))
    html(labels, lambda lang: too_large(MAX_FILE_MEGABYTES, lang), elem_id="femr-too-large")
    own_notice = place(elem_id="femr-own-notice")
    html(labels, own_files, elem_id="femr-own-files")
    own_clear = labels.of(
        lambda **given: place(visible=False, **given),
        lambda lang: {"caption": translate("page.own.clear", lang)},
        html_template='<button type="button" class="femr-quiet">${caption}</button>',
        js_on_load="element.addEventListener('click', () => femr.inTurn(() => trigger('click')));",
    )
    return {"own": own, "own_notice": own_notice, "own_clear": own_clear}
