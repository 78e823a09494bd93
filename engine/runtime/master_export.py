"""Master data on its way out, for people and for other systems: the same columns that an import takes."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from engine.model.errors import PostroomError
from engine.model.masterdata import Kind, Version
from engine.runtime.house import House
from engine.store import master_history, masterdata
from engine.store.database import reading

Rows = Iterator[dict[str, str]]


@contextmanager
def listed(
    house: House, kind: Kind, *, where: Mapping[str, str] | None = None, at: datetime | None = None
) -> Iterator[Rows]:
    """Offer the rows of a kind in use, by key, now or as they were at a moment; few are in memory at a time.

    Raises PostroomError for a column that the kind does not have.
    """
    for name in where or {}:
        if name not in kind.names:
            raise PostroomError(f"{kind.name} have no column {name!r}; there are: {', '.join(kind.names)}")
    with reading(house.engine) as tx:
        yield master_history.rows(tx, kind, where=where, at=at)


def history(house: House, kind: Kind, key: Sequence[str]) -> list[Version]:
    """Return every version of a row, the newest first. Raises LookupError when there never was such a row."""
    if len(key) != len(kind.key):
        raise PostroomError(f"a row of {kind.name} is named by: {', '.join(kind.key)}")
    with reading(house.engine) as tx:
        found = master_history.versions(tx, kind, key)
    if not found:
        raise LookupError(f"there are no {kind.name} {' / '.join(key)}")
    return found


def sizes(house: House) -> Mapping[str, int]:
    """Return how many rows of each kind are in use."""
    with reading(house.engine) as tx:
        return masterdata.counts(tx)


def write_csv(kind: Kind, rows: Iterable[Mapping[str, str]], file: TextIO) -> int:
    """Write rows as CSV that an import takes back. Return how many."""
    writer = csv.DictWriter(file, kind.names, lineterminator="\n")
    writer.writeheader()
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
        writer.writerow(row)
    return count


def write_json(rows: Iterable[Mapping[str, str]], file: TextIO) -> int:
    """Write rows as JSON, one object a line, empty columns left out. Return how many."""
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
        file.write(json.dumps({name: value for name, value in row.items() if value}, ensure_ascii=False) + "\n")
    return count


def export(house: House, kind: Kind, path: Path, *, at: datetime | None = None) -> int:
    """Write all rows of a kind to a file, `.csv` or `.jsonl` by its name. Return how many.

    Raises PostroomError for another ending.
    """
    if path.suffix not in {".csv", ".jsonl"}:
        raise PostroomError(f"{path}: rows are written as .csv or .jsonl")
    with listed(house, kind, at=at) as rows, path.open("w", encoding="utf-8", newline="") as file:
        return write_csv(kind, rows, file) if path.suffix == ".csv" else write_json(rows, file)
