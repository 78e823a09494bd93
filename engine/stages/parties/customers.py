"""Which customer of ours sent an order: by the number that we gave it, else by what it says of itself."""

from collections.abc import Sequence

from engine.content.party_model import PartyModel
from engine.content.ruleset import MatchPolicy
from engine.model.record import Candidate, Match, Record
from engine.stages.parties.cascade import match_party
from engine.stages.parties.names import bare
from engine.stages.parties.signals import BUYER, Side, contradicts

NUMBER = "customer_number"


def match_customer(
    record: Record, *, candidates: Sequence[Candidate], policy: MatchPolicy, model: PartyModel | None = None
) -> Match:
    """Return the customer that the buyer of a record is; see `match_party` for everything but our own number.

    A number of ours on the order decides, unless something else on it clearly means another customer: then the outcome is
    `several`. A number that nobody has decides nothing.
    """
    found = match_numbered(record, candidates=candidates, policy=policy, side=BUYER, number=NUMBER, model=model)
    return found.model_copy(update={"kind": "customer"})


def match_numbered(
    record: Record, *, candidates: Sequence[Candidate], policy: MatchPolicy, side: Side, number: str,
    model: PartyModel | None = None,
) -> Match:  # fmt: skip
    """Return the party that a record means on one of its sides, where the field `number` may hold our number for it."""
    found = match_party(record, candidates=candidates, policy=policy, side=side, model=model)
    return _by_number(record, found, candidates, side, number)


def _by_number(record: Record, found: Match, candidates: Sequence[Candidate], side: Side, field: str) -> Match:
    number = bare(record.value(field) or "").lstrip("0")
    named = [one for one in candidates if number and bare(one.id).lstrip("0") == number]
    if len(named) != 1:
        return found
    chosen = _numbered(next((one for one in found.candidates if one.id == named[0].id), named[0]), field)
    others = tuple(one for one in found.candidates if one.id != chosen.id)
    is_other = found.outcome == "one" and found.chosen is not None and found.chosen.id != chosen.id
    if is_other or contradicts(side, record, chosen):
        return found.model_copy(update={"outcome": "several", "chosen": None, "candidates": (chosen, *others)})
    return found.model_copy(update={"outcome": "one", "chosen": chosen, "candidates": (chosen, *others)})


def _numbered(one: Candidate, field: str) -> Candidate:
    return one.model_copy(update={"score": 1.0, "evidence": ((field, one.id), *one.evidence)})
