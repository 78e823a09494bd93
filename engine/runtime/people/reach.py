"""Which documents somebody reaches: by type, company and team."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection

from engine.model.person import Asker
from engine.model.record import Record
from engine.model.rights import Subject, Verb
from engine.runtime.house import House
from engine.stages.scope import entity_of
from engine.store import documents, reviews
from engine.store.summaries import Scope

T = TypeVar("T")


def subject(tx: Connection, house: House, document_id: str) -> Subject:
    """Return what a question of right about a document is about; what was not read yet is None."""
    stored = documents.latest(tx, document_id, "record")
    if stored is None:
        return Subject(team=_team(tx, document_id))
    record = Record.model_validate(stored)
    texts = {one.name: one.value for one in record.fields}
    entity = entity_of(texts, house.library.environment.company.entities)
    return Subject(type=record.type, entity=entity.code if entity else None, team=_team(tx, document_id))


def may(tx: Connection, house: House, asker: Asker, verb: Verb, document_id: str) -> bool:
    """Tell whether somebody may do something with one document."""
    return is_everywhere(asker, verb) or asker.may(verb, subject(tx, house, document_id))


def seen(
    tx: Connection, house: House, asker: Asker, things: Iterable[T], *, document_id: Callable[[T], str], most: int
) -> list[T]:
    """Return the first `most` of things about documents that somebody may read."""
    within = (one for one in things if may(tx, house, asker, "read_documents", document_id(one)))
    return list(islice(within, most))


def is_everywhere(asker: Asker, verb: Verb) -> bool:
    """Tell whether the verb is held without any scope: then nothing of the document has to be known."""
    unrestricted = tuple(one for one in asker.grants if not (one.team or one.types or one.entities))
    return asker.may(verb) and asker.model_copy(update={"grants": unrestricted}).may(verb)


def within(asker: Asker) -> tuple[Scope, ...] | None:
    """Return what somebody may read, as lists of documents ask it of the store; None: everything."""
    scopes = tuple(Scope(team=one.team, types=one.types, entities=one.entities) for one in asker.grants)
    return None if any(scope == Scope() for scope in scopes) else scopes


def _team(tx: Connection, document_id: str) -> str | None:
    items = reviews.of_document(tx, document_id)
    return items[-1].team if items else None
