"""Rows of master data on their way in: compared with what is known, written where they differ, kept as they were before."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select, text, tuple_

from engine.model.master_cells import key_of
from engine.model.master_kinds import kind as kind_of
from engine.model.masterdata import Change, Edit, Kind, Outcome
from engine.store import from_papers, keys, tables
from engine.store.purchasing import elsewhere
from engine.store.writing import CHUNK, chunks, upsert

SHOWN = 20
"""Edits and unknown mentions that an outcome names; the rest is counted."""

_IMPORT_LOCK = 7_303_016_812
"""Any number that no other lock of the database has."""

Cells = Mapping[str, str]
Row = Mapping[Any, Any]
Index = Callable[[Sequence[Cells]], None]
Fill = Callable[[Cells, Row | None], dict[str, str]]
"""Returns the columns that the store fills, by the whole row and the row as it was."""

_MARKS = ("is_active", "since", "change_id")


class NoParent(ValueError):
    """A row belongs to one that is not known: a line to an order."""

    def __init__(self, kind: Kind, key: str, row_key: str) -> None:
        parent = kind_of(kind.parent[0]).title.casefold() if kind.parent else ""
        super().__init__(f"{row_key.replace(chr(9), ' / ')}: there is no {key} among the {parent}")
        self.row_key = row_key


def begin(tx: Connection, *, at: datetime, by: str, source: str) -> Change:
    """Note an import that is about to happen. Rows that it changes point to it."""
    query = tables.master_changes.insert().values(at=at, by=by, source=source).returning(tables.master_changes.c.id)
    return Change(id=tx.execute(query).scalar_one(), at=at, by=by, source=source)


def one_at_a_time(tx: Connection) -> None:
    """Wait until no other import is being written, until the end of this transaction. SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _IMPORT_LOCK})


def last_change(tx: Connection, source: str) -> datetime | None:
    """Return when the last import from a source was begun, or None."""
    table = tables.master_changes
    query = select(table.c.at).where(table.c.source == source).order_by(table.c.id.desc()).limit(1)
    return tx.execute(query).scalar_one_or_none()


@dataclass
class Writer:
    """Writes rows of one kind and counts what it did. Rows may hold some columns only; the others stay as they are."""

    tx: Connection
    kind: Kind
    change: Change | None
    index: Index = lambda _rows: None
    """Called with whole rows that are new, changed or back in use, so that they are found."""
    forget: Callable[[Sequence[str]], None] = lambda _keys: None
    """Called with the keys of rows that went out of use, so that they are found no more."""
    new: int = 0
    changed: int = 0
    same: int = 0
    deactivated: int = 0
    edits: list[Edit] = field(default_factory=list)
    unknown: dict[tuple[str, str], None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look whether there is anything to compare with."""
        self.table: Table = tables.masters[self.kind.name]
        self._may_be_there = self.tx.execute(select(self.table.c[self.kind.key[0]]).limit(1)).first() is not None
        self._kept: dict[str, bool] = {}
        is_told = self.change is None or not from_papers.is_paper(self.change.source)
        self._supersedes = is_told and self.kind.name in from_papers.KINDS and from_papers.are_there(self.tx)

    def write(self, rows: Iterable[Cells]) -> None:
        """Insert new rows and replace those that differ. Of one key that comes twice the last counts."""
        for chunk in chunks(rows, CHUNK):
            given = {key_of(self.kind, row): row for row in chunk}
            known = self._known(list(given)) if self._may_be_there else {}
            self._check_mentions(given)
            if self._supersedes:
                gone = from_papers.superseded(self.tx, self.kind, given.values())
                self.deactivate(key for key in gone if key not in given)
            self._write(given, known)
        self._may_be_there = True

    def deactivate(self, gone: Iterable[str]) -> None:
        """Take rows with these keys out of use; they stay in the history and may come back."""
        for chunk in chunks(gone, CHUNK):
            known = {key: row for key, row in self._known(chunk).items() if row["is_active"]}
            self._keep_history(known)
            rows = [{**row, **self._marks(is_active=False)} for row in known.values()]
            upsert(self.tx, self.table, rows)
            self.forget(list(known))
            self.deactivated += len(rows)
            self._note(Edit(key=key, what="deactivated") for key in known)

    def active_keys(self, within: Mapping[str, Sequence[str]] | None = None) -> Iterator[str]:
        """Yield the keys of all rows in use; `within` restricts columns to values (at most a chunk of them)."""
        columns = [self.table.c[name] for name in self.kind.key]
        query = select(*columns).where(self.table.c.is_active)
        for name, values in (within or {}).items():
            query = query.where(self.table.c[name].in_(values))
        yield from ("\t".join(row) for row in self.tx.execute(query.order_by(*columns)))

    def outcome(self) -> Outcome:
        """Return what was done so far."""
        return Outcome(
            kind=self.kind.name, new=self.new, changed=self.changed, same=self.same, deactivated=self.deactivated,
            edits=tuple(self.edits), unknown=tuple(self.unknown),
        )  # fmt: skip

    def _write(self, given: Mapping[str, Cells], known: Mapping[str, Row]) -> None:
        fill = _FILLERS.get(self.kind.name, _nothing)(self.tx, list(given.values()))
        fresh = {key: self._merged(row, None, fill) for key, row in given.items() if key not in known}
        merged = {key: self._merged(given[key], row, fill) for key, row in known.items()}
        papers = (
            from_papers.of_papers(self.tx, {row["change_id"] for row in known.values()}) if self._supersedes else ()
        )
        touched = {
            key: row for key, row in merged.items() if _differs(row, known[key]) or known[key]["change_id"] in papers
        }
        self._keep_history({key: known[key] for key in touched})
        rows = [*fresh.values(), *touched.values()]
        upsert(self.tx, self.table, [{**row, **self._marks(is_active=True)} for row in rows])
        self.index(rows)
        self.new += len(fresh)
        self.changed += len(touched)
        self.same += len(merged) - len(touched)
        self._note(Edit(key=key, what="new") for key in fresh)
        self._note(Edit(key=key, what="changed", columns=self._columns(known[key], touched[key])) for key in touched)

    def _merged(self, row: Cells, before: Row | None, fill: Fill) -> dict[str, str]:
        whole = {name: row.get(name, before[name] if before else "") for name in self.kind.names}
        return {**whole, **fill(whole, before)}

    def _known(self, wanted: Sequence[str]) -> dict[str, Row]:
        columns = [self.table.c[name] for name in self.kind.key]
        parts = [key.split("\t") for key in wanted]
        if len(columns) == 1:
            query = select(self.table).where(columns[0].in_([part[0] for part in parts]))
        else:
            query = select(self.table).where(tuple_(*columns).in_([tuple(part) for part in parts]))
        return {key_of(self.kind, row): row for row in map(dict, self.tx.execute(query).mappings())}

    def _marks(self, *, is_active: bool) -> dict[str, Any]:
        at, change_id = (self.change.at, self.change.id) if self.change else (None, None)
        return {"is_active": is_active, "since": at, "change_id": change_id}

    def _keep_history(self, before: Mapping[str, Row]) -> None:
        """Keep rows as they were; without an import that has a moment there is nothing to keep them by."""
        if self.change is None or not before:
            return
        rows = [
            {
                "kind": self.kind.name, "key": key, "row": {name: row[name] for name in self.kind.names if row[name]},
                "is_active": row["is_active"], "since": row["since"], "until": self.change.at,
                "change_id": row["change_id"], "ended_by": self.change.id,
            }
            for key, row in before.items()
        ]  # fmt: skip
        self.tx.execute(tables.master_history.insert(), rows)

    def _check_mentions(self, given: Mapping[str, Cells]) -> None:
        if self.kind.parent is not None:
            name, column = self.kind.parent
            missing = self._unknown(name, {row[column] for row in given.values()})
            for key, row in given.items() if missing else ():
                if row[column] in missing:
                    raise NoParent(self.kind, row[column], key)
        for name, column in self.kind.mentions:
            wanted = {value for row in given.values() if (value := row.get(column, ""))}
            if wanted and len(self.unknown) < SHOWN and self._is_kept(name):
                self.unknown |= {(column, value): None for value in sorted(self._unknown(name, wanted))[:SHOWN]}

    def _is_kept(self, kind: str) -> bool:
        """Return whether this house has any rows of a kind: where it keeps no items, none is missing."""
        if kind not in self._kept:
            key = tables.masters[kind].c[kind_of(kind).key[0]]
            self._kept[kind] = self.tx.execute(select(key).limit(1)).first() is not None
        return self._kept[kind]

    def _unknown(self, kind: str, wanted: set[str]) -> set[str]:
        table = tables.masters[kind]
        column = table.c[kind_of(kind).key[0]]
        return wanted - set(self.tx.execute(select(column).where(column.in_(sorted(wanted)))).scalars())

    def _columns(self, before: Row, after: Cells) -> tuple[tuple[str, str, str], ...]:
        return tuple((name, before[name], after[name]) for name in self.kind.names if before[name] != after[name])

    def _note(self, edits: Iterator[Edit]) -> None:
        while len(self.edits) < SHOWN and (edit := next(edits, None)) is not None:
            self.edits.append(edit)


def _differs(row: Cells, before: Row) -> bool:
    return not before["is_active"] or any(before[name] != value for name, value in row.items())


def _nothing(_tx: Connection, _rows: Sequence[Cells]) -> Fill:
    return lambda _row, _before: {}


def _name_keys(_tx: Connection, _rows: Sequence[Cells]) -> Fill:
    return lambda row, _before: {"name_key": " ".join(keys.name_tokens(row["name"]))}


def _number_keys(_tx: Connection, _rows: Sequence[Cells]) -> Fill:
    return lambda row, _before: {"number_key": keys.order_number(row["number"])}


_FILLERS: Mapping[str, Callable[[Connection, Sequence[Cells]], Fill]] = {
    "vendors": _name_keys, "customers": _name_keys, "orders": _number_keys, "goods_receipts": _number_keys,
    "order_lines": elsewhere,
}  # fmt: skip
"""What fills the columns that follow from the others."""
