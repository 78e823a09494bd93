"""Turns a record and its surroundings into facts, by the functions in `engine/stages/facts/`."""

from collections.abc import Sequence

from engine.content.facts import LARGEST, Fact, FactCatalogue
from engine.content.ruleset import Ruleset
from engine.content.table import Table
from engine.model.decision import FactValue
from engine.model.record import Record
from engine.stages.facts import (
    amounts,
    changes,
    contracts,
    deliveries,
    duplicates,
    normalized,
    orders,
    parties,
    reading,
    screening,
    selling,
    spending,
    statements,
    tolerances,
)
from engine.stages.facts.case import FUNCTIONS, Case, needed
from engine.stages.facts.repeated import repeated
from engine.stages.tables import ask

ROOMS = (
    reading,
    normalized,
    amounts,
    parties,
    duplicates,
    orders,
    deliveries,
    tolerances,
    changes,
    contracts,
    screening,
    selling,
    statements,
    spending,
)
"""The modules whose functions are in the register."""


def facts(case: Case, catalogue: FactCatalogue, tables: Sequence[Table] = ()) -> dict[str, FactValue]:
    """Return every fact of the catalogue but the asserted ones. None: the fact is missing.

    `tables` are those of the ruleset; what no table of it says is missing.
    """
    said = dict.fromkeys(catalogue.tabled)
    known: dict[str, FactValue] = {
        name: None if name in said else _bounded(_computed(name, catalogue[name], case)) for name in catalogue.computed
    }
    for table in tables:
        known |= {name: _bounded(value) for name, value in ask(table, known).says.items()}
    return known


def document_confidence(record: Record, ruleset: Ruleset) -> float:
    """Return the smallest confidence (0..1) of the fields that the rules need; 0 when a mandatory one is not there."""
    if any(not record.value(name) for name in ruleset.mandatory):
        return 0.0
    sure = [field.confidence for field in needed(record, ruleset)]
    return min([*sure, record.classification.type_confidence])


def _computed(name: str, fact: Fact, case: Case) -> FactValue:
    return repeated(fact, case) if fact.field else FUNCTIONS[name](case)


def _bounded(value: FactValue) -> FactValue:
    """Keep integers inside the range of facts: a misread amount of thirty digits is as absurd as the largest."""
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-LARGEST, min(LARGEST, value))
    return value
