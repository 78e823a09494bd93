"""Printed numbers as exact decimals: every reading that a notation allows, and the one that its surroundings decide."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

Mark = Literal[",", "."]
_GROUP, _INDIAN, _HUNDREDTHS = 3, 2, 2
_MOST_DIGITS = 21
"""No amount of money has more."""
_CURRENCY = r"(?:[^\W\d_]{1,4}\.?\s?)?[$€£¥₹₺₽₩₪₫₴₦₱฿¢]?\s?|[^\W\d_]{1,6}\.?"
_CREDIT = frozenset({"cr", "haben"})
"""What marks an amount to the customer's credit: `CR`, German `Haben`; its `H` alone stands for hours as well."""
_SPACES = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009_](?=\d)")
_AT_MARK = re.compile(r"(?<=\d)\s?([.,])\s?(?=\d)")
"""Recognised print falls apart at the decimal mark: `24. 75`."""
_SHAPE = re.compile(
    rf"(?P<open>[(<])?\s*(?P<lead>[-+])?\s*(?P<before>{_CURRENCY})?\s*(?P<lead2>[-+])?(?P<inner>\()?\s*(?P<body>\d[\d.,']*\d|\d|[.,]\d+)"
    r"(?P<none>[.,]\s?(?:-{1,2}|=))?\s*(?P<trail>[-+])?\s*(?P<after>[^\W\d_]{1,8}\.?|[$€£¥₹₺₽₩₪₫₴₦₱฿¢])?"
    r"\s*(?P<side>(?i:CR|DR|DB))?\s*(?P<close>[)>])?\s*(?P<trail2>-)?[*.;:]?"
)
_SIGNS = str.maketrans({
    **dict.fromkeys("\u2212\u2013\u2014\u2010\u2011\u2012\u00ad\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2019\u2018\u00b4`\u02bc\u2032\uff07", "'"), "\uff0b": "+",
    "\u066b": ".", "\u066c": "'", "\u060c": "'", "\uff0e": ".", "\uff0c": ",", "\u00b7": ".",
})  # fmt: skip
"""Minus signs, apostrophes, and the decimal and group marks of Arabic and full-width print."""


class Reading(NamedTuple):
    """One way to read a number, with its decimal mark: empty where it has no decimals."""

    value: Decimal
    mark: Literal[",", ".", ""]


def readings(text: str) -> tuple[Reading, ...]:
    """Return every number that a text may show: two for `1.234`, which is a thousand or one and a bit; none for words.

    Understood are `1.234,56`, `1,234.56`, `1 234,56`, `1'234.56`, `1,23,456.00`, `12,50-`, `(12.50)`, `12.50 CR`,
    `EUR 1.204,--`, `1.204.-`, currencies on either side, thin spaces, and the digits of any script.
    The likelier reading by its form alone comes first: groups of three.
    """
    return _readings(text)


@lru_cache(maxsize=16384)
def _readings(text: str) -> tuple[Reading, ...]:
    plain = _AT_MARK.sub(r"\1", _SPACES.sub("'", _plain_signs(text).strip()))
    match = _SHAPE.fullmatch(plain)
    if match is None or sum(map(str.isdigit, plain)) > _MOST_DIGITS:
        return ()
    is_negative = _is_negative(match)
    found = _whole(match["body"]) if match["none"] else _marked(match["body"])
    return tuple(reading._replace(value=-reading.value) if is_negative else reading for reading in found)


def number(text: str, *, mark: Mark | None = None) -> Decimal | None:
    """Return the number that a text shows, a lone separator read by the document's decimal mark, or None.

    Without a mark an ambiguous text gives None: nothing here guesses.
    """
    found = readings(text)
    if len(found) <= 1 or mark is None:
        return found[0].value if len(found) == 1 else None
    return next((one.value for one in found if one.mark == mark), found[0].value)


def is_ambiguous(text: str) -> bool:
    """Tell whether a text shows two different numbers, depending on the decimal mark."""
    return len({one.value for one in readings(text)}) > 1


def mark_of(texts: Iterable[str]) -> Mark | None:
    """Return the decimal mark that most of some printed numbers prove, or None where none does or they disagree."""
    votes: dict[Mark, int] = {",": 0, ".": 0}
    for text in texts:
        found = readings(text)
        mark = found[0].mark if len(found) == 1 else ""
        if mark:
            votes[mark] += 1
    if votes[","] == votes["."]:
        return None
    return "," if votes[","] > votes["."] else "."


def _plain_signs(text: str) -> str:
    """Return the text with ASCII digits and one kind of minus, apostrophe and space."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text.translate(_SIGNS)
    ).replace("\u200f", "").replace("\u200e", "")  # fmt: skip


def _is_negative(match: re.Match[str]) -> bool:
    side = (match["side"] or "").lower()
    after = (match["after"] or "").lower().rstrip(".")
    is_bracketed = bool((match["open"] or match["inner"]) and match["close"])
    signs = (match["lead"], match["lead2"], match["trail"], match["trail2"])
    return "-" in signs or is_bracketed or side in _CREDIT or after in _CREDIT


def _whole(body: str) -> tuple[Reading, ...]:
    """Return the number whose decimals are printed as a dash: all its separators set thousands apart."""
    return (Reading(Decimal(_digits(body)), ""),)


def _marked(body: str) -> tuple[Reading, ...]:
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return _with_both(body)
    mark: Mark | Literal[""] = "." if points else "," if commas else ""
    if not mark:
        return (Reading(Decimal(_digits(body)), ""),) if _is_grouped(body, "'") else ()
    if points + commas > 1:
        return (Reading(Decimal(_digits(body)), ""),) if _is_grouped(body, mark) else ()
    return _with_one(body, mark)


def _with_both(body: str) -> tuple[Reading, ...]:
    """Return the number with points and commas: the last separator is the decimal mark, the other stands in groups."""
    mark: Mark = "." if body.rfind(".") > body.rfind(",") else ","
    group = "," if mark == "." else "."
    head, _, tail = body.rpartition(mark)
    if mark in head or not tail.isdigit() or not _is_grouped(head, group):
        return ()
    return (Reading(Decimal(f"{_digits(head)}.{tail}"), mark),)


def _with_one(body: str, mark: Mark) -> tuple[Reading, ...]:
    head, _, tail = body.partition(mark)
    if (tail and not tail.isdigit()) or not _is_grouped(head, "'"):
        return ()
    split = Reading(Decimal(f"{_digits(head) or '0'}.{tail}"), mark) if tail else Reading(Decimal(_digits(head)), "")
    is_group = len(tail) == _GROUP and 1 <= len(head) <= _GROUP and head[0] != "0" and "'" not in head
    return (Reading(Decimal(head + tail), ""), split) if is_group else (split,)


def _is_grouped(body: str, group: str) -> bool:
    """Tell whether separators stand where thousands (or Indian lakhs) are set apart."""
    if group not in body:
        return body.replace("'", "").isdigit() if "'" in body and group != "'" and _is_grouped(body, "'") else body.isdigit() or not body  # fmt: skip
    first, *rest = body.split(group)
    if not all(part.isdigit() for part in (first, *rest)) or len(rest[-1]) != _GROUP:
        return False
    are_threes = len(first) <= _GROUP and all(len(part) == _GROUP for part in rest)
    are_lakhs = group == "," and len(first) <= _INDIAN and all(len(part) == _INDIAN for part in rest[:-1])
    return are_threes or are_lakhs


def _digits(body: str) -> str:
    return "".join(filter(str.isdigit, body))
