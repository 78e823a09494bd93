"""Whole papers of many trades and countries are read as a careful clerk reads them."""

from decimal import Decimal

import pytest

from engine.model.record import Record
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from engine.stages.normalize import normalize
from tests.stages.extract.layout import reading, vocabularies
from tests.stages.extract.papers.paper import Paper, papers

AMOUNTS = frozenset({"subtotal", "tax_total", "total", "amount_due", "quantity", "unit_price", "amount"})
MOST_OPEN = 0.12
"""The share of all fields that may be open."""


def record_of(paper: Paper) -> Record:
    seen = reading(*paper.pages)
    classification = classify(seen, vocabularies())
    extraction = extract(seen, document_id="d" * 64, classification=classification, vocabularies=vocabularies())
    return normalize(extraction, revision=1, vocabularies=vocabularies())


def misread(paper: Paper) -> dict[str, object]:
    """Return the fields that differ from the truth, with what was read."""
    record = record_of(paper)
    seen: dict[str, object] = {name: record.value(name) for name in paper.truth}
    seen |= {"type": record.type, "language": record.classification.language}
    wrong = {name: seen[name] for name, value in paper.truth.items() if not is_same(name, seen[name], value)}
    rows = [{field.name: field.value for field in row} for row in record.lines]
    if paper.items and (len(rows) != len(paper.items) or not all(map(_is_row, rows, paper.items))):
        wrong["items"] = rows
    return wrong


def _is_row(row: dict[str, str], item: dict[str, str]) -> bool:
    return all(is_same(name, row.get(name), value) for name, value in item.items())


def is_same(name: str, seen: object, value: str) -> bool:
    if seen is None:
        return False
    if name in AMOUNTS:
        return Decimal(str(seen)) == Decimal(value)
    return "".join(str(seen).split()).casefold() == "".join(value.split()).casefold()


@pytest.mark.parametrize("paper", papers(), ids=lambda paper: paper.name)
def test_everything_that_is_not_known_as_open_is_read_rightly(paper: Paper) -> None:
    wrong = misread(paper)

    assert {name: value for name, value in wrong.items() if name not in paper.open} == {}


def test_few_fields_are_open() -> None:
    every = papers()

    fields = sum(len(paper.truth) + bool(paper.items) for paper in every)
    assert len(every) > 50
    assert sum(len(paper.open) for paper in every) <= MOST_OPEN * fields
