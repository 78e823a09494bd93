import numpy as np
import pytest

from adapters.pdfplumber.letters import Letters
from adapters.pdfplumber.words import main_angle, raw_words


def line(text: str, *, angle: int = 0, keys: list[int] | None = None) -> Letters:
    """Return letters 5 points wide and 10 high, one after the other in their direction; spaces part them."""
    signs = [(i, sign) for i, sign in enumerate(text) if sign != " "]
    ahead = np.array([5.0 * i for i, _ in signs])
    along, across = (ahead, ahead + 5), (np.zeros(len(signs)), np.full(len(signs), 10.0))
    left, bottom, right, top = {
        0: (along[0], across[0], along[1], across[1]),
        90: (-across[1], along[0], across[0], along[1]),
        180: (-along[1], -across[1], -along[0], -across[0]),
        270: (across[0], -along[1], across[1], -along[0]),
    }[angle]
    return Letters(
        "".join(sign for _, sign in signs),
        np.stack((left, bottom, right, top), axis=1),
        np.full(len(signs), angle),
        np.array(keys or [7] * len(signs)),
        np.array([text[:i].count(" ") for i, _ in signs]),
    )


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_letters_are_put_together_in_every_direction(angle: int) -> None:
    words = raw_words(line("due in 30 days", angle=angle))

    assert [(word.text, word.angle) for word in words] == [(text, angle) for text in ("due", "in", "30", "days")]


def test_a_word_has_the_box_of_all_its_letters() -> None:
    assert raw_words(line("a bcd"))[1].bounds == (10.0, 0.0, 25.0, 10.0)


@pytest.mark.parametrize(
    ("moved", "expected"),
    [((2.9, 0), ["abcd"]), ((3.1, 0), ["ab", "cd"]), ((-6.1, 0), ["ab", "cd"]), ((0, 5.1), ["ab", "cd"])],
    ids=["near", "gap", "back", "above"],
)
def test_words_part_at_gaps_and_jumps(moved: tuple[float, float], expected: list[str]) -> None:
    letters = line("abcd")
    letters.bounds[2:] += [*moved, *moved]

    assert [word.text for word in raw_words(letters)] == expected


def test_letters_of_a_text_object_that_stays_apart_share_no_word() -> None:
    letters = line("abcd", keys=[1, 1, 2, 2])

    assert [word.text for word in raw_words(letters)] == ["abcd"]
    assert [(word.text, word.key) for word in raw_words(letters, apart={2})] == [("ab", 1), ("cd", 2)]


def test_ligatures_and_halves_of_signs_are_spelled_out() -> None:
    assert [word.text for word in raw_words(line("o\ufb03ce \ud835\udfd9"))] == ["office", "\U0001d7d9"]


def test_no_letters_make_no_words() -> None:
    assert raw_words(line("")) == []


@pytest.mark.parametrize(
    ("letters", "expected"),
    [(line("word " * 20, angle=90), 90), (line("short"), None)],
    ids=["sideways", "too_few"],
)
def test_the_main_angle_is_told_of_enough_letters(letters: Letters, expected: int | None) -> None:
    assert main_angle(letters) == expected
