"""The objects that are written into SAP, as rows of objects.yaml."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from engine.model.value import Value


class ObjectType(Value):
    """One object: where it is created and how it is found again. The keys are explained in objects.yaml."""

    name: str
    service: str
    set: str
    key: tuple[str, ...]
    marker: str = ""
    marker_length: int = 20
    natural: tuple[str, ...] = ()
    any_case: tuple[str, ...] = ()
    """Of `natural`: texts that SAP may have turned into capitals."""
    only: str = ""
    compare: tuple[str, ...]
    always: tuple[str, ...] = ()
    object_key: str = ""
    items: str = ""
    compare_items: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    version: str = ""
    link: str

    @property
    def path(self) -> str:
        """Path of the entity set below `/sap/opu/odata/sap/`."""
        return f"{self.service}/{self.set}"


@cache
def object_types() -> Mapping[str, ObjectType]:
    """Return the objects by name."""
    file = Path(__file__).with_name("objects.yaml")
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {name: ObjectType.model_validate({"name": name, **row}) for name, row in rows.items()}
