"""The search index of parties: everything a vendor or a customer may be found by, as short hashed keys.

Three tables, the same on SQLite and PostgreSQL and without any extension of theirs: `parties` (who there is, under which
words and identifiers), `party_keys` (hash of a key, party) and `party_words` (each word and how many parties have it);
`word_stumps` leads from a misread word to the known ones. The index is derived: `rebuild` makes it anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, func, select, text, tuple_

from engine.store import keys, tables
from engine.store.columns import storable
from engine.store.party_questions import parties
from engine.store.party_writing import Staging, add_parties, count_words, write_pairs
from engine.store.writing import chunks

IDENTIFIERS: Mapping[str, Callable[[str], set[str]]] = {
    "tax_id": keys.tax_ids,
    "registration_id": keys.registration_ids,
    "iban": keys.ibans,
    "email_domain": keys.email_domains,
}
"""Signals that are looked up exactly, and how each is normalised."""

SOURCE_COLUMN: Mapping[str, str] = {
    "tax_id": "tax_id", "registration_id": "registration_id", "iban": "iban", "email_domain": "email",
}  # fmt: skip

PAIRED_WORDS = 5
"""Of so many words of a name each two are a key together: two common words may be rare side by side."""
_BATCH = 500
_DIRECT = 20_000
"""So many keys are written one by one; more are sorted by the database first, which fills its pages in order."""
_STAGED = 100_000
_TABLES = ("parties", "party_keys", "party_words", "word_stumps")
_MOST_WORDS = 50_000
"""Different words that are counted in memory before they are written."""

Party = Mapping[str, str]
"""A row with `id`, `name` and those of `tax_id registration_id iban email postcode` that there are.

`name_key`, the words of the name, is made where it is not given.
"""


def mark(kind: str, way: str, key: str) -> int:
    """Return the hashed key of one way to find a party of a kind."""
    return keys.hashed(f"{kind}\x1f{way}\x1f{key}")


def word_marks(kind: str, words: Sequence[str]) -> set[int]:
    """Return the hashed keys of a name: each word, each two of them, and all of them run together."""
    found = {mark(kind, "word", word) for word in words}
    found |= {mark(kind, "pair", pair_key(one, other)) for one, other in combinations(words[:PAIRED_WORDS], 2)}
    return found | ({mark(kind, "name", "".join(words))} if words else set())


def pair_key(one: str, other: str) -> str:
    """Return the key of two words, whichever comes first."""
    return f"{min(one, other)} {max(one, other)}"


@contextmanager
def indexing(tx: Connection, kind: str) -> Iterator[Callable[[Iterable[Party]], None]]:
    """Give a function that takes parties of a kind into the index, in place of what was known of them.

    Use one block for a whole import: keys are collected, sorted by the database and written in their order at the end
    of the block. A search inside the block does not see them yet.
    """
    if tx.dialect.name == "postgresql":
        # A plan that was made when the tables were small reads them from end to end for every batch.
        tx.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        # A busy machine may need longer for a batch than a session may stand idle; an import is no worker that hangs.
        tx.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10min'"))
    newest = tx.execute(select(func.coalesce(func.max(tables.parties.c.no), 0))).scalar_one()
    batch = _Batch(tx, kind, newest)
    yield batch.add
    batch.finish()


def forget(tx: Connection, kind: str, ids: Iterable[str]) -> None:
    """Take parties out of the index."""
    for some in chunks(ids, _BATCH):
        _forget(tx, kind, _known(tx, kind, some))


def rebuild(tx: Connection) -> int:
    """Make the index of the vendors anew. Return how many there are."""
    for table in (tables.party_keys, tables.parties, tables.party_words, tables.word_stumps):
        tx.execute(table.delete())
    columns = [
        tables.vendors.c[name] for name in ("id", "name", "tax_id", "registration_id", "iban", "email", "postcode")
    ]
    count, last = 0, ""
    with indexing(tx, "vendor") as add:
        while rows := _page(tx, columns, last):
            add(rows)
            count, last = count + len(rows), rows[-1]["id"]
    return count


def _page(tx: Connection, columns: Sequence[Any], after: str) -> list[dict[str, str]]:
    query = select(*columns).where(columns[0] > after).order_by(columns[0]).limit(5000)
    return [dict(row) for row in tx.execute(query).mappings()]


@dataclass(frozen=True)
class _Known:
    """A party as it stands in the index."""

    no: int
    row: Mapping[str, str]


@dataclass
class _Batch:
    """What one import takes into the index."""

    tx: Connection
    kind: str
    newest: int
    """The highest number of a party before the import."""
    pending: list[tuple[int, int]] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Prepare to put keys and stumps by, if there are many."""
        self.highest = self.newest
        self.keys = Staging(self.tx, "party_keys", ("key", "no"))
        self.stumps = Staging(self.tx, "word_stumps", ("stump", "word"))

    def add(self, given: Iterable[Party]) -> None:
        """Take parties in; of one id that comes twice the last counts. One that says nothing new is left as it is."""
        for some in chunks(given, _BATCH):
            rows = {row["id"]: row for row in (_row(self.kind, party) for party in some)}
            known = _known(self.tx, self.kind, list(rows))
            changed = {id_: one for id_, one in known.items() if one.row != rows[id_]}
            self._drop([one.no for one in changed.values() if one.no > self.newest])
            _forget(self.tx, self.kind, changed)
            self._take({id_: row for id_, row in rows.items() if id_ not in known or id_ in changed})

    def finish(self) -> None:
        """Write what is left."""
        self._write_words()
        self.stumps.write(may_be_there=True)
        if self.keys.is_open:
            self._stage()
            self.keys.write(may_be_there=False)  # a party has each key once, and every party here has a new number
            if self.tx.dialect.name == "postgresql":
                self.tx.execute(text(f"ANALYZE {', '.join(_TABLES)}"))
        else:
            write_pairs(self.tx, "party_keys", ("key", "no"), sorted(self.pending))
        self.pending = []

    def _take(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        if not rows:
            return
        for id_, no in add_parties(self.tx, list(rows.values()), above=self.highest).items():
            self.highest = max(self.highest, no)
            self.words.update(rows[id_]["name_key"].split())
            self.pending += [(key, no) for key in _marks(rows[id_])]
        if len(self.pending) > _STAGED or (self.keys.is_open and len(self.pending) > _DIRECT):
            self._stage()
        if len(self.words) > _MOST_WORDS:
            self._write_words()

    def _stage(self) -> None:
        self.keys.put(self.pending)
        self.pending = []

    def _drop(self, numbers: Sequence[int]) -> None:
        """Leave out keys of parties that came earlier in this import and were not written yet."""
        if numbers:
            gone = set(numbers)
            self.pending = [pair for pair in self.pending if pair[1] not in gone]
            self.keys.drop(sorted(gone))

    def _write_words(self) -> None:
        count_words(self.tx, self.kind, self.words)
        found = {(keys.hashed(stump), word) for word in self.words for stump in keys.stumps(word)}
        if len(found) > _DIRECT or self.stumps.is_open:
            self.stumps.put(list(found))
        else:
            write_pairs(self.tx, "word_stumps", ("stump", "word"), sorted(found))
        self.words = Counter()


def _row(kind: str, party: Party) -> dict[str, str]:
    """Return the row of a party: the words of its name, and its other keys as `way key` lines."""
    ways = [
        (way, key)
        for way, column in SOURCE_COLUMN.items()
        if party.get(column)
        for key in sorted(IDENTIFIERS[way](party[column]))
    ]
    ways += [("postcode", code) for code in sorted(keys.postcodes(party.get("postcode") or ""))]
    words = party.get("name_key") or " ".join(keys.name_tokens(party["name"]))
    other = "\n".join(f"{way} {key}" for way, key in ways)
    return {
        "kind": kind, "id": storable(party["id"]), "name_key": storable(words), "other_keys": storable(other),
    }  # fmt: skip


def _marks(row: Mapping[str, str]) -> set[int]:
    """Return every hashed key of a party. A postcode is no key by itself, only beside a word of the name."""
    kind, words = row["kind"], row["name_key"].split()
    found = word_marks(kind, words)
    for line in row["other_keys"].split("\n") if row["other_keys"] else ():
        way, _, key = line.partition(" ")
        found |= (
            {mark(kind, "place", f"{word} {key}") for word in words} if way == "postcode" else {mark(kind, way, key)}
        )
    return found


def _known(tx: Connection, kind: str, ids: Sequence[str]) -> dict[str, _Known]:
    found = parties(tx, kind, [storable(id_) for id_ in ids])
    return {row["id"]: _Known(no, row) for no, row in found.items()}


def _forget(tx: Connection, kind: str, known: Mapping[str, _Known]) -> None:
    if not known:
        return
    table = tables.party_keys
    for some in chunks(sorted((key, one.no) for one in known.values() for key in _marks(one.row)), _BATCH):
        tx.execute(table.delete().where(tuple_(table.c.key, table.c.no).in_(some)))
    tx.execute(tables.parties.delete().where(tables.parties.c.no.in_([one.no for one in known.values()])))
    words = Counter(word for one in known.values() for word in one.row["name_key"].split())
    count_words(tx, kind, {word: -count for word, count in words.items()})
