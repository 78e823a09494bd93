"""What we send to SAP, and what the stand-in takes, held against SAP's own $metadata."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from adapters.sap.directory import LISTINGS
from adapters.sap.objects import ObjectType, object_types
from adapters.sap.sandbox.entities import EntitySet, entity_sets
from adapters.sap.source import WATCHED
from tests.adapters.sap.examples import OUTBOUND, examples
from tests.adapters.sap.metadata import EntityType, Service, needs_metadata, service

pytestmark = needs_metadata
WRITTEN = {
    name: kind for name, kind in object_types().items() if (OUTBOUND / f"sap.{name}.schema.json").is_file()
}  # fmt: skip
_BOUND = re.compile(r"^\^\[0-9\]\{1,(\d+)\}(?:\(\\\.\[0-9\]\{1,(\d+)\}\)\?)?\$$")


def schema_of(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((OUTBOUND / f"sap.{name}.schema.json").read_text(encoding="utf-8"))
    return found


def wrong_properties(known: Service, kind: EntityType, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    """Yield what a payload schema lets through that SAP's metadata does not."""
    for name, inner in schema.get("properties", {}).items():
        path = f"{at}.{name}"
        if name in kind.below:
            yield from wrong_properties(known, known.types[kind.below[name]], inner.get("items", inner), path)
        elif name not in kind.properties:
            yield f"{path}: there is no such property"
        else:
            yield from (f"{path}: {why}" for why in wrong_property(kind.properties[name], inner))


def wrong_property(there: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    if there.get("sap:creatable") == "false":
        yield "SAP fills it"
    kind = there["Type"]
    if kind == "Edm.Boolean" and schema.get("type") != "boolean":
        yield "it is a boolean"
    if kind == "Edm.DateTime" and schema.get("$ref") != "#/$defs/date":
        yield "it is a date"
    if kind == "Edm.Decimal":
        bound = _BOUND.match(schema.get("pattern", ""))
        whole, places = (int(bound[1]), int(bound[2] or 0)) if bound else (99, 99)
        if places > int(there.get("Scale", 0)) or whole > int(there["Precision"]) - int(there.get("Scale", 0)):
            yield f"it has {there['Precision']} digits, {there.get('Scale', 0)} of them decimals"
    if kind == "Edm.String" and longest(schema) > int(there.get("MaxLength", 10**6)):
        yield f"it has at most {there['MaxLength']} signs"


def longest(schema: Mapping[str, Any]) -> int:
    if "enum" in schema:
        return max(len(one) for one in schema["enum"])
    pattern = re.search(r"\{(?:\d+,)?(\d+)\}\$$", schema.get("pattern", ""))
    return int(pattern[1]) if pattern else int(schema.get("maxLength", 10**9))


@pytest.mark.parametrize("kind", WRITTEN.values(), ids=WRITTEN)
def test_every_property_of_a_payload_schema_is_one_that_sap_takes(kind: ObjectType) -> None:
    known = service(kind.service)

    assert [*wrong_properties(known, known.of_set(kind.set), schema_of(kind.name), kind.name)] == []
    assert known.sets[kind.set][1]


def test_a_schema_that_lets_too_much_through_is_found() -> None:
    known = service("API_SUPPLIERINVOICE_PROCESS_SRV")
    properties = {
        "Nonsense": {}, "FiscalYear": {"maxLength": 4}, "InvoicingParty": {"maxLength": 11}, "DocumentDate": {"type": "string"},
        "InvoiceGrossAmount": {"pattern": "^[0-9]{1,11}(\\.[0-9]{1,4})?$"}, "TaxIsCalculatedAutomatically": {"type": "string"},
    }  # fmt: skip

    found = [*wrong_properties(known, known.of_set("A_SupplierInvoice"), {"properties": properties}, "x")]

    assert len(found) == len(properties)


def wrong_values(known: Service, kind: EntityType, payload: Mapping[str, Any], at: str) -> Iterator[str]:
    for name, value in payload.items():
        if name in kind.below:
            rows = value if isinstance(value, list) else [value]
            for row in rows:
                yield from wrong_values(known, known.types[kind.below[name]], row, f"{at}.{name}")
            continue
        if not fits(kind.properties.get(name, {"Type": "nothing"}), value):
            yield f"{at}.{name} = {value!r}"


def fits(there: Mapping[str, Any], value: Any) -> bool:
    match there["Type"]:
        case "Edm.String":
            return isinstance(value, str) and len(value) <= int(there.get("MaxLength", 10**6))
        case "Edm.Boolean":
            return isinstance(value, bool)
        case "Edm.DateTime":
            return re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) is not None
        case "Edm.Decimal":
            return isinstance(value, str) and len(value.partition(".")[2]) <= int(there.get("Scale", 0))
    return False


@pytest.mark.parametrize(
    ("name", "kind", "payload"), list(examples()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_example_is_a_body_that_sap_takes(name: str, kind: ObjectType, payload: Mapping[str, Any]) -> None:
    known = service(kind.service)

    assert [*wrong_values(known, known.of_set(kind.set), payload, kind.set)] == []


@pytest.mark.parametrize("kind", object_types().values(), ids=object_types())
def test_what_an_object_is_found_and_compared_by_is_there(kind: ObjectType) -> None:
    known = service(kind.service)
    entity = known.of_set(kind.set)
    searched = [*filter(None, [kind.marker, *kind.natural])]
    named = {*searched, *kind.compare, *kind.always, *filter(None, [kind.version])}

    assert named <= entity.properties.keys()
    assert [name for name in searched if entity.properties[name].get("sap:filterable") == "false"] == []
    assert set(kind.key) == set(entity.keys)
    assert not kind.marker or int(entity.properties[kind.marker]["MaxLength"]) >= kind.marker_length
    if kind.items:
        assert set(kind.compare_items) <= known.types[entity.below[kind.items]].properties.keys()


@pytest.mark.parametrize("kind", WRITTEN.values(), ids=WRITTEN)
def test_every_date_of_a_payload_is_written_as_sap_reads_dates(kind: ObjectType) -> None:
    def dates(schema: Mapping[str, Any], at: str = "") -> Iterator[str]:
        for name, inner in schema.get("properties", {}).items():
            if inner.get("$ref") == "#/$defs/date":
                yield f"{at}{name}"
            yield from dates(inner.get("items", inner), f"{at}{name}.")

    assert set(dates(schema_of(kind.name))) <= set(kind.dates)


@pytest.mark.parametrize("kind", entity_sets().values(), ids=lambda one: one.name)
def test_the_stand_in_knows_each_property_as_sap_does(kind: EntitySet) -> None:
    known = service(kind.service)
    entity = known.of_set(kind.name)

    assert kind.is_made == known.sets[kind.name][1]
    assert set(kind.key) == set(entity.keys)
    assert {name: known.sets[other][0] for name, other in kind.below.items()}.items() <= entity.below.items()
    for name, mine in kind.properties.items():
        there = entity.properties[name]
        assert mine.is_given == (there.get("sap:creatable") != "false"), name
        assert mine.is_filterable == (there.get("sap:filterable") != "false"), name
        assert mine.is_upper == (there.get("sap:display-format") == "UpperCase" and there["Type"] == "Edm.String"), name
        size = int(there.get("Precision" if there["Type"] == "Edm.Decimal" else "MaxLength", 0) or 0)
        assert mine.longest == (size if there["Type"] in {"Edm.Decimal", "Edm.String"} else 0), name


@pytest.mark.parametrize(
    ("path", "names", "expand"),
    [
        *((one.path, [*one.key, *filter(None, [one.changed])], one.expand) for one in LISTINGS.values()),
        *((one.path, [*one.key, one.changed], one.expand) for one in WATCHED.values()),
    ],
)
def test_what_is_listed_and_polled_is_there(path: str, names: list[str], expand: str) -> None:
    known = service(path.partition("/")[0])
    entity = known.of_set(path.partition("/")[2])

    assert set(names) <= entity.properties.keys()
    for route in filter(None, expand.split(",")):
        at = entity
        for step in route.split("/"):
            at = known.types[at.below[step]]
