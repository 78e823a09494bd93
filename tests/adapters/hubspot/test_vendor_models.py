"""What we send, held against the models that HubSpot generates from its own OpenAPI (hubspot-api-client)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hubspot.crm.companies import SimplePublicObjectBatchInputUpsert as CompanyUpsert
from hubspot.crm.companies import SimplePublicObjectInputForCreate as Company
from hubspot.crm.contacts import SimplePublicObjectBatchInputUpsert as ContactUpsert
from hubspot.crm.deals import SimplePublicObjectBatchInputUpsert as DealUpsert
from hubspot.crm.deals import SimplePublicObjectInputForCreate as Deal
from hubspot.crm.line_items import SimplePublicObjectInputForCreate as LineItem
from hubspot.crm.objects.notes import SimplePublicObjectInputForCreate as Note
from hubspot.crm.objects.tasks import SimplePublicObjectInputForCreate as Task
from hubspot.crm.tickets import SimplePublicObjectInputForCreate as Ticket

from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.hubspot.target import HubSpotTarget
from engine.content.library import Library
from tests.adapters.hubspot.test_target import Write

ROOT = Path(__file__).parents[3]
MODELS: Mapping[str, Callable[..., Any]] = {
    "companies": Company, "deals": Deal, "line_items": LineItem, "notes": Note, "tasks": Task, "tickets": Ticket,
}  # fmt: skip
UPSERTS: Mapping[str, Any] = {"companies": CompanyUpsert, "contacts": ContactUpsert, "deals": DealUpsert}


def _examples() -> list[Any]:
    library = Library.load(ROOT, "dev")
    return [
        pytest.param(matrix.target.object, dict(example.payload), dict(matrix.options), id=f"{name} {example.name}")
        for name, matrix in library.matrices.items()
        if matrix.target.adapter == "hubspot" and matrix.target.object != "files"
        for example in matrix.examples
        if example.payload
    ]


@pytest.mark.parametrize(("kind", "payload", "options"), _examples())
def test_every_shipped_payload_is_taken_and_is_of_the_vendors_shape(
    target: HubSpotTarget,
    portal: HubSpotSandbox,
    write: Write,
    kind: str,
    payload: dict[str, Any],
    options: dict[str, Any],
) -> None:
    operation = write(kind, "1", payload["properties"], options=options)

    assert target.send(operation).external_id
    assert target.find(operation) is not None

    sent = next(call for call in portal.calls if call.method == "POST" and "/objects/" in call.path).data()
    if "inputs" not in sent:
        assert MODELS[kind](**sent).properties == sent["properties"]
        assert all(isinstance(value, str) for value in sent["properties"].values())
    else:
        (one,), model = sent["inputs"], UPSERTS[kind]
        named = {spelled: name for name, spelled in model.attribute_map.items()}
        assert model(**{named[name]: value for name, value in one.items()}).id == one["id"]
