"""What the ERP had posted before it could come here: claims that stand before those of all documents.

Documents take places from 1 upwards in the order of claiming; these take places below 0, whenever they are imported. So a
document that waits in review sees an invoice that somebody typed into the ERP meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, func, insert, select, text

from engine.model.duplicate import ERP, Signature
from engine.model.value import Value
from engine.store import tables
from engine.store.signatures import Key, key_rows, row_of
from engine.store.writing import chunks

_ROWS = tables.signatures
_KEYS = tables.signature_keys
_LOCK = 0x68697374  # "hist"; the number of the advisory lock on PostgreSQL
_JUST_BEHIND = ERP[:-1] + chr(ord(ERP[-1]) + 1)

Claims = Iterable[tuple[Signature, Sequence[Key]]]


class Remembered(Value):
    """What became of some claims."""

    new: int = 0
    changed: int = 0
    same: int = 0


def remember(tx: Connection, claims: Claims) -> Remembered:
    """Write claims of the ERP down; of one id that is given twice the last counts. One writer at a time."""
    _alone(tx)
    lowest = min(tx.execute(select(func.min(_ROWS.c.seq))).scalar_one() or 0, 0)
    count = {"new": 0, "changed": 0, "same": 0}
    for batch in chunks(claims):
        given = {mine.document_id: (mine, keys, row_of(mine)) for mine, keys in batch}
        known = _known(tx, given)
        wanted: dict[int, tuple[Signature, Sequence[Key], dict[str, object]]] = {}
        for document_id, (mine, keys, row) in given.items():
            seq, digest = known.get(document_id, (None, None))
            if digest == row["digest"]:
                count["same"] += 1
                continue
            count["new" if seq is None else "changed"] += 1
            lowest -= seq is None
            wanted[lowest if seq is None else seq] = (mine, keys, row)
        count["same"] += len(batch) - len(given)
        _write(tx, wanted)
    return Remembered(**count)


def forget(tx: Connection, document_ids: Iterable[str]) -> int:
    """Take claims of the ERP back, because it reversed them. Return how many there were."""
    _alone(tx)
    count = 0
    for batch in chunks(document_ids):
        seqs = [seq for seq, _ in _known(tx, batch).values()]
        _erase(tx, seqs)
        count += len(seqs)
    return count


def unknown(tx: Connection, document_ids: Iterable[str]) -> set[str]:
    """Return the ids that are not remembered."""
    wanted = list(document_ids)
    return set(wanted) - set(_known(tx, wanted))


def has_documents(tx: Connection) -> bool:
    """Return whether any document of our own claims something."""
    own = (_ROWS.c.document_id < ERP) | (_ROWS.c.document_id >= _JUST_BEHIND)
    return tx.execute(select(_ROWS.c.seq).where(own).limit(1)).first() is not None


def vendors(tx: Connection, vendor_ids: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    """Return by id what master data says of vendors, in use or not, as far as it tells that two are one."""
    table = tables.masters["vendors"]
    columns = [table.c[name] for name in ("id", "tax_id", "iban", "name")]
    found = tx.execute(select(*columns).where(table.c.id.in_(sorted(set(vendor_ids))))).mappings()
    return {row["id"]: {str(name): value or "" for name, value in row.items()} for row in found}


def _known(tx: Connection, document_ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    columns = (_ROWS.c.document_id, _ROWS.c.seq, _ROWS.c.digest)
    rows = tx.execute(select(*columns).where(_ROWS.c.document_id.in_(list(document_ids))))
    return {row.document_id: (int(row.seq), row.digest) for row in rows}


def _write(tx: Connection, wanted: Mapping[int, tuple[Signature, Sequence[Key], dict[str, object]]]) -> None:
    if not wanted:
        return
    _erase(tx, list(wanted))
    tx.execute(insert(_ROWS), [{"seq": seq, **row} for seq, (_, _, row) in wanted.items()])
    tx.execute(insert(_KEYS), [row for seq, (mine, keys, _) in wanted.items() for row in key_rows(seq, mine, keys)])


def _erase(tx: Connection, seqs: Sequence[int]) -> None:
    if seqs:
        tx.execute(delete(_KEYS).where(_KEYS.c.seq.in_(seqs)))
        tx.execute(delete(_ROWS).where(_ROWS.c.seq.in_(seqs)))


def _alone(tx: Connection) -> None:
    if tx.dialect.name == "postgresql":
        tx.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
