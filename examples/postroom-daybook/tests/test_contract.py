"""Daybook keeps the contract of every target."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from postroom_daybook.plug import PLUG

from adapters.shared.contract.http import HttpTargetContract
from engine.model.operation import Operation
from engine.model.value import digest


class TestContract(HttpTargetContract):
    plug = PLUG
    kind = "entry"

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        payload = {
            "number": number or f"RE-{n}", "vendor": "V1", "currency": "EUR",
            "amount": price or "10.50", "text": text or "goods",
        }  # fmt: skip
        return Operation(
            key=f"ap_invoice/daybook/entry/{n}", document_id="d" * 64, revision=1, target="daybook", object="entry",
            payload=payload, mapping="daybook.entry@1", payload_digest=digest(payload),
        )  # fmt: skip

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        return standing["text"], str(standing["amount"]), standing["number"]

    def alter(self, standing: Any) -> None:
        standing["amount"] = Decimal("99999.99")

    def refused(self) -> tuple[Operation, str]:
        return self.operation(9, number="1" * 41), "number"
