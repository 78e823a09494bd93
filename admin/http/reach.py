"""What somebody reaches and sees over HTTP: documents outside of the reach are not there, fields that are masked stay so."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import HTTPException, Query

from engine.model.document import Document
from engine.model.operation import Operation
from engine.model.person import Asker
from engine.model.rights import FieldGroup, Verb
from engine.model.sensitive import GROUPS
from engine.runtime import operations, story
from engine.runtime.house import House
from engine.runtime.operations import Refused
from engine.runtime.people import accounts, reach
from engine.runtime.people.accounts import Hand
from engine.stages.cover import covered, values
from engine.store.database import reading, transaction

Reveal = Annotated[
    list[FieldGroup], Query(description="Masked fields to show. Needs the right to; the ledger notes it.")
]  # fmt: skip


def document(house: House, asker: Asker, verb: Verb, name: str) -> Document:
    """Return a document that somebody may do something with. Raises HTTPException 404 when it may not even be read, 403."""
    try:
        found = story.find(house, name)
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    with reading(house.engine) as tx:
        if not reach.may(tx, house, asker, "read_documents", found.id):
            raise HTTPException(404, f"no document whose id begins with {name}")
        if not reach.may(tx, house, asker, verb, found.id):
            raise HTTPException(403, f"You have not the right to {verb.replace('_', ' ')} of this kind.")
    return found


def operation(house: House, asker: Asker, verb: Verb, name: str) -> Operation:
    """Return an operation that somebody may do something with. Raises HTTPException 404, 403."""
    try:
        found = operations.find(house, name)
    except Refused as e:
        raise HTTPException(404, e.message) from e
    with reading(house.engine) as tx:
        if not reach.may(tx, house, asker, "read_operations", found.document_id):
            raise HTTPException(404, f"No operation is called {name}. `postroom operations list` shows what there is.")
        if not reach.may(tx, house, asker, verb, found.document_id):
            raise HTTPException(403, f"You have not the right to {verb.replace('_', ' ')} of this kind.")
    return found


def hidden(house: House, asker: Asker, document_id: str, reveal: Sequence[FieldGroup]) -> frozenset[FieldGroup]:
    """Return which groups of fields stay masked. What is revealed is noted in the ledger. Raises HTTPException 403."""
    if reveal:
        with transaction(house.engine) as tx:
            lacking = set(reveal) - asker.sees(reach.subject(tx, house, document_id))
            if lacking:
                raise HTTPException(403, f"You have not the right to see: {', '.join(sorted(lacking))}.")
            seen = {"fields": sorted(set(reveal))}
            accounts.note(tx, house, Hand(asker.name, asker.where), "data_revealed", seen, document_id=document_id)
    return GROUPS - set(reveal)


def masked(told: story.Story, shown: Any, groups: frozenset[FieldGroup]) -> Any:
    """Return JSON data about a document without the masked values that stand in its story."""
    return covered(shown, values(told.model_dump(mode="json"), groups), groups)


def actor(asker: Asker, said: str | None) -> str:
    """Return whose word it is: the person's who asks, or whom a program names that may. Raises HTTPException 403."""
    if said is None or said == asker.name:
        return asker.name
    if not asker.may("speak_for_others"):
        raise HTTPException(403, "You speak for yourself: leave `by` out.")
    return said
