# ruff: noqa
from femr.page.about import about
