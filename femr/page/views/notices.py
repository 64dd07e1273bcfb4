from femr.i18n import translate
from femr.page.cards import notice, player_texts


def footer(lang):
    return notice(translate("page.footer", lang)) + player_texts(lang)
