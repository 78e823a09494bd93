"""The shipped decision tables are sound, and their examples hold."""

from pathlib import Path

import pytest

from engine.content.facts import load_facts
from engine.content.lint.tables import lint_table
from engine.content.table import load_table
from engine.stages.tables import run_examples

RULES = Path(__file__).parents[2] / "rules"
CATALOGUE = load_facts(RULES / "facts.yaml")


@pytest.mark.parametrize("file", sorted((RULES / "tables").glob("*.csv")), ids=lambda file: file.name)
def test_a_shipped_table_is_sound(file: Path) -> None:
    table = load_table(file, catalogue=CATALOGUE)

    assert lint_table(table, CATALOGUE) == []
    assert run_examples(table) == []
