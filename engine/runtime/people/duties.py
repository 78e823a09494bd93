"""Four eyes: nobody approves a document that goes through because of something they did themselves.

What a role allows is not enough for that: a person who made a rule a year ago may be an approver today. So the history is
asked: who released or promoted what the decision rests on, who changed the vendor's row, who corrected or edited.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from engine.content.release_record import every_record
from engine.model.decision import Decision
from engine.model.master_kinds import VENDORS
from engine.model.person import Asker
from engine.model.record import Match
from engine.runtime.house import House
from engine.runtime.knowledge_desk import drafts
from engine.runtime.people import reach
from engine.store import corrections, documents, ledger, master_history
from engine.store.database import reading

_BY_HAND = frozenset({"document_corrected", "operation_edited", "split_decided", "documents_merged", "told_apart"})
"""What a person did to a document, by the kind of ledger entry."""
_LIVE = ("promoted", "rolled_back")


def objections(house: House, asker: Asker, document_id: str) -> tuple[str, ...]:
    """Return why somebody may not approve a document, in sentences; empty when they may.

    Only people approve: a program has no second pair of eyes.
    """
    if asker.kind != "person":
        return ("A program does not approve documents.",)
    with reading(house.engine) as tx:
        found = [] if reach.may(tx, house, asker, "approve_documents", document_id) else [
            "You have not the right to approve documents of this kind."
        ]  # fmt: skip
        found += _own_work(tx, house, asker.name, document_id)
    return tuple(found)


def _own_work(tx: Connection, house: House, name: str, document_id: str) -> Iterator[str]:
    events = ledger.story(tx, document_id)
    touched = {one.by for one in corrections.of_document(tx, document_id)}
    touched |= {one.actor for one in events if one.kind in _BY_HAND}
    if _is_among(name, touched):
        yield "You put values of this document right; somebody else has to look at it."
    stored = documents.latest(tx, document_id, "decision")
    if stored is None:
        return
    decision = Decision.model_validate(stored)
    if _is_among(name, authors(tx, house, decision)):
        yield f"You wrote, released or promoted what decided this document ({decision.flow}); somebody else has to look at it."
    if _is_among(name, _of_vendor(tx, document_id)):
        yield "You changed the master data of this vendor; somebody else has to look at it."


def authors(tx: Connection, house: House, decision: Decision) -> frozenset[str]:
    """Return who wrote (on pages), released or made live what a decision rests on: rules, tables, mappings, tolerances."""
    rests_on = {decision.flow, decision.ruleset, *(_bare(ref) for ref, _ in decision.digests)}
    names = {
        record.by
        for record in every_record(house.settings.content_folder())
        if record.by is not None and rests_on & {_bare(one.ref) for one in record.content}
    }
    for kind in _LIVE:
        for one in ledger.of_house(tx, kind):
            made_live = {str(ref) for ref in one.data["flows"]} - {str(ref) for ref in one.data["was"]}
            names |= {one.actor} if rests_on & made_live else set()
    return frozenset(names) | drafts.written_by(tx, rests_on)


def _of_vendor(tx: Connection, document_id: str) -> frozenset[str]:
    """Return who ever changed the row of the vendor that was matched, bank details among it."""
    stored = documents.latest(tx, document_id, "match")
    chosen = Match.model_validate(stored["vendor"]).chosen if stored is not None else None
    if chosen is None:
        return frozenset()
    return frozenset(one.by for one in master_history.versions(tx, VENDORS, [chosen.id]) if one.by)


def _is_among(name: str, names: "frozenset[str] | set[str]") -> bool:
    return name.casefold() in {one.casefold() for one in names}


def _bare(ref: str) -> str:
    return ref.rpartition("/")[2]
