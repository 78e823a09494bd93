from pathlib import Path
from typing import Any

import pytest

from engine.content.facts import LARGEST, Fact, load_facts
from engine.model.errors import ContentError

INTEGER = Fact(type="integer", unit="minor", meaning="m", missing="w")
TEXT = Fact(type="text", values=("a", "b"), meaning="m")
BOOLEAN = Fact(type="boolean", meaning="m")


@pytest.mark.parametrize(
    ("fact", "value"),
    [(INTEGER, 0), (INTEGER, -LARGEST), (INTEGER, LARGEST), (INTEGER, None), (TEXT, "a"), (BOOLEAN, False)],
)
def test_a_value_of_the_right_kind_is_taken(fact: Fact, value: Any) -> None:
    assert fact.refuse(value) is None


@pytest.mark.parametrize(
    ("fact", "value", "why"),
    [
        (INTEGER, 1.0, "integer"), (INTEGER, True, "integer"), (INTEGER, "1", "integer"),
        (INTEGER, LARGEST + 1, "must lie between"), (TEXT, "c", "one of a, b"), (TEXT, 1, "text"), (TEXT, None, "never missing"),
        (BOOLEAN, 1, "true or false"), (BOOLEAN, "true", "true or false"), (BOOLEAN, None, "never missing"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(fact: Fact, value: Any, why: str) -> None:
    assert why in str(fact.refuse(value))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("total: {type: integer, meaning: m}", "an integer fact says what it counts; add `unit:`"),
        ("total: {type: decimal, meaning: m}", "'boolean', 'integer' or 'text'"),
        ("total: {type: text, unit: minor, meaning: m}", "only integer facts have a unit"),
        ("total: {type: boolean, values: [a], meaning: m}", "only text facts list their values"),
        ("total: {type: boolean, asserted: true, missing: never, meaning: m}", "an asserted fact is a boolean that is never missing"),
        ("total: {type: boolean}", "meaning: this key is required"),
        ("Total: {type: boolean, meaning: m}", "pattern"),
        ("total: {type: boolean, meaning: m, kind: x}", "unknown key; allowed here: type, meaning, unit, least, most, rests_on, values, missing, table, asserted, field"),
    ],
)  # fmt: skip
def test_a_broken_fact_is_refused_with_file_and_line(tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(f"name: facts\nversion: 1\nfacts:\n  {line}\n")

    with pytest.raises(ContentError) as refused:
        load_facts(file)

    assert told in str(refused.value)
    assert "facts.yaml:4" in str(refused.value)


def test_computed_and_asserted_facts_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(
        "name: facts\nversion: 1\nfacts:\n  a: {type: boolean, meaning: m}\n  b: {type: boolean, asserted: true, meaning: m}\n"
    )

    catalogue = load_facts(file)

    assert (catalogue.computed, catalogue.asserted) == (("a",), ("b",))
