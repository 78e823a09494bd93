"""What we write, held against the fields of Microsoft's own API pages (a copy beside the checkout, not part of it)."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.dynamics_bc.objects import OBJECTS
from adapters.dynamics_bc.plug import PLUG
from adapters.dynamics_bc.sandbox.fields import FIELDS, LINES
from adapters.dynamics_bc.sandbox.tenant import BcSandbox
from adapters.dynamics_bc.target import BcTarget
from adapters.shared.contract.surroundings import ATTACHED_SHA256
from engine.content.library import Library
from tests.adapters.dynamics_bc.test_contract import operation

ROOT = Path(__file__).parents[3]
CONTRACT = ROOT.parent / "shared/specs/dynamics-bc/apiv2_contract.json"
needs_contract = pytest.mark.skipif(
    not CONTRACT.exists(), reason="the vendor's contract does not stand beside the checkout"
)


_KINDS = {
    "attachment": "documentAttachments", "vendor": "vendors", "customer": "customers", "vendor_payment": "vendorPayments",
    "journal_line": "journalLines", "party_change": "vendors",
}  # fmt: skip
_PAGES = yaml.safe_load((Path(__file__).parent / "pages.yaml").read_text())
"""Pages that were added to the API later, or that the copy leaves out."""
_OURS = frozenset({"sha256", "dimensionSetLines"})
"""Parts of a payload that are no fields: bytes to attach, and dimensions, which are an entity set of their own."""


def _examples() -> list[Any]:
    return [
        pytest.param(matrix.target.object, dict(matrix.options), dict(example.payload), id=f"{name} {example.name}")
        for name, matrix in Library.load(ROOT, "dev").matrices.items()
        if matrix.target.adapter == "dynamics_bc"
        for example in matrix.examples
        if example.payload
    ]


def _contract() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(CONTRACT.read_text())
    for entity, page in _PAGES.items():
        read_only = {**dict.fromkeys(page["written"], False), **dict.fromkeys(page["read"], True)}
        fields = {name: {"readOnly": is_read} for name, is_read in read_only.items()}
        data.setdefault(entity, {"fields": fields, "actions": page["actions"]})
    return data


def _schemas() -> list[Path]:
    return sorted((ROOT / "mappings/outbound").glob("dynamics_bc.*.schema.json"))


@needs_contract
@pytest.mark.parametrize("path", _schemas(), ids=lambda path: path.name)
def test_every_property_of_a_schema_may_be_written(path: Path) -> None:
    properties = json.loads(path.read_text())["properties"]
    lines = next((name for name in properties if name.endswith("Lines") and name not in _OURS), "")
    kind = next((name for name, one in LINES.items() if one == lines), _KINDS.get(path.name.split(".")[1], ""))
    written = [(kind, set(properties) - {lines, *_OURS})]
    if lines:
        written.append((lines, set(properties[lines]["items"]["properties"]) - _OURS))

    for entity, names in written:
        writable = {name for name, field in _contract()[entity]["fields"].items() if not field["readOnly"]}
        assert names <= writable


@needs_contract
@pytest.mark.parametrize("entity", sorted(FIELDS))
def test_the_stand_in_knows_no_field_that_the_contract_does_not(entity: str) -> None:
    fields = _contract()[entity]["fields"]

    assert {name for name in FIELDS[entity] if name not in fields} == set()
    assert {name for name, field in FIELDS[entity].items() if field.is_written and fields[name]["readOnly"]} == set()


@needs_contract
def test_every_object_and_its_action_is_of_the_contract() -> None:
    contract = _contract()

    assert set(OBJECTS) <= set(contract)
    assert {name for name, one in OBJECTS.items() if one.posts} == {
        name for name in OBJECTS if "Post" in contract[name]["actions"]
    }


@pytest.mark.parametrize(("kind", "options", "payload"), _examples())
def test_every_shipped_payload_is_taken_and_found(
    target: BcTarget, tenant: BcSandbox, kind: str, options: dict[str, Any], payload: dict[str, Any]
) -> None:
    tenant.stand("items", number="A-1", displayName="Paper", blocked=False)
    if "journal" in options:
        tenant.stand("journals", code=options["journal"], displayName="Journal", templateDisplayName="GENERAL")
    if options.get("write") == "update":
        tenant.stand(kind, number=payload["number"], displayName="Party that stands there")
    given = {**payload, "sha256": ATTACHED_SHA256} if "sha256" in payload else payload
    sent = target.send(operation(kind, "example", given, **options))
    found = target.find(operation(kind, "example", given, **options))

    assert found is not None
    assert found.external_id == sent.external_id


def test_the_manifest_names_the_objects_that_are_written() -> None:
    assert set(PLUG.manifest.objects) == set(OBJECTS)
