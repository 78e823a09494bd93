"""What an answer took on the desk, and what people reckon with on the ROI page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from engine.model.value import Value
from engine.store import tables
from engine.store.writing import upsert

_EFFORTS, _INPUTS = tables.review_efforts, tables.roi_inputs


class Effort(Value):
    """What an answer took on the page."""

    seconds: int
    """In which somebody was active."""
    keys: int
    clicks: int


def note_effort(tx: Connection, document_id: str, *, revision: int, effort: Effort) -> int:
    """Keep what an answer took, without who gave it; return its number."""
    new = insert(_EFFORTS).values(document_id=document_id, revision=revision, **effort.model_dump())
    return int(tx.execute(new.returning(_EFFORTS.c.seq)).scalar_one())


def forget_effort(tx: Connection, seq: int) -> None:
    """Forget what an answer took that was refused."""
    tx.execute(delete(_EFFORTS).where(_EFFORTS.c.seq == seq))


def inputs(tx: Connection, *, environment: str, person: str) -> Mapping[str, Any]:
    """Return what somebody reckons with in an environment; empty when nothing was kept."""
    mine = (_INPUTS.c.environment == environment) & (_INPUTS.c.person == person)
    found: Mapping[str, Any] | None = tx.execute(select(_INPUTS.c["values"]).where(mine)).scalar_one_or_none()
    return found or {}


def keep_inputs(
    tx: Connection, *, environment: str, person: str, values: Mapping[str, str], at: datetime
) -> None:  # fmt: skip
    """Keep what somebody reckons with, in the place of what was kept before."""
    row = {"environment": environment, "person": person, "values": dict(values), "at": at}
    upsert(tx, _INPUTS, [row])
