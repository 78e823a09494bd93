"""How many rows of the shipped matrices `postroom mappings draft` proposes as a person wrote them: `python -m bench.draft`.

A row counts when its target field gets the same source (`from`, or the first field that its `via` reads). Fixed values
and rows that a picklist's expression fills cannot be proposed by name; they are counted apart. A field that several rows
fill (qualified segments) counts as found when the proposal is the source of any of them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from engine.content.draft.write import Choice, choices
from engine.content.expression import compile_expression
from engine.content.matrix import Matrix, load_matrices
from engine.content.matrix_row import MatrixRow

ROOT = Path(__file__).parents[1]
OTHERS: Mapping[str, Mapping[str, str]] = {
    "Business Central purchaseInvoice": {
        "vendorInvoiceNumber": "invoice_number", "invoiceDate": "issue_date", "dueDate": "due_date", "vendorNumber": "vendor.id",
        "vendorName": "vendor.name", "currencyCode": "currency", "totalAmountExcludingTax": "subtotal",
        "totalTaxAmount": "tax_total", "totalAmountIncludingTax": "total", "discountAmount": "discount_total",
        "purchaseInvoiceLines[].sequence": "line.position", "purchaseInvoiceLines[].lineObjectNumber": "vendor.gl_account",
        "purchaseInvoiceLines[].description": "description", "purchaseInvoiceLines[].unitOfMeasureCode": "unit",
        "purchaseInvoiceLines[].quantity": "quantity", "purchaseInvoiceLines[].directUnitCost": "unit_price",
        "purchaseInvoiceLines[].discountAmount": "discount", "purchaseInvoiceLines[].taxCode": "vendor.tax_code",
        "purchaseInvoiceLines[].taxPercent": "tax_rate", "purchaseInvoiceLines[].amountExcludingTax": "amount",
    },
    "Xero invoice": {
        "InvoiceNumber": "invoice_number", "Reference": "document.id", "Date": "issue_date", "DueDate": "due_date",
        "CurrencyCode": "currency", "SubTotal": "subtotal", "TotalTax": "tax_total", "Total": "total", "AmountDue": "amount_due",
        "Contact.Name": "vendor.name", "Contact.ContactID": "vendor.id", "LineItems[].Description": "description",
        "LineItems[].Quantity": "quantity", "LineItems[].UnitAmount": "unit_price", "LineItems[].ItemCode": "item_code",
        "LineItems[].AccountCode": "vendor.gl_account", "LineItems[].TaxType": "vendor.tax_code", "LineItems[].LineAmount": "amount",
    },
    "QuickBooks Bill": {
        "DocNumber": "invoice_number", "TxnDate": "issue_date", "DueDate": "due_date", "VendorRef.value": "vendor.id",
        "CurrencyRef.value": "currency", "TotalAmt": "total", "PrivateNote": "note", "Line[].Description": "description",
        "Line[].Amount": "amount", "Line[].LineNum": "line.position",
    },
    "NetSuite vendorBill": {
        "tranId": "invoice_number", "tranDate": "issue_date", "dueDate": "due_date", "entity": "vendor.id", "currency": "currency",
        "subsidiary": "env.company_code", "terms": "vendor.payment_terms", "taxTotal": "tax_total", "total": "total",
        "externalId": "document.id", "item.items[].quantity": "quantity", "item.items[].rate": "unit_price",
        "item.items[].amount": "amount", "item.items[].description": "description", "item.items[].units": "unit",
    },
}  # fmt: skip
"""Fields of other systems by their published names, with the source that a person takes; nothing was fitted to them."""
OUTBOUND = ROOT / "mappings" / "outbound"


class Measured(NamedTuple):
    """One matrix."""

    ref: str
    fields: int
    """Target fields that a person filled from a source."""
    proposed: int
    right: int
    """Proposed with the person's source."""
    among: int
    """The person's source is among the three best, proposed or not."""
    missed: tuple[str, ...]


def main() -> None:
    """Print a line a matrix that has rows of its own."""
    print(f"{'matrix':36} {'fields':>6} {'proposed':>8} {'right':>6} {'of proposed':>11} {'among three':>11}")
    for ref, matrix in load_matrices(ROOT).items():
        source = (OUTBOUND / f"{ref.replace('@', '.v')}.yaml").read_text(encoding="utf-8")
        if "\nrows:" in source:
            one = measure(matrix)
            print(_line(one))
            print("  " + "; ".join(one.missed))
    record = json.loads((ROOT / "mappings" / "canonical" / "invoice.schema.json").read_text(encoding="utf-8"))
    for name, truth in OTHERS.items():
        one = _compared(name, {path: {source} for path, source in truth.items()}, _schema(truth), record)
        print(f"{_line(one)}\n  {'; '.join(one.missed)}")


def measure(matrix: Matrix) -> Measured:
    """Return how a draft compares with a matrix that a person wrote."""
    record = json.loads((ROOT / "mappings" / "canonical" / f"{matrix.record}.schema.json").read_text(encoding="utf-8"))
    wanted: dict[str, set[str]] = defaultdict(set)
    for path, source in _written(matrix.rows, ""):
        wanted[path].add(source)
    return _compared(matrix.ref, wanted, matrix.payload_schema, record)


def _compared(
    name: str, wanted: Mapping[str, set[str]], schema: Mapping[str, Any], record: Mapping[str, Any]
) -> Measured:
    found = {one.field.dotted: one for one in choices(schema, record) if one.field.dotted in wanted}
    right = [path for path, one in found.items() if one.chosen and one.chosen.source.path in wanted[path]]
    among = [path for path, one in found.items() if {p.source.path for p in one.ranked} & wanted[path]]
    return Measured(
        name, len(wanted), sum(one.chosen is not None for one in found.values()), len(right), len(among),
        tuple(f"{path}: {_said(found.get(path))}, not {'|'.join(sorted(wanted[path]))}" for path in wanted if path not in right),
    )  # fmt: skip


def _schema(truth: Mapping[str, str]) -> dict[str, Any]:
    """Return a JSON Schema that holds nothing but the names of the fields."""
    whole: dict[str, Any] = {"properties": {}}
    for path in truth:
        place = whole
        *ahead, last = path.split(".")
        for part in ahead:
            name, is_list = part.removesuffix("[]"), part.endswith("[]")
            inner = place["properties"].setdefault(
                name, {"type": "array", "items": {"properties": {}}} if is_list else {"properties": {}}
            )
            place = inner["items"] if is_list else inner
        place["properties"][last] = {"type": "string"}
    return whole


def _line(one: Measured) -> str:
    precision, reach = one.right / max(1, one.proposed), one.among / max(1, one.fields)
    return f"{one.ref:36} {one.fields:>6} {one.proposed:>8} {one.right:>6} {precision:>11.1%} {reach:>11.1%}"


def _said(one: Choice | None) -> str:
    if one is None or not one.ranked:
        return "nothing"
    return f"{one.ranked[0].source.path} {one.ranked[0].score:.2f}"


def _written(rows: tuple[MatrixRow, ...], at: str) -> Iterator[tuple[str, str]]:
    """Yield (target field, source) of each row that has a source."""
    for row in rows:
        path = f"{at}.{row.to}" if at else row.to
        if row.is_leaf:
            source = row.source or next((f"{n}.{a}".removeprefix("record.") for n, a in _reads(row)), None)
            if source is not None:
                yield path, source
        elif row.each or row.items:
            yield from _written(row.rows, f"{path}[]")
            for item in row.items:
                yield from _written(item.rows, f"{path}[]")
        else:
            yield from _written(row.rows, path)


def _reads(row: MatrixRow) -> tuple[tuple[str, str], ...]:
    return compile_expression(row.via).reading.references if row.via is not None else ()


if __name__ == "__main__":
    main()
