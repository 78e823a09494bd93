"""A hub killed while a document waits loses nothing and posts once."""

from pathlib import Path

import pytest

from engine.store import masterdata
from engine.store.database import transaction
from tests.durable.invoices import VENDOR
from tests.durable.site import Site

pytestmark = pytest.mark.slow

LINE = {
    "line": "10", "description": "Filter cartridge", "quantity": "4", "unit": "C62", "unit_price": "26.00",
    "receipt_required": "true",
}  # fmt: skip
ORDER = {"number": "PO-1", "vendor_id": VENDOR["id"], "currency": "EUR", "status": "open", "lines": [LINE]}
RECEIPT = {"receipt": "GR-1", "line": "1", "number": "PO-1", "order_line": "10", "quantity": "4"}


def naming_its_order(file: Path) -> Path:
    """Let an invoice name the order."""
    named = "</cbc:DocumentCurrencyCode><cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>"
    file.write_text(file.read_text().replace("</cbc:DocumentCurrencyCode>", named, 1))
    return file


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_whoever_dies_when_a_wait_begins_or_ends_the_invoice_is_posted_once(site: Site) -> None:
    (file,) = site.invoices(1)
    with transaction(site.house.engine) as tx:
        masterdata.upsert_orders(tx, [ORDER])
    begun = site.lives(
        {"accept": [str(naming_its_order(file))], "death": {"when": "before", "wait": "begin"}},
        {"death": {"when": "after", "wait": "begin"}},
    )
    with transaction(site.house.engine) as tx:
        masterdata.upsert_goods_receipts(tx, [RECEIPT])

    ended = site.lives({"death": {"when": "after", "wait": "look"}, "until": "killed"}, {})

    assert (begun, ended) == ([-9, -9], [-9, 0])
    site.assert_each_posted_once(1)
