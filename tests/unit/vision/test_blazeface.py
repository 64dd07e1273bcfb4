import hashlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.errors import InstallationError
from femr.paths import ASSETS, DETECTOR_FAR, DETECTOR_NEAR
from femr.vision import blazeface
from femr.vision.blazeface import BlazeFace

NOTICE = (ASSETS.parent / "NOTICE.md").read_text(encoding="utf-8")


@given(st.floats(-2, 2), st.floats(0, 2 * math.pi), st.floats(1, 500))
def test_a_turn_does_not_hang_on_where_a_face_is_and_how_large_and_tilted(turn, roll, apart):
    across = apart * np.array([math.cos(roll), math.sin(roll)])
    below = apart * np.array([-math.sin(roll), math.cos(roll)])
    left = np.array([70.0, 90.0])
    nose = left + across / 2 + 0.6 * below + turn * across
    assert blazeface._turns(left[None], (left + across)[None], nose[None]) == pytest.approx([turn], abs=1e-6)


def test_each_network_takes_a_picture_of_its_size():
    assert BlazeFace(DETECTOR_FAR).side == 256
    assert BlazeFace(DETECTOR_NEAR).side == 128


@pytest.mark.parametrize("path", [DETECTOR_FAR, DETECTOR_NEAR], ids=lambda path: path.name)
def test_the_shipped_networks_are_those_that_the_notice_names(path):
    assert path.name in NOTICE
    assert hashlib.sha256(path.read_bytes()).hexdigest() in NOTICE


def test_a_network_that_is_not_there_is_named():
    with pytest.raises(InstallationError, match="sideways"):
        BlazeFace(ASSETS / "sideways.tflite")
