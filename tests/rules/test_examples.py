"""Every example in rules/ is run: it is the test of its rule."""

from pathlib import Path

import pytest

from engine.content.facts import load_facts
from engine.content.ruleset import load_ruleset
from engine.stages.examples import run_examples

ROOT = Path(__file__).parents[2]
CATALOGUE = load_facts(ROOT / "rules" / "facts.yaml")


@pytest.mark.parametrize("file", sorted((ROOT / "rules" / "sets").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_of_the_ruleset_holds(file: Path) -> None:
    ruleset = load_ruleset(file, catalogue=CATALOGUE)

    assert run_examples(ruleset, CATALOGUE) == []
