"""Tax and registration numbers of the merchant: by checksum, by label, or in brackets behind the name."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from engine.stages.extract.identifiers import is_vat
from engine.stages.extract.receipts.merchant import OPEN_REGISTRATION, PHONE, head_of
from engine.stages.extract.receipts.rows import SlipRow
from engine.stages.extract.receipts.wording import places_of

_LONG = 8
"""A phrase this long right behind a label is a label of its own."""
_VAT = re.compile(r"\b(ATU|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|GB|XI|CHE|NO)[\s.-]?([A-Z0-9][A-Z0-9.\s-]{6,16}[A-Z0-9])", re.ASCII)  # fmt: skip
_VAT_TOKEN = re.compile(r"(?!NO)[A-Z]{2,3}\d{8,12}(?:B\d{2})?", re.ASCII)
_CHECKED = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "EL",
        "ES",
        "FI",
        "FR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
"""Countries whose VAT ids carry a checksum: a wrong one is a misread id."""
_SHAPE_ONLY, _LABELLED = 0.55, 0.86
_TAX_VALUE = re.compile(r"[\s:.#=(-]*((?:[A-Z]{1,3}[\s.-]?)?\d[\dA-Z]*(?:[\s./-]{1,3}(?=[\dA-Z])[\dA-Z]+)*)", re.ASCII)
_DIGITS = str.maketrans("OoQDlISBZ", "000011582")
_FEWEST, _MOST = 7, 18
"""Signs of a tax number."""


class Numbered(NamedTuple):
    """A tax or registration number: text[start:end] of its row."""

    value: str
    row: SlipRow
    start: int
    end: int
    sure: float


def tax_numbers(rows: Sequence[SlipRow]) -> list[Numbered]:
    """Return the tax numbers, best first: a VAT id with a right checksum, then what stands behind a label."""
    found = [n for row in rows for n in (*_vat_ids(row), *_labelled(row, "tax_id"))]
    return sorted(found, key=lambda n: (-n.sure, n.row.position))


def registrations(rows: Sequence[SlipRow]) -> list[Numbered]:
    """Return the registration numbers: labelled, or in brackets behind or below the name."""
    found = [n for row in rows for n in _labelled(row, "registration")]
    found += [
        Numbered(" ".join(match[1].split()), row, *match.span(1), 0.75)
        for row in head_of(rows)
        for match in OPEN_REGISTRATION.finditer(row.text)
        if not PHONE.search(match[1]) and not row.moments
    ]
    return sorted(found, key=lambda n: (-n.sure, n.row.position))


def _vat_ids(row: SlipRow) -> list[Numbered]:
    found = []
    for match in _VAT.finditer(row.text):
        whole = re.sub(r"[^A-Z0-9]", "", match[0])
        for size in range(len(whole), 7, -1):
            part = whole[:size]
            repaired = match[1] + part[len(match[1]) :].translate(_DIGITS)
            right = next((p for p in (part, repaired) if is_vat(p)), None)
            if right:
                found.append(Numbered(right, row, match.start(), match.end(), 0.97 if right == part else 0.88))
                break
        else:
            token = _VAT_TOKEN.fullmatch(match[0].split()[0].rstrip(".-"))
            if token:
                # misread or misprinted: the shape alone
                found.append(Numbered(token[0], row, match.start(), match.start() + len(token[0]), _SHAPE_ONLY))
    return found


def _labelled(row: SlipRow, kind: str) -> list[Numbered]:
    places = places_of(row.text)
    found = []
    for rank, hit in enumerate(row.numbers):
        if hit.kind != kind:
            continue
        end = hit.end
        for other in row.numbers[rank + 1 :]:
            if (
                other.start == end
                and other.kind in {kind, "number_weak", "other_number"}
                and other.end - other.start < _LONG
            ):
                end = other.end
        at = places[end] if end < len(places) else len(row.text)
        one = _number_at(row, at)
        if one is not None:
            found.append(one)
    return found


def _number_at(row: SlipRow, at: int) -> Numbered | None:
    """Return the number right behind a place, without what follows it on the row."""
    gap = re.compile(r"[\s:.#=(-]*(?:[A-Za-z]{1,6}[.:]?[\s:.#=-]+){0,2}").match(row.text, at)
    for begin in (at, gap.end() if gap else at):
        match = _TAX_VALUE.match(row.text, begin)
        if match is None:
            continue
        stop = min((m.start for m in row.moments if m.start > match.start(1)), default=match.end(1))
        value = row.text[match.start(1) : min(match.end(1), stop)].strip(" .:-/")
        compact = re.sub(r"[^A-Z0-9]", "", value)
        digits = sum(c.isdigit() for c in value)
        if _FEWEST <= len(compact) <= _MOST and digits >= _FEWEST - 1 and not any(m.start <= match.start(1) < m.end for m in row.moments):  # fmt: skip
            is_broken = bool(_VAT_TOKEN.fullmatch(compact)) and compact[:2] in _CHECKED and not is_vat(compact)
            sure = _SHAPE_ONLY if is_broken else _LABELLED
            return Numbered(" ".join(value.split()), row, match.start(1), match.start(1) + len(value), sure)
    return None
