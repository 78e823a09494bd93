"""Comparing two judgements of one document: what differs, and the money that moves."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.model.decision import Decision, Route
from engine.model.finding import Finding
from engine.model.judged import Judged
from engine.model.operation import Lineage, Operation
from engine.model.value import digest
from engine.stages.compare import compare, leaves
from tests.mappings.examples import record_of

RECORD = {
    "invoice_number": "RE-1", "currency": "EUR", "subtotal": "100.00", "total": "119.00",
    "lines": [{"amount": "60.00"}, {"amount": "40.00"}],
}  # fmt: skip
PAYLOAD = {
    "header": {"gl_account": "6000", "gross": "119.00"},
    "lines": [{"gl_account": "6000", "tax_code": "V1"}, {"gl_account": "6000", "tax_code": "V1"}],
}


def judged(
    *, route: Route = "post", payload: Mapping[str, Any] | None = PAYLOAD, record: Mapping[str, Any] = RECORD,
    flow: str = "ap_invoice@1",
) -> Judged:  # fmt: skip
    decision = Decision(
        route=route, queue="ap_data" if route == "review" else None, reasons=(), message="", rules=(), facts=(),
        confidence=1.0, flow=flow, ruleset="ap_invoice@1",
    )  # fmt: skip
    return Judged(
        document_id="d0", revision=1, at=datetime(2026, 3, 4, tzinfo=UTC), record=record_of(record), decision=decision,
        operations=() if payload is None else (operation(payload),),
    )  # fmt: skip


def operation(payload: Mapping[str, Any]) -> Operation:
    row = "files.x@1#lines[].tax_code"
    return Operation(
        key="k", document_id="d0", revision=1, target="erp", object="bill", payload=payload, mapping="files.x@1",
        payload_digest=digest(payload),
        lineage=(
            Lineage(path="header.gross", row="files.x@1#header.gross", fields=("total",)),
            Lineage(path="header.gl_account", row="files.x@1#header.gl_account", fields=("vendor.gl_account",)),
            *(Lineage(path=f"lines[{at}].tax_code", row=row, fields=(f"lines[{at}].tax_rate",)) for at in range(2)),
        ),
    )  # fmt: skip


def changed(*, first: str = "V1", header: str = "6000", gross: str = "119.00", account: str = "6000") -> dict[str, Any]:
    return {
        "header": {"gl_account": header, "gross": gross},
        "lines": [{"gl_account": account, "tax_code": first}, {"gl_account": "6000", "tax_code": "V1"}],
    }


def test_versions_that_say_the_same_are_no_change() -> None:
    assert compare(judged(), judged(flow="ap_invoice@2")) is None


def test_a_document_that_goes_another_way_moves_its_total() -> None:
    change = compare(judged(), judged(route="review", payload=None))

    assert change is not None
    assert change.is_rerouted
    assert [(one.what, one.before, one.after, one.amount) for one in change.moved] == [
        ("route", "post", "review", "119.00")
    ]
    assert [(one.where, one.path) for one in change.differences] == [("route", ""), ("queue", ""), ("operation", "k")]


def test_a_document_that_cannot_be_mapped_any_more_goes_to_people() -> None:
    held = Finding(code="mapping_hold", severity="error", message="Enter the due date.", fields=("due_date",))
    change = compare(judged(), judged(payload=None).model_copy(update={"findings": (held,)}))

    assert change is not None
    assert [(one.before, one.after) for one in change.differences if one.where in ("route", "queue")] == [
        ("post", "review"), (None, "integration_admins")
    ]  # fmt: skip


def test_a_tax_code_of_one_line_moves_the_amount_of_that_line() -> None:
    change = compare(judged(), judged(payload=changed(first="V0")))

    assert change is not None
    assert [(one.path, one.before, one.after) for one in change.differences] == [("bill.lines[0].tax_code", "V1", "V0")]
    assert [(one.what, one.amount, one.currency, one.object) for one in change.moved] == [
        ("tax_code", "60.00", "EUR", "bill")
    ]


def test_an_account_on_header_and_lines_moves_the_lines_once() -> None:
    change = compare(judged(), judged(payload=changed(header="6001", account="6001")))

    assert change is not None
    assert [(one.what, one.before, one.after, one.amount) for one in change.moved] == [
        ("account", "6000", "6001", "60.00")
    ]


def test_an_account_on_the_header_alone_moves_the_total() -> None:
    change = compare(judged(), judged(payload=changed(header="6001")))

    assert change is not None
    assert [(one.what, one.amount) for one in change.moved] == [("account", "119.00")]


def test_how_a_file_is_written_is_a_difference_that_moves_no_money() -> None:
    (one,) = judged().operations
    commas = judged().model_copy(update={"operations": (one.model_copy(update={"options": {"delimiter": ","}}),)})
    change = compare(judged(), commas)

    assert change is not None
    assert [(one.where, one.path, one.after) for one in change.differences] == [
        ("payload", "bill (file)", None), ("payload", "bill (file).delimiter", ",")
    ]  # fmt: skip
    assert change.moved == ()


def test_an_amount_moves_by_its_signed_difference() -> None:
    change = compare(judged(), judged(payload=changed(gross="118.99")))

    assert change is not None
    assert [(one.what, one.amount) for one in change.moved] == [("amount", "-0.01")]


def test_a_value_of_the_record_is_a_difference_of_its_own() -> None:
    change = compare(judged(), judged(record={**RECORD, "invoice_number": "RE-2"}))

    assert change is not None
    assert [(one.where, one.path, one.before, one.after) for one in change.differences] == [
        ("record", "invoice_number", "RE-1", "RE-2")
    ]


JSON = st.recursive(
    st.text(max_size=3), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner), max_leaves=8
)  # fmt: skip


@given(st.dictionaries(st.sampled_from("abc"), JSON), st.dictionaries(st.sampled_from("abc"), JSON))
def test_payloads_have_the_same_leaves_exactly_when_they_are_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert (dict(leaves(one, "")) == dict(leaves(other, ""))) is (one == other)


def test_objects_of_several_lines_are_compared_line_by_line_and_move_the_money_of_their_line() -> None:
    def both(first: str, second: str) -> Judged:
        made = [
            operation({"tax_code": code}).model_copy(update={"key": f"k/lines/{n}"})
            for n, code in ((1, first), (2, second))
        ]
        rows = [Lineage(path="tax_code", row="files.x@1#tax_code", fields=(f"lines[{n}].tax_rate",)) for n in (0, 1)]
        written = [one.model_copy(update={"lineage": (row,)}) for one, row in zip(made, rows, strict=True)]
        return judged(payload=None).model_copy(update={"operations": tuple(written)})

    change = compare(both("V1", "V1"), both("V1", "V7"))

    assert change is not None
    assert [(one.path, one.before, one.after) for one in change.differences] == [("bill lines/2.tax_code", "V1", "V7")]
    assert [(one.object, one.amount) for one in change.moved] == [("bill", "40.00")]
