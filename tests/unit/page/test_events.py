"""What the page's events change, where a browser cannot bring it about at will."""

import gradio as gr

from femr.emotions import Emotion
from femr.mood import mood_of_shares
from femr.page import events
from femr.page.session import Visit, Wishes, catalogue_years

TIE = [0.01, 0.02, 0.472, 0.02, 0.466, 0.012]
"""Happy a hair before Sad."""


def test_a_live_mood_is_headed_by_what_it_settled_on_though_another_is_as_likely():
    wishes = Wishes("match", 10, [], [], *catalogue_years(), False, "en", Visit())
    screen = events.settle(gr.EventData(None, {"emotion": "Sad", "shares": TIE}), *wishes)
    assert "Sad, from the live camera" in screen.result
    assert screen.visit.live.emotion is Emotion.SAD
    assert screen.visit.mood == mood_of_shares(TIE)
    assert len(screen.visit.playlist.songs) == 10
