"""What people let pass of documents that rules hold."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from engine.model.waiver import Waiver
from engine.store import tables

_TABLE = tables.waivers


def add(tx: Connection, *, document_id: str, revision: int, waivers: Sequence[Waiver]) -> None:
    """Note what a person let pass of a revision of a document."""
    rows = [
        {"document_id": document_id, "revision": revision, **one.model_dump(exclude={"facts"}), "facts": one.facts}
        for one in waivers
    ]
    if rows:
        tx.execute(insert(_TABLE), rows)


def of_document(tx: Connection, document_id: str, *, before: int | None = None) -> tuple[Waiver, ...]:
    """Return what was let pass of a document, in order; with `before` only of revisions before that one."""
    query = select(_TABLE).where(_TABLE.c.document_id == document_id).order_by(_TABLE.c.seq)
    if before is not None:
        query = query.where(_TABLE.c.revision < before)
    return tuple(
        Waiver(
            rule=row.rule, facts=tuple((name, value) for name, value in row.facts), basis=row.basis, by=row.by,
            why=row.why, at=row.at,
        )
        for row in tx.execute(query)
    )  # fmt: skip
