"""What documents claim, and which earlier ones may claim the same: found by keys, never by looking at all.

Of any two documents that share a key, the one that claims later is given the earlier one to compare, whoever judges them
and when: `claim` holds all its keys until the transaction ends (on PostgreSQL by advisory locks taken in one order, on
SQLite a write transaction is alone anyway), and a document that changed what it claims goes to the end of the queue.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, delete, insert, or_, select, text, update

from engine.model.duplicate import Signature
from engine.model.reconciled import Known
from engine.store import tables
from engine.store.writing import chunks, insert_new

GIVEN_UP = ("duplicate", "rejected", "unpacked", "stale", "echo")
"""States of documents that claim nothing any more."""

_ROWS = tables.signatures
_KEYS = tables.signature_keys
_PAIRS = tables.distinct_claims
_UNKNOWN = 0
_LAST = 2**62
_MOST_ASKED = 500
"""Values of one statement."""
_MOST = 2
"""So many times `nearest` documents are compared in all; those that share most keys come first."""


class Key(NamedTuple):
    """A key to look under."""

    digest: int
    is_dated: bool
    """Whether only documents whose dates lie within the window count."""


class Earlier(NamedTuple):
    """Documents that claimed before and share a key."""

    signatures: tuple[Signature, ...]
    cleared: frozenset[str]
    """Ids of documents of which a person said that they are other claims."""


def claim(
    tx: Connection, mine: Signature, keys: Sequence[Key], *, window_days: int, nearest: int, keeps: bool = True
) -> Earlier:
    """Say what a document claims and return the earlier documents that may claim the same.

    Claiming the same again keeps one's place in the queue; another claim takes a new one. With `keeps` off nothing is
    written but what the document claimed before is taken back: a reminder looks for its invoice and stands in nobody's way.
    Rivals that have not committed are waited for. At most `nearest` documents before and after the date of issue are
    taken from each key.
    """
    _hold(tx, keys)
    if keeps:
        seq = _place(tx, mine, keys)
    else:
        _leave(tx, mine.document_id)
        seq = _LAST
    found: list[Signature] = []
    for one, has_given_up in _load(tx, _look(tx, mine, keys, window_days=window_days, nearest=nearest, before=seq)):
        if has_given_up:
            _leave(tx, one.document_id)
        else:
            found.append(one)
    return Earlier(tuple(found), _cleared(tx, mine.document_id))


def earlier(
    tx: Connection, mine: Signature, keys: Sequence[Key], *, window_days: int, nearest: int, at: datetime | None = None
) -> Earlier:
    """Return what `claim` would, and write nothing; with `at` only what came and was said by that moment.

    Which documents had given up by then is not known: those that have by now do not count.
    """
    place = tx.execute(select(_ROWS.c.seq).where(_ROWS.c.document_id == mine.document_id)).scalar_one_or_none()
    before = _LAST if place is None else int(place)
    seqs = _look(tx, mine, keys, window_days=window_days, nearest=nearest, before=before)
    found = [one for one, has_given_up in _load(tx, seqs) if not has_given_up]
    if at is not None:
        came = tables.documents
        ids = [one.document_id for one in found]
        later = set(tx.execute(select(came.c.id).where(came.c.id.in_(ids), came.c.received_at > at)).scalars())
        found = [one for one in found if one.document_id not in later]
    return Earlier(tuple(found), _cleared(tx, mine.document_id, at))


def under(tx: Connection, digests: Sequence[int], *, at: datetime | None = None) -> list[Known]:
    """Return every claim under some keys that was not given up, in a set order, with whether it is posted.

    With `at` only what was received by that moment; where it stood then is not known, where it stands now counts.
    """
    seqs: set[int] = set()
    for some in chunks(sorted(set(digests)), _MOST_ASKED):
        seqs |= set(tx.execute(select(_KEYS.c.seq).where(_KEYS.c.key.in_(some))).scalars())
    known: list[Known] = []
    documents = tables.documents
    columns = (_ROWS.c.data, documents.c.state, documents.c.received_at)
    joined = _ROWS.outerjoin(documents, documents.c.id == _ROWS.c.document_id)
    for some in chunks(sorted(seqs), _MOST_ASKED):
        for row in tx.execute(select(*columns).select_from(joined).where(_ROWS.c.seq.in_(some)).order_by(_ROWS.c.seq)):
            came = at is None or row.received_at is None or row.received_at <= at
            if came and row.state not in GIVEN_UP:
                claim = Signature.model_validate_json(row.data)
                known.append(Known(claim=claim, is_posted=row.state in {None, "posted"}))
    return known


def get(tx: Connection, document_id: str) -> Signature | None:
    """Return what a document claims, or None."""
    data = tx.execute(select(_ROWS.c.data).where(_ROWS.c.document_id == document_id)).scalar_one_or_none()
    return None if data is None else Signature.model_validate_json(data)


def note_paid(tx: Connection, document_id: str, day: date) -> None:
    """Write down when what a document claims was paid. Its claim stays as it was, in its place."""
    known = get(tx, document_id)
    if known is not None and known.paid_on != day:
        data = known.model_copy(update={"paid_on": day}).model_dump_json(exclude_defaults=True)
        tx.execute(update(_ROWS).where(_ROWS.c.document_id == document_id).values(data=data))


def release(tx: Connection, document_id: str) -> None:
    """Take back what a document claims."""
    _leave(tx, document_id)


def part(tx: Connection, one: str, other: str, *, by: str, at: datetime) -> bool:
    """Write down that a person said two documents are two claims. Return whether that is new."""
    first, second = sorted((one, other))
    return insert_new(tx, _PAIRS, {"document_id": first, "other_id": second, "by": by, "at": at})


def _hold(tx: Connection, keys: Sequence[Key]) -> None:
    """Keep others who share a key out until the transaction ends. One order for all, so nobody waits for ever."""
    if tx.dialect.name == "postgresql":
        digests = sorted({key.digest for key in keys})
        tx.execute(
            text("select pg_advisory_xact_lock(key) from unnest(cast(:keys as bigint[])) as key"), {"keys": digests}
        )


def _place(tx: Connection, mine: Signature, keys: Sequence[Key]) -> int:
    """Return the place of a document in the order of claiming, a new one where its claim is new or another."""
    row = row_of(mine)
    known = tx.execute(select(_ROWS.c.seq, _ROWS.c.digest).where(_ROWS.c.document_id == mine.document_id)).one_or_none()
    if known is not None and known.digest == row["digest"]:
        return int(known.seq)
    _leave(tx, mine.document_id)
    seq = int(tx.execute(insert(_ROWS).values(row).returning(_ROWS.c.seq)).scalar_one())
    if keys:
        tx.execute(insert(_KEYS), key_rows(seq, mine, keys))
    return seq


def _leave(tx: Connection, document_id: str) -> None:
    mine = select(_ROWS.c.seq).where(_ROWS.c.document_id == document_id)
    tx.execute(delete(_KEYS).where(_KEYS.c.seq.in_(mine)))
    tx.execute(delete(_ROWS).where(_ROWS.c.document_id == document_id))


def row_of(mine: Signature) -> dict[str, object]:
    """Return the columns of a claim but its place."""
    data = mine.model_dump_json(exclude_defaults=True)
    digest = hashlib.sha256(data.encode()).hexdigest()
    return {"document_id": mine.document_id, "issued_on": _day(mine), "digest": digest, "data": data}


def key_rows(seq: int, mine: Signature, keys: Sequence[Key]) -> list[dict[str, int]]:
    """Return the rows of its keys, each once."""
    return [{"key": digest, "issued_on": _day(mine), "seq": seq} for digest in sorted({key.digest for key in keys})]


def _day(mine: Signature) -> int:
    return mine.issued.toordinal() if mine.issued is not None else _UNKNOWN


def _look(
    tx: Connection, mine: Signature, keys: Sequence[Key], *, window_days: int, nearest: int, before: int
) -> list[int]:
    """Return the places of claims that stand before a place and share a key, the most alike first."""
    if not keys:
        return []
    day = _day(mine)
    values: dict[str, int] = {"nearest": nearest, "before": before}
    for index, key in enumerate(keys):
        is_bound = key.is_dated and day != _UNKNOWN
        values |= {
            f"k{index}": key.digest, f"d{index}": day,
            f"a{index}": day - window_days if is_bound else 0, f"z{index}": day + window_days if is_bound else 10**7,
        }  # fmt: skip
    hits = tx.execute(_search(len(keys)), values).all()
    weight: dict[int, tuple[int, int]] = {}
    for seq, issued_on in hits:
        shared, _ = weight.get(seq, (0, 0))
        weight[seq] = (shared - 1, abs(issued_on - day))
    return sorted(weight, key=lambda seq: (weight[seq], seq))[: _MOST * nearest]


@lru_cache(maxsize=64)
def _search(keys: int) -> TextClause:
    """Return the statement that finds documents under so many keys, the nearest in time on both sides and the undated."""
    one = "select seq, issued_on from signature_keys where key = :k{i} and seq < :before and"
    sides = (
        f"{one} issued_on between :d{{i}} and :z{{i}} order by issued_on limit :nearest",
        f"{one} issued_on between :a{{i}} and :d{{i}} - 1 and issued_on > 0 order by issued_on desc limit :nearest",
        f"{one} issued_on = 0 limit :nearest",
    )
    parts = (f"select * from ({side.format(i=i)}) s" for i in range(keys) for side in sides)  # noqa: S608 - no value in it
    return text(" union all ".join(parts))


def _load(tx: Connection, seqs: Sequence[int]) -> list[tuple[Signature, bool]]:
    """Return the claims at some places in the order of claiming, and whether their document gave up."""
    if not seqs:
        return []
    joined = _ROWS.outerjoin(tables.documents, tables.documents.c.id == _ROWS.c.document_id)
    query = select(_ROWS.c.data, tables.documents.c.state).select_from(joined).order_by(_ROWS.c.seq)
    rows = tx.execute(query.where(_ROWS.c.seq.in_(seqs)))
    return [(Signature.model_validate_json(row.data), row.state in GIVEN_UP) for row in rows]


def _cleared(tx: Connection, document_id: str, at: datetime | None = None) -> frozenset[str]:
    mine = or_(_PAIRS.c.document_id == document_id, _PAIRS.c.other_id == document_id)
    if at is not None:
        mine &= _PAIRS.c.at <= at
    rows = tx.execute(select(_PAIRS.c.document_id, _PAIRS.c.other_id).where(mine))
    return frozenset(name for row in rows for name in (row.document_id, row.other_id)) - {document_id}
