"""What was learned about the paper of one vendor: where a value stands, told by what is printed around it."""

from datetime import datetime
from typing import Literal

from engine.model.value import Value

Kind = Literal["date", "amount", "text"]


class Anchor(Value):
    """Printed words that stay the same from one document to the next, and the way from them to the value."""

    text: str
    """Folded words, without digits."""
    right: float
    """Points from the left edge of the anchor to the left edge of the value; negative to the left."""
    right_end: float
    """Points from the left edge of the anchor to the right edge of the value, for right-aligned columns."""
    down: float
    """Points from the middle of the anchor's height to that of the value; 0 on the same line."""


class Column(Value):
    """The column of a table that a cell of a row stands in."""

    left: float
    right: float
    """Edges of the print that was shown, as shares of the page's width."""
    below: float
    """Points from the middle of the row's first number to that of the cell; 0 on the same line."""


class Placing(Value):
    """Where one field stands on a vendor's documents."""

    field: str
    """A header field, or a cell of every line item: `lines.item_code`."""
    kind: Kind
    shape: str
    """What the value looks like: `a` for a run of letters, `9` for a run of digits, other signs as they are."""
    words: int
    """How many words it has on the page."""
    anchors: tuple[Anchor, ...]
    x0: float
    top: float
    """Place on the page as a share of its width and height, for when no anchor can be read."""
    page: int
    """1-based from the first page, or -1 for the last page of several."""
    column: Column | None = None
    """For cells of line items; their anchors are the words that head the column."""


class LearnedPlacing(Value):
    """A placing with its origin."""

    placing: Placing
    identity: str
    """Whose paper it is: `vendor_tax_id:DE123456789`."""
    document_id: str
    """The corrected document that it was learned from."""
    learned_at: datetime | None = None
    book: str = ""
    """`name@version` of the content file that it stands in; empty: the database."""

    @property
    def origin(self) -> str:
        """What the provenance of a value read by it names: the file, or the document."""
        return self.book or self.document_id[:12]
