"""What one page of a file shows of the document that it belongs to."""

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import NamedTuple

from engine.content.vocabulary import Vocabulary
from engine.model.page import Page
from engine.stages.bundle.numbering import Position, position_of
from engine.stages.classify import phrases_of
from engine.stages.extract.labels import windows
from engine.stages.extract.lexicon import Lexicon, fold, lexicon_of
from engine.stages.extract.lines_of_text import Line, Sheet, sheet_of
from engine.stages.kinds.language import language_of
from engine.stages.kinds.structure import AMOUNT, Shape
from engine.stages.kinds.titles import Title, titles_of
from engine.stages.kinds.words import KindWords, kind_words_of

SEPARATORS = ("PATCH", "DOC-SEP", "DOCSEP", "SEPARATOR", "TRENNBLATT", "POSTROOM-SEP")
"""How the text of a barcode on a separator sheet begins, unless a setting says otherwise."""
_SEPARATOR_SHEET = re.compile(
    r"\b(?:patch ?(?:t|ii?i?|[1-6])|separator ?(?:sheet|page)|document separator|trennblatt|trennseite"
    r"|page de s[ée]paration|intercalaire|hoja separadora|foglio separatore|scheidingsblad|strona rozdzielaj[ąa]ca)\b",
    re.IGNORECASE,
)
_CONTINUED = re.compile(
    r"(?:continued (?:on|from|overleaf)|to be continued|fortsetzung|folgeseite|suite (?:page|au verso|de la)"
    r"|continúa en|continua (?:na|a)|segue (?:a|su|pagina)|vervolg op|ciąg dalszy|turpinājums)\b",
    re.IGNORECASE,
)
"""Words that say so without a sum."""
_CARRIED = re.compile(
    r"(?:continued|carried (?:over|forward)|brought forward|übertrag|à reporter|report|suma y sigue|sigue|segue"
    r"|a riportare|riporto|transport(?:eren)?|do przeniesienia|z przeniesienia|a transportar|transporte)\b",
    re.IGNORECASE,
)
"""Words that say so beside a sum; alone they are also names and services."""
APPENDIX = re.compile(
    r"terms (?:and|&|of)|conditions|bedingungen|\bagb\b|condiciones|condizioni|voorwaarden|warunki|regulamin|condições"
    r"|noteikumi|time ?sheet|work report|service report|stundenzettel|stundennachweis|arbeitsnachweis|regiebericht"
    r"|leistungsnachweis|tätigkeitsnachweis|einzelnachweis|feuille de temps|relevé d.(?:heures|activité)"
    r"|rapport d.(?:activité|intervention)|parte de (?:horas|trabajo)|hoja de horas|foglio ore|rapportino|urenstaat"
    r"|urenverantwoording|werkbon|karta pracy|ewidencja czasu|folha de horas|registo de horas|darba laika"
    r"|^(?:annex|appendix|anlage|anhang|annexe|anexo|allegato|bijlage|załącznik|pielikums)\b",
    re.IGNORECASE,
)
"""Titles of what hangs on another document: small print, hours, lists."""
_EMPTY_WORDS, _SHEET_WORDS = 3, 40
"""A page of fewer words is blank; one with a separator's barcode and fewer words is nothing but a separator."""
_PARTY = re.compile(r"@([a-z0-9-]+\.[a-z.]{2,})|\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7})|\b([A-Z]{2} ?\d{8,12})\b")
_NUMBER = re.compile(r"^(?=.*\d.*\d)[\w/.#-]{3,}$")
_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$")
_OWN = frozenset({"invoice_number", "po_number"})
_BILLS = frozenset({"invoice", "credit_note", "receipt"})
_TITLE_LEAST = 0.5
_CLOCK = re.compile(r"(?<![\d:])[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?![\d:])")
_WEB = re.compile(r"\bwww\.|\btel(?:[.:]|efon|éfono|ephone)", re.IGNORECASE)
_SLIP_WORDS, _UPPER = 200, 0.35
_SUMS = frozenset({"total", "amount_due"})
_HEAD, _EDGE_LINES = 0.17, 5
_TOKEN_LEAST, _DIGITS_LEAST = 5, 4
_MAIN_TITLE_PLACE = 0.6
_CARRY_WORDS, _TITLE_WORDS, _TITLE_LINES, _PROSE_WORDS = 5, 9, 6, 120


class Number(NamedTuple):
    """A document number behind its label."""

    label: str
    value: str


class Look:
    """One page, looked at lazily. Texts are folded."""

    def __init__(self, page: Page, vocabularies: Mapping[str, Vocabulary], separators: Collection[str]) -> None:
        self.page = page
        self.sheet = sheet_of(page)
        self._vocabularies = vocabularies
        self._words: KindWords = kind_words_of(vocabularies)
        self._lexicon: Lexicon = lexicon_of(vocabularies)
        self._separators = tuple(fold(text) for text in separators)

    @cached_property
    def stands_alone(self) -> bool:
        """Whether it is headed as a paper that is never a part of another document, as content says."""
        named = self.title is not None and self.title.weight >= _TITLE_LEAST and self.title.type
        papers = (book.papers.get(named) for book in self._vocabularies.values()) if named else ()
        return any(paper is not None and paper.stands_alone for paper in papers)

    @cached_property
    def is_blank(self) -> bool:
        """Whether nothing is printed on it (a page that could not be read is not blank)."""
        return len(self.page.words) < _EMPTY_WORDS and not self.page.codes and self.page.how != "none"

    @cached_property
    def has_separator(self) -> bool:
        """Whether it carries the barcode or the words of a separator sheet."""
        if any(fold(code.text).startswith(self._separators) for code in self.page.codes):
            return True
        return len(self.page.words) < _SHEET_WORDS and any(
            _SEPARATOR_SHEET.search(line.text) for line in self.sheet.lines
        )

    @cached_property
    def is_separator(self) -> bool:
        """Whether it is a separator sheet and nothing else."""
        return self.has_separator and len(self.page.words) < _SHEET_WORDS

    @cached_property
    def position(self) -> Position | None:
        """The page number printed on it."""
        return position_of(self.sheet)

    @cached_property
    def title(self) -> Title | None:
        """What it calls itself: the weightiest title in its upper part."""
        phrases = phrases_of(self.sheet, self._words, self._lexicon)
        language, _ = language_of([self.sheet], self._lexicon, phrases)
        upper = [p for p in phrases if p.line.box.top < _MAIN_TITLE_PLACE * self.page.height]
        titles = titles_of(self.sheet, upper, Shape(self.sheet), self._words, self._lexicon, language)
        return max((t for t in titles if not t.is_denied), key=lambda t: t.weight, default=None)

    @cached_property
    def numbers(self) -> frozenset[Number]:
        """Document numbers behind strong labels, beside or below them."""
        found: set[Number] = set()
        for line in self.sheet.lines:
            starts = {start for start, _ in line.cells}
            for start, runs in windows(line, line.folded, self._lexicon):
                if start in starts:
                    found.update(self._numbers_at(line, runs))
        return frozenset(found | self._titled())

    def _titled(self) -> set[Number]:
        """Return the number printed after the title."""
        if self.title is None or self.title.weight < _TITLE_LEAST:
            return set()
        phrase, end = self.title.phrase, self.title.phrase.end
        while end < len(phrase.line.words) and phrase.line.folded[end] in {*self._words.number_words, ""}:
            end += 1
        words = phrase.line.words[end : end + 1]
        if not words or not _NUMBER.match(words[0].text.strip(":.,()")) or _DATE.match(words[0].text):
            return set()
        label = "invoice_number" if self.title.type in _BILLS else self.title.type
        return {Number(label, phrase.line.folded[end])}

    def _numbers_at(self, line: Line, runs: list[tuple[int, str]]) -> list[Number]:
        for end, key in runs:
            names = {e.name for e in self._lexicon.labels.get(key, ()) if e.strength == 1.0 and e.name in _OWN}
            if names:
                value = _beside(line, end) or _below(line, end, self.sheet)
                return [Number(name, value) for name in names] if value else []
            if key in self._lexicon.labels:
                return []
        return []

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Words with at least four digits that are neither date nor amount: numbers of customers, orders, goods."""
        return frozenset(
            folded for word in self.page.words
            if len(folded := fold(word.text)) >= _TOKEN_LEAST
            and sum(map(str.isdigit, folded)) >= _DIGITS_LEAST
            and not _DATE.match(word.text) and not AMOUNT.search(word.text)
        )  # fmt: skip

    @cached_property
    def parties(self) -> frozenset[str]:
        """Who it is from and to: mail domains, IBANs and tax numbers."""
        return frozenset(
            fold(next(group for group in match.groups() if group))
            for line in self.sheet.lines
            for match in _PARTY.finditer(line.text)
        )

    @cached_property
    def head(self) -> frozenset[str]:
        """The words of its letterhead."""
        top = _HEAD * self.page.height
        return frozenset(fold(w.text) for w in self.page.words if w.bottom < top and w.text.isalpha())

    @cached_property
    def has_total(self) -> bool:
        """Whether a total or the amount to pay is printed behind its label."""
        return any(AMOUNT.search(line.text) and self._sums_up(line) for line in self.sheet.lines)

    def _sums_up(self, line: Line) -> bool:
        for start, end in line.cells:
            joined = ""
            for index in range(start, min(end, start + 4)):
                joined += line.folded[index]
                if any(e.name in _SUMS and e.strength == 1.0 for e in self._lexicon.labels.get(joined, ())):
                    return True
        return False

    @cached_property
    def is_till(self) -> bool:
        """Whether it is paper of a till, which has no second page."""
        shape = Shape(self.sheet)
        return self.has_total and (shape.is_roll or shape.is_strip or self._is_slip)

    @property
    def _is_slip(self) -> bool:
        """Whether it is short and shows the time of day, as what a till prints does on any paper."""
        is_titled = self.title is not None and self.title.weight >= _TITLE_LEAST and self.title.type != "receipt"
        return len(self.page.words) <= _SLIP_WORDS and self._has_clock and not is_titled and self.position is None

    @cached_property
    def _has_clock(self) -> bool:
        return any(_CLOCK.search(line.text) for line in self.sheet.lines)

    @cached_property
    def has_head(self) -> bool:
        """Whether anything is there that a document begins with: a title, a number, a date of issue, an address."""
        if self.numbers or self._has_clock or (self.title is not None and self.title.weight >= _TITLE_LEAST):
            return True
        upper = [line for line in self.sheet.lines if line.box.top < _UPPER * self.page.height]
        return any(_PARTY.search(line.text) or _WEB.search(line.text) or self._is_dated(line) for line in upper)

    @cached_property
    def has_date(self) -> bool:
        """Whether a day is printed in its upper part, as on a letter."""
        upper = (word for word in self.page.words if word.top < _UPPER * self.page.height)
        return any(_DATE.match(word.text.strip(".,")) for word in upper)

    def _is_dated(self, line: Line) -> bool:
        return any(
            entry.name == "issue_date" and entry.strength == 1.0
            for _, runs in windows(line, line.folded, self._lexicon)
            for _, key in runs
            for entry in self._lexicon.labels.get(key, ())
        )

    @cached_property
    def runs_on(self) -> bool:
        """Whether its last lines say that it goes on."""
        return any(self._carries(line) for line in self.sheet.lines[-_EDGE_LINES:])

    @cached_property
    def goes_on(self) -> bool:
        """Whether its first lines carry a sum forward from the page before."""
        return any(self._carries(line) for line in self.sheet.lines[: 3 * _EDGE_LINES])

    def _carries(self, line: Line) -> bool:
        has_amount = AMOUNT.search(line.text) is not None
        words = sum(word.isalpha() for word in line.folded)
        if words > _CARRY_WORDS:
            return False
        first = "".join(line.folded[slice(*line.cells[0])])
        is_known = first in self._lexicon.carried_forward or bool(_CARRIED.match(line.text))
        return (has_amount and is_known) or bool(_CONTINUED.match(line.text))

    @cached_property
    def is_annex(self) -> bool:
        """Whether one of its first lines is the title of what hangs on another document."""
        return any(
            len(line.words) <= _TITLE_WORDS and APPENDIX.search(line.text) for line in self.sheet.lines[:_TITLE_LINES]
        )

    @cached_property
    def is_prose(self) -> bool:
        """Whether it is nothing but sentences: no amounts, no number of its own."""
        return len(self.page.words) >= _PROSE_WORDS and not self.numbers and not AMOUNT.search(self.page_text)

    @cached_property
    def page_text(self) -> str:
        """All lines."""
        return "\n".join(line.text for line in self.sheet.lines)

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """Right edges of all amounts, in points, in the order of the page."""
        return tuple(word.x1 for line in self.sheet.lines for word in line.words if AMOUNT.fullmatch(word.text))


def _beside(line: Line, end: int) -> str:
    for index in range(end, min(end + 4, len(line.words))):
        text = line.words[index].text
        if _NUMBER.match(text.strip(":.,()")) and not _DATE.match(text):
            return line.folded[index]
        if line.folded[index].isalpha() and len(line.folded[index]) > 3:  # noqa: PLR2004 - another label begins
            break
    return ""


def _below(line: Line, end: int, sheet: Sheet) -> str:
    box = line.words[end - 1]
    for other in sheet.lines[line.index + 1 : line.index + 3]:
        for index, word in enumerate(other.words):
            near = word.x0 < box.x1 and word.x1 > line.words[0].x0 and abs(word.x0 - box.x0) < 12 * line.height
            if near and _NUMBER.match(word.text) and not _DATE.match(word.text) and not AMOUNT.search(word.text):
                return other.folded[index]
    return ""
