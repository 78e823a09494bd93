"""What became of the positions that a vendor's statement of account lists: each held against what was posted."""

from datetime import date
from decimal import Decimal
from typing import Literal

from engine.model.duplicate import ERP, Signature
from engine.model.value import Value

Standing = Literal["posted", "paid", "in_hand", "differs", "missing", "payment", "unread"]
"""What we know of a position: posted, posted and paid, here and not posted yet, here with another amount, not here at all,
a payment of ours that the vendor books, or not to be compared because a number or an amount was not read."""


class Known(Value):
    """What a document claims, and where it stands."""

    claim: Signature
    is_posted: bool
    """Posted here, or by the ERP before it could come here; else it is still on its way."""


class Position(Value):
    """One position of a statement, and what we know of it. Amounts of credit notes are below zero."""

    line: int
    """Index of the record's line."""
    number: str
    """As the vendor writes it; empty where none was read."""
    standing: Standing
    stated: Decimal | None = None
    """Amount of the document by the statement, with tax."""
    document_id: str = ""
    """The document here, or `erp:` and the number of one that the ERP had posted; empty where none is known."""
    ours: Decimal | None = None
    """Its amount by our books."""
    paid_on: date | None = None

    @property
    def told(self) -> str:
        """Number and amount in words, both amounts where they differ."""
        if self.standing == "differs":
            return f"{self.number}: {_plain(self.stated)} instead of {_plain(self.posted_amount)}"
        since = f" on {self.paid_on.isoformat()}" if self.standing == "paid" and self.paid_on is not None else ""
        return f"{self.number or f'line {self.line + 1}'} ({_plain(self.stated)}){since}"

    @property
    def erp_number(self) -> str:
        """Company and number of the document of the ERP; empty for one that came here, or for none."""
        return self.document_id.removeprefix(ERP) if self.document_id.startswith(ERP) else ""

    @property
    def posted_amount(self) -> Decimal | None:
        """Our amount with at least the decimals that the statement prints."""
        if self.ours is None or self.stated is None:
            return self.ours
        return self.ours + 0 * self.stated


def _plain(amount: Decimal | None) -> str:
    return "?" if amount is None else f"{amount:f}"
