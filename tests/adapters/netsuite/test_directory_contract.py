"""NetSuite's vendors keep the contract of every directory."""

from collections.abc import Mapping
from typing import Any, ClassVar

from adapters.netsuite.plug import PLUG
from tests.adapters.contract import DirectoryContract

COLUMNS = {
    "vendor_tax_id": "vatregnumber", "vendor_name": "companyname", "name": "companyname", "vendor_email": "email",
    "vendor_id": "entityid",
}  # fmt: skip


class TestDirectory(DirectoryContract):
    plug = PLUG
    kind, looked_up = "vendors", "vendor"
    keys = ("vendor_tax_id", "vendor_name", "vendor_email", "vendor_id")
    pages: ClassVar[Mapping[str, int]] = {"adapters.netsuite.client.PAGE": 2, "adapters.netsuite.directory.PAGE": 2}

    def wrong_settings(self, sandbox: Any) -> Mapping[str, Any]:
        return {"client_id": "somebody-else"}

    def lay(self, sandbox: Any, n: int, **values: str) -> str:
        row = {
            "id": str(n), "entityid": f"V-{n}", "companyname": f"Vendor {n}", "vatregnumber": f"DE{n}", "currency": "2",
            "isinactive": "F", "email": f"{n}@vendor.example", "lastmodifieddate": "2026-11-01 12:00:00", "subsidiary": "1",
        }  # fmt: skip
        sandbox.masters["vendor"].append({**row, **{COLUMNS[name]: value for name, value in values.items()}})
        return str(n)

    def empty(self, sandbox: Any) -> None:
        sandbox.masters["vendor"] = []
