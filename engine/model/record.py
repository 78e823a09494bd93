"""What the machine understood: the extraction as read, the record as canonical data, and the parties matched."""

from typing import Literal

from engine.model.document import DocumentType
from engine.model.field import FieldSet
from engine.model.finding import Finding
from engine.model.purchasing import LineMatch
from engine.model.reconciled import Position
from engine.model.screening import Screening
from engine.model.selling import Selling
from engine.model.value import Value

Aside = Literal["reminder", "statement", "quotation", "pro_forma", "order_confirmation"]
"""Papers that look like invoices and ask for no payment of their own."""


class Classification(Value):
    """What kind of document it is and in which language it is written."""

    type: DocumentType
    type_confidence: float
    language: str | None
    """ISO 639-1."""
    language_confidence: float
    evidence: tuple[str, ...] = ()
    aside: Aside | None = None
    """What it is instead of something to pay, by its title."""
    is_foreign: bool = False
    """Whether its words fit no language that has a vocabulary; then `language` is None."""


class Absence(Value):
    """A field that was not read, and how sure it is that it does not stand on the document."""

    name: str
    confidence: float
    """Probability (0..1) that the document does not show it."""


class Extraction(FieldSet):
    """Typed values as they stand on the document."""

    document_id: str
    classification: Classification
    page_count: int = 0
    findings: tuple[Finding, ...] = ()


_OWN_NUMBER = {
    "purchase_order": "po_number", "goods_receipt": "delivery_note_number", "order_form": "contract_number",
}  # fmt: skip
"""Where the number of a document stands that is neither invoice nor called as its type (`lead_number` of a lead)."""


class Record(FieldSet):
    """Canonical data of one revision of a document. A correction is a new revision; nothing is overwritten."""

    document_id: str
    revision: int
    classification: Classification
    findings: tuple[Finding, ...] = ()
    absent: tuple[Absence, ...] = ()
    """Fields that were looked for and not found."""
    confidence: float | None = None
    """Probability (0..1) that number, date and total are all right; None where no page was read."""

    @property
    def type(self) -> DocumentType:
        """The document type."""
        return self.classification.type

    @property
    def number(self) -> str:
        """The document's own number: that of the order or the delivery note where it is one; empty when it has none."""
        own = _OWN_NUMBER.get(self.type)
        return self.value(own or f"{self.type}_number") or ("" if own else self.value("invoice_number") or "")


class Candidate(Value):
    """A row of master data that may be meant, with the evidence for it."""

    kind: Literal["vendor", "customer", "entity", "purchase_order"]
    id: str
    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    """Master data of the candidate by canonical name (`vendor_tax_id`, `vendor_iban`, `currency`, `payment_terms` ...)."""
    score: float = 0.0
    evidence: tuple[tuple[str, str], ...] = ()
    """(signal, what agreed): (("tax_id", "DE123456789"), ("name", "0.97"))."""
    probability: float | None = None
    """That it is the one meant (0..1), as a fitted model says; None without one."""

    def attribute(self, name: str) -> str | None:
        """Return one attribute of the candidate, or None."""
        return dict(self.attributes).get(name)


class Match(Value):
    """The answer to "who is meant": one, several or none, never a guess by name alone."""

    kind: Literal["vendor", "customer", "entity", "purchase_order"]
    outcome: Literal["one", "several", "none", "not_asked"]
    chosen: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()
    pairs: tuple[LineMatch, ...] = ()
    """Of an order: the order lines that a decision to post stands on. Empty for a mere possibility."""
    charges: tuple[int, ...] = ()
    """Beside them: indexes of lines that are freight or other charges, which nobody ordered and the order allows."""
    positions: tuple[Position, ...] | None = None
    """Beside them: what became of each position of a statement of account; None where none was compared."""
    selling: Selling | None = None
    """Of a customer: what is known of the items, prices and terms of its order; None where the flow does not ask."""
    screening: Screening | None = None
    """Of a party: what lists of sanctions say of the names on the document; None where the flow does not ask."""
