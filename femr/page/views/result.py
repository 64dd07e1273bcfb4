# ruff: noqa
from femr.page.cards import *
from femr.page.cards import emotion_name

FACES_TEMPLATE = '<div class="femr-stage"><img src="${picture}" alt="">${value}</div>'
