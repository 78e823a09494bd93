"""One paper of each workflow beside accounts payable, dated so that it is of these days: `python -m admin.samples.workflows FOLDER`.

With the master data that the papers are about, and the ERP's list of posted invoices that the statement is held against.
"""

import csv
import io
import random
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pikepdf

from admin.samples.labelled import draw
from admin.samples.labelled.applicants import packet
from admin.samples.labelled.changes import CUSTOMERS, VENDORS, change_request
from admin.samples.labelled.contracts import CUSTOMERS as BUYERS
from admin.samples.labelled.contracts import order_form
from admin.samples.labelled.leads import lead
from admin.samples.labelled.letters import correspondence
from admin.samples.labelled.model import Labelled
from admin.samples.labelled.orders import CUSTOMERS as SHOPS
from admin.samples.labelled.orders import PRICES, TERMS, THEIRS, purchase_order
from admin.samples.labelled.statements import exported, vendor_statement
from admin.samples.pages import receipt
from admin.samples.spending import expense, mailed

_TRIES = 5000
_CUSTOMER, _BUYER = "301", "Wendelin Küchenbau GmbH"
_SHOP, _SHOPS_NUMBER = "40501", "302"
_SOLD = {"LG-1010": "A-100", "LG-1040": "A-200", "LG-2200": "A-300"}
"""Items of the orders, as the stand-in of NetSuite calls them."""
_THEIRS = {"A-210": "A-200", "S-300": "A-300", "S-310": "A-300", "40301": _CUSTOMER}


def write(folder: Path, *, today: date, seed: int = 7) -> None:
    """Write the papers into `folder/papers`, and the tables beside it. Same day and seed, same words."""
    rng = random.Random(seed)
    papers = folder / "papers"
    papers.mkdir(parents=True, exist_ok=True)
    one, dear = expense(rng, today=today), expense(rng, today=today, flaw="dear")
    for name, spent in (("1-expense.eml", one), ("2-expense-above-the-limit.eml", dear)):
        (papers / name).write_bytes(mailed(spent, "receipt.pdf", receipt.draw(spent.paper)))
    (papers / "3-statement.pdf").write_bytes(draw.as_pdf(_sound(rng, "vendor_statement")))
    (papers / "4-lead.html").write_text(draw.as_html(_sound(rng, "lead")), encoding="utf-8")
    (papers / "5-change-of-account.pdf").write_bytes(draw.as_pdf(_sound(rng, "change_request", account="V10000")))
    (papers / "6-order-form.pdf").write_bytes(draw.as_pdf(_ordered(rng)))
    (papers / "7-order-of-a-customer.pdf").write_bytes(draw.as_pdf(_bought(rng)))
    application, extract, tax_form = packet(rng, "packet", language="en", written=today - timedelta(days=3))
    (papers / "8-application-and-extract.pdf").write_bytes(_in_one(draw.as_pdf(application), draw.as_pdf(extract)))
    later = folder / "later"
    later.mkdir(exist_ok=True)
    (later / "9-tax-form.pdf").write_bytes(draw.as_pdf(tax_form))
    (later / "10-letter.pdf").write_bytes(draw.as_pdf(_written(rng)))
    _table(folder / "vendors.csv", VENDORS)
    _table(folder / "items.csv", [{"code": code, "unit": "H87"} for code in _SOLD.values()])
    _table(folder / "customer_items.csv", _theirs())
    _table(
        folder / "prices.csv",
        [{**one, "item_code": _SOLD[one["item_code"]]} for one in PRICES if one["item_code"] in _SOLD],
    )
    _table(folder / "terms.csv", TERMS)
    _table(
        folder / "screening.csv", [{"id": "T-1", "name": "Nemo Shipping Company", "list": "Test", "as_of": f"{today}"}]
    )
    # of customers and items the stand-in of NetSuite knows two and three
    _table(
        folder / "customers.csv",
        (*CUSTOMERS, _wendelin(), {**next(one for one in SHOPS if one["id"] == _SHOP), "id": _SHOPS_NUMBER}),
    )
    (folder / "posted_invoices.csv").write_text(exported(), encoding="utf-8")


def _sound(rng: random.Random, kind: str, *, account: str = "") -> Labelled:
    """Return the first paper of a type in English that nothing holds, of an account where one is named."""
    made = (_made(rng, kind) for _ in range(_TRIES))
    return next(one for one in made if not one.reason and one.truth.get("account_number", "") == account)


def _ordered(rng: random.Random) -> Labelled:
    """Return an order form of a customer and for items that the stand-in of NetSuite knows."""
    made = (order_form(rng, f"order-{at}", language="en") for at in range(_TRIES))
    one = next(one for one in made if not one.reason and one.truth.get("buyer_name") == _BUYER)
    rows = tuple(tuple(_THEIRS.get(cell, cell) for cell in row) for row in one.rows)
    values = tuple((label, _THEIRS.get(value, value)) for label, value in one.values)
    return one.model_copy(update={"rows": rows, "values": values})


def _wendelin() -> Mapping[str, str]:
    return {**next(one for one in BUYERS if one["name"] == _BUYER), "id": _CUSTOMER}


def _written(rng: random.Random) -> Labelled:
    return correspondence(rng, "letter-1", language="en", account=_wendelin())


def _theirs() -> list[Mapping[str, str]]:
    """Return what the shop calls the items that the stand-in of NetSuite knows."""
    return [
        {**one, "customer_id": _SHOPS_NUMBER, "item_code": _SOLD[one["item_code"]]}
        for one in THEIRS if one["customer_id"] == _SHOP and one["item_code"] in _SOLD
    ]  # fmt: skip


def _bought(rng: random.Random) -> Labelled:
    """Return an order of the shop by its own item numbers, at the prices of its group."""
    known = {one["customer_item_code"] for one in THEIRS if one["customer_id"] == _SHOP and one["item_code"] in _SOLD}
    made = (purchase_order(rng, f"order-{at}", language="en") for at in range(_TRIES))
    return next(
        one for one in made
        if not one.reason and {line["item_code"] for line in one.truth["lines"]} <= known and one.sums
        and _SHOP not in {value for _, value in one.values}
    )  # fmt: skip


def _in_one(*papers: bytes) -> bytes:
    """Return the pages of several PDF files in one."""
    with pikepdf.new() as whole:
        for paper in papers:
            with pikepdf.open(io.BytesIO(paper)) as part:
                whole.pages.extend(part.pages)
        made = io.BytesIO()
        whole.save(made, deterministic_id=True)
    return made.getvalue()


def _made(rng: random.Random, kind: str) -> Labelled:
    maker = {"vendor_statement": vendor_statement, "lead": lead, "change_request": change_request}[kind]
    return maker(rng, f"{kind}-1", language="en")


def _table(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    write(Path(sys.argv[1]), today=datetime.now(UTC).date())
