"""Values that a recognition service names, typed by our own habits of the document."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial

from engine.content.paper_type import MONTHS, PaperField, PaperType, ValueKind
from engine.content.vocabulary import Vocabulary
from engine.model.field import Alternative, Field
from engine.model.page import Reading, Word
from engine.stages.extract.amounts import CROWNS, amounts_on, currency_of
from engine.stages.extract.build import number
from engine.stages.extract.candidates import plain
from engine.stages.extract.dates import dates_on
from engine.stages.extract.identifiers import identifiers_on, is_iban, is_vat
from engine.stages.extract.lexicon import fold, lexicon_of
from engine.stages.extract.lines_of_text import Line, sheets_of
from engine.stages.extract.marks import Conventions
from engine.stages.papers.ticks import has_boxes, ticked_in
from engine.stages.values.countries import country_code

AMOUNTS = frozenset({"subtotal", "discount_total", "charge_total", "tax_total", "total", "amount_due"})
MEASURES = frozenset({"quantity", "unit_price", "discount", "tax_rate", "rate"})
NUMBERS = AMOUNTS | MEASURES | {"amount", "base"}
DATES = frozenset({"issue_date", "due_date"})
TAX_IDS = frozenset({"vendor_tax_id", "buyer_tax_id"})
DOCUMENT_NUMBERS = frozenset({"invoice_number", "po_number"})

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODE = re.compile(r"[A-Z]{3}")
_LETTER, _HEIGHT = 5.0, 10.0
"""Points by which a printed value is spread to be read as a line: close enough for one cell."""
_APART = re.compile(r"\s*@\s*")
_DIALLED = re.compile(r"(?:\+|\(|\d)[\d\s().\-/]*\d")
_FEWEST_DIALLED, _MOST_DIALLED = 5, 17
_SPAN = re.compile(r"(?<![\d.,])(\d{1,4})[\s)\]-]*([^\W\d_]+)")
_MOST_MONTHS = 1200
_SIGNED = frozenset({"electronic", "ink", "typed", "missing"})
_SWAPPED = 0.3
_FIRST_YEAR, _LAST_YEAR = 1970, 2079
_WIDEST = 20
"""Digits before or after the point; no amount has more."""


Typed = tuple[str, str]
"""A canonical value, and another reading of it or nothing."""


class Habits:
    """How the document writes numbers and dates, and the words that announce a number."""

    def __init__(
        self, reading: Reading, vocabularies: Mapping[str, Vocabulary], language: str | None, *,
        paper: PaperType | None = None,
    ) -> None:  # fmt: skip
        """Look at a document. With `paper` values are what that type of paper says of their names."""
        self.lexicon = lexicon_of(vocabularies)
        self._conventions = Conventions(sheets_of(reading), self.lexicon, language)
        self._announcing = (
            self.lexicon.title_words | self.lexicon.titles.keys() | {"", "#", "no", "nr", "num", "number"}
        )
        self._kinds: dict[str, Callable[[str, str], Typed | None]] = {
            **dict.fromkeys(NUMBERS, self._money), **dict.fromkeys(MEASURES, self._measure), **dict.fromkeys(DATES, self._date),
            **dict.fromkeys(TAX_IDS, _tax_id), **dict.fromkeys(DOCUMENT_NUMBERS, self._bare),
            "currency": self._currency, "vendor_iban": _iban, "vendor_email": _email,
        }  # fmt: skip
        self._paper = paper
        self._numerals = {} if paper is None else _numerals(paper)
        if paper is not None:
            self._kinds = {name: self._of_kind(field) for name, field in {**paper.lines, **paper.fields}.items()}

    @property
    def dates_are_proven(self) -> bool:
        """Whether something on the document settles which part of a date is the month."""
        return self._conventions.order_is_proven

    def _of_kind(self, field: PaperField) -> Callable[[str, str], Typed | None]:
        """Return how a value of a kind is read: canonical text and another reading, of print and of what a service made of it."""
        plainly: dict[ValueKind, Callable[[str, str], Typed | None]] = {
            "text": _text, "id": self._id, "date": self._date, "amount": self._money, "number": self._measure,
            "currency": self._currency, "country": _country, "email": _email, "phone": _phone, "iban": _iban,
            "tax_id": _tax_id, "months": partial(_months, field, self._numerals), "signature": partial(_signature, field),
        }  # fmt: skip
        return plainly.get(field.kind) or partial(_choice, field)

    def typed(self, field: Field) -> Field | None:
        """Return the field with a canonical value of its kind, or None when what was said is no such value.

        What is printed counts before what the service made of it; where the two differ the other one is kept beside.
        """
        is_known = self._paper is None or field.name in self._kinds
        found = self._value(field.name, field.raw, field.value) if is_known else None
        if found is None:
            return None
        value, other = found
        others = (
            [Alternative(value=other, raw=field.raw, confidence=round(_SWAPPED * field.confidence, 4))] if other else []
        )
        typed = (self._alternative(field.name, one) for one in field.alternatives)
        others += [one for one in typed if one is not None and one.value != value]
        origin = field.provenance.model_copy(update={"pointer": None}) if field.provenance.box else field.provenance
        return field.model_copy(update={"value": value, "provenance": origin, "alternatives": tuple(others)})

    def _alternative(self, name: str, one: Alternative) -> Alternative | None:
        found = self._value(name, one.raw, one.value)
        return None if found is None else one.model_copy(update={"value": found[0]})

    def _value(self, name: str, raw: str, value: str) -> Typed | None:
        """Return the canonical value and another reading of it (empty when there is none)."""
        words = " ".join(raw.split())
        return self._kinds.get(name, _text)(words, value)

    def _money(self, raw: str, value: str) -> Typed | None:
        return self._exact(raw, value, plain)

    def _measure(self, raw: str, value: str) -> Typed | None:
        return self._exact(raw, value, number)

    def _exact(self, raw: str, value: str, text: Callable[[Decimal], str]) -> Typed | None:
        """Return the number that is printed, by the document's habits; the service's own where nothing else is found."""
        stated = _exact(value) if value != raw else None
        line, habit = line_of(raw), self._conventions
        found = [] if line is None else amounts_on(
            line, decimal=habit.decimal, space_groups=habit.space_groups, taken=frozenset(), lexicon=self.lexicon
        )  # fmt: skip
        if not found:
            return None if stated is None else (text(stated), "")
        printed = next((one.value for one in found if one.value == stated), found[0].value)
        return text(printed), text(stated) if stated is not None and stated != printed else ""

    def _date(self, raw: str, value: str) -> Typed | None:
        stated = _iso(value)
        line = line_of(raw)
        spans = dates_on(line, order=self._conventions.order, lexicon=self.lexicon) if line is not None else []
        if not spans:
            return (stated, "") if stated else None
        printed = spans[0].value.isoformat()
        swapped = spans[0].other.isoformat() if spans[0].other else ""
        return printed, stated if stated and stated != printed else swapped

    def _currency(self, raw: str, value: str) -> Typed | None:
        if _CODE.fullmatch(value.strip().upper()):
            return value.strip().upper(), ""
        found = (currency_of(word, self.lexicon) for word in raw.split())
        named = next((code for code in found if code and code != CROWNS), None)
        return (named, "") if named else None

    def _bare(self, raw: str, _: str) -> Typed | None:
        """Return a document number without the words that announce it: `Invoice no. 4711` -> `4711`."""
        words = raw.split()
        while len(words) > 1 and self._announces(words[0]) and any(c.isdigit() for word in words[1:] for c in word):
            words = words[1:]
        bare = " ".join(words).strip("#: ")
        return (bare, "") if any(c.isalnum() for c in bare) else None

    def _id(self, raw: str, value: str) -> Typed | None:
        """Return a number of theirs; without any digit it is a word."""
        found = self._bare(raw.rstrip(".· "), value)
        return found if found is not None and any(c.isdigit() for c in found[0]) else None

    def _announces(self, word: str) -> bool:
        return not any(c.isdigit() for c in word) and fold(word.strip(".:#")) in self._announcing


def is_proven(name: str, value: str) -> bool:
    """Tell whether a checksum proves the value."""
    if name == "vendor_iban":
        return bool(is_iban(value))
    return name in TAX_IDS and bool(is_vat(value))


def line_of(raw: str) -> Line | None:
    """Return a text as one printed line, to be read like a line of a page; None when it has no words."""
    words: list[Word] = []
    at = 0.0
    for text in raw.split():
        words.append(Word(text, at, 0.0, at + _LETTER * len(text), _HEIGHT))
        at = words[-1].x1 + 0.3 * _LETTER
    return Line(1, words) if words else None


def _text(raw: str, _: str) -> Typed | None:
    return (raw, "") if raw else None


def _country(raw: str, value: str) -> Typed | None:
    code = country_code(raw) or country_code(value)
    return (code, "") if code else None


def _phone(raw: str, _: str) -> Typed | None:
    """Return a number that may be dialled, with the signs it is printed with."""
    found = _DIALLED.search(raw)
    is_long = found is not None and _FEWEST_DIALLED <= sum(c.isdigit() for c in found[0]) <= _MOST_DIALLED
    return (found[0].strip(" .-/"), "") if found is not None and is_long else None


def _choice(field: PaperField, raw: str, value: str) -> Typed | None:
    """Return the choice whose words are what is said, or what stands behind a ticked box."""
    if value in field.choices:
        return value, ""
    named = {fold(word): one for one, words in field.choices.items() for spelled in words.values() for word in spelled}
    first = raw.split(maxsplit=1)[0] if raw else ""
    parts = [fold(part) for part in (ticked_in(raw) if has_boxes(raw) else (raw, first))]
    known = next((named[part] for part in parts if part in named), None)
    return (known, "") if known else None


def _signature(field: PaperField, raw: str, value: str) -> Typed | None:
    """Return how something was signed, as a service says it in our words."""
    return (value, "") if value in _SIGNED else _choice(field, raw, value)


def _numerals(paper: PaperType) -> Mapping[str, str]:
    """Return the numbers that folded words of a type of paper stand for."""
    return {
        fold(one): count for count, words in paper.numerals.items() for spelled in words.values() for one in spelled
    }


def _months(field: PaperField, numerals: Mapping[str, str], raw: str, _: str) -> Typed | None:
    """Return a span of time in months: `3 years`, `twelve (12) months`, `one year`, `24` under a label that says months."""
    said = raw if any(c.isdigit() for c in raw) else " ".join(numerals.get(fold(word), word) for word in raw.split())
    units = {
        fold(word): MONTHS[unit]
        for unit, words in field.choices.items()
        for spelled in words.values()
        for word in spelled
    }
    parts = [(int(count), units.get(fold(unit))) for count, unit in _SPAN.findall(said)]
    if not parts and raw.strip().isdecimal():
        parts = [(int(raw), 1)]
    if not parts or any(factor is None for _, factor in parts):
        return None
    total = sum(count * (factor or 0) for count, factor in parts)
    return (str(total), "") if 0 < total <= _MOST_MONTHS else None


def _iban(raw: str, _: str) -> Typed | None:
    return _identifier(raw, "iban")


def _tax_id(raw: str, _: str) -> Typed | None:
    return _identifier(raw, "vat")


def _identifier(raw: str, kind: str) -> Typed | None:
    line = line_of(raw)
    named = [one for one in identifiers_on(line) if one.kind == kind] if line is not None else []
    compact = named[0].value if named else "".join(c for c in raw if c.isalnum()).upper()
    return (compact, "") if any(c.isdigit() for c in compact) else None


def _email(raw: str, _: str) -> Typed | None:
    """Return an address; recognition sets its sign apart: `ann @ash.example`."""
    line = line_of(_APART.sub("@", raw))
    named = [one for one in identifiers_on(line) if one.kind == "email"] if line is not None else []
    return (named[0].value, "") if named else None


def _exact(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) <= _WIDEST else None


def _iso(text: str) -> str:
    """Return a date that is one in a likely year, else an empty text."""
    if not _ISO.fullmatch(text):
        return ""
    try:
        return text if _FIRST_YEAR <= date.fromisoformat(text).year <= _LAST_YEAR else ""
    except ValueError:
        return ""
