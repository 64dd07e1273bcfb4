"""What the page tells about itself: what happens to a photo, how good the network is, what it is not for."""

from html import escape

from femr.emotions import EMOTIONS, TRAITS, Emotion
from femr.i18n import translate
from femr.page.cards import percent
from femr.vision.model_card import Evaluation


def about(measured: Evaluation, minutes: int, lang: str) -> str:
    """The whole of it; `minutes` is how long an upload's temporary file may stay."""
    return (
        '<div class="femr-about-page">'
        + _section("photo", _paragraph(translate("about.photo.kept", lang, minutes=minutes)), lang)
        + _section("good", _how_good(measured, lang), lang)
        + _section("not", _paragraph(translate("about.not.why", lang)), lang)
        + "</div>"
    )


def _section(name: str, content: str, lang: str) -> str:
    return f"<section><h2>{escape(translate(f'about.{name}', lang))}</h2>{content}</section>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _name(emotion: Emotion, lang: str) -> str:
    return translate(f"emotion.{emotion}", lang)


def _how_good(measured: Evaluation, lang: str) -> str:
    recall, (commonest, share) = measured.recall, measured.commonest
    best, worst = (choose(EMOTIONS, key=recall.__getitem__) for choose in (max, min))
    sentences = (
        translate(
            "about.accuracy",
            lang,
            accuracy=percent(measured.accuracy),
            images=f"{measured.images:,}".replace(",", translate("about.thousands", lang)),
            part=translate(f"about.part.{measured.part}", lang),
        ),
        translate("about.always", lang, emotion=_name(commonest, lang), share=percent(share)),
        translate(
            "about.recall",
            lang,
            best=_name(best, lang),
            best_share=percent(recall[best]),
            worst=_name(worst, lang),
            worst_share=percent(recall[worst]),
        ),
    )
    return _paragraph(" ".join(sentences)) + _paragraph(translate("about.people", lang)) + _confusion(measured, lang)


def _confusion(measured: Evaluation, lang: str) -> str:
    """The confusion matrix as a table: a row for each label, a column for each reading."""
    heads = "".join(
        f'<th scope="col"><span aria-hidden="true">{TRAITS[emotion].emoji}</span> '
        f'<span class="femr-about-name">{escape(_name(emotion, lang))}</span></th>'
        for emotion in EMOTIONS
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(_name(emotion, lang))}</th>{_shares(measured, emotion)}</tr>'
        for emotion in EMOTIONS
    )
    return (
        f"<table><caption>{escape(translate('about.table', lang))}</caption>"
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _shares(measured: Evaluation, emotion: Emotion) -> str:
    return "".join(
        f'<td style="--share:{share:.0%}">{percent(share)}</td>' for share in measured.shares(emotion).values()
    )
