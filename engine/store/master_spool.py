"""Rows of an import on their way: checked, put by on the disk in the order of their keys, each key once."""

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.model.master_cells import Refused, key_of
from engine.model.masterdata import Kind
from engine.store.writing import chunks

_BATCH = 5000
_WRITE = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode

Cells = Mapping[str, str]


class Spool:
    """Rows of several kinds in a temporary file, in little memory however many they are. A context manager."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._waiting: list[tuple[str, str, int, str]] = []

    def __enter__(self) -> Self:
        """Make the file."""
        folder = self._open.enter_context(tempfile.TemporaryDirectory(prefix="postroom-import-"))
        self._file = sqlite3.connect(Path(folder) / "rows.sqlite", isolation_level=None)
        self._open.callback(self._file.close)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-65536"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute("CREATE TABLE rows (kind, key, line, cells, PRIMARY KEY (kind, key)) WITHOUT ROWID")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the file."""
        self._open.close()

    def add(self, kind: Kind, line: int, cells: Cells) -> None:
        """Put a row by. Raises Refused, perhaps some rows later, when its key stands twice with other values."""
        text = _WRITE(cells)
        self._waiting.append((kind.name, key_of(kind, cells), line, text))
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Call it after the last row of a file."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self._file.execute("BEGIN")
        before = self._file.total_changes
        self._file.executemany("INSERT INTO rows VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", waiting)
        is_twice = self._file.total_changes - before < len(waiting)
        self._file.execute("COMMIT")
        for row in waiting if is_twice else ():
            self._check_once(*row)

    def rows(self, kind: Kind) -> Iterator[Cells]:
        """Yield the rows of a kind in the order of their keys."""
        query = "SELECT cells FROM rows WHERE kind = ? ORDER BY key"
        yield from (json.loads(cells) for (cells,) in self._file.execute(query, (kind.name,)))

    def missing(self, kind: Kind, keys: Iterable[str]) -> Iterator[str]:
        """Yield those of the keys that no row has."""
        for some in chunks(keys):
            marks = ",".join("?" * len(some))
            query = f"SELECT key FROM rows WHERE kind = ? AND key IN ({marks})"  # noqa: S608 - only question marks
            found = {key for (key,) in self._file.execute(query, (kind.name, *some))}
            yield from (key for key in some if key not in found)

    def line(self, kind: Kind, key: str) -> int | None:
        """Return the line that a key stands in, or None."""
        query = "SELECT line FROM rows WHERE kind = ? AND key = ?"
        found = self._file.execute(query, (kind.name, key)).fetchone()
        return None if found is None else int(found[0])

    def _check_once(self, kind: str, key: str, line: int, cells: str) -> None:
        query = "SELECT line, cells FROM rows WHERE kind = ? AND key = ?"
        first, stored = self._file.execute(query, (kind, key)).fetchone()
        if stored != cells:
            raise Refused(f"{key.replace(chr(9), ' / ')} stands twice with other values, in {first} and {line}")
