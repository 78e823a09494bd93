"""Words of a page are masked where they stand: numbers also when they are printed in several words."""

from engine.stages.mask_words import is_word, masked_words


def word(text: str, at: float = 0.0) -> list[object]:
    return [text, at, 10.0, at + 20.0, 20.0, 0.9]


def texts(words: list[list[object]]) -> list[object]:
    return [one[0] for one in words]


def test_a_number_in_several_words_is_exchanged_sign_by_sign() -> None:
    printed = [word("IBAN:"), word("DE02", 30), word("1203", 60), word("0000.", 90), word("0815", 120)]

    made = masked_words(printed, numbers={"DE0212030000": "DE9955511122"}, sentence=str)

    assert texts(made) == ["IBAN:", "DE99", "5551", "1122.", "0815"]
    assert [one[1:] for one in made] == [one[1:] for one in printed]


def test_each_place_of_a_number_is_found_and_small_letters_stay_small() -> None:
    made = masked_words(
        [word("de136695976"), word("x"), word("DE136"), word("695976")],
        numbers={"DE136695976": "FR222333444"},
        sentence=str,
    )

    assert texts(made) == ["fr222333444", "x", "FR222", "333444"]


def test_short_numbers_are_left_to_their_words() -> None:
    assert texts(masked_words([word("12"), word("345")], numbers={"12345": "99999"}, sentence=str)) == ["12", "345"]


def test_names_are_exchanged_word_by_word() -> None:
    made = masked_words(
        [word("Papier"), word("Nord")], numbers={}, sentence=lambda text: text.replace("Papier", "Lumqen")
    )

    assert texts(made) == ["Lumqen", "Nord"]


def test_only_a_text_with_a_box_is_a_word() -> None:
    assert is_word(word("RE-7"))
    assert is_word(["RE-7", 1.0, 2.0, 3.0, 4])
    assert not is_word(["tax_id", "DE1"])
    assert not is_word(["a", 1, "b", 2, 3])
