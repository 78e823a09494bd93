"""Changes of parties that stand in Business Central."""

import pytest

from adapters.dynamics_bc.sandbox.tenant import BcSandbox
from adapters.dynamics_bc.target import BcTarget
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation
from tests.adapters.dynamics_bc.test_contract import operation


def change(number: str = "V10000", kind: str = "vendors", **fields: str) -> Operation:
    return operation(kind, "change", {"number": number, **fields}, write="update")


def test_what_the_payload_leaves_out_stays(target: BcTarget, tenant: BcSandbox) -> None:
    moved = change(addressLine1="Am Kai 9", city="Hamburg")

    assert target.find(moved) is None
    first, second = target.send(moved), target.send(moved)

    (vendor,) = [one for one in tenant.objects["vendors"] if one["number"] == "V10000"]
    assert (first.outcome, second.outcome) == ("updated", "already_there")
    assert (vendor["addressLine1"], vendor["city"], vendor["displayName"]) == ("Am Kai 9", "Hamburg", "Vendor V10000")
    assert tenant.count("vendors") == 5


def test_a_change_whose_answer_got_lost_is_found(target: BcTarget, tenant: BcSandbox) -> None:
    tenant.faults.add(Fault("commit_then_cut", on="*/vendors(*"))
    with pytest.raises(Ambiguous):
        target.send(change(blocked="Payment"))

    found = target.find(change(blocked="Payment"))

    assert found is not None
    assert found.outcome == "already_there"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (change("V99999", city="Kiel"), "no vendor with number V99999"),
        (change("", city="Kiel"), "Without number"),
        (operation("purchaseInvoices", "1", {"vendorNumber": "V10000"}, write="update"), "never written over"),
    ],
    ids=["nobody", "no number", "a paper"],
)
def test_what_may_not_be_changed_is_refused(target: BcTarget, asked: Operation, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        target.send(asked)
