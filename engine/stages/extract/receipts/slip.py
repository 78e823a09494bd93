"""Whether a page is a till slip by its looks: one narrow column."""

from collections.abc import Sequence

from engine.model.document import DocumentType
from engine.stages.extract.lines_of_text import Sheet
from engine.stages.extract.receipts.wording import Wording, find

_WIDEST, _WIDEST_RECEIPT = 30.0, 46.0
"""Widest slip in heights of its print. 48 columns of a till printer are about 26 and letters 40 and more; a page that is
known to be a receipt may be wider, because recognition makes boxes low."""
_FEWEST_ROWS = 3


def width_of(sheet: Sheet) -> float:
    """Return how wide the text is in heights of its print, without the outermost fiftieth of words on either side."""
    words = [word for line in sheet.lines for word in line.words]
    if not words:
        return 0.0
    lefts, rights = sorted(w.x0 for w in words), sorted(w.x1 for w in words)
    cut = len(words) // 50
    return (rights[-1 - cut] - lefts[cut]) / max(sheet.height, 1.0)


def is_slip(sheets: Sequence[Sheet], type_: DocumentType, wording: Wording) -> bool:
    """Tell whether pages are to be read as a till slip.

    A receipt that is no letter is one, a narrow page of unknown type too, and a narrow invoice that tells of change:
    in some countries slips are titled tax invoice.
    """
    if not sheets or len(sheets[0].lines) < _FEWEST_ROWS:
        return False
    if type_ == "receipt":
        return width_of(sheets[0]) <= _WIDEST_RECEIPT
    is_narrow = width_of(sheets[0]) <= _WIDEST
    return is_narrow and (type_ == "unknown" or (type_ == "invoice" and _tells_of_change(sheets[0], wording)))


def _tells_of_change(sheet: Sheet, wording: Wording) -> bool:
    """Tell whether a line with an amount names the change that the customer got."""
    return any(
        hit.kind == "change"
        for line in sheet.lines
        if any(c.isdigit() for c in line.text)
        for hit in find(line.text, wording.amounts)
    )
