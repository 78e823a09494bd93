"""Papers that look like invoices and ask for no payment: reminders, statements, offers, pro formas, confirmations."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.model.document import DocumentType
from engine.model.record import Aside
from engine.stages.kinds.titles import Title
from engine.stages.kinds.words import KindWords

_LEAST = 0.4
_BILLS: frozenset[DocumentType] = frozenset({"invoice", "credit_note", "receipt"})
_BESIDE_BILL = 0.75
"""How heavy the title must be beside the title of a bill: `Rechnung` above and `Angebot 5` below is an invoice."""
_NAMED_ON_BILLS: frozenset[Aside] = frozenset({"quotation", "order_confirmation"})
"""Bills name the offer and the order that they come from."""
_LARGE = 0.9
_BANKING = 0.2
"""How much the wordings of a bank weigh from which on a statement is the bank's."""
_TITLED = 0.95
_SHARE = 0.35


class Named(NamedTuple):
    """What a paper calls itself instead of a bill, the title that does so, and the type that follows."""

    aside: Aside
    title: Title
    type: DocumentType


class Signs(NamedTuple):
    """What else speaks on the page."""

    is_numbered_bill: bool
    """It names an invoice number of its own."""
    lists_bills: bool
    """It names invoices anywhere."""
    banking: float
    """How much the wordings of a bank weigh."""


def aside_of(titles: Sequence[Title], words: KindWords, signs: Signs) -> Named | None:
    """Return what the paper is by its title when that is not to be paid, or None."""
    bill = max((t.weight for t in titles if t.type in _BILLS and not t.is_denied), default=0.0)
    for title in sorted(titles, key=lambda t: -t.weight):
        aside = words.asides.get(title.phrase.key)
        if aside is None or title.is_denied or title.weight < max(_LEAST, _BESIDE_BILL * bill):
            continue
        if aside in _NAMED_ON_BILLS and signs.is_numbered_bill and title.weight < _LARGE:
            continue
        taken = words.takers.get(aside, "unknown")
        if title.type != "bank_statement":
            return Named(aside, title, taken if title.type == "unknown" else title.type)
        if signs.lists_bills and signs.banking < _BANKING:
            return Named(aside, title, taken)
    return None


def with_aside(scores: Mapping[DocumentType, float], named: Named) -> dict[DocumentType, float]:
    """Return the scores when a title says that the paper is no bill: labels of sums and numbers stand on it too."""
    lesser = _BILLS | ({"bank_statement"} if named.aside == "statement" else frozenset())
    lesser |= {named.title.type} - {named.type}
    out = {type_: score * _SHARE if type_ in lesser else score for type_, score in scores.items()}
    out[named.type] = max(out.get(named.type, 0.0), min(_TITLED, 1.2 * named.title.weight))
    return out
