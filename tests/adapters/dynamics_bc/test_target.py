import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.dynamics_bc.plug import PLUG
from adapters.dynamics_bc.sandbox.tenant import BcSandbox
from adapters.dynamics_bc.target import BcTarget
from adapters.shared.contract.surroundings import ATTACHED, ATTACHED_SHA256
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, Rejected, Unauthorised
from engine.model.operation import Receipt
from tests.adapters.dynamics_bc.test_contract import bill, operation

NOW = datetime(2026, 3, 4, tzinfo=UTC)
LINE = {"lineType": "Item", "lineObjectNumber": "A-1", "description": "A", "quantity": "3", "directUnitCost": "2.5"}


def test_a_draft_stays_a_draft_unless_the_mapping_posts_it(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(bill(1))
    target.send(bill(2, post=True))

    assert [row["status"] for row in tenant.objects["purchaseInvoices"]] == ["Draft", "Open"]


def test_a_draft_whose_posting_got_lost_is_posted_and_not_made_again(target: BcTarget, tenant: BcSandbox) -> None:
    tenant.faults.add(Fault("cut_before", on="*/Microsoft.NAV.post"))
    with pytest.raises(Ambiguous):
        target.send(bill(1, post=True))

    assert target.find(bill(1, post=True)) is None
    receipt = target.send(bill(1, post=True))

    assert receipt.response["status"] == "Open"
    assert tenant.count("purchaseInvoices") == 1


def test_the_same_invoice_number_of_another_vendor_is_another_invoice(target: BcTarget, tenant: BcSandbox) -> None:
    other = {**bill(1).payload, "vendorNumber": "V20000"}

    target.send(bill(1))

    assert target.find(operation("purchaseInvoices", "other", other)) is None


def test_an_invoice_with_other_lines_is_somebody_elses(target: BcTarget) -> None:
    target.send(bill(1, text="goods"))

    with pytest.raises(Ambiguous, match="line 1: description is goods, not services"):
        target.find(bill(1, text="services"))


def test_a_credit_memo_is_no_invoice_of_the_same_number(target: BcTarget, tenant: BcSandbox) -> None:
    line = {"lineType": "Account", "lineObjectNumber": "6210", "quantity": "1", "unitCost": "50"}
    payload = {"vendorNumber": "V10000", "vendorCreditMemoNumber": "RE-1", "purchaseCreditMemoLines": [line]}
    memo = operation("purchaseCreditMemos", "1", payload, post=True)
    target.send(bill(1))

    assert target.find(memo) is None
    assert target.send(memo).response["status"] == "Open"
    assert (tenant.count("purchaseInvoices"), tenant.count("purchaseCreditMemos")) == (1, 1)


def test_many_documents_leave_in_one_call(target: BcTarget, tenant: BcSandbox) -> None:
    target.ping()
    before = len(tenant.calls)

    results = target.send_many([bill(n) for n in range(10)])

    assert len({one.external_id for one in results if isinstance(one, Receipt)}) == 10
    assert [call.path.rpartition("/")[2] for call in tenant.calls[before:]] == ["$batch", "$batch"]


def test_an_order_is_found_by_the_remark_among_its_lines(target: BcTarget, tenant: BcSandbox) -> None:
    payload = {"vendorNumber": "V10000", "orderDate": "2026-03-04", "purchaseOrderLines": [LINE]}
    first, second = operation("purchaseOrders", "1", payload), operation("purchaseOrders", "2", payload)
    target.send(first)

    assert target.find(second) is None
    assert target.send(second).external_id != target.send(first).external_id
    assert tenant.count("purchaseOrders") == 2


def test_codes_that_differ_by_a_zero_are_not_the_same(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(bill(1))
    tenant.objects["purchaseInvoices"][0]["purchaseInvoiceLines"][0]["lineObjectNumber"] = "06210"

    with pytest.raises(Ambiguous, match="lineObjectNumber is 06210"):
        target.find(bill(1))


def test_an_attachment_is_filled_before_it_counts(target: BcTarget, tenant: BcSandbox) -> None:
    parent = target.send(bill(1)).external_id
    payload = {
        "fileName": "RE-1.pdf", "parentType": "Purchase Invoice", "parentId": parent, "sha256": ATTACHED_SHA256,
    }  # fmt: skip
    attachment = operation("documentAttachments", "1", payload)
    tenant.faults.add(Fault("cut_before", on="*/attachmentContent"))
    with pytest.raises(Ambiguous):
        target.send(attachment)

    assert target.find(attachment) is None
    assert target.send(attachment).outcome == "already_there"
    assert bytes.fromhex(tenant.objects["documentAttachments"][0]["content"]) == ATTACHED


def test_without_its_natural_key_nothing_is_written(target: BcTarget, tenant: BcSandbox) -> None:
    payload = {name: value for name, value in bill(1).payload.items() if name != "vendorInvoiceNumber"}

    with pytest.raises(Rejected, match="Without vendorInvoiceNumber"):
        target.send(operation("purchaseInvoices", "1", payload))

    assert tenant.count("purchaseInvoices") == 0


def test_a_company_that_is_not_there_is_unauthorised(tenant: BcSandbox) -> None:
    with pytest.raises(Unauthorised, match="no company 'Elsewhere'"):
        PLUG.target({**tenant.settings(), "company": "Elsewhere"}).ping()


def test_master_data_comes_in_our_columns(tenant: BcSandbox) -> None:
    target, directory = PLUG.target(tenant.settings()), PLUG.directory(tenant.settings())
    target.send(
        operation(
            "purchaseOrders", "1", {"vendorNumber": "V10000", "orderDate": "2026-03-04", "purchaseOrderLines": [LINE]}
        )
    )
    tenant.objects["vendors"][1]["blocked"] = "All"

    vendors = directory.page("vendors", after="", since=None).rows
    (line,) = directory.page("order_lines", after="", since=None).rows
    (found,) = directory.look_up("vendor", {"tax_id": "DEV20000"})

    assert [row["status"] for row in vendors[:2]] == ["open", "blocked"]
    assert (line["number"], line["item_code"], line["quantity"]) == ("PO1001", "A-1", "3")
    assert (found.id, found.name) == ("V20000", "Vendor V20000")


def test_a_long_list_comes_in_pages(tenant: BcSandbox) -> None:
    for n in range(250):
        tenant.stand("items", number=f"I{n}", displayName="x", blocked=False)
    directory = PLUG.directory(tenant.settings())

    first = directory.page("items", after="", since=None)
    second = directory.page("items", after=first.next, since=None)

    assert (len(first.rows), len(second.rows), second.next) == (200, 52, "")


def test_changes_are_told_with_an_overlap_and_notifications_by_their_state(tenant: BcSandbox) -> None:
    source = PLUG.source({**tenant.settings(), "poll": ["vendors"], "client_state": "shared-text"})
    first = source.poll("")
    tenant.stand("vendors", number="V99", displayName="New")
    told = [{"clientState": "shared-text", "resource": "api/v2.0/companies(x)/vendors(abc)", "changeType": "created"}]

    assert {change.data["number"] for change in source.poll(first.cursor).rows} >= {"V99"}
    assert source.accept(_json({"value": told}), {}, method="POST", url="x", now=NOW).rows[0].id == "abc"
    with pytest.raises(Unauthorised):
        source.accept(_json({"value": [{**told[0], "clientState": "guess"}]}), {}, method="POST", url="x", now=NOW)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"5", b'{"value": 5}', b'{"value": [5]}', b"[" * 100_000],
    ids=["nothing", "a list", "a number", "no list", "no objects", "deep"],
)
def test_a_call_that_is_no_notification_is_refused(tenant: BcSandbox, body: bytes) -> None:
    source = PLUG.source({**tenant.settings(), "client_state": "shared-text"})
    with pytest.raises(Unauthorised):
        source.accept(body, {}, method="POST", url="x", now=NOW)


@pytest.mark.parametrize(
    ("query", "answer"),
    [({"validationToken": "a b"}, "a b"), ({}, None), ({"validationToken": "x" * 600}, None), ({"validationToken": "\r\nX: 1"}, None)],
    ids=["the token that is asked for", "a notification", "too long", "not a line"],
)  # fmt: skip
def test_a_subscription_that_is_made_gets_its_token_back(
    tenant: BcSandbox, query: dict[str, str], answer: str | None
) -> None:
    assert PLUG.source(tenant.settings()).greeting(query) == answer


def _json(data: object) -> bytes:
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    ("kind", "payload", "trace"),
    [
        pytest.param("purchaseOrders", {"vendorNumber": "V10000", "orderDate": "2026-03-04", "purchaseOrderLines": [LINE]}, "purchaseReceipts RPO1001", id="purchase order"),
        pytest.param("salesOrders", {"customerNumber": "C10000", "externalDocumentNumber": "B-7", "orderDate": "2026-03-04", "salesOrderLines": [{"lineType": "Item", "lineObjectNumber": "A-1", "quantity": "1", "unitPrice": "2"}]}, "salesInvoices PSISO1001", id="sales order"),
    ],
)  # fmt: skip
def test_an_order_that_people_invoiced_before_anybody_looked_is_not_made_again(
    target: BcTarget, tenant: BcSandbox, kind: str, payload: dict[str, Any], trace: str
) -> None:
    order = operation(kind, "1", payload)
    tenant.faults.add(Fault("commit_then_cut"))
    with pytest.raises(Ambiguous):
        target.send(order)
    tenant.invoice_order(kind, tenant.objects[kind][0]["number"])
    later = order.model_copy(update={"attempts": 1, "state": "unknown"})

    with pytest.raises(Ambiguous, match=f"stands in Business Central no more, but {trace}"):
        target.find(later)
    assert (
        target.find(operation(kind, "2", {**payload, "orderDate": "2026-03-05", "externalDocumentNumber": "B-8"}))
        is None
    )
