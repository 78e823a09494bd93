"""What a document claims, reduced to what a second copy would repeat, and how two claims were found to be alike."""

from datetime import date
from decimal import Decimal
from typing import Literal

from engine.model.document import DocumentType
from engine.model.value import Value

ERP = "erp:"
"""What the ids of documents begin with that a system of record had posted before they could come here."""
_SHOWN = 12

Relation = Literal["copy", "correction", "other"]
DuplicateOutcome = Literal["duplicate", "maybe", "no"]


def told(document_id: str) -> str:
    """Return how people are told which document is meant: by the beginning of its id, or by its number in the ERP."""
    if document_id.startswith(ERP):
        return f"ERP document {document_id.removeprefix(ERP)}"
    return document_id[:_SHOWN]


class LineMark(Value):
    """What is remembered of one line."""

    text: str
    """Description, or the item code where there is none; in lower case."""
    quantity: Decimal | None = None
    amount: Decimal | None = None


class Signature(Value):
    """What a document claims: by whom, from whom, under what number, for what."""

    document_id: str
    """Of a document here, or `erp:` and the number of one that the ERP had posted."""
    type: DocumentType
    number: str = ""
    """As written."""
    issued: date | None = None
    due: date | None = None
    """As printed; not one that was worked out from the terms."""
    paid_on: date | None = None
    """Of one that the ERP had posted: when it was paid, where its export says so."""
    currency: str = ""
    total: Decimal | None = None
    subtotal: Decimal | None = None
    vendor_id: str = ""
    """Of master data, where one vendor is meant."""
    vendor_tax_ids: tuple[str, ...] = ()
    """Capital letters and digits, of the document and of master data; without country."""
    vendor_ibans: tuple[str, ...] = ()
    vendor_name: str = ""
    buyer_tax_id: str = ""
    buyer_name: str = ""
    orders: tuple[str, ...] = ()
    preceding: str = ""
    """Number of the invoice that this one corrects, credits or follows."""
    references: tuple[tuple[str, str], ...] = ()
    """(canonical name, value in capital letters and digits): delivery note, contract, customer number, period."""
    lines: tuple[LineMark, ...] = ()


class Aspect(Value):
    """One thing in which two documents were compared."""

    name: str
    """`number`, `total`, `date`, `lines`, `vendor`, `buyer`, or the canonical name of a reference."""
    level: str
    """How they agree: `same`, `confusable`, `other`, `unknown` ..., see `engine/stages/duplicates/weigh.py`."""
    mine: str = ""
    theirs: str = ""


class Resemblance(Value):
    """How an earlier document is like this one."""

    document_id: str
    number: str
    relation: Relation
    probability: float
    """That both claim the same (0..1)."""
    is_plain: bool = False
    """Number, date, total, vendor and buyer agree and nothing speaks against: no person is needed to tell."""
    aspects: tuple[Aspect, ...] = ()

    def named(self, *levels: str) -> tuple[str, ...]:
        """Return the names of the aspects that have one of some levels."""
        return tuple(aspect.name for aspect in self.aspects if aspect.level in levels)


class DuplicateCheck(Value):
    """Whether a document claims what an earlier one claimed already."""

    outcome: DuplicateOutcome
    best: Resemblance | None = None
    """The most alike of the earlier ones; None when none shared anything."""
    others: tuple[Resemblance, ...] = ()
    """Further ones that may be the same claim, the most alike first."""
    corrects: str | None = None
    """Number of an earlier invoice that this one takes the place of and that no credit note has taken back."""
