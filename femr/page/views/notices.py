# ruff: noqa
from femr.page.cards import notice, camera_problems, too_large, header, player_texts
from femr.i18n import translate


def footer(lang):
    return notice(translate("page.footer", lang)) + player_texts(lang)
