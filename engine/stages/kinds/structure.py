"""What the shape of a page says about its kind, in any language: rows, clauses, blanks to fill in, a till roll."""

import re
from collections.abc import Sequence
from functools import cached_property
from statistics import median

from engine.content.vocabulary import LabelName
from engine.stages.extract.lexicon import Lexicon
from engine.stages.extract.lines_of_text import Line, Sheet

_BLANK = re.compile(r"_{4,}|\.{8,}|…{3,}")
_BOX = re.compile(r"\[ ?\]|[☐□❏❑▢]|\( \)")
AMOUNT = re.compile(r"(?<![\d/])\d{1,3}(?:[ .,'\u2019]?\d{3})*[.,]\d{2}(?![\d/.])")
_DATE = r"(?:\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?|\d{4}-\d{2}-\d{2}|\d{1,2}[ -][^\W\d]{3,9}\.?)"
_DATED = re.compile(rf"^{_DATE}[ .,]")
_CLAUSE = re.compile(
    r"^(?:§ ?\d+|(?:art(?:icle|icolo|ikel|ículo|igo|\.)?|clause|cl[áa]usula|section) ?\d+"
    r"|\d{1,2}\. [^\W\d]|(?:primera|segunda|tercera|cuarta|quinta)\b|cl[áa]usula [^\W\d]+)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\d:])[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?![\d:])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}")
_ROLL_COLUMNS, _ROLL_LINES = 58, 7
"""A till roll of 80 mm has at most 48 characters a line; recognised letters measure a little narrow."""
_TILL_PAPER = 240.0
"""Points: the widest paper of tills is 80 mm."""
_STRIP = 1.75
"""Times higher than wide: no sheet of paper is, a till roll is."""
_CLAUSE_WORDS = 9
_LABEL_WORDS = 5
_LETTERS = 3
_INVOICE_LABELS: frozenset[LabelName] = frozenset(
    {
        "due_date",
        "payment_terms",
        "iban",
        "subtotal",
        "tax_total",
        "total",
        "amount_due",
        "tax_id",
        "buyer_tax_id",
        "buyer",
    }
)


class Shape:
    """The signs of one page. Counts are of the whole page."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._lines: Sequence[Line] = sheet.lines

    @cached_property
    def blanks(self) -> int:
        """How many blanks and boxes wait to be filled in."""
        return sum(len(_BLANK.findall(line.text)) + len(_BOX.findall(line.text)) for line in self._lines)

    @cached_property
    def clauses(self) -> int:
        """How many lines begin a numbered clause (no amounts in them)."""
        return sum(
            bool(_CLAUSE.match(line.text)) and (len(line.words) <= _CLAUSE_WORDS or "§" in line.text[:2])
            and not AMOUNT.search(line.text)
            for line in self._lines
        )  # fmt: skip

    @cached_property
    def dated_rows(self) -> tuple[int, ...]:
        """Which lines begin with a date and hold an amount: transactions."""
        return tuple(
            line.index for line in self._lines if _DATED.match(line.text) and AMOUNT.search(line.text[5:])
        )  # fmt: skip

    @cached_property
    def amounts(self) -> int:
        """How many amounts with two decimals stand on the page."""
        return sum(len(AMOUNT.findall(line.text)) for line in self._lines)

    @cached_property
    def has_clock(self) -> bool:
        """Whether a time of day is printed."""
        return any(_CLOCK.search(line.text) for line in self._lines)

    @cached_property
    def has_iban(self) -> bool:
        """Whether something like an IBAN is printed."""
        return any(_IBAN.search(line.text) for line in self._lines)

    @cached_property
    def is_strip(self) -> bool:
        """Whether paper or print is much higher than wide, or the paper as narrow as that of tills."""
        page = self._sheet.page
        if not self._lines:
            return False
        boxes = [line.box for line in self._lines]
        width = max(box.x1 for box in boxes) - min(box.x0 for box in boxes)
        height = max(box.bottom for box in boxes) - min(box.top for box in boxes)
        # of a picture the size in points is a guess
        is_narrow = page.how == "text_layer" and page.width < min(_TILL_PAPER, page.height)
        return is_narrow or page.height > _STRIP * page.width or height > _STRIP * width > 0

    @cached_property
    def is_roll(self) -> bool:
        """Whether the lines are as short as those of a till, whatever the size of the picture."""
        letters = [(w.x1 - w.x0) / len(w.text) for line in self._lines for w in line.words if len(w.text) >= _LETTERS]
        if len(self._lines) < _ROLL_LINES or not letters:
            return False
        boxes = [line.box for line in self._lines]
        width = max(box.x1 for box in boxes) - min(box.x0 for box in boxes)
        return 0 < width < _ROLL_COLUMNS * float(median(letters))


def invoice_labels(sheet: Sheet, lexicon: Lexicon) -> frozenset[LabelName]:
    """Return the labels of sums, taxes and payment that lead a cell of the page."""
    found: set[LabelName] = set()
    for line in sheet.lines:
        for start, end in line.cells:
            joined = ""
            for index in range(start, min(end, start + _LABEL_WORDS)):
                joined += line.folded[index]
                if joined in lexicon.labels:
                    found.update(e.name for e in lexicon.labels[joined] if e.name in _INVOICE_LABELS)
    return frozenset(found)
