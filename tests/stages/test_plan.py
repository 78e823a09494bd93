from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.content.environment import Environment
from engine.content.flow import Flow
from engine.content.matrix import Matrix, load_matrices
from engine.model.decision import Decision, Route
from engine.model.record import Match
from engine.model.value import digest
from engine.stages.key_parts import key_part
from engine.stages.plan import Planned, business_key, plan
from tests.mappings.examples import environment_of, match_of, record_of

MATRICES = load_matrices(Path(__file__).parents[2])
RECORD = {
    "invoice_number": "RE-2026/0815", "issue_date": "2026-03-04", "currency": "EUR", "subtotal": "100.00",
    "tax_total": "19.00", "total": "119.00",
}  # fmt: skip
VENDOR = {"id": "4711", "name": "Papier Nord GmbH"}


class Content(NamedTuple):
    matrices: Mapping[str, Matrix]
    environment: Environment


def flow_of(
    *, version: int = 1, key: str = "{vendor_id}/{invoice_number}", sends: tuple[dict[str, Any], ...] = ()
) -> Flow:
    csv = {"target": "erp", "object": "vendor_invoice", "mapping": "files.ap_invoice_csv@1"}
    return Flow.model_validate({
        "name": "ap_invoice", "version": version, "when": {"types": ["invoice", "credit_note"]}, "record": "invoice",
        "ruleset": "ap_invoice@1", "queues": {"ap_data": "Accounts payable"}, "business_key": key,
        "sends": list(sends) or [csv],
    })  # fmt: skip


def decision_of(route: Route = "post") -> Decision:
    return Decision(
        route=route, queue=None, reasons=(), message="", rules=(), facts=(), confidence=1.0, flow="ap_invoice@1",
        ruleset="ap_invoice@1",
    )  # fmt: skip


def planned(
    record: Mapping[str, Any] = RECORD, *, kind: str = "invoice", flow: Flow | None = None,
    vendor: Match | None = None, route: Route = "post",
) -> Planned:  # fmt: skip
    return plan(
        record_of(record, kind=kind), decision_of(route), flow=flow or flow_of(),
        library=Content(MATRICES, environment_of()), vendor=vendor or match_of("vendor", VENDOR),
        order=match_of("purchase_order", {}),
    )  # fmt: skip


def only_key(result: Planned) -> str:
    assert result.plan is not None
    (operation,) = result.plan.operations
    return operation.key


def test_an_operation_carries_payload_digest_mapping_options_and_lineage() -> None:
    result = planned()

    assert result.plan is not None
    (operation,) = result.plan.operations
    assert operation.key == "ap_invoice/erp/vendor_invoice/invoice/4711/RE-2026%2F0815"
    assert operation.payload_digest == digest(operation.payload)
    assert operation.mapping == "files.ap_invoice_csv@1"
    assert operation.options["format"] == "csv"
    assert operation.lineage
    assert (operation.state, operation.revision, operation.document_id) == ("planned", 1, "d0")


def test_the_key_does_not_change_with_the_version_of_the_flow_or_with_the_amounts() -> None:
    assert only_key(planned()) == only_key(planned({**RECORD, "total": "120.00"}, flow=flow_of(version=2)))


def test_a_credit_note_with_the_number_of_its_invoice_is_another_fact() -> None:
    assert only_key(planned(kind="credit_note")) == "ap_invoice/erp/vendor_invoice/credit_note/4711/RE-2026%2F0815"


def test_a_flow_may_place_the_document_type_itself() -> None:
    flow = flow_of(key="{vendor_id}/{document_type}/{invoice_number}")

    assert only_key(planned(flow=flow)).endswith("vendor_invoice/4711/invoice/RE-2026%2F0815")


SPELLINGS = ["re-2026/0815", "  RE-2026/0815 ", "\uff32\uff25-2026/0815", "RE-2026/0815\n"]


@pytest.mark.parametrize("number", SPELLINGS, ids=repr)
def test_spellings_of_one_number_give_one_key(number: str) -> None:
    assert only_key(planned({**RECORD, "invoice_number": number})) == only_key(planned())


OTHERS = [("A/B", "C"), ("A", "B/C"), ("A%2FB", "C"), ("A B", "C"), ("AB", "C")]


def test_different_facts_have_different_keys() -> None:
    keys = {
        business_key(
            record_of({"invoice_number": number}), flow=flow_of(), vendor=match_of("vendor", {"id": vendor})
        ).key
        for vendor, number in OTHERS
    }

    assert len(keys) == len(OTHERS)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_two_parts_join_into_one_key_without_confusion(one: tuple[str, str], other: tuple[str, str]) -> None:
    parts, others = [key_part(part) for part in one], [key_part(part) for part in other]

    assert ("/".join(parts) == "/".join(others)) is (parts == others)


INCOMPLETE = [
    ({**RECORD, "invoice_number": "  "}, VENDOR, ("invoice_number",)),
    ({k: v for k, v in RECORD.items() if k != "invoice_number"}, VENDOR, ("invoice_number",)),
    (RECORD, {}, ("vendor_id",)),
]


@pytest.mark.parametrize(("record", "vendor", "missing"), INCOMPLETE, ids=["blank number", "no number", "no vendor"])
def test_without_a_whole_key_nothing_is_planned(
    record: Mapping[str, Any], vendor: Mapping[str, str], missing: tuple[str, ...]
) -> None:
    result = planned(record, vendor=match_of("vendor", vendor))

    assert result.plan is None
    assert [(f.code, f.severity, f.fields) for f in result.findings] == [("business_key_incomplete", "error", missing)]


def test_a_payload_that_is_held_holds_the_whole_plan_with_the_worst_finding_first() -> None:
    bad = {name: value for name, value in RECORD.items() if name not in ("issue_date", "subtotal")}

    result = planned(bad)

    assert result.plan is None
    assert [f.code for f in result.findings] == ["mapping_hold", "mapping_incomplete"]


def test_warnings_do_not_hold() -> None:
    result = planned({name: value for name, value in RECORD.items() if name != "subtotal"})

    assert result.plan is not None
    assert [f.code for f in result.findings] == ["mapping_incomplete"]


@pytest.mark.parametrize("route", ["review", "duplicate", "reject"])
def test_only_a_decision_to_post_plans_anything(route: Route) -> None:
    result = planned(route=route)

    assert result.plan is not None
    assert result.plan.operations == ()


def test_a_send_waits_for_the_keys_it_names() -> None:
    first = {"target": "erp", "object": "vendor_invoice", "mapping": "files.ap_invoice_csv@1"}
    second = {"target": "archive", "object": "copy", "mapping": "files.ap_invoice_xml@1", "after": ["vendor_invoice"]}

    result = planned(flow=flow_of(sends=(first, second)))

    assert result.plan is not None
    invoice, copy = result.plan.operations
    assert invoice.after == ()
    assert copy.after == (invoice.key,)
    assert copy.key == "ap_invoice/archive/copy/invoice/4711/RE-2026%2F0815"
