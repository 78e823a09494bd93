"""Who is at work on a review item: for a while, so that two people do not do the same and nothing stays taken."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine.model.document import Document
from engine.model.errors import PostroomError
from engine.runtime.house import House
from engine.store import documents, reviews
from engine.store.database import transaction
from engine.store.reviews import ReviewItem

LEASE = timedelta(minutes=15)
"""How long an item stays with who took it and does nothing; what is typed renews it."""


class Refused(PostroomError):
    """Somebody asked for something that cannot be done with this document now. Nothing was changed."""


class Gone(Refused):
    """The document is not any more what the person saw: somebody else, or something that came, was faster."""


def take(house: House, document_id: str, *, by: str) -> ReviewItem:
    """Take an open item for a while, or renew that. Raises Refused when somebody else has it or none is open."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        documents.lock(tx, document_id)
        item = open_item(tx, document_id)
        _not_others(item, by, now)
        return reviews.take(tx, item.id, by=by, until=now + LEASE)


def give_back(house: House, document_id: str, *, by: str) -> None:
    """Let others have an item; one that somebody else has stays there."""
    with transaction(house.engine) as tx:
        item = reviews.open_of(tx, document_id)
        if item is not None and item.taken_by == by:
            reviews.take(tx, item.id, by=None, until=None)


def held(tx: Connection, document_id: str, *, revision: int, by: str, at: datetime) -> Document:
    """Lock a document for an answer to what a person saw of it.

    Raises Gone when it is in another revision by now, Refused when somebody else is at work on it.
    """
    document = documents.lock(tx, document_id)
    if document.revision != revision:
        raise Gone(f"This is revision {document.revision} by now; you saw {revision}. Look at it again.")
    item = reviews.open_of(tx, document_id)
    if item is not None:
        _not_others(item, by, at)
    return document


def open_item(tx: Connection, document_id: str) -> ReviewItem:
    """Return the open item of a document. Raises Refused when there is none."""
    item = reviews.open_of(tx, document_id)
    if item is None:
        raise Refused("Nobody is asked about this document now.")
    return item


def _not_others(item: ReviewItem, by: str, at: datetime) -> None:
    if item.taken_by not in {None, by} and item.taken_until is not None and item.taken_until > at:
        raise Refused(f"{item.taken_by} is at work on this until {item.taken_until:%H:%M} UTC.")
