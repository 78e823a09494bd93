"""The example adapter keeps the contract: bound as its own project binds it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from postroom_daybook.plug import PLUG

from engine.model.operation import Operation
from tests.adapters.contract import HttpTargetContract
from tests.adapters.shared.contract.entries import entry


class TestContract(HttpTargetContract):
    plug = PLUG
    kind = "entry"

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        return entry(n, text=text, price=price, number=number)

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        return standing["text"], str(standing["amount"]), standing["number"]

    def alter(self, standing: Any) -> None:
        standing["amount"] = Decimal("99999.99")

    def refused(self) -> tuple[Operation, str]:
        return entry(9, number="1" * 41), "number"
