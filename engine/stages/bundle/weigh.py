"""How much the things seen on a page speak for a new document (positive) or against it, in log odds."""

import re
from typing import NamedTuple

from engine.stages.bundle.look import Look, Number
from engine.stages.bundle.numbering import Position

_BIAS = -1.0
_ATTACHED = frozenset({"goods_receipt", "unknown", "contract"})
"""Kinds that also come as an appendix of another document: delivery notes, timesheets, terms."""
_TITLE, _LARGE_TITLE, _NO_TITLE = 0.5, 0.85, 0.3
_SAME_HEAD, _OTHER_HEAD, _HEAD_LEAST = 0.5, 0.1, 4
_ALWAYS_OWN = frozenset({"invoice", "credit_note", "purchase_order", "bank_statement", "remittance"})
"""Kinds that hang on no other document; an order and its invoice name the same number."""
_SAME_CASE = -0.5
_SIZE = 0.03
_ANOTHER = "another document number"
_OWN_NUMBERS = 2
"""A page with more numbers behind the same label lists documents."""
_APPENDIX = re.compile(
    r"terms|conditions|bedingungen|\bagb\b|condiciones|condizioni|voorwaarden|warunki|regulamin|condições|noteikumi"
    r"|time ?sheet|stundenzettel|stundennachweis|leistungsnachweis|feuille de temps|parte de horas|foglio ore|urenstaat",
    re.IGNORECASE,
)
"""Titles of what hangs on another document."""


class Evidence(NamedTuple):
    """One thing that speaks for a cut before the page (or, negative, against it)."""

    name: str
    weight: float


class Open:
    """The document that is open before a page: everything its pages have shown so far."""

    def __init__(self) -> None:
        self.last: Look | None = None
        self.position: Position | None = None
        self.numbers: set[Number] = set()
        self.tokens: set[str] = set()
        self.parties: set[str] = set()
        self.heads: list[frozenset[str]] = []
        self.titles: set[str] = set()
        self.type: str = ""
        self.has_total = False

    def take(self, look: Look) -> None:
        """Add a page."""
        self.last = look
        self.position = look.position or self.position
        self.numbers |= look.numbers
        self.tokens |= look.tokens
        self.parties |= look.parties
        self.heads.append(look.head)
        if look.title is not None:
            self.titles.add(look.title.text.lower())
            self.type = self.type or look.title.type
        self.has_total |= look.has_total


def weigh(opened: Open, look: Look, *, has_blank: bool) -> list[Evidence]:
    """Return all evidence at the boundary before a page."""
    numbers = _numbers(opened, look)
    likeness = [_parties(opened, look), _tokens(opened, look), _head(opened, look)]
    if _is_other_kind(opened, look):
        numbers = numbers._replace(weight=max(numbers.weight, _SAME_CASE))
    if numbers.name == _ANOTHER or _is_other_kind(opened, look):
        # one vendor sends several documents at once: that they look alike says nothing then
        likeness = [evidence for evidence in likeness if evidence.weight > 0]
    found = [
        Evidence("most pages go on", _BIAS), _position(opened, look), numbers, _title(opened, look), *likeness,
        _carried(opened, look), _totals(opened, look), *_paper(opened, look),
    ]  # fmt: skip
    if has_blank:
        found.append(Evidence("blank page between", 0.7))
    return [evidence for evidence in found if evidence.weight]


def _position(opened: Open, look: Look) -> Evidence:
    here, before = look.position, opened.position
    on_last = opened.last.position if opened.last else None
    if here is not None and here.number == 1:
        return Evidence("page number begins again", 3.0 if here.total or before is not None else 1.5)
    if here is not None and before is not None:
        fits = here.number == before.number + 1 and here.total == before.total
        return Evidence("page number goes on", -5.0 if fits else -3.0 if here.number > before.number else 0.0)
    if here is not None:
        return Evidence("a later page by its number", -2.0)
    if on_last is None:
        return Evidence("", 0.0)
    if on_last.total and on_last.number < on_last.total:
        return Evidence("pages are missing before", -2.0)
    return Evidence("last page was reached", 2.0 if on_last.total else 0.5)


def _numbers(opened: Open, look: Look) -> Evidence:
    shared = {number.label for number in look.numbers} & {number.label for number in opened.numbers}
    own = {n.value for n in look.numbers if n.label in shared}
    known = {n.value for n in opened.numbers if n.label in shared}
    if own & known:
        return Evidence("same document number", -3.5)
    if shared:
        is_list = max(len(own), len(known)) > _OWN_NUMBERS
        return Evidence(_ANOTHER, 0.3 if is_list else 3.0 if "invoice_number" in shared else 1.5)
    if {n.value for n in opened.numbers} & look.tokens:
        return Evidence("names the same number", -2.5)
    if look.numbers:
        return Evidence("a document number of its own", 0.8)
    return Evidence("no number of its own", -0.5 if opened.numbers else 0.0)


def _title(opened: Open, look: Look) -> Evidence:
    title = look.title
    if title is None or title.weight < _NO_TITLE:
        is_roll = look.is_till and (look.page.how == "ocr" or (opened.last is not None and opened.last.is_till))
        return Evidence("a till roll", 1.2) if is_roll else Evidence("no title", -1.5)
    if opened.type and _APPENDIX.search(title.text):
        return Evidence("title of an appendix", -1.5)
    if title.weight < _TITLE:
        return Evidence("hardly a title", -0.5)
    if title.text.lower() in opened.titles:
        return Evidence("same title again", 1.5 if opened.has_total and look.has_total else 0.5)
    if title.type in _ATTACHED and opened.type not in {"", title.type}:
        is_related = bool(opened.tokens & look.tokens)
        return Evidence("title of an appendix", -1.0 if is_related else 0.8)
    return Evidence("a title of its own", 2.3 if title.weight >= _LARGE_TITLE else 1.8)


def _is_other_kind(opened: Open, look: Look) -> bool:
    """Tell whether the page calls itself something that is no appendix, and other than the open document."""
    title = look.title
    if title is None or title.weight < _TITLE or opened.type == title.type:
        return False
    return title.type in _ALWAYS_OWN and opened.type in _ALWAYS_OWN


def _parties(opened: Open, look: Look) -> Evidence:
    if not opened.parties or not look.parties:
        return Evidence("", 0.0)
    shared = opened.parties & look.parties
    if shared and opened.parties - shared and look.parties - shared:
        # all mail of a house names that house
        return Evidence("some other parties", 0.6)
    if shared:
        return Evidence("same parties", -0.8)
    return Evidence("other parties", 1.5)


def _tokens(opened: Open, look: Look) -> Evidence:
    shared = len((opened.tokens & look.tokens) - look.parties)
    if shared:
        return Evidence("numbers in common", -1.5 if shared >= 3 else -0.7)  # noqa: PLR2004
    enough = len(opened.tokens) >= 3 and len(look.tokens) >= 3  # noqa: PLR2004
    return Evidence("no number in common", 0.6 if enough else 0.0)


def _head(opened: Open, look: Look) -> Evidence:
    best = 0.0
    compared = False
    for head in opened.heads:
        if len(head) >= _HEAD_LEAST and len(look.head) >= _HEAD_LEAST:
            compared = True
            best = max(best, len(head & look.head) / len(head | look.head))
    if best >= _SAME_HEAD:
        return Evidence("same letterhead", -0.8)
    return Evidence("another letterhead", 0.8 if compared and best < _OTHER_HEAD else 0.0)


def _carried(opened: Open, look: Look) -> Evidence:
    runs_on = opened.last is not None and opened.last.runs_on
    return Evidence("a sum is carried forward", -3.0 if runs_on or look.goes_on else 0.0)


def _totals(opened: Open, look: Look) -> Evidence:
    if opened.has_total:
        return Evidence("total was reached", 0.9 if look.has_total else 0.3)
    return Evidence("no total yet", -0.6 if look.has_total else -0.2)


def _paper(opened: Open, look: Look) -> list[Evidence]:
    if opened.last is None:
        return []
    before, here = opened.last.page, look.page
    sides = (sorted((before.width, before.height)), sorted((here.width, here.height)))
    is_other = any(abs(a - b) > _SIZE * max(a, b, 1.0) for a, b in zip(*sides, strict=True))
    is_turned = (before.width > before.height) != (here.width > here.height)
    return [
        Evidence("another paper size", 0.9 if is_other else 0.2 if is_turned else 0.0),
        Evidence("scanned and printed", 0.7 if before.how != here.how else 0.0),
    ]
