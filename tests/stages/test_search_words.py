"""Text taken apart into the words by which it is found."""

import pytest

from engine.stages.search_words import asked, compact, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("RE-2024/0815", ["0815", "2024", "re", "re20240815"], id="a number and its parts"),
        pytest.param("Müller & Söhne GmbH", ["gmbh", "müller", "söhne"], id="a name"),
        pytest.param("1,190.00", ["00", "119000", "190"], id="an amount"),
        pytest.param("\uff21\uff22 Straße", ["ab", "strasse"], id="one spelling of letters"),
        pytest.param(" - a ", [], id="nothing that is a word"),
    ],
)
def test_a_text_is_found_by_its_words_as_a_whole_and_in_parts(text: str, found: list[str]) -> None:
    assert words([text], most=50) == found


def test_not_more_words_are_kept_than_asked_for() -> None:
    assert len(words([f"word{number}" for number in range(100)], most=7)) == 7


@pytest.mark.parametrize("text", ["RE-2024-0815", "re 20240815", "Re/2024.0815"])
def test_however_a_number_is_spelled_it_finds_the_same(text: str) -> None:
    (kept,) = {compact("RE-2024-0815")}

    assert "".join(asked(text, most=5)) == kept


def test_a_word_is_asked_for_once_and_never_longer_than_it_is_kept() -> None:
    assert asked("x same SAME " + "y" * 200, most=5) == ["same", "y" * 80]
