"""What the shipped matrices build is what the files adapter can write."""

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from adapters.files.formats.options import parse_options
from adapters.files.formats.render import render
from adapters.files.naming import file_name
from engine.content.matrix import Matrix, MatrixExample, load_matrices
from engine.model.operation import Operation
from engine.model.value import digest
from tests.mappings.examples import map_example

ROOT = Path(__file__).parents[2]
MATRICES = load_matrices(ROOT)
FILES = [matrix for matrix in MATRICES.values() if matrix.target.adapter == "files"]


SENDABLE = [(matrix, example) for matrix in FILES for example in matrix.examples if example.payload is not None]


@pytest.mark.parametrize("matrix", FILES, ids=lambda m: m.ref)
def test_options_satisfy_the_schema_that_the_adapter_declares(matrix: Matrix) -> None:
    manifest = yaml.safe_load((ROOT / "adapters/files/manifest.yaml").read_text())

    assert [e.message for e in Draft202012Validator(manifest["options_schema"]).iter_errors(matrix.options)] == []


@pytest.mark.parametrize(("matrix", "example"), SENDABLE, ids=[f"{m.ref}: {e.name}" for m, e in SENDABLE])
def test_every_example_becomes_a_file_with_a_name(matrix: Matrix, example: MatrixExample) -> None:
    mapped = map_example(matrix, example)
    operation = Operation(
        key="ap_invoice/erp/vendor_invoice/invoice/4711/1", document_id="d" * 64, revision=1, target="erp",
        object=matrix.target.object, payload=mapped.payload, options=matrix.options, mapping=matrix.ref,
        payload_digest=digest(mapped.payload),
    )  # fmt: skip

    parts = render(operation, parse_options(matrix.options))

    assert all(parts)
    assert operation.short_key in file_name(str(matrix.options["name"]), operation)
