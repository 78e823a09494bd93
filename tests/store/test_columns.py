import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.columns import COMPRESS_OVER, dump_json, load_json, pack, storable, unpack

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_json_of_any_text_can_be_encoded_and_is_json(text: str) -> None:
    spelled = dump_json({"text": text})

    assert json.loads(spelled.encode()) == json.loads(json.dumps({"text": text}))


@given(st.lists(st.text(st.characters()), max_size=50))
def test_packed_data_comes_back(data: list[str]) -> None:
    assert unpack(*pack(data)) == data


@pytest.mark.parametrize("lone", [chr(0xD800), chr(0xDFFF), f"a{chr(0xDCFF)}b"], ids=ascii)
def test_a_lone_surrogate_survives(lone: str) -> None:
    assert load_json(dump_json(lone)) == lone


def test_equal_data_has_one_spelling() -> None:
    assert dump_json({"b": 1, "a": ["ä"]}) == dump_json({"a": ["ä"], "b": 1}) == '{"a":["ä"],"b":1}'


@pytest.mark.parametrize(("size", "is_compressed"), [(COMPRESS_OVER, False), (COMPRESS_OVER + 1, True)])
def test_only_large_data_is_compressed(size: int, is_compressed: bool) -> None:
    text, compressed = pack("x" * (size - len('""')))

    assert (compressed is not None, text is None) == (is_compressed, is_compressed)


def test_the_size_that_counts_is_that_of_the_bytes() -> None:
    assert pack("€" * 2000)[1] is not None


@given(ANY_TEXT)
def test_storable_text_can_be_encoded_and_holds_no_nul(text: str) -> None:
    stored = storable(text)

    assert "\x00" not in stored.encode().decode()
    assert len(stored) == len(text)
