"""Masks the words of a page: numbers of parties may stand in several words, names in single ones. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_LEAST = 6
"""Letters and digits from which a number that stands in several words is looked for."""
_SIZES = (5, 6)
"""Text and box of a word as JSON data, with or without how sure its letters are."""


def is_word(data: Any) -> bool:
    """Tell whether JSON data is a word with its box: `["RE-7", 10.0, 20.0, 40.0, 30.0, 1.0]`."""
    return (
        isinstance(data, list | tuple)
        and len(data) in _SIZES
        and isinstance(data[0], str)
        and all(isinstance(one, int | float) for one in data[1:])
    )


def masked_words(
    words: Sequence[Sequence[Any]], *, numbers: Mapping[str, str], sentence: Callable[[str], str]
) -> list[list[Any]]:  # fmt: skip
    """Return words in which nothing tells of a party; boxes stay.

    `numbers` are inventions by the number they replace (letters and digits only, capitals), `sentence` exchanges names.
    """
    texts = [list(str(word[0])) for word in words]
    places = [(at, index) for at, text in enumerate(texts) for index, sign in enumerate(text) if sign.isalnum()]
    whole = "".join(texts[at][index].upper()[:1] for at, index in places)
    for number, invention in numbers.items():
        start = whole.find(number) if len(number) >= _LEAST and len(number) == len(invention) else -1
        while start >= 0:
            for (at, index), sign in zip(places[start:], invention, strict=False):
                texts[at][index] = sign.lower() if texts[at][index].islower() else sign
            start = whole.find(number, start + len(number))
    return [[sentence("".join(text)), *word[1:]] for text, word in zip(texts, words, strict=True)]
