"""What of a body is parsed at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from femr.errors import ChoiceError
from femr.page.server import bodies
from femr.page.server.bodies import json_text
from femr.page.server.limits import MAX_JSON_BYTES, MAX_JSON_VALUES

TEXTS = st.text(alphabet=st.sampled_from('ab"\\[{,:]} é'))
VALUES = st.recursive(
    st.none() | st.integers() | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20
)
MOST = 8


def marks(value: Any) -> int:
    """Texts, lists, objects and commas."""
    if isinstance(value, str):
        return 1
    if isinstance(value, list):
        return 1 + sum(map(marks, value)) + max(0, len(value) - 1)
    if isinstance(value, dict):
        return 1 + sum(1 + marks(each) for each in value.values()) + max(0, len(value) - 1)
    return 0


@given(VALUES, st.booleans())
def test_a_body_is_judged_by_its_values_whatever_stands_in_its_texts(value, plain):
    data = json.dumps(value, ensure_ascii=plain).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "MAX_JSON_VALUES", MOST)
        if marks(value) > MOST:
            with pytest.raises(ChoiceError):
                json_text(data)
        else:
            assert json.loads(json_text(data)) == value


@pytest.mark.parametrize("piece", ["[],", "{},", "1,", '"a",', '"\\"",'])
def test_a_body_full_of_small_values_is_refused(piece):
    with pytest.raises(ChoiceError):
        json_text(f"[{piece * (MAX_JSON_VALUES + 1)}0]".encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_a_body_in_another_encoding_is_refused(encoding):
    with pytest.raises(ChoiceError):
        json_text('["é"]'.encode(encoding))


def test_a_long_text_is_no_matter():
    songs = json.dumps(["title,artist\n" + '"a","b"\n' * (MAX_JSON_BYTES // 20)]).encode()
    assert json.loads(json_text(songs)) == json.loads(songs)
