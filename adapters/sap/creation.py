"""Objects that SAP creates by deep insert, found again by our mark or by their natural key."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.sap.client import SapClient
from adapters.sap.objects import ObjectType
from adapters.sap.wire import capitals, children, differences, item_differences, quoted, read_moment, with_dates
from adapters.shared.answers import Answer
from adapters.shared.odata.literals import query
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation, Receipt
from engine.model.value import digest

_MOST_FOUND = 20
PARKED = "A"
"""`SupplierInvoiceStatus` of an invoice that is not posted."""


class Creation:
    """Finds and creates objects of one type."""

    def __init__(self, client: SapClient, kind: ObjectType) -> None:
        self._client = client
        self._kind = kind

    @property
    def service(self) -> str:
        """The service that its entity set belongs to."""
        return self._kind.service

    @property
    def entity_set(self) -> str:
        """The entity set in which it is created."""
        return self._kind.set

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of what stands there already, or None. Raises Ambiguous for something else that does."""
        for condition in self.conditions(operation):
            found = self._client.rows_of(f"{self._kind.path}?{self.question(condition)}")
            if receipt := self.recognised(operation, found):
                return receipt
        return None

    def send(self, operation: Operation) -> Receipt:
        """Create it."""
        made, answer = self._client.create(self._kind.path, self.body(operation))
        return self.receipt(operation, made, outcome="created", answer=answer)

    def question(self, condition: str) -> str:
        """Return the query of a search."""
        expand = {"$expand": self._kind.items} if self._kind.items else {}
        return query({"$filter": condition, **expand, "$top": str(_MOST_FOUND), "$format": "json"})

    def conditions(self, operation: Operation) -> Sequence[str]:
        """Return the filters by which it is found, the surest first. Raises Rejected when its natural key is not whole."""
        kind, payload = self._kind, operation.payload
        found = [f"{kind.marker} eq {quoted(self._mark(operation))}"] if kind.marker else []
        if kind.natural:
            missing = {name: "is needed to find it again" for name in kind.natural if not str(payload.get(name) or "")}
            if missing:
                raise Rejected(
                    f"SAP: {', '.join(missing)} must be there, so that it is never posted twice.", fields=missing
                )
            found.append(
                " and ".join(
                    [*(self._equals(name, str(payload[name])) for name in kind.natural), *filter(None, [kind.only])]
                )
            )
        return found

    def body(self, operation: Operation) -> Mapping[str, Any]:
        """Return what is sent: the payload with its dates as SAP reads them, and our mark."""
        body = with_dates(operation.payload, self._kind.dates)
        if operation.options.get("park"):
            body = {**body, "SupplierInvoiceStatus": PARKED}
        return {**body, self._kind.marker: self._mark(operation)} if self._kind.marker else body

    def recognised(self, operation: Operation, found: Sequence[Mapping[str, Any]]) -> Receipt | None:
        """Return the receipt when what was found is what we would send; None when nothing was found.

        Raises Ambiguous when something else stands there, or more than one.
        """
        if not found:
            return None
        wrong = [[*self._differences(operation, one)] for one in found]
        same = [one for one, differs in zip(found, wrong, strict=True) if not differs]
        if len(same) == 1:
            return self.receipt(operation, same[0], outcome="already_there")
        ids = ", ".join(self._id(one) for one in found)
        if same:
            raise Ambiguous(f"SAP: it stands there more than once: {ids}.")
        raise Ambiguous(f"SAP: {ids} stands there under the same key, but is another: {'; '.join(wrong[0])}.")

    def receipt(
        self, operation: Operation, entity: Mapping[str, Any], *, outcome: Any, answer: Answer | None = None
    ) -> Receipt:
        """Return the receipt for an entity. Raises Ambiguous when it does not say what it is."""
        kind = self._kind
        keys = {name: str(entity.get(name) or "") for name in kind.key}
        if not all(keys.values()):
            raise Ambiguous("SAP answered without the number of what it made.")
        known = {"ObjectKey": kind.object_key.format(**keys)} if kind.object_key else {}
        status = {"status": answer.status, "request_id": answer.headers.get("sap-message-id", "")} if answer else {}
        return Receipt(
            key=operation.key, external_id="/".join(keys.values()), outcome=outcome, version=self._version(entity),
            link=self._client.settings.page_of(kind.link.format(**keys)),
            request={"method": "POST", "path": self._kind.path, "digest": digest(dict(operation.payload))[:16]},
            response={**keys, **known, **status},
        )  # fmt: skip

    def _equals(self, name: str, value: str) -> str:
        if name in self._kind.any_case and value != capitals(value):
            return f"({name} eq {quoted(value)} or {name} eq {quoted(capitals(value))})"
        return f"{name} eq {quoted(value)}"

    def _mark(self, operation: Operation) -> str:
        return operation.short_key[: self._kind.marker_length].upper()  # some properties know capitals alone

    def _differences(self, operation: Operation, entity: Mapping[str, Any]) -> list[str]:
        kind, payload = self._kind, operation.payload
        compared = [name for name in kind.compare if name in payload]
        wrong = [*differences(payload, entity, (*compared, *kind.always), kind.dates)]
        if kind.items:
            wrong += item_differences(children(payload, kind.items), children(entity, kind.items), kind.compare_items)
        return wrong

    def _id(self, entity: Mapping[str, Any]) -> str:
        return "/".join(str(entity.get(name) or "?") for name in self._kind.key)

    def _version(self, entity: Mapping[str, Any]) -> str:
        etag = entity.get("__metadata", {}).get("etag") if isinstance(entity.get("__metadata"), Mapping) else None
        if etag:
            return str(etag)
        value = entity.get(self._kind.version) if self._kind.version else None
        at = read_moment(value)
        return at.isoformat() if at else str(value or "")
