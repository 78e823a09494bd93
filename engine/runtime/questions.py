"""Every question that judging asks the store, with what its answer depends on.

A new question is one function here, asked through the `Witness` that judging is given: then it is answered in a replay too.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Connection

from engine.content.leakage import LeakagePolicy
from engine.model.convention import Habit
from engine.model.correction import Correction
from engine.model.duplicate import Signature
from engine.model.finding import Finding
from engine.model.layout import LearnedPlacing
from engine.model.leakage import AcceptedInvoice
from engine.model.masterdata import ExchangeRate
from engine.model.purchasing import PurchaseOrder, ReceiptLine
from engine.model.reconciled import Known
from engine.model.record import Candidate, Match
from engine.model.screening import Screening
from engine.model.selling import Catalogue
from engine.model.value import digest
from engine.model.waiver import Waiver
from engine.runtime import leakage
from engine.runtime.witness import Question
from engine.stages.canonical.dates import habit_in
from engine.stages.duplicates.keys import blocking_keys
from engine.stages.money.habit import learned
from engine.stages.screen import screen
from engine.stages.values.date_order import Habit as DateHabit
from engine.store import (
    as_of,
    claims,
    conventions,
    date_habits,
    items,
    master_history,
    masterdata,
    outcomes,
    purchasing,
    screening,
    selling,
    waits,
)
from engine.store import corrections as said
from engine.store import layouts as placings
from engine.store import (
    waivers as passes,
)
from engine.store.as_of import Asked
from engine.store.signatures import Earlier, Key, earlier, under
from engine.store.waits import Wait

_CANDIDATES: TypeAdapter[list[Candidate]] = TypeAdapter(list[Candidate])
_ORDERS: TypeAdapter[list[PurchaseOrder]] = TypeAdapter(list[PurchaseOrder])
_RECEIPTS: TypeAdapter[list[ReceiptLine]] = TypeAdapter(list[ReceiptLine])
_WAIT: TypeAdapter[Wait | None] = TypeAdapter(Wait | None)
_HABIT: TypeAdapter[Habit] = TypeAdapter(Habit)
_FINDINGS: TypeAdapter[tuple[Finding, ...]] = TypeAdapter(tuple[Finding, ...])
_CORRECTIONS: TypeAdapter[tuple[Correction, ...]] = TypeAdapter(tuple[Correction, ...])
_PLACINGS: TypeAdapter[tuple[LearnedPlacing, ...]] = TypeAdapter(tuple[LearnedPlacing, ...])
_RATE: TypeAdapter[ExchangeRate | None] = TypeAdapter(ExchangeRate | None)
_DATE_HABIT: TypeAdapter[DateHabit] = TypeAdapter(DateHabit)
_TEXTS: TypeAdapter[Mapping[str, str]] = TypeAdapter(Mapping[str, str])
_WAIVERS: TypeAdapter[tuple[Waiver, ...]] = TypeAdapter(tuple[Waiver, ...])
_KNOWN: TypeAdapter[list[Known]] = TypeAdapter(list[Known])
_COUNT: TypeAdapter[int] = TypeAdapter(int)
_CATALOGUE: TypeAdapter[Catalogue] = TypeAdapter(Catalogue)
_SCREENING: TypeAdapter[Screening] = TypeAdapter(Screening)


class Rivals(NamedTuple):
    """Earlier documents that may claim the same, and the ids of those that a person said are other claims."""

    signatures: tuple[Signature, ...]
    cleared: tuple[str, ...]


class Held(NamedTuple):
    """Another document that holds a business key, with what it claimed."""

    document_id: str
    fingerprint: Mapping[str, Any]


_RIVALS: TypeAdapter[Rivals] = TypeAdapter(Rivals)
_HELD: TypeAdapter[Held | None] = TypeAdapter(Held | None)


def vendors(asked: Asked) -> Question[list[Candidate]]:
    """Ask who may be the vendor, by what the document says of it."""
    return Question(
        "vendors", asked, _CANDIDATES, lambda tx: masterdata.vendor_candidates(tx, **asked),
        lambda tx, at: as_of.vendor_candidates(tx, asked, at=at),
    )  # fmt: skip


def customers(asked: Asked, number: str | None) -> Question[list[Candidate]]:
    """Ask who may be the customer, by what the document says of the buyer and by our number for it."""
    return Question(
        "customers", {**asked, "number": number}, _CANDIDATES,
        lambda tx: masterdata.customer_candidates(tx, asked, number=number),
        lambda tx, at: as_of.customer_candidates(tx, asked, number, at=at),
    )  # fmt: skip


def numbered_vendors(asked: Asked, number: str | None) -> Question[list[Candidate]]:
    """Ask who may be the vendor, by what the document says of it and by our number for it."""
    return Question(
        "numbered_vendors", {**asked, "number": number}, _CANDIDATES,
        lambda tx: masterdata.customer_candidates(tx, asked, number=number, kind="vendor"),
        lambda tx, at: as_of.customer_candidates(tx, asked, number, at=at, kind="vendor"),
    )  # fmt: skip


def named_orders(numbers: Sequence[str]) -> Question[list[Candidate]]:
    """Ask which orders are meant by these numbers."""
    return Question(
        "named_orders", list(numbers), _CANDIDATES, lambda tx: masterdata.orders(tx, numbers),
        lambda tx, at: as_of.named_orders(tx, numbers, at=at),
    )  # fmt: skip


def orders(numbers: Sequence[str], *, besides: str) -> Question[list[PurchaseOrder]]:
    """Ask what was ordered under these numbers, and billed of it by others."""
    return Question(
        "orders", list(numbers), _ORDERS, lambda tx: purchasing.purchase_orders(tx, numbers, besides=besides),
        lambda tx, at: purchasing.purchase_orders(tx, numbers, besides=besides, at=at),
    )  # fmt: skip


def open_orders(vendor_id: str, currency: str, *, besides: str) -> Question[list[PurchaseOrder]]:
    """Ask which orders of a vendor are open."""
    return Question(
        "open_orders", [vendor_id, currency], _ORDERS,
        lambda tx: purchasing.open_orders_of(tx, vendor_id, currency, "", besides=besides),
        lambda tx, at: purchasing.open_orders_of(tx, vendor_id, currency, "", besides=besides, at=at),
    )  # fmt: skip


def receipts(of: Sequence[PurchaseOrder], *, besides: str) -> Question[list[ReceiptLine]]:
    """Ask what was received of these orders."""
    return Question(
        "receipts", [one.number for one in of], _RECEIPTS,
        lambda tx: purchasing.receipts_of(tx, of, besides=besides),
        lambda tx, at: purchasing.receipts_of(tx, of, besides=besides, at=at),
    )  # fmt: skip


def item_codes(vendor_id: str, printed: Sequence[str]) -> Question[Mapping[str, str]]:
    """Ask which of our items a vendor means by the numbers that it prints."""
    return Question(
        "item_codes", [vendor_id, list(printed)], _TEXTS, lambda tx: items.meant(tx, vendor_id, printed),
        lambda tx, _at: items.meant(tx, vendor_id, printed),
    )  # fmt: skip


def catalogue(numbers: Sequence[str], customer: Match) -> Question[Catalogue]:
    """Ask what is known of the items, prices and terms of a customer's order. A replay without an answer of then is given today's."""
    chosen = customer.chosen if customer.outcome == "one" else None
    id_, group, terms = (
        ("", "", "") if chosen is None
        else (chosen.id, chosen.attribute("buyer_group") or "", chosen.attribute("payment_terms") or "")
    )  # fmt: skip

    def look(tx: Connection) -> Catalogue:
        return selling.catalogue(tx, numbers, customer=id_, group=group, terms=terms)

    return Question("catalogue", [list(numbers), id_, group, terms], _CATALOGUE, look, lambda tx, _at: look(tx))


def wait(document_id: str) -> Question[Wait | None]:
    """Ask how long the document has waited so far."""
    return Question("wait", None, _WAIT, lambda tx: waits.of_document(tx, document_id), lambda _tx, _at: None)


def habit(vendor_id: str, currency: str, *, but: str) -> Question[Habit]:
    """Ask how a vendor rounds, by its other invoices in a currency."""
    return Question(
        "habit", [vendor_id, currency], _HABIT,
        lambda tx: learned(conventions.of_vendor(tx, vendor_id, currency=currency, but=but)),
        lambda tx, at: learned(conventions.of_vendor(tx, vendor_id, currency=currency, but=but, before=at)),
    )  # fmt: skip


def leaks(
    vendor_id: str, invoice: AcceptedInvoice | None, *, policy: LeakagePolicy, today: date
) -> Question[tuple[Finding, ...]]:
    """Ask what is known against a vendor: with the policy, because the sums themselves are long."""
    shown = None if invoice is None else invoice.model_dump(mode="json", exclude={"document_id"})
    key = [vendor_id, shown, digest(policy.model_dump(mode="json")), f"{today}"]
    return Question(
        "leaks", key, _FINDINGS,
        lambda tx: leakage.look(tx, vendor_id, invoice, policy=policy, today=today),
        lambda tx, at: leakage.look_then(tx, vendor_id, invoice, policy=policy, today=today, at=at),
    )  # fmt: skip


def corrections(document_id: str, revision: int) -> Question[tuple[Correction, ...]]:
    """Ask what people said about earlier revisions of the document."""
    return Question(
        "corrections", None, _CORRECTIONS, lambda tx: said.of_document(tx, document_id),
        lambda tx, _at: said.of_document(tx, document_id, before=revision),
    )  # fmt: skip


def waivers(document_id: str, revision: int) -> Question[tuple[Waiver, ...]]:
    """Ask what people let pass of earlier revisions of the document."""
    return Question(
        "waivers", None, _WAIVERS, lambda tx: passes.of_document(tx, document_id, before=revision),
        lambda tx, _at: passes.of_document(tx, document_id, before=revision),
    )  # fmt: skip


def layouts(identities: Sequence[str]) -> Question[tuple[LearnedPlacing, ...]]:
    """Ask where values stand on the paper of a vendor."""
    return Question(
        "layouts", list(identities), _PLACINGS, lambda tx: placings.of(tx, identities),
        lambda tx, at: placings.of(tx, identities, by=at),
    )  # fmt: skip


def steps(ruleset: str) -> Question[int]:
    """Ask how many steps the automation of a ruleset stands down."""
    name = ruleset.partition("@")[0]
    return Question(
        "steps", name, _COUNT, lambda tx: outcomes.steps(tx, ruleset)[0],
        lambda tx, at: as_of.steps(tx, ruleset, at=at),
    )  # fmt: skip


def rivals(mine: Signature, keys: Sequence[Key], *, window_days: int, nearest: int) -> Question[Rivals]:
    """Ask which earlier documents may claim what this one claims."""
    claim = [mine.model_dump(mode="json", exclude={"document_id"}, exclude_defaults=True), window_days, nearest]
    return Question(
        "rivals", claim, _RIVALS,
        lambda tx: told(earlier(tx, mine, keys, window_days=window_days, nearest=nearest)),
        lambda tx, at: told(earlier(tx, mine, keys, window_days=window_days, nearest=nearest, at=at)),
    )  # fmt: skip


def posted(wanted: Sequence[Signature]) -> Question[list[Known]]:
    """Ask what is here of a vendor under the numbers of some claims, posted or not."""
    keys = [key.digest for one in wanted for key in blocking_keys(one)]
    return Question(
        "posted", [one.number for one in wanted] + ([wanted[0].vendor_id] if wanted else []), _KNOWN,
        lambda tx: under(tx, keys), lambda tx, at: under(tx, keys, at=at),
    )  # fmt: skip


def screened(names: Sequence[str], *, likeness: int, on: date) -> Question[Screening]:
    """Ask whether names stand on a list of sanctions. A replay without an answer of then is given that of today's lists."""

    def look(tx: Connection) -> Screening:
        return screen(names, screening.entries(tx), screening.lists(tx), likeness=likeness, on=on)

    return Question("screened", [list(names), likeness], _SCREENING, look, lambda tx, _at: look(tx))


def told(found: Earlier) -> Rivals:
    """Return what the store found, in an order that is always the same."""
    return Rivals(found.signatures, tuple(sorted(found.cleared)))


def exchange_rate(
    from_currency: str, to_currency: str, *, on: date, rate_type: str = ""
) -> Question[ExchangeRate | None]:
    """Ask what a currency cost in another on a day."""
    return Question(
        "exchange_rate", [from_currency, to_currency, on.isoformat(), rate_type], _RATE,
        lambda tx: master_history.exchange_rate(tx, from_currency, to_currency, on=on, rate_type=rate_type),
        lambda tx, _at: master_history.exchange_rate(tx, from_currency, to_currency, on=on, rate_type=rate_type),
    )  # fmt: skip


def date_habit(vendor_id: str, *, but: str) -> Question[DateHabit]:
    """Ask in which order a vendor wrote dates on its invoices that went through."""
    return Question(
        "date_habit", vendor_id, _DATE_HABIT,
        lambda tx: habit_in(date_habits.accepted_records(tx, vendor_id, but=but)),
        lambda tx, at: habit_in(date_habits.accepted_records(tx, vendor_id, but=but, before=at)),
    )  # fmt: skip


def holder(business_key: str, *, besides: str) -> Question[Held | None]:
    """Ask which other document holds a business key."""
    return Question(
        "holder", business_key, _HELD, lambda tx: _held(claims.held(tx, business_key, besides=besides)),
        lambda tx, at: _held(claims.held(tx, business_key, besides=besides, before=at)),
    )  # fmt: skip


def _held(claim: claims.Claim | None) -> Held | None:
    return None if claim is None else Held(claim.holder_document_id, claim.fingerprint)
