"""What may be the name of a party, and where it ends."""

import re
from collections.abc import Sequence
from functools import lru_cache

from engine.stages.extract.blocks import POSTCODE, Cell
from engine.stages.extract.candidates import Spot
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line

SEPARATORS = re.compile(r"\s+[-–—|●•·*■♦▪]+\s+|\s*[|●•·]\s*|,\s+|\s{3,}|\s+/\s+")  # noqa: RUF001
BULLETS = re.compile(r"\s*[|●•·*■♦▪]\s*|\s+[-–—]\s+")  # noqa: RUF001
FEWEST_LETTERS = 3
_MOST_DIGITS = 5
SHORT_WORD = 2
_FORM_WORDS = 6
_INITIALLED = re.compile(r"(?:[^\W\d_]\.\s?){1,2}[^\W\d_]{2,}")
_MISREAD = re.compile(r"(?<=[^\W\d_])[015](?=[^\W\d_]{2})|(?<!\w)[05](?=[^\W\d_]{3})")
_SMALL, _CAPITAL = {"0": "o", "1": "l", "5": "s"}, {"0": "O", "1": "I", "5": "S"}


@lru_cache(maxsize=8192)
def is_name(text: str, lexicon: Lexicon) -> bool:
    """Tell whether a text may name a person or a company: letters, no address, no label, hardly small words."""
    letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    if letters < FEWEST_LETTERS or letters <= digits or text[:1] in "([<*":
        return False
    parts = text.split()
    has_number = digits > _MOST_DIGITS and any(sum(map(str.isdigit, word)) > _MOST_DIGITS for word in parts)
    if has_number or text.rstrip().endswith(":"):
        return False
    words = [fold(word) for word in parts]
    if any(word in lexicon.months for word in words) and any(word.isdigit() for word in words):
        return False
    if words[0] in lexicon.name_words and len(words) == 1:
        return False
    small = sum(word in lexicon.all_stop_words and word not in lexicon.legal_forms for word in words)
    if small > max(1, len(words) // 2) or "@" in text or "://" in text or "www." in text:
        return False
    is_label = "_" not in text and fold(text) in lexicon.labels
    return not POSTCODE.match(text) and not is_label and not is_street(words, lexicon)


def is_street(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Tell whether folded words are a street with its house number: `Hauptstr. 5`, `12 rue Basse`."""
    return any(word[:1].isdigit() for word in words) and any(
        word in lexicon.address_words or word.endswith(lexicon.address_ends) for word in words
    )


def is_initialled(text: str) -> bool:
    """Tell whether a text is a person's name with an initial: `A. Novak`."""
    return _INITIALLED.fullmatch(text) is not None


def without_digits(text: str) -> str:
    """Return a name with the letters that recognition took for digits: `Bou1anger`, `Kranich 5oftware`, `0gród`."""
    return _MISREAD.sub(lambda m: (_SMALL if m[0] in _SMALL and m.start() and text[m.start() - 1].islower() else _CAPITAL)[m[0]], text)  # fmt: skip


def name_in(cell: Cell, score: float, lexicon: Lexicon) -> Spot:
    """Return the name that a cell holds, without street, town or what else follows it."""
    start, end = _name_range(cell, lexicon)
    raw = cell.line.part(start, end)
    return Spot(raw.strip(" ,;:-|"), raw, cell.line, start, end, score)


def _name_range(cell: Cell, lexicon: Lexicon) -> tuple[int, int]:
    """Return the words of the name in a cell: before a separator, and no further than its legal form."""
    words = cell.line.words
    end = cell.end
    while cell.start + 1 < end and not any(c.isalnum() for c in words[cell.start].text):
        cell = cell._replace(start=cell.start + 1)
    for index in range(cell.start + 1, cell.end):
        text = words[index].text
        if not text[:1].isalnum() and (SEPARATORS.fullmatch(f" {text} ") or text in "-–—|●•·*"):  # noqa: RUF001
            end = index
            break
        if words[index - 1].text.endswith(",") and not is_form(cell.line, index, lexicon):
            end = index
            break
    for index in range(cell.start + 1, end):
        if is_form(cell.line, index, lexicon):
            stop = _form_end(cell.line, index, end, lexicon)
            while stop < end and (
                is_form(cell.line, stop, lexicon) or words[stop].text in {"&", "+", "und", "Co.", "Co"}
            ):
                stop = _form_end(cell.line, stop, end, lexicon)
            if (
                stop == end
                or not words[stop].text[:1].isupper()
                or words[stop].text[:1].isdigit()
                or words[stop].text == "-"
            ):
                return cell.start, stop
            return cell.start, stop if stop - cell.start > 1 and ":" not in cell.line.part(cell.start, stop) else end
    return cell.start, end


def _form_end(line: Line, index: int, end: int, lexicon: Lexicon) -> int:
    """Return where a legal form ends that may take several words: `Sp. z o.o.`, `S. A. R. L.`."""
    for stop in range(min(end, index + _FORM_WORDS), index + 1, -1):
        if "".join(line.folded[index:stop]) in lexicon.legal_forms:
            return stop
    return index + 1


def is_form(line: Line, index: int, lexicon: Lexicon) -> bool:
    """Tell whether a word is a legal form: GmbH, Ltd, S.A."""
    folded = line.folded[index]
    if folded in lexicon.legal_forms:
        text = line.words[index].text
        # `se`, `sa`, `co` are also ordinary words, `a.G.` is none, `eG` and `eV` are
        is_cased = text[:1].isupper() or text[-1:].isupper()
        return len(folded) > SHORT_WORD or is_cased or (text.count(".") > 1 and any(c.isupper() for c in text))
    return False
