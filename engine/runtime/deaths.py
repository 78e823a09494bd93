"""Workers that died on a document: each is noted, and too many stop it."""

from datetime import datetime

from sqlalchemy import Connection

from engine.store import ledger, workers

MOST = 5
"""A worker that dies is replaced; a document on which five workers died is not tried a sixth time."""
MOST_ALONE = 3
"""Of workers that sent nothing but one operation. One or two may be machines that were switched off just then."""


def note(tx: Connection, document_id: str, revision: int, *, worker: str, at: datetime, **more: str | bool) -> bool:
    """Note that a worker died on a revision of a document. Returns whether too many did.

    A worker that held several operations of the document died once.
    """
    dead = {data["worker"] for data in _deaths(tx, document_id, revision)}
    _append(tx, document_id, at, revision=revision, worker=worker, **more)
    return len(dead | {worker}) >= MOST


def note_alone(tx: Connection, document_id: str, revision: int, *, worker: str, at: datetime, key: str) -> bool:
    """Note that a worker died that sent one operation and nothing else. Returns whether too many did."""
    before = [data for data in _deaths(tx, document_id, revision) if data.get("alone") and data.get("key") == key]
    _append(tx, document_id, at, revision=revision, worker=worker, key=key, alone=True)
    return len(before) + 1 >= MOST_ALONE


def _deaths(tx: Connection, document_id: str, revision: int) -> list[dict[str, object]]:
    """Return what is noted of deaths; a worker that gave a sign of life afterwards was only slow."""
    story = ledger.story(tx, document_id)
    died = [event for event in story if event.kind == "processing_died" and event.data["revision"] == revision]
    if not died:
        return []
    beats = {one.executor_id: one.beat_at for one in workers.alive(tx, died[0].at)}
    return [dict(event.data) for event in died if beats.get(event.data["worker"], event.at) <= event.at]


def _append(tx: Connection, document_id: str, at: datetime, **data: str | int | bool) -> None:
    ledger.append(tx, at=at, document_id=document_id, kind="processing_died", actor="system", data=data)
