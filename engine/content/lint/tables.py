"""Lint of decision tables: gaps, overlaps, conflicts, rows that change nothing; each with a case that shows it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from engine.content.condition import Condition
from engine.content.facts import FactCatalogue
from engine.content.lint.cells import Cells, cells_of
from engine.content.lint.finding import LintFinding, LintSeverity
from engine.content.lint.formula import Formula, TooHard, formula, negation, search
from engine.content.table import Table, TableRow, load_table
from engine.model.decision import FactValue
from engine.model.errors import ContentError

CaseValues = tuple[tuple[str, FactValue], ...]
_ONE_ANSWER = frozenset({"unique", "any", "first"})
"""Hit policies under which a row that never decides is idle."""


def lint_tables(root: Path, catalogue: FactCatalogue) -> Iterator[LintFinding]:
    """Yield the faults of every table in the content folder. Never raises for a broken file."""
    for file in sorted((root / "rules" / "tables").glob("*.csv")):
        try:
            yield from lint_table(load_table(file, catalogue=catalogue), catalogue)
        except ContentError as e:
            yield LintFinding(code="broken_file", severity="error", file=e.file, line=e.line, message=e.message)


def lint_table(table: Table, catalogue: FactCatalogue) -> list[LintFinding]:
    """Return what is wrong with a table, by line."""
    found = _Lint(table, catalogue)
    try:
        everything = [*found.impossible(), *found.pairs(), *found.idle(), *found.gap()]
    except TooHard:
        everything = [
            found.find(
                "search_bounded", "warning", table.rows[0], "the search for faults was given up; split the table"
            )
        ]
    return sorted(everything, key=lambda one: (one.line or 0, one.code))


class _Lint:
    def __init__(self, table: Table, catalogue: FactCatalogue) -> None:
        self.table = table
        self.cells: Mapping[str, Cells] = cells_of(catalogue, [row.condition for row in table.rows])
        self.hits = {row.id: self._when(row.condition) for row in table.rows}
        self.living: list[TableRow] = []

    def _when(self, condition: Condition) -> Formula:
        return formula(condition, self.cells, missing_fires=False)

    def find(
        self, code: str, severity: LintSeverity, row: TableRow, message: str, case: CaseValues = ()
    ) -> LintFinding:  # fmt: skip
        """Return a finding about a row."""
        return LintFinding(
            code=code,
            severity=severity,
            file=str(self.table.file),
            line=row.line,
            subject=row.id,
            message=message,
            case=case,
        )

    def case(self, *wanted: Formula) -> CaseValues | None:
        """Return a case of the table's facts in which all formulas hold, or None."""
        found = search(self.cells, *wanted)
        return None if found is None else tuple((name, value) for name, value in found if name in self.table.inputs)

    def impossible(self) -> Iterator[LintFinding]:
        """Yield rows that no case hits, and remember the others."""
        for row in self.table.rows:
            if self.case(self.hits[row.id]) is None:
                yield self.find(
                    "table_impossible", "error", row, "no case can hit this row; its cells exclude one another"
                )
            else:
                self.living.append(row)

    def pairs(self) -> Iterator[LintFinding]:
        """Yield rows that stand twice, overlap where they must not, or contradict one another."""
        for one, other in combinations(self.living, 2):
            both = self.case(self.hits[one.id], self.hits[other.id])
            if both is None:
                continue
            if self._covers(one, other) and self._covers(other, one):
                yield self.find(
                    "table_duplicate", "error", other, f"hits exactly the cases of {one.id}; keep one of them", both
                )
            elif self.table.policy == "unique":
                yield self.find(
                    "table_overlap",
                    "error",
                    other,
                    f"hits a case that {one.id} hits too, and the table is unique",
                    both,
                )
            elif self.table.policy == "any" and one.says != other.says:
                yield self.find(
                    "table_conflict", "error", other, f"says something else than {one.id} about the same case", both
                )

    def idle(self) -> Iterator[LintFinding]:
        """Yield rows that never decide: an earlier row takes their cases, or says the same about all of them."""
        if self.table.policy not in _ONE_ANSWER:
            return
        for place, row in enumerate(self.living):
            before = self.living[:place]
            if self.table.policy == "first":
                if before and self.case(self.hits[row.id], *self._none_of(before)) is None:
                    names = ", ".join(one.id for one in before if self._meet(one, row))
                    yield self.find("table_unreachable", "error", row, f"rows above take every case of it: {names}")
                continue
            wider = [
                one for one in self.living
                if one is not row and one.says == row.says and self._covers(one, row) and not self._covers(row, one)
            ]  # fmt: skip
            if wider:
                yield self.find(
                    "table_subsumed", "warning", row, f"{wider[0].id} says the same about all its cases; take it out"
                )

    def gap(self) -> Iterator[LintFinding]:
        """Yield one case that no row hits."""
        case = self.case(*self._none_of(self.living))
        if case is not None and self.table.policy != "collect count":
            message = "no row hits this case: its outputs are missing then; add a row"
            yield self.find("table_gap", "warning", self.table.rows[-1], message, case)

    def _none_of(self, rows: Sequence[TableRow]) -> list[Formula]:
        return [negation(self.hits[row.id], self.cells) for row in rows]

    def _covers(self, one: TableRow, other: TableRow) -> bool:
        return self.case(self.hits[other.id], *self._none_of([one])) is None

    def _meet(self, one: TableRow, other: TableRow) -> bool:
        return self.case(self.hits[one.id], self.hits[other.id]) is not None


def refused(table: Table, catalogue: FactCatalogue) -> LintFinding | None:
    """Return the first fault for which a table is not taken into force, or None."""
    return next((one for one in lint_table(table, catalogue) if one.severity == "error"), None)
