"""Files of several IDocs become several documents, once."""

import io

import pytest

from engine.model.document import Document
from engine.runtime import intake, steps
from engine.runtime.house import House
from engine.store import ledger
from engine.store.database import transaction
from tests.adapters.idoc.messages import DELIVERY, INVOICE, ORDER, as_flat, as_xml

SEVERAL = {
    "flat": as_flat(INVOICE, ORDER._replace(number="0000000000004712"), DELIVERY._replace(number="0000000000004713")),
    "xml": as_xml(INVOICE, INVOICE._replace(number="0000000000004712"), INVOICE._replace(number="0000000000004713")),
}


@pytest.fixture
def house(empty_house: House) -> House:
    return empty_house


def arrived(house: House, content: bytes, name: str = "monday.idoc") -> Document:
    return intake.accept(house, io.BytesIO(content), name=name, source="test").document


@pytest.mark.parametrize("form", SEVERAL)
def test_every_idoc_of_a_file_is_a_document_of_its_own(house: House, form: str) -> None:
    document = arrived(house, SEVERAL[form])

    result = steps.read(house, document.id, 1)

    parts = [steps.get(house, child) for child in result["children"]]
    assert (result["next"], len(parts), steps.get(house, document.id).state) == ("over", 3, "unpacked")
    assert parts[0].name == "monday, INVOIC 0000000000004711.idoc"
    assert {(part.parent_id, part.blob.media_type) for part in parts} == {(document.id, document.blob.media_type)}
    with transaction(house.engine) as tx:
        assert [event.kind for event in ledger.story(tx, document.id)][-1] == "data_unpacked"
    assert [steps.read(house, part.id, 1) for part in parts] == [{"next": "understand", "children": []}] * 3


def test_the_same_file_again_gives_the_same_documents(house: House) -> None:
    first = steps.read(house, arrived(house, SEVERAL["flat"]).id, 1)["children"]
    again = steps.read(house, arrived(house, b"\xef\xbb\xbf" + SEVERAL["flat"]).id, 1)["children"]

    assert first == again


def test_what_stands_twice_in_a_file_is_one_document(house: House) -> None:
    result = steps.read(house, arrived(house, as_flat(INVOICE, INVOICE)).id, 1)

    assert len(result["children"]) == 1


def test_a_file_of_one_is_read_as_it_is(house: House) -> None:
    document = arrived(house, as_flat(INVOICE))

    assert steps.read(house, document.id, 1) == {"next": "understand", "children": []}
    steps.understand(house, document.id, 1)
    _, record = steps.load_record(house, document.id, 1)
    assert (record.type, record.value("total"), record.value("vendor_iban")) == (
        "invoice", "133.88", "DE02120300000000202051",
    )  # fmt: skip
    total = record.get("total")
    assert total is not None
    assert (total.confidence, total.provenance.how) == (1.0, "embedded")
