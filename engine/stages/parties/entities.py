"""Says which of our own companies a document is addressed to."""

from collections.abc import Sequence

from engine.content.environment import Entity
from engine.model.record import Candidate, Match, Record
from engine.stages.parties.names import bare, name_likeness

SAME_NAME = 90
"""Likeness (0..100) from which the buyer's name is one of ours. The list is short and our own: a name is enough here."""


def match_entity(record: Record, *, entities: Sequence[Entity]) -> Match:
    """Return the company of ours that is the buyer: by tax id, which several may share, then by the likest name or alias.

    `not_asked` when we list no companies or the document names no buyer; `several` when a shared tax id or two names
    equally like leave it open; `none` when it is somebody else.
    """
    tax_id, name = record.value("buyer_tax_id"), record.value("buyer_name")
    if not entities or not (tax_id or name):
        return Match(kind="entity", outcome="not_asked")
    likeness = {one.code: _likeness(name, one) for one in entities}
    same_tax_id = [one for one in entities if tax_id and one.tax_id and bare(one.tax_id) == bare(tax_id)]
    named = [one for one in entities if likeness[one.code] >= SAME_NAME]
    meant = [one for one in same_tax_id if one in named] or same_tax_id or named
    best = max((likeness[one.code] for one in meant), default=0)
    found = tuple(_candidate(one, tax_id if one in same_tax_id else None, likeness[one.code]) for one in meant)
    likest = [one for one in found if likeness[one.id] == best]
    if len(likest) == 1:
        return Match(kind="entity", outcome="one", chosen=likest[0], candidates=found)
    return Match(kind="entity", outcome="several" if found else "none", candidates=found)


def _likeness(name: str | None, one: Entity) -> int:
    return max(name_likeness(name, spelling) for spelling in (one.name, *one.aliases)) if name else 0


def _candidate(one: Entity, tax_id: str | None, likeness: int) -> Candidate:
    evidence = ((("tax_id", tax_id),) if tax_id else ()) + ((("name", f"{likeness / 100:.2f}"),) if likeness else ())
    kept = {"buyer_tax_id": one.tax_id or "", "buyer_country": one.country}
    attributes = tuple((name, value) for name, value in kept.items() if value)
    return Candidate(
        kind="entity", id=one.code, name=one.name, attributes=attributes, score=likeness / 100, evidence=evidence
    )
