"""Says who is meant: one, several or none. A likeness of names alone never decides, and nobody is ever created."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.content.party_model import PartyModel
from engine.content.ruleset import MatchPolicy, VendorSignal
from engine.model.record import Candidate, Match, Record
from engine.stages.parties.probability import probable
from engine.stages.parties.signals import SIGNALS, VENDOR, Side, contradicts

_DECISIVE: frozenset[VendorSignal] = frozenset({"tax_id", "registration_id"})
_STRONG: frozenset[VendorSignal] = _DECISIVE | {"iban"}
_WEIGHT: Mapping[VendorSignal, float] = {
    "tax_id": 0.9, "registration_id": 0.9, "iban": 0.8, "email_domain": 0.5, "name_and_address": 0.5,
}  # fmt: skip


class _Vote(NamedTuple):
    """What one signal says: the candidates that agree with it, each with what agreed."""

    signal: VendorSignal
    agreeing: Mapping[str, tuple[tuple[str, str], ...]]


def match_vendor(
    record: Record, *, candidates: Sequence[Candidate], policy: MatchPolicy, model: PartyModel | None = None
) -> Match:
    """Return the vendor a record means; see `match_party`."""
    return match_party(record, candidates=candidates, policy=policy, side=VENDOR, model=model)


def match_party(
    record: Record, *, candidates: Sequence[Candidate], policy: MatchPolicy, side: Side, model: PartyModel | None = None
) -> Match:
    """Return the party a record means on one of its sides: a vendor, a customer, or a company of ours.

    Signals are asked in the order of the policy; the first that singles one candidate out decides, and a later signal
    may narrow down what an earlier one left open. When strong signals name different parties (the tax id says A, the
    bank account says B) the outcome is `several` and a person decides. A candidate whose valid tax id contradicts the
    document's is never chosen. With a model every candidate that anything speaks for carries its probability; it
    never changes the outcome, which is for the rules.
    """
    kind = candidates[0].kind if candidates else "vendor"
    votes = [_Vote(signal, _agreeing(signal, record, candidates, policy, side)) for signal in policy.vendor]
    votes = [vote for vote in votes if vote.agreeing]
    sure = probable(record, candidates, side=side, model=model, free_domains=policy.free_mail_domains)
    scored = {one.id: _with_evidence(one, votes, record, side, sure.get(one.id)) for one in candidates}
    ranked = tuple(sorted((one for one in scored.values() if one.evidence), key=lambda one: (-one.score, one.id)))
    if not votes:
        return Match(kind=kind, outcome="none", candidates=ranked)
    left = set(votes[0].agreeing)
    for vote in votes[1:]:
        both = left & set(vote.agreeing)
        if both:
            left = both
        elif _conflict(votes[0].signal, vote.signal):
            meant = left | set(vote.agreeing)
            return Match(kind=kind, outcome="several", candidates=tuple(one for one in ranked if one.id in meant))
    left -= {one.id for one in candidates if contradicts(side, record, one)}
    if len(left) != 1:
        return Match(kind=kind, outcome="several" if left else "none", candidates=ranked)
    return Match(kind=kind, outcome="one", chosen=scored[left.pop()], candidates=ranked)


def _agreeing(
    signal: VendorSignal, record: Record, candidates: Sequence[Candidate], policy: MatchPolicy, side: Side
) -> dict[str, tuple[tuple[str, str], ...]]:
    asked = SIGNALS[signal]
    found = {one.id: asked(side, record, one, policy) for one in candidates}
    return {id_: evidence for id_, evidence in found.items() if evidence}


def _with_evidence(
    one: Candidate, votes: Sequence[_Vote], record: Record, side: Side, probability: float | None
) -> Candidate:
    """Return a candidate with what speaks for it (and against it), and a score: one minus the doubt that is left."""
    doubt = 1.0
    evidence: dict[str, str] = {}
    for vote in votes:
        if one.id in vote.agreeing:
            doubt *= 1 - _WEIGHT[vote.signal]
            evidence |= dict(vote.agreeing[one.id])
    if evidence and contradicts(side, record, one):
        evidence["other_tax_id"] = side.kept(one, "tax_id")
    changes = {"score": round(1 - doubt, 4), "evidence": tuple(evidence.items()), "probability": probability}
    return one.model_copy(update=changes)


def _conflict(first: VendorSignal, later: VendorSignal) -> bool:
    """Return whether disjoint answers of two signals need a person: two strong ones, or a bank account and a name."""
    return (first in _STRONG and later in _STRONG) or first not in _DECISIVE
