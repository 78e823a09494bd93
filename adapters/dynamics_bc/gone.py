"""Orders that are no more: Business Central deletes an order once all of it is invoiced.

One whose answer got lost, and that people received and invoiced meanwhile, is not among the orders, and must not be made
again. A purchase order leaves our remark among the lines of its receipts and invoices, a sales order its external document
number on its invoices. What is found so is for a person: it is the order's trace, not the order.
"""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.dynamics_bc.client import BusinessCentral
from adapters.dynamics_bc.objects import BcObject
from adapters.shared.odata.literals import literal
from adapters.shared.tries import may_have_left
from engine.model.errors import Ambiguous
from engine.model.operation import Operation

_PURCHASES = (("purchaseReceipts", "purchaseReceiptLines"), ("purchaseInvoices", "purchaseInvoiceLines"))


def refuse_gone(
    client: BusinessCentral, operation: Operation, kind: BcObject, is_marked: Callable[[Mapping[str, Any], str], bool]
) -> None:
    """Raise Ambiguous when an order that may have left before has left a trace, although it stands there no more.

    `is_marked` tells whether a document has our remark among the lines of the given name.
    """
    if not may_have_left(operation):
        return
    if kind.path == "purchaseOrders":
        only = f"vendorNumber eq {literal(str(operation.payload['vendorNumber']), 'v4')}"
        for path, lines in _PURCHASES:
            for one in client.rows(path, f"{only} and postingDate ge {operation.payload['orderDate']}", expand=lines):
                if is_marked(one, lines):
                    raise _gone(kind, path, one)
    if kind.path == "salesOrders":
        only = " and ".join(f"{name} eq {literal(str(operation.payload[name]), 'v4')}" for name in kind.key)
        for one in client.rows("salesInvoices", only):
            if one.get("orderNumber"):
                raise _gone(kind, "salesInvoices", one)


def _gone(kind: BcObject, path: str, trace: Mapping[str, Any]) -> Ambiguous:
    return Ambiguous(
        f"The {kind.title} stands in Business Central no more, but {path} {trace.get('number')} came from it "
        f"(order {trace.get('orderNumber') or '?'}). A person must decide."
    )
