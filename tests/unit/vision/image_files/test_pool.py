"""Photos decoded apart come out as they would here, within limits, and the cheap ones do not wait for the costly."""

import os
import signal
import threading
import time

import numpy as np
import pytest
from PIL import Image

from femr.errors import PhotoError
from femr.vision.image_files import pool
from femr.vision.image_files.decode import FORMATS
from femr.vision.image_files.load import load_photo
from femr.vision.image_files.pool import Decoders, Limits, Worker
from tests.faces import astronaut, encoded

SMALL = Image.fromarray(astronaut()).resize((64, 48))
CHEAP = encoded(SMALL, "JPEG")
DEAR = encoded(Image.new("P", (3000, 3000)), "GIF")
"""Costs more than `LITTLE` allows."""

LITTLE = Limits(memory=5_000_000, seconds=1, nice=0)
MUCH = Limits(memory=200_000_000, seconds=6, nice=10)


@pytest.fixture(scope="module")
def decoders():
    made = Decoders(LITTLE, MUCH)
    yield made
    made.close()


def opened(decoders, photo, sender=""):
    with decoders.opened(photo, sender) as pixels:
        return pixels


@pytest.mark.parametrize("form", FORMATS)
def test_a_photo_comes_out_as_it_would_here(decoders, form):
    data = encoded(SMALL, form)
    assert np.array_equal(opened(decoders, data), load_photo(data))


def test_a_path_an_image_and_an_array_are_read_too(decoders, tmp_path):
    path = tmp_path / "me.jpg"
    path.write_bytes(CHEAP)
    assert np.array_equal(opened(decoders, path), load_photo(CHEAP))
    assert np.array_equal(opened(decoders, astronaut()), astronaut())
    assert np.array_equal(opened(decoders, SMALL), load_photo(SMALL))


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "photo_empty"), (b"no picture", "photo_unknown"), (CHEAP[:300], "photo_damaged")]
)
def test_errors_come_back_with_their_values(decoders, data, code, tmp_path):
    path = tmp_path / "holiday.jpg"
    path.write_bytes(data)
    with pytest.raises(PhotoError) as caught:
        opened(decoders, path)
    assert caught.value.code == code
    assert "holiday.jpg" in str(caught.value)


def test_too_large_a_photo_never_reaches_a_process(decoders):
    with pytest.raises(PhotoError) as caught:
        opened(decoders, encoded(Image.new("P", (9000, 9000)), "GIF"))
    assert caught.value.code == "photo_bomb"


def test_a_process_that_computes_too_long_is_ended_and_replaced():
    worker = Worker(MUCH)
    try:
        first = worker.number
        with pytest.raises(PhotoError) as caught:
            worker.decode(encoded(Image.new("RGB", (5000, 5000)), "PNG"), "slow.png", 0.05)
        assert caught.value.code == "photo_costly"
        assert "slow.png" in str(caught.value)
        assert worker.number != first
        assert worker.decode(CHEAP, "me.jpg", 5).shape == (48, 64, 3)
    finally:
        worker.close()


def test_a_process_that_hangs_is_ended_and_replaced(monkeypatch):
    monkeypatch.setattr(pool, "STARVED", 1)
    worker = Worker(MUCH)
    try:
        os.kill(worker.number, signal.SIGSTOP)
        with pytest.raises(PhotoError) as caught:
            worker.decode(CHEAP, "me.jpg", 0.2)
        assert caught.value.code == "photo_costly"
        assert worker.decode(CHEAP, "me.jpg", 5).shape == (48, 64, 3)
    finally:
        worker.close()


def test_a_process_that_died_is_replaced():
    worker = Worker(MUCH)
    try:
        os.kill(worker.number, signal.SIGKILL)
        worker._process.wait()
        assert worker.decode(CHEAP, "me.jpg", 5).shape == (48, 64, 3)
    finally:
        worker.close()


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory is limited on Linux alone")
def test_a_process_takes_no_more_memory_than_it_may(monkeypatch):
    monkeypatch.setattr(pool, "SPARE_MEMORY", -90_000_000)
    worker = Worker(Limits(memory=100_000_000, seconds=6, nice=0))
    try:
        with pytest.raises(PhotoError) as caught:
            worker.decode(encoded(Image.new("RGB", (3500, 3500)), "PNG"), "large.png", 20)
        assert caught.value.code == "photo_costly"
    finally:
        worker.close()


def test_a_cheap_photo_does_not_wait_for_a_costly_one(decoders):
    with decoders.opened(DEAR):
        assert opened(decoders, CHEAP).shape == (48, 64, 3)


def wait(decoders, photos):
    """Threads that wait for `photos`, each begun once the one before waits; and the order in which they are served."""
    served, threads = [], []

    def ask(name, photo):
        try:
            opened(decoders, photo, name.partition("'s ")[0])
            served.append(name)
        except PhotoError as error:
            served.append((name, error.code))

    for name, photo in photos:
        before = len(decoders._waiting)
        threads.append(threading.Thread(target=ask, args=(name, photo)))
        threads[-1].start()
        until = time.monotonic() + 10
        while len(decoders._waiting) <= before and threads[-1].is_alive() and time.monotonic() < until:
            time.sleep(0.001)
    return threads, served


def test_what_costs_less_overtakes_what_costs_more(decoders):
    with decoders.opened(DEAR), decoders.opened(CHEAP):
        threads, served = wait(decoders, [("dear", DEAR), ("dear too", DEAR), ("cheap", CHEAP)])
    for thread in threads:
        thread.join(20)
    assert served.index("cheap") < served.index("dear too")
    assert served.index("dear") < served.index("dear too")


def test_one_senders_many_photos_do_not_keep_anothers_waiting(decoders):
    with decoders.opened(DEAR), decoders.opened(CHEAP):
        threads, _ = wait(decoders, [*[(f"ann's {n}", CHEAP) for n in range(6)], ("ben's", CHEAP)])
        line = list(decoders._waiting)
        last_come = max(line, key=lambda ticket: ticket.arrived)
        assert line.index(last_come) == 1  # behind her first
    for thread in threads:
        thread.join(20)
    assert not decoders._senders


def test_the_costliest_is_sent_away_when_too_many_wait(decoders, monkeypatch):
    monkeypatch.setattr(pool, "MAX_WAITING", 2)
    with decoders.opened(DEAR), decoders.opened(CHEAP):
        threads, served = wait(decoders, [("dear", DEAR), ("cheap", CHEAP)])
        extra, told = wait(decoders, [("cheap too", CHEAP)])
        threads[0].join(20)
        assert served == [("dear", "photo_busy")]
    for thread in [*threads, *extra]:
        thread.join(20)
    assert set(served) | set(told) == {("dear", "photo_busy"), "cheap", "cheap too"}


def test_nobody_waits_for_ever(decoders, monkeypatch):
    monkeypatch.setattr(pool, "MAX_WAITING_SECONDS", 0.05)
    with decoders.opened(DEAR), decoders.opened(CHEAP), pytest.raises(PhotoError) as caught:
        opened(decoders, CHEAP)
    assert caught.value.code == "photo_busy"
    assert opened(decoders, CHEAP).shape == (48, 64, 3)


def test_a_place_is_free_again_whatever_happened(decoders):
    for _ in range(3):
        with pytest.raises(RuntimeError), decoders.opened(CHEAP):
            raise RuntimeError
    assert len(decoders._free) == 2
