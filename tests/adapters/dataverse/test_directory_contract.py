"""Dataverse's accounts keep the contract of every directory."""

from collections.abc import Mapping
from typing import Any, ClassVar

from adapters.dataverse.plug import PLUG
from tests.adapters.contract import DirectoryContract

COLUMNS = {"name": "name", "email": "emailaddress1", "city": "address1_city"}


class TestDirectory(DirectoryContract):
    plug = PLUG
    kind, looked_up = "customers", "customer"
    keys = ("id", "name", "email", "city")
    pages: ClassVar[Mapping[str, int]] = {"adapters.dataverse.sandbox.organisation._PAGE": 2}  # the server's

    def lay(self, sandbox: Any, n: int, **values: str) -> str:
        given = {COLUMNS[name]: value for name, value in values.items() if name != "id"}
        row = {
            "accountid": f"{n:08x}-0000-4000-8000-000000000000",
            "accountnumber": f"A{n}",
            "name": f"Account {n}",
            "statecode": 0,
        }
        sandbox.objects.setdefault("accounts", []).append({**row, **given})
        sandbox.change("accounts", sandbox.objects["accounts"][-1])
        return f"A{n}"

    def empty(self, sandbox: Any) -> None:
        sandbox.objects["accounts"] = []
