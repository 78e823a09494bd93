"""Many operations in one call, each with its own outcome."""

from collections.abc import Iterator

import pytest

from adapters.sap.plug import PLUG
from adapters.sap.sandbox.sandbox import SapSandbox
from adapters.sap.target import SapTarget
from adapters.shared.contract.surroundings import QUICK
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, Rejected, Transient
from engine.model.operation import Receipt
from engine.ports import Batches
from tests.adapters.sap.operations import invoice, operation


@pytest.fixture
def sandbox() -> Iterator[SapSandbox]:
    with PLUG.sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def target(sandbox: SapSandbox) -> Iterator[SapTarget]:
    target = PLUG.target({**sandbox.settings(), "batch_size": 7}, patience=QUICK)
    yield target
    target.close()


def outcomes(results: object) -> list[str]:
    return [one.outcome if isinstance(one, Receipt) else type(one).__name__ for one in results]  # type: ignore[attr-defined]


def test_each_item_has_its_own_outcome(sandbox: SapSandbox, target: SapTarget) -> None:
    target.send(invoice("RE-1"))
    other = invoice("RE-1", key="other", InvoiceGrossAmount="1000.00")
    calls = len(sandbox.calls)

    results = target.send_many(
        [invoice("RE-1"), invoice("RE-2"), other, invoice("RE-3", Nonsense="x"), invoice("", key="e")]
    )

    assert outcomes(results) == ["already_there", "created", "Ambiguous", "Rejected", "Rejected"]
    assert (sandbox.count("A_SupplierInvoice"), len(sandbox.calls) - calls) == (2, 2)
    assert isinstance(results[3], Rejected)
    assert "Nonsense" in results[3].fields
    assert isinstance(target, Batches)
    assert target.most_at_once == 7


@pytest.mark.parametrize("kind", ["commit_then_cut", "commit_then_500", "truncate", "empty", "schema_changed"])
def test_a_batch_whose_answer_is_lost_is_unknown_for_all_and_found(
    sandbox: SapSandbox, target: SapTarget, kind: str
) -> None:
    target.find(invoice())
    sandbox.faults.add(Fault(kind, on="writes"))  # type: ignore[arg-type]

    with pytest.raises(Ambiguous):
        target.send_many([invoice("RE-1"), invoice("RE-2")])

    assert outcomes(target.find(invoice(number)) for number in ("RE-1", "RE-2")) == ["already_there"] * 2
    assert outcomes(target.send_many([invoice("RE-1"), invoice("RE-2")])) == ["already_there"] * 2


def test_a_batch_that_cannot_look_sends_nothing(sandbox: SapSandbox, target: SapTarget) -> None:
    sandbox.faults.add(Fault("html_500", on="*/$batch", times=9))

    with pytest.raises(Transient):
        target.send_many([invoice("RE-1"), invoice("RE-2")])

    assert sandbox.count("A_SupplierInvoice") == 0


def test_what_cannot_be_batched_goes_one_by_one(target: SapTarget) -> None:
    target.send(invoice(SupplierInvoiceStatus="A"))
    post = operation("supplier_invoice_post", {"SupplierInvoice": "5105600101", "FiscalYear": "2026"})
    unknown = operation("supplier_invoice_post", {"SupplierInvoice": "1", "FiscalYear": "2026"})

    assert outcomes(target.send_many([post, unknown])) == ["updated", "Ambiguous"]
