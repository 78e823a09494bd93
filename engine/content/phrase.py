"""Patterns of words: a sentence of running text with a place in it for a value.

`(shall|will) pay [a total of] {} ... "fee"`: words; alternatives; what may be missing; the value; words in between; a term that
stands in quotes or brackets. Not regular expressions: matching takes time in proportion to the text, whatever it says.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

SlotKind = Literal["", "company"]
"""What stands at a place: a value of the field's kind, or the name of a company, up to its legal form."""
FEW, MANY = 6, 40
"""Words that `..` and `...` stand for at most; never beyond the sentence."""
_MOST_ELEMENTS, _MOST_SPELLED = 24, 12
_GAPS = {"..": FEW, "...": MANY}
_PIECE = re.compile(r'\([^()]*\)|\[[^\[\]]*\]|"[^"]*"|\{[^{}]*\}|=>|[^\s()\[\]"{}]+|\S')
_WORD = re.compile(r"[^\W_][^\s()\[\]\"{}|*]*\*?")
_HOLDERS = {"(": ")", "[": "]", '"': '"'}


class Spelled(NamedTuple):
    """Words of which one alternative stands there; a word with `*` at its end may go on."""

    ways: tuple[tuple[str, ...], ...]
    is_optional: bool = False
    is_term: bool = False
    """Whether quotes or brackets set it apart, as they do with what a contract defines."""


class Gap(NamedTuple):
    """Up to `most` words of the same sentence."""

    most: int


class Slot(NamedTuple):
    """The place of the value."""

    kind: SlotKind


Element = Spelled | Gap | Slot


class Pattern(NamedTuple):
    """A phrase, read: what follows what, and the value that it means where it has no place for one."""

    elements: tuple[Element, ...]
    means: str = ""


def parse_phrase(text: str) -> Pattern:
    """Return a phrase as a pattern. Raises ValueError that says what is wrong with it and how it is written."""
    said, arrow, means = (part.strip() for part in text.partition("=>"))
    elements = tuple(_element(piece, text) for piece in _PIECE.findall(said))
    slots = sum(isinstance(one, Slot) for one in elements)
    first = elements[0] if elements else None
    is_named = isinstance(first, Slot) and first.kind == "company"
    if not is_named and (not isinstance(first, Spelled) or first.is_optional):
        raise ValueError(f"{text!r} begins with words that must be there, or with `{{company}}`")
    if slots > 1 or (slots == 1) == bool(arrow) or (arrow and not means):
        raise ValueError(f"{text!r} needs one place for the value, `{{}}`, or says what it means: `words => value`")
    if len(elements) == 1 and is_named:
        raise ValueError(f"{text!r} needs words beside the name")
    if len(elements) > _MOST_ELEMENTS or isinstance(elements[-1], Gap) or _has_gaps_together(elements):
        raise ValueError(
            f"{text!r} has at most {_MOST_ELEMENTS} parts, and words or the value between and behind `..` and `...`"
        )
    return Pattern(elements, means)


def literals(pattern: Pattern) -> Iterator[str]:
    """Yield the words of a pattern that are spelled in full."""
    for one in pattern.elements:
        if isinstance(one, Spelled):
            yield from (word for way in one.ways for word in way if not word.endswith("*"))


def _has_gaps_together(elements: Sequence[Element]) -> bool:
    return any(isinstance(one, Gap) and isinstance(other, Gap) for one, other in pairwise(elements))


def _element(piece: str, text: str) -> Element:
    if piece in _GAPS:
        return Gap(_GAPS[piece])
    if piece == "{}":
        return Slot("")
    if piece == "{company}":
        return Slot("company")
    holder = piece[0]
    if holder == "{":
        raise ValueError(f"{piece} in {text!r}: a place is `{{}}` or `{{company}}`")
    inner = piece[1:-1] if holder in _HOLDERS and len(piece) > 1 and piece.endswith(_HOLDERS[holder]) else piece
    ways = tuple(tuple(way.split()) for way in inner.split("|")) if holder in _HOLDERS else ((piece,),)
    if not all(ways) or len(ways) > _MOST_SPELLED or not all(_WORD.fullmatch(word) for way in ways for word in way):
        raise ValueError(
            f'{piece} in {text!r}: write words, `(one|another)`, `[may be missing]`, `"a defined term"`, `verb*`, `..`, `...` or `{{}}`'
        )
    return Spelled(ways, is_optional=holder == "[", is_term=holder == '"')
