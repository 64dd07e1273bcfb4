"""Readings and playlists as HTML. Every text that comes from outside is escaped."""

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote

from femr import i18n
from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.mood import EVERYONE, Expression
from femr.music.catalogue import Song
from femr.music.export import as_csv, as_json_text, as_m3u, as_text, spotify_links
from femr.music.playlist import Playlist, Reason, links
from femr.vision.confidence import Hint, flaws, hints
from femr.vision.reading import Face, Reading


def percent(share: float) -> str:
    """A probability, 0…1, in whole percents."""
    return f"{share:.0%}".replace("%", " %")


def emotion_name(emotion: Emotion, lang: str) -> str:
    """Emoji and name."""
    return f"{TRAITS[emotion].emoji} {i18n.translate(f'emotion.{emotion}', lang)}"


def header(lang: str) -> str:
    """Name and tagline."""
    return f"<h1>femr</h1><p>{escape(i18n.translate('page.tagline', lang))}</p>"


def notice(text: str, *, problem: bool = False) -> str:
    """A sentence in place; nothing when `text` is empty. Problems are read out by screen readers as they appear."""
    if not text:
        return ""
    kind = 'class="femr-problem" role="alert"' if problem else 'class="femr-hint"'
    return f"<p {kind}>{escape(text)}</p>"


def too_large(limit_megabytes: int, lang: str) -> str:
    """The sentence that `page.js` shows instead of uploading a larger file."""
    text = i18n.translate("page.too_large", lang, limit=limit_megabytes)
    return f'<p class="femr-problem" role="alert" data-limit="{limit_megabytes * 1_000_000}" hidden>{escape(text)}</p>'


def hidden_sentence(key: str, text: str, *, kind: str = "say", problem: bool = False) -> str:
    """A sentence of some kind that a script shows when `key` is so."""
    look = 'class="femr-problem" role="alert"' if problem else 'class="femr-hint"'
    return f'<p {look} data-{kind}="{key}" hidden>{escape(text)}</p>'


def camera_problems(lang: str) -> str:
    """Why a camera gives no picture, and what helps; `page.js` and `live.js` show the one that is so."""
    return "".join(
        hidden_sentence(key, i18n.translate(f"camera.{key}", lang), problem=True)
        for key in ("refused", "missing", "taken", "insecure")
    )


def face_boxes(reading: Reading, chosen: int | None, lang: str) -> str:
    """A numbered button over each face; places are shares of the photo, so they fit at any size.

    Args:
        reading: of the photo.
        chosen: the face that is marked, or None for all.
        lang: of the texts.
    """
    about = f'<span class="femr-unseen">{escape(i18n.translate("page.faces", lang))}</span>'
    return about + "".join(_face_box(reading, n, chosen in (n, None), lang) for n in range(len(reading.faces)))


def _face_box(reading: Reading, number: int, chosen: bool, lang: str) -> str:
    face = reading.faces[number]
    box = face.box
    name = i18n.translate("page.face", lang, number=number + 1)
    label = f"{name}: {i18n.translate(f'emotion.{face.emotion}', lang)} {percent(face.probabilities[face.emotion])}"
    place = (
        f"left:{box.x / reading.width:.3%};top:{box.y / reading.height:.3%};"
        f"width:{box.width / reading.width:.3%};height:{box.height / reading.height:.3%};"
    )
    return (
        f'<button type="button" class="femr-box" data-face="{number}" aria-pressed="{str(chosen).lower()}" '
        f'aria-label="{escape(label)}" style="{place}--colour:{TRAITS[face.emotion].colour}">'
        f"<span>{number + 1}</span></button>"
    )


def people(count: int, lang: str) -> list[tuple[str, str]]:
    """Choices between `count` faces and everyone: names that a person reads, and values."""
    faces = [(i18n.translate("page.face", lang, number=number + 1), str(number)) for number in range(count)]
    return [*faces, (i18n.translate("page.everyone", lang), EVERYONE)]


def face_result(face: Face, number: int, lang: str) -> str:
    """What a face looks like, in a sentence and six bars, and what speaks against it."""
    emotion = i18n.translate(f"looks.{face.emotion}", lang)
    heading = i18n.translate("page.looks", lang, emotion=emotion)
    if face.quality and flaws(face.quality):
        heading = i18n.translate("page.perhaps", lang, emotion=emotion)
    return _result(
        face.expression,
        heading,
        i18n.translate("page.bars", lang, number=number + 1),
        hint_list(hints(face.expression, face.quality), lang),
        lang,
    )


def everyone_result(reading: Reading, lang: str) -> str:
    """What all faces look like together, how far apart they are, and which are hard to read; there are two or more."""
    group, count = reading.group, len(reading.faces)
    closeness = i18n.translate(f"closeness.{group.closeness}", lang)
    told = notice(i18n.translate("page.apart", lang, count=count, closeness=closeness))
    hard = [str(number) for number, face in enumerate(reading.faces, 1) if hints(face.expression, face.quality)]
    told += notice(i18n.translate("page.hard", lang, numbers=", ".join(hard))) if hard else ""
    heading = i18n.translate("page.together", lang, emotion=i18n.translate(f"looks.{group.expression.top}", lang))
    return _result(group.expression, heading, i18n.translate("page.bars.everyone", lang), told, lang)


def hint_list(found: Iterable[Hint], lang: str) -> str:
    """Why a reading may be wrong, and what would help; nothing where nothing speaks against it."""
    items = "".join(f"<li>{escape(i18n.translate(f'hint.{hint}', lang))}</li>" for hint in found)
    return f'<ul class="femr-hints">{items}</ul>' if items else ""


def _result(expression: Expression, heading: str, label: str, told: str, lang: str) -> str:
    """Six bars under a heading, which gives way where two emotions are close."""
    pair = expression.rivals
    if pair:
        first, second = (i18n.translate(f"emotion.{emotion}", lang) for emotion in pair)
        heading = i18n.translate("page.unsure", lang, first=first, second=second)
    return (
        f'<section class="femr-result" aria-label="{escape(label)}">'
        f'<h2><span aria-hidden="true">{TRAITS[expression.top].emoji}</span> {escape(heading)}</h2>{told}'
        f"{bars(expression, lang)}</section>"
    )


def picked_result(emotion: Emotion, lang: str) -> str:
    """The heading for a mood picked by hand."""
    heading = i18n.translate("page.picked", lang, emotion=i18n.translate(f"emotion.{emotion}", lang))
    return (
        f'<section class="femr-result"><h2><span aria-hidden="true">{TRAITS[emotion].emoji}</span> '
        f"{escape(heading)}</h2></section>"
    )


def live_result(emotion: Emotion, lang: str) -> str:
    """The heading for a mood that a live camera has settled on."""
    heading = i18n.translate("page.live", lang, emotion=i18n.translate(f"emotion.{emotion}", lang))
    return (
        f'<section class="femr-result"><h2><span aria-hidden="true">{TRAITS[emotion].emoji}</span> '
        f"{escape(heading)}</h2></section>"
    )


def bars(expression: Expression, lang: str) -> str:
    """A bar for each emotion, with its name and its share in percent."""
    rows = []
    for emotion in EMOTIONS:
        name, share = i18n.translate(f"emotion.{emotion}", lang), expression[emotion]
        rows.append(
            f'<div class="femr-bar" data-emotion="{emotion}" data-name="{escape(name)}" '
            f'data-colour="{TRAITS[emotion].colour}">'
            f'<span class="femr-bar-name"><span aria-hidden="true">{TRAITS[emotion].emoji}'
            f"</span> {escape(name)}</span>"
            f'<div class="femr-track" role="meter" aria-label="{escape(name)}" aria-valuemin="0" aria-valuemax="100" '
            f'aria-valuenow="{round(100 * share)}"><div style="width:{share:.1%};'
            f'background:{TRAITS[emotion].colour}"></div></div>'
            f'<span class="femr-bar-share">{percent(share)}</span></div>'
        )
    return "".join(rows)


def playlist_cards(playlist: Playlist, lang: str, share: str = "") -> str:
    """The songs as cards, and what can be taken along; `player.js` plays the one that is clicked.

    Args:
        playlist: what to show.
        lang: of the texts.
        share: the query that rebuilds it, or empty where it cannot be shared.
    """
    cards = "".join(_card(song, reason, lang) for song, reason in zip(playlist.songs, playlist.reasons, strict=True))
    goal = i18n.translate(f"goal.{playlist.goal}.hint", lang)
    return f'<ol class="femr-playlist" aria-label="{escape(goal)}">{cards}</ol>{_take_along(playlist, lang, share)}'


def player_texts(lang: str) -> str:
    """What the player says, for `player.js`; always on the page, as songs on the map play without a playlist too."""
    texts = {
        name: i18n.translate(f"player.{name}", lang)
        for name in ("title", "close", "hint", "next", "previous", "silent")
    }
    told = " ".join(f'data-player-{name}="{escape(text)}"' for name, text in texts.items())
    return f'<div id="femr-player-texts" {told} hidden></div>'


def _take_along(playlist: Playlist, lang: str, share: str) -> str:
    """Buttons that copy, links that save. The files are part of the page: nothing is written on the server."""
    copies = {"links": spotify_links(playlist), "text": as_text(playlist, lang)}
    if share:
        copies = {"share": f"?{share}", **copies}
    buttons = "".join(
        f'<button type="button" class="femr-copy" data-copy="{escape(text)}">'
        f"{escape(i18n.translate(f'take.{name}', lang))}</button>"
        for name, text in copies.items()
    )
    files = {
        "m3u": ("audio/x-mpegurl", as_m3u(playlist)),
        "csv": ("text/csv", f"\ufeff{as_csv(playlist)}"),
        "json": ("application/json", as_json_text(playlist, lang)),
        "txt": ("text/plain", as_text(playlist, lang)),
    }
    saves = "".join(
        f'<a download="femr.{name}" href="data:{kind};charset=utf-8,{quote(text)}">'
        f"{escape(i18n.translate(f'take.{name}', lang))}</a>"
        for name, (kind, text) in files.items()
    )
    told = " ".join(f'data-{name}="{escape(i18n.translate(f"take.{name}", lang))}"' for name in ("done", "failed"))
    return (
        f'<details class="femr-take" {told}><summary>{escape(i18n.translate("take.title", lang))}</summary>'
        f'<div class="femr-take-all">{buttons}{saves}</div><p role="status" class="femr-hint"></p></details>'
    )


def _card(song: Song, reason: Reason, lang: str) -> str:
    colour = TRAITS[song.emotion].colour
    play = i18n.translate("player.play", lang, title=song.title, artist=song.artist)
    about = " · ".join(
        str(each) for each in (i18n.translate_or(f"genre.{song.genre}", song.genre, lang), song.year) if each
    )
    text = (
        f'<span class="femr-title">{escape(song.title)}</span><span class="femr-artist">{escape(song.artist)}</span>'
        f'<span class="femr-about">{escape(f"{about} · " if about else "")}{escape(reason.sentence(lang))}</span>'
    )
    if song.spotify_id:
        main = (
            f'<button type="button" class="femr-play" data-spotify="{escape(song.spotify_id)}" '
            f'aria-label="{escape(play)}"><span class="femr-dot" aria-hidden="true">▶</span>'
            f'<span class="femr-song">{text}</span></button>'
        )
    else:
        hint = escape(i18n.translate("player.no_id", lang))
        main = (
            f'<div class="femr-play femr-silent" title="{hint}"><span class="femr-dot" aria-hidden="true">♪</span>'
            f'<span class="femr-song">{text}</span></div>'
        )
    links_html = f'<span class="femr-links">{_links(song, lang)}</span>'
    return f'<li class="femr-card" style="--colour:{colour}">{main}{links_html}</li>'


def _links(song: Song, lang: str) -> str:
    urls = links(song)
    services = {
        "spotify": "Spotify",
        "youtube": "YouTube",
        "youtube_music": "YT Music",
        "apple_music": "Apple",
    }
    return "".join(
        f'<a href="{escape(getattr(urls, name))}" target="_blank" rel="noopener noreferrer" '
        f'aria-label="{escape(i18n.translate(f"link.{name}", lang))}: {escape(song.title)}">{label}</a>'
        for name, label in services.items()
    )


def shared_result(lang: str, *, same: bool, changed: bool) -> str:
    """The heading for a playlist that came by a link: the `same`, or other songs for its mood."""
    heading = i18n.translate("page.shared", lang) if same else i18n.translate("page.shared.other", lang)
    hint = notice(i18n.translate("page.shared.changed", lang)) if same and changed else ""
    return f'<section class="femr-result"><h2>{escape(heading)}</h2>{hint}</section>'


def with_count(label: str, count: int) -> str:
    """A filter's label, with how many songs it leaves."""
    return f"{label} ({count})"


def counted(counts: Mapping[str, int], kind: str, lang: str) -> list[tuple[str, str]]:
    """Choices of a filter, with how many songs each leaves: names that a person reads, and values.

    Args:
        counts: songs by value.
        kind: `language` or `genre`; a value without a name of ours stands for itself.
        lang: of the names.
    """
    return [
        (f"{i18n.translate_or(f'{kind}.{value}', value, lang)} ({count})", value) for value, count in counts.items()
    ]
