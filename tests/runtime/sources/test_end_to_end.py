"""A deal that is won in one system becomes an order in another, once, whatever tells of it and how often."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.sap.sandbox.checks import date_text
from adapters.sap.sandbox.sandbox import SapSandbox
from engine.model.document import Blob, Document
from engine.model.errors import Unauthorised
from engine.model.master_kinds import ORDER_LINES
from engine.model.operation import Operation
from engine.model.value import digest
from engine.runtime import dispatcher
from engine.runtime.house import House
from engine.runtime.sources import hooks
from engine.store import documents, masterdata, operations, sources
from engine.store.database import reading, transaction
from tests.runtime.sources.following import WEBHOOK, Portal, ask, at_home, crm_and_erp, walk

Systems = tuple[House, HubSpotSandbox, SapSandbox]


@pytest.fixture
def systems(empty_house: House) -> Iterator[Systems]:
    with crm_and_erp(empty_house) as found:
        yield found


def orders(sap: SapSandbox) -> list[str]:
    return [order["PurchaseOrderByCustomer"] for order in sap.objects.get("A_SalesOrder", ())]


def call(house: House, portal: HubSpotSandbox, deal: str, *, event: int = 7) -> int:
    """Let HubSpot tell of a deal; return how many events were new."""
    body, headers = Portal(portal).sign(
        [{"eventId": event, "objectId": int(deal), "subscriptionType": "deal.propertyChange", "propertyName": "dealstage"}],
        house.clock.now(),
    )  # fmt: skip
    return hooks.take(house, "crm", body, headers, method="POST", url=WEBHOOK)


def test_a_deal_that_is_won_becomes_a_sales_order(systems: Systems) -> None:
    house, portal, sap = systems
    deal = Portal(portal).deal("PO-88")
    assert ask(house).documents == ()
    Portal(portal).change(deal, dealstage="closedwon")
    (won,) = ask(house).documents

    assert walk(house, won).state == "posted"
    (order,) = sap.objects["A_SalesOrder"]
    assert (order["PurchaseOrderByCustomer"], order["SoldToParty"], len(order["to_Item"])) == ("PO-88", "1000004", 2)


def test_a_call_of_the_crm_makes_the_same_order_and_a_repeated_one_none(systems: Systems) -> None:
    house, portal, sap = systems
    deal = Portal(portal).deal("PO-88", stage="closedwon")
    assert (call(house, portal, deal), call(house, portal, deal)) == (1, 0)
    (won,) = ask(house).documents
    walk(house, won)

    assert (call(house, portal, deal), call(house, portal, deal, event=8)) == (0, 1)
    assert (ask(house).documents, orders(sap)) == ((), ["PO-88"])


def test_a_call_that_is_not_signed_leaves_nothing(systems: Systems) -> None:
    house, portal, _ = systems
    body, headers = Portal(portal).sign(
        [{"eventId": 1, "objectId": 1, "subscriptionType": "deal.creation"}], house.clock.now()
    )
    with pytest.raises(Unauthorised):
        hooks.take(house, "crm", body.replace(b"1", b"2"), headers, method="POST", url=WEBHOOK)

    with reading(house.engine) as tx:
        assert (sources.state(tx, "crm"), sources.waiting_calls(tx, "crm")) == (None, 0)


def test_a_deal_that_is_changed_where_nobody_looks_is_not_ordered_again(systems: Systems) -> None:
    house, portal, sap = systems
    deal = Portal(portal).deal("PO-88", stage="closedwon")
    walk(house, *ask(house).documents)
    Portal(portal).change(deal, hubspot_owner_id="42")

    assert (ask(house).documents, orders(sap)) == ((), ["PO-88"])


def test_a_deal_that_was_won_before_we_began_is_not_ordered_when_somebody_touches_it(empty_house: House) -> None:
    with crm_and_erp(empty_house, begin="now") as (house, portal, sap):
        deal = Portal(portal).deal("PO-70", stage="closedwon")
        ask(house)
        Portal(portal).change(deal, hubspot_owner_id="42")
        polled = ask(house).documents
        call(house, portal, deal)
        assert (polled, ask(house).documents) == ((), ())

        Portal(portal).change(deal, amount="1300")
        assert len(ask(house).documents) == 1
    assert orders(sap) == []


def test_a_deal_that_is_changed_after_it_was_ordered_goes_to_a_person(systems: Systems) -> None:
    house, portal, sap = systems
    deal = Portal(portal).deal("PO-88", stage="closedwon")
    walk(house, *ask(house).documents)
    Portal(portal).change(deal, deal_currency_code="CHF")
    (changed,) = ask(house).documents

    assert (walk(house, changed).state, orders(sap)) == ("in_review", ["PO-88"])


def test_what_we_write_into_the_crm_comes_back_as_an_echo(systems: Systems) -> None:
    house, portal, sap = systems
    deal = _write(house, {"dealname": "Order", "dealstage": "closedwon", "po_number": "PO-88", "deal_currency_code": "EUR",
                          "closedate": "2026-11-02"})  # fmt: skip
    (ours,) = ask(house).documents
    assert (walk(house, ours).state, orders(sap)) == ("echo", [])

    Portal(portal).complete(deal)
    Portal(portal).change(deal, description="Deliver to gate 3")
    (theirs,) = ask(house).documents
    assert (walk(house, theirs).state, orders(sap)) == ("posted", ["PO-88"])


def test_an_order_that_is_changed_in_the_erp_refreshes_its_rows(empty_house: House) -> None:
    with SapSandbox() as sap:
        bindings = {"sap": {"adapter": "sap", "settings": {**sap.settings(), "poll": ["purchase_order"]}}}
        source = {
            "erp_orders": {"target": "sap", "objects": {"purchase_order": {"refreshes": ["orders", "order_lines"]}}}
        }
        house = at_home(empty_house, bindings, source)
        ask(house, "erp_orders")
        order = sap.add(
            "A_PurchaseOrder", PurchaseOrder="4500000077", Supplier="17300001", CompanyCode="1710", DocumentCurrency="EUR",
            LastChangeDateTime=_now(), PurchaseOrderDate=_now(),
            to_PurchaseOrderItem=[{"PurchaseOrder": "4500000077", "PurchaseOrderItem": "10", "Material": "TG11",
                                   "OrderQuantity": "4", "NetPriceAmount": "10.00", "PurchaseOrderQuantityUnit": "PC"}],
        )  # fmt: skip
        found = ask(house, "erp_orders")
        assert (found.what, found.refreshed, _quantity(house)) == ("answered", ("orders", "order_lines"), "4")

        order["to_PurchaseOrderItem"][0]["OrderQuantity"] = "6"
        order["LastChangeDateTime"] = _now()
        assert (ask(house, "erp_orders").refreshed, _quantity(house)) == (("orders", "order_lines"), "6")


def _write(house: House, properties: dict[str, str]) -> str:
    """Let an operation of ours make a deal, and return its id."""
    now = house.clock.now()
    blob = Blob(sha256="b" * 64, size=1, media_type="application/pdf")
    operation = Operation(
        key="sales_order_hubspot/crm/deals/C-1/PO-88", document_id=blob.sha256, revision=1, target="crm", object="deals",
        payload={"properties": properties}, mapping="hubspot.deal@1", payload_digest=digest({"properties": properties}),
    )  # fmt: skip
    with transaction(house.engine) as tx:
        documents.add(tx, Document(id=blob.sha256, name="order.pdf", blob=blob, source="test", received_at=now))
        operations.plan(tx, operation, now)
    dispatcher.post(house, operation.key, attempt=1)
    with reading(house.engine) as tx:
        receipt = operations.receipt(tx, operation.key)
    assert receipt is not None
    return receipt.external_id


def _now() -> str:
    return date_text(datetime.now(UTC))


def _quantity(house: House) -> str:
    with reading(house.engine) as tx:
        row = masterdata.row(tx, ORDER_LINES, "4500000077", "10")
    return row["quantity"] if row else ""
