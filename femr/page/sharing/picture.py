"""The picture of a link, as messengers and social networks show it: the mood, its colour, and three songs."""

from functools import cache
from io import BytesIO
from threading import Lock

import numpy as np
from cachetools import LRUCache, cached
from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageFont

from femr import i18n
from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.mood import Expression
from femr.music.catalogue import Song
from femr.music.playlist import Goal
from femr.music.share_link import SharedPlaylist
from femr.page.sharing.preview import Preview, emotion_of, heading, mood_in_words, promise
from femr.page.views.cover import Cover, cover_of
from femr.paths import EXAMPLES, FONT, ICONS

WIDTH, HEIGHT = 1200, 630
"""Pixels; 1.91 : 1, as Open Graph pictures are shown by those who cut them to one shape."""

SONGS_DRAWN = 3

SCALE = 2
"""All is drawn so much larger, for smooth edges."""

KEPT = 64
"""Pictures at once, of about 100 kB each."""

PAPER, INK, QUIET = "#fbfaf8", "#14181f", "#565e6b"

LEFT, RIGHT, TOP = 72, 656, 64
"""Where the words begin, the songs begin, and both begin below, in pixels."""

WORDS_WIDE = RIGHT - LEFT - 56

SIZES = range(132, 40, -2)
"""Pixels that the letters of a heading may have."""

CAPITALS, LEADING = 0.8, 1.08
"""How high letters stand above the first baseline, and how far lines are apart, in sizes of a letter."""

WASH = 0.55
"""How much of the mood's colour lies in the corner where it is strongest."""


@cached(LRUCache(KEPT), key=lambda preview: (preview.query, preview.lang), lock=Lock())
def picture(preview: Preview) -> bytes:
    """A PNG of 1200 × 630 pixels. Only one is drawn at a time."""
    canvas = Canvas(emotion_of(preview.link.mood) if preview.link else Emotion.HAPPY)
    _brand(canvas)
    if preview.link:
        _mood(canvas, preview.link, preview.lang)
    else:
        canvas.words(promise(preview.lang), LEFT, 220, 640, 300)
    shown = [song for song in preview.songs if has_glyphs(song.title + song.artist)][:SONGS_DRAWN]
    if shown:
        _songs(canvas, shown, len(preview.songs) - len(shown), preview.lang)
    elif preview.link:
        canvas.paste(_drawn(emotion_of(preview.link.mood), 400), RIGHT + 36, (HEIGHT - 400) // 2)
    else:
        _drawings(canvas)
    return canvas.png()


def has_glyphs(text: str) -> bool:
    """Whether our typeface can write a text: it has Latin letters only."""
    return all(each.isspace() or _glyph(each) != _glyph("\uffff") for each in text)


@cache
def _glyph(character: str) -> bytes:
    image = Image.new("L", (48, 48))
    ImageDraw.Draw(image).text((0, 0), character, 255, _font(32, 400))
    return image.tobytes()


@cache
def _font(pixels: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONT, pixels, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font


class Canvas:
    """A card to draw on, in pixels of the picture, with a wash of the mood's colour over paper."""

    def __init__(self, emotion: Emotion) -> None:
        """Begin with the wash."""
        washed = _wash(TRAITS[emotion].colour)
        self._image = washed.resize((WIDTH * SCALE, HEIGHT * SCALE), Image.Resampling.BILINEAR)
        self._draw = ImageDraw.Draw(self._image)

    def text(self, text: str, x: float, y: float, pixels: int, weight: int = 400, colour: str = INK) -> None:
        """A line whose letters' baseline is `y`."""
        self._draw.text((x * SCALE, y * SCALE), text, colour, _font(pixels * SCALE, weight), anchor="ls")

    def fitted(self, text: str, x: float, y: float, wide: float, pixels: int, weight: int, colour: str = INK) -> None:
        """A line that ends in … where it is wider than `wide`."""
        cut = text
        while cut and width(cut if cut == text else f"{cut}…", pixels, weight) > wide:
            cut = cut[:-1].rstrip()
        self.text(text if cut == text else f"{cut}…", x, y, pixels, weight, colour)

    def words(self, text: str, x: float, y: float, wide: float, high: float) -> float:
        """A heading below `y`, as large as fits into `wide` and `high`; gives its last baseline."""
        pixels = next((each for each in SIZES if _fits(text, each, wide, high)), SIZES[-1])
        baseline = y + pixels * CAPITALS
        for number, line in enumerate(broken(text, pixels, wide)):
            baseline = y + pixels * (CAPITALS + number * LEADING)
            self.text(line, x, baseline, pixels, 700)
        return baseline

    def box(self, x: float, y: float, wide: float, high: float, radius: float, colour: str) -> None:
        """A filled box with round corners."""
        corners = (x * SCALE, y * SCALE, (x + wide) * SCALE - 1, (y + high) * SCALE - 1)
        self._draw.rounded_rectangle(corners, radius * SCALE, colour)

    def shadow(self, x: float, y: float, wide: float, high: float, radius: float) -> None:
        """A soft shadow under a box; blurred small, as nothing in it is sharp."""
        mask = Image.new("L", (WIDTH // 2, HEIGHT // 2))
        ImageDraw.Draw(mask).rounded_rectangle(
            (x / 2, y / 2 + 6, (x + wide) / 2, (y + high) / 2 + 6), radius / 2, fill=46
        )
        mask = mask.filter(ImageFilter.GaussianBlur(12)).resize(self._image.size, Image.Resampling.BILINEAR)
        self._image.paste(Image.new("RGB", self._image.size, INK), (0, 0), mask)

    def cover(self, x: float, y: float, side: int, cover: Cover) -> None:
        """A song's cover: two colours from corner to corner, and initials."""
        across = np.add.outer(np.arange(side), np.arange(side))[..., None] / (2 * side - 2)
        first, second = (np.array(ImageColor.getrgb(colour)) for colour in (cover.near, cover.next))
        self.paste(Image.fromarray(((1 - across) * first + across * second).round().astype(np.uint8)), x, y, 18)
        middle = ((x + side / 2) * SCALE, (y + side / 2) * SCALE)
        self._draw.text(middle, cover.initials, "white", _font(round(side * 0.36) * SCALE, 700), anchor="mm")

    def paste(self, image: Image.Image, x: float, y: float, radius: float = 28) -> None:
        """An image, its size in pixels of the picture, with round corners; one with an alpha channel keeps its own."""
        image = image.resize((image.width * SCALE, image.height * SCALE), Image.Resampling.LANCZOS)
        mask = image.getchannel("A") if image.mode == "RGBA" else _rounded(image.size, radius * SCALE)
        self._image.paste(image, (round(x * SCALE), round(y * SCALE)), mask)

    def png(self) -> bytes:
        """The card as it is seen."""
        out = BytesIO()
        self._image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(out, "PNG", compress_level=6)
        return out.getvalue()


def width(text: str, pixels: int, weight: int) -> float:
    """How wide a line is, in pixels of the picture."""
    return _font(pixels, weight).getlength(text)


def broken(text: str, pixels: int, wide: float) -> list[str]:
    """A heading's lines, broken where the text is, and between words that would be wider than `wide` together."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".lstrip()
            if line and width(longer, pixels, 700) > wide:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _fits(text: str, pixels: int, wide: float, high: float) -> bool:
    lines = broken(text, pixels, wide)
    return len(lines) * pixels * LEADING <= high and all(width(line, pixels, 700) <= wide for line in lines)


def _wash(colour: str) -> Image.Image:
    """Paper with two soft clouds of a colour; small, as it is smooth."""
    ys, xs = np.mgrid[0 : HEIGHT // 4, 0 : WIDTH // 4].astype(float)
    xs, ys = xs / (WIDTH / 4), ys / (HEIGHT / 4)
    strength = WASH * np.exp(-3.2 * ((xs - 1.0) ** 2 + (0.8 * (ys + 0.1)) ** 2))
    strength += 0.45 * WASH * np.exp(-6 * (xs**2 + (0.7 * (ys - 1)) ** 2))
    paper, tint = (np.array(ImageColor.getrgb(each)) for each in (PAPER, colour))
    mixed = (1 - strength[..., None]) * paper + strength[..., None] * tint
    return Image.fromarray(mixed.round().astype(np.uint8))


def _rounded(size: tuple[int, int], radius: float) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=255)
    return mask


def _brand(canvas: Canvas) -> None:
    with Image.open(ICONS / "icon-192.png") as icon:
        canvas.paste(icon.convert("RGBA").resize((56, 56), Image.Resampling.LANCZOS), LEFT, TOP)
    canvas.text("femr", LEFT + 72, TOP + 41, 38, 600)


def _mood(canvas: Canvas, link: SharedPlaylist, lang: str) -> None:
    """The mood in words, where the music goes, and the six shares."""
    canvas.text(heading(link.way, lang), LEFT, 212, 30, 500, QUIET)
    end = canvas.words(f"{mood_in_words(link.mood, lang, link.way)}.", LEFT, 236, WORDS_WIDE, 236)
    if link.goal is not Goal.MATCH:
        canvas.fitted(i18n.translate(f"goal.{link.goal}.hint", lang), LEFT, end + 58, WORDS_WIDE, 24, 500, QUIET)
    if link.mood.expression:
        _shares(canvas, link.mood.expression, HEIGHT - TOP - 20)


def _shares(canvas: Canvas, expression: Expression, y: float) -> None:
    """One bar of six lengths, the longest first."""
    x, gap = float(LEFT), 4
    shown = [each for each in sorted(EMOTIONS, key=expression.__getitem__, reverse=True) if expression[each] > 0.01]
    room = WORDS_WIDE - gap * (len(shown) - 1)
    total = sum(expression[each] for each in shown)
    for each in shown:
        wide = room * expression[each] / total
        canvas.box(x, y, wide, 20, min(10, wide / 2), TRAITS[each].colour)
        x += wide + gap


def _songs(canvas: Canvas, songs: list[Song], more: int, lang: str) -> None:
    """Songs on a sheet, one under the other."""
    side, row, pad = 96, 124, 32
    wide, high = WIDTH - LEFT + 16 - RIGHT, 2 * pad + len(songs) * row - (row - side) + (56 if more else 0)
    top = (HEIGHT - high) / 2
    canvas.shadow(RIGHT, top, wide, high, 32)
    canvas.box(RIGHT, top, wide, high, 32, "white")
    x, room = RIGHT + pad + side + 24, wide - 2 * pad - side - 24
    for number, song in enumerate(songs):
        y = top + pad + number * row
        canvas.cover(RIGHT + pad, y, side, cover_of(song))
        canvas.fitted(song.title, x, y + 43, room, 29, 600)
        about = f"{song.artist} · {song.year}" if song.year else song.artist
        canvas.fitted(about, x, y + 80, room, 23, 400, QUIET)
    if more:
        canvas.text(i18n.translate("share.more", lang, count=more), RIGHT + pad, top + high - pad, 24, 500, QUIET)


def _drawn(emotion: Emotion, side: int) -> Image.Image:
    """The drawn face that shows an emotion."""
    with Image.open(EXAMPLES / f"{emotion.lower()}.jpg") as drawing:
        return drawing.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)


def _drawings(canvas: Canvas) -> None:
    """All six drawn faces."""
    side, gap = 172, 20
    left, top = WIDTH - LEFT + 16 - 2 * side - gap, (HEIGHT - 3 * side - 2 * gap) / 2
    for number, emotion in enumerate(EMOTIONS):
        x, y = left + number % 2 * (side + gap), top + number // 2 * (side + gap)
        canvas.paste(_drawn(emotion, side), x, y)
