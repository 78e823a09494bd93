"""Turns a record and its surroundings into facts, by the functions in `engine/stages/facts/`."""

from engine.content.facts import LARGEST, FactCatalogue
from engine.content.ruleset import Ruleset
from engine.model.decision import FactValue
from engine.model.record import Record
from engine.stages.facts import amounts, duplicates, normalized, orders, parties, reading, tolerances
from engine.stages.facts.case import FUNCTIONS, Case, needed

ROOMS = (reading, normalized, amounts, parties, duplicates, orders, tolerances)
"""The modules whose functions are in the register."""


def facts(case: Case, catalogue: FactCatalogue) -> dict[str, FactValue]:
    """Return every computed fact of the catalogue. None: the fact is missing."""
    return {name: _bounded(FUNCTIONS[name](case)) for name in catalogue.computed}


def document_confidence(record: Record, ruleset: Ruleset) -> float:
    """Return the smallest confidence (0..1) of the fields that the rules need; 0 when a mandatory one is not there."""
    if any(not record.value(name) for name in ruleset.mandatory):
        return 0.0
    sure = [field.confidence for field in needed(record, ruleset)]
    return min([*sure, record.classification.type_confidence])


def _bounded(value: FactValue) -> FactValue:
    """Keep integers inside the range of facts: a misread amount of thirty digits is as absurd as the largest."""
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-LARGEST, min(LARGEST, value))
    return value
