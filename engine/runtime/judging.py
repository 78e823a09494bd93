"""The two steps that decide: judge a record, and plan the operations that follow from the decision."""

from collections.abc import Mapping
from typing import Any

from engine.content.flow import Flow
from engine.model.decision import Decision
from engine.model.document import Document
from engine.model.finding import Finding
from engine.model.record import Match, Record
from engine.runtime import metrics, steps
from engine.runtime.house import House
from engine.stages import judge as judge_stage
from engine.stages import plan as plan_stage
from engine.stages.match import match_order, match_vendor
from engine.stages.route import route
from engine.stages.validate import validate
from engine.store import claims, documents, ledger, masterdata, operations
from engine.store.database import transaction


def judge(house: House, document_id: str, revision: int) -> dict[str, Any]:
    """Match, validate, derive facts, let the rules speak, and move the document where they say."""
    document, record = steps.load_record(house, document_id, revision)
    flow = house.library.flow_for(record.type, document.flow)
    if flow is None:
        message = f"No flow is live for documents of type {record.type}. Choose its type, or reject it."
        steps.to_review(house, document, revision, queue="intake", reasons=["no_flow"], message=message)
        return {"next": "over"}
    matches = match(house, record, flow)
    decision = decide(house, document, record, flow, matches)
    with transaction(house.engine) as tx:
        documents.save(
            tx, document.id, revision, "match", {kind: m.model_dump(mode="json") for kind, m in matches.items()}
        )
    note = {
        "flow": decision.flow, "route": decision.route, "queue": decision.queue, "reasons": decision.reasons,
        "vendor": _chosen(matches["vendor"]), "digests": dict(decision.digests),
    }  # fmt: skip
    steps.keep(house, document, revision, "decision", decision.model_dump(mode="json"), "document_judged", note)
    return follow(house, document, revision, decision)
