"""How much the server takes: of one request, of one address, and of everybody together.

What counts most is what is held at the same time, since that is what fills a server. How often somebody comes is
bounded as well, far above what a person does.
"""

from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from femr.errors import LimitError

MEGABYTE = 1_000_000

MAX_FILE_MEGABYTES = 30
"""Of an upload. A phone's photo takes 3 to 12."""

FORM_BYTES = 65_536
"""What a form may add to its file."""

MAX_JSON_BYTES = 8 * MEGABYTE
"""Of what an event or an endpoint is sent. A visit takes up to 100 kB; 50,000 songs of one's own fit."""

MAX_JSON_VALUES = 10_000
"""In such a body; each takes up to a hundred times its bytes in memory. An event has some dozens: what is long in it, a
visit or songs of one's own, is a text."""

JSON_BYTES_AT_ONCE = 24 * MEGABYTE
"""Of everybody; parsed, they take about twice that, as nearly all of it is text."""

UPLOAD_SECONDS, JSON_SECONDS, FRAME_SECONDS = 120, 20, 10
"""How long sending may take."""

HEADER_SECONDS = 20
"""How long it may take until the headers of a request are there."""


@dataclass(frozen=True, slots=True)
class Most:
    """A bound for one address, and for everybody together."""

    each: int
    together: int


UPLOADS_WAITING = Most(40, 400)
"""Uploads that nobody has read yet, and those that are on their way."""

UPLOAD_BYTES_WAITING = Most(120 * MEGABYTE, 600 * MEGABYTE)
"""Of the same."""

READINGS_WAITING = Most(32, 96)
"""Photos that are read or wait for it. Two cores read about ten a second: nobody waits longer than ten seconds."""

FILMS_WAITING = Most(2, 4)
"""Films, the one that is watched among them. That takes 10 seconds mostly and 30 at most (`process.STRANGERS`), and
uploads are kept for two minutes: the last one's is still there when its turn comes."""

EVENTS_WAITING = Most(64, 512)
"""All other events."""

AGENT_CALLS_WAITING = Most(8, 32)
"""Requests of agents that are received or answered, or wait for it."""

AGENT_BYTES_WAITING = Most(16 * MEGABYTE, 24 * MEGABYTE)
"""Of the same. Each byte takes about eight in memory, the pictures included: 24 MB at once took 190."""

STREAMS_AT_ONCE = Most(8, 24)
"""Live cameras. Two cores answer about a hundred frames a second (`benchmarks.live`): four for each of so many."""

OWN_BYTES_KEPT = Most(30 * MEGABYTE, 60 * MEGABYTE)
"""Visitors' own songs, by the bytes of their files; in memory they take about twice that."""

REQUESTS_A_MINUTE = Most(6_000, 60_000)
"""Of all kinds that send something; the page of one visitor on camera sends 900 frames a minute."""


class Rates:
    """How often each address comes, and everybody together."""

    def __init__(self, most: Most = REQUESTS_A_MINUTE) -> None:
        """Begin with nobody."""
        self._each, self._together = RateLimitItemPerMinute(most.each), RateLimitItemPerMinute(most.together)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, address: str) -> None:
        """One more of `address`.

        Raises:
            LimitError: that is too often.
        """
        if not (self._limiter.hit(self._each, address) and self._limiter.hit(self._together)):
            raise LimitError("limit_events")
