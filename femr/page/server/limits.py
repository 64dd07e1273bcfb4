"""How much the server takes: of one request, of one address, and of everybody together.

What counts most is what is held at the same time, since that is what fills a server. How often somebody comes is
bounded as well, far above what a person does.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from femr.errors import LimitError

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Most:
    """A bound for one address, and for everybody together."""

    each: int
    together: int


MAX_FILE_MEGABYTES = 30
"""Of an upload. A phone's photo takes 3 to 12."""

FORM_BYTES = 65_536
"""What a form may add to its file."""

MAX_JSON_BYTES = 8 * MEGABYTE
"""Of what an endpoint is sent: 50,000 songs of one's own fit, and a photo for an agent."""

MAX_EVENT_BYTES = MEGABYTE
"""Of what the page sends with an event. A visit takes up to 100 kB, a film's line and a taste some more."""

MAX_JSON_VALUES = 10_000
"""In such a body; each takes up to a hundred times its bytes in memory. An event has some dozens: what is long in it, a
visit or songs of one's own, is a text."""

JSON_BYTES_AT_ONCE = Most(12 * MEGABYTE, 24 * MEGABYTE)
"""Bodies that are received or parsed; parsed, they take about twice that, as nearly all of it is text."""

UPLOAD_SECONDS, JSON_SECONDS, FRAME_SECONDS = 120, 20, 10
"""How long sending may take."""

HEADER_SECONDS = 20
"""How long it may take until the headers of a request are there."""


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

ANSWERS_UNREAD = Most(48, 512)
"""Events that are answered to tabs that do not listen. An answer has 120 kB."""

OPEN_REQUESTS = Most(200, 750)
"""Requests that are received or answered, streams of answers among them: an open page has two, a loading one six."""

CONNECTIONS_EACH = 250
"""Connections of one address, whether or not anything was asked on them; of a trusted proxy as many as it likes."""

PREVIEWS_WAITING = Most(4, 24)
"""Photos that are made viewable: received or decoded, or waiting for it."""

PREVIEW_BYTES_WAITING = Most(40 * MEGABYTE, 120 * MEGABYTE)
"""Of the same; each is held in memory."""

PICTURES_WAITING = Most(4, 12)
"""Pictures of links that wait for their turn; each takes about 0.1 s to draw, one at a time."""

AGENT_CALLS_WAITING = Most(8, 32)
"""Requests of agents that are received or answered, or wait for it."""

AGENT_BYTES_WAITING = Most(16 * MEGABYTE, 24 * MEGABYTE)
"""Of the same. Each byte takes about eight in memory, the pictures included: 24 MB at once took 190."""

STREAMS_AT_ONCE = Most(8, 24)
"""Live cameras. Two cores answer about 75 frames a second (`benchmarks.live`): three for each of so many."""

OWN_BYTES_KEPT = Most(30 * MEGABYTE, 60 * MEGABYTE)
"""Visitors' own songs, by the bytes of their files; in memory they take about twice that."""

REQUESTS_A_MINUTE = Most(6_000, 60_000)
"""Of all kinds that send something; the page of one visitor on camera sends 900 frames a minute."""


class Held:
    """What is held at the same time, counted by address."""

    def __init__(self, number: Most, size: Most | None = None) -> None:
        """Begin with nothing; there may be `number`, and together they may take `size` bytes, or any for None."""
        self._number, self._size = number, size
        self._numbers: Counter[str] = Counter()
        self._sizes: Counter[str] = Counter()

    @contextmanager
    def one(self, address: str, size: int = 0) -> Iterator[None]:
        """Hold one more of `address`, of `size` bytes.

        Raises:
            LimitError: there is no room.
        """
        if _full(self._numbers, self._number, address, 1) or (
            self._size and _full(self._sizes, self._size, address, size)
        ):
            raise LimitError("limit_events")
        self._numbers[address] += 1
        self._sizes[address] += size
        try:
            yield
        finally:
            self._numbers[address] -= 1
            self._sizes[address] -= size
            if not self._numbers[address]:
                del self._numbers[address], self._sizes[address]


def _full(held: Counter[str], most: Most, address: str, more: int) -> bool:
    return held[address] + more > most.each or held.total() + more > most.together


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
