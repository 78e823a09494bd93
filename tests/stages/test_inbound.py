"""An event becomes a reading: each value with the place it comes from, and nothing that its system may not write."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.content.inbound_matrix import InboundExample, InboundMatrix, inbound_files, load_inbound
from engine.content.ownership import Ownership, Team, Writer
from engine.model.event import Event
from engine.model.page import Reading
from engine.stages import inbound
from engine.stages.inbound import Teller
from engine.stages.inbound_examples import complaint

ROOT = Path(__file__).parents[2]
SHIPPED = [load_inbound(file, root=ROOT) for file in inbound_files(ROOT)]
EXAMPLES = [pytest.param(one, example, id=f"{one.ref}: {example.name}") for one in SHIPPED for example in one.examples]
DEALS = next(one for one in SHIPPED if one.name == "hubspot.deals")
WON: dict[str, Any] = {
    "dealstage": "closedwon", "po_number": "PO-1", "closedate": "2026-03-04", "deal_currency_code": "EUR", "amount": "10",
    "line_items": [{"hs_sku": "A", "quantity": "1"}, {"hs_sku": "B/C", "quantity": "2"}],
}  # fmt: skip


def event(**data: Any) -> Event:
    return Event(
        id="deals/7/1", source="crm", type="t", subject="7", time=datetime(2026, 3, 4, tzinfo=UTC), objectname="deals",
        objectversion="1", data={**WON, **data},
    )  # fmt: skip


def owned(*writers: Writer) -> Ownership:
    return Ownership(name="ownership", version=1, teams={"it": Team(title="IT")}, records={"purchase_order": writers})


def read(
    told: Event, *writers: Writer, system: str = "crm", is_posted: bool = False, matrix: InboundMatrix = DEALS
) -> Reading:
    return inbound.read(matrix, told, {}, ownership=owned(*writers), teller=Teller(system=system, is_posted=is_posted))


def names(reading: Reading) -> set[str]:
    assert reading.embedded is not None
    return {field.name for field in reading.embedded.fields} | ({"lines"} if reading.embedded.lines else set())


@pytest.mark.parametrize(("matrix", "example"), EXAMPLES)
def test_the_examples_of_shipped_matrices_hold(matrix: InboundMatrix, example: InboundExample) -> None:
    assert complaint(matrix, example) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"record": {"po_number": "X"}}, "po_number is", id="another value"),
        pytest.param({"record": None}, "lets it through", id="not wanted"),
        pytest.param({"findings": ("mapping_hold",)}, "findings are none", id="a finding that does not come"),
        pytest.param({"event": {}}, "does not let it through", id="wanted"),
    ],
)
def test_an_example_that_does_not_hold_says_why(change: dict[str, Any], said: str) -> None:
    assert said in complaint(DEALS, DEALS.examples[0].model_copy(update=change))


def test_every_value_knows_its_place_in_the_event() -> None:
    embedded = read(event()).embedded
    assert embedded is not None
    places = {field.name: (field.raw, field.provenance.pointer) for field in embedded.fields}
    lines = [field.provenance.pointer for row in embedded.lines for field in row if field.name == "item_code"]

    assert places["issue_date"] == ("2026-03-04", "/data/closedate")
    assert lines == ["/data/line_items/0/hs_sku", "/data/line_items/1/hs_sku"]
    assert {field.provenance.how for field in embedded.fields} == {"event"}


def test_what_lies_inside_another_object_has_a_name_and_a_place() -> None:
    told = inbound._told(event(owner={"mail": "a@b", "team": {"a/b": "7"}}), {})

    assert told.scope.record["owner_mail"] == "a@b"
    assert told.pointers["owner_team_a/b"] == "/data/owner/team/a~1b"


def test_a_value_of_the_wrong_form_is_a_finding_and_no_value() -> None:
    reading = read(event(amount="a lot"))

    assert [finding.code for finding in reading.findings] == ["mapping_hold"]
    assert "total" not in names(reading)


@pytest.mark.parametrize(
    ("writer", "is_posted", "is_kept"),
    [
        pytest.param(Writer(fields=("lines",), system="erp"), False, False, id="written by another system"),
        pytest.param(Writer(fields=("lines",), system="crm"), False, True, id="written by this one"),
        pytest.param(Writer(fields=("*",), system="document"), False, False, id="written by paper only"),
        pytest.param(Writer(fields=("lines",), system="crm", until="posted", then="erp"), False, True, id="until it is posted"),
        pytest.param(Writer(fields=("lines",), system="crm", until="posted", then="erp"), True, False, id="posted by now"),
        pytest.param(Writer(fields=("total",), system="erp"), False, True, id="another field"),
    ],
)  # fmt: skip
def test_what_a_system_may_not_write_is_left_out(writer: Writer, is_posted: bool, is_kept: bool) -> None:
    reading = read(event(), writer, is_posted=is_posted)

    assert ("lines" in names(reading)) is is_kept
    assert ("lines" in {name for finding in reading.findings for name in finding.fields}) is not is_kept


@pytest.mark.parametrize(
    ("change", "is_same"),
    [({"dealname": "other"}, True), ({"amount": "11"}, False), ({"dealstage": "closedlost"}, False), ({"line_items": []}, False)],
    ids=["not looked at", "a value", "what the condition asks", "the lines"],
)  # fmt: skip
def test_what_is_said_is_what_the_matrix_looks_at(change: dict[str, Any], is_same: bool) -> None:
    assert (inbound.said(DEALS, event(), {}) == inbound.said(DEALS, event(**change), {})) is is_same
