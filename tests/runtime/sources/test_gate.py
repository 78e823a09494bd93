"""An event that is overtaken ends as `stale`, our own write that comes back as `echo`, and what a system may not write is left out."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.model.document import Blob, Document
from engine.model.operation import Operation, OperationState, Receipt
from engine.model.value import digest
from engine.runtime import steps
from engine.runtime.house import House
from engine.runtime.sources import gate, polling
from engine.store import documents, ledger, operations
from engine.store.database import reading, transaction
from tests.runtime.sources.following import document
from tests.runtime.sources.teller import TellingPlug, following

KEY = "sales_order_hubspot/crm/deals/C-1/PO-1"
WRITTEN = {"dealstage": "closedwon", "po_number": "PO-1", "deal_currency_code": "EUR", "closedate": "2026-11-02T00:00:00Z", "description": "v1"}  # fmt: skip

PAPER = Blob(sha256="b" * 64, size=1, media_type="application/pdf")


def told(house: House) -> list[str]:
    return list(polling.poll(house, "crm", by="one", at_once=True).documents)


def judged(house: House, document_id: str) -> Document:
    """Walk an event up to where it would be judged."""
    steps.read(house, document_id, 1)
    steps.understand(house, document_id, 1)
    gate.ended(house, document(house, document_id), 1)
    return document(house, document_id)


def wrote(
    house: House, payload: Mapping[str, Any], *, version: str = "", state: OperationState = "committed", of: str = "1"
) -> None:
    """Let an operation have written a deal."""
    now = house.clock.now()
    operation = Operation(
        key=KEY, document_id="b" * 64, revision=1, target="crm", object="deals", payload=payload, mapping="hubspot.deal@1",
        payload_digest=digest(dict(payload)), state=state,
    )  # fmt: skip
    with transaction(house.engine) as tx:
        documents.add(tx, Document(id="b" * 64, name="order.pdf", blob=PAPER, source="test", received_at=now))
        operations.plan(tx, operation, now)
        if state == "committed":
            operations.record_receipt(
                tx, Receipt(key=KEY, external_id=of, outcome="created", version=version), now
            )  # fmt: skip


def test_an_older_version_ends_as_stale(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1", 1)
    plug.change("1", 2)
    first, second = told(house)

    assert (judged(house, first).state, judged(house, second).state) == ("stale", "processing")
    with reading(house.engine) as tx:
        assert "document_stale" in [one.kind for one in ledger.story(tx, first)]


def test_versions_that_are_told_out_of_order_are_put_in_order_by_the_systems_own_time(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1", 2)
    plug.change("1", 1)
    newer, older = told(house)

    assert (judged(house, older).state, judged(house, newer).state) == ("stale", "processing")


def test_a_deal_that_is_lost_by_now_is_not_ordered(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1", 1)
    plug.change("1", 2, stage="closedlost")
    (won,) = told(house)

    assert judged(house, won).state == "stale"


def test_other_objects_are_no_later_versions(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1", 1)
    plug.change("2", 2)

    assert [judged(house, one).state for one in told(house)] == ["processing", "processing"]


@pytest.mark.parametrize(
    ("payload", "options", "expected"),
    [
        pytest.param({"properties": WRITTEN}, {}, "echo", id="all that is looked at is what we wrote"),
        pytest.param({"properties": {**WRITTEN, "description": "v0"}}, {}, "processing", id="a value is another one"),
        pytest.param({"properties": {"dealstage": "closedwon"}}, {}, "processing", id="a value we never wrote"),
        pytest.param({"properties": {}}, {"version": "1"}, "echo", id="the version that the receipt names"),
        pytest.param({"properties": {}}, {"version": "2026-11-02T09:00:01Z"}, "echo", id="the moment that the receipt names"),
        pytest.param({"properties": {}}, {"version": "2026-11-02T09:00:00Z"}, "processing", id="an earlier moment"),
        pytest.param({"properties": WRITTEN}, {"of": "2"}, "processing", id="another object"),
        pytest.param({"properties": WRITTEN}, {"state": "sending"}, "echo", id="a write whose receipt has not come yet"),
        pytest.param({"properties": WRITTEN}, {"state": "planned"}, "processing", id="a write that has not left"),
    ],
)  # fmt: skip
def test_our_own_write_ends_as_echo(
    empty_house: House, payload: Mapping[str, Any], options: dict[str, Any], expected: str
) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    made = plug.change("1", 1)
    plug.made[0] = made.model_copy(
        update={"data": {name: value for name, value in made.data.items() if name != "companies"}}
    )
    wrote(house, payload, **options)
    (one,) = told(house)

    assert judged(house, one).state == expected


def test_only_what_changed_since_has_to_be_ours(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1", 1)
    told(house)
    wrote(house, {"properties": {"description": "v2"}})
    plug.change("1", 2)
    plug.change("1", 3, payment_terms="net 30", description="v2")
    ours, theirs = told(house)

    assert judged(house, theirs).state == "processing"
    with transaction(house.engine) as tx:
        tx.exec_driver_sql("delete from source_changes where version = '3'")
    assert judged(house, ours).state == "echo"


def test_a_person_has_an_overtaken_event_judged_all_the_same(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1", 1)
    plug.change("1", 2)
    first, _ = told(house)

    assert not gate.ended(house, document(house, first), 2)


def test_a_field_of_another_system_is_left_out(empty_house: House) -> None:
    plug = TellingPlug()
    house = following(empty_house, plug)
    plug.change("1", payment_terms="net 90")
    (one,) = told(house)
    steps.read(house, one, 1)
    steps.understand(house, one, 1)
    _, record = steps.load_record(house, one, 1)

    assert (record.value("payment_terms"), record.value("po_number")) == (None, "PO-1")
    assert [finding.code for finding in record.findings] == ["field_not_owned"]
    assert {field.provenance.how for _, field in record.walk()} == {"event"}
    assert {field.confidence for _, field in record.walk()} == {1.0}
