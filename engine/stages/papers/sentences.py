"""Running text: the words of pages in reading order, with what the signs around them say."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from engine.model.page import Word
from engine.stages.extract.lexicon import fold
from engine.stages.extract.lines_of_text import Line, Sheet, has_digit

_OPENING, _CLOSING = "(\"\u201c\u201e\u00ab\u2039[\u2018'", ")\"\u201c\u201d\u00bb\u203a]\u2019'"
_AND = ("&", "+")
"""Signs that are words of names."""
_ENDING, _STOPPING = ".;!?", ",;:."
_GLUED = re.compile("^([^(\u201c\u201e\u00ab]*[^\\W_])([(\u201c\u201e\u00ab][^()]{3,}[).,;]*)$")
"""A word with a bracket or a quote that opens within; `fee(s)` is one."""
_SHORT = 3
"""Letters of an abbreviation (one fewer in small letters), or digits of a day, behind which a point ends no sentence."""
_PARAGRAPH = 0.8
"""Word heights between lines from which on a paragraph ends."""
_MOST = 20_000
"""Words of a document that are looked at; contracts have a tenth of that."""


class Token(NamedTuple):
    """A word of a text."""

    text: str
    words: tuple[Word, ...]
    """The print: two words where one was broken at the end of a line."""
    page: int
    said: tuple[str, ...]
    """Folded, and as it was meant where recognition may have misread a letter."""
    opens: bool
    closes: bool
    """Whether quotes or brackets open before it, and close behind it."""
    stops: bool
    """Whether a comma, colon, bracket or quote stands behind it, or its sentence or paragraph ends."""
    ends: bool
    """Whether its sentence ends with it, or what is told so far, as at the end of a cell."""


class _Print(NamedTuple):
    text: str
    words: tuple[Word, ...]
    page: int
    is_ocr: bool
    is_last: bool = False
    """Whether a gap follows on its line, as between the cells of a table."""
    opens: bool = False
    closes: bool = False


def tokens_of(sheets: Sequence[Sheet], mended: Callable[[str], str]) -> list[Token]:
    """Return the words of pages as one text; `mended` says what a recognised word, folded, is taken for."""
    prints = list(_signed(list(_prints(sheets))))[:_MOST]
    out: list[Token] = []
    for at, one in enumerate(prints):
        after = prints[at + 1] if at + 1 < len(prints) else None
        folded = fold(one.text)
        said = tuple(dict.fromkeys((folded, mended(folded)) if one.is_ocr else (folded,)))
        opens = one.opens or one.text[:1] in _OPENING
        bare = one.text.rstrip(_STOPPING)
        closes = one.closes or (bare[-1:] in _CLOSING and not one.text[:1].isdigit())
        ends = one.is_last or _ends(one.text, after.text if after is not None else "")
        stops = ends or closes or one.text[-1:] in ",;:" or (after is not None and _is_apart(one, after))
        out.append(Token(one.text, one.words, one.page, said, opens, closes, stops, ends))
    return out


def _is_apart(one: _Print, after: _Print) -> bool:
    """Tell whether a bracket or a quote opens between two words, or a paragraph begins."""
    last, first = one.words[-1], after.words[0]
    is_far = one.page == after.page and first.top - last.bottom > _PARAGRAPH * (last.bottom - last.top)
    return is_far or after.opens or after.text[:1] in _OPENING


def _prints(sheets: Sequence[Sheet]) -> Iterator[_Print]:
    """Yield the words; one that is broken at the end of a line as one."""
    held: _Print | None = None
    for line, is_ocr in ((one, sheet.page.how == "ocr") for sheet in sheets for one in sheet.lines):
        gaps = {line.words[end - 1].x1 for _, end in line.cells[:-1]}
        for word in (part for printed in line.words for part in _apart(printed)):
            print_ = _Print(word.text, (word,), line.page, is_ocr, word.x1 in gaps)
            if held is not None and word.text[:1].islower():
                print_ = held._replace(text=held.text[:-1] + print_.text, words=held.words + print_.words)
            elif held is not None:
                yield held
            held = print_ if _is_broken(print_, line) else None
            yield from () if held is not None else (print_,)
    yield from filter(None, (held,))


def _apart(word: Word) -> tuple[Word, ...]:
    """Return a word, or the two that stand there without a space: `4711(the`; boxes by share of characters."""
    found = _GLUED.match(word.text)
    if found is None:
        return (word,)
    middle = word.x0 + (word.x1 - word.x0) * found.end(1) / len(word.text)
    return word._replace(text=found[1], x1=middle), word._replace(text=found[2], x0=middle)


def _is_broken(one: _Print, line: Line) -> bool:
    return (
        one.words[-1] is line.words[-1] and len(one.text) > _SHORT and one.text.endswith("-") and one.text[-2].isalpha()
    )


def _signed(prints: Sequence[_Print]) -> Iterator[_Print]:
    """Yield the words; quotes and brackets that stand alone belong to the word that they touch, other signs to none."""
    opens = False
    held: _Print | None = None
    for one in prints:
        if fold(one.text) or one.text in _AND:
            yield from filter(None, (held,))
            held, opens = one._replace(opens=opens), False
        else:
            opens = opens or any(c in _OPENING for c in one.text)
            is_closing = any(c in _CLOSING for c in one.text)
            held = held._replace(closes=held.closes or is_closing) if held is not None else None
    yield from filter(None, (held,))


def _ends(text: str, after: str) -> bool:
    bare = text.rstrip(_CLOSING)
    if bare[-1:] not in _ENDING:
        return False
    least = _SHORT if bare[:1].isupper() or bare[:1].isdigit() else _SHORT - 1
    is_short = len(fold(bare)) <= least and bare.endswith(".")
    goes_on = after[:1].islower() or (bare.endswith(".") and has_digit(after))  # `USt-IdNr. DE1`, `approx. 5`
    return not is_short and not goes_on
