"""The examples of the shipped mappings to SAP: what they send."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from adapters.sap.objects import ObjectType, object_types

OUTBOUND = Path(__file__).parents[3] / "mappings" / "outbound"


def examples() -> Iterator[tuple[str, ObjectType, Mapping[str, Any]]]:
    for file in sorted(OUTBOUND.glob("sap.*.v*.yaml")):
        matrix = yaml.safe_load(file.read_text(encoding="utf-8"))
        for example in matrix.get("examples", ()):
            if matrix["target"]["object"] in object_types() and "payload" in example:
                yield f"{file.stem} {example['name']}", object_types()[matrix["target"]["object"]], example["payload"]
