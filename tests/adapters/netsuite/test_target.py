"""What is special of NetSuite, beyond the contract of every target."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.netsuite.sandbox.checks import error
from adapters.netsuite.sandbox.server import NetSuiteSandbox
from adapters.shared.contract.surroundings import ATTACHED, ATTACHED_SHA256, MemoryBlobs
from adapters.shared.sandbox.faults import Fault
from adapters.shared.sandbox.server import Reply
from engine.model.errors import Ambiguous, Rejected, Transient
from engine.model.operation import Operation
from engine.ports import Surroundings
from tests.adapters.netsuite.operations import bill, connected, operation

_GOODS = {"items": [{"item": {"id": "501"}, "quantity": "5", "rate": "20.1234"}]}


@pytest.fixture
def sandbox() -> Iterator[NetSuiteSandbox]:
    with NetSuiteSandbox() as sandbox:
        yield sandbox


def _credit(n: int = 1) -> Operation:
    return operation("vendor_credit", bill(n, tranId=f"CN-{n}"), n=n)


def _vendor(name: str = "New Ltd", **changed: str) -> Operation:
    payload = {"companyName": name, "isPerson": False, "subsidiary": {"id": "1"}, **changed}
    return operation("vendor", payload, options={"write": "upsert"})


def _paper() -> Operation:
    to = {"record": "vendor", "id": "201"}
    return operation("file", {"attachTo": to, "folder": {"id": "77"}, "name": "RE 1", "sha256": ATTACHED_SHA256})


def test_a_record_carries_the_key_of_its_operation(sandbox: NetSuiteSandbox) -> None:
    receipt = connected(sandbox).send(operation("vendor_bill", bill()))

    made = sandbox.objects["vendorBill"][0]
    assert made["externalId"] == operation("vendor_bill", bill()).short_key
    assert (
        receipt.link == f"https://1234567-sb1.app.netsuite.com/app/accounting/transactions/vendbill.nl?id={made['id']}"
    )
    assert receipt.version == made["lastModifiedDate"]


def test_a_second_create_is_refused_there_and_known_here(sandbox: NetSuiteSandbox) -> None:
    order = operation("purchase_order", {"entity": {"id": "201"}, "tranDate": "2026-03-04", "item": _GOODS})
    first, second = connected(sandbox).send(order), connected(sandbox).send(order)

    assert (second.outcome, second.external_id) == ("already_there", first.external_id)
    assert sandbox.count("purchaseOrder") == 1


def test_names_become_ids_and_amounts_become_exact_numbers(sandbox: NetSuiteSandbox) -> None:
    item = {"item": {"refName": "A-200"}, "quantity": "3", "rate": "0.00012345", "amount": "0.01"}
    lines = {"items": [{**item, "orderDoc": {"refName": "PO-1001"}, "orderLine": 3}]}
    connected(sandbox).send(operation("vendor_bill", bill(terms={"refName": "Net 30"}, item=lines)))

    made = sandbox.objects["vendorBill"][0]
    assert (made["currency"], made["terms"], made["expense"]["items"][0]["account"]) == (
        {"id": "2"},
        {"id": "4"},
        {"id": "59"},
    )
    assert made["item"]["items"] == [
        {
            "item": {"id": "502"},
            "quantity": 3,
            "rate": Decimal("0.00012345"),
            "amount": Decimal("0.01"),
            "orderDoc": {"id": "701"},
            "orderLine": 3,
        }
    ]


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("4711", "There is no account '4711'."),
        ("6999", "There is no account '6999'."),
        ("o'; --", "There is no account"),
    ],
    ids=["unknown", "out of use", "signs of SQL"],
)
def test_a_name_that_netsuite_does_not_know_is_told_by_its_place(
    sandbox: NetSuiteSandbox, account: str, words: str
) -> None:
    lines = {"items": [{"account": {"refName": account}, "amount": "1"}]}

    with pytest.raises(Rejected) as refused:
        connected(sandbox).send(operation("vendor_bill", bill(expense=lines)))

    assert words in refused.value.fields["expense.items[0].account"]
    assert sandbox.count("vendorBill") == 0


def test_a_name_that_several_carry_is_not_guessed(sandbox: NetSuiteSandbox) -> None:
    sandbox.masters["item"].append({"id": "599", "itemid": "A-100", "isinactive": "F"})
    lines = {"items": [{"item": {"refName": "A-100"}, "quantity": "1"}]}

    with pytest.raises(Rejected, match=r"several of item 'A-100' \(ids 501, 599\)"):
        connected(sandbox).send(operation("vendor_bill", bill(item=lines)))


def test_a_name_is_asked_for_once(sandbox: NetSuiteSandbox) -> None:
    target = connected(sandbox)
    target.send(operation("vendor_bill", bill(1), n=1))
    before = len(sandbox.calls)
    target.send(operation("vendor_bill", bill(2), n=2))

    asked = [call.path.rpartition("/")[2] for call in sandbox.calls[before:]]
    assert asked == ["suiteql", "vendorBill", sandbox.objects["vendorBill"][1]["id"]]


def test_a_bill_that_somebody_typed_in_is_not_written_again(sandbox: NetSuiteSandbox) -> None:
    sandbox.standing["vendorBill"] = [{"id": "77", "entity": {"id": "201"}, "tranId": "RE-1"}]

    for call in (connected(sandbox).find, connected(sandbox).send):
        with pytest.raises(Ambiguous, match=r"vendor bill RE-1 of the same party already \(id 77\)"):
            call(operation("vendor_bill", bill(1)))
    assert sandbox.count("vendorBill") == 0


def test_a_party_that_there_is_not_has_no_bills(sandbox: NetSuiteSandbox) -> None:
    unknown = operation("vendor_bill", bill(entity={"refName": "V-999"}))

    assert connected(sandbox).find(unknown) is None
    with pytest.raises(Rejected, match="There is no vendor 'V-999'"):
        connected(sandbox).send(unknown)


def test_a_look_that_is_refused_tells_nothing(sandbox: NetSuiteSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    target = connected(sandbox)
    target.ping()
    refusal = error(400, "Bad Request", ("INVALID_ID", "id", "The record type is not enabled."))
    monkeypatch.setattr(sandbox, "reply", lambda _: Reply(400, refusal))

    with pytest.raises(Ambiguous, match="record type is not enabled"):
        target.find(operation("vendor_bill", bill()))


def test_the_look_for_typed_in_bills_can_be_switched_off(sandbox: NetSuiteSandbox) -> None:
    sandbox.standing["vendorBill"] = [{"id": "77", "entity": {"id": "201"}, "tranId": "RE-1"}]

    assert connected(sandbox, check_numbers=False).send(operation("vendor_bill", bill(1))).outcome == "created"


def test_a_credit_of_the_same_number_as_a_bill_is_another_paper(sandbox: NetSuiteSandbox) -> None:
    target = connected(sandbox)
    target.send(operation("vendor_bill", bill(1, tranId="7")))

    assert target.send(operation("vendor_credit", bill(1, tranId="7"))).outcome == "created"


def test_what_differs_under_our_key_is_named(sandbox: NetSuiteSandbox) -> None:
    target = connected(sandbox)
    target.send(operation("vendor_bill", bill(1)))
    sandbox.objects["vendorBill"][0]["tranDate"] = "2026-12-31"

    with pytest.raises(Ambiguous, match="its date is 2026-12-31, not 2026-03-04"):
        target.find(operation("vendor_bill", bill(1)))


def test_goods_are_received_from_their_order(sandbox: NetSuiteSandbox) -> None:
    payload = {"createdFrom": {"refName": "PO-1001"}, "item": {"items": [{"orderLine": 1, "quantity": "10"}]}}
    received = operation("item_receipt", payload, options={"made_from": "purchase_order"})
    connected(sandbox).send(received)

    assert sandbox.calls[-2].path.endswith("/purchaseOrder/701/!transform/itemReceipt")
    assert sandbox.objects["itemReceipt"][0]["createdFrom"] == {"id": "701"}
    assert connected(sandbox).find(received) is not None


def test_what_the_delivery_note_does_not_name_is_not_received(sandbox: NetSuiteSandbox) -> None:
    payload = {"createdFrom": {"refName": "PO-1001"}, "item": {"items": [{"orderLine": 3, "quantity": "2"}]}}
    connected(sandbox).send(operation("item_receipt", payload, options={"made_from": "purchase_order"}))

    assert [row["orderLine"] for row in sandbox.objects["itemReceipt"][0]["item"]["items"]] == [3]


def test_a_bill_is_taken_back_by_a_credit_of_its_lines(sandbox: NetSuiteSandbox) -> None:
    target = connected(sandbox)
    made = target.send(operation("vendor_bill", bill()))
    payload = {
        "createdFrom": {"id": made.external_id},
        "tranId": "RE-1-REV",
        "tranDate": "2026-03-04",
        "entity": {"id": "201"},
    }
    back = operation("vendor_credit", payload, options={"made_from": "vendor_bill"})
    target.send(back)

    credit = sandbox.objects["vendorCredit"][0]
    assert (credit["createdFrom"], credit["entity"]) == ({"id": made.external_id}, {"id": "201"})
    assert [row["amount"] for row in credit["expense"]["items"]] == [Decimal("1000.50")]
    assert target.find(back) is not None


def test_a_record_is_not_made_from_just_anything(sandbox: NetSuiteSandbox) -> None:
    with pytest.raises(Rejected, match="makes a vendor_bill from purchase_order, vendor, not from invoice"):
        connected(sandbox).send(operation("vendor_bill", bill(), options={"made_from": "invoice"}))


def test_an_upsert_writes_over_what_is_otherwise_and_stops_when_it_is_not(sandbox: NetSuiteSandbox) -> None:
    target = connected(sandbox)
    target.send(_vendor("Old name"))
    assert target.find(_vendor("New name")) is None
    second = target.send(_vendor("New name"))

    assert (second.outcome, sandbox.count("vendor")) == ("updated", 1)
    assert target.find(_vendor("New name")) is not None


def test_a_posting_is_never_written_over(sandbox: NetSuiteSandbox) -> None:
    with pytest.raises(Rejected, match="never written over"):
        connected(sandbox).send(operation("vendor_bill", bill(), options={"write": "upsert"}))


def test_a_job_writes_once_under_its_key(sandbox: NetSuiteSandbox) -> None:
    slow = operation("vendor_bill", bill(), options={"background": True})
    sandbox.faults.add(Fault("commit_then_cut"))
    with pytest.raises(Ambiguous):
        connected(sandbox).send(slow)
    sandbox.objects["vendorBill"][0]["externalId"] = "gone"  # as if it could not be found yet
    with pytest.raises(Ambiguous, match="nothing of it can be found"):
        connected(sandbox, check_numbers=False).send(slow)

    assert sandbox.count("vendorBill") == 1
    assert {call.headers.get("prefer") for call in sandbox.calls if call.path.endswith("/vendorBill")} == {
        "respond-async"
    }


def test_a_job_that_failed_says_why_and_is_followed_by_a_new_one(sandbox: NetSuiteSandbox) -> None:
    slow = operation("vendor_bill", bill(account={"id": "999"}), options={"background": True})
    with pytest.raises(Rejected, match="999") as refused:
        connected(sandbox).send(slow)
    assert "account" in refused.value.fields
    sandbox.masters["account"].append({"id": "999", "acctnumber": "9", "isinactive": "F"})

    assert connected(sandbox).send(slow).outcome == "created"
    assert sandbox.count("vendorBill") == 1


def test_a_paper_is_put_into_the_cabinet_and_attached_once(sandbox: NetSuiteSandbox) -> None:
    target = connected(sandbox)
    target.move_in(Surroundings(blobs=MemoryBlobs(), folder=Path()))
    made, again = target.send(_paper()), target.send(_paper())

    assert (made.outcome, again.outcome, made.external_id) == ("created", "already_there", again.external_id)
    assert sandbox.attached == [("vendor", "201", made.external_id)]
    assert sandbox.objects["file"][0]["size"] == len(ATTACHED)
    assert sandbox.objects["file"][0]["name"] == f"RE_1_{_paper().short_key}.pdf"


def test_a_paper_needs_a_folder(sandbox: NetSuiteSandbox) -> None:
    loose = {name: value for name, value in _paper().payload.items() if name != "folder"}
    for settings, fits in (({"folder": "77"}, True), ({}, False)):
        target = connected(sandbox, **settings)
        target.move_in(Surroundings(blobs=MemoryBlobs(), folder=Path()))
        if fits:
            assert target.send(operation("file", loose)).external_id
            continue
        with pytest.raises(Rejected, match="folder of the file cabinet"):
            target.send(operation("file", loose))


def test_a_paper_that_was_not_attached_is_attached_by_the_look(sandbox: NetSuiteSandbox) -> None:
    target = connected(sandbox)
    target.move_in(Surroundings(blobs=MemoryBlobs(), folder=Path()))
    sandbox.faults.add(Fault("cut_before", on="*attach*"))
    with pytest.raises(Ambiguous):
        target.send(_paper())
    assert sandbox.attached == []

    found = target.find(_paper())

    assert found is not None
    assert sandbox.attached == [("vendor", "201", found.external_id)]


def test_a_property_that_netsuite_does_not_have_is_refused_and_not_dropped(sandbox: NetSuiteSandbox) -> None:
    with pytest.raises(Rejected) as refused:
        connected(sandbox).send(operation("vendor_bill", bill(custbody_unknown="x")))

    assert refused.value.fields == {"custbody_unknown": "Unknown property 'custbody_unknown' in the request body."}
    assert sandbox.count("vendorBill") == 0


def test_an_answer_that_names_no_record_is_no_success(sandbox: NetSuiteSandbox) -> None:
    sandbox.faults.add(Fault("schema_changed"))

    with pytest.raises(Ambiguous, match="did not say what it made"):
        connected(sandbox).send(_credit())
    assert connected(sandbox).find(_credit()) is not None


def test_a_missing_page_is_no_missing_record(sandbox: NetSuiteSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    target = connected(sandbox)
    target.ping()
    page = b"<html>No such page</html>"
    monkeypatch.setattr(sandbox, "reply", lambda _: Reply(404, body=page, headers={"content-type": "text/html"}))

    with pytest.raises(Transient, match="does not say whether the record is there"):
        target.find(operation("vendor_bill", bill()))


@pytest.mark.parametrize(
    ("role", "words"), [("administrator", "5 calls at once"), ("integration", "signed in")], ids=["may see", "may not"]
)
def test_a_ping_tells_the_limit_where_the_role_may_see_it(role: str, words: str) -> None:
    with NetSuiteSandbox(role=role) as sandbox:
        assert words in connected(sandbox).ping()


def test_too_many_calls_at_once_can_be_tried_later(sandbox: NetSuiteSandbox) -> None:
    sandbox.faults.add(Fault("throttle", times=9))

    with pytest.raises(Transient, match="All calls at once") as refused:
        connected(sandbox).send(_credit())
    assert "CONCURRENCY_LIMIT_EXCEEDED" in refused.value.detail
    assert sandbox.count("vendorCredit") == 0


def test_a_vendor_that_stands_there_is_changed_and_its_former_address_stays_in_the_book(
    sandbox: NetSuiteSandbox,
) -> None:
    there = {"addressBookAddress": {"addr1": "Hafenstr. 1", "city": "Hamburg"}, "defaultBilling": True}
    sandbox.standing["vendor"] = [
        {"id": "901", "companyName": "Old Ltd", "phone": "1", "addressBook": {"items": [there]}}
    ]
    moved = {"addressBookAddress": {"addr1": "Am Kai 9", "city": "Hamburg"}, "defaultBilling": True}
    change = operation(
        "vendor",
        {"id": "901", "companyName": "New Ltd", "addressBook": {"items": [moved]}},
        options={"write": "update"},
    )
    target = connected(sandbox)

    assert target.find(change) is None
    first, second = target.send(change), target.send(change)

    vendor = sandbox.standing["vendor"][0]
    assert (first.outcome, second.outcome, first.external_id) == ("updated", "already_there", "901")
    assert (vendor["companyName"], vendor["phone"], "externalId" in vendor) == ("New Ltd", "1", False)
    assert [(one["addressBookAddress"]["addr1"], one["defaultBilling"]) for one in vendor["addressBook"]["items"]] == [
        ("Hafenstr. 1", False), ("Am Kai 9", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "payload", "why"),
    [
        ("vendor", {"id": "999999", "phone": "1"}, "no vendor 999999"),
        ("vendor", {"phone": "1"}, "not named by its internal id"),
        ("vendor_bill", {"id": "201"}, "never written over"),
    ],
    ids=["nobody", "no id", "a bill"],
)
def test_a_change_of_what_may_not_be_changed_is_refused(
    sandbox: NetSuiteSandbox, kind: str, payload: dict[str, str], why: str
) -> None:
    with pytest.raises(Rejected, match=why):
        connected(sandbox).send(operation(kind, payload, options={"write": "update"}))
