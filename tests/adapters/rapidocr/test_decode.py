import numpy as np
import pytest

from adapters.rapidocr.decode import Piece, latin, pieces, without_marks

ALPHABET = ["", *"ABeéß150O.|中文", "\uff10", " "]


def scores(*steps: str | dict[str, float]) -> np.ndarray:
    """Return the network's answer for steps: a sign, "" for blank, or probabilities of several signs."""
    rows = []
    for step in steps:
        row = np.zeros(len(ALPHABET), dtype=np.float32)
        for sign, value in (step if isinstance(step, dict) else {step: 0.9}).items():
            row[ALPHABET.index(sign)] = value
        rows.append(row)
    return np.array(rows)


def texts(found: list[Piece]) -> list[str]:
    return [piece.text for piece in found]


def test_a_line_falls_into_words_at_its_spaces() -> None:
    assert texts(pieces(scores("A", "B", " ", "1", "5"), ALPHABET, allowed=None)) == ["AB", "15"]


def test_a_space_that_is_only_suspected_parts_words() -> None:
    line = scores("A", "B", {"": 0.8, " ": 0.15}, "1", {"": 0.95, " ": 0.04}, "5")

    assert texts(pieces(line, ALPHABET, allowed=None)) == ["AB", "15"]


def test_a_letter_is_never_taken_for_a_space() -> None:
    assert texts(pieces(scores("A", {"B": 0.6, " ": 0.4}, "e"), ALPHABET, allowed=None)) == ["ABe"]


@pytest.mark.parametrize(
    ("letter", "text", "confidence"),
    [
        ({"é": 0.97, "e": 0.02}, "é", 0.97),
        ({"é": 0.6, "e": 0.3}, "e", 0.9),
        ({"é": 0.6, "1": 0.3}, "é", 0.6),
        ({"ß": 0.6, "B": 0.3}, "ß", 0.6),
    ],
    ids=["sure_mark", "unsure_mark", "unsure_letter", "letter_of_its_own"],
)
def test_a_mark_stays_only_where_it_is_sure(letter: dict[str, float], text: str, confidence: float) -> None:
    (word,) = pieces(scores(letter), ALPHABET, allowed=None, plain=without_marks(ALPHABET))

    assert word.text == text
    assert word.confidence == pytest.approx(confidence)


def test_a_bar_parts_words() -> None:
    assert texts(pieces(scores("1", "5", "|", "A", "B"), ALPHABET, allowed=None)) == ["15", "|", "AB"]


def test_a_sign_seen_twice_in_a_row_is_one_unless_a_blank_parts_it() -> None:
    assert texts(pieces(scores("A", "A", "", "A", "e"), ALPHABET, allowed=None)) == ["AAe"]


def test_words_stand_where_their_letters_were_seen() -> None:
    left, right = pieces(scores("A", "B", "", " ", "", "1", "5", "", "", ""), ALPHABET, allowed=None, filled=0.8)

    assert left.start == 0
    assert left.end == pytest.approx(2 / 8, abs=0.08)
    assert right.start == pytest.approx(5 / 8, abs=0.08)
    assert right.end == 1


def test_the_confidence_of_a_word_is_that_of_its_own_letters() -> None:
    sure, unsure = pieces(scores({"A": 1.0}, " ", {"1": 0.6}, {"5": 0.4}), ALPHABET, allowed=None)

    assert sure.confidence == pytest.approx(1.0)
    assert unsure.confidence == pytest.approx(0.5)


def test_a_foreign_sign_in_a_latin_line_becomes_the_next_likely_latin_one() -> None:
    line = scores("A", "B", {"中": 0.5, "5": 0.4}, "e")

    (word,) = pieces(line, ALPHABET, allowed=latin(ALPHABET))

    assert word.text == "AB5e"
    assert word.confidence == pytest.approx((0.9 * 3 + 0.4) / 4)


def test_a_chinese_line_stays_chinese() -> None:
    assert texts(pieces(scores("中", "文"), ALPHABET, allowed=latin(ALPHABET))) == ["中文"]


def test_full_width_digits_become_plain_ones() -> None:
    assert texts(pieces(scores("1", "\uff10"), ALPHABET, allowed=None)) == ["10"]


def test_an_empty_line_has_no_words() -> None:
    assert pieces(scores("", "", ""), ALPHABET, allowed=None) == []
