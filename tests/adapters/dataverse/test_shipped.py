"""Every payload that our mappings make is taken by the stand-in, and found again."""

from pathlib import Path
from typing import Any

import pytest

from adapters.dataverse.objects import TABLES
from adapters.dataverse.plug import PLUG
from adapters.shared.contract.surroundings import ATTACHED_SHA256, MemoryBlobs
from engine.content.library import Library
from engine.ports import Surroundings
from tests.adapters.dataverse.test_contract import operation

ROOT = Path(__file__).parents[3]


def _examples() -> list[Any]:
    return [
        pytest.param(matrix.target.object, dict(example.payload), dict(matrix.options), id=f"{name} {example.name}")
        for name, matrix in Library.load(ROOT, "dev").matrices.items()
        if matrix.target.adapter == "dataverse"
        for example in matrix.examples
        if example.payload
    ]


@pytest.mark.parametrize(("kind", "payload", "options"), _examples())
def test_every_shipped_payload_is_taken_and_found(
    tmp_path: Path, kind: str, payload: dict[str, Any], options: dict[str, Any]
) -> None:
    with PLUG.sandbox(host="127.0.0.1", port=0) as organisation:
        target = PLUG.target(organisation.settings())
        target.move_in(Surroundings(MemoryBlobs(), tmp_path))
        given = {**payload, "sha256": ATTACHED_SHA256} if "sha256" in payload else payload
        sent = target.send(operation(kind, "example", given, **options))
        found = target.find(operation(kind, "example", given, **options))
        target.close()

    assert found is not None
    assert found.external_id == sent.external_id


def test_the_manifest_names_the_tables_that_are_written() -> None:
    assert set(PLUG.manifest.objects) == set(TABLES)
