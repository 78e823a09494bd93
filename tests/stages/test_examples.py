from pathlib import Path

import pytest

from engine.content.facts import load_facts
from engine.content.ruleset import load_ruleset
from engine.stages.examples import run_examples

ROOT = Path(__file__).parents[2]
CATALOGUE = load_facts(ROOT / "rules" / "facts.yaml")


@pytest.mark.parametrize(
    ("old", "new", "rule", "example", "told"),
    [
        ("when: type_confidence < 500", "when: type_confidence <= 500", "type_unsure", 2, "it should pass for type_confidence 500, but does not"),
        ("when: unsure_count > 0", "when: unsure_count > 5", "reading_unsure", 1, "it should fire for unsure_count 2"),
        ("- passes: {lines_delta_minor: null}", "- fires: {lines_delta_minor: null}", "lines_do_not_add_up", 3, "fire for lines_delta_minor missing"),
        ("- passes: {type_confidence: 500}", "- passes: {}", "type_unsure", 2, "does not say what type_confidence is, which is never missing"),
    ],
)  # fmt: skip
def test_an_example_that_does_not_hold_is_told(
    tmp_path: Path, old: str, new: str, rule: str, example: int, told: str
) -> None:
    text = (ROOT / "rules" / "sets" / "ap_invoice.v1.yaml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "ap_invoice.v1.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    (failure,) = run_examples(load_ruleset(file, catalogue=CATALOGUE), CATALOGUE)

    assert (failure.rule, failure.example) == (rule, example)
    assert told in failure.message
