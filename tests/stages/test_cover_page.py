"""What is blacked out on a page of which nobody knows yet what stands where."""

import pytest

from engine.model.field import Box
from engine.model.page import Page, Word
from engine.model.sensitive import GROUPS
from engine.stages.cover_page import careful_covers, uncovered


def page(line: str) -> Page:
    words = [Word(text, 10 * at, 0, 10 * at + 9, 9, 1.0) for at, text in enumerate(line.split())]
    return Page(number=1, width=500, height=700, words=words)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Pay to DE89 3704 0044 0532 0130 00 soon", "Pay to soon"),
        ("VAT DE136695976, thank you", "VAT thank you"),
        ("Konto 532 013 000 BLZ 37040044", "Konto BLZ"),
        ("Invoice of 15.10.2026 total 1,204.00 EUR net 1.012.345,67", "Invoice of 15.10.2026 total 1,204.00 EUR net 1.012.345,67"),
        ("4 boxes 12 pieces", "4 boxes 12 pieces"),
    ],
)  # fmt: skip
def test_what_may_be_a_number_of_an_account_or_a_person_is_covered_and_the_rest_can_be_read(
    line: str, left: str
) -> None:
    seen = page(line)

    assert " ".join(word.text for word in uncovered(seen.words, careful_covers(seen, GROUPS))) == left


def test_a_page_without_words_is_covered_whole() -> None:
    assert careful_covers(page(""), GROUPS) == (Box(0, 0, 500, 700),)


def test_who_may_see_all_sees_all() -> None:
    assert careful_covers(page("DE136695976"), frozenset()) == ()
