"""The vectors of the systems' own documents, each with its source, in golden/*.yaml; and the examples of what is shipped."""

from pathlib import Path

import pytest

from engine.content.tolerance import ToleranceExample, TolerancePolicy, load_tolerances
from engine.stages.tolerances.examples import run_examples

ROOT = Path(__file__).parents[3]
FILES = [
    *sorted((Path(__file__).parent / "golden").glob("*.yaml")),
    *sorted((ROOT / "rules/tolerances").glob("*.yaml")),
]
VECTORS = [(policy, example) for policy in map(load_tolerances, FILES) for example in policy.examples]


@pytest.mark.parametrize(("policy", "example"), VECTORS, ids=[f"{policy.name}: {one.name}" for policy, one in VECTORS])
def test_the_vector_comes_out_as_its_source_says(policy: TolerancePolicy, example: ToleranceExample) -> None:
    assert run_examples(policy.model_copy(update={"examples": (example,)})) == []


@pytest.mark.parametrize(("policy", "example"), VECTORS, ids=[f"{policy.name}: {one.name}" for policy, one in VECTORS])
def test_the_opposite_of_the_vector_is_told(policy: TolerancePolicy, example: ToleranceExample) -> None:
    opposite = example.model_copy(update={"fails": example.passes, "passes": example.fails})

    assert len(run_examples(policy.model_copy(update={"examples": (opposite,)}))) == 1
