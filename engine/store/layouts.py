"""Where values stand on the paper of each vendor, as corrections taught it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, false, func, or_, select

from engine.model.layout import LearnedPlacing, Placing
from engine.store import tables
from engine.store.writing import upsert

_TABLE = tables.layouts


def learn(
    tx: Connection, *, identities: Iterable[str], placings: Sequence[Placing], document_id: str, at: datetime
) -> None:
    """Keep placings under everything that the vendor is known by. A field shown anew replaces what was known of it."""
    rows = [
        {
            "identity": identity, "field": placing.field, "placing": placing.model_dump(mode="json"),
            "document_id": document_id, "learned_at": at,
        }
        for identity in dict.fromkeys(identities)
        for placing in placings
    ]  # fmt: skip
    upsert(tx, _TABLE, rows)


def of(
    tx: Connection, identities: Iterable[str], *, by: datetime | None = None
) -> tuple[LearnedPlacing, ...]:  # fmt: skip
    """Return what is known of a vendor's paper, for each field the placing learned last; with `by` what was learned by then."""
    query = select(_TABLE).where(_TABLE.c.identity.in_(list(identities))).order_by(_TABLE.c.learned_at)
    if by is not None:
        query = query.where(_TABLE.c.learned_at <= by)
    latest = {row["field"]: _learned(row) for row in tx.execute(query).mappings()}
    return tuple(latest.values())


def everything(tx: Connection) -> tuple[LearnedPlacing, ...]:
    """Return all that is known of any vendor's paper, by identity and field."""
    query = select(_TABLE).order_by(_TABLE.c.identity, _TABLE.c.field)
    return tuple(_learned(row) for row in tx.execute(query).mappings())


def taught(tx: Connection, documents: Iterable[str]) -> tuple[LearnedPlacing, ...]:
    """Return what documents taught, by the beginnings of their ids, as provenance names them."""
    wanted = [_TABLE.c.document_id.startswith(one, autoescape=True) for one in sorted(set(documents))]
    query = select(_TABLE).where(or_(false(), *wanted)).order_by(_TABLE.c.document_id, _TABLE.c.field)
    return tuple(_learned(row) for row in tx.execute(query).mappings())


def _learned(row: RowMapping) -> LearnedPlacing:
    return LearnedPlacing(
        placing=Placing.model_validate(row["placing"]), identity=row["identity"], document_id=row["document_id"],
        learned_at=row["learned_at"],
    )  # fmt: skip


def forget(tx: Connection, *, document_id: str) -> int:
    """Drop what was learned from a document. Return how many placings went."""
    return tx.execute(delete(_TABLE).where(_TABLE.c.document_id == document_id)).rowcount


def count(tx: Connection) -> int:
    """Return how many placings are known."""
    return tx.execute(select(func.count()).select_from(_TABLE)).scalar_one()
