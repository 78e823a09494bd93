"""Cross-reference tables: our words into theirs, one CSV file a table, pinned by the matrices that use it.

    xref,erp_units,1,What the ERP calls our units
    id,unit:exact,country:wildcard,=erp_unit,why
    piece,C62,-,ST,The ERP has German unit codes.
    ...

The first line names the table: name, version, what it is for. Key columns name their kind of comparison; the columns with
`=` are what it answers. `-` fits anything. A row written more closely wins: exact before nocase, prefix (the longer one),
wildcard (the one with more letters), regex, `-`; the first key column counts before the second. Two rows that fit equally
and answer differently are a finding, as is no row at all: nothing is ever null.

A regex is bounded: no repeated groups, no references, no looking around, at most three parts of varying length; values longer than 200 characters fit none.
"""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from engine.model.errors import ContentError

ANYTHING = "-"
_LONGEST = 200
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TITLE = 4
_KINDS = ("exact", "nocase", "prefix", "wildcard", "regex")
_REPEATED = re.compile(r"\)[*+{?]|\\[1-9]|\(\?[^:]")
"""A repeated group, a back reference, looking around or a flag: what makes a regex slow or hard to read."""

_VARIABLE = re.compile(r"[*+?]|\{\d*,\d*\}")
_MOST_VARIABLE = 3
"""Parts of varying length in a regex: each more multiplies the time by the length of the value."""

Rank = tuple[int, int]
"""How closely a cell is written: (kind, minus the letters it names). Smaller is closer."""


class XrefRow(NamedTuple):
    """One row of a table."""

    id: str
    line: int
    keys: tuple[str, ...]
    answers: tuple[str, ...]


class Answer(NamedTuple):
    """What a table answers, and by which rows."""

    value: str | None
    """None: no row, or several that answer differently."""
    rows: tuple[str, ...]


@dataclass(frozen=True)
class CrossReference:
    """One version of a cross-reference table."""

    file: Path
    name: str
    version: int
    keys: tuple[tuple[str, str], ...]
    """(name, kind) of each key column."""
    answers: tuple[str, ...]
    rows: tuple[XrefRow, ...]
    overlay: Mapping[str, str] = field(default_factory=dict)
    """Entries of the environment in force, by key (several keys joined by `|`); they win."""

    @property
    def ref(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"

    @cached_property
    def _tests(self) -> tuple[tuple[tuple[Callable[[str], bool], ...], tuple[Rank, ...], XrefRow], ...]:
        kinds = [kind for _, kind in self.keys]
        return tuple(
            (
                tuple(_test(cell, kind) for cell, kind in zip(row.keys, kinds, strict=True)),
                tuple(_rank(cell, kind) for cell, kind in zip(row.keys, kinds, strict=True)),
                row,
            )
            for row in self.rows
        )

    def look(self, keys: Sequence[str], column: str | None = None) -> Answer:
        """Return the answer for a value of each key column. Raises LookupError for another number of keys or a column it has not."""
        if len(keys) != len(self.keys):
            names = ", ".join(name for name, _ in self.keys)
            raise LookupError(f"{self.ref} is asked with {len(keys)} values; it takes {len(self.keys)}: {names}")
        wanted = self.answers[0] if column is None else column
        if wanted not in self.answers:
            raise LookupError(f"{self.ref} has no column {wanted!r}; there are: {', '.join(self.answers)}")
        own = self.overlay.get("|".join(keys))
        if own is not None and wanted == self.answers[0]:
            return Answer(own, ("environment",))
        fitting = [
            (rank, row) for tests, rank, row in self._tests
            if all(test(key) for test, key in zip(tests, keys, strict=True))
        ]  # fmt: skip
        closest = min((rank for rank, _ in fitting), default=None)
        best = [row for rank, row in fitting if rank == closest]
        place = self.answers.index(wanted)
        said = {row.answers[place] for row in best}
        return Answer(said.pop() if len(said) == 1 else None, tuple(row.id for row in best))


def load_xref(file: Path) -> CrossReference:
    """Read a table. Raises ContentError naming line, column and what is allowed."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        lines = [
            (number, [cell.strip() for cell in row]) for number, row in enumerate(csv.reader(stream, strict=True), 1)
        ]
    lines = [(number, row) for number, row in lines if any(row)]
    if len(lines) < 3:  # noqa: PLR2004 - title, columns and a row
        raise _error(file, 1, "", "a cross-reference has a title, columns and rows")
    name, version = _title(file, *lines[0])
    keys, answers = _columns(file, *lines[1])
    rows: list[XrefRow] = []
    for number, cells in lines[2:]:
        row = _row(file, number, cells, keys, answers)
        if any(row.id == other.id or row.keys == other.keys for other in rows):
            raise _error(file, number, "id", f"{row.id}: this id or these keys stand in another row")
        rows.append(row)
    return CrossReference(file, name, version, keys, answers, tuple(rows))


def _title(file: Path, line: int, cells: Sequence[str]) -> tuple[str, int]:
    given = [cell for cell in cells if cell]
    if len(given) != _TITLE or given[0] != "xref":
        raise _error(file, line, "", "the first line is: xref, name, version, what it is for")
    _, name, version, _ = given
    if file.name != f"{name}.v{version}.csv" or not version.isdecimal():
        raise _error(
            file, line, "name", f"the file must be called {name}.v{version}.csv, with a whole number as version"
        )
    return name, int(version)


def _columns(file: Path, line: int, cells: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    columns = [cell for cell in cells if cell]
    keys: list[tuple[str, str]] = []
    answers: list[str] = []
    for column in columns[1:-1]:
        name, _, kind = column.removeprefix("=").partition(":")
        is_answer = column.startswith("=")
        if not _NAME.fullmatch(name) or name in answers or name in dict(keys):
            raise _error(file, line, column, "a column has a small name of its own")
        if not is_answer and kind not in _KINDS:
            raise _error(
                file, line, column, f"a key column names its kind: {', '.join(f'{name}:{one}' for one in _KINDS)}"
            )
        if is_answer:
            answers.append(name)
        else:
            keys.append((name, kind))
    if columns[:1] != ["id"] or columns[-1:] != ["why"] or not keys or not answers:
        raise _error(file, line, "", "columns are: id, key:kind, =answer, why")
    return tuple(keys), tuple(answers)


def _row(
    file: Path, line: int, cells: Sequence[str], keys: Sequence[tuple[str, str]], answers: Sequence[str]
) -> XrefRow:  # fmt: skip
    width = len(keys) + len(answers) + 2
    if len(cells) != width:
        raise _error(file, line, "", f"{len(cells)} cells where the columns are {width}")
    own, said = cells[1 : 1 + len(keys)], cells[1 + len(keys) : -1]
    if not cells[0] or not cells[-1] or not all(own) or not all(said):
        raise _error(file, line, "", "every cell is filled: an id, `-` for any key, an answer, and why")
    for (name, kind), cell in zip(keys, own, strict=True):
        if kind == "regex" and cell != ANYTHING:
            if _REPEATED.search(cell):
                raise _error(file, line, name, "no repeated groups, references or looking around in a regex")
            if len(_VARIABLE.findall(cell)) > _MOST_VARIABLE:
                raise _error(file, line, name, f"at most {_MOST_VARIABLE} of * + ? {{m,n}} in a regex")
            try:
                re.compile(cell)
            except re.error as e:
                raise _error(file, line, name, f"is no regex: {e}") from e
    return XrefRow(cells[0], line, tuple(own), tuple(said))


@dataclass(frozen=True)
class _Cell:
    """When a cell fits a key. No closure: a library is sent to the processes that replay."""

    kind: str
    cell: str
    pattern: re.Pattern[str] | None

    def __call__(self, key: str) -> bool:
        if self.cell == ANYTHING:
            return True
        if self.pattern is not None:
            return len(key) <= _LONGEST and self.pattern.fullmatch(key) is not None
        if self.kind == "nocase":
            return key.casefold() == self.cell.casefold()
        return key.startswith(self.cell) if self.kind == "prefix" else key == self.cell


def _test(cell: str, kind: str) -> Callable[[str], bool]:
    pattern = None
    if cell != ANYTHING and kind in {"wildcard", "regex"}:
        pattern = re.compile(translate(cell) if kind == "wildcard" else cell)
    return _Cell(kind, cell, pattern)


def _rank(cell: str, kind: str) -> Rank:
    if cell == ANYTHING:
        return len(_KINDS), 0
    named = sum(sign not in "*?[]" for sign in cell) if kind in {"prefix", "wildcard"} else 0
    return _KINDS.index(kind), -named


def _error(file: Path, line: int, column: str, message: str) -> ContentError:
    return ContentError(message, file=str(file), line=line, path=column)
