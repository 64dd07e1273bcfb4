"""The formula, and major or minor: what needs no audio."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from femr.music.audio_features import MAJOR_KEY, MINOR_KEY, AudioFeatures, relative_mode, valence_and_energy

BRIGHT = AudioFeatures(tempo=128, loudness=-9, onset_rate=5, mode=0.25, brightness=3000)
DARK = AudioFeatures(tempo=66, loudness=-28, onset_rate=1, mode=-0.25, brightness=900)

RANGES = {"tempo": (0, 400), "loudness": (-120, 3), "onset_rate": (0, 40), "mode": (-2, 2), "brightness": (0, 12_000)}
any_features = st.builds(AudioFeatures, **{name: st.floats(*ends) for name, ends in RANGES.items()})

# --- the formula ---------------------------------------------------------------------------------


@given(any_features)
def test_valence_and_energy_lie_between_0_and_1(features):
    assert all(0 <= value <= 1 for value in valence_and_energy(features))


@pytest.mark.parametrize("name", RANGES)
@given(features=any_features, data=st.data())
def test_more_of_a_feature_never_makes_a_song_sadder_or_calmer(name, features, data):
    more = replace(features, **{name: data.draw(st.floats(getattr(features, name), RANGES[name][1]))})
    before, after = valence_and_energy(features), valence_and_energy(more)
    assert all(later >= earlier for earlier, later in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("name", "moves_valence", "moves_energy"),
    [
        ("mode", True, False),
        ("brightness", True, False),
        ("tempo", True, True),
        ("loudness", False, True),
        ("onset_rate", False, True),
    ],
)
def test_each_feature_moves_what_it_should(name, moves_valence, moves_energy):
    valence, energy = valence_and_energy(DARK)
    other_valence, other_energy = valence_and_energy(replace(DARK, **{name: getattr(BRIGHT, name)}))
    assert (other_valence > valence) == moves_valence
    assert (other_energy > energy) == moves_energy


def test_the_formula_is_what_its_docstring_says():
    features = AudioFeatures(tempo=110, loudness=-22, onset_rate=3, mode=0, brightness=500 * 2**1.5)
    assert valence_and_energy(features) == pytest.approx((0.5, 0.5))
    assert valence_and_energy(replace(features, mode=0.25)) == pytest.approx((0.75, 0.5))
    assert valence_and_energy(replace(features, tempo=160)) == pytest.approx((0.65, 0.625))
    assert valence_and_energy(replace(features, brightness=4000)) == pytest.approx((0.6, 0.5))
    assert valence_and_energy(replace(features, loudness=-8)) == pytest.approx((0.5, 0.75))
    assert valence_and_energy(replace(features, onset_rate=6)) == pytest.approx((0.5, 0.625))


def test_the_ends_of_the_plane_can_be_reached():
    assert valence_and_energy(AudioFeatures(200, 0, 9, 0.4, 5000)) == (1, 1)
    assert valence_and_energy(AudioFeatures(0, -60, 0, -0.4, 300)) == (0, 0)


# --- major or minor ------------------------------------------------------------------------------

MAJOR_SCALE, HARMONIC_MINOR_SCALE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11)


def notes(scale, third, key):
    """A tone row with the scale, its triad three times as strong."""
    chroma = np.zeros(12)
    chroma[list(scale)] = 1
    chroma[[0, third, 7]] = 3
    return np.roll(chroma, key)


@pytest.mark.parametrize("key", range(12))
def test_a_major_scale_is_major_and_a_minor_one_minor_in_every_key(key):
    assert relative_mode(notes(MAJOR_SCALE, 4, key)) > 0.1
    assert relative_mode(notes(HARMONIC_MINOR_SCALE, 3, key)) < -0.1


@given(st.lists(st.floats(0.01, 1), min_size=12, max_size=12), st.integers(0, 11), st.floats(0.1, 10), st.floats(0, 10))
def test_neither_the_key_nor_the_strength_nor_drums_change_the_mode(chroma, key, factor, drums):
    assume(np.ptp(chroma) > 0.1)
    chroma = np.array(chroma)
    assert relative_mode(np.roll(chroma, key) * factor + drums) == pytest.approx(relative_mode(chroma), abs=1e-6)


def test_the_profiles_are_centred_on_their_own_triads():
    assert set(np.argsort(MAJOR_KEY)[-3:]) == {0, 4, 7}
    assert set(np.argsort(MINOR_KEY)[-3:]) == {0, 3, 7}
