"""IDocs go the way of every document: judged by the rules of their kind, and on to where that kind goes."""

import io
import json
from collections.abc import Callable

import pytest

from engine.runtime import intake, judging, steps
from engine.runtime.house import House
from engine.store import documents, masterdata, operations, reviews
from engine.store.database import transaction
from tests.adapters.idoc.messages import DELIVERY, INVOICE, ORDER, RESPONSE, Message, as_flat, as_xml, seg
from tests.durable.invoices import VENDOR


@pytest.fixture
def house(empty_house: House) -> House:
    with transaction(empty_house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    return empty_house


def to_our_company(message: Message, *, names_order: bool = False) -> Message:
    """Return a message that the known vendor sent to our company."""
    parties = ("AG", "LF")
    head, *rest = (one for one in message.segments if one.values.get("PARVW") not in parties)
    if not names_order:
        rest = [one for one in rest if one.name != "E1EDK02" or one.values["QUALF"] != "001"]
        rest = [one._replace(children=tuple(c for c in one.children if c.name != "E1EDP02")) for one in rest]
    ours = head._replace(values={**head.values, "EIGENUINR": str(VENDOR["tax_id"]), "KUNDEUINR": "DE250815845"})
    vendor = seg("E1EDKA1", PARVW="LF", NAME1=str(VENDOR["name"]), LAND1="DE")
    buyer = seg("E1EDKA1", PARVW="RE", NAME1="Lindenhof Handels GmbH", LAND1="DE")
    return message._replace(segments=(ours, vendor, buyer, *rest))


def judged(house: House, content: bytes) -> tuple[str, str]:
    """Walk a document to its decision. Returns its type and id."""
    document = intake.accept(house, io.BytesIO(content), name="a.idoc", source="test").document
    steps.read(house, document.id, 1)
    steps.understand(house, document.id, 1)
    judging.judge(house, document.id, 1)
    _, record = steps.load_record(house, document.id, 1)
    return record.type, document.id


def state_of(house: House, document_id: str) -> str:
    with transaction(house.engine) as tx:
        document = documents.get(tx, document_id)
    assert document is not None
    return document.state


@pytest.mark.parametrize("write", [as_flat, as_xml], ids=["flat", "xml"])
def test_an_invoice_by_idoc_is_posted_without_a_person(house: House, write: Callable[[Message], bytes]) -> None:
    kind, document_id = judged(house, write(to_our_company(INVOICE)))

    judging.plan(house, document_id, 1)
    with transaction(house.engine) as tx:
        (operation,) = operations.of_document(tx, document_id)
    assert (kind, state_of(house, document_id)) == ("invoice", "posting")
    assert operation.payload["header"]["gross_amount"] == "133.88"
    assert "90012345" in json.dumps(operation.payload["header"])


def reasons(house: House, document_id: str) -> list[str]:
    with transaction(house.engine) as tx:
        return sorted({reason for one in reviews.of_document(tx, document_id) for reason in one.reasons})


def placed(house: House, *, vendor: str = str(VENDOR["id"])) -> None:
    """Have an order of ours in the master data."""
    order = {"number": "4500009876", "vendor_id": vendor, "currency": "EUR", "status": "open"}
    line = {"line": "10", "description": "Espresso", "quantity": "3", "unit": "KGM", "unit_price": "10.0055"}
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [{**VENDOR, "id": "70002", "name": "Another AG", "tax_id": "DE811569869"}])
        masterdata.upsert_orders(tx, [{**order, "lines": [line]}])


def test_an_order_response_to_an_order_of_ours_goes_to_purchasing(house: House) -> None:
    placed(house)
    kind, document_id = judged(house, as_flat(to_our_company(RESPONSE, names_order=True)))

    judging.plan(house, document_id, 1)
    with transaction(house.engine) as tx:
        (operation,) = operations.of_document(tx, document_id)
    assert (kind, operation.object, operation.target) == ("order_response", "order_response", "erp_json")
    assert (operation.payload["order_number"], operation.payload["response_number"]) == ("4500009876", "2000321116")
    assert operation.payload["lines"][0]["delivery_date"] == "2026-04-10"


def test_an_order_response_never_becomes_an_order(house: House) -> None:
    placed(house)
    content = as_xml(to_our_company(RESPONSE, names_order=True))
    document = intake.accept(house, io.BytesIO(content), name="a", source="test", flow="sales_order_idoc").document
    steps.read(house, document.id, 1)
    steps.understand(house, document.id, 1)
    judging.judge(house, document.id, 1)

    assert state_of(house, document.id) == "in_review"


@pytest.mark.parametrize(
    ("message", "vendor", "reason"),
    [
        (RESPONSE, "70002", "order_of_other_vendor"),
        (
            RESPONSE._replace(segments=(*RESPONSE.segments, seg("E1EDP01", POSEX="00020", ABGRU="02"))),
            "70001",
            "other_error",
        ),
    ],
    ids=["another vendor's order", "refused item"],
)
def test_an_order_response_that_is_not_what_was_ordered_asks_purchasing(
    house: House, message: Message, vendor: str, reason: str
) -> None:
    placed(house, vendor=vendor)
    _, document_id = judged(house, as_flat(to_our_company(message, names_order=True)))

    assert reason in reasons(house, document_id)


def test_a_delivery_and_an_order_wait_for_whoever_takes_their_kind(house: House) -> None:
    kinds = {judged(house, as_flat(DELIVERY))[0], judged(house, as_flat(ORDER))[0]}

    assert kinds == {"goods_receipt", "purchase_order"}
