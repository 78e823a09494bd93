"""Gathers everything that a document is judged by: who and what is meant, what came before, what is let pass."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection

from engine.content.flow import Flow
from engine.content.ruleset import Ruleset
from engine.model.document import Document
from engine.model.duplicate import DuplicateCheck
from engine.model.finding import Finding
from engine.model.purchasing import Verdict
from engine.model.record import Match, Record
from engine.model.waiver import Waiver
from engine.runtime import duplicates, leakage, ordering, questions, rounding, steps, thresholds
from engine.runtime.books import books_of, rate_on
from engine.runtime.house import House
from engine.runtime.matching import match
from engine.runtime.questions import Held
from engine.runtime.witness import Live, Witness
from engine.stages.books import Books
from engine.stages.claim import business_key, fingerprint
from engine.stages.facts.case import Case
from engine.stages.leakage.candidate import candidate, in_books
from engine.stages.matching.match_lines import RECEIVES
from engine.stages.tolerances.orders import Parties, items_of, judge_match
from engine.stages.tolerances.rates import rate_differences, received_on
from engine.stages.validate import validate
from engine.store import claims, conventions
from engine.store.database import transaction


class Gathered(NamedTuple):
    """A case, and the match of lines that it rests on."""

    case: Case
    ordered: ordering.Surrounded
    waivers: tuple[Waiver, ...] = ()
    """What people let pass of earlier revisions."""

    @property
    def vendor_id(self) -> str | None:
        """The vendor that is meant, or None."""
        chosen = self.case.vendor.chosen
        return chosen.id if self.case.vendor.outcome == "one" and chosen is not None else None


class Claimed(NamedTuple):
    """What became of the claim to be the first with this business key."""

    is_free: bool
    is_same: bool
    """The holder has the same type, amount and date."""
    earlier: DuplicateCheck | None


def gather(house: House, document: Document, record: Record, flow: Flow, *, witness: Live) -> Gathered:
    """Match, claim and compare; everything that facts are computed from. Raises steps.Overtaken."""
    ruleset = house.library.rulesets[flow.ruleset]
    return known(
        house, document, record, flow, witness=witness,
        claim=lambda vendor: _claim(house, document, record, flow, vendor, ruleset, witness),
    )  # fmt: skip


def recalled(house: House, document: Document, record: Record, flow: Flow, *, witness: Witness) -> Gathered:
    """Return the case of a document with what the witness tells; nothing is claimed or written."""
    ruleset = house.library.rulesets[flow.ruleset]
    return known(
        house, document, record, flow, witness=witness,
        claim=lambda vendor: _claimed(witness, document, record, flow, vendor, ruleset),
    )  # fmt: skip


def known(
    house: House, document: Document, record: Record, flow: Flow, *, claim: Callable[[Match], Claimed], witness: Witness
) -> Gathered:  # fmt: skip
    """Return the case of a document. Nothing is written but by `claim`, which is asked once the vendor is known.

    The store is asked by nobody but the witness.
    """
    library = house.library
    ruleset = library.rulesets[flow.ruleset]
    matches = match(house, record, flow, witness=witness)
    vendor = matches["vendor"]
    ordered = ordering.match_orders(house, document, record, flow, vendor, witness=witness)
    claimed = claim(vendor)
    money = rounding.explain(witness, document, record, vendor)
    schema = library.schemas[flow.record]
    books = books_of(witness, document, record, library.environment)
    ordered = _with_rates(witness, ordered, books)
    checked = validate(record, schema=schema, tolerance_minor=ruleset.tolerances.sum_minor, money=money)
    case = Case(
        record=record, ruleset=ruleset, vendor=vendor, order=ordering.relied_on(matches["purchase_order"], ordered.match),
        found=(*checked, *books.findings()), books=books,
        entities=library.environment.company.entities, received_on=document.received_at.date(),
        claim_is_free=claimed.is_free, same_fingerprint=claimed.is_same, earlier=claimed.earlier,
        money=money, orders=ordered.match,
        wait_is_over=ordered.is_over(ruleset.match.orders.receipts.tries),
        verdicts=_verdicts(house, ruleset, vendor, ordered, books),
        leaks=_leaks(house, document, record, ruleset, vendor, books, witness),
        steps=thresholds.steps_of(witness, ruleset),
    )  # fmt: skip
    return Gathered(case, ordered, waivers_of(witness, record))


def waivers_of(witness: Witness, record: Record) -> tuple[Waiver, ...]:
    """Return what people let pass of a document; nobody has seen a first revision."""
    return witness.ask(questions.waivers(record.document_id, record.revision)) if record.revision > 1 else ()


def note(tx: Connection, house: House, document: Document, found: Gathered, *, is_posted: bool) -> None:
    """Remember what an invoice that goes through teaches: how its vendor rounds, what it was let pass.

    One that does not go through teaches nothing, and takes back what an earlier revision did. Idempotent.
    """
    case = found.case
    policy = leakage.policy_of(house, case.ruleset.matching or "")
    if not is_posted or not found.ordered.bills or case.customer is not None or case.positions is not None:
        conventions.forget(tx, document_id=document.id)
        leakage.forget(tx, document.id, policy=policy)
        return
    rounding.learn(tx, document, case.record, case.vendor, case.explained)
    leakage.note(
        tx, case.record, case.verdicts or (), vendor=found.vendor_id, policy=policy, at=document.received_at,
        books=case.books, items=items_of(found.ordered.match, found.ordered.orders),
    )  # fmt: skip


def _claim(
    house: House, document: Document, record: Record, flow: Flow, vendor: Match, ruleset: Ruleset, witness: Live
) -> Claimed:  # fmt: skip
    """Claim the business key in one atomic insert, and compare with what was here before.

    A document whose key is not known yet (no vendor, no number) claims nothing: the rules hold it for another reason.
    """
    key = business_key(record, flow=flow, vendor=vendor)
    mark = fingerprint(record)
    with transaction(house.engine) as tx:
        steps.hold(tx, document.id, record.revision)
        earlier = duplicates.look(tx, document, record, vendor=vendor, policy=ruleset.duplicates, witness=witness)
        claims.release(tx, document.id)
        if key is None:
            return Claimed(is_free=True, is_same=False, earlier=earlier)
        held = claims.claim(tx, business_key=key, document_id=document.id, fingerprint=mark)
    other = None if held.is_mine else Held(held.holder_document_id, held.fingerprint)
    witness.heard(questions.holder(key, besides=document.id), other)
    return Claimed(held.is_mine, dict(held.fingerprint) == mark, earlier)


def _claimed(
    witness: Witness, document: Document, record: Record, flow: Flow, vendor: Match, ruleset: Ruleset
) -> Claimed:  # fmt: skip
    """Return what became of the claim, or would have become of it, without claiming anything."""
    earlier = duplicates.looked(witness, document, record, vendor=vendor, policy=ruleset.duplicates)
    key = business_key(record, flow=flow, vendor=vendor)
    if key is None:
        return Claimed(is_free=True, is_same=False, earlier=earlier)
    held = witness.ask(questions.holder(key, besides=document.id))
    return Claimed(held is None, held is None or dict(held.fingerprint) == fingerprint(record), earlier)


def _with_rates(witness: Witness, ordered: ordering.Surrounded, books: Books) -> ordering.Surrounded:
    """Return a match with what exchange rates made of it since the goods came."""
    if books.rate is None:
        return ordered
    then = {day: rate_on(witness, books, day) for day in received_on(ordered.match, ordered.receipts)}
    told = rate_differences(
        ordered.match, orders=ordered.orders, receipts=ordered.receipts, books=books,
        then={day: rate for day, rate in then.items() if rate is not None},
    )  # fmt: skip
    return ordered._replace(match=ordered.match.model_copy(update={"differences": (*ordered.match.differences, *told)}))


def _verdicts(
    house: House, ruleset: Ruleset, vendor: Match, ordered: ordering.Surrounded, books: Books
) -> tuple[Verdict, ...] | None:  # fmt: skip
    if ruleset.matching is None or not ordered.match.pairs:
        return None
    # without a rate only limits in the document's own currency can be compared; others are refused as incomparable
    currency = "" if books.is_missing else books.currency
    parties = Parties(
        vendor=vendor.chosen.id if vendor.chosen else "", entity=books.entity, accounting_currency=currency,
        rate=books.rate,
    )  # fmt: skip
    policy = house.library.tolerances[ruleset.matching]
    return judge_match(ordered.match, policy, orders=ordered.orders, receipts=ordered.receipts, parties=parties)


def _leaks(
    house: House, document: Document, record: Record, ruleset: Ruleset, vendor: Match, books: Books, witness: Witness
) -> tuple[Finding, ...] | None:  # fmt: skip
    bills = record.type != RECEIVES
    if ruleset.matching is None or vendor.outcome != "one" or vendor.chosen is None or not bills:
        return None
    policy = leakage.policy_of(house, ruleset.matching)
    seen = in_books(candidate(record, vendor=vendor.chosen.id), books, policy)
    today = document.received_at.date()
    return witness.ask(questions.leaks(vendor.chosen.id, seen, policy=policy, today=today))
