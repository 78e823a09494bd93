"""Values that only the receipt of an earlier send tells."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from engine.content.environment import Environment
from engine.content.matrix import Matrix
from engine.content.receipt_reference import check_references
from engine.model.decision import Decision
from engine.model.errors import ContentError
from engine.model.operation import Operation, Receipt
from engine.model.value import digest
from engine.stages.matrix_examples import complaint
from engine.stages.plan import plan
from engine.stages.promises import Kept, keep, promises
from tests.mappings.examples import environment_of, match_of, record_of
from tests.stages.receipts_of_sends import BILL, flow_of, matrices

FIRST, SECOND = "try/erp/vendor/invoice/RE-1", "try/erp/bill/invoice/RE-1"


class Content(NamedTuple):
    matrices: dict[str, Matrix]
    environment: Environment


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(matrices(tmp_path), environment_of())


@pytest.fixture
def bill(content: Content) -> Operation:
    decision = Decision(
        route="post", queue=None, reasons=(), message="", rules=(), facts=(), confidence=1.0, flow="try@1",
        ruleset="ap_invoice@1",
    )  # fmt: skip
    planned = plan(
        record_of({"invoice_number": "RE-1", "vendor_name": "Nord"}), decision, flow=flow_of(deadline_hours=4),
        library=content, vendor=match_of("vendor", {}), order=match_of("purchase_order", {}),
    )  # fmt: skip
    assert planned.plan is not None, planned.findings
    return planned.plan.operations[1]


def receipt(**changes: Any) -> Receipt:
    answer = {"d": {"results": [{"number": "5100"}]}}
    return Receipt.model_validate(
        {"key": FIRST, "external_id": "4711", "outcome": "created", "response": answer, **changes}
    )


def kept(content: Content, operation: Operation, *receipts: Receipt) -> Kept:
    schema = content.matrices["try.bill@1"].payload_schema
    return keep(operation, {one.key: one for one in receipts}, schema=schema)


def test_a_plan_holds_promises_that_name_who_keeps_them(bill: Operation) -> None:
    found = {path: (promise["of"], promise.get("at")) for path, promise in promises(bill.payload)}

    assert found == {"vendor.id": (FIRST, None), "vendor.posting": (FIRST, "d.results.0.number")}
    assert (bill.after, bill.deadline_hours) == ((FIRST,), 4)


def test_promises_are_kept_by_the_receipt_and_fix_payload_digest_and_lineage(content: Content, bill: Operation) -> None:
    final = kept(content, bill, receipt()).operation

    assert final.payload == {"no": "RE-1", "vendor": {"id": 4711, "posting": "5100"}}
    assert final.payload_digest == digest(final.payload) != bill.payload_digest
    assert {leaf.path: leaf.note for leaf in final.lineage}["vendor.id"] == f"receipt of {FIRST}"


def test_a_value_that_may_be_missing_is_left_out(content: Content, bill: Operation) -> None:
    assert kept(content, bill, receipt(response={})).operation.payload == {"no": "RE-1", "vendor": {"id": 4711}}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param({"external_id": " "}, "vendor.id: the receipt of try/erp/vendor/", id="nothing told"),
        pytest.param({"external_id": "A-1"}, "vendor.external_id is 'A-1'", id="wrong type"),
        pytest.param({"external_id": "100000"}, "100000 is greater than the maximum", id="refused by the schema"),
        pytest.param({"response": {"d": {"results": [{"number": "123456789"}]}}}, "9 characters", id="too long"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_said_in_words(
    content: Content, bill: Operation, answer: dict[str, Any], told: str
) -> None:
    result = kept(content, bill, receipt(**answer))

    assert told in result.why_not[0]
    assert result.operation == bill


def test_without_the_receipt_nothing_is_kept(content: Content, bill: Operation) -> None:
    assert "does not tell vendor.external_id" in kept(content, bill).why_not[0]


def test_examples_may_say_what_receipts_tell(content: Content) -> None:
    matrix = content.matrices["try.bill@1"]

    assert [complaint(matrix, example) for example in matrix.examples] == ["", ""]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        pytest.param("need: must, via: value", "a value of a receipt is passed on as it is", id="via"),
        pytest.param("fallback: default, default: 5", "a value of a receipt is passed on as it is", id="default"),
    ],
)
def test_a_value_of_a_receipt_is_passed_on_as_it_is(tmp_path: Path, written: str, told: str) -> None:
    with pytest.raises(ContentError, match=told):
        matrices(tmp_path, bill=BILL.replace("type: integer, need: must", f"type: integer, {written}"))


def test_a_condition_cannot_ask_a_receipt(tmp_path: Path) -> None:
    changed = BILL.replace("type: integer, need: must", "type: integer, need: must, when: receipts.vendor is present")

    with pytest.raises(ContentError, match="receipts"):
        matrices(tmp_path, bill=changed)


@pytest.mark.parametrize(
    ("after", "returns", "told"),
    [
        pytest.param((), {"posting_number": "x"}, r"bill has to wait for it; its `after` names none", id="no wait"),
        pytest.param(("vendor",), {}, "asks posting_number .* it tells external_id, version, link", id="not told"),
    ],
)
def test_only_what_an_awaited_send_tells_can_be_asked(
    content: Content, after: tuple[str, ...], returns: dict[str, str], told: str
) -> None:
    flow = flow_of(after=after)
    rows = {send.called: content.matrices[send.mapping].rows for send in flow.sends}

    with pytest.raises(ContentError, match=told):
        check_references(flow, rows, {"vendor": returns, "bill": {}}, file=Path("try.v1.yaml"))
