"""NetSuite keeps the contract of every target."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from adapters.netsuite.plug import PLUG
from adapters.shared.contract.http import HttpTargetContract
from adapters.shared.contract.surroundings import ATTACHED_SHA256
from engine.model.operation import Operation
from tests.adapters.netsuite.operations import bill, operation


class TestContract(HttpTargetContract):
    plug = PLUG
    kind = "vendorBill"
    price: ClassVar[str] = "1234.5678"
    says_wait = False

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        line = {
            "item": {"refName": "A-100"},
            "quantity": "1",
            "rate": price or "10.5",
            "amount": "10.50",
            "description": "x",
        }
        payload = bill(n, memo=text or "goods", tranId=number or f"RE-{n}", item={"items": [line]})
        return operation("vendor_bill", payload, n=n)

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        return standing["memo"], str(standing["item"]["items"][0]["rate"]), standing["tranId"]

    def alter(self, standing: Any) -> None:
        standing["expense"]["items"][0]["amount"] = Decimal("99999.99")

    def refused(self) -> tuple[Operation, str]:
        return operation("vendor_bill", bill(9, tranDate="2026-02-30"), n=9), "tranDate"

    def wrong_settings(self, sandbox: Any) -> Mapping[str, Any]:
        return {"client_id": "somebody-else"}

    def samples(self) -> Sequence[Operation]:
        money = {"currency": {"refName": "EUR"}, "tranDate": "2026-03-04"}
        goods = {"items": [{"item": {"id": "501"}, "quantity": "5", "rate": "20.1234", "amount": "100.62"}]}
        party = {"companyName": "New Ltd", "subsidiary": {"id": "1"}, "isPerson": False}
        received = {"createdFrom": {"refName": "PO-1001"}, "item": {"items": [{"orderLine": 1, "quantity": "10"}]}}
        paid = {"customer": {"id": "301"}, "payment": "100.00", **money}
        paper = {
            "attachTo": {"record": "vendor", "id": "201"},
            "folder": {"id": "77"},
            "name": "a.pdf",
            "sha256": ATTACHED_SHA256,
        }
        payloads: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
            "vendor_bill": (bill(1), {"background": True}),
            "vendor_credit": (bill(2), {}),
            "purchase_order": ({"entity": {"refName": "V-100"}, **money, "item": goods}, {}),
            "item_receipt": (received, {"made_from": "purchase_order"}),
            "sales_order": ({"entity": {"refName": "NO998877665MVA"}, **money, "item": goods}, {}),
            "invoice": ({"entity": {"id": "301"}, **money, "item": goods}, {}),
            "customer": (party, {"write": "upsert"}),
            "vendor": (party, {}),
            "customer_payment": (paid, {}),
            "file": (paper, {}),
        }
        return [operation(kind, payload, options=options) for kind, (payload, options) in payloads.items()]
