from collections.abc import Mapping
from typing import Any

import pytest

from adapters.dynamics_bc.sandbox.tenant import BcSandbox
from adapters.dynamics_bc.target import BcTarget
from adapters.shared.contract.http import UNSAID
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation
from tests.adapters.dynamics_bc.test_contract import bill, operation


def dimensioned(
    vendor: str = "V10000", *, head: Mapping[str, str], line: Mapping[str, str], **options: Any
) -> Operation:
    plain = bill(1).payload
    lines = [{**plain["purchaseInvoiceLines"][0], "dimensionSetLines": _set(line)}]
    payload = {**plain, "vendorNumber": vendor, "purchaseInvoiceLines": lines, "dimensionSetLines": _set(head)}
    return operation("purchaseInvoices", "d", payload, **options)


def _set(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "valueCode": value} for code, value in values.items()]


def standing(one: Mapping[str, Any]) -> dict[str, str]:
    return {line["code"]: line["valueCode"] for line in one["dimensionSetLines"]}


def test_any_number_of_dimensions_stands_on_the_document_and_its_lines(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(
        dimensioned(head={"DEPARTMENT": "SALES", "PROJECT": "P-1", "AREA": "30"}, line={"PROJECT": "P-2", "AREA": "70"})
    )
    (invoice,) = tenant.objects["purchaseInvoices"]

    assert standing(invoice) == {"DEPARTMENT": "SALES", "PROJECT": "P-1", "AREA": "30"}
    assert standing(invoice["purchaseInvoiceLines"][0]) == {"PROJECT": "P-2", "AREA": "70"}


def test_a_default_of_the_vendor_gives_way_to_what_the_payload_says(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(dimensioned("V20000", head={"DEPARTMENT": "SALES"}, line={}))

    assert standing(tenant.objects["purchaseInvoices"][0]) == {"DEPARTMENT": "SALES"}


def test_a_default_that_nobody_speaks_of_stays(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(dimensioned("V20000", head={"AREA": "30"}, line={}))

    assert standing(tenant.objects["purchaseInvoices"][0]) == {"DEPARTMENT": "ADM", "AREA": "30"}


@pytest.mark.parametrize("kind", sorted(set(UNSAID) - {"commit_then_hang"}))
@pytest.mark.parametrize("step", [0, 1, 2], ids=["draft", "document", "line"])
def test_a_step_whose_answer_got_lost_is_gone_on_with(
    target: BcTarget, tenant: BcSandbox, kind: str, step: int
) -> None:
    wanted = dimensioned(head={"AREA": "30"}, line={"AREA": "70"})
    target.find(wanted)
    tenant.faults.add(Fault(kind, skip=step))  # type: ignore[arg-type]  # a name of the list of kinds
    with pytest.raises(Ambiguous):
        target.send(wanted)
    tenant.faults.clear()

    receipt = target.find(wanted) or target.send(wanted)

    (invoice,) = tenant.objects["purchaseInvoices"]
    assert receipt.external_id == invoice["id"]
    assert (standing(invoice), standing(invoice["purchaseInvoiceLines"][0])) == ({"AREA": "30"}, {"AREA": "70"})


def test_a_value_that_does_not_exist_is_refused_and_nothing_is_posted(target: BcTarget, tenant: BcSandbox) -> None:
    with pytest.raises(Rejected, match="valueCode"):
        target.send(dimensioned(head={"AREA": "99"}, line={}, post=True))

    assert [row["status"] for row in tenant.objects["purchaseInvoices"]] == ["Draft"]


def test_dimensions_stand_before_a_document_is_posted(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(dimensioned(head={"AREA": "30"}, line={"AREA": "70"}, post=True))
    (invoice,) = tenant.objects["purchaseInvoices"]

    assert (invoice["status"], standing(invoice["purchaseInvoiceLines"][0])) == ("Open", {"AREA": "70"})


def test_what_people_posted_with_other_dimensions_is_for_a_person(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(dimensioned(head={"AREA": "30"}, line={}, post=True))
    tenant.objects["purchaseInvoices"][0]["dimensionSetLines"][0]["valueCode"] = "70"

    with pytest.raises(Ambiguous, match="dimension AREA is 70, not 30"):
        target.find(dimensioned(head={"AREA": "30"}, line={}, post=True))
