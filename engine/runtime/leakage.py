"""Keeps what invoices were let pass inside the tolerances, and tells what it adds up to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from engine.content.leakage import LeakagePolicy
from engine.model.errors import PostroomError
from engine.model.finding import Finding
from engine.model.leakage import AcceptedInvoice, Drift, Variance
from engine.model.purchasing import Verdict
from engine.model.record import Record
from engine.model.value import Value
from engine.runtime.house import House
from engine.stages.books import NO_BOOKS, Books
from engine.stages.leakage.candidate import candidate, in_books, summed
from engine.stages.leakage.drift import accepted, is_drifting, run, step
from engine.stages.leakage.limits import clusters
from engine.stages.leakage.report import findings
from engine.store import variances
from engine.store.database import reading
from engine.store.variances import SeriesKey


class VendorLeaks(Value):
    """What is reported about one vendor."""

    vendor: str
    drifts: tuple[Drift, ...]
    """Series that reached the threshold."""
    below_limits: tuple[tuple[str, str, int, int], ...]
    """(currency, limit, amounts just below it, amounts around it)."""


def record(
    tx: Connection, invoice: AcceptedInvoice, let_pass: tuple[Variance, ...], *, policy: LeakagePolicy, at: datetime
) -> None:
    """Note an invoice that goes through, with what it was let pass. Idempotent by document: the last call counts.

    `invoice` comes from `engine.stages.leakage.candidate`, `let_pass` from `engine.stages.leakage.drift.accepted`.

    Call it in the transaction that writes the operations down. An invoice whose variances are the same as before changes
    nothing; with others, the series concerned are made anew from what stands in the store.
    """
    variances.accept(tx, invoice)
    before = variances.of_document(tx, invoice.document_id)
    if before == let_pass:
        return
    series = variances.lock(tx, _keys((*before, *let_pass)))
    if before:
        variances.remove(tx, invoice.document_id)
        variances.add(tx, invoice.document_id, let_pass, at=at)
        variances.keep(tx, [_anew(tx, key, policy) for key in series])
        return
    variances.add(tx, invoice.document_id, let_pass, at=at)
    for one in let_pass:
        series[_key(one)] = step(series[_key(one)], one, policy)
    variances.keep(tx, list(series.values()))


def note(
    tx: Connection, invoice: Record, verdicts: Sequence[Verdict], *, vendor: str | None, items: Mapping[int, str],
    policy: LeakagePolicy, at: datetime, books: Books = NO_BOOKS,
) -> None:  # fmt: skip
    """Note a record that is posted with the verdicts on its differences; one that cannot be watched is forgotten.

    `items` are our item codes by line (`engine.stages.tolerances.orders.items_of`), empty where nothing was matched.
    """
    seen = candidate(invoice, vendor=vendor)
    if seen is None:
        forget(tx, invoice.document_id, policy=policy)
        return
    let_pass = summed(accepted(verdicts, vendor=seen.vendor, items=items, currency=seen.currency), books)
    record(tx, in_books(seen, books, policy) or seen, let_pass, policy=policy, at=at)


def forget(tx: Connection, document_id: str, *, policy: LeakagePolicy) -> None:
    """Take back everything that was noted of a document (it was reversed, or rejected after all). Idempotent."""
    variances.unaccept(tx, document_id)
    before = variances.of_document(tx, document_id)
    if before:
        series = variances.lock(tx, _keys(before))
        variances.remove(tx, document_id)
        variances.keep(tx, [_anew(tx, key, policy) for key in series])


def look(
    tx: Connection, vendor: str, invoice: AcceptedInvoice | None, *, policy: LeakagePolicy, today: date
) -> tuple[Finding, ...]:
    """Return what is known against a vendor when one more of its invoices is judged; None: it cannot be watched."""
    since = (invoice.issued_on if invoice else today) - timedelta(days=policy.history_days + policy.window_days)
    but = invoice.document_id if invoice else ""
    history = variances.accepted(tx, vendor, since=since, but=but) if policy.approval_limits else ()
    return findings(invoice, drifts=variances.drifts(tx, vendor), history=history, policy=policy)


def look_then(
    tx: Connection, vendor: str, invoice: AcceptedInvoice | None, *, policy: LeakagePolicy, today: date, at: datetime
) -> tuple[Finding, ...]:
    """Return what `look` would have at a moment: the sums made anew from what invoices received before it were let pass."""
    since = (invoice.issued_on if invoice else today) - timedelta(days=policy.history_days + policy.window_days)
    but = invoice.document_id if invoice else ""
    history = variances.accepted(tx, vendor, since=since, but=but, before=at) if policy.approval_limits else ()
    return findings(
        invoice, drifts=run(variances.of_vendor(tx, vendor, before=at), policy), history=history, policy=policy
    )


def report(house: House, *, policy: LeakagePolicy, vendor: str | None = None) -> tuple[VendorLeaks, ...]:
    """Return every vendor of which something is to be reported, by id."""
    since = house.clock.now().date() - timedelta(days=policy.history_days)
    with reading(house.engine) as tx:
        drifting = [one for one in variances.drifts(tx, vendor) if is_drifting(one, policy)]
        known = {vendor} if vendor else set(variances.vendors_with_invoices(tx, since=since))
        names = sorted(known | {one.vendor for one in drifting})
        told = [_leaks(tx, name, drifting, since, policy) for name in names]
    return tuple(one for one in told if one.drifts or one.below_limits)


def policy_of(house: House, ref: str = "") -> LeakagePolicy:
    """Return how leakage is watched: by the named tolerance policy, else by that of the first live flow that has one.

    Raises PostroomError for a policy that is not there.
    """
    library = house.library
    named = [library.rulesets[library.flows[flow].ruleset].matching for flow in library.environment.flows]
    wanted = ref or next((one for one in named if one), None)
    if wanted is None:
        return LeakagePolicy()
    if wanted not in library.tolerances:
        raise PostroomError(f"there is no tolerance policy {wanted!r}; there are: {', '.join(library.tolerances)}")
    return library.tolerances[wanted].leakage


def _leaks(
    tx: Connection, vendor: str, drifting: Iterable[Drift], since: date, policy: LeakagePolicy
) -> VendorLeaks:  # fmt: skip
    crowds = clusters(variances.accepted(tx, vendor, since=since), policy) if policy.approval_limits else ()
    return VendorLeaks(
        vendor=vendor,
        drifts=tuple(one for one in drifting if one.vendor == vendor),
        below_limits=tuple((currency, f"{limit:f}", below, near) for currency, limit, below, near in crowds),
    )


def _anew(tx: Connection, key: SeriesKey, policy: LeakagePolicy) -> Drift:
    vendor, item, currency = key
    made = run(variances.of_series(tx, key), policy)
    return made[0] if made else Drift(vendor=vendor, item=item, currency=currency)


def _keys(found: Iterable[Variance]) -> set[SeriesKey]:
    return {_key(one) for one in found}


def _key(one: Variance) -> SeriesKey:
    return one.vendor, one.item, one.currency
