"""The picture of a link."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from femr.emotions import EMOTIONS, TRAITS
from femr.music.catalogue import catalogue
from femr.page.sharing.picture import HEIGHT, PAPER, RIGHT, WASH, WIDTH, broken, has_glyphs, picture
from femr.page.sharing.preview import preview_of
from femr.page.views.cover import cover_of


def drawn(lang="en", **query):
    return np.array(Image.open(BytesIO(picture(preview_of(query, lang)))).convert("RGB")).astype(int)


@pytest.mark.parametrize("query", [{}, {"mood": "Sad"}, {"mood": "Happy", "seed": "7"}])
def test_it_is_a_png_of_the_size_that_previews_show(query):
    image = Image.open(BytesIO(picture(preview_of(query, "en"))))
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT)) == ("PNG", (1200, 630))


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_the_moods_colour_lies_over_the_paper_and_fills_its_bar(emotion):
    pixels = drawn(mood=emotion.value, seed="7")
    colour, paper = (np.array(ImageColor.getrgb(each)) for each in (TRAITS[emotion].colour, PAPER))
    assert np.abs(pixels[1, -2] - ((1 - WASH) * paper + WASH * colour)).max() < 12
    assert (np.abs(pixels[400:] - colour).max(axis=2) <= 2).sum() > 5_000


def test_the_songs_stand_on_a_white_sheet_each_with_its_cover():
    pixels, songs = drawn(mood="Happy", seed="7"), preview_of({"mood": "Happy", "seed": "7"}, "en").songs
    sheet = pixels[:, RIGHT:]
    assert (sheet == 255).all(axis=2).mean() > 0.3
    for song in songs[:3]:
        cover = cover_of(song)
        middle = np.mean([ImageColor.getrgb(cover.near), ImageColor.getrgb(cover.next)], axis=0)
        assert (np.abs(sheet - middle).max(axis=2) <= 12).sum() > 100, song.title


def test_other_songs_and_another_language_make_another_picture():
    pictures = {
        picture(preview_of({"mood": "Happy", "seed": seed}, lang)) for seed in ("7", "8") for lang in ("en", "id")
    }
    assert len(pictures) == 4


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("mood", ["Sad:0.5,Surprise:0.3,Neutral:0.2", "Surprise:0.4,Angry:0.35,Fear:0.25"])
def test_long_words_for_a_mood_stay_beside_the_sheet_of_songs(mood, lang):
    pixels = drawn(lang, mood=mood, seed="7", goal="lift")
    gap = pixels[140:500, RIGHT - 40 : RIGHT - 24]  # left of the sheet and its shadow
    assert gap.min() > 90, "ink between words and songs"


def test_a_title_that_the_typeface_cannot_write_is_not_drawn_as_boxes():
    assert has_glyphs("Şımarık, Águas de Março")
    assert not has_glyphs("新時代")
    assert sum(has_glyphs(song.title + song.artist) for song in catalogue().songs) > 0.95 * len(catalogue())


def test_lines_break_between_words_and_lose_none():
    text = "between surprised and angry."
    assert " ".join(broken(text, 60, 400)) == text
    assert len(broken(text, 60, 400)) > 1
