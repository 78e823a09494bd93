from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from adapters.dynamics_fo.plug import PLUG
from tests.adapters.contract import DirectoryContract

_FIELDS = {
    "id": "VendorAccountNumber",
    "name": "VendorOrganizationName",
    "tax_id": "TaxExemptNumber",
    "email": "PrimaryEmailAddress",
}


class TestDirectory(DirectoryContract):
    plug = PLUG
    kind = "vendors"
    looked_up = "vendor"
    keys: ClassVar[Sequence[str]] = ("id", "tax_id", "name", "email")
    pages: ClassVar[Mapping[str, int]] = {"adapters.dynamics_fo.sandbox.lists._PAGE": 2}

    def lay(self, sandbox: Any, n: int, **values: str) -> str:
        row = {"id": f"V{n}", "name": f"Vendor {n}", **values}
        sandbox.stand("VendorsV2", OnHoldStatus="No", **{_FIELDS[column]: value for column, value in row.items()})
        return row["id"]

    def empty(self, sandbox: Any) -> None:
        sandbox.objects.pop("VendorsV2", None)
