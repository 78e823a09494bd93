"""Decision tables: one row a case, in a spreadsheet that a department can read and sign.

    table,approval_level,1,unique,Who has to approve what nobody ordered
    id,has_order,total_minor,=approval_level,why
    small,false,[..100000),nobody,Below 1000 nobody is asked.
    ...
    example,false,99999,nobody,

The first line names the table: name, version, hit policy, meaning. Columns are facts; those with `=` are what the table
says, and the catalogue declares them with `table:`. Rows called `example` are the tests: plain values, `-` for a fact that
is missing and for an output that is not given. Hit policies, after DMN 1.5:

    unique      one row at most hits a case (overlaps are refused)
    any         several may hit, if they say the same (others are refused)
    first       the first that hits counts
    rule order  all that hit, in their order; texts joined by commas
    collect sum, collect min, collect max, collect count   one number over all that hit
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from engine.content.condition import And, Condition
from engine.content.facts import Fact, FactCatalogue
from engine.content.table_cell import ANYTHING, CellError, has_words, literal, parse_cell
from engine.model.decision import FactValue
from engine.model.errors import ContentError

HitPolicy = Literal[
    "unique", "any", "first", "rule order", "collect sum", "collect min", "collect max", "collect count"
]
_MOST_ROWS = 5_000
_TITLE = 5
"""Cells of the first line."""


class TableRow(NamedTuple):
    """One row: when it hits, and what it says."""

    id: str
    line: int
    """Of the file, 1-based."""
    cells: tuple[tuple[str, Condition], ...]
    """(fact, test) of every cell that is not `-`."""
    says: Mapping[str, FactValue]
    why: str

    @property
    def condition(self) -> Condition:
        """When the row hits. A row of `-` alone always does."""
        return And(tuple(test for _, test in self.cells))


class TableExample(NamedTuple):
    """A case and what the table has to say about it; None: nothing."""

    line: int
    facts: Mapping[str, FactValue]
    says: Mapping[str, FactValue]


class Table(NamedTuple):
    """One version of a decision table."""

    file: Path
    name: str
    version: int
    policy: HitPolicy
    meaning: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[TableRow, ...]
    examples: tuple[TableExample, ...]

    @property
    def ref(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"


def load_table(file: Path, *, catalogue: FactCatalogue) -> Table:
    """Read a table and check every cell against the catalogue. Raises ContentError naming line, column and what is allowed."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        lines = [(number, row) for number, row in enumerate(csv.reader(stream, strict=True), start=1) if any(row)]
    if len(lines) < 3 or len(lines) > _MOST_ROWS:  # noqa: PLR2004 - title, columns and a row
        raise _error(file, 1, "", f"a table has a title, columns and rows, {_MOST_ROWS} lines at most")
    name, version, policy, meaning = _title(file, *lines[0])
    columns = _columns(file, *lines[1], name=name, catalogue=catalogue)
    rows: list[TableRow] = []
    examples: list[TableExample] = []
    for number, cells in lines[2:]:
        if len(cells) != len(columns):
            raise _error(file, number, "", f"{len(cells)} cells where the columns are {len(columns)}")
        named = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
        if named["id"] == "example":
            examples.append(_example(file, number, named, catalogue))
        else:
            rows.append(_row(file, number, named, catalogue, taken={row.id for row in rows}))
    if not rows or not examples:
        raise _error(file, lines[-1][0], "id", "a table has at least one row and one row called `example`")
    _refuse_words(file, policy, rows)
    if policy.startswith("collect") and any(catalogue[c[1:]].type != "integer" for c in columns if c.startswith("=")):
        raise _error(file, lines[1][0], "hit policy", f"{policy} makes numbers; its outputs are integer facts")
    inputs = tuple(column for column in columns if column not in {"id", "why"} and not column.startswith("="))
    outputs = tuple(column[1:] for column in columns if column.startswith("="))
    return Table(file, name, version, policy, meaning, inputs, outputs, tuple(rows), tuple(examples))


def _refuse_words(file: Path, policy: HitPolicy, rows: Sequence[TableRow]) -> None:
    """Refuse words under a policy that allows one answer only: one text may hold the words of several rows."""
    looking = next((row for row in rows for _, test in row.cells if has_words(test)), None)
    if looking is not None and policy in {"unique", "any"}:
        raise _error(
            file, looking.line, "", f"`has` needs an order of the rows: a text may hit several; not {policy} but first"
        )


def _title(file: Path, line: int, cells: Sequence[str]) -> tuple[str, int, HitPolicy, str]:
    given = [cell.strip() for cell in cells if cell.strip()]
    if len(given) != _TITLE or given[0] != "table":
        raise _error(file, line, "", "the first line is: table, name, version, hit policy, meaning")
    _, name, version, policy, meaning = given
    if file.name != f"{name}.v{version}.csv" or not version.isdecimal():
        raise _error(
            file, line, "name", f"the file must be called {name}.v{version}.csv, with a whole number as version"
        )
    if policy not in get_args(HitPolicy):
        raise _error(file, line, "hit policy", f"unknown {policy!r}; there are: {', '.join(get_args(HitPolicy))}")
    return name, int(version), policy, meaning  # type: ignore[return-value]


def _columns(file: Path, line: int, cells: Sequence[str], *, name: str, catalogue: FactCatalogue) -> list[str]:
    columns = [cell.strip() for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if columns[:1] != ["id"] or columns[-1:] != ["why"] or len(set(columns)) < len(columns):
        raise _error(file, line, "", "columns are: id, facts, =outputs, why; each once")
    for column in columns[1:-1]:
        fact = column.removeprefix("=")
        if fact not in catalogue:
            raise _error(file, line, column, "this is no fact of rules/facts.yaml")
        if catalogue[fact].asserted:
            raise _error(file, line, column, "a table can neither test nor say what rules assert")
        if column.startswith("=") and catalogue[fact].table != name:
            raise _error(file, line, column, f"the catalogue does not say `table: {name}` of this fact")
        if not column.startswith("=") and catalogue[fact].table == name:
            raise _error(file, line, column, "this fact comes out of this very table")
    if not any(column.startswith("=") for column in columns):
        raise _error(file, line, "", "a table without a column of outputs (`=fact`) says nothing")
    return columns


def _row(
    file: Path, line: int, cells: Mapping[str, str], catalogue: FactCatalogue, *, taken: set[str]
) -> TableRow:  # fmt: skip
    if not cells["id"] or cells["id"] in taken:
        raise _error(file, line, "id", "every row has an id of its own")
    if not cells["why"]:
        raise _error(file, line, "why", "every row says why")
    tests: list[tuple[str, Condition]] = []
    says: dict[str, FactValue] = {}
    for column, text in cells.items():
        fact = column.removeprefix("=")
        if column in {"id", "why"}:
            continue
        try:
            if column.startswith("="):
                says[fact] = literal(text, fact, catalogue[fact])
            elif (test := parse_cell(text, fact, catalogue[fact])) is not None:
                tests.append((fact, test))
        except CellError as e:
            raise _error(file, line, column, str(e)) from e
    return TableRow(cells["id"], line, tuple(tests), says, cells["why"])


def _example(file: Path, line: int, cells: Mapping[str, str], catalogue: FactCatalogue) -> TableExample:
    given: dict[str, FactValue] = {}
    says: dict[str, FactValue] = {}
    for column, text in cells.items():
        if column in {"id", "why"}:
            continue
        fact = column.removeprefix("=")
        try:
            value = _plain(text, fact, catalogue[fact])
        except CellError as e:
            raise _error(file, line, column, str(e)) from e
        (says if column.startswith("=") else given)[fact] = value
    return TableExample(line, given, says)


def _plain(text: str, name: str, fact: Fact) -> FactValue:
    """Return a value of an example, None for `-`. Raises CellError."""
    if text != ANYTHING:
        return literal(text, name, fact)
    if not fact.may_be_missing:
        raise CellError(f"{name} is never missing; give it a value")
    return None


def _error(file: Path, line: int, column: str, message: str) -> ContentError:
    return ContentError(message, file=str(file), line=line, path=column)
