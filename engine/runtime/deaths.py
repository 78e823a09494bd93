"""Workers that died on a document: each is noted, and too many stop it."""

from datetime import datetime

from sqlalchemy import Connection

from engine.store import ledger

MOST = 5
"""A worker that dies is replaced; a document on which five workers died is not tried a sixth time."""


def note(tx: Connection, document_id: str, revision: int, *, worker: str, at: datetime, **more: str) -> bool:
    """Note that a worker died on a revision of a document. Returns whether too many did."""
    deaths = sum(
        event.kind == "processing_died" and event.data["revision"] == revision
        for event in ledger.story(tx, document_id)
    )
    ledger.append(
        tx, at=at, document_id=document_id, kind="processing_died", actor="system",
        data={"revision": revision, "worker": worker, **more},
    )  # fmt: skip
    return bool(deaths + 1 >= MOST)
