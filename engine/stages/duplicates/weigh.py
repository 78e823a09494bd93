"""From aspects to a probability, and to the answer whether a document was here before.

Each level of an aspect adds to the log-odds that two documents that share a key claim the same. The weights are set by
hand from how often a level occurs among copies and among claims of their own; `bench/duplicates.py` measures them on
labelled pairs that nobody looked at while they were set.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from engine.content.duplicate_policy import DuplicatePolicy
from engine.model.duplicate import Aspect, DuplicateCheck, DuplicateOutcome, Relation, Resemblance, Signature
from engine.stages.duplicates.aspects import compare, refers_to

_PRIOR = -3.0
_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "number": {
        "same": 7.0,
        "confusable": 5.5,
        "label": 5.0,
        "tail": 4.0,
        "misread": 3.5,
        "smudged": 2.0,
        "blurred": -2.5,
        "other": -2.5,
    },
    "total": {"same": 2.0, "same_net": 1.0, "other": -3.5},
    "date": {"same": 2.0, "swapped": 1.5, "near": 0.5, "window": -1.0, "other_year": -1.5, "far": -3.5},
    "due_date": {"same": 2.5, "other": -1.0},
    "lines": {"same": 2.5, "amounts": 1.0, "reworded": -2.0, "partly": -1.5, "other": -3.0},
    "vendor": {"twin": -0.2, "named": -1.5},
    "buyer": {"other": -0.7},
    "po_number": {"same": 0.5, "other": -3.0},
    "preceding_invoice_number": {"other": -3.0},
    "delivery_note_number": {"same": 2.0, "other": -4.0},
    "contract_number": {"same": 0.3, "other": -4.0},
    "customer_number": {"same": 0.3, "other": -3.0},
    "project_number": {"other": -2.0},
    "buyer_reference": {"other": -1.0},
    "period_start": {"same": 1.0, "other": -3.0},
    "period_end": {"other": -1.0},
    "delivery_date": {"same": 0.5, "other": -2.0},
}
_ONE_DAY = frozenset({"same", "swapped", "other_year", "unknown"})
_BLURRED_ON_ONE_DAY = {("number", "blurred"): 1.0}
"""What a blurred number weighs when the dates agree; on another day it is rather a later number of a series."""
_OF_ANOTHER_NUMBER = {
    ("buyer", "other"): -3.0, ("date", "swapped"): -1.0, ("date", "other_year"): -2.0, ("due_date", "same"): 0.0,
}  # fmt: skip
"""Two numbers of one vendor for two companies of ours are two invoices; and of a number and a date hardly both are wrong,
while invoices of one month are often due on one day."""
_PLAIN: Mapping[str, frozenset[str]] = {
    "number": frozenset({"same", "confusable", "label"}), "total": frozenset({"same"}), "date": frozenset({"same"}),
    "vendor": frozenset({"same", "twin"}), "buyer": frozenset({"same", "unknown"}),
}  # fmt: skip
"""Levels with which nobody has to look."""
_AGAINST = frozenset({"other", "reworded"})
_SHOWN = 5


def check(
    mine: Signature, earlier: Iterable[Signature], *, policy: DuplicatePolicy, cleared: frozenset[str] = frozenset()
) -> DuplicateCheck:
    """Compare a claim with earlier ones that share a key with it.

    `cleared` are the ids of documents that a person said are other claims. A document is never compared with itself.
    """
    others = [one for one in earlier if one.document_id not in cleared and one.document_id != mine.document_id]
    credits_ = [one for one in others if one.type == "credit_note"]
    pairs = ((one, resemble(mine, one, policy)) for one in others)
    told = (_billed_anew(alike) if _is_settled(mine, one, alike, credits_) else alike for one, alike in pairs)
    found = sorted(told, key=lambda one: (-one.probability, one.document_id))
    best = found[0] if found else None
    return DuplicateCheck(
        outcome=_outcome(found, policy), best=best,
        others=tuple(one for one in found[1:] if _permille(one) >= policy.suspect_permille)[:_SHOWN],
        corrects=_corrected(found, credits_),
    )  # fmt: skip


def resemble(mine: Signature, theirs: Signature, policy: DuplicatePolicy) -> Resemblance:
    """Return how a claim is like an earlier one, with every aspect that was compared."""
    aspects = compare(mine, theirs)
    levels = {aspect.name: aspect.level for aspect in aspects}
    relation = _relation(mine, theirs, levels, policy)
    probability = 0.0 if relation != "copy" else _probability(aspects, levels)
    is_plain = all(levels[name] in allowed for name, allowed in _PLAIN.items())
    return Resemblance(
        document_id=theirs.document_id, number=theirs.number, relation=relation, probability=probability,
        is_plain=is_plain and not any(aspect.level in _AGAINST for aspect in aspects), aspects=aspects,
    )  # fmt: skip


def _relation(mine: Signature, theirs: Signature, levels: Mapping[str, str], policy: DuplicatePolicy) -> Relation:
    """Return what the later document may be to the earlier one; a vendor or type of its own makes it nothing."""
    if mine.type != theirs.type or levels["vendor"] == "other":
        return "other"
    if levels["preceding_invoice_number"] != "names_it":
        return "copy"
    is_it = mine.type == "invoice" and refers_to(mine, theirs.number) and _totals_near(mine, theirs, policy)
    return "correction" if is_it else "other"


def _totals_near(mine: Signature, theirs: Signature, policy: DuplicatePolicy) -> bool:
    if mine.total is None or theirs.total is None:
        return True
    return abs(mine.total - theirs.total) * 100 <= abs(theirs.total) * Decimal(policy.correction_percent)


def _probability(aspects: Sequence[Aspect], levels: Mapping[str, str]) -> float:
    together: Mapping[tuple[str, str], float] = {}
    if levels["number"] == "other":
        together = _OF_ANOTHER_NUMBER
    elif levels["date"] in _ONE_DAY:
        together = _BLURRED_ON_ONE_DAY
    odds = _PRIOR + sum(
        together.get((aspect.name, aspect.level), _WEIGHTS[aspect.name].get(aspect.level, 0.0)) for aspect in aspects
    )
    return round(1 / (1 + math.exp(-odds)), 6)


def _outcome(found: Sequence[Resemblance], policy: DuplicatePolicy) -> DuplicateOutcome:
    if any(one.is_plain and _permille(one) >= policy.certain_permille for one in found):
        return "duplicate"
    return "maybe" if any(_permille(one) >= policy.suspect_permille for one in found) else "no"


def _permille(one: Resemblance) -> int:
    return int(one.probability * 1000)


def _is_settled(mine: Signature, theirs: Signature, alike: Resemblance, credits_: Sequence[Signature]) -> bool:
    """Return whether an earlier invoice was taken back as a whole, and what comes under another number bills it anew."""
    if mine.type != "invoice" or theirs.type != "invoice" or theirs.total is None:
        return False
    if "number" not in alike.named("other"):
        return False
    return any(
        one.total is not None and abs(one.total) == abs(theirs.total) and refers_to(one, theirs.number)
        for one in credits_
    )


def _billed_anew(one: Resemblance) -> Resemblance:
    return one.model_copy(update={"relation": "other", "probability": 0.0, "is_plain": False})


def _corrected(found: Sequence[Resemblance], credits_: Sequence[Signature]) -> str | None:
    """Return the number of the earlier invoice that this one replaces, unless a credit note took it back."""
    replaced = (one.number for one in found if one.relation == "correction")
    return next((number for number in replaced if not any(refers_to(one, number) for one in credits_)), None)
