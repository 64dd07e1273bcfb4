"""How many songs filters leave. Choices hold no markup, as Gradio's components show them."""

from collections.abc import Mapping

from femr.i18n import translate, translate_or
from femr.page.views.notices import notice


def left(count: int, lang: str) -> str:
    """How many songs there are to choose from, as HTML."""
    form = "one" if count == 1 else "many"
    return notice(translate(f"page.left.{form}", lang, count=count))


def with_count(label: str, count: int) -> str:
    """A filter's label, with how many songs it leaves."""
    return f"{label} ({count})"


def counted(counts: Mapping[str, int], kind: str, lang: str) -> list[tuple[str, str]]:
    """Choices of a filter, with how many songs each leaves: names that a person reads, and values.

    Args:
        counts: songs by value.
        kind: `language` or `genre`; a value without a name of ours stands for itself.
        lang: of the names.
    """
    return [(with_count(translate_or(f"{kind}.{value}", value, lang), count), value) for value, count in counts.items()]
