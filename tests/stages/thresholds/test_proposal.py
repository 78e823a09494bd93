"""A proposal is a diff to the next version, and never more than was proved."""

from pathlib import Path

from engine.content.library import Library
from engine.stages.thresholds.fit import fit
from engine.stages.thresholds.proposal import propose
from tests.stages.thresholds.simulated import outcome

ROOT = Path(__file__).parents[3]
RULESET = Library.load(ROOT, "dev").rulesets["ap_invoice@1"]
TEXT = (ROOT / "rules" / "sets" / "ap_invoice.v1.yaml").read_text(encoding="utf-8")


def test_proved_thresholds_become_a_diff_to_the_next_version() -> None:
    found = fit([outcome(990)] * 3000, RULESET.confidence.all_permille(), target=0.01)

    diff = propose(TEXT, RULESET, [found]) or ""

    changed = [line for line in diff.splitlines() if line.startswith(("+", "-"))]
    assert changed[0].endswith("ap_invoice.v1.yaml")
    assert changed[1].endswith("ap_invoice.v2.yaml")
    assert "+version: 2" in changed
    assert '+  default: "0.000"' in changed
    assert any(line.startswith('+  fields: {total: "0.600"') for line in changed)


def test_nothing_proved_proposes_nothing() -> None:
    assert propose(TEXT, RULESET, [fit([], RULESET.confidence.all_permille(), target=0.01)]) is None
