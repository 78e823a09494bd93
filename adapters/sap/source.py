"""What changed in SAP: polled by time of change, or by day where SAP keeps no time."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from adapters.sap.client import SapClient
from adapters.sap.wire import behind, by_stamp, quoted, read_moment
from adapters.shared import paging
from engine.model.errors import Unauthorised
from engine.model.value import digest
from engine.ports import Change, Changes

_OVERLAP = timedelta(minutes=10)
"""A transaction that was open at the last poll becomes visible with an earlier time of change."""
_DAYS = timedelta(days=1)
_PAGE = 200


class Watched(NamedTuple):
    """How changes of one object are asked for."""

    path: str
    key: tuple[str, ...]
    changed: str
    by_day: bool = False
    """SAP keeps only the day; the whole day is looked at again, and what is known is left out."""
    has_company: bool = False
    expand: str = ""


WATCHED: Mapping[str, Watched] = {
    "purchase_order": Watched(
        "API_PURCHASEORDER_PROCESS_SRV/A_PurchaseOrder", ("PurchaseOrder",), "LastChangeDateTime",
        has_company=True, expand="to_PurchaseOrderItem",
    ),
    "sales_order": Watched("API_SALES_ORDER_SRV/A_SalesOrder", ("SalesOrder",), "LastChangeDateTime"),
    "supplier_invoice": Watched(
        "API_SUPPLIERINVOICE_PROCESS_SRV/A_SupplierInvoice", ("SupplierInvoice", "FiscalYear"), "CreationDate",
        by_day=True, has_company=True,
    ),
    "goods_receipt": Watched(
        "API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentHeader", ("MaterialDocument", "MaterialDocumentYear"), "CreationDate",
        by_day=True, expand="to_MaterialDocumentItem",
    ),
    "supplier": Watched("API_BUSINESS_PARTNER/A_BusinessPartner", ("BusinessPartner",), "LastChangeDate", by_day=True),
    "product": Watched("API_PRODUCT_SRV/A_Product", ("Product",), "LastChangeDateTime"),
}  # fmt: skip


class SapSource:
    """Implements `Source` by polling. The first poll begins now: what stood there before is for the directory."""

    def __init__(self, client: SapClient) -> None:
        self._client = client

    def poll(self, cursor: str) -> Changes:
        """Return changes of each watched object. Raises Transient or Unauthorised."""
        known: Mapping[str, str] = json.loads(cursor) if cursor else {}
        told = {name: self._changes(name, known.get(name, "")) for name in self._client.settings.poll}
        return Changes(
            rows=tuple(row for changes in told.values() for row in changes.rows),
            cursor=json.dumps({name: changes.cursor for name, changes in told.items()}),
            is_all=all(changes.is_all for changes in told.values()),
        )

    def accept(self, body: bytes, headers: Mapping[str, str], *, method: str, url: str, now: datetime) -> Changes:  # noqa: ARG002 - the port's
        """Raise Unauthorised: SAP's services call nobody."""
        raise Unauthorised("SAP's OData services send no events; they are polled.")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.api.close()

    def _changes(self, name: str, cursor: str) -> Changes:
        watched = WATCHED[name]
        overlap = _DAYS if watched.by_day else _OVERLAP
        now = datetime.now(UTC)
        begin = now.replace(hour=0, minute=0, second=0, microsecond=0) if watched.by_day else now
        return paging.poll(
            cursor or paging.Cursor(at=begin).text(), lambda since: self._pages(name, watched, since), overlap=overlap
        )

    def _pages(self, name: str, watched: Watched, since: datetime | None) -> Iterator[Sequence[Change]]:
        """Yield changes since a moment, the oldest first; each page begins behind the last row of the one before."""
        code = self._client.settings.company_code
        company = f"CompanyCode eq {quoted(code)}" if code and watched.has_company else ""
        condition = f"{watched.changed} ge {by_stamp(since, by_day=watched.by_day)}" if since else ""
        while True:
            entities = self._client.rows(
                watched.path, filter=" and ".join(filter(None, [condition, company])), top=str(_PAGE),
                orderby=",".join([watched.changed, *watched.key]), expand=watched.expand,
            )  # fmt: skip
            yield [_change(name, watched, entity) for entity in entities]
            at = read_moment(entities[-1].get(watched.changed)) if len(entities) == _PAGE else None
            if at is None:
                return
            stamp = by_stamp(at, by_day=watched.by_day)
            last = {watched.changed: stamp, **{key: quoted(str(entities[-1].get(key))) for key in watched.key}}
            condition = behind(last)


def _change(name: str, watched: Watched, entity: Mapping[str, Any]) -> Change:
    at = read_moment(entity.get(watched.changed))
    data = {key: value for key, value in entity.items() if key != "__metadata" and not _is_deferred(value)}
    version = at.isoformat() if at and not watched.by_day else digest(data)[:16]
    number = "/".join(str(entity.get(key)) for key in watched.key)
    return Change(object=name, id=number, version=version, at=at, data=data)


def _is_deferred(value: Any) -> bool:
    return isinstance(value, Mapping) and "__deferred" in value
