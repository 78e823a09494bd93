"""The stand-in is as strict as SAP: what it refuses, and in which words."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from adapters.sap.objects import ObjectType
from adapters.sap.plug import PLUG
from adapters.sap.sandbox.sandbox import SapSandbox
from adapters.sap.target import SapTarget
from adapters.shared.contract.surroundings import QUICK
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation, Receipt
from tests.adapters.sap.examples import examples
from tests.adapters.sap.operations import goods_receipt, invoice, operation, partner, purchase_order, sales_order

POST = {"SupplierInvoice": "5105600101", "FiscalYear": "2026"}


@pytest.fixture
def sandbox() -> Iterator[SapSandbox]:
    with PLUG.sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def target(sandbox: SapSandbox) -> Iterator[SapTarget]:
    target = PLUG.target(sandbox.settings(), patience=QUICK)
    yield target
    target.close()


REFUSED = {
    "unknown property": (invoice(Nonsense="x"), "Nonsense"),
    "too long": (invoice(PaymentTerms="00001"), "PaymentTerms"),
    "too many decimals": (invoice(InvoiceGrossAmount="119.0001"), "InvoiceGrossAmount"),
    "number as a number": (invoice(InvoiceGrossAmount=119), "InvoiceGrossAmount"),
    "filled by SAP": (invoice(FiscalYear="2026"), "FiscalYear"),
    "of a line": (invoice(line={"GLAccount": "12345678901"}), "GLAccount"),
    "missing": (invoice(DocumentCurrency=""), "DocumentCurrency"),
    "no items": (sales_order("X", to_Item=[]), "to_Item"),
}


@pytest.mark.parametrize(("wrong", "at"), REFUSED.values(), ids=REFUSED)
def test_what_the_metadata_forbids_is_refused_with_its_property(
    sandbox: SapSandbox, target: SapTarget, wrong: Operation, at: str
) -> None:
    with pytest.raises(Rejected) as error:
        target.send(wrong)

    assert at in error.value.fields
    assert sandbox.count("A_SupplierInvoice") + sandbox.count("A_SalesOrder") == 0


def test_an_invoice_that_does_not_balance_is_refused_in_saps_words(target: SapTarget) -> None:
    with pytest.raises(Rejected, match="Balance not zero"):
        target.send(invoice(TaxIsCalculatedAutomatically=False))


def test_a_parked_invoice_need_not_balance_and_is_posted_once(sandbox: SapSandbox, target: SapTarget) -> None:
    sent = target.send(invoice(TaxIsCalculatedAutomatically=False).model_copy(update={"options": {"park": True}}))
    assert (sandbox.objects["A_SupplierInvoice"][0]["SupplierInvoiceStatus"], sent.response["ObjectKey"]) == (
        "A",
        "51056001012026",
    )

    posted, again = (target.send(operation("supplier_invoice_post", POST)) for _ in range(2))

    assert (posted.outcome, again.outcome) == ("updated", "already_there")
    assert sandbox.objects["A_SupplierInvoice"][0]["SupplierInvoiceStatus"] == "5"


def test_a_cancelled_invoice_does_not_count_and_may_be_posted_anew(sandbox: SapSandbox, target: SapTarget) -> None:
    first = target.send(invoice())
    cancel = operation("supplier_invoice_cancel", {**POST, "PostingDate": "2026-03-31", "ReversalReason": "01"})
    assert [target.send(cancel).outcome for _ in range(2)] == ["updated", "already_there"]

    assert target.find(invoice()) is None
    assert target.send(invoice()).external_id != first.external_id


def test_posting_an_invoice_that_is_not_there_is_unclear(target: SapTarget) -> None:
    with pytest.raises(Ambiguous, match="cannot be seen"):
        target.send(operation("supplier_invoice_post", POST))


def test_a_duplicate_that_sap_itself_finds_is_looked_up(sandbox: SapSandbox, target: SapTarget) -> None:
    sandbox.checks_twice = True
    sandbox.faults.clear()
    sent = target.send(invoice("RE-1"))
    hidden = target._kinds["supplier_invoice"]
    looked: list[str] = []

    class Blind:
        def find(self, operation: Operation) -> Receipt | None:
            looked.append("find")
            return None if len(looked) == 1 else hidden.find(operation)

        def send(self, operation: Operation) -> Receipt:
            return hidden.send(operation)

    target._kinds = {**target._kinds, "supplier_invoice": Blind()}

    assert target.send(invoice("RE-1")).external_id == sent.external_id
    assert looked == ["find", "find"]


@pytest.mark.parametrize("one", [purchase_order(), goods_receipt(), partner("supplier")], ids=lambda one: one.object)
def test_what_carries_our_mark_is_found_by_it_and_compared(target: SapTarget, one: Operation) -> None:
    sent = target.send(one)
    other = one.model_copy(update={"payload": {**one.payload, **OTHER[one.object]}})

    found = target.find(one)

    assert found is not None
    assert found.external_id == sent.external_id
    with pytest.raises(Ambiguous, match="is another"):
        target.find(other)


OTHER = {
    "purchase_order": {"Supplier": "4712"},
    "goods_receipt": {"ReferenceDocument": "LS-78"},
    "supplier": {"OrganizationBPName1": "Papier Süd GmbH"},
}


def test_lines_are_compared_whatever_their_order(target: SapTarget) -> None:
    items = [{"Material": name, "RequestedQuantity": size} for name, size in (("A", "1"), ("B", "2.000"))]
    target.send(sales_order("L", to_Item=items))

    assert target.find(sales_order("L", to_Item=[{**items[1], "RequestedQuantity": "2"}, items[0]])) is not None
    with pytest.raises(Ambiguous, match="RequestedQuantity 2, in SAP 1"):
        target.find(sales_order("L", to_Item=[{"Material": "A", "RequestedQuantity": "2"}, items[1]]))
    with pytest.raises(Ambiguous, match="1 lines, in SAP 2"):
        target.find(sales_order("L", to_Item=items[:1]))


def test_a_credit_memo_is_not_the_invoice_of_the_same_number(target: SapTarget) -> None:
    target.send(invoice(SupplierInvoiceIsCreditMemo="X", line={"DebitCreditCode": "H"}))

    with pytest.raises(Ambiguous, match="SupplierInvoiceIsCreditMemo nothing, in SAP X"):
        target.find(invoice(SupplierInvoiceIsCreditMemo=""))


def test_a_number_that_sap_turned_into_capitals_is_the_same_number(sandbox: SapSandbox, target: SapTarget) -> None:
    target.send(invoice("straße7ä"))

    assert sandbox.objects["A_SupplierInvoice"][0]["SupplierInvoiceIDByInvcgParty"] == "STRAßE7Ä"
    assert target.find(invoice("straße7ä")) is not None
    assert target.find(sales_order("x", to_Item=[{"Material": "abc", "RequestedQuantity": "1"}])) is None
    target.send(sales_order("x", to_Item=[{"Material": "abc", "RequestedQuantity": "1"}]))
    assert target.find(sales_order("x", to_Item=[{"Material": "abc", "RequestedQuantity": "1"}])) is not None


def test_an_invoice_without_a_number_is_not_sent(sandbox: SapSandbox, target: SapTarget) -> None:
    with pytest.raises(Rejected) as error:
        target.send(invoice("", key="x"))

    assert (list(error.value.fields), sandbox.count("A_SupplierInvoice")) == (["SupplierInvoiceIDByInvcgParty"], 0)


def test_a_link_leads_people_to_the_object(sandbox: SapSandbox, target: SapTarget) -> None:
    sent = target.send(invoice())

    assert sent.link == (
        f"{sandbox.url}/sap/bc/ui2/flp?sap-client=100"
        "#SupplierInvoice-displayAdvanced?SupplierInvoice=5105600101&FiscalYear=2026"
    )


@pytest.mark.parametrize(
    ("name", "kind", "payload"), list(examples()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_example_of_a_mapping_is_taken_and_found_again(
    target: SapTarget, name: str, kind: ObjectType, payload: Mapping[str, Any]
) -> None:
    sent = target.send(operation(kind.name, payload))
    found = target.find(operation(kind.name, payload))

    assert found is not None
    assert (sent.outcome, found.external_id) == ("created", sent.external_id)
