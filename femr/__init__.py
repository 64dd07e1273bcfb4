"""femr looks at a face and plays music for it.

>>> import femr
>>> reading = femr.analyze("photo.jpg")
>>> reading.faces[0].emotion
<Emotion.HAPPY: 'Happy'>
>>> playlist = femr.recommend(reading.mood, goal="match", count=10)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from femr.emotions import EMOTIONS, Emotion
    from femr.errors import (
        ChoiceError,
        DataError,
        FemrError,
        InstallationError,
        LibraryError,
        LimitError,
        NetworkError,
        PhotoError,
        ProfileError,
        StartError,
        UploadError,
    )
    from femr.mood import Mood, together
    from femr.music.catalogue import Song
    from femr.music.filters import Filters
    from femr.music.playlist import Goal, Playlist, recommend
    from femr.music.taste import Taste
    from femr.vision.analysis import analyze
    from femr.vision.geometry import Box, Point
    from femr.vision.hub import load
    from femr.vision.profile import Profile
    from femr.vision.reading import Face, Reading

__version__ = "0.2.0"

_HOMES = {
    "EMOTIONS": "emotions",
    "Box": "vision.geometry",
    "ChoiceError": "errors",
    "DataError": "errors",
    "Emotion": "emotions",
    "Face": "vision.reading",
    "FemrError": "errors",
    "Filters": "music.filters",
    "Goal": "music.playlist",
    "InstallationError": "errors",
    "LibraryError": "errors",
    "LimitError": "errors",
    "Mood": "mood",
    "NetworkError": "errors",
    "PhotoError": "errors",
    "Playlist": "music.playlist",
    "Point": "vision.geometry",
    "Profile": "vision.profile",
    "ProfileError": "errors",
    "Reading": "vision.reading",
    "Song": "music.catalogue",
    "StartError": "errors",
    "Taste": "music.taste",
    "UploadError": "errors",
    "analyze": "vision.analysis",
    "load": "vision.hub",
    "recommend": "music.playlist",
    "together": "mood",
}

__all__ = [
    "EMOTIONS",
    "Box",
    "ChoiceError",
    "DataError",
    "Emotion",
    "Face",
    "FemrError",
    "Filters",
    "Goal",
    "InstallationError",
    "LibraryError",
    "LimitError",
    "Mood",
    "NetworkError",
    "PhotoError",
    "Playlist",
    "Point",
    "Profile",
    "ProfileError",
    "Reading",
    "Song",
    "StartError",
    "Taste",
    "UploadError",
    "analyze",
    "load",
    "recommend",
    "together",
]


def __getattr__(name: str) -> object:
    """Import a room only when something in it is asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
