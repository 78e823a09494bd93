from decimal import Decimal
from typing import Any

from adapters.dynamics_fo.plug import PLUG
from adapters.shared.contract.source import SourceContract


class TestContract(SourceContract):
    """People post invoices; the source tells of it."""

    plug = PLUG

    def change(self, sandbox: Any, n: int) -> str:
        header = {
            "dataAreaId": "usmf",
            "InvoiceAccount": "1001",
            "InvoiceNumber": f"RE-{n}",
            "InvoiceDate": "2026-03-04",
        }
        sandbox.stand_posted(header, Decimal(n))
        return str(sandbox.objects["VendInvoiceJourBiEntities"][-1]["SourceKey"])
