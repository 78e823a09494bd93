"""What the sandbox knows of SAP's services, read from entities.yaml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_PROPERTY = re.compile(
    r"^(?:(?P<text>\d+)|(?P<digits>\d+)\.(?P<places>\d+)|(?P<kind>date|moment|flag))(?P<signs>[-?^]*)$"
)


@dataclass(frozen=True)
class Property:
    """One property, and what fits it."""

    name: str
    kind: str
    """`text`, `number`, `date`, `moment` or `flag`."""
    longest: int = 0
    """Signs of a text (0: any), digits of a number."""
    places: int = 0
    is_given: bool = True
    """False: SAP fills it."""
    is_filterable: bool = True
    is_upper: bool = False
    """Whether SAP turns it into capitals."""


@dataclass(frozen=True)
class EntitySet:
    """One entity set of a service."""

    service: str
    name: str
    key: tuple[str, ...]
    properties: Mapping[str, Property]
    below: Mapping[str, str]
    """Navigation property to the entity set behind it."""
    is_made: bool
    """Whether a caller may create one by itself."""


def _property(name: str, said: str) -> Property:
    match = _PROPERTY.match(said)
    if match is None:
        raise ValueError(f"{name}: {said!r}")
    signs = match["signs"]
    given, filterable = "-" not in signs, "?" not in signs
    if match["text"] is not None:
        return Property(name, "text", int(match["text"]), 0, given, filterable, "^" in signs)
    if match["digits"] is not None:
        return Property(name, "number", int(match["digits"]), int(match["places"]), given, filterable)
    return Property(name, match["kind"], 0, 0, given, filterable)


@cache
def entity_sets() -> Mapping[tuple[str, str], EntitySet]:
    """Return all entity sets by (service, name)."""
    data = yaml.safe_load(Path(__file__).with_name("entities.yaml").read_text(encoding="utf-8"))
    return {
        (service, name): EntitySet(
            service, name, tuple(row["key"]),
            {prop: _property(prop, said) for prop, said in row["has"].items()}, row.get("below", {}), row.get("makes", True),
        )
        for service, sets in data.items() for name, row in sets.items()
    }  # fmt: skip
