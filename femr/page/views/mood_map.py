# ruff: noqa
from femr.page.mood_map import empty_map, song_dots, way as route
