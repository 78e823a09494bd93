import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.hubspot.plug import PLUG
from adapters.shared.contract.http import HttpTargetContract
from adapters.shared.contract.surroundings import ATTACHED_SHA256
from engine.model.operation import Operation


class TestContract(HttpTargetContract):
    plug = PLUG
    kind = "deals"

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        properties = {"dealname": text or "goods", "amount": price or "10.5", "po_number": number or f"PO-{n}"}
        return _operation("deals", f"{n}{number}", {"properties": properties})

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        properties = standing["properties"]
        return properties["dealname"], properties["amount"], properties["po_number"]

    def alter(self, standing: Any) -> None:
        standing["properties"]["amount"] = "99999.99"

    def refused(self) -> tuple[Operation, str]:
        return _operation("deals", "refused", {"properties": {"dealname": "A", "amount": "ten"}}), "amount"

    def samples(self) -> Sequence[Operation]:
        at = {"hs_timestamp": "2026-03-04"}
        file = {
            "name": "a.pdf", "sha256": ATTACHED_SHA256,
        }  # fmt: skip
        return (
            self.operation(1),
            _operation("companies", "1", {"properties": {"name": "A"}}),
            _operation("contacts", "1", {"properties": {"email": "a@example.org"}}),
            _operation("line_items", "1", {"properties": {"name": "A", "quantity": "2"}}),
            _operation("tickets", "1", {"properties": {"subject": "A"}}),
            _operation("tasks", "1", {"properties": {"hs_task_subject": "A", **at}}),
            _operation("notes", "1", {"properties": {"hs_note_body": "A", **at}}),
            _operation("files", "1", file),
        )


def _operation(kind: str, name: str, payload: Mapping[str, Any]) -> Operation:
    digest = hashlib.sha256(repr(payload).encode()).hexdigest()
    return Operation(
        key=f"flow/crm/{kind}/{name}", document_id="d1", revision=1, target="crm", object=kind, payload=payload,
        mapping=f"hubspot.{kind}@1", payload_digest=digest,
    )  # fmt: skip
