"""SAP's suppliers keep the contract of every directory."""

from collections.abc import Mapping
from typing import Any, ClassVar

from adapters.sap.plug import PLUG
from tests.adapters.contract import DirectoryContract


class TestDirectory(DirectoryContract):
    plug = PLUG
    kind, looked_up = "vendors", "vendor"
    keys = ("tax_id", "iban", "id")
    short = ("tax_id", "iban")
    pages: ClassVar[Mapping[str, int]] = {"adapters.sap.directory._PAGE": 2}  # a class variable of the contract

    def lay(self, sandbox: Any, n: int, **values: str) -> str:
        number, name = str(1000 + n), values.get("name", f"Vendor {n}")
        sandbox.add(
            "A_BusinessPartner", BusinessPartner=number, Supplier=number, BusinessPartnerFullName=name,
            to_Supplier=[{"Supplier": number, "PostingIsBlocked": False}],
        )  # fmt: skip
        if "tax_id" in values:
            sandbox.add(
                "A_BusinessPartnerTaxNumber", BusinessPartner=number, BPTaxType="DE0", BPTaxNumber=values["tax_id"]
            )
        if "iban" in values:
            sandbox.add("A_BusinessPartnerBank", BusinessPartner=number, IBAN=values["iban"])
        return number

    def empty(self, sandbox: Any) -> None:
        for kind in ("A_BusinessPartner", "A_BusinessPartnerTaxNumber", "A_BusinessPartnerBank", "A_Supplier"):
            sandbox.objects[kind] = []
