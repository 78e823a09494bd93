"""What changed in Business Central: asked for by time of change, or told by subscriptions."""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.dynamics_bc.client import BusinessCentral
from adapters.shared.place import Place
from engine.model.errors import Unauthorised
from engine.ports import Change, Changes, Surroundings

_OVERLAP = timedelta(seconds=30)
"""Transactions end in another order than they began: each window begins before the last one ended."""


_LONGEST_TOKEN = 512
_LINES = {
    "purchaseOrders": "purchaseOrderLines", "salesOrders": "salesOrderLines", "purchaseInvoices": "purchaseInvoiceLines",
    "salesInvoices": "salesInvoiceLines",
}  # fmt: skip
"""Lines that come with an object, by its entity set."""


class BcSource:
    """Implements `Source`, `Fetches`, `Greets` and `MovesIn`."""

    def __init__(self, client: BusinessCentral, place: Place) -> None:
        self._client = client
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over the surroundings."""
        self._place.move_in(surroundings)

    def poll(self, cursor: str) -> Changes:
        """Return changes since a cursor: the newest time of change that was seen, by object."""
        seen: dict[str, str] = json.loads(cursor) if cursor else {}
        rows: list[Change] = []
        for path in self._client.settings.poll:
            where = f"lastModifiedDateTime gt {_before(seen[path])}" if path in seen else ""
            found = [_change(path, one) for one in self._client.rows(path, where)]
            rows += found
            stamps = [change.at for change in found if change.at is not None]
            if stamps:
                seen[path] = _written(max(stamps))
        return Changes(rows=tuple(rows), cursor=json.dumps(seen, sort_keys=True))

    def fetch(self, object: str, id: str) -> Change | None:  # noqa: A002 - the port's
        """Return an object with its lines, or None when it is not there."""
        lines = _LINES.get(object, "")
        found = self._client.rows(object, f"id eq {id}", expand=lines)
        return _change(object, found[0]) if found else None

    def greeting(self, query: Mapping[str, str]) -> str | None:
        """Return the validation token that Business Central sends when a subscription is made or renewed."""
        token = query.get("validationToken", "")
        return token if token.isprintable() and 0 < len(token) <= _LONGEST_TOKEN else None

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def accept(self, body: bytes, headers: Mapping[str, str], *, method: str, url: str, now: datetime) -> Changes:  # noqa: ARG002 - the socket is the same for all, and this system signs nothing
        """Return the notifications of a subscription that carry our `clientState`.

        Business Central signs nothing: that text is the shared secret, so the address has to be reached over TLS.
        """
        secret = self._client.settings.client_state
        if not secret:
            raise Unauthorised(
                "No `client_state` is bound that notifications of Business Central could be checked with."
            )
        try:
            told = json.loads(body)["value"]
        except (ValueError, KeyError, TypeError, RecursionError) as e:
            raise Unauthorised("A notification of Business Central carries no list of changes.") from e
        if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
            raise Unauthorised("A notification of Business Central carries no list of changes.")
        for one in told:
            if not hmac.compare_digest(str(one.get("clientState") or "").encode(), secret.encode()):
                raise Unauthorised(
                    "A notification carries another client state: Business Central did not send it, or it changed."
                )
        return Changes(rows=tuple(_notified(one) for one in told), cursor="")


def _change(path: str, one: Mapping[str, Any]) -> Change:
    stamp = str(one.get("lastModifiedDateTime") or "")
    return Change(
        object=path, id=str(one["id"]), version=str(one.get("@odata.etag") or stamp), at=_moment(stamp), data=one
    )


def _notified(one: Mapping[str, Any]) -> Change:
    """Return a change by its resource: `.../companies(GUID)/purchaseOrders(GUID)`; `collection` names no single object."""
    path, _, key = str(one.get("resource") or "").rpartition("/")[2].partition("(")
    stamp = str(one.get("lastModifiedDateTime") or "")
    return Change(
        object=path, id=key.rstrip(")"), version=stamp, at=_moment(stamp), data={"changeType": one.get("changeType")}
    )


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stamp)
    except ValueError:
        return None


def _before(stamp: str) -> str:
    return _written(datetime.fromisoformat(stamp) - _OVERLAP)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
