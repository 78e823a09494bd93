"""Dossiers: which one a paper belongs to, and what is in it."""

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, delete, or_, select

from engine.model.value import Value
from engine.store import tables
from engine.store.writing import insert_new_rows, upsert

_KEYS, _PAPERS = tables.dossier_keys, tables.dossier_papers


class Paper(Value):
    """A paper of a dossier."""

    document_id: str
    type: str
    revision: int
    """The one that was let through."""
    joined_at: datetime


def digest(value: str) -> str:
    """Return by what a value is found, hex: letters and digits count, in any case and spacing."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", value).casefold() if sign.isalnum())
    return hashlib.sha256((plain or value).encode()).hexdigest()


def found_by(tx: Connection, type_: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return by name of the key the dossier that has its value; keys that no dossier has are left out."""
    if not values:
        return {}
    wanted = [and_(_KEYS.c.name == name, _KEYS.c.digest == digest(value)) for name, value in values.items()]
    rows = tx.execute(select(_KEYS.c.name, _KEYS.c.dossier).where(_KEYS.c.type == type_, or_(*wanted)))
    return {row.name: row.dossier for row in rows}


def contradicts(tx: Connection, dossier: str, values: Mapping[str, str]) -> bool:
    """Tell whether a dossier has other values than these of a key, and this one of none of them."""
    rows = tx.execute(select(_KEYS.c.name, _KEYS.c.digest).where(_KEYS.c.dossier == dossier)).all()
    for name, value in values.items():
        known = {found for key, found in rows if key == name}
        if known and digest(value) not in known:
            return True
    return False


def claim(tx: Connection, type_: str, values: Mapping[str, str], dossier: str) -> None:
    """Let a dossier be found by values that no other has."""
    rows = [
        {"type": type_, "name": name, "digest": digest(value), "dossier": dossier} for name, value in values.items()
    ]
    insert_new_rows(tx, _KEYS, rows)


def release(tx: Connection, dossier: str) -> None:
    """Let a dossier be found by nothing any more."""
    tx.execute(delete(_KEYS).where(_KEYS.c.dossier == dossier))


def put(tx: Connection, paper: Paper, dossier: str) -> None:
    """Put a paper into a dossier, or a later revision of it in the place of the one that is there."""
    upsert(tx, _PAPERS, [{**paper.model_dump(), "dossier": dossier}], keep=frozenset({"joined_at"}))


def take_out(tx: Connection, document_id: str) -> None:
    """Take a paper out of the dossier that it is in."""
    tx.execute(delete(_PAPERS).where(_PAPERS.c.document_id == document_id))


def of_paper(tx: Connection, document_id: str) -> str | None:
    """Return the dossier that a paper is in, or None."""
    return tx.execute(select(_PAPERS.c.dossier).where(_PAPERS.c.document_id == document_id)).scalar_one_or_none()


def papers(tx: Connection, dossier: str) -> tuple[Paper, ...]:
    """Return what is in a dossier, as it came."""
    query = select(_PAPERS).where(_PAPERS.c.dossier == dossier).order_by(_PAPERS.c.joined_at, _PAPERS.c.document_id)
    columns = ("document_id", "type", "revision", "joined_at")
    return tuple(Paper(**{name: row[name] for name in columns}) for row in tx.execute(query).mappings())


def mark(found: tuple[Paper, ...]) -> str:
    """Return a mark of what is in a dossier; another one means that something came."""
    return ",".join(sorted(f"{one.document_id[:16]}.{one.revision}" for one in found))
