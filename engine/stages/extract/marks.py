"""Everything recognisable on every line, found once and read by all that follows."""

import re
from collections.abc import Sequence

from engine.stages.extract.amounts import amounts_on, decimal_mark
from engine.stages.extract.candidates import Marked
from engine.stages.extract.dates import Order, date_order, dates_on
from engine.stages.extract.identifiers import identifiers_on
from engine.stages.extract.labels import labels_on, words_of
from engine.stages.extract.lexicon import Lexicon
from engine.stages.extract.lines_of_text import Line, Sheet
from engine.stages.extract.terms import net_term

_AMERICAN = re.compile(r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b(?!\s[A-Z][a-z])")
"""State and ZIP code, after the town."""
_DOLLARS = re.compile(r"(?<![a-z])\$\s?\d|\d\s?\$(?!\w)")

_DAY_FIRST_DOLLARS = re.compile(r"\b(?:ABN|BSB|Pty|GST|AUD|NZD|SGD|HKD|NZBN|Australia|Zealand|Singapore)\b|\b[AS]\$")
"""What prints of countries whose dollars stand beside dates with the day first."""


class Conventions:
    """How this document writes numbers and dates."""

    def __init__(self, sheets: Sequence[Sheet], lexicon: Lexicon, language: str | None) -> None:
        vocabulary = lexicon.vocabularies.get(language or "")
        self.decimal = decimal_mark(sheets, lexicon.numbers(language))
        self.space_groups = lexicon.numbers(language).space_groups
        habit: Order = vocabulary.dates.order if vocabulary else "dmy"
        hints = vocabulary.dates.month_first_when if vocabulary else ()
        month_first = bool(hints) and _has_hint(sheets, hints)
        self.order, is_proven = date_order(sheets, habit=habit, month_first_hint=month_first)
        is_local = vocabulary is not None and not hints
        self.order_is_proven = is_proven or is_local or (not month_first and _has_account(sheets))
        """True when other dates, a language of one habit, or an IBAN (unknown where months come first) settle it."""


def _has_hint(sheets: Sequence[Sheet], hints: Sequence[str]) -> bool:
    text = " ".join(line.text for sheet in sheets for line in sheet.lines)
    padded = f" {text.lower()} "
    has_dollars = bool(_DOLLARS.search(padded)) and not _DAY_FIRST_DOLLARS.search(text)
    return has_dollars or bool(_AMERICAN.search(text)) or any(f" {hint.lower()} " in padded for hint in hints)


def _has_account(sheets: Sequence[Sheet]) -> bool:
    return any(
        i.kind == "iban" and i.is_valid for sheet in sheets for line in sheet.lines for i in identifiers_on(line)
    )


def mark(sheets: Sequence[Sheet], lexicon: Lexicon, language: str | None) -> tuple[list[list[Marked]], Conventions]:
    """Return the recognised lines by page, and the conventions by which they were read."""
    conventions = Conventions(sheets, lexicon, language)
    return [
        [_marked(line, sheet, lexicon, language, conventions) for line in sheet.lines] for sheet in sheets
    ], conventions


def _marked(line: Line, sheet: Sheet, lexicon: Lexicon, language: str | None, conventions: Conventions) -> Marked:
    is_ocr = sheet.page.how == "ocr"
    words = words_of(line, lexicon, is_ocr=is_ocr)
    dates = dates_on(line, order=conventions.order, lexicon=lexicon)
    identifiers = identifiers_on(line)
    spans = [(d.start, d.end) for d in dates] + [(i.start, i.end) for i in identifiers if i.kind != "domain"]
    taken = frozenset(index for start, end in spans for index in range(start, end))
    amounts = amounts_on(
        line, decimal=conventions.decimal, space_groups=conventions.space_groups, taken=taken, lexicon=lexicon
    )
    amounts = [a for a in amounts if a.currency or a.decimals or a.is_percent or not net_term(line, a.start, lexicon)]
    return Marked(
        line, tuple(labels_on(line, words, lexicon, language=language)), tuple(dates), tuple(amounts),
        tuple(identifiers), sheet.page.height, is_ocr,
    )  # fmt: skip
