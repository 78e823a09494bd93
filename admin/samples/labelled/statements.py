"""Statements of account of vendors, and the invoices that the ERP had posted of them."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from admin.samples.labelled.changes import VENDORS as PARTIES
from admin.samples.labelled.model import Labelled, Shape
from engine.model.reconciled import Standing

VENDORS = PARTIES[:3]
LANGUAGES = ("en", "de", "fr")
_LAST = date(2026, 10, 31)
_BOOKED = 40
"""Invoices of each vendor in the books."""
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "title": ("Statement of account", "STATEMENT OF ACCOUNT", "Supplier statement", "Statement of outstanding invoices"), "date": ("Statement date", "As at", "Date"), "customer": ("Account no", "Customer number", "Your account no"),
        "currency": ("Currency",), "tax_id": ("VAT no", "VAT number"), "name": ("Supplier", "Statement from"), "day": ("Date", "Invoice date", "Document date"), "number": ("Document", "Invoice no", "Reference", "Document no"),
        "kind": ("Type", "Transaction", "Description"), "due": ("Due date", "Due"), "amount": ("Amount", "Invoice amount", "Original amount"), "debit": ("Debit", "Charges"), "credit": ("Credit", "Payments"),
        "open": ("Outstanding", "Open amount", "Balance due"), "total": ("Balance due", "Total outstanding", "Amount due", "Closing balance"), "invoice": ("Invoice", "INV"), "payment": ("Payment", "Payment received"), "credit_note": ("Credit note", "Credit memo"),
    },
    "de": {
        "title": ("Kontoauszug Debitor", "Offene Posten", "OFFENE POSTEN LISTE", "Saldenmitteilung"), "date": ("Stand", "Stichtag", "Datum"), "customer": ("Kundennummer", "Kunden-Nr.", "Debitorennummer"),
        "currency": ("Währung",), "tax_id": ("USt-IdNr.",), "name": ("Lieferant", "Gläubiger"), "day": ("Datum", "Belegdatum", "Rechnungsdatum"), "number": ("Belegnummer", "Rechnungsnummer", "Beleg", "Rechnung Nr."),
        "kind": ("Art", "Belegart", "Vorgang"), "due": ("Fällig am", "Fälligkeit"), "amount": ("Betrag", "Rechnungsbetrag", "Belegbetrag"), "debit": ("Soll",), "credit": ("Haben",),
        "open": ("Offen", "Offener Betrag", "Restbetrag"), "total": ("Saldo", "Summe offene Posten", "Gesamtsaldo", "Offener Saldo"), "invoice": ("Rechnung", "RG"), "payment": ("Zahlung", "Zahlungseingang"), "credit_note": ("Gutschrift",),
    },
    "fr": {
        "title": ("Relevé de compte client", "Relevé de factures", "Situation de compte"), "date": ("Date", "Arrêté au"), "customer": ("Code client", "Numéro client"),
        "currency": ("Devise",), "tax_id": ("N° TVA",), "name": ("Fournisseur",), "day": ("Date", "Date facture"), "number": ("Facture", "N° pièce", "Référence"),
        "kind": ("Libellé", "Type"), "due": ("Échéance",), "amount": ("Montant", "Montant facture"), "debit": ("Débit",), "credit": ("Crédit",),
        "open": ("Reste dû", "Restant dû"), "total": ("Solde dû", "Total dû", "Solde"), "invoice": ("Facture",), "payment": ("Règlement", "Virement"), "credit_note": ("Avoir",),
    },
}  # fmt: skip
Layout = Literal["amounts", "movements", "open_items"]
Flaw = Literal["", "missing", "differs", "lost", "stranger"]
_FLAWS: tuple[Flaw, ...] = ("",) * 5 + ("missing", "missing", "differs", "lost", "stranger")
_REASONS: Mapping[Flaw, str] = {"differs": "position_differs", "lost": "balance_wrong", "stranger": "vendor_unknown"}


class Booked(NamedTuple):
    """An invoice in the books of the ERP."""

    vendor: str
    number: str
    day: date
    amount: Decimal
    paid: date | None


def booked() -> tuple[Booked, ...]:
    """Return the invoices that the ERP had posted; the same every time."""
    rng = random.Random("booked")
    found: list[Booked] = []
    for vendor in VENDORS:
        head = rng.choice(("RE-", "INV", "F2026-"))
        for at in range(_BOOKED):
            day = _LAST - timedelta(days=10 + 5 * at)
            paid = day + timedelta(days=30) if at % 4 == 3 else None
            amount = Decimal(rng.randrange(2000, 900000)) / 100
            found.append(Booked(vendor["id"], f"{head}{4000 + 37 * at}", day, amount, paid))
    return tuple(found)


def exported() -> str:
    """Return the books as the ERP exports them (`postroom duplicates import`)."""
    head = "document,vendor_id,number,date,amount,currency,paid_on"
    rows = (
        f"{51000 + at},{one.vendor},{one.number},{one.day},{one.amount},EUR,{one.paid or ''}"
        for at, one in enumerate(booked())
    )
    return "\n".join((head, *rows)) + "\n"


class _Row(NamedTuple):
    number: str
    day: date
    kind: Literal["invoice", "credit_note", "payment"]
    amount: Decimal
    """Of the document, never below zero."""
    left: Decimal
    standing: Standing


def vendor_statement(rng: random.Random, name: str, *, language: str) -> Labelled:
    """Return a statement with its truth; in some a position is not in the books, or another amount, or a row is left out."""
    words = {key: rng.choice(told) for key, told in _WORDS[language].items()}
    layout: Layout = rng.choice(("amounts", "movements", "open_items"))
    flaw, vendor = rng.choice(_FLAWS), rng.choice(VENDORS)
    issued = _LAST - timedelta(days=int(name.rpartition("-")[2]))
    rows = _rows(rng, vendor["id"], layout, flaw)
    balance = sum((_worth(row, layout) for row in rows), Decimal(0)) + (777 if flaw == "lost" else 0)
    party = "Finchley & Sons Ltd" if flaw == "stranger" else vendor["name"]
    is_named, shape = rng.random() < 0.5, _shape(rng)
    truth = {
        "issue_date": issued.isoformat(), "customer_number": "70045", "currency": "EUR", "total": f"{balance:.2f}", "vendor_name": party,
        **({} if flaw == "stranger" else {"vendor_tax_id": vendor["tax_id"]}), "lines": [_true(row, layout) for row in rows],
    }  # fmt: skip
    said = [("name", party)] if is_named else []
    said += [("date", _day(issued, language)), ("customer", "70045"), ("currency", "EUR")]
    said += [] if flaw == "stranger" else [("tax_id", vendor["tax_id"])]
    headings, right = _columns(words, layout)
    return Labelled(
        name=name, type="vendor_statement", language=language, title=words["title"], shape=shape, truth=truth,
        values=tuple((words[key], value) for key, value in said), reason=_REASONS.get(flaw, ""),
        letterhead=() if is_named else (party, f"{vendor['street']}, {vendor['postcode']} {vendor['city']}"),
        headings=headings, right=right, rows=tuple(_printed(row, layout, words, language) for row in rows),
        sums=((words["total"], _money(balance, language)),), standings=() if flaw == "stranger" else tuple(row.standing for row in rows),
    )  # fmt: skip


def _shape(rng: random.Random) -> Shape:
    return rng.choice(("beside", "beside", "columns", "below"))


def _rows(rng: random.Random, vendor: str, layout: Layout, flaw: Flaw) -> list[_Row]:
    pool = [one for one in booked() if one.vendor == vendor]
    rows = []
    for one in sorted(rng.sample(pool, rng.randrange(2, 9)), key=lambda one: one.day):
        is_paid = one.paid is not None and layout != "movements"
        left = one.amount / 2 if layout == "open_items" and not is_paid and rng.random() < 0.2 else one.amount
        rows.append(_Row(one.number, one.day, "invoice", one.amount, left.quantize(Decimal("0.01")), "paid" if is_paid else "posted"))  # fmt: skip
    if layout == "movements":
        rows.append(_Row("", rows[-1].day + timedelta(days=3), "payment", rows[0].amount, rows[0].amount, "payment"))
    if flaw == "missing":
        rows.append(_Row(f"{rows[0].number}99", rows[-1].day, "invoice", Decimal("431.20"), Decimal("431.20"), "missing"))  # fmt: skip
    if flaw == "differs":
        more = rows[0].amount + 90
        rows[0] = rows[0]._replace(amount=more, left=more, standing="differs")
    return rows


def _worth(row: _Row, layout: Layout) -> Decimal:
    return -row.amount if row.kind != "invoice" else row.left if layout == "open_items" else row.amount


def _true(row: _Row, layout: Layout) -> dict[str, str]:
    told = {"issue_date": row.day.isoformat(), **({"invoice_number": row.number} if row.number else {})}
    if layout == "movements":
        return {
            **told,
            "document_kind": row.kind,
            ("amount" if row.kind == "invoice" else "credit"): f"{row.amount:.2f}",
        }
    more = {"open_amount": f"{row.left:.2f}"} if layout == "open_items" else {}
    due = {"due_date": (row.day + timedelta(days=30)).isoformat()} if layout == "open_items" else {}
    return {**told, **due, "amount": f"{row.amount:.2f}", **more}


def _columns(words: Mapping[str, str], layout: Layout) -> tuple[tuple[str, ...], tuple[int, ...]]:
    names = {
        "amounts": ("number", "day", "amount"), "movements": ("day", "kind", "number", "debit", "credit"),
        "open_items": ("number", "day", "due", "amount", "open"),
    }[layout]  # fmt: skip
    right = tuple(at for at, name in enumerate(names) if name in {"amount", "debit", "credit", "open"})
    return tuple(words[name] for name in names), right


def _printed(row: _Row, layout: Layout, words: Mapping[str, str], language: str) -> tuple[str, ...]:
    day, amount = _day(row.day, language), _money(row.amount, language)
    if layout == "movements":
        return (day, words[row.kind], row.number, *((amount, "") if row.kind == "invoice" else ("", amount)))
    if layout == "open_items":
        return (row.number, day, _day(row.day + timedelta(days=30), language), amount, _money(row.left, language))
    return (row.number, day, amount)


def _day(day: date, language: str) -> str:
    return f"{day:%d %b %Y}" if language == "en" else f"{day:%d.%m.%Y}" if language == "de" else f"{day:%d/%m/%Y}"


def _money(value: Decimal, language: str) -> str:
    text = f"{value:,.2f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".," if language == "de" else " ,"))
