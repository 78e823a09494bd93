"""Titles: phrases that name the document itself, weighed by size, place, standing alone and what stands before them."""

import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from engine.model.document import DocumentType
from engine.stages.extract.labels import headings_on
from engine.stages.extract.lexicon import Lexicon
from engine.stages.extract.lines_of_text import Line, Sheet
from engine.stages.kinds.structure import AMOUNT, Shape
from engine.stages.kinds.words import KindWords, Phrase

AMONG_ITEMS, REFERRED_TO, HEADING, AFTER_ANOTHER, AS_KEY = 0.3, 0.25, 0.25, 0.6, 0.6
_FEW = 3
_BEFORE = 2
_SIGN_WORDS = 7
_MONEY = frozenset({"amount", "gross_amount", "unit_price"})
_NUMBER_SIGN = re.compile(r"[Nn]\.?\s?[º°ᵒ]\.?|[Nn][Oo]\.|№")
_TOP_LINES, _UPPER_LINES = 5, 12


class Title(NamedTuple):
    """A phrase that may name the document, and how much it weighs (about 0.7 for plain print, above 1 for large)."""

    type: DocumentType
    weight: float
    text: str
    phrase: Phrase
    is_denied: bool = False


def titles_of(
    sheet: Sheet, phrases: Sequence[Phrase], shape: Shape, words: KindWords, lexicon: Lexicon, language: str | None
) -> list[Title]:
    """Return the titles of a page in reading order; those named among the items or referred to weigh little."""
    usual = median([line.height for line in sheet.lines]) if sheet.lines else 10.0
    first_items = min(
        next((line.index for line in sheet.lines if _heads_items(line, lexicon)), len(sheet.lines)),
        *shape.dated_rows[:1], len(sheet.lines),
    )  # fmt: skip
    out: list[Title] = []
    for phrase in phrases:
        meanings = [meaning for meaning in phrase.meanings if meaning.is_title]
        if not meanings:
            continue
        weight = _weight(phrase, sheet, usual, words, lexicon)
        weight *= AMONG_ITEMS if phrase.line.index >= first_items or _is_row(phrase.line) else 1.0
        before = _before(phrase)
        if not _is_numbered(phrase) and _is_said(before, words.negations, language):
            if _is_short(phrase):
                out.append(Title(meanings[0].type, weight, phrase.text, phrase, is_denied=True))
            continue
        if _is_said(before, words.references, language) and not _is_your_bill(phrase, meanings[0].type):
            weight *= REFERRED_TO
        best: dict[DocumentType, float] = {}
        for meaning in meanings:
            own = 1.0 if meaning.language == language else 0.9 if meaning.language == "en" else 0.7
            best[meaning.type] = max(best.get(meaning.type, 0.0), weight * own)
        strongest = max(best.values())
        out.extend(Title(type_, value, phrase.text, phrase) for type_, value in best.items() if value == strongest)
    return _first_goes_first(out)


def _first_goes_first(titles: list[Title]) -> list[Title]:
    out: list[Title] = []
    for index, title in enumerate(titles):
        rival = any(t.type != title.type and t.weight >= 0.7 * title.weight and not t.is_denied for t in titles[:index])
        out.append(title._replace(weight=title.weight * AFTER_ANOTHER) if rival else title)
    return out


def _is_row(line: Line) -> bool:
    """Tell whether a line lists one of several papers: `Invoice 77120 | 03/02/2026 | 78.00`."""
    *others, last = line.cells
    return len(others) >= _BEFORE and bool(AMOUNT.fullmatch(line.part(*last).strip(" \u20ac$\u00a3")))


def _is_your_bill(phrase: Phrase, type_: DocumentType) -> bool:
    """Tell whether an invoice names itself from the reader's side, alone in its cell: `Your water bill`."""
    cell_start, cell_end = phrase.line.cells[phrase.line.cell_of[phrase.start]]
    is_alone = phrase.start == cell_start + 1 and phrase.end == cell_end and phrase.line.page == 1
    return type_ == "invoice" and is_alone and not phrase.line.words[phrase.end - 1].text.endswith(":")


def _is_short(phrase: Phrase) -> bool:
    """Tell whether a phrase stands in a few words of its own, and is not the last part of a longer word."""
    cell_start, cell_end = phrase.line.cells[phrase.line.cell_of[phrase.start]]
    whole = "".join(phrase.line.folded[phrase.start : phrase.end])
    return cell_end - cell_start <= _SIGN_WORDS and len(whole) <= len(phrase.key) + 1


def _before(phrase: Phrase) -> tuple[str, ...]:
    line = phrase.line
    cell_start, _ = line.cells[line.cell_of[phrase.start]]
    start = max(cell_start, phrase.start - _BEFORE)
    return tuple(word for word in line.folded[start : phrase.start] if word)


def _is_numbered(phrase: Phrase) -> bool:
    """Tell whether the sign for number, which reads like a no, stands before a phrase: `N.º de factura`."""
    cell_start, _ = phrase.line.cells[phrase.line.cell_of[phrase.start]]
    start = max(cell_start, phrase.start - _BEFORE)
    return any(_NUMBER_SIGN.fullmatch(word.text) for word in phrase.line.words[start : phrase.start])


def _is_said(before: tuple[str, ...], table: dict[str, frozenset[str]], language: str | None) -> bool:
    known = table.get(language or "en", frozenset()) | table.get("en", frozenset())
    return any(word in known for word in before)


def _weight(phrase: Phrase, sheet: Sheet, usual: float, words: KindWords, lexicon: Lexicon) -> float:
    line, start, end = phrase.line, phrase.start, phrase.end
    cell_start, cell_end = line.cells[line.cell_of[start]]
    others = sum(
        1
        for index in range(cell_start, cell_end)
        if not start <= index < end and line.folded[index].isalpha() and line.folded[index] not in words.number_words
    )
    alone = _alone(others, leads=start == cell_start)
    if _is_heading(line, phrase, lexicon):
        return HEADING * alone
    height = max(word.bottom - word.top for word in line.words[start:end])
    size = min(1.3, 0.8 + 0.4 * (height / max(usual, 1.0) - 1.0)) if height > 1.05 * usual else 0.75
    if size < 1.0 and others == 0 and phrase.text.isupper() and len(line.cells) == 1:
        size += 0.1
    return alone * size * _height_on_page(line, sheet) * (AS_KEY if _is_key(phrase, words) else 1.0)


def _is_key(phrase: Phrase, words: KindWords) -> bool:
    """Tell whether a colon follows the phrase, or the number word after it: `Contract no: 5` names a number."""
    line, at = phrase.line, phrase.end
    if line.words[at - 1].text.endswith(":"):
        return True
    while at < len(line.words) and line.folded[at] in words.number_words:
        if line.words[at].text.endswith(":"):
            return True
        at += 1
    return at < len(line.words) and line.words[at].text == ":"


def _height_on_page(line: Line, sheet: Sheet) -> float:
    place = line.box.top / max(sheet.page.height, 1.0)
    high = 1.0 if place < 0.35 else 0.75 if place < 0.6 else 0.5  # noqa: PLR2004
    early = 1.0 if line.index < _TOP_LINES else 0.92 if line.index < _UPPER_LINES else 0.85
    return high * early


def _alone(others: int, *, leads: bool) -> float:
    """Return a factor for the words around a phrase in its cell; leading them is better than following."""
    if others == 0:
        return 1.0
    if leads:
        return 0.85 if others <= _FEW else 0.5
    return 0.55 if others <= _FEW else 0.4 if others <= 2 * _FEW else 0.2


def _is_heading(line: Line, phrase: Phrase, lexicon: Lexicon) -> bool:
    """Tell whether a phrase is the heading of a column: the cells beside it are headings too."""
    if len(line.cells) < _FEW:
        return False
    own = line.cell_of[phrase.start]
    named = 0
    for number, (start, end) in enumerate(line.cells):
        text = "".join(line.folded[start:end])
        named += number != own and text in lexicon.columns and ":" not in line.text
    return named >= _FEW - 1


def _heads_items(line: Line, lexicon: Lexicon) -> bool:
    """Tell whether a line is a row of column headings; titles stand above it, names of other papers below."""
    hits = headings_on(line, line.folded, lexicon)
    names = {hit.name for hit in hits}
    return len(names) >= _FEW + 1 and sum(h.end - h.start for h in hits) > len(line.words) / 2 and bool(names & _MONEY)
