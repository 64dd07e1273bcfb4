"""What the page tells about itself: what happens to a photo, how good the network is, what it is not for."""

from femr.emotions import EMOTIONS
from femr.i18n.numbers import grouped
from femr.page.views.render import render
from femr.vision.model_card import Evaluation


def about(evaluation: Evaluation, minutes: int, lang: str) -> str:
    """The whole of it; `minutes` is how long an upload's temporary file may stay."""
    recall = evaluation.recall
    return render(
        "about",
        lang,
        evaluation=evaluation,
        minutes=minutes,
        images=grouped(evaluation.images, lang),
        best=max(EMOTIONS, key=recall.__getitem__),
        worst=min(EMOTIONS, key=recall.__getitem__),
    )
