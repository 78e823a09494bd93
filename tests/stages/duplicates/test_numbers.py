import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stages.duplicates.numbers import compare, core, folded, stem


@pytest.mark.parametrize(
    ("mine", "theirs", "level"),
    [
        ("RE-2026/0815", "re 2026 0815", "same"),
        ("RE-2O26-O8I5", "RE-2026-0815", "confusable"),
        ("0004711", "4711", "confusable"),
        ("B-1200", "8-1200", "confusable"),
        ("RE-4711", "4711", "label"),
        ("Rechnung Nr. 4711", "4711", "label"),
        ("INV RE-2026-4711", "RE-2026-4711", "label"),
        ("4711 KOPIE", "4711", "label"),
        ("4711-duplicata", "4711", "label"),
        ("4711/1", "4711", "tail"),
        ("4711-K", "4711", "tail"),
        ("4711 (2)", "4711", "tail"),
        ("E7R4K19", "F7R4K19", "misread"),
        ("2026-4A11", "2026-4411", "misread"),
        ("2026-03813", "2026-08813", "smudged"),
        ("A-8545/25", "A-3545/25", "smudged"),
        ("2026-08813", "2026-08818", "blurred"),
        ("A-8545/25", "A-8546/25", "other"),
        ("B46.06606.S", "B45.06605.S", "other"),
        ("B13.08193.S-COPY", "B13.08193.S", "label"),
        ("NQ. 6488", "6488", "label"),
        ("2026-47115", "2026-4715", "blurred"),
        ("2026-0815", "2026-0816", "other"),
        ("2026-0817", "2026-0818", "other"),
        ("INV-00123", "RE-00123", "other"),
        ("SRV-00123", "INV-00123", "other"),
        ("4711/1", "4711/2", "other"),
        ("", "4711", "unknown"),
        ("---", "4711", "unknown"),
    ],
)
def test_numbers_agree_as_a_clerk_would_say(mine: str, theirs: str, level: str) -> None:
    assert compare(mine, theirs) == compare(theirs, mine) == level


@given(st.text(max_size=20), st.text(max_size=20))
def test_comparing_does_not_depend_on_the_order(mine: str, theirs: str) -> None:
    assert compare(mine, theirs) == compare(theirs, mine)


@given(st.text(alphabet="0O1IL5S8B2Z6GD-/", min_size=1, max_size=15))
def test_folding_again_changes_nothing(number: str) -> None:
    assert folded(folded(number)) == folded(number)


def test_what_is_stripped_leaves_a_number() -> None:
    assert [core(number) for number in ("RE-4711", "NR4711COPY", "RE-1", "0000")] == ["4711", "4711", "RE1", "0000"]
    assert [stem(number) for number in ("4711/2", "4711-2026", "12/1")] == ["4711", "47112026", "121"]
