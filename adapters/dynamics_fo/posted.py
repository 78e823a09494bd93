"""Invoices that left the pending ones: posted, by whomever.

Finance takes a pending invoice away when it posts it, and keeps it in the invoice journal (`VendInvoiceJourBiEntities`) and
as a vendor transaction (`VendTransBiEntities`, which has those of invoice registers and journals too). Neither keeps our
key; both keep the vendor's account and the vendor's number. Whoever looks for a lost invoice has to look here as well,
after the pending ones: what is posted between two looks is then seen by the second.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.dynamics_fo.client import Condition, Finance
from adapters.shared.compare import is_same
from adapters.shared.tries import may_have_left
from engine.model.errors import Ambiguous
from engine.model.operation import Operation

JOURNAL, TRANSACTIONS = "VendInvoiceJourBiEntities", "VendTransBiEntities"
_VOUCHERS = {JOURNAL: "LedgerVoucher", TRANSACTIONS: "Voucher"}


def posted(client: Finance, operation: Operation) -> Mapping[str, Any] | None:
    """Return the posted invoice that surely is ours, None when the vendor's number surely was never posted.

    Raises Ambiguous for an invoice of that number that may be somebody else's, and when an operation that may have left
    before cannot be looked for among posted ones: then a person looks.
    """
    account, number = str(operation.payload["InvoiceAccount"]), str(operation.payload["InvoiceNumber"])
    journal = _seen(client, operation, JOURNAL, ("InvoiceAccount", "eq", account), ("InvoiceId", "eq", number))
    ours = [row for row in journal if _is_ours(operation, row)]
    if len(journal) == 1 and ours:
        return ours[0]
    other = journal or _seen(client, operation, TRANSACTIONS, ("AccountNum", "eq", account), ("Invoice", "eq", number))
    if not other:
        return None
    vouchers = ", ".join(str(row.get(_VOUCHERS[JOURNAL if journal else TRANSACTIONS]) or "?") for row in other)
    raise Ambiguous(
        f"Invoice {number} of {account} is posted in Finance already, as voucher {vouchers}: {_why(operation, other)}. "
        "A person must decide whether it is this one."
    )


def _seen(client: Finance, operation: Operation, entity_set: str, *only: Condition) -> Sequence[Mapping[str, Any]]:
    found = client.seen(entity_set, *only)
    if found is not None:
        return found
    if may_have_left(operation):
        raise Ambiguous(
            f"Finance does not show {entity_set} to us, so nobody can tell whether this invoice was posted meanwhile. "
            "A person must look, or the app needs to read that entity."
        )
    return ()


def _is_ours(operation: Operation, row: Mapping[str, Any]) -> bool:
    """Whether a posted invoice carries our words and our amount."""
    return bool(operation.payload.get("InvoiceDescription")) and not _differing(operation, row)


def _differing(operation: Operation, row: Mapping[str, Any]) -> list[str]:
    payload = operation.payload
    net = sum((Decimal(str(line["NetAmount"])) for line in payload.get("lines") or ()), Decimal(0))
    wanted = {
        "Description": payload.get("InvoiceDescription", ""), "CurrencyCode": payload["Currency"], "SalesBalance": net,
        "InvoiceDate": payload.get("InvoiceDate", ""),
    }  # fmt: skip
    return [
        f"{name} is {row.get(name)!s}, not {value}"
        for name, value in wanted.items()
        if value != "" and not is_same(row.get(name), value)
    ]


def _why(operation: Operation, rows: Sequence[Mapping[str, Any]]) -> str:
    if len(rows) > 1:
        return f"it stands there {len(rows)} times"
    return "; ".join(_differing(operation, rows[0])) or "nothing there says that it is ours"
