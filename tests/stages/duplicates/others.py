"""Documents that look like an earlier invoice and are claims of their own."""

import random
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import exp, log

from tests.stages.duplicates.invoices import Line, Paper, draw_lines, draw_vendor

Pair = tuple[Paper, Paper]
Other = Callable[[random.Random, Paper], Pair]

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


def _serials(rng: random.Random, most: int = 400) -> int:
    """Return how many numbers a vendor gave out meanwhile: a few or hundreds, and none of them rounder than others."""
    return round(exp(rng.uniform(0, log(most))))


def _next(rng: random.Random, paper: Paper, *, days: int, step: int = 0) -> Paper:
    """Return a later invoice of the vendor: next number, later date, fresh references."""
    serial = paper.serial + (step or rng.randint(1, 60))
    issued = paper.issued + timedelta(days=days)
    term = date.fromisoformat(paper.extra["due_date"]) - paper.issued if "due_date" in paper.extra else timedelta()
    made = replace(paper, serial=serial, issued=issued, number=paper.vendor.numbering(rng, serial, issued))
    fresh = {
        "due_date": (issued + term).isoformat() if term else None,
        "delivery_note_number": f"LS{rng.randint(10_000, 99_999)}" if "delivery_note_number" in paper.extra else None,
    }
    return made.with_extra(**fresh)


def consecutive(rng: random.Random, paper: Paper) -> Pair:
    made = _next(rng, paper, days=rng.choice((0, 0, 1, 3, 10)), step=rng.choice((1, 1, 2, 5)))
    return paper, replace(made, lines=draw_lines(rng)).with_extra(po_number=None)


def same_order(rng: random.Random, paper: Paper) -> Pair:
    """Part deliveries of one order, of other quantities or the same."""
    first = paper.with_extra(
        po_number=f"45{rng.randint(10**7, 10**8 - 1)}", delivery_note_number=f"LS{rng.randint(10_000, 99_999)}"
    )
    made = _next(rng, first, days=rng.choice((1, 3, 7, 14, 30)), step=rng.randint(1, 30))
    if rng.random() < 0.7:
        made = replace(made, lines=tuple(replace(one, quantity=one.quantity + rng.randint(1, 9)) for one in made.lines))
    return first, made


def monthly(rng: random.Random, paper: Paper) -> Pair:
    """The same amount every month; the month stands in the text, in the period, or nowhere."""
    months = rng.choice((1, 1, 1, 2, 3, 6, 12))
    second = _next(rng, paper, days=round(30.4 * months), step=_serials(rng))
    style = rng.choice(("text", "period", "none"))

    def month(one: Paper, index: int) -> Paper:
        if style == "text":
            line = replace(
                one.lines[0], description=f"{one.lines[0].description} {_MONTHS[(paper.issued.month - 1 + index) % 12]}"
            )
            return replace(one, lines=(line, *one.lines[1:]))
        if style == "period":
            start = date(
                paper.issued.year + (paper.issued.month - 1 + index) // 12, (paper.issued.month - 1 + index) % 12 + 1, 1
            )
            return one.with_extra(period_start=start.isoformat(), period_end=start.replace(day=28).isoformat())
        return one

    return month(paper, 0), month(second, months)


def weekly(rng: random.Random, paper: Paper) -> Pair:
    return paper, _next(rng, paper, days=rng.choice((7, 7, 14)), step=_serials(rng, 60))


def instalments(rng: random.Random, paper: Paper) -> Pair:
    """Parts of one order: the part stands in the number, or in the text."""
    order = {"po_number": f"45{rng.randint(10**7, 10**8 - 1)}"}
    days, parts = rng.choice((0, 14, 30, 30, 90)), rng.choice((2, 3, 4))
    share = Decimal(rng.randint(50_000, 900_000)) / 100

    def part(index: int, number: str, text: str) -> Paper:
        line = Line(description=text, item_code="", quantity=Decimal(1), unit_price=share)
        made = replace(paper, number=number, issued=paper.issued + timedelta(days=days * (index - 1)), lines=(line,))
        return made.with_extra(**order, delivery_note_number=None)

    if rng.random() < 0.5:
        sign = rng.choice(("/", "-"))
        return tuple(part(i, f"{paper.number}{sign}{i}", f"Instalment {i} of {parts}") for i in (1, 2))  # type: ignore[return-value]
    text = rng.choice(("Instalment {}/{}", "{}. Rate von {}", "Acompte {} sur {}", "Part payment {} of {}"))
    numbers = [paper.vendor.numbering(rng, paper.serial + i, paper.issued) for i in (1, 2)]
    return tuple(part(i, numbers[i - 1], text.format(i, parts)) for i in (1, 2))  # type: ignore[return-value]


def credit_note(rng: random.Random, paper: Paper) -> Pair:
    made = _next(rng, paper, days=rng.choice((0, 2, 20)), step=rng.randint(1, 40))
    if rng.random() < 0.3:
        made = replace(made, number=paper.number)
    return paper, replace(made, type="credit_note").with_extra(preceding_invoice_number=paper.number)


def two_credits(rng: random.Random, paper: Paper) -> Pair:
    first = replace(paper, type="credit_note").with_extra(preceding_invoice_number=f"X{rng.randint(1000, 9999)}")
    made = _next(rng, first, days=rng.choice((5, 20, 40)))
    return first, replace(made, lines=draw_lines(rng)).with_extra(
        preceding_invoice_number=f"X{rng.randint(1000, 9999)}"
    )


def down_payment(rng: random.Random, paper: Paper) -> Pair:
    """A final invoice that names its down payment."""
    final = _next(rng, paper, days=rng.choice((20, 40, 90)))
    lines = (*final.lines, *draw_lines(rng, 2))
    return paper, replace(final, lines=lines).with_extra(preceding_invoice_number=paper.number)


def sites(rng: random.Random, paper: Paper) -> Pair:
    """One price for several sites, billed on one day, each under its contract."""
    name = rng.choice(("contract_number", "customer_number", "delivery_note_number", "po_number"))
    first = paper.with_extra(**{name: f"{rng.randint(100_000, 999_999)}"})
    second = _next(rng, first, days=0, step=rng.choice((1, 1, 2, 3)))
    return first, second.with_extra(**{name: f"{rng.randint(100_000, 999_999)}"})


def other_vendor(rng: random.Random, paper: Paper) -> Pair:
    vendor = draw_vendor(rng, rng.randint(20_000, 29_000), (paper.vendor.numbering,))
    made = replace(paper, vendor=vendor)
    if rng.random() < 0.9:
        made = replace(made, lines=draw_lines(rng))
    return paper, replace(made, issued=paper.issued + timedelta(days=rng.choice((0, 1, 30)))).with_extra(po_number=None)


def new_year(rng: random.Random, paper: Paper) -> Pair:
    """Numbers that begin again every year and do not name it."""
    number = f"{rng.randint(1, 400):04d}"
    first = replace(paper, number=number, issued=date(2025, rng.randint(1, 6), rng.randint(1, 28)))
    second = replace(first, issued=first.issued.replace(year=2026) + timedelta(days=rng.randint(0, 40)))
    return first, replace(second, lines=draw_lines(rng)).with_extra(po_number=None, due_date=None)


def same_price(rng: random.Random, paper: Paper) -> Pair:
    """Small services of one fixed price within days: parking, tolls, courier trips."""
    trip = rng.randint(1000, 9000)
    line = Line(f"Trip {trip}", "", Decimal(1), Decimal(rng.choice((1250, 1990, 4500, 8000))) / 100)
    first = replace(paper, lines=(line,)).with_extra(po_number=None)
    second = _next(rng, first, days=rng.choice((1, 1, 2, 3, 4)), step=rng.choice((1, 2, 9, 37)))
    return first, replace(second, lines=(replace(line, description=f"Trip {trip + rng.randint(1, 90)}"),))


def two_series(rng: random.Random, paper: Paper) -> Pair:
    """Two series of numbers whose letters look like digits, or that differ in a prefix alone."""
    one, other = rng.choice((("S-", "5-"), ("B", "8"), ("RE-", "GU-"), ("I", "1"), ("INV-", "SRV-")))
    first = replace(paper, number=f"{one}{paper.serial:05d}")
    second = _next(rng, replace(first, lines=draw_lines(rng)), days=rng.choice((10, 40, 100, 300)))
    return first, replace(second, number=f"{other}{paper.serial:05d}").with_extra(po_number=None)


def end_of_month(rng: random.Random, paper: Paper) -> Pair:
    """Weekly invoices that are due on one day, the last of the month or the fifteenth of the next."""
    first = replace(paper, issued=paper.issued.replace(day=rng.randint(1, 14)))
    last = first.issued.replace(day=monthrange(first.issued.year, first.issued.month)[1])
    due = (last + timedelta(days=rng.choice((0, 15)))).isoformat()
    second = _next(rng, first, days=7, step=_serials(rng, 60))
    return first.with_extra(due_date=due), second.with_extra(due_date=due)


def monthly_number(rng: random.Random, paper: Paper) -> Pair:
    """Rent and leasing: the number is the contract and the month."""
    contract, sign = rng.randint(100, 99_999), rng.choice(("-", "/", ""))
    form = rng.choice(("%Y%m", "%m%Y", "%y%m", "%Y-%m", "%m/%Y"))
    months = rng.choice((1, 1, 2, 3, 5, 6))

    def of(one: Paper) -> Paper:
        return replace(one, number=f"{contract}{sign}{one.issued.strftime(form)}")

    first = replace(paper, issued=paper.issued.replace(day=rng.randint(1, 28)))
    return of(first), of(_next(rng, first, days=round(30.44 * months)))


def billed_sisters(rng: random.Random, paper: Paper) -> Pair:
    """One service at one price for two companies of the group, each with an invoice of its own on one day."""
    second = _next(rng, paper, days=0, step=rng.choice((1, 1, 1, 2, 3)))
    return paper, replace(second, buyer=("Muster Service GmbH", "DE811234567")).with_extra(po_number=None)


def other_currency(rng: random.Random, paper: Paper) -> Pair:
    """The same figures in another currency, later."""
    currency = rng.choice([code for code in ("CHF", "USD", "EUR", "SEK") if code != paper.currency])
    return paper, replace(_next(rng, paper, days=rng.choice((0, 7, 30))), currency=currency)


def partial_credit(rng: random.Random, paper: Paper) -> Pair:
    """Two credit notes for two lines of one invoice, of like amounts."""
    line = replace(paper.lines[0], description=f"Credit {paper.lines[0].description}")
    first = replace(paper, type="credit_note", lines=(line,)).with_extra(preceding_invoice_number=f"X{paper.serial}")
    second = _next(rng, first, days=rng.choice((0, 3, 20)))
    price = line.unit_price + Decimal(rng.randint(1, 900)) / 100
    return first, replace(second, lines=(replace(line, unit_price=price),))


OTHERS: Mapping[str, Other] = {
    "consecutive": consecutive, "part deliveries": same_order, "monthly": monthly, "weekly": weekly,
    "instalments": instalments, "credit note": credit_note, "two credits": two_credits, "down payment": down_payment,
    "sites": sites, "other vendor": other_vendor, "new year": new_year, "same price": same_price,
    "two series": two_series, "end of month": end_of_month, "monthly number": monthly_number,
    "billed sisters": billed_sisters, "other currency": other_currency, "partial credit": partial_credit,
}  # fmt: skip


def corrected(rng: random.Random, paper: Paper) -> Pair:
    """An invoice written anew in the place of an earlier one, which it names: no copy, but the earlier must be credited."""
    made = _next(rng, paper, days=rng.choice((0, 3, 15)), step=rng.randint(1, 40))
    if rng.random() < 0.3:
        made = replace(made, number=f"{paper.number}{rng.choice(('-K', '/2', '-A'))}")
    if rng.random() < 0.6:
        first = made.lines[0]
        made = replace(made, lines=(replace(first, unit_price=first.unit_price + Decimal("1.10")), *made.lines[1:]))
    return paper, made.with_extra(preceding_invoice_number=paper.number)


def undecidable(rng: random.Random, paper: Paper) -> Pair:
    """Two claims on one day with the same lines and nothing that tells them apart but the number."""
    return paper, _next(rng, paper.without("delivery_note_number"), days=0, step=rng.randint(1, 40))
