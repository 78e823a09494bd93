"""The adapter against an independent double: mock-sap, which somebody else wrote."""

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import mocksap
import pytest

from adapters.sap.plug import PLUG
from adapters.sap.target import SapTarget
from adapters.shared.http import Patience
from engine.model.errors import Ambiguous, Rejected, Transient
from engine.model.operation import Receipt
from tests.adapters.sap.operations import invoice, operation, sales_order

QUICK = Patience(read=5, tries=2, sleep=lambda _: None)
ORDER_INVOICE = {
    "CompanyCode": "1710", "InvoicingParty": "1000004", "SupplierInvoiceIDByInvcgParty": "RE-O'1", "DocumentDate": "2026-03-04",
    "PostingDate": "2026-03-05", "DocumentCurrency": "EUR", "InvoiceGrossAmount": "119.00", "PaymentTerms": "0001",
}  # fmt: skip


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = mocksap.make_server(mocksap.Config(port=0, quiet=True))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    host, port = server.server_address[:2]
    yield f"http://{host}:{port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def target(url: str) -> Iterator[SapTarget]:
    target = PLUG.target({"url": url, "username": "POSTROOM", "password": "geheim-4711"}, patience=QUICK)
    yield target
    target.close()


def count(url: str, entity_set: str) -> int:
    with urlopen(f"{url}/sap/opu/odata/sap/{entity_set}?$format=json&$top=1000") as answer:  # noqa: S310 - our own double
        rows: list[Any] = json.load(answer)["d"]["results"]
    return len(rows)


def test_an_order_is_created_with_a_token_and_found_again(url: str, target: SapTarget) -> None:
    before = count(url, "API_SALES_ORDER_SRV/A_SalesOrder")

    sent = target.send(sales_order("PO'1/ü"))
    again = target.send(sales_order("PO'1/ü"))

    assert (sent.outcome, again.outcome, again.external_id) == ("created", "already_there", sent.external_id)
    assert count(url, "API_SALES_ORDER_SRV/A_SalesOrder") == before + 1


def test_an_invoice_under_the_same_number_with_another_amount_is_somebody_elses(target: SapTarget) -> None:
    mine = operation("supplier_invoice", ORDER_INVOICE)
    sent = target.send(mine)
    found = target.find(mine)

    assert found is not None
    assert found.external_id == sent.external_id
    with pytest.raises(Ambiguous, match=r"InvoiceGrossAmount 120, in SAP 119"):
        target.find(operation("supplier_invoice", {**ORDER_INVOICE, "InvoiceGrossAmount": "120.00"}))


def test_a_refusal_names_the_property(target: SapTarget) -> None:
    with pytest.raises(Rejected) as error:
        target.send(invoice("RE-unknown"))

    assert "TaxIsCalculatedAutomatically" in error.value.message


def test_a_batch_tells_what_became_of_each(url: str, target: SapTarget) -> None:
    before = count(url, "API_SALES_ORDER_SRV/A_SalesOrder")
    known = target.send(sales_order("B-1"))
    wrong = sales_order("B-2", NoSuchProperty="x")

    first, second, third = target.send_many([sales_order("B-1"), wrong, sales_order("B-3")])

    assert isinstance(first, Receipt)
    assert (first.external_id, first.outcome) == (known.external_id, "already_there")
    assert isinstance(second, Rejected)
    assert isinstance(third, Receipt)
    assert third.outcome == "created"
    assert count(url, "API_SALES_ORDER_SRV/A_SalesOrder") == before + 2


@pytest.mark.parametrize("scenario", ["busy", "lock"])
def test_a_system_that_turns_us_away_may_be_asked_later(url: str, target: SapTarget, scenario: str) -> None:
    target.find(sales_order(f"L-{scenario}"))
    _fault(url, scenario)
    try:
        with pytest.raises(Transient):
            target.send(sales_order(f"L-{scenario}"))
    finally:
        _calm(url)

    assert target.send(sales_order(f"L-{scenario}")).outcome == "created"


def test_a_token_that_ended_is_fetched_anew(url: str, target: SapTarget) -> None:
    target.send(sales_order("T-1"))
    _fault(url, "csrf", times=1)

    assert target.send(sales_order("T-2")).outcome == "created"


def _fault(url: str, scenario: str, times: int = 0) -> None:
    rule = {"scenario": scenario, "method": "POST", "count": times}
    urlopen(Request(f"{url}/_mock/faults", json.dumps(rule).encode(), {"content-type": "application/json"})).close()  # noqa: S310


def _calm(url: str) -> None:
    urlopen(Request(f"{url}/_mock/faults", method="DELETE")).close()  # noqa: S310
