# ruff: noqa
from femr.page.cards import playlist_cards
