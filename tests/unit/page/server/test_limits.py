"""Who is told apart from whom, how often each may come, and how much may come at once."""

import asyncio
from contextlib import ExitStack

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.datastructures import Headers

from femr.errors import LimitError
from femr.page.server.bodies import Bounded, whole
from femr.page.server.headers import is_own
from femr.page.server.limits import Held, Most, Rates
from femr.page.server.visitors import COOKIE, LONGEST, Visitor, visitor


def scope(client: str | None = "10.0.0.1", **headers: str) -> dict:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": (client, 1) if client else None, "headers": raw}


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::99", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_an_address_stands_for_a_household(host, address):
    assert visitor(scope(host)) == Visitor(address)


def test_browsers_at_one_address_are_told_apart_by_their_cookie():
    assert visitor(scope(cookie=f"a=b; {COOKIE}=word")) == Visitor("10.0.0.1", "word")
    assert visitor(scope(cookie="a=b")) == Visitor("10.0.0.1")
    assert visitor(scope(cookie="\x00;;=,")) == Visitor("10.0.0.1")
    assert len(visitor(scope(cookie=f"{COOKIE}={'x' * 9999}")).visit) == LONGEST


def test_each_address_may_come_so_often_and_all_together():
    rates = Rates(Most(2, 3))
    rates.count("ann")
    rates.count("ann")
    with pytest.raises(LimitError):
        rates.count("ann")
    rates.count("ben")
    with pytest.raises(LimitError):
        rates.count("cat")


@pytest.mark.parametrize(
    ("before", "size", "room"),
    [
        ([("ann", 1)], 9, True),
        ([("ann", 1), ("ann", 1)], 1, False),  # two of one
        ([("ann", 2)], 9, False),  # ten bytes of one
        ([("ben", 1), ("ben", 1), ("cat", 1)], 1, False),  # three of all
        ([("ben", 9)], 7, False),  # fifteen bytes of all
        ([("ben", 9)], 6, True),
    ],
)
def test_each_address_may_hold_so_much_and_all_together_until_it_is_let_go(before, size, room):
    held = Held(Most(2, 3), Most(10, 15))
    with ExitStack() as others:
        for address, bytes_held in before:
            others.enter_context(held.one(address, bytes_held))
        if room:
            with held.one("ann", size):
                pass
        else:
            with pytest.raises(LimitError), held.one("ann", size):
                pass
    with held.one("ann", 10), held.one("ben", 5):
        pass


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),  # no browser
        ({"sec_fetch_site": "same-origin", "origin": "https://a.hf.space", "host": "inside:7860"}, True),
        ({"origin": "http://femr:7860", "host": "femr:7860"}, True),
        ({"origin": "http://femr.elsewhere", "host": "femr"}, False),
        ({"sec_fetch_site": "cross-site", "host": "femr"}, False),
    ],
    ids=repr,
)
def test_the_pages_own_requests_are_known(headers, own):
    assert is_own(scope(**headers)) is own


def received(parts: list[bytes], most: int = 10, seconds: int = 5, pause: float = 0) -> bytes:
    """What is received of a body that comes in `parts`."""

    async def receive() -> dict:
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    with start_blocking_portal() as portal:
        return portal.call(whole, Bounded(receive, most, seconds))


def test_a_body_comes_whole_up_to_the_limit():
    assert received([b"12345", b"67890"]) == b"1234567890"


def test_a_body_beyond_the_limit_is_refused_as_soon_as_it_is():
    parts = [b"123456"] * 100
    with pytest.raises(LimitError, match="at most"):
        received(parts)
    assert len(parts) == 98


def test_a_body_that_comes_drop_by_drop_is_refused():
    with pytest.raises(LimitError, match="longer than 0 seconds"):
        received([b"1"] * 9, seconds=0, pause=0.01)


@pytest.mark.parametrize(("announced", "size"), [("7", 7), ("", 10), ("-1", 10), ("seven", 10), ("9" * 30, 10)])
def test_what_is_announced_counts_or_else_the_most(announced, size):
    bounded = Bounded(None, 10, 1)
    assert bounded.check_announced(Headers({"content-length": announced})) == size


def test_a_length_that_is_told_of_a_body_in_chunks_means_nothing():
    announced = Headers({"content-length": "1", "transfer-encoding": "chunked"})
    assert Bounded(None, 10, 1).check_announced(announced) == 10


def test_too_much_is_refused_before_any_of_it_came():
    with pytest.raises(LimitError):
        Bounded(None, 10, 1).check_announced(Headers({"content-length": "11"}))
