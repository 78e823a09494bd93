"""Receipts of what stands in Business Central."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from adapters.dynamics_bc.client import BusinessCentral
from adapters.dynamics_bc.objects import BcObject
from engine.model.operation import Operation, Receipt

Outcome = Literal["created", "updated", "already_there"]


def receipt(
    client: BusinessCentral, operation: Operation, kind: BcObject, found: Mapping[str, Any], outcome: Outcome,
    *, name: str = "",
) -> Receipt:  # fmt: skip
    """Return the receipt of an object; `name` is what it is called by, where that is not its id."""
    number = str(found.get("number") or "")
    return Receipt(
        key=operation.key, external_id=name or str(found["id"]), outcome=outcome, link=_link(client, kind, number),
        version=str(found.get("@odata.etag") or found.get("lastModifiedDateTime") or ""),
        request={"object": kind.path, "digest": operation.payload_digest},
        response={"id": str(found["id"]), "number": number, "status": str(found.get("status") or "")},
    )  # fmt: skip


def _link(client: BusinessCentral, kind: BcObject, number: str) -> str:
    """Return where people see it in the web client; empty on premises and for what has no page by number."""
    settings = client.settings
    if not (settings.web_client and kind.page and number):
        return ""
    only = quote(f"'No.' IS '{number}'", safe="'")
    return f"{settings.web_client}?company={quote(settings.company)}&page={kind.page}&filter={only}"
