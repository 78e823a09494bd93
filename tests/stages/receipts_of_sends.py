"""A flow whose second send maps what the receipt of the first one tells; nothing of it is shipped."""

import json
from pathlib import Path
from typing import Any

from engine.content.flow import Flow
from engine.content.matrix import Matrix, load_matrices

ROOT = Path(__file__).parents[2]
VENDOR = """
name: try.vendor
version: 1
from: invoice
target: {adapter: files, object: vendor, schema: try.vendor.schema.json}
owner: finance
returns: {posting_number: "d.results.0.number"}
rows:
  - {to: name, from: vendor_name, need: must}
examples:
  - {name: one, record: {vendor_name: Nord}, payload: {name: Nord}}
"""
BILL = """
name: try.bill
version: 1
from: invoice
target: {adapter: files, object: bill, schema: try.bill.schema.json}
owner: finance
rows:
  - {to: no, from: invoice_number, need: must}
  - {to: vendor.id, from: receipts.vendor.external_id, type: integer, need: must}
  - {to: vendor.posting, from: receipts.vendor.posting_number, type: {text: {max: 8}}}
examples:
  - {name: not told yet, record: {invoice_number: "1"}}
  - {name: told, record: {invoice_number: "1"}, receipts: {vendor: {external_id: "4711", posting_number: "51"}}, payload: {no: "1", vendor: {id: 4711, posting: "51"}}}
"""
SCHEMAS: dict[str, Any] = {
    "vendor": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    "bill": {
        "type": "object",
        "required": ["no", "vendor"],
        "properties": {
            "no": {"type": "string"},
            "vendor": {
                "type": "object", "required": ["id"], "additionalProperties": False,
                "properties": {"id": {"type": "integer", "maximum": 99999}, "posting": {"type": "string"}},
            },
        },
    },
}  # fmt: skip


def matrices(folder: Path, *, bill: str = BILL) -> dict[str, Matrix]:
    """Return the two matrices, loaded from files."""
    for name in ("canonical", "outbound"):
        (folder / "mappings" / name).mkdir(parents=True)
    for file in ("canonical/invoice.schema.json", "ownership.yaml"):
        target = folder / "mappings" / file
        target.write_text((ROOT / "mappings" / file).read_text(encoding="utf-8"), encoding="utf-8")
    outbound = folder / "mappings" / "outbound"
    for name, schema in SCHEMAS.items():
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        (outbound / f"try.{name}.schema.json").write_text(json.dumps(whole), encoding="utf-8")
    (outbound / "try.vendor.v1.yaml").write_text(VENDOR, encoding="utf-8")
    (outbound / "try.bill.v1.yaml").write_text(bill, encoding="utf-8")
    return dict(load_matrices(folder))


def flow_of(*, after: tuple[str, ...] = ("vendor",), deadline_hours: int | None = None) -> Flow:
    """Return the flow."""
    return Flow.model_validate({
        "name": "try", "version": 1, "when": {"types": ["invoice"]}, "record": "invoice", "ruleset": "ap_invoice@1",
        "queues": {"ap_data": "Accounts payable"}, "business_key": "{invoice_number}",
        "sends": [
            {"target": "erp", "object": "vendor", "mapping": "try.vendor@1"},
            {"target": "erp", "object": "bill", "mapping": "try.bill@1", "after": after, "deadline_hours": deadline_hours},
        ],
    })  # fmt: skip
