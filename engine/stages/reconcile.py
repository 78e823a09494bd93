"""Holds the positions of a vendor's statement of account against what was posted. Pure.

A number counts as the same where a scan or a label in front may have made the difference; what looks like another number only
counts where the amount is the same to the cent.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from engine.model.duplicate import Signature
from engine.model.field import Field, by_name
from engine.model.reconciled import Known, Position, Standing
from engine.model.record import Match, Record
from engine.stages.duplicates import numbers
from engine.stages.duplicates.signature import signature
from engine.stages.sums import amount as header_amount
from engine.stages.sums import number as cell

_SAME = ("same", "confusable", "label", "tail")
"""Levels at which two numbers are one."""
_ALIKE = ("misread", "smudged", "blurred")
"""Levels at which they may be one, if the amounts are equal."""
_ZERO = Decimal(0)
Cells = Mapping[str, Field]


def asked(record: Record, *, vendor: Match) -> tuple[Signature, ...]:
    """Return what to look for: a claim of the vendor under each number that the statement lists, each once."""
    claim = signature(record, vendor=vendor)
    named = dict.fromkeys(_text(by_name(row), "invoice_number") for row in record.lines)
    bare = {
        "type": "invoice", "issued": None, "due": None, "total": None, "subtotal": None, "orders": (), "preceding": "",
        "references": (), "lines": (),
    }  # fmt: skip
    return tuple(claim.model_copy(update={**bare, "number": number}) for number in named if number)


def reconcile(record: Record, known: Sequence[Known]) -> tuple[Position, ...]:
    """Return every position of a statement but balances brought forward, with what we know of it."""
    rows = [by_name(row) for row in record.lines]
    is_open_items = not any(_text(row, "document_kind") == "payment" for row in rows)
    currency, books = record.value("currency") or "", _Books(known)
    return tuple(
        _position(index, row, books, currency, is_open_items=is_open_items)
        for index, row in enumerate(rows) if _counts(row)
    )  # fmt: skip


def delta(record: Record) -> Decimal | None:
    """Return how far the balance of a statement is from its positions, or None where it cannot be told."""
    rows, total = [by_name(row) for row in record.lines], header_amount(record, "total")
    if total is None or not rows:
        return None
    if any("open_amount" in row for row in rows):
        return abs(total - sum((cell(row, "open_amount") or _ZERO for row in rows), _ZERO))
    moved = [value for row in rows if (value := _moved(row)) is not None]
    if not moved:
        return None
    return abs(total - sum(moved, header_amount(record, "opening_balance") or _ZERO))


def _counts(row: Cells) -> bool:
    """Tell whether a row is a position: it says a number or an amount, and is no balance brought forward."""
    says = _text(row, "invoice_number") or any(
        cell(row, name) is not None for name in ("amount", "credit", "open_amount")
    )
    return bool(says) and _text(row, "document_kind") != "opening"


def _moved(row: Cells) -> Decimal | None:
    """Return what a row adds to the account; of a balance brought forward that balance."""
    added, taken = cell(row, "amount"), cell(row, "credit")
    if added is None and taken is None:
        return cell(row, "balance") if _text(row, "document_kind") == "opening" else None
    return (added or _ZERO) - abs(taken or _ZERO)


def _stated(row: Cells) -> Decimal | None:
    """Return the amount of the document, below zero for what is taken off."""
    moved = _moved(row)
    if moved is None:
        moved = cell(row, "open_amount")
    if moved is not None and _text(row, "document_kind") in {"credit_note", "payment"}:
        return -abs(moved)
    return moved


def _position(index: int, row: Cells, books: "_Books", currency: str, *, is_open_items: bool) -> Position:
    number, stated, kind = _text(row, "invoice_number"), _stated(row), _text(row, "document_kind")
    if kind == "payment":
        return Position(line=index, number=number, standing="payment", stated=stated)
    if not number or stated is None:
        return Position(line=index, number=number, standing="unread", stated=stated)
    found = books.find(number, stated)
    if found is None:
        is_silent = stated < 0 and not kind
        return Position(line=index, number=number, standing="payment" if is_silent else "missing", stated=stated)
    claim, ours = found.claim, _owed(found.claim)
    is_whole = "amount" in row or "credit" in row
    return Position(
        line=index, number=number, stated=stated, document_id=claim.document_id, ours=ours, paid_on=claim.paid_on,
        standing=_standing(found, stated, ours, currency, is_whole=is_whole, is_open_items=is_open_items),
    )  # fmt: skip


def _standing(
    found: Known, stated: Decimal, ours: Decimal | None, currency: str, *, is_whole: bool, is_open_items: bool
) -> Standing:
    """Return what is known of a document that is here. An open amount alone may be what a part payment left."""
    is_part = not is_whole and ours is not None and 0 < abs(stated) < abs(ours) and (stated < 0) == (ours < 0)
    is_other_currency = bool(currency and found.claim.currency) and currency != found.claim.currency
    if is_other_currency or (stated != ours and not is_part):
        return "differs"
    if found.claim.paid_on is not None and is_open_items:
        return "paid"
    return "posted" if found.is_posted else "in_hand"


class _Books:
    """What is known of a vendor, by number and by amount: a statement of thousands of positions is no reason to wait."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._numbered: dict[str, list[Known]] = defaultdict(list)
        self._worth: dict[Decimal | None, list[Known]] = defaultdict(list)
        for one in known:
            for key in _keys(one.claim.number):
                self._numbered[key].append(one)
            self._worth[_owed(one.claim)].append(one)

    def find(self, number: str, stated: Decimal) -> Known | None:
        """Return the claim that a position means: of one number the posted one of the same amount before others."""
        near = [one for key in _keys(number) for one in self._numbered.get(key, ()) if _is_of_side(one.claim, stated)]
        same = [one for one in near if numbers.compare(number, one.claim.number) in _SAME]
        alike = (one for one in self._worth.get(stated, ()) if numbers.compare(number, one.claim.number) in _ALIKE)
        return min(same or alike, key=lambda one: _order(one, stated), default=None)


def _keys(number: str) -> frozenset[str]:
    return frozenset({numbers.core(number), numbers.stem(number)})


def _order(one: Known, stated: Decimal) -> tuple[bool, bool, str]:
    return _owed(one.claim) != stated, not one.is_posted, one.claim.document_id


def _is_of_side(claim: Signature, stated: Decimal) -> bool:
    """Tell whether invoice stands against invoice: a credit note may have the number of an invoice."""
    owed = _owed(claim)
    return owed is None or (owed < 0) == (stated < 0)


def _owed(claim: Signature) -> Decimal | None:
    """Return what a claim adds to the account."""
    if claim.total is None:
        return None
    return -abs(claim.total) if claim.type == "credit_note" else claim.total


def _text(row: Cells, name: str) -> str:
    return row[name].value if name in row else ""


def listed(positions: Sequence[Position], *standings: Standing) -> Iterator[Position]:
    """Yield the positions of some standings."""
    return (one for one in positions if one.standing in standings)
