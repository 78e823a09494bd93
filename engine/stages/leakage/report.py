"""What is told about a vendor: findings for the document that is judged."""

from collections.abc import Sequence

from engine.content.leakage import LeakagePolicy
from engine.model.finding import Finding
from engine.model.leakage import AcceptedInvoice, Drift
from engine.stages.leakage.drift import is_drifting
from engine.stages.leakage.limits import clusters, split


def findings(
    candidate: AcceptedInvoice | None,
    *,
    drifts: Sequence[Drift],
    history: Sequence[AcceptedInvoice],
    policy: LeakagePolicy,
) -> tuple[Finding, ...]:
    """Return what the accepted differences and invoices of a vendor say when one more of its invoices comes in.

    `drifts` are the vendor's series as they stand, `history` its accepted invoices without the candidate. The candidate is
    None when its vendor, amount or date is not known.
    """
    told = [_drift(one) for one in drifts if is_drifting(one, policy)]
    if candidate is not None:
        parted = split(candidate, history, policy)
        told += [_split(*parted)] if parted else []
    everything = [*history, candidate] if candidate is not None else history
    told += [_cluster(*one) for one in clusters(everything, policy)]
    return tuple(told)


def _drift(drift: Drift) -> Finding:
    what = f"item {drift.item}" if drift.item else "all items"
    return Finding(
        code="leakage_drift", severity="warning", fields=("lines",),
        message=f"This vendor bills {what} above the order again and again, each time inside the tolerance: {drift.amount:f} "
        f"{drift.currency} over {drift.count} invoices. Ask for the agreed price.",
        evidence=(("item", drift.item), ("amount", f"{drift.amount:f}"), ("invoices", str(drift.count))),
    )  # fmt: skip


def _split(limit: object, parts: tuple[AcceptedInvoice, ...]) -> Finding:
    total = sum(one.amount for one in parts)
    return Finding(
        code="leakage_split", severity="error", fields=("total",),
        message=f"{len(parts)} invoices of this vendor within days stay below {limit} {parts[0].currency} each and come to "
        f"{total:f} together. Say whether they are one purchase.",
        evidence=tuple((one.document_id[:12], f"{one.amount:f}") for one in parts),
    )  # fmt: skip


def _cluster(currency: str, limit: object, below: int, near: int) -> Finding:
    return Finding(
        code="leakage_below_limit", severity="warning", fields=("total",),
        message=f"{below} of this vendor's {near} amounts around {limit} {currency} lie just below it, where nobody has to approve.",
        evidence=(("limit", f"{limit}"), ("below", str(below)), ("around", str(near))),
    )  # fmt: skip
