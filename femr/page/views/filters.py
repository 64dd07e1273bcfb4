# ruff: noqa
from femr.page.cards import counted, with_count
