"""What people type: kept while they do, and handed in as corrections of what they saw."""

from collections.abc import Mapping, Sequence

from engine.model.correction import Correction
from engine.runtime import corrections
from engine.runtime.desk.taking import LEASE, held
from engine.runtime.house import House
from engine.store import desk, reviews
from engine.store.database import transaction
from engine.store.desk import Draft


def keep(house: House, document_id: str, *, revision: int, values: Mapping[str, str | None], by: str) -> None:
    """Keep what a person has typed so far, and the item with them. Raises Gone or Refused."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        held(tx, document_id, revision=revision, by=by, at=now)
        desk.keep_draft(tx, document_id, by=by, draft=Draft(revision=revision, values=values, at=now))
        item = reviews.open_of(tx, document_id)
        if item is not None:
            reviews.take(tx, item.id, by=by, until=now + LEASE)


def hand_in(house: House, document_id: str, changes: Sequence[Correction], *, revision: int, by: str) -> int:
    """Correct a document as a person saw it; return the revision that begins, which the caller queues.

    Raises Gone, Refused, or corrections.Refused for a value of the wrong form; then what was typed is kept.
    """
    with transaction(house.engine) as tx:
        held(tx, document_id, revision=revision, by=by, at=house.clock.now())
    begun = corrections.correct(house, document_id, changes, by=by, seen=revision)
    with transaction(house.engine) as tx:
        desk.drop_draft(tx, document_id, by=by)
    return begun
