"""Ask decision tables: which rows hit a case, and what they say together. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.content.condition import And, Compare, Condition, Not, Or, Presence, compare
from engine.content.table import Table, TableRow
from engine.model.decision import FactValue


class Asked(NamedTuple):
    """The answer of a table, and how it came about."""

    table: str
    """`name@version`."""
    says: Mapping[str, FactValue]
    """Every output; None where no row hit."""
    hits: tuple[str, ...]
    """Ids of the rows that hit, in their order."""
    misses: Mapping[str, str]
    """For each other row the first fact whose cell did not hold."""


def ask(table: Table, facts: Mapping[str, FactValue]) -> Asked:
    """Return what a table says about a case. A fact that is not given is missing."""
    hits: list[TableRow] = []
    misses: dict[str, str] = {}
    for row in table.rows:
        failed = next((name for name, test in row.cells if holds(test, facts) is not True), None)
        if failed is None:
            hits.append(row)
        else:
            misses[row.id] = failed
    says = {name: _together(table, name, hits) for name in table.outputs}
    return Asked(table.ref, says, tuple(row.id for row in hits), misses)


def holds(condition: Condition, facts: Mapping[str, FactValue]) -> bool | None:
    """Return whether a condition holds; None when a missing fact leaves it open."""
    match condition:
        case Presence(fact, is_present):
            return (facts.get(fact) is not None) is is_present
        case Compare(fact, operator, wanted):
            value = facts.get(fact)
            return None if value is None else compare(value, operator, wanted)
        case Not(part):
            inner = holds(part, facts)
            return None if inner is None else not inner
        case And(parts):
            return _all([holds(part, facts) for part in parts], decisive=False)
        case Or(parts):
            return _all([holds(part, facts) for part in parts], decisive=True)


def _all(parts: Sequence[bool | None], *, decisive: bool) -> bool | None:
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _together(table: Table, name: str, hits: Sequence[TableRow]) -> FactValue:
    """Return one output over the rows that hit, as the hit policy says."""
    values = [row.says[name] for row in hits]
    if table.policy == "collect count":
        return len(values)
    if not values:
        return None
    if table.policy.startswith("collect"):
        return _collected(table.policy, [value for value in values if isinstance(value, int)])
    if table.policy == "rule order":
        return ", ".join(str(value) for value in values)
    return values[0]


def _collected(policy: str, numbers: Sequence[int]) -> int:
    if policy == "collect sum":
        return sum(numbers)
    return min(numbers) if policy == "collect min" else max(numbers)


def run_examples(table: Table) -> list[tuple[int, str]]:
    """Return (line, what came instead) for every example of a table that does not hold."""
    failures: list[tuple[int, str]] = []
    for example in table.examples:
        said = ask(table, example.facts)
        if said.says != example.says:
            came = ", ".join(f"{name} {'missing' if value is None else value}" for name, value in said.says.items())
            failures.append((example.line, f"it says {came} ({', '.join(said.hits) or 'no row'})"))
    return failures
