"""Whose account a document is about, where its type does not say whether that is a vendor's or a customer's."""

from collections.abc import Sequence

from engine.content.party_model import PartyModel
from engine.content.ruleset import MatchPolicy
from engine.model.record import Candidate, Match, Record
from engine.stages.parties.customers import match_numbered
from engine.stages.parties.signals import BUYER, VENDOR

ROLE, NUMBER = "account_role", "account_number"


def match_account(
    record: Record, *, vendors: Sequence[Candidate], customers: Sequence[Candidate], policy: MatchPolicy,
    model: PartyModel | None = None,
) -> Match:  # fmt: skip
    """Return the vendor or the customer whose account a record is about; its `kind` says which.

    `account_role` of the record decides between the two where it is said; else one that is both is `several`, and a
    person decides. A number of ours (`account_number`) decides among those found, as for a customer who orders.
    """
    sides = (("vendor", VENDOR, vendors), ("customer", BUYER, customers))
    role = record.value(ROLE)
    found = [
        match_numbered(record, candidates=known, policy=policy, side=side, number=NUMBER, model=model).model_copy(
            update={"kind": kind}
        )
        for kind, side, known in sides if role in (None, "", kind)
    ]  # fmt: skip
    meant = [one for one in found if one.outcome != "none"]
    if len(meant) == 1:
        return meant[0]
    ranked = tuple(candidate for one in found for candidate in one.candidates)
    first = found[0] if found else Match(kind="vendor", outcome="none")
    return first.model_copy(update={"outcome": "several" if meant else "none", "chosen": None, "candidates": ranked})
