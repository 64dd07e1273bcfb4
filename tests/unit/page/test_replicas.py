"""Which replica is a visitor's home."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.errors import StartError
from femr.page.server.replicas import Ring, ring_from_environment

ADDRESSES = ("http://page-1:7860", "http://page-2:7860", "http://page-3:7860")


@given(st.text(), st.permutations(ADDRESSES))
def test_all_replicas_agree_on_a_visitors_home_and_on_who_takes_its_place(key: str, named: list[str]) -> None:
    orders = [Ring(tuple(named), own).order(key) for own in ADDRESSES]
    assert orders == [Ring(ADDRESSES, ADDRESSES[0]).order(key)] * 3
    assert sorted(orders[0]) == sorted(ADDRESSES)


@given(st.text(), st.sampled_from(ADDRESSES))
def test_one_replica_less_moves_nobody_else(key: str, gone: str) -> None:
    left = tuple(each for each in ADDRESSES if each != gone)
    assert Ring(left, left[0]).order(key) == [each for each in Ring(ADDRESSES, gone).order(key) if each != gone]


def test_visitors_are_spread_evenly() -> None:
    ring = Ring(ADDRESSES, ADDRESSES[0])
    homes = Counter(ring.order(f"visitor {number}")[0] for number in range(3000))
    assert all(900 < homes[each] < 1100 for each in ADDRESSES)


def test_one_server_alone_has_no_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEMR_REPLICAS", raising=False)
    monkeypatch.delenv("FEMR_REPLICA", raising=False)
    assert ring_from_environment() is None


def test_the_environment_names_all_replicas_and_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEMR_REPLICAS", f"{ADDRESSES[0]}/  {ADDRESSES[1]}")
    monkeypatch.setenv("FEMR_REPLICA", ADDRESSES[0])
    assert ring_from_environment() == Ring(ADDRESSES[:2], ADDRESSES[0])


@pytest.mark.parametrize(
    ("replicas", "own", "said"),
    [
        ("http://page-1:7860 http://page-2:7860", "http://page-3:7860", "page-3"),
        ("http://page-1:7860", "", "''"),
        ("", "http://page-1:7860", "page-1"),
        ("page-1:7860", "page-1:7860", "page-1"),
        ("http://page-1:7860/femr", "http://page-1:7860/femr", "/femr"),
    ],
)
def test_what_makes_no_sense_together_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, replicas: str, own: str, said: str
) -> None:
    monkeypatch.setenv("FEMR_REPLICAS", replicas)
    monkeypatch.setenv("FEMR_REPLICA", own)
    with pytest.raises(StartError, match="FEMR_REPLICAS should name") as told:
        ring_from_environment()
    assert said in str(told.value)
