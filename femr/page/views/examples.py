# ruff: noqa
from femr.page.examples import EXAMPLES, thumbnails
