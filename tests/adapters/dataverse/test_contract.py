import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.dataverse.plug import PLUG
from adapters.shared.contract.http import HttpTargetContract
from adapters.shared.contract.surroundings import ATTACHED_SHA256
from engine.model.operation import Operation


def operation(kind: str, name: str, payload: Mapping[str, Any], **options: Any) -> Operation:
    digest = hashlib.sha256(repr(payload).encode()).hexdigest()
    return Operation(
        key=f"flow/crm/{kind}/{name}", document_id="d1", revision=1, target="crm", object=kind, payload=payload, options=options,
        mapping=f"dataverse.{kind}@1", payload_digest=digest,
    )  # fmt: skip


def order(n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
    line = {
        "isproductoverridden": True,
        "productdescription": text or "goods",
        "quantity": "2",
        "priceperunit": price or "10.50",
    }
    payload = {"name": f"Order {n}", "ordernumber": number or f"PO-{n}", "order_details": [line]}
    return operation("salesorders", f"{n}{number}", payload)


class TestContract(HttpTargetContract):
    plug = PLUG
    kind = "salesorders"
    longest = 500

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        return order(n, text=text, price=price, number=number)

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        (line,) = standing["order_details"]
        return line["productdescription"], str(line["priceperunit"]), standing["ordernumber"]

    def alter(self, standing: Any) -> None:
        standing["order_details"][0]["priceperunit"] = Decimal("99999.99")

    def refused(self) -> tuple[Operation, str]:
        return operation("salesorders", "refused", {"name": "A", "colour": "red"}), "colour"

    def samples(self) -> Sequence[Operation]:
        attached = {"filename": "a.pdf", "mimetype": "application/pdf", "isdocument": True}
        return (
            order(1),
            operation("accounts", "1", {"name": "A", "accountnumber": "4711"}, by="accountnumber"),
            operation("contacts", "1", {"lastname": "A"}),
            operation("leads", "1", {"subject": "A"}),
            operation("opportunities", "1", {"name": "A", "estimatedvalue": "10.5"}),
            operation("tasks", "1", {"subject": "A", "scheduledend": "2026-03-04"}),
            operation("annotations", "1", {**attached, "sha256": ATTACHED_SHA256}),
        )
