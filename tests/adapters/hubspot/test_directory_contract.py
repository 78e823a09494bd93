"""HubSpot's companies keep the contract of every directory."""

from collections.abc import Mapping
from typing import Any, ClassVar

from adapters.hubspot.plug import PLUG
from tests.adapters.contract import DirectoryContract

COLUMNS = {"name": "name", "tax_id": "vat_number", "city": "city"}


class TestDirectory(DirectoryContract):
    plug = PLUG
    kind, looked_up = "customers", "customer"
    keys = ("tax_id", "name", "city")
    pages: ClassVar[Mapping[str, int]] = {"adapters.hubspot.client.PAGE": 2}  # a class variable of the contract

    def settings(self, sandbox: Any) -> Mapping[str, Any]:
        return {**sandbox.settings(), "columns": {"customers": {"tax_id": "vat_number"}}}

    def lay(self, sandbox: Any, n: int, **values: str) -> str:
        properties = {"name": f"Company {n}", **{COLUMNS[name]: value for name, value in values.items()}}
        sandbox.objects.setdefault("companies", []).append(
            {"id": str(n), "properties": properties, "createdAt": "", "updatedAt": "", "archived": False}
        )
        return str(n)

    def empty(self, sandbox: Any) -> None:
        sandbox.objects["companies"] = []
