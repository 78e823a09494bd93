"""Two claims compared, aspect by aspect. A level says how they agree; what is not known on one side says nothing."""

import re
from collections import Counter

from rapidfuzz import fuzz

from engine.model.duplicate import Aspect, LineMark, Signature
from engine.stages.duplicates import numbers
from engine.stages.duplicates.series import follows_date

_NEAR_DAYS = 2
_FAR_DAYS = 150
_SAME_NAME = 90
_SAME_TEXT = 70
_SHORTEST_NAME = 5
_HALF = 0.5
_NUMBER = re.compile(r"(?<![^\W\d])\d+(?![^\W\d])")
_MONTH = re.compile(
    r"\b(?:jan|gen|ene|sty|feb|fév|fev|lut|mar|mär|maa|mrz|apr|avr|abr|kwi|mai|may|mei|mag|maj|jun|juin|giu|cze|jul|juil|lug|"
    r"lip|aug|aoû|aou|ago|sie|sep|set|wrz|okt|oct|ott|out|paź|nov|lis|dez|dec|déc|dic|gru)[^\W\d]*",
)
"""Names of months in the languages of Europe, by their first letters."""


def compare(mine: Signature, theirs: Signature) -> tuple[Aspect, ...]:
    """Return every aspect of two claims of one type, the telling ones first."""
    return (
        _number(mine, theirs), _total(mine, theirs),
        _aspect("date", _date_level(mine, theirs), mine.issued, theirs.issued), _due(mine, theirs),
        _vendor(mine, theirs), _buyer(mine, theirs),
        Aspect(name="lines", level=_line_level(mine.lines, theirs.lines)),
        _orders(mine, theirs), _preceding(mine, theirs), *_references(mine, theirs),
    )  # fmt: skip


def _aspect(name: str, level: str, mine: object, theirs: object) -> Aspect:
    return Aspect(
        name=name, level=level, mine="" if mine is None else str(mine), theirs="" if theirs is None else str(theirs)
    )


def _number(mine: Signature, theirs: Signature) -> Aspect:
    """Return how the numbers agree; where they hold their dates, a difference may be theirs."""
    level = numbers.compare(mine.number, theirs.number)
    if level in {"blurred", "smudged", "other"}:
        is_of_dates = follows_date(mine.number, mine.issued, theirs.number, theirs.issued)
        if is_of_dates:
            level = "other"
        elif is_of_dates is False and numbers.are_alike(mine.number, theirs.number):
            level = "smudged"
    return _aspect("number", level, mine.number, theirs.number)


def _total(mine: Signature, theirs: Signature) -> Aspect:
    level = "other"
    if mine.total is None or theirs.total is None:
        level = "unknown"
    elif mine.currency != theirs.currency and mine.currency and theirs.currency:
        level = "other"
    elif mine.total == theirs.total:
        level = "same"
    elif mine.subtotal is not None and mine.subtotal == theirs.subtotal:
        level = "same_net"
    return _aspect("total", level, mine.total, theirs.total)


def _date_level(one: Signature, other: Signature) -> str:
    """Return `same`, `swapped` (day and month), `near` (two days), `other_year`, `window` or `far`."""
    mine, theirs = one.issued, other.issued
    if mine is None or theirs is None:
        return "unknown"
    if mine == theirs:
        return "same"
    is_swap = (mine.year, mine.month, mine.day) == (theirs.year, theirs.day, theirs.month)
    if is_swap and not follows_date(one.number, mine, other.number, theirs):
        return "swapped"
    apart = abs((mine - theirs).days)
    if apart <= _NEAR_DAYS:
        return "near"
    if (mine.month, mine.day) == (theirs.month, theirs.day):
        return "other_year"
    return "far" if apart > _FAR_DAYS else "window"


def _due(mine: Signature, theirs: Signature) -> Aspect:
    """Return whether two documents of other dates are due on one day: their date was read wrongly, or stamped anew."""
    level = "unknown"
    if mine.due is not None and theirs.due is not None and mine.issued != theirs.issued:
        level = "same" if mine.due == theirs.due else "other"
    return _aspect("due_date", level, mine.due, theirs.due)


def _vendor(mine: Signature, theirs: Signature) -> Aspect:
    """Return `same` (one row of master data), `twin` (its tax id or account under another), `named`, or `other`."""
    level = "other"
    same_tax = not set(mine.vendor_tax_ids).isdisjoint(theirs.vendor_tax_ids)
    same_account = not set(mine.vendor_ibans).isdisjoint(theirs.vendor_ibans)
    if mine.vendor_id and mine.vendor_id == theirs.vendor_id:
        level = "same"
    elif same_tax or same_account:
        level = "twin"
    elif mine.vendor_tax_ids and theirs.vendor_tax_ids:
        level = "other"
    elif _names_alike(mine.vendor_name, theirs.vendor_name):
        level = "named"
    return _aspect("vendor", level, mine.vendor_id or mine.vendor_name, theirs.vendor_id or theirs.vendor_name)


def _buyer(mine: Signature, theirs: Signature) -> Aspect:
    level = "unknown"
    if mine.buyer_tax_id and theirs.buyer_tax_id:
        level = "same" if mine.buyer_tax_id == theirs.buyer_tax_id else "other"
    elif mine.buyer_name and theirs.buyer_name:
        level = "same" if _names_alike(mine.buyer_name, theirs.buyer_name) else "other"
    return _aspect("buyer", level, mine.buyer_name or mine.buyer_tax_id, theirs.buyer_name or theirs.buyer_tax_id)


def _names_alike(mine: str, theirs: str) -> bool:
    longest = min(len(mine), len(theirs)) >= _SHORTEST_NAME
    return bool(mine) and (mine == theirs or (longest and fuzz.token_sort_ratio(mine, theirs) >= _SAME_NAME))


def _orders(mine: Signature, theirs: Signature) -> Aspect:
    level = "unknown"
    if mine.orders and theirs.orders:
        alike = any(_references_alike(a, b) for a in mine.orders for b in theirs.orders)
        level = "same" if alike else "other"
    return _aspect("po_number", level, ", ".join(mine.orders), ", ".join(theirs.orders))


def _preceding(mine: Signature, theirs: Signature) -> Aspect:
    """Return `names_it` where one document refers to the other, else how what they refer to agrees."""
    level = "unknown"
    if refers_to(mine, theirs.number) or refers_to(theirs, mine.number):
        level = "names_it"
    elif mine.preceding and theirs.preceding:
        level = "same" if refers_to(mine, theirs.preceding) else "other"
    return _aspect("preceding_invoice_number", level, mine.preceding, theirs.preceding)


def refers_to(one: Signature, number: str) -> bool:
    """Return whether a document names an earlier number as the one it corrects or follows."""
    return bool(one.preceding) and numbers.compare(one.preceding, number) in {"same", "confusable", "label"}


def _references(mine: Signature, theirs: Signature) -> list[Aspect]:
    stated, other = dict(mine.references), dict(theirs.references)
    return [
        _aspect(name, "same" if _references_alike(stated[name], other[name]) else "other", stated[name], other[name])
        for name in stated if name in other
    ]  # fmt: skip


def _references_alike(mine: str, theirs: str) -> bool:
    return numbers.folded(mine) == numbers.folded(theirs)


def _line_level(mine: tuple[LineMark, ...], theirs: tuple[LineMark, ...]) -> str:
    """Return how lines agree.

    `same`: amounts and words. `amounts`: the amounts, under words that cannot be compared (item codes against text).
    `reworded`: the amounts, with other digits or months in the words: the next month, the next part, the next trip.
    `partly`: at least half of the amounts. `other`: fewer.
    """
    ours, others = _amounts(mine), _amounts(theirs)
    if not ours or not others:
        return "unknown"
    if ours != others:
        shared = (ours & others).total()
        return "partly" if shared >= _HALF * max(ours.total(), others.total()) else "other"
    pairs = [(a.text, b.text) for a, b in zip(_sorted(mine), _sorted(theirs), strict=True) if a.text and b.text]
    if not pairs:
        return "amounts"
    comparable = [pair for pair in pairs if fuzz.ratio(*map(_wordless, pair)) >= _SAME_TEXT]
    if len(comparable) < _HALF * len(pairs):
        return "amounts"
    return "reworded" if any(_reworded(*pair) for pair in comparable) else "same"


def _sorted(lines: tuple[LineMark, ...]) -> list[LineMark]:
    return sorted(
        (one for one in lines if one.amount is not None), key=lambda one: (one.amount or 0, one.quantity or 0)
    )


def _amounts(lines: tuple[LineMark, ...]) -> Counter[object]:
    return Counter(one.amount for one in lines if one.amount is not None)


def _wordless(text: str) -> str:
    """Return a text in which numbers and months say nothing."""
    return _MONTH.sub("*", _NUMBER.sub("#", text))


def _reworded(mine: str, theirs: str) -> bool:
    """Return whether two like texts name other numbers or months."""
    ours, others = (tuple(map(numbers.folded, _NUMBER.findall(text))) for text in (mine, theirs))
    if len(ours) == len(others) and ours != others:
        return True
    months = [[name[:3] for name in _MONTH.findall(text)] for text in (mine, theirs)]
    return len(months[0]) == len(months[1]) and any(
        fuzz.ratio(a, b) < _SAME_TEXT and a != b for a, b in zip(*months, strict=True)
    )
