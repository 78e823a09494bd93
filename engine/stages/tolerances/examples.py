"""Runs the examples of a tolerance policy: they are its tests."""

from engine.content.tolerance import ToleranceExample, TolerancePolicy
from engine.model.purchasing import Verdict
from engine.stages.tolerances.check import check_all


def run_examples(policy: TolerancePolicy) -> list[str]:
    """Return a sentence for every example that does not come out as it says."""
    return [sentence for example in policy.examples if (sentence := _wrong(example, policy))]


def _wrong(example: ToleranceExample, policy: TolerancePolicy) -> str:
    found = check_all([(example.difference, example.surroundings)], policy)
    failed = [verdict.check for verdict in found if not verdict.passes]
    if example.fails:
        return (
            ""
            if example.fails in failed
            else f"{policy.ref}, {example.name}: {example.fails} lets it pass: {_say(found)}"
        )
    if failed or example.passes not in [verdict.check for verdict in found]:
        return f"{policy.ref}, {example.name}: should pass by {example.passes}: {_say(found)}"
    return ""


def _say(found: tuple[Verdict, ...]) -> str:
    return " ".join(f"{one.message} -> {'passes' if one.passes else 'fails'}" for one in found)
