# ruff: noqa
from femr.page.explaining import reasons as why
