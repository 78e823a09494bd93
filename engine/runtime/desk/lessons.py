"""What corrections taught: shown where a value was read by it, accepted into content, or taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from engine.model.record import Record
from engine.runtime.desk.taking import Refused
from engine.runtime.house import House
from engine.store import corrections, layouts, ledger
from engine.store.database import transaction

_BY = "+layout@"


class Lesson(NamedTuple):
    """Why a value was read where it was."""

    by: str
    """Who taught it; empty where a content file says it."""
    at: datetime | None
    document: str
    """Id of the corrected document; empty where a content file says it."""
    book: str
    """`name@version` of that file; empty: the database."""


def behind(tx: Connection, record: Record) -> Mapping[str, Lesson]:
    """Return by path of a field what taught the place that it was read at."""
    origins = {
        path: field.provenance.by.partition(_BY)[2] for path, field in record.walk() if _BY in field.provenance.by
    }
    taught = {
        (one.origin, one.placing.field): one
        for one in layouts.taught(tx, {o for o in origins.values() if "@" not in o})
    }
    found: dict[str, Lesson] = {}
    for path, origin in origins.items():
        column = f"lines.{path.rpartition('.')[2]}" if "[" in path else path
        one = taught.get((origin, column))
        if one is not None:
            said = corrections.of_document(tx, one.document_id)
            by = next((each.by for each in reversed(said) if each.at == one.learned_at), "")
            found[path] = Lesson(by, one.learned_at, one.document_id, "")
        elif "@" in origin:
            found[path] = Lesson("", None, "", origin)
    return found


def refuse(house: House, document_id: str, *, by: str) -> int:
    """Forget what a document taught, so that nothing is read by it any more; return how many places that were.

    What was accepted into a file stays there: a next version of the file takes it back. Raises Refused for a document
    that taught nothing.
    """
    with transaction(house.engine) as tx:
        count = layouts.forget(tx, document_id=document_id)
        if not count:
            raise Refused("That document taught nothing that only the database knows.")
        ledger.append(
            tx, at=house.clock.now(), document_id=document_id, kind="lesson_refused", actor=by, data={"places": count}
        )
    return count
