from typing import Any

import pytest

from engine.content.flow import Flow
from engine.model.decision import Decision, RuleOutcome
from engine.model.finding import Finding
from engine.stages.route import route, without_flow

FLOW = Flow.model_validate(
    {
        "name": "ap_invoice", "version": 2, "when": {"types": ["invoice"]}, "record": "invoice", "ruleset": "ap_invoice@3",
        "queues": {"ap_data": "Data"}, "business_key": "{vendor_id}/{invoice_number}",
        "sends": [{"target": "erp", "object": "vendor_invoice", "mapping": "files.x@1"}],
    }
)  # fmt: skip


def outcome(id: str, route: str | None = None, **more: Any) -> RuleOutcome:  # noqa: A002 - the word of the model
    queue = "ap_data" if route == "review" else None
    return RuleOutcome.model_validate(
        {
            "id": id, "name": id, "why": "w", "fired": True, "severity": "error", "route": route, "queue": queue,
            "fields": (), "message": f"{id} says", "facts": (),
        }
        | more
    )  # fmt: skip


def decide(*outcomes: RuleOutcome) -> Decision:
    return route(outcomes, flow=FLOW, facts={"total_minor": 1}, confidence=0.9, digests=[("flow/ap_invoice@2", "ab")])


def test_a_document_that_no_rule_objects_to_is_posted() -> None:
    decision = decide(outcome("a", "review", fired=False), outcome("note"), outcome("b", "post"))

    assert (decision.route, decision.queue, decision.reasons) == ("post", None, ("b",))
    assert decide().message == "No rule objected; 0 were looked at."


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (["review", "duplicate"], "duplicate"),
        (["duplicate", "reject", "review"], "reject"),
        (["post", "review"], "review"),
        (["wait", "review"], "review"),
        (["post", "wait"], "wait"),
    ],
)
def test_routes_only_escalate(routes: list[str], expected: str) -> None:
    decision = decide(*(outcome(name, name) for name in routes))

    assert (decision.route, decision.reasons) == (expected, (expected,))


def test_the_most_severe_rule_decides_and_of_equals_the_first() -> None:
    decision = decide(
        outcome("warning", "review", severity="warning", queue="ap_data"),
        outcome("first", "review", queue="ap_vendors"),
        outcome("second", "review", queue="procurement"),
        outcome("fatal", "review", severity="fatal", queue="ap_fraud"),
    )

    assert (decision.queue, decision.message) == ("ap_fraud", "fatal says")
    assert decision.reasons == ("fatal", "first", "second", "warning")


def test_a_decision_names_the_versions_it_rests_on() -> None:
    decision = decide()

    assert (decision.flow, decision.ruleset, decision.digests) == (
        "ap_invoice@2", "ap_invoice@3", (("flow/ap_invoice@2", "ab"),),
    )  # fmt: skip


def test_a_document_that_no_flow_takes_is_sorted_by_a_person() -> None:
    decision = without_flow("contract")

    assert (decision.route, decision.queue, decision.reasons) == ("review", "intake", ("no_flow",))
    assert "contract" in decision.message
    assert "not known" in without_flow("unknown").message


def test_without_a_flow_what_went_wrong_in_reading_comes_first() -> None:
    cut = Finding(code="damaged_pdf", severity="error", message="The end of the file is missing.")
    note = Finding(code="text_layer_untrusted", severity="info", message="Read by OCR.")

    decision = without_flow("unknown", findings=[note, cut])

    assert (decision.reasons, decision.message) == (("damaged_pdf", "no_flow"), "The end of the file is missing.")
