"""Takes text apart into the words by which it is found. Pure.

A word is letters and digits only, without regard to case: `RE-2024/0815` is found as `re20240815`, and by its parts.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 80
"""Letters of a word that count."""
_LEAST = 2
_MARKS = re.compile(r"[\W_]+")


def compact(text: str) -> str:
    """Return the letters and digits of a text in one word, however it was spelled; only so many count."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _MARKS.sub("", plain)[:LONGEST]


def words(texts: Iterable[str], *, most: int) -> list[str]:
    """Return the words under which texts are found, sorted: each as a whole and in its parts, at most so many."""
    found: dict[str, None] = {}
    for text in texts:
        for token in unicodedata.normalize("NFKC", text).casefold().split():
            for word in (_MARKS.sub("", token), *_MARKS.split(token)):
                if len(word) >= _LEAST:
                    found[word[:LONGEST]] = None
        if len(found) >= most:
            break
    return sorted(list(found)[:most])


def asked(text: str, *, most: int) -> list[str]:
    """Return the words that somebody looks for, each once; what is too short to be a word is left out."""
    found = dict.fromkeys(compact(token) for token in text.split())
    return [word for word in found if len(word) >= _LEAST][:most]
