"""The promotion gate: what changes add up to, and what policy says about them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from engine.content.promotion_policy import PromotionPolicy
from engine.model.change import Cause, Change, Moved
from engine.model.gate import Failed, Group, Sum


def grouped(changes: Sequence[Change]) -> tuple[Group, ...]:
    """Return the documents by the edits that change them, those that change most first. A document may stand in several."""
    found: dict[Cause, list[Change]] = {}
    for change in changes:
        for cause in change.causes:
            found.setdefault(cause, []).append(change)
    groups = (
        Group(
            cause=cause, documents=tuple(one.document_id for one in some),
            money=summed(one.model_copy(update={"moved": one.effect_of(cause).moved}) for one in some),
            rerouted=sum(any(d.where == "route" for d in one.effect_of(cause).differences) for one in some),
        )
        for cause, some in found.items()
    )  # fmt: skip
    return tuple(sorted(groups, key=lambda group: (-len(group.documents), group.cause.ref)))


def summed(changes: Iterable[Change]) -> tuple[Sum, ...]:
    """Return the money that moves, added up by what moves from where to where; the largest amounts first."""
    amounts: dict[tuple[str, str, str, str], list[tuple[str, Moved]]] = {}
    for change in changes:
        for one in change.moved:
            amounts.setdefault(_direction(one), []).append((change.document_id, one))
    sums = [_sum([one for _, one in some], documents=len({name for name, _ in some})) for some in amounts.values()]
    return tuple(
        sorted(sums, key=lambda one: (one.what, one.currency, -abs(Decimal(one.amount)), one.before, one.after))
    )


def _direction(one: Moved) -> tuple[str, str, str, str]:
    ways = ("", "") if one.what == "amount" else (one.before, one.after)
    return one.what, *ways, one.currency


def _sum(moved: Sequence[Moved], *, documents: int) -> Sum:
    _, before, after, currency = _direction(moved[0])
    total = sum((Decimal(one.amount) for one in moved), Decimal(0))
    return Sum(
        what=moved[0].what, before=before, after=after, currency=currency, amount=f"{total:f}", documents=documents
    )


def refusals(
    changes: Sequence[Change], failed: Sequence[Failed], *, documents: int, policy: PromotionPolicy
) -> tuple[str, ...]:  # fmt: skip
    """Return why policy does not let a candidate through, by what it does to documents."""
    return tuple(_refusals(changes, failed, documents, policy))


def _refusals(
    changes: Sequence[Change], failed: Sequence[Failed], documents: int, policy: PromotionPolicy
) -> Iterator[str]:  # fmt: skip
    if documents < policy.least_documents:
        yield (
            f"Only {documents} documents could be replayed and {policy.least_documents} are asked for. "
            "Wait for more, or replay the golden documents."
        )
    if failed:
        yield (
            f"{len(failed)} documents could not be judged by the {failed[0].side} version, first {failed[0].document_id[:12]}: "
            f"{failed[0].error} Mend that first."
        )
    rerouted = [one for one in changes if one.is_rerouted]
    posted = [one for one in rerouted if _is_newly_posted(one)]
    limits = (
        (rerouted, policy.most_rerouted, "would go another way"),
        (posted, policy.most_newly_posted, "would be posted without a person"),
    )
    for some, most, words in limits:
        if most is not None and documents and Decimal(len(some)) / documents > most:
            yield (
                f"{len(some)} of {documents} documents {words}, more than {most:f} of all. "
                "Promote it in smaller steps, or have the environment's policy changed."
            )


def _is_newly_posted(change: Change) -> bool:
    return any(one.where == "route" and one.after == "post" for one in change.differences)


def teams(changes: Sequence[Change], owners: Mapping[str, str]) -> tuple[str, ...]:
    """Return the teams that own what changes documents, in order. `owners`: team by the `ref` of an edit."""
    refs = dict.fromkeys(cause.ref for change in changes for cause in change.causes)
    return tuple(sorted({owners[ref] for ref in refs if ref in owners}))
