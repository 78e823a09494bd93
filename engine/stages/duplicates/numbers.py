"""Numbers of invoices: what a bad scan, another channel or a hand makes of them, and when two are one."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal

from engine.stages.duplicates.series import step

NumberLevel = Literal["same", "confusable", "label", "tail", "misread", "smudged", "blurred", "other", "unknown"]

_LABELS = (
    "RECHNUNGSNUMMER", "RECHNUNGSNR", "RECHNUNG", "RECHN", "RGNR", "RENR", "RG", "RE", "R", "BELEGNR", "BELEG",
    "INVOICENUMBER", "INVOICENO", "INVOICE", "INVNO", "INV", "IN", "BILL", "FACTURENO", "FACTURE", "FACTURA", "FACTUUR",
    "FACT", "FAC", "FATTURA", "FATT", "FT", "FAKTURA", "FAKT", "FAK", "FRA", "FA", "FV", "NUMMER", "NUMBER", "NUMERO",
    "NUM", "NO", "NR", "N",
)  # fmt: skip
"""Words that people and readers put before a number or leave away."""
_COPIES = (
    "COPY", "KOPIE", "COPIE", "COPIA", "DUPLIKAT", "DUPLICATE", "DUPLICATA", "DUPLICADO", "DUPLICATO", "ZWEITSCHRIFT",
    "AFSCHRIFT", "KOPIA", "KOPI", "ODPIS", "REPRINT", "ORIGINAL",
)  # fmt: skip
"""Words that a copy carries behind its number."""
_LABEL = re.compile(rf"^(?:{'|'.join(_LABELS)})(?=\d|[A-Z]{{1,4}}\d)")
_COPY = re.compile(rf"(?:(?<=\d)|[\s\-/_.(#]+)(?:{'|'.join(_COPIES)})[\s\-/_.]*\d?\)?$")
_FOLD = str.maketrans(
    {"O": "0", "D": "0", "Q": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
)
"""Letters by the digit that a scan takes them for."""
_ALIKE = frozenset({
    "17", "38", "56", "68", "08", "06", "49", "4A", "7T", "1T", "6C", "EF", "CG", "KR", "UV", "MN", "9G", "9Q", "6G",
    "3B", "8E", "HN", "VY", "PR", "1J", "2Z", "5S", "0C", "6E", "35",
})  # fmt: skip
"""Pairs of signs, sorted, that a bad scan mistakes for one another, beyond the folded ones."""
_WIDE = str.maketrans({
    "C": "0", "J": "1", "T": "1", "7": "1", "3": "8", "9": "6", "A": "4", "E": "F", "K": "R", "P": "R", "U": "V", "Y": "V",
    "M": "N", "H": "N",
})  # fmt: skip
_FOLDED_LABELS = frozenset(label.translate(_FOLD) for label in _LABELS)
_HEAD = re.compile(r"([^\W_]*[^\W\d_][^\W_]*)[\s.\-/#:]+(?=.)")
"""What stands before the first separator, where a letter is in it."""
_TAIL = re.compile(r"[\s\-/_.(#]+([A-Z]?\d{0,2}|[A-Z])\)?$")
_SHORTEST = 3
_FIELD = 16
"""Signs of the shortest field in which an ERP keeps the vendor's number (SAP XBLNR)."""
_MOST_MISREAD = 3
_SERIES: Mapping[str, NumberLevel] = {"next": "other", "near": "blurred", "jump": "smudged"}


def bare(number: str) -> str:
    """Return letters and digits in capitals."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", number)).upper()


def folded(number: str) -> str:
    """Return a number in which signs that look alike are one, without leading zeros: `O8I5` and `00815` are `815`."""
    return _unlead(bare(number).translate(_FOLD))


def core(number: str) -> str:
    """Return the folded number without label words before and words for a copy behind it."""
    text = _COPY.sub("", unicodedata.normalize("NFKC", number).upper().strip())
    while (found := _HEAD.match(text)) and found[1].translate(_FOLD) in _FOLDED_LABELS:
        if _digits(text[found.end() :]) < _SHORTEST:
            break
        text = text[found.end() :]
    signs = _unlead(bare(text))
    while (cut := _unlead(_LABEL.sub("", signs, count=1))) != signs and _digits(cut) >= _SHORTEST:
        signs = cut
    return _unlead(signs.translate(_FOLD))


def widely_folded(number: str) -> str:
    """Return the core in which all signs are one that a very bad scan mistakes; too coarse to say that two are one."""
    return core(number).translate(_WIDE)


def stem(number: str) -> str:
    """Return the core without a short tail behind a separator: that of `4711/2` is `4711`."""
    text = unicodedata.normalize("NFKC", number).upper().strip()
    cut = _TAIL.sub("", text)
    return core(cut) if cut != text and _digits(cut) >= _SHORTEST else core(text)


def compare(mine: str, theirs: str) -> NumberLevel:
    """Return how two numbers agree, the strongest way first.

    `confusable`: a scan took signs for others. `label`: a word or a zero more. `tail`: a short suffix more. `misread`:
    a letter stands where a sign stands that looks like it. `smudged`: digits that look alike before digits that are
    equal. `blurred`: digits that look alike at the end, or one sign lost; a later number of a series can look so too.
    """
    one, other = bare(mine), bare(theirs)
    if not one or not other or one == other:
        return "same" if one and other else "unknown"
    if folded(mine) == folded(theirs):
        return "confusable"
    is_series = _is_one_series(one, other)
    if (is_series and core(mine) == core(theirs)) or _has_head(one, other):
        return "label"
    if _is_cut(mine, theirs):
        return "tail"
    if is_series and (stem(mine) in {core(theirs), folded(theirs)} or stem(theirs) in {core(mine), folded(mine)}):
        return "tail"
    level = _misread(one, other)
    return _SERIES[step(mine, theirs)] if level == "blurred" else level


def _is_cut(mine: str, theirs: str) -> bool:
    """Return whether one number is as much of the other as a field of the ERP takes."""
    short, long = sorted((mine.strip(), theirs.strip()), key=len)
    one, other = bare(short), bare(long)
    return len(short) >= _FIELD and len(one) < len(other) and (other.startswith(one) or other.endswith(one))


def are_alike(mine: str, theirs: str) -> bool:
    """Return whether two numbers differ in digits alone that look alike, near or far."""
    return _misread(bare(mine), bare(theirs)) == "blurred"


def _misread(one: str, other: str) -> NumberLevel:
    """Return whether a scan may have made one number of the other, sign by sign, whatever stands before them."""
    ways = [(_unlead(one), _unlead(other))]
    if _is_one_series(one, other):
        ways.append((_unlabelled(one), _unlabelled(other)))
    for mine, theirs in ways:
        if len(mine) == len(theirs):
            pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if a.translate(_FOLD) != b.translate(_FOLD)]
            if len(pairs) <= _MOST_MISREAD and all(_look_alike(a, b) for a, b in pairs):
                if any(a.isalpha() or b.isalpha() for a, b in pairs):
                    return "misread"
                return "blurred"
        elif _lost_one(mine.translate(_FOLD), theirs.translate(_FOLD)):
            return "blurred"
    return "other"


def _look_alike(a: str, b: str) -> bool:
    return any("".join(sorted(pair)) in _ALIKE for pair in ((a, b), (a.translate(_FOLD), b.translate(_FOLD))))


def _lost_one(one: str, other: str) -> bool:
    """Return whether one text is the other with one sign less."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) != 1 or len(short) < _SHORTEST:
        return False
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _has_head(one: str, other: str) -> bool:
    """Return whether one number is the other behind letters alone: `RE4711` and `4711`."""
    short, long = sorted((one, other), key=len)
    head = long[: len(long) - len(short)]
    rest = long[len(head) :]
    is_tail = rest.translate(_FOLD) == short.translate(_FOLD)
    return bool(head) and head.isalpha() and is_tail and _digits(short) >= _SHORTEST and short[0].isdigit()


def _is_one_series(one: str, other: str) -> bool:
    """Return whether the heads of two numbers are not two different labels: `INV-7` and `RE-7` may be two series."""
    heads = [re.match(r"[A-Z]*", text) for text in (one, other)]
    first, second = (head.group() if head else "" for head in heads)
    return first == second or not first or not second or first.endswith(second) or second.endswith(first)


def _unlabelled(signs: str) -> str:
    return _unlead(_LABEL.sub("", signs, count=1))


def _unlead(signs: str) -> str:
    return signs.lstrip("0") or signs


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)
