"""Every text that a page shows or reads out, and whether it is in the page's language."""

import re
from string import Formatter

from playwright.sync_api import Page

from femr.emotions import TRAITS
from femr.i18n import LANGUAGES, TEXTS, translate
from femr.music.catalogue import catalogue

COLLECT = """() => {
  const seen = new Set();
  const attributes = ["aria-label", "placeholder", "title", "alt", "aria-description", "aria-valuetext"];
  for (const each of document.body.querySelectorAll("*")) {
    if (each.closest("script, style, pre, gradio-app footer, noscript, .femr-language")) continue;
    if (each.matches(".femr-title, .femr-artist, .femr-initials, .femr-player-title, .femr-player-about")) continue;
    if (each.closest(".femr-sample figcaption, #femr-said")) continue;  // songs; and what is said elsewhere too
    if (each.closest("main[data-emotions] ol")) continue;  // songs on the page without a net
    if (each.matches("time, .femr-date, .femr-weeks title")) continue;  // the browser writes dates
    if (!each.checkVisibility() && !each.closest("svg")?.checkVisibility()) continue;
    for (const name of attributes) if (each.hasAttribute(name)) seen.add(each.getAttribute(name));
    for (const node of each.childNodes) if (node.nodeType === Node.TEXT_NODE) seen.add(node.textContent);
  }
  return [...seen].map((text) => text.replace(/\\s+/g, " ").trim()).filter((text) => /\\p{L}/u.test(text));
}"""
"""Every text that can be seen or is read out."""

FILES = {"notes.jpg", "happy.jpg", "angry.jpg"}
IN_ANY_LANGUAGE = {"femr", "EN", "ID", "Spotify", "YouTube", "YouTube Music", "Apple Music", *FILES}
COLUMNS = {"Track Name", "Artist Name(s)", "Energy", "Valence", "name", "colour"}
"""What a refused library lacks and has."""

GRADIOS_OWN = {"Loading...", "Memuat", "Loading", "common.complete"}
"""Texts of Gradio's that follow the browser's language alone; none of them is ever seen."""


def patterns(lang: str) -> list[re.Pattern]:
    """Every text of a language, with holes for its values; those that are nothing but holes left out."""
    found = []
    for text in TEXTS[lang].values():
        parts = list(Formatter().parse(text.replace("#", "{}")))  # which scripts fill
        if any(re.search(r"\w", literal) for literal, *_ in parts):
            holes = "".join(re.escape(literal) + ("(.+?)" * (name is not None)) for literal, name, *_ in parts)
            found.append(re.compile(holes, re.IGNORECASE))
    return found


def names(lang: str) -> set[str]:
    """What is said of songs, whose titles may be words of any language."""
    services = [translate(f"link.{name}", lang) for name in ("spotify", "youtube", "youtube_music", "apple_music")]
    return {
        " ".join(said.split())
        for song in catalogue().songs
        for said in (
            song.key,
            f"{song.title} — {song.artist}",
            translate("player.play", lang, title=song.title, artist=song.artist),
            translate("heart.like", lang, title=song.title),
            translate("page.song_more", lang, title=song.title),
            *(f"{service}: {song.title}" for service in services),
            *(translate("taste.hide_artist", lang, name=artist) for artist in song.artists),
        )
    }


EMOJIS = "".join(portrait.emoji for portrait in TRAITS.values())
PATTERNS = {lang: patterns(lang) for lang in LANGUAGES}
KNOWN = IN_ANY_LANGUAGE | COLUMNS | GRADIOS_OWN
NAMES = {lang: names(lang) for lang in LANGUAGES}


def spoken(text: str, lang: str, depth: int = 0) -> bool:
    """Whether `text` is all in `lang`: a text of ours whose holes hold such texts too, a name, or a number."""
    text = text.strip(f" ·{EMOJIS}\ufe0f")
    text = text.removesuffix(".") if text.count(" ") == 0 else text  # a mood in large letters
    if not re.search(r"[^\W\d_]", text) or text in KNOWN or text in NAMES[lang]:
        return True
    if depth > 3:
        return False
    for pattern in PATTERNS[lang]:
        match = pattern.fullmatch(text)
        if match and all(spoken(value, lang, depth + 1) for value in match.groups()):
            return True
    without_number = re.sub(r"\s*\(?\d[\d.,]* ?%?\)?$", "", text)  # "Happy 94 %", "English (120)"
    without_place = re.sub(r"^\d+ ", "", text)  # "1 Happy"
    ways = [
        [without_number],
        [without_place],
        *(re.split(between, text) for between in (r"(?<=\.) (?=[A-Z])", r"(?<=:) ", r" · |: ", r" · |: |, ")),
    ]
    return any(way != [text] and all(spoken(piece, lang, depth + 1) for piece in way) for way in ways)


def said(page: Page) -> set[str]:
    return set(page.evaluate(COLLECT))
