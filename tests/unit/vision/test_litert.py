import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from femr.errors import InstallationError
from femr.paths import DETECTOR_FAR, DETECTOR_NEAR, WEIGHTS
from femr.vision.litert import Network, loaded_once

ROOT = Path(__file__).parents[3]


def at_once(count, ask):
    """What `ask` gives to so many threads that begin together; an error stands for itself."""
    start, answers = threading.Barrier(count), []

    def run():
        start.wait()
        try:
            answers.append(ask())
        except InstallationError as error:
            answers.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


# --- one network ---------------------------------------------------------------------------------


def test_a_network_says_what_one_call_takes():
    assert Network(WEIGHTS).input_shape == (48, 48, 1)


def test_loading_says_nothing_but_leaves_standard_error_open(capfd):
    Network(WEIGHTS)
    print("still here", file=sys.stderr, flush=True)
    assert capfd.readouterr() == ("", "still here\n")


def test_a_network_that_cannot_be_loaded_leaves_standard_error_open(capfd, tmp_path):
    path = tmp_path / "broken.tflite"
    path.write_bytes(b"no network")
    with pytest.raises(InstallationError, match=r"broken\.tflite"):
        Network(path)
    os.write(2, b"still here\n")
    assert capfd.readouterr() == ("", "still here\n")


# --- loaded once ---------------------------------------------------------------------------------


def test_what_loads_slowly_is_loaded_once_however_many_threads_ask():
    loads = []

    @loaded_once
    def slow():
        loads.append(threading.get_ident())
        time.sleep(0.05)  # long enough for all threads to have asked
        return object()

    answers = at_once(8, slow)
    assert len(answers) == 8
    assert len(set(map(id, answers))) == len(loads) == 1


def test_a_load_that_fails_is_tried_again_by_the_next_who_asks():
    loads = []

    @loaded_once
    def fails_first():
        loads.append(threading.get_ident())
        if len(loads) == 1:
            raise InstallationError("network_missing", path="somewhere.tflite")
        return "network"

    with pytest.raises(InstallationError, match=r"somewhere\.tflite"):
        fails_first()
    assert [fails_first(), fails_first()] == ["network", "network"]
    assert len(loads) == 2


def test_threads_that_wait_for_a_load_that_fails_are_served_by_the_next():
    loads = []

    @loaded_once
    def fails_first():
        loads.append(threading.get_ident())
        time.sleep(0.05)
        if len(loads) == 1:
            raise InstallationError("network_missing", path="somewhere.tflite")
        return "network"

    answers = at_once(4, fails_first)
    assert answers.count("network") == 3
    assert len(loads) == 2


FIRST_REQUESTS = """
import os, threading, time
from femr.vision import litert
from femr.vision.classifier import expression_classifier
from femr.vision.detector import face_detector

Interpreter, start, loaded, answers = litert.Interpreter, threading.Barrier(4), [], []

def slow_interpreter(path, **options):
    loaded.append(os.path.basename(path))
    time.sleep(0.3 if "blazeface" not in path else 0.1)
    return Interpreter(path, **options)

def ask(delay, *networks):
    start.wait()
    time.sleep(delay)
    answers.append(sorted(id(each()) for each in networks))

litert.Interpreter = slow_interpreter
# Two threads ask for the detector first, two for the classifier, whose load would begin while that of the detector's
# first network goes on, and end after that of its second: standard error would be put back in the wrong order.
orders = (0, face_detector, expression_classifier), (0.05, expression_classifier, face_detector)
threads = [threading.Thread(target=ask, args=order) for order in orders * 2]
for each in threads:
    each.start()
for each in threads:
    each.join()
os.write(2, b"still here\\n")
assert len(answers) == 4 and all(answer == answers[0] for answer in answers), answers
print(*sorted(loaded))
"""


def test_visitors_who_come_first_at_once_share_networks_and_leave_standard_error_open():
    ended = subprocess.run(
        [sys.executable, "-c", FIRST_REQUESTS], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert (ended.returncode, ended.stderr) == (0, "still here\n")
    assert ended.stdout.split() == sorted(path.name for path in (DETECTOR_FAR, DETECTOR_NEAR, WEIGHTS))
