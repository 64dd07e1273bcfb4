"""What components say, in whichever language the page speaks."""

from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr
from gradio.blocks import Block

from femr import i18n

Component = TypeVar("Component", bound=Block)


class Labels:
    """Makes components in the page's first language, and tells each again in another.

    Example:
        >>> labels = Labels()
        >>> button = labels.of(gr.Button, lambda lang: {"value": i18n.translate("page.shuffle", lang)}, size="sm")
        >>> language.change(labels.told, language, labels.components)
    """

    def __init__(self) -> None:
        self.components: list[Block] = []
        self._texts: list[Callable[[str], dict[str, Any]]] = []

    def of(self, kind: type[Component], texts: Callable[[str], dict[str, Any]], **settings: Any) -> Component:
        """A component of `kind`.

        Args:
            kind: a class of Gradio's.
            texts: from a language to those of its arguments that hold text.
            settings: all other arguments.
        """
        component = kind(**texts(i18n.DEFAULT_LANGUAGE), **settings)
        self.components.append(component)
        self._texts.append(texts)
        return component

    def told(self, lang: Any) -> Any:
        """What each of `components` becomes in `lang`, or in the default language where that is none."""
        lang = lang if lang in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE
        updates = [gr.update(**texts(lang)) for texts in self._texts]
        return updates[0] if len(updates) == 1 else updates
