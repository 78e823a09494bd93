"""What others make of the same documents: keyword search over plain text, and invoice2data with its own templates."""

import contextlib
import logging
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from engine.model.page import Reading

NUMBER = re.compile(
    r"(?:invoice|rechnungs?|facture|factura|fattura|factuur|faktura|fatura|rēķins|order|receipt|bon)[\s\-]*"
    r"(?:no|nr|number|nummer|numéro|número|numero|n°|nº|#|id)?[.:#\s]*([A-Z]{0,4}[-/]?\d[\w/-]{2,})", re.IGNORECASE,
)  # fmt: skip
DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})\b")
TOTAL = re.compile(
    r"(?:grand total|total due|amount due|total|gesamtbetrag|gesamt|summe|montant|totale|totaal|razem|kopā|suma)\D{0,40}?"
    r"(\d[\d.,' ]*[.,]\d{2})", re.IGNORECASE,
)  # fmt: skip


def keywords(text: str) -> dict[str, str]:
    """Return number, date and total by the first keyword that fits: the floor that any reader must pass."""
    found: dict[str, str] = {}
    if match := NUMBER.search(text):
        found["invoice_number"] = match[1]
    for match in DATE.finditer(text):
        with contextlib.suppress(ValueError):
            parts = match.groups()
            year, month, day = (parts[0], parts[1], parts[2]) if parts[0] else (parts[5], parts[4], parts[3])
            full = int(year) + (2000 if len(year) == 2 else 0)
            found["issue_date"] = date(full, int(month), int(day)).isoformat()
            break
    totals = [number(match[1]) for match in TOTAL.finditer(text)]
    if known := [one for one in totals if one is not None]:
        found["total"] = str(max(known))
    return found


def number(text: str) -> Decimal | None:
    """Return an amount whose last separator is the decimal mark."""
    digits = re.sub(r"[^\d]", "", text[:-3]) + "." + text[-2:]
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def seen_text(reading: Reading) -> str:
    """Return the words of a reading line by line, as a plain OCR tool would give them."""
    lines = []
    for page in reading.pages:
        rows: dict[int, list[tuple[float, str]]] = {}
        for word in page.words:
            rows.setdefault(round((word.top + word.bottom) / 2 / 6), []).append((word.x0, word.text))
        lines += [" ".join(text for _, text in sorted(row)) for _, row in sorted(rows.items())]
    return "\n".join(lines)


def pdfium_text(file: Path) -> str:
    """Return the text layer as pypdfium2 gives it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def pdfminer_text(file: Path) -> str:
    """Return the text layer as pdfminer.six gives it."""
    from pdfminer.high_level import extract_text

    return str(extract_text(str(file)))


@cache
def _templates() -> Any:
    from invoice2data.extract.loader import read_templates

    logging.getLogger("invoice2data").setLevel(logging.CRITICAL)
    return read_templates()


def invoice2data(file: Path) -> dict[str, str]:
    """Return what invoice2data reads with the templates it ships, over pdftotext (poppler) as they were written for."""
    from invoice2data import extract_data
    from invoice2data.input import pdftotext

    found: Mapping[str, Any] = extract_data(str(file), templates=_templates(), input_module=pdftotext) or {}
    names = {"invoice_number": "invoice_number", "date": "issue_date", "amount": "total"}
    values = {ours: found[theirs] for theirs, ours in names.items() if found.get(theirs) is not None}
    return {name: value.date().isoformat() if hasattr(value, "date") else str(value) for name, value in values.items()}


READERS: Mapping[str, Callable[[Path], dict[str, str]]] = {
    "keywords over pypdfium2": lambda file: keywords(pdfium_text(file)),
    "keywords over pdfminer.six": lambda file: keywords(pdfminer_text(file)),
    "invoice2data (its templates)": invoice2data,
}
"""Readers of digital PDF files."""
