"""The ledger: append only, every entry chained to the one before by its SHA-256.

Changing, removing, inserting or reordering entries breaks the chain; cutting the tail off contradicts the head row.
Somebody who may rewrite the whole database could rewrite both: keep `head` somewhere else to notice that too.

What an entry says of a document can be erased: its hash stays in the chain, and a later entry says which were emptied.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.model.operation import AuditEvent
from engine.model.value import Value
from engine.store import tables
from engine.store.columns import dump_json, load_json, storable

GENESIS = "0" * 64
"""The previous hash of the first entry."""

_TABLE = tables.ledger
_HEAD = tables.ledger_head
_BATCH = 1000
_SALT_BYTES = 16
ERASED = "data_erased"
"""The kind of entry that says which earlier ones of its document were emptied, by number and hash."""
_OF_THE_HOUSE = ("automation_stepped_down",)
"""Entries that name the document which set them off, and hold nothing of it."""
_EMPTY = ""
"""What stands in the place of erased data; no data are written so."""


class Head(Value):
    """The last entry of the chain; `seq` 0 when it is empty."""

    seq: int
    hash: str


class VerifyResult(Value):
    """How many entries stand in an unbroken chain, and where and why it breaks."""

    count: int
    broken_at: int | None = None
    """`seq` of the first entry that is wrong or missing."""
    why: str = ""

    @property
    def is_intact(self) -> bool:
        """Whether nothing was tampered with."""
        return self.broken_at is None


def append(
    tx: Connection, *, at: datetime, document_id: str | None, kind: str, actor: str, data: Mapping[str, Any]
) -> AuditEvent:
    """Add an entry (`data` is plain JSON). One writer at a time until its transaction ends, so append last in it."""
    last = tx.execute(select(_HEAD.c.seq, _HEAD.c.hash).where(_HEAD.c.id == 1).with_for_update()).one()
    entry: dict[str, Any] = {
        "seq": last.seq + 1,
        "at": at.astimezone(UTC),
        "document_id": document_id,
        "kind": storable(kind),
        "actor": storable(actor),
        "data": load_json(dump_json(data)),
        "previous_hash": last.hash,
        "salt": secrets.token_hex(_SALT_BYTES),
    }
    entry["hash"] = _hash(entry)
    tx.execute(insert(_TABLE).values(**{**entry, "data": dump_json(entry["data"])}))
    tx.execute(update(_HEAD).where(_HEAD.c.id == 1).values(seq=entry["seq"], hash=entry["hash"]))
    return AuditEvent.model_validate(entry)


def erase(tx: Connection, document_id: str) -> Mapping[str, str]:
    """Empty every entry about a document but those that tell of erasing; return their hashes by number.

    Append an entry of the kind `ERASED` with `entries` set to what is returned in the same transaction: without it the chain
    counts as broken. What was erased before is returned again, so that a second run says at least as much.
    """
    mine = (_TABLE.c.document_id == document_id) & _TABLE.c.kind.not_in((ERASED, *_OF_THE_HOUSE))
    tx.execute(update(_TABLE).where(mine).values(data=_EMPTY, salt=None))
    rows = tx.execute(select(_TABLE.c.seq, _TABLE.c.hash).where(mine).order_by(_TABLE.c.seq))
    return {str(row.seq): row.hash for row in rows}


def erased(tx: Connection) -> list[str]:
    """Return the documents that entries were emptied of, by id."""
    query = select(_TABLE.c.document_id).where(_TABLE.c.kind == ERASED).distinct().order_by(_TABLE.c.document_id)
    return list(tx.execute(query).scalars())


def story(tx: Connection, document_id: str) -> list[AuditEvent]:
    """Return the entries about a document, oldest first."""
    return stories(tx, [document_id]).get(document_id, [])


def stories(tx: Connection, document_ids: Sequence[str]) -> dict[str, list[AuditEvent]]:
    """Return the same for some documents, by id; those without any are left out."""
    query = select(_TABLE).where(_TABLE.c.document_id.in_(document_ids)).order_by(_TABLE.c.seq)
    found: dict[str, list[AuditEvent]] = {}
    for row in tx.execute(query):
        found.setdefault(row.document_id, []).append(event(row))
    return found


def of_house(tx: Connection, kind: str) -> list[AuditEvent]:
    """Return the entries of a kind that are about no document, oldest first."""
    query = select(_TABLE).where(_TABLE.c.document_id.is_(None), _TABLE.c.kind == kind).order_by(_TABLE.c.seq)
    return [event(row) for row in tx.execute(query)]


def is_in_house(tx: Connection, kind: str, *, since: datetime) -> bool:
    """Tell whether an entry of a kind that is about no document was written since a moment."""
    query = select(_TABLE.c.seq).where(_TABLE.c.document_id.is_(None), _TABLE.c.kind == kind, _TABLE.c.at > since)
    return tx.execute(query.limit(1)).first() is not None


def of_kind(tx: Connection, kind: str) -> list[AuditEvent]:
    """Return the entries of a kind, oldest first."""
    return [event(row) for row in tx.execute(select(_TABLE).where(_TABLE.c.kind == kind).order_by(_TABLE.c.seq))]


def following(tx: Connection, seq: int, kinds: Sequence[str], *, limit: int) -> list[AuditEvent]:
    """Return the entries of these kinds after an entry, oldest first. None is ever added before one that was seen."""
    query = select(_TABLE).where(_TABLE.c.seq > seq, _TABLE.c.kind.in_(kinds)).order_by(_TABLE.c.seq).limit(limit)
    return [event(row) for row in tx.execute(query)]


def recent(tx: Connection, limit: int) -> list[AuditEvent]:
    """Return the newest entries, newest first."""
    return [event(row) for row in tx.execute(select(_TABLE).order_by(_TABLE.c.seq.desc()).limit(limit))]


def began(tx: Connection) -> datetime | None:
    """Return when the first entry was written, or None when there is none."""
    moment: datetime | None = tx.execute(select(_TABLE.c.at).order_by(_TABLE.c.seq).limit(1)).scalar_one_or_none()
    return moment


def digest(event: AuditEvent) -> str:
    """Return the hash that an entry has to carry (SHA-256, hex, over all of it but the hash)."""
    return _hash(event.model_dump())


def head(tx: Connection) -> Head | None:
    """Return the head of the chain, or None when its row was removed."""
    row = tx.execute(select(_HEAD.c.seq, _HEAD.c.hash).where(_HEAD.c.id == 1)).one_or_none()
    return None if row is None else Head(seq=row.seq, hash=row.hash)


class Walked(Value):
    """How far a walk along the chain came; `result` once it is at the end or broken."""

    seq: int = 0
    hash: str = GENESIS
    end: int = 0
    """Number of the last entry at this moment."""
    result: VerifyResult | None = None


def verify(tx: Connection) -> VerifyResult:
    """Walk the whole chain in batches and compare it with the head. Entries may be appended meanwhile."""
    walked = Walked()
    while walked.result is None:
        walked = verify_on(tx, walked)
    return walked.result


def verify_on(tx: Connection, walked: Walked, *, limit: int = _BATCH) -> Walked:
    """Walk on from the last good entry, over at most `limit` of them."""
    end, seq, previous = head(tx), walked.seq, walked.hash
    if end is None:
        return Walked(result=VerifyResult(count=0, broken_at=1, why="the head row is missing"))
    query = select(_TABLE).where(_TABLE.c.seq > seq, _TABLE.c.seq <= end.seq).order_by(_TABLE.c.seq)
    rows = tx.execute(query.limit(limit)).all()
    if not rows and seq < end.seq:
        why = f"entries {seq + 1} to {end.seq} are missing at the end"
        return Walked(seq=seq, hash=previous, end=end.seq, result=_broken(seq, why))
    emptied = _emptied(tx, rows)
    for row in rows:
        why = _fault(row, seq + 1, previous, emptied)
        if why:
            return Walked(seq=seq, hash=previous, end=end.seq, result=_broken(seq, why))
        seq, previous = row.seq, row.hash
    here = Walked(seq=seq, hash=previous, end=end.seq)
    return here if seq < end.seq else here.model_copy(update={"result": _at_end(tx, seq, previous, end)})


def _at_end(tx: Connection, seq: int, previous: str, end: Head) -> VerifyResult:
    if seq > end.seq or previous != end.hash:
        return _broken(seq - 1, f"entry {seq} is not the one that the head knows")
    return _beyond(tx, seq)


def _beyond(tx: Connection, seq: int) -> VerifyResult:
    """Look for entries outside the range that the head covers; one statement sees one state of both tables."""
    outside = select(func.min(_TABLE.c.seq)).where((_TABLE.c.seq > _HEAD.c.seq) | (_TABLE.c.seq < 1))
    extra = tx.execute(select(outside.correlate(_HEAD).scalar_subquery()).select_from(_HEAD)).scalar()
    if extra is not None:
        return VerifyResult(count=seq, broken_at=extra, why=f"entry {extra} was inserted outside the chain")
    return VerifyResult(count=seq)


def _emptied(tx: Connection, rows: Sequence[Row[Any]]) -> dict[int, tuple[int, str]]:
    """Return what later entries say of emptied ones: the number of who says it, and the hash, by number of the emptied."""
    of = {row.document_id for row in rows if row.data == _EMPTY and row.document_id is not None}
    query = select(_TABLE.c.seq, _TABLE.c.data).where(_TABLE.c.document_id.in_(of), _TABLE.c.kind == ERASED)
    found: dict[int, tuple[int, str]] = {}
    for said in tx.execute(query.order_by(_TABLE.c.seq)) if of else ():
        found |= {int(number): (said.seq, one) for number, one in load_json(said.data)["entries"].items()}
    return found


def _fault(row: Row[Any], seq: int, previous: str, emptied: Mapping[int, tuple[int, str]]) -> str:
    """Return what is wrong with an entry that should be number `seq`, or nothing."""
    if row.seq != seq:
        return f"entry {seq} is missing"
    if row.previous_hash != previous:
        return f"entry {seq} does not follow the entry before it"
    if row.data == _EMPTY:
        said_by, told = emptied.get(seq, (0, ""))
        return "" if said_by > seq and told == row.hash else f"entry {seq} was emptied, and no later entry says so"
    try:
        entry = _entry(row)
    except ValueError:
        return f"the data of entry {seq} is not readable"
    return "" if _hash(entry) == row.hash else f"entry {seq} was changed"


def _broken(good: int, why: str) -> VerifyResult:
    return VerifyResult(count=max(good, 0), broken_at=good + 1, why=why)


def _entry(row: Row[Any]) -> dict[str, Any]:
    data = {} if row.data == _EMPTY else load_json(row.data)
    return {**row._mapping, "data": data}  # noqa: SLF001 - the documented accessor of a Row


def event(row: Row[Any]) -> AuditEvent:
    """Return a row of the ledger as what it says."""
    return AuditEvent.model_validate(_entry(row))


def _hash(entry: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) over the canonical JSON of all fields but the hash itself; older entries have no salt."""
    fields = {name: value for name, value in entry.items() if name != "hash" and (name != "salt" or value is not None)}
    fields["at"] = entry["at"].isoformat(timespec="microseconds")
    return hashlib.sha256(dump_json(fields).encode()).hexdigest()
