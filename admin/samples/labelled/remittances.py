"""Remittance advices: what customers say that they pay."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from admin.samples import ids
from admin.samples.labelled.model import Labelled, Shape

_PAYERS = (
    "Larkspur & Finch Cafes Ltd",
    "Ufergarten Seminarhotel GmbH",
    "Kestrel Moor Engineering Ltd",
    "Quellwald Verpackungen AG",
)
_PAYEE, _STREET = "Lindenhof Handels GmbH", "15 Orchard Parade, Bath BA1 2QX"
_CENT = Decimal("0.01")
_WORDS = {
    "en": {
        "titles": ("Remittance advice", "Payment advice", "REMITTANCE ADVICE"), "paid": ("Payment date", "Value date", "Date of payment"), "reference": ("Payment reference", "Our reference", "BACS reference"),
        "customer": ("Our customer no", "Customer number", "Our account no with you"), "payer": ("Payer", "Paid by", "Remitter"), "payee": ("Payee", "Paid to", "Beneficiary"),
        "iban": ("Your IBAN", "Beneficiary account"), "number": ("Invoice no", "Your invoice", "Document number", "Invoice"), "date": ("Invoice date", "Date"),
        "gross": ("Invoice amount", "Gross"), "discount": ("Discount", "Cash discount", "Deduction"), "net": ("Amount paid", "Net amount", "Paid", "Amount"),
        "total": ("Total paid", "Payment total", "Total", "Amount transferred"),
    },
    "de": {
        "titles": ("Zahlungsavis", "Avis", "ZAHLUNGSAVIS"), "paid": ("Zahlungsdatum", "Valuta", "Wertstellung"), "reference": ("Verwendungszweck", "Unsere Referenz", "Zahlungsreferenz"),
        "customer": ("Unsere Kundennummer", "Kunden-Nr.", "Kundennummer"), "payer": ("Zahler", "Auftraggeber"), "payee": ("Empfänger", "Zahlungsempfänger"),
        "iban": ("Ihre IBAN", "Empfängerkonto"), "number": ("Rechnungsnummer", "Belegnummer", "Ihre Rechnung", "Beleg"), "date": ("Rechnungsdatum", "Belegdatum", "Datum"),
        "gross": ("Rechnungsbetrag", "Brutto"), "discount": ("Skonto", "Abzug"), "net": ("Zahlbetrag", "Betrag", "Netto"),
        "total": ("Gesamtbetrag", "Zahlungsbetrag", "Summe", "Überweisungsbetrag"),
    },
}  # fmt: skip


Flaw = Literal["", "wrong_sum", "no_reference", "credit"]
_FLAWS: tuple[Flaw, ...] = ("",) * 7 + ("wrong_sum", "no_reference", "credit")
_REASONS: Mapping[Flaw, str] = {"wrong_sum": "lines_do_not_add_up", "no_reference": "mandatory_missing"}
_SOME = 50
"""An advice that takes a credit note off pays at least this."""


class _Payment(NamedTuple):
    """What somebody pays, before it is written down."""

    payer: str
    paid: date
    reference: str
    customer: str
    account: str
    currency: str
    lines: tuple[dict[str, str], ...]
    total: Decimal
    """As it is printed."""
    is_named: bool
    """Payer and payee have labels; else they stand in letterhead and address."""
    is_netted: bool
    """There are columns of what was billed and of cash discount."""
    flaw: Flaw


def remittance(rng: random.Random, name: str, *, language: str) -> Labelled:
    """Return an advice with its truth; in some the sum is wrong, the reference is missing, or a credit note is set off."""
    words = {key: rng.choice(told) for key, told in _WORDS[language].items()}
    one = _payment(rng, language)
    shape: Shape = rng.choice(("beside", "columns"))
    columns = ("gross", "discount", "net") if one.is_netted else ("net",)
    return Labelled(
        name=name, type="remittance", language=language, title=words["titles"], shape=shape, truth=_truth(one),
        values=tuple(_values(rng, one, words, language)), letterhead=() if one.is_named else (one.payer, _STREET),
        addressee=() if one.is_named else (_PAYEE, "Lindenallee 1", "10115 Berlin"),
        headings=(words["number"], words["date"], *(words[column] for column in columns)),
        rows=tuple(_printed(line, language, is_netted=one.is_netted) for line in one.lines),
        right=tuple(range(2, 2 + len(columns))), sums=((words["total"], f"{_money(one.total, language)} {one.currency}"),),
        reason=_REASONS.get(one.flaw, ""),
    )  # fmt: skip


def _payment(rng: random.Random, language: str) -> _Payment:
    paid, flaw = date(2026, 9, 1) + timedelta(days=rng.randrange(60)), rng.choice(_FLAWS)
    is_netted = rng.random() < 0.6
    lines = [_line(rng, at, paid, is_netted=is_netted) for at in range(rng.randrange(1, 7))]
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    if flaw == "credit" and total > _SOME:
        off = {"invoice_number": f"GS-{rng.randrange(100, 999)}", "issue_date": paid.isoformat(), "amount": "-20.00"}
        lines.append(off | ({"invoice_amount": "-20.00"} if is_netted else {}))
        total -= 20
    return _Payment(
        payer=rng.choice(_PAYERS), paid=paid, reference=f"ZA-{rng.randrange(10000, 99999)}", customer=f"C-{rng.randrange(100, 999)}",
        account=ids.iban(rng, "DE"), currency=rng.choice(("EUR", "EUR", "GBP" if language == "en" else "CHF")), lines=tuple(lines),
        total=total + (90 if flaw == "wrong_sum" else 0), is_named=rng.random() < 0.7, is_netted=is_netted, flaw=flaw,
    )  # fmt: skip


def _values(rng: random.Random, one: _Payment, words: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    parties = [("payer", one.payer), ("payee", _PAYEE)] if one.is_named else []
    reference = [] if one.flaw == "no_reference" else [("reference", one.reference)]
    told = [
        *parties, ("paid", _day(rng, one.paid, language)), *reference, ("customer", one.customer), ("iban", _grouped(one.account)),
    ]  # fmt: skip
    return [(words[key], value) for key, value in told]


def _truth(one: _Payment) -> dict[str, Any]:
    said = {
        "payment_date": one.paid.isoformat(), "payment_reference": one.reference, "currency": one.currency,
        "total": f"{one.total:.2f}", "customer_number": one.customer, "payer_name": one.payer, "payee_name": _PAYEE,
        "payee_iban": one.account, "lines": list(one.lines),
    }  # fmt: skip
    return {
        name: value for name, value in said.items() if not (one.flaw == "no_reference" and name == "payment_reference")
    }


def _line(rng: random.Random, at: int, paid: date, *, is_netted: bool) -> dict[str, str]:
    gross = Decimal(rng.randrange(1000, 900000)) / 100
    discount = (gross * rng.choice((0, 0, 2, 3)) / 100).quantize(_CENT) if is_netted else Decimal(0)
    issued = paid - timedelta(days=rng.randrange(5, 40))
    line = {
        "invoice_number": f"AR-{rng.randrange(1000, 9999)}{at}",
        "issue_date": issued.isoformat(),
        "amount": f"{gross - discount:.2f}",
    }
    return (
        line
        | ({"invoice_amount": f"{gross:.2f}"} if is_netted else {})
        | ({"discount": f"{discount:.2f}"} if discount else {})
    )


def _printed(line: dict[str, str], language: str, *, is_netted: bool) -> tuple[str, ...]:
    day = _day(random.Random(0), date.fromisoformat(line["issue_date"]), language)  # one notation a table
    amounts = [line.get(name, "") for name in (("invoice_amount", "discount", "amount") if is_netted else ("amount",))]
    return (line["invoice_number"], day, *(_money(Decimal(one), language) if one else "" for one in amounts))


def _day(rng: random.Random, day: date, language: str) -> str:
    return f"{day:%d.%m.%Y}" if language == "de" else rng.choice((f"{day:%d %b %Y}", f"{day.day} {day:%B} {day.year}"))


def _money(value: Decimal, language: str) -> str:
    text = f"{value:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def _grouped(account: str) -> str:
    return " ".join(account[at : at + 4] for at in range(0, len(account), 4))
