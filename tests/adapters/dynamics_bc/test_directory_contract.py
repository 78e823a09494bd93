"""Business Central's vendors keep the contract of every directory."""

from collections.abc import Mapping
from typing import Any, ClassVar

from adapters.dynamics_bc.plug import PLUG
from tests.adapters.contract import DirectoryContract

COLUMNS = {"name": "displayName", "tax_id": "taxRegistrationNumber", "email": "email", "city": "city"}


class TestDirectory(DirectoryContract):
    plug = PLUG
    kind, looked_up = "vendors", "vendor"
    keys = ("tax_id", "id", "name", "email", "city")
    pages: ClassVar[Mapping[str, int]] = {"adapters.dynamics_bc.sandbox.tenant._PAGE": 2}  # the server's

    def lay(self, sandbox: Any, n: int, **values: str) -> str:
        given = {COLUMNS[name]: value for name, value in values.items() if name != "id"}
        sandbox.stand("vendors", **{"number": f"V{n}", "displayName": f"Vendor {n}", "blocked": " ", **given})
        return f"V{n}"

    def empty(self, sandbox: Any) -> None:
        sandbox.objects["vendors"] = []
