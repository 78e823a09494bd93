"""The vendor's own $metadata of its services, read where it lies beside the checkout."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

FOLDER = Path(__file__).parents[4] / "shared" / "specs" / "sap-s4hana"
_SAP = "{http://www.sap.com/Protocols/SAPData}"

needs_metadata = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="SAP's $metadata is not there: ../shared/specs/sap-s4hana"
)


@dataclass(frozen=True)
class EntityType:
    """An entity type: properties by name with their attributes, and where its navigation properties lead."""

    properties: Mapping[str, Mapping[str, Any]]
    below: Mapping[str, str]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """One service."""

    types: Mapping[str, EntityType]
    sets: Mapping[str, tuple[str, bool]]
    """Entity set to its type, and whether it can be created by itself."""

    def of_set(self, name: str) -> EntityType:
        """Return the type of an entity set."""
        return self.types[self.sets[name][0]]


@cache
def service(name: str) -> Service:
    """Read a service."""
    root = etree.parse(FOLDER / f"{name}.edmx").getroot()
    ends = {
        (association.get("Name"), end.get("Role")): str(end.get("Type")).rpartition(".")[2]
        for association in root.iter("{*}Association") for end in association.iter("{*}End")
    }  # fmt: skip
    types = {str(one.get("Name")): _type(one, ends) for one in root.iter("{*}EntityType")}
    sets = {
        str(one.get("Name")): (str(one.get("EntityType")).rpartition(".")[2], one.get(f"{_SAP}creatable") != "false")
        for one in root.iter("{*}EntitySet")
    }
    return Service(types, sets)


def _type(node: Any, ends: Mapping[tuple[Any, Any], str]) -> EntityType:
    properties = {
        str(one.get("Name")): {str(key).replace(_SAP, "sap:"): value for key, value in one.attrib.items()}
        for one in node.iterfind("{*}Property")
    }
    below = {
        str(one.get("Name")): ends[str(one.get("Relationship")).rpartition(".")[2], one.get("ToRole")]
        for one in node.iterfind("{*}NavigationProperty")
    }
    return EntityType(properties, below, tuple(str(one.get("Name")) for one in node.iter("{*}PropertyRef")))
