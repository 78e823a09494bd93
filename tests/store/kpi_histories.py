"""Generated histories of documents, written into the tables as the hub writes them."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from engine.model.document import Document
from engine.store import documents, ledger, reviews, tables
from engine.store.kpi_kept import Effort, note_effort
from tests.store.factories import document

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TYPES, ENTITIES, VENDORS = ("invoice", "credit_note"), ("DE01", "FR01"), ("V1", "V2", "V3")
REASONS = ("no_order", "price_differs", "unsure", "target_rejected")
FINDS = (
    "posted",
    "posted",
    "posted",
    "posted",
    "in_review",
    "duplicate",
    "rejected",
    "processing",
    "unpacked",
    "parked",
)


def write(tx: Connection, *, seed: int, many: int, now: datetime = NOW) -> list[str]:
    """Write a history of documents over five months; return their ids."""
    rng = random.Random(seed)  # noqa: S311 - chance that is the same every time
    return [_document(tx, rng, f"{seed}/{index}", now) for index in range(many)]


def _document(tx: Connection, rng: random.Random, name: str, now: datetime) -> str:
    at = now - timedelta(seconds=rng.randrange(150 * 86_400))
    paper = document(name, received_at=at)
    documents.add(tx, paper)
    state = rng.choice(FINDS)
    tx.execute(update(tables.documents).where(tables.documents.c.id == paper.id).values(state=state))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        arrival = {"document_id": paper.id, "name": name, "source": "cli", "at": at, "parent_id": None}
        tx.execute(insert(tables.arrivals).values(**arrival))
    line = {
        "document_id": paper.id, "type": rng.choice(TYPES), "entity": rng.choice(ENTITIES),
        "vendor_id": rng.choice(VENDORS), "currency": rng.choice(("EUR", "JPY")), "stake": rng.randrange(1, 90_000),
    }  # fmt: skip
    tx.execute(insert(tables.summaries).values(**line))
    if state in {"in_review", "rejected"} or rng.random() < 0.2:
        _review(tx, rng, paper, at + timedelta(minutes=5))
    if state in {"posted", "parked"}:
        _post(tx, rng, paper, at + timedelta(minutes=rng.randrange(1, 3000)))
    if rng.random() < 0.15:  # somebody comes back to it, early or late
        _say(tx, paper.id, "document_corrected", "ann", at + timedelta(days=rng.randrange(1, 60)))
    _say(tx, paper.id, "document_judged", "system", at)
    return paper.id


def _review(tx: Connection, rng: random.Random, paper: Document, at: datetime) -> None:
    reasons = rng.sample(REASONS, rng.randrange(1, 3))
    queue = rng.choice(("ap", "sales"))
    reviews.open_review(
        tx, document_id=paper.id, revision=1, queue=queue, reasons=reasons, message="Look.", at=at,
        urgency=reviews.Urgency(team=rng.choice(("north", None))),
    )  # fmt: skip
    if rng.random() < 0.7:
        effort = Effort(seconds=rng.randrange(200), keys=rng.randrange(90), clicks=rng.randrange(9))
        note_effort(tx, paper.id, revision=1, effort=effort)
        _say(tx, paper.id, rng.choice(("document_approved", "document_rejected")), "bob", at + timedelta(hours=1))
        reviews.close_reviews(tx, paper.id, at + timedelta(hours=1))


def _post(tx: Connection, rng: random.Random, paper: Document, at: datetime) -> None:
    for index in range(rng.choice((1, 1, 2))):
        state = rng.choice(("committed",) * 8 + ("cancelled", "parked"))
        key = f"flow/{paper.id}/{index}"
        row: dict[str, Any] = {
            "key": key, "short_key": f"{paper.id[:17]}{index}", "document_id": paper.id, "revision": 1, "target": "erp",
            "object": "bill", "payload": {}, "options": {}, "mapping": "m@1", "payload_digest": "d" * 64, "lineage": [],
            "after": [], "state": state, "attempts": rng.choice((1, 1, 1, 2, 4)), "planned_at": at,
            "changed_at": at + timedelta(seconds=rng.randrange(5000)),
        }  # fmt: skip
        tx.execute(insert(tables.operations).values(**row))
        if state == "committed" and rng.random() < 0.95:
            _receipts(tx, rng, key, at)
    _say(tx, paper.id, "operation_parked", "erp", at)


def _receipts(tx: Connection, rng: random.Random, key: str, at: datetime) -> None:
    for awaits in rng.choice(((False,), (True,), (True, False), (False, False))):
        row: dict[str, Any] = {
            "key": key, "external_id": "1", "outcome": "created", "awaits_acknowledgement": awaits, "request": {},
            "response": {}, "at": at + timedelta(seconds=rng.randrange(1, 7000)),
        }  # fmt: skip
        tx.execute(insert(tables.receipts).values(**row))


def _say(tx: Connection, document_id: str, kind: str, actor: str, at: datetime) -> None:
    ledger.append(tx, at=at, document_id=document_id, kind=kind, actor=actor, data={})
