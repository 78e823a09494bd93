"""Looks up the orders and receipts that a document concerns and sets its lines against them."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection

from engine.content.flow import Flow
from engine.content.library import Library
from engine.content.order_policy import OrderPolicy
from engine.model.document import Document
from engine.model.errors import PostroomError
from engine.model.purchasing import OrderMatch, PurchaseOrder, ReceiptLine
from engine.model.record import Match, Record
from engine.runtime import dossiers, questions
from engine.runtime.house import House
from engine.runtime.witness import Witness
from engine.stages.match import order_numbers
from engine.stages.matching.billed import fold, printed_codes
from engine.stages.matching.match_lines import RECEIVES, match_lines
from engine.store import purchasing, waits
from engine.store.waits import Wait

ORDERED = "lines"
"""Under this name the match of lines stands beside those of vendor and order."""


class Moved(PostroomError):
    """Another document billed the same orders meanwhile; judge again."""


class Surrounded(NamedTuple):
    """A match of lines with what it rests on."""

    match: OrderMatch
    orders: tuple[PurchaseOrder, ...]
    receipts: tuple[ReceiptLine, ...]
    numbers: tuple[str, ...]
    """Orders whose coming would change the match: those that are named, else those that were found."""
    mark: str
    wait: Wait | None
    bills: bool = True
    """Whether the document bills what it was set against; a delivery note only says that it came."""

    def is_over(self, tries: int) -> bool:
        """Tell whether it was waited long enough; a document that never waited has all the time."""
        return self.wait is not None and self.wait.tries >= tries


def match_orders(
    house: House, document: Document, record: Record, flow: Flow, vendor: Match, *, witness: Witness
) -> Surrounded:
    """Return how the lines of a record fit the orders it names, or the open orders of its vendor when it names none."""
    if flow.collects is not None:
        papers = (waits.papers_of(document.id),)
        mark = witness.look(lambda tx: dossiers.mark(tx, document, record.revision), instead="")
        return Surrounded(OrderMatch(outcome="not_asked"), (), (), papers, mark, None)
    if "purchase_order" not in flow.matches:
        return Surrounded(OrderMatch(outcome="not_asked"), (), (), (), "", None)
    policy = house.library.rulesets[flow.ruleset].match.orders
    named = order_numbers(record)
    vendor_id = sure(vendor)
    with witness.at_once():
        wait = witness.ask(questions.wait(document.id))
        mark = witness.look(lambda tx: waits.marks(tx, named), instead="")
        orders, receipts = concerned(record, vendor_id, policy, document.id, witness)
        printed = printed_codes(record) if orders and vendor_id is not None else ()
        own_codes = witness.ask(questions.item_codes(vendor_id or "", printed)) if printed else {}
    match = match_lines(
        record, orders, receipts, policy, vendor_id=vendor_id, charge_words=charge_words(house.library),
        own_codes=own_codes,
    )  # fmt: skip
    numbers = named or tuple(dict.fromkeys(pair.order for pair in match.pairs))
    if not named and match.waits_for_receipt:
        mark = witness.look(lambda tx: waits.marks(tx, numbers), instead="")
    bills = record.type != RECEIVES
    return Surrounded(match, tuple(orders), tuple(receipts), numbers, mark, wait, bills)


def sure(vendor: Match) -> str | None:
    """Return the id of a vendor that was found and is the only one."""
    return vendor.chosen.id if vendor.outcome == "one" and vendor.chosen is not None else None


def concerned(
    record: Record, vendor_id: str | None, policy: OrderPolicy, document_id: str, witness: Witness
) -> tuple[list[PurchaseOrder], list[ReceiptLine]]:  # fmt: skip
    """Return the orders that a record names, or the open ones of its vendor, with what was received of them."""
    orders: list[PurchaseOrder] = []
    if named := order_numbers(record):
        orders = witness.ask(questions.orders(named, besides=document_id))
    elif vendor_id is not None and policy.search_open_orders and record.type != "credit_note":
        currency = record.value("currency") or ""
        orders = witness.ask(questions.open_orders(vendor_id, currency, besides=document_id))
    return orders, witness.ask(questions.receipts(orders, besides=document_id)) if orders else []


def relied_on(order: Match, lines: OrderMatch) -> Match:
    """Return the match of an order with the order lines that a posting may rest on: those of a match that is the only one."""
    if lines.outcome != "unique":
        return order
    return order.model_copy(update={"pairs": lines.pairs, "charges": lines.charges})


def billing(found: Surrounded, document: Document, *, is_posted: bool) -> Callable[[Connection], None]:
    """Return what writes down, in the transaction that decides, what a document bills of its orders: all or nothing.

    Raises Moved there when another document billed them since they were looked up.
    """

    def write(tx: Connection) -> None:
        if not (is_posted and found.bills) or found.match.outcome != "unique":
            purchasing.reverse_billing(tx, document.id)
            return
        concerned = {pair.order for pair in found.match.pairs}
        seen = [order for order in found.orders if order.number in concerned]
        if not purchasing.record_billing(tx, found.match, document.id, seen=seen):
            raise Moved("Another document billed the same order a moment ago.")

    return write


def charge_words(library: Library) -> frozenset[str]:
    """Return the folded names of freight and other charges in every language that is known."""
    shown = [one.labels["charge_total"].strong for one in library.vocabularies.values() if "charge_total" in one.labels]
    return _charge_words(tuple(word for words in shown for word in words))


@lru_cache(maxsize=4)
def _charge_words(labels: tuple[str, ...]) -> frozenset[str]:
    return frozenset(filter(None, map(fold, labels)))
