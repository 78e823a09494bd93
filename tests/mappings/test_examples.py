"""Every example in mappings/outbound is a test."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.content.matrix import Matrix, MatrixExample, load_matrices
from tests.mappings.examples import map_example

ROOT = Path(__file__).parents[2]
MATRICES = load_matrices(ROOT)
CASES = [(matrix, example) for matrix in MATRICES.values() for example in matrix.examples]


@pytest.mark.parametrize(("matrix", "example"), CASES, ids=[f"{m.ref}: {e.name}" for m, e in CASES])
def test_the_example_holds(matrix: Matrix, example: MatrixExample) -> None:
    mapped = map_example(matrix, example)

    assert [finding.code for finding in mapped.findings] == list(example.findings)
    if example.payload is not None:
        assert {**mapped.payload, "text": example.payload.get("text")} == {
            **example.payload,
            "text": example.payload.get("text"),
        }
        assert mapped.is_sendable


def _without_text(payload: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in payload.items() if name != "text"}
