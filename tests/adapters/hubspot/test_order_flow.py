"""A customer's order becomes a deal with its lines, the paper, a note and a task, each once and at the deal."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.hubspot.target import HubSpotTarget
from adapters.shared.sandbox.faults import Fault
from engine.content.flow import load_flow
from engine.content.matrix import Matrix, load_matrices
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation, Receipt
from engine.ports import Surroundings
from engine.stages.plan import mapped
from engine.stages.promises import keep
from engine.store.blobs import FsspecBlobs
from tests.adapters.hubspot.test_target import Write
from tests.mappings.examples import environment_of, match_of, record_of

ROOT = Path(__file__).parents[3]
FLOW = load_flow(ROOT / "rules/flows/sales_order_hubspot.v1.yaml")
PAPER = b"%PDF-1.7 an order"
LINES = [
    {"item_code": "A-1", "description": "Paper", "quantity": "100", "unit_price": "250.10", "price_base": "100"},
    {"description": "Office", "line_role": "GROUP"},
    {"item_code": "Ž-2", "description": "Tužka", "quantity": "3", "unit_price": "0.3333"},
]
RECORD = {
    "po_number": "B/7", "issue_date": "2026-03-04", "currency": "EUR", "total": "251.10", "customer_number": "C-200",
    "buyer_name": "Fjord Handel AS", "lines": LINES,
}  # fmt: skip


class Content:
    def __init__(self, matrices: Mapping[str, Matrix]) -> None:
        self.matrices = matrices
        self.environment = environment_of()


@pytest.fixture(scope="module")
def matrices() -> Mapping[str, Matrix]:
    return load_matrices(ROOT, only=set(FLOW.mappings))


@pytest.fixture
def planned(matrices: Mapping[str, Matrix], surroundings: Surroundings) -> tuple[Operation, ...]:
    blobs = surroundings.blobs
    assert isinstance(blobs, FsspecBlobs)
    document, _ = blobs.put(BytesIO(PAPER), limit=1000)
    made = mapped(
        record_of(RECORD, document_id=document, kind="purchase_order"), flow=FLOW, library=Content(matrices),
        vendor=match_of("customer", {"id": "C-200", "name": "Fjord Handel AS"}), order=match_of("purchase_order", {}),
    )  # fmt: skip
    assert made.plan is not None, made.findings
    return made.plan.operations


@pytest.fixture
def company(target: HubSpotTarget, write: Write) -> Receipt:
    return target.send(write("companies", "c", {"name": "Fjord Handel AS", "customer_number": "C-200"}))


def posted(
    target: HubSpotTarget, operations: tuple[Operation, ...], matrices: Mapping[str, Matrix]
) -> dict[str, Receipt]:
    """Send operations in their order, each with what the receipts before it tell. What is unknown is looked for first."""
    receipts: dict[str, Receipt] = {}
    for one in operations:
        assert set(one.after) <= set(receipts)
        final = keep(one, receipts, schema=matrices[one.mapping].payload_schema)
        assert final.why_not == ()
        try:
            receipts[one.key] = target.send(final.operation)
        except Ambiguous:
            receipts[one.key] = target.find(final.operation) or target.send(final.operation)
    return receipts


def counts(portal: HubSpotSandbox) -> dict[str, int]:
    return {kind: portal.count(kind) for kind in ("deals", "line_items", "files", "notes", "tasks", "companies")}


ONCE = {"deals": 1, "line_items": 2, "files": 1, "notes": 1, "tasks": 1, "companies": 1}


def others(portal: HubSpotSandbox, target: HubSpotTarget, kind: str) -> list[Any]:
    """Return the deals that the records of a kind stand at, as the portal tells them."""
    api = target._client.api
    found = []
    for record in portal.objects[kind]:
        data = api.object(api.read(f"/crm/v3/objects/{kind}/{record['id']}", params={"associations": "deals"}))
        found.append([one["id"] for one in data.get("associations", {}).get("deals", {}).get("results", [])])
    return found


@pytest.mark.usefixtures("company")
def test_an_order_becomes_a_deal_with_everything_at_it(
    target: HubSpotTarget, portal: HubSpotSandbox, planned: tuple[Operation, ...], matrices: Mapping[str, Matrix]
) -> None:
    receipts = posted(target, planned, matrices)

    deal = receipts[planned[0].key].external_id
    assert counts(portal) == ONCE
    assert {kind: others(portal, target, kind) for kind in ("line_items", "notes", "tasks")} == {
        "line_items": [[deal], [deal]], "notes": [[deal]], "tasks": [[deal]],
    }  # fmt: skip
    assert others(portal, target, "companies") == [[deal]]
    assert [one["properties"]["price"] for one in portal.objects["line_items"]] == ["2.501", "0.3333"]
    assert portal.objects["notes"][0]["properties"]["hs_attachment_ids"] == portal.objects["files"][0]["id"]


@pytest.mark.usefixtures("company")
def test_all_of_it_sent_twice_stands_once(
    target: HubSpotTarget, portal: HubSpotSandbox, planned: tuple[Operation, ...], matrices: Mapping[str, Matrix]
) -> None:
    first = posted(target, planned, matrices)

    again = posted(target, planned, matrices)

    assert {key: one.external_id for key, one in again.items()} == {key: one.external_id for key, one in first.items()}
    assert counts(portal) == ONCE


@pytest.mark.parametrize("kind", ["commit_then_cut", "commit_then_500", "cut_before"])
@pytest.mark.usefixtures("company")
def test_lines_whose_answers_are_lost_stand_once_at_their_deal(
    target: HubSpotTarget,
    portal: HubSpotSandbox,
    planned: tuple[Operation, ...],
    matrices: Mapping[str, Matrix],
    kind: Any,
) -> None:
    portal.faults.add(Fault(kind, on="/crm/v3/objects/line_items"))

    receipts = posted(target, planned, matrices)

    assert counts(portal) == ONCE
    assert others(portal, target, "line_items") == [[receipts[planned[0].key].external_id]] * 2


def test_a_deal_of_a_company_that_is_not_there_is_refused_before_anything_is_written(
    target: HubSpotTarget, portal: HubSpotSandbox, planned: tuple[Operation, ...], matrices: Mapping[str, Matrix]
) -> None:
    with pytest.raises(Rejected, match="no company with customer_number C-200"):
        posted(target, planned, matrices)

    assert portal.count("deals") == 0
