"""What people corrected, kept for ever; the latest word on a value counts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from engine.model.correction import Correction
from engine.store import tables

_TABLE = tables.corrections


def add(
    tx: Connection, *, document_id: str, revision: int, corrections: Sequence[Correction], by: str, at: datetime
) -> None:
    """Note what a person said about a revision of a document."""
    tx.execute(
        insert(_TABLE),
        [
            {
                "document_id": document_id, "revision": revision, "path": one.path, "value": one.value,
                "page": one.page, "box": list(one.box) if one.box else None, "by": by, "at": at,
            }
            for one in corrections
        ],
    )  # fmt: skip


def of_document(tx: Connection, document_id: str, *, before: int | None = None) -> tuple[Correction, ...]:
    """Return the latest correction of each value, in the order they were made.

    With `before` only what was said about revisions before that one.
    """
    query = select(_TABLE).where(_TABLE.c.document_id == document_id).order_by(_TABLE.c.seq)
    if before is not None:
        query = query.where(_TABLE.c.revision < before)
    latest: dict[str, Correction] = {}
    for row in tx.execute(query).mappings():
        latest[row["path"]] = Correction(
            path=row["path"], value=row["value"], page=row["page"], box=row["box"], by=row["by"], at=row["at"]
        )
    return tuple(latest.values())
