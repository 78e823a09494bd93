"""The reader against IDocs that somebody else's double of SAP writes (mock-sap).

Its sums of an invoice are the other way round than SAP documents them (010 net, 011 billed): they are left to the rules.
"""

import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import mocksap
import pytest

from tests.adapters.idoc.messages import codes, data_of, plain, read

ORDERS = "/sap/opu/odata/sap/API_SALES_ORDER_SRV/A_SalesOrder"


@pytest.fixture(scope="module")
def sap() -> Iterator[httpx.Client]:
    server = mocksap.make_server(mocksap.Config(port=0, quiet=True))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    host, port = server.server_address[:2]
    with httpx.Client(base_url=f"http://{host}:{port}") as client:
        token = client.get(ORDERS, params={"$top": "1"}, headers={"x-csrf-token": "Fetch"}).headers["x-csrf-token"]
        client.headers["x-csrf-token"] = token
        yield client
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def order(sap: httpx.Client) -> dict[str, Any]:
    answer = sap.get(ORDERS, params={"$format": "json", "$top": "1", "$expand": "to_Item"})
    found: dict[str, Any] = answer.json()["d"]["results"][0]
    return found


def generated(sap: httpx.Client, message: str, order: dict[str, Any]) -> bytes:
    body = {"mestyp": message, "SalesOrder": order["SalesOrder"]}
    return sap.post("/sap/bc/idoc/generate", json=body, headers={"accept": "text/xml"}).raise_for_status().content


def test_its_order_says_what_its_database_says(sap: httpx.Client, order: dict[str, Any], tmp_path: Path) -> None:
    reading = read(tmp_path, generated(sap, "ORDERS", order))
    said = plain(reading)

    items = order["to_Item"]["results"]
    assert (data_of(reading).type, codes(reading)) == ("purchase_order", [])
    assert (said["po_number"], said["currency"]) == (order["SalesOrder"], order["TransactionCurrency"])
    assert said["customer_number"] == order["SoldToParty"]
    assert [(line["item_code"], Decimal(line["quantity"]), line["description"]) for line in said["lines"]] == [
        (item["Material"], Decimal(item["RequestedQuantity"]), item["SalesOrderItemText"]) for item in items
    ]


def test_its_invoice_bills_the_items_of_the_order(sap: httpx.Client, order: dict[str, Any], tmp_path: Path) -> None:
    reading = read(tmp_path, generated(sap, "INVOIC", order))
    said = plain(reading)

    items = order["to_Item"]["results"]
    assert (data_of(reading).type, codes(reading), said["po_number"]) == ("invoice", [], order["SalesOrder"])
    assert [Decimal(line["amount"]) for line in said["lines"]] == [Decimal(item["NetAmount"]) for item in items]
    assert said["buyer_name"]
