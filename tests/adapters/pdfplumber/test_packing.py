import json
from typing import Any

import pytest

from adapters.pdfplumber.packing import columns, packed
from adapters.pdfplumber.unpacking import Unpacker
from engine.model.page import Rule, Word

BOXES = [(10.125, 20.0, 33.333, 29.999), (-4.0, 0.0, 12.0, 8.5)]


def over_the_pipe(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_words_come_out_as_they_went_in_to_a_hundredth_of_a_point() -> None:
    words = Unpacker().words(over_the_pipe(packed(["Rechnung", "größer"], BOXES)))

    assert words == (Word("Rechnung", 10.12, 20.0, 33.33, 30.0), Word("größer", -4.0, 0.0, 12.0, 8.5))


def test_rules_come_out_as_they_went_in() -> None:
    assert Unpacker().rules(over_the_pipe(columns([(0.0, 5.25, 500.0, 5.25)]))) == (Rule(0.0, 5.25, 500.0, 5.25),)


def test_a_page_without_words_and_rules_is_handed_over() -> None:
    unpacker = Unpacker()

    assert unpacker.words(over_the_pipe(packed((), ()))) == ()
    assert unpacker.rules(over_the_pipe(columns(()))) == ()


def test_a_box_that_no_paper_reaches_is_drawn_near() -> None:
    (word,) = Unpacker().words(over_the_pipe(packed(["far"], [(-3e38, 0, 3e38, 1)])))

    assert (word.x0, word.x1) == (-1e9, 1e9)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"texts": ["a"], "boxes": [[1], [2], [3], []]},
        {"texts": ["a", "b"], "boxes": [[1], [2], [3], [4]]},
        {"texts": [1], "boxes": [[1], [2], [3], [4]]},
        {"texts": ["a"], "boxes": [[1], [2], [3], ["4"]]},
        {"texts": ["a"], "boxes": [[1], [2], [3]]},
    ],
    ids=["short_column", "more_texts", "number_as_text", "text_as_number", "missing_column"],
)
def test_columns_that_do_not_fit_together_are_refused(spoiled: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Unpacker().words(spoiled)


def test_equal_texts_and_numbers_are_kept_once() -> None:
    unpacker = Unpacker()

    first = unpacker.words(over_the_pipe(packed(["Total"], [(1.11, 2.22, 3.33, 4.44)])))[0]
    second = unpacker.words(over_the_pipe(packed(["Total"], [(1.11, 5.0, 3.33, 7.0)])))[0]

    assert first.text is second.text
    assert first.x0 is second.x0
