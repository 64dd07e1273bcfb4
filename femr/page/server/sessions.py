"""What Gradio remembers of each visit: nothing, once an event is answered.

Gradio keeps, for each tab, a description of every component with its last value, for links to a page as somebody left
it; a rebuilt component gets a new number each time and is kept beside the old one, some 46 kB an event. This page has
no such links, keeps what a visitor chose in the browser, and answers without looking at what it answered before.
"""

from typing import Any

import gradio as gr
from gradio.state_holder import SessionState, StateHolder


class EventState(SessionState):
    """The components for one event: as the page was built, and as the event rebuilds them."""

    def __init__(self, page: gr.Blocks) -> None:
        """Begin with those of `page`; it holds no `gr.State` and renders nothing anew."""
        self.blocks_config = page.default_config
        self.config_values = {}
        self.state_data = {}
        self.is_closed = False
        self._state_ttl = {}
        self._rebuilt: dict[int, Any] = {}

    def __getitem__(self, key: int) -> Any:
        return self._rebuilt.get(key) or super().__getitem__(key)

    def __setitem__(self, key: int, value: Any) -> None:
        self._rebuilt[key] = value

    def _update_config(self, key: int) -> None:
        """Nothing, as no link leads to it."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Nothing, as no link leads to it."""


class EventStates(StateHolder):
    """Gives each event a state of its own, and keeps none."""

    def __init__(self, page: gr.Blocks) -> None:
        """Begin; `page` uses it from now on."""
        super().__init__()
        self.set_blocks(page)

    def __getitem__(self, session_id: str) -> SessionState:
        return EventState(self.blocks)

    def __contains__(self, session_id: str) -> bool:
        return True
