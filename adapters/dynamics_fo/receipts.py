"""Receipts of what stands in Finance."""

from collections.abc import Mapping
from typing import Any, Literal

from adapters.dynamics_fo.client import Finance
from engine.model.operation import Operation, Receipt

Outcome = Literal["created", "already_there"]


def written(
    client: Finance, operation: Operation, name: str, row: Mapping[str, Any], outcome: Outcome, *, page: str,
    told: Mapping[str, str],
) -> Receipt:  # fmt: skip
    """Return the receipt of a record of our legal entity; `page` is the menu item that shows it to people."""
    company = client.company
    return Receipt(
        key=operation.key, external_id=f"{company}/{name}", outcome=outcome, version=str(row.get("@odata.etag") or ""),
        link=f"{client.settings.origin}/?cmp={company}&mi={page}",
        request={"object": operation.object, "digest": operation.payload_digest}, response=told,
    )  # fmt: skip
