"""The search over everything: which documents hold all words that somebody looks for.

Every document is kept under its words twice: as rows of an index (`search_words`), in which the beginning of a word is a
range, and as one row of text in which the other words are looked for. Masked values are words of a kind of their own: who
may not see them does not find by them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, false, func, or_, select, true, update

from engine.model.document import Document
from engine.model.rights import FieldGroup
from engine.model.value import Value
from engine.store import documents, tables
from engine.store.summaries import Scope
from engine.store.writing import insert_new, insert_new_rows

_FOUND, _WORDS = tables.search_documents, tables.search_words
_DOCUMENTS, _SUMMARIES, _REVIEWS = tables.documents, tables.summaries, tables.reviews
_RARE = 3000
"""A word in fewer documents leads; the newest documents are walked where every word is in more."""
_LAST = "\U0010ffff"
_COLUMNS: Mapping[str, str] = {"": "words", "bank": "bank", "identity": "identity"}
Kind = Literal["", "bank", "identity"]


class Words(Value):
    """The words of a document: those that everybody may find it by, and those of masked values."""

    public: tuple[str, ...] = ()
    bank: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()

    def of(self, kind: Kind) -> tuple[str, ...]:
        """Return the words of a kind; "" is the public ones."""
        return {"": self.public, "bank": self.bank, "identity": self.identity}[kind]


class Hit(NamedTuple):
    """A document that holds every word."""

    document_id: str
    needs: frozenset[FieldGroup]
    """Masked groups without which it would not have been found."""


def write(tx: Connection, document_id: str, words: Words) -> None:
    """Keep the words of a document in the place of those before; only what changed is written.

    Of two that write at the same moment the second waits, and sees what the first wrote.
    """
    known = select(_FOUND).where(_FOUND.c.document_id == document_id).with_for_update()
    row = tx.execute(known).mappings().one_or_none()
    texts = {column: _spelled(words.of(kind)) for kind, column in _kinds()}
    if row is None:
        insert_new(tx, _FOUND, {"document_id": document_id, **dict.fromkeys(texts, "")}, by=("document_id",))
        row = tx.execute(known).mappings().one()
    seq = row["seq"]
    before = {(word, kind) for kind, column in _kinds() for word in row[column].split()}
    if {name: row[name] for name in texts} == texts:
        return
    tx.execute(update(_FOUND).where(_FOUND.c.seq == seq).values(**texts))
    now = {(word, kind) for kind, _ in _kinds() for word in words.of(kind)}
    _drop(tx, seq, before - now)
    insert_new_rows(tx, _WORDS, [{"word": word, "seq": seq, "kind": kind} for word, kind in sorted(now - before)])


def forget(tx: Connection, document_id: str) -> None:
    """Drop every word of a document: nothing of it is found any more but its id."""
    row = tx.execute(select(_FOUND).where(_FOUND.c.document_id == document_id)).mappings().one_or_none()
    if row is not None:
        _drop(tx, row["seq"], {(word, kind) for kind, column in _kinds() for word in row[column].split()})
        tx.execute(update(_FOUND).where(_FOUND.c.seq == row["seq"]).values({column: "" for _, column in _kinds()}))


def lacking(tx: Connection, *, most: int) -> list[Document]:
    """Return the latest documents whose words were never kept."""
    query = (
        select(_DOCUMENTS.c.id)
        .join(_FOUND, _FOUND.c.document_id == _DOCUMENTS.c.id, isouter=True)
        .where(_FOUND.c.seq.is_(None))
        .order_by(_DOCUMENTS.c.received_at.desc())
        .limit(most)
    )
    return documents.some(tx, list(tx.execute(query).scalars()))


def found(
    tx: Connection, words: Sequence[str], *, groups: frozenset[FieldGroup], within: tuple[Scope, ...] | None, most: int
) -> list[Hit]:
    """Return documents in which every word begins a word, the latest first.

    `groups` are the masked groups in which may be looked, `within` what may be read (None: everything).
    """
    if not words or within == ():
        return []
    kinds: list[Kind] = ["", *sorted(groups)]
    lead, is_rare = _lead(tx, words, kinds)
    query = select(_FOUND).join(_DOCUMENTS, _DOCUMENTS.c.id == _FOUND.c.document_id)
    if is_rare:
        query = query.where(_FOUND.c.seq.in_(select(_WORDS.c.seq).where(_begins(lead, kinds))))
        query = query.order_by(_DOCUMENTS.c.received_at.desc(), _FOUND.c.seq.desc())
    else:
        query = query.order_by(_FOUND.c.seq.desc())
    others = [word for word in words if word != lead or not is_rare]
    query = _restricted(query.where(*(_holds(word, kinds) for word in others)), within)
    rows = tx.execute(query.limit(most)).mappings()
    return [Hit(row["document_id"], _needed(words, Words(
        public=row["words"].split(), bank=row["bank"].split(), identity=row["identity"].split()
    ))) for row in rows]  # fmt: skip


def operation_names(tx: Connection, document_ids: Sequence[str]) -> Mapping[str, Mapping[str, list[str]]]:
    """Return by document and key the names of operations: key, short key, and what targets call them."""
    table, receipts = tables.operations, tables.receipts
    query = (
        select(table.c.document_id, table.c.key, table.c.short_key, receipts.c.external_id)
        .join(receipts, receipts.c.key == table.c.key, isouter=True)
        .where(table.c.document_id.in_(document_ids))
        .order_by(table.c.planned_at, table.c.key)
    )
    named: dict[str, dict[str, list[str]]] = {}
    for document_id, key, short_key, external_id in tx.execute(query):
        names = named.setdefault(document_id, {}).setdefault(key, [key, short_key])
        names += [external_id] if external_id else []
    return named


def _lead(tx: Connection, words: Sequence[str], kinds: Sequence[Kind]) -> tuple[str, bool]:
    """Return the rarest word, and whether it is rare enough to begin with."""

    def commonness(word: str) -> int:
        some = select(_WORDS.c.seq).where(_begins(word, kinds)).limit(_RARE).subquery()
        return int(tx.execute(select(func.count()).select_from(some)).scalar_one())

    counted = {word: commonness(word) for word in words}
    lead = min(counted, key=counted.__getitem__)
    return lead, counted[lead] < _RARE


def _needed(words: Iterable[str], known: Words) -> frozenset[FieldGroup]:
    """Return the masked groups that a document was found by: those of words that no public one of it begins with."""
    needs: set[FieldGroup] = set()
    for word in words:
        if not any(one.startswith(word) for one in known.public):
            by_bank = any(one.startswith(word) for one in known.bank)
            needs.add("bank" if by_bank else "identity")
    return frozenset(needs)


def _begins(word: str, kinds: Sequence[Kind]) -> ColumnElement[bool]:
    return and_(_WORDS.c.word >= word, _WORDS.c.word < word + _LAST, _WORDS.c.kind.in_(kinds))


def _holds(word: str, kinds: Sequence[Kind]) -> ColumnElement[bool]:
    return or_(*(_FOUND.c[_COLUMNS[kind]].contains(f" {word}", autoescape=True) for kind in kinds))


def _restricted(query: Select[tuple[object, ...]], within: tuple[Scope, ...] | None) -> Select[tuple[object, ...]]:
    if within is None:
        return query
    last = _REVIEWS.alias()
    team = (
        select(last.c.team).where(last.c.document_id == _DOCUMENTS.c.id).order_by(last.c.id.desc()).limit(1)
    ).scalar_subquery()
    reached = [
        and_(
            team == one.team if one.team is not None else true(),
            _SUMMARIES.c.type.in_(one.types) if one.types else true(),
            _SUMMARIES.c.entity.in_(one.entities) if one.entities else true(),
        )
        for one in within
    ]
    together = query.join(_SUMMARIES, _SUMMARIES.c.document_id == _DOCUMENTS.c.id, isouter=True)
    return together.where(or_(false(), *reached))


def _drop(tx: Connection, seq: int, gone: Iterable[tuple[str, str]]) -> None:
    for word, kind in sorted(gone):
        tx.execute(delete(_WORDS).where(_WORDS.c.word == word, _WORDS.c.seq == seq, _WORDS.c.kind == kind))


def _spelled(words: Iterable[str]) -> str:
    """Return words as one row of text, a space before each."""
    return "".join(f" {word}" for word in words)


def _kinds() -> list[tuple[Kind, str]]:
    return [("", "words"), ("bank", "bank"), ("identity", "identity")]
