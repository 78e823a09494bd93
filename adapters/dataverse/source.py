"""What changed in Dataverse: change tracking, and webhooks of service endpoints."""

import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.dataverse.client import Dataverse
from adapters.dataverse.objects import TABLES
from adapters.shared.odata.literals import query
from adapters.shared.place import Place
from engine.model.errors import Rejected, Transient, Unauthorised
from engine.ports import Change, Changes, Surroundings

_PATHS = {table.name: path for path, table in TABLES.items()}
"""Tables as webhooks call them (`opportunity`)."""
_TRACKED = {"prefer": "odata.track-changes,odata.maxpagesize=500"}
_DELTA = "@odata.deltaLink"
_MILLIS = re.compile(r"/Date\((-?\d+)")


class DataverseSource:
    """Implements `Source`, `Fetches` and `MovesIn`."""

    def __init__(self, client: Dataverse, place: Place) -> None:
        self._client = client
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over the surroundings."""
        self._place.move_in(surroundings)

    def poll(self, cursor: str) -> Changes:
        """Return changes since a cursor: the delta link of each table. One that is too old (seven days) begins anew."""
        links: dict[str, str] = json.loads(cursor) if cursor else {}
        rows: list[Change] = []
        for path in self._client.settings.poll:
            try:
                found, links[path] = self._tracked(path, links.get(path, ""))
            except Rejected:
                if path not in links:
                    raise
                found, links[path] = self._tracked(path, "")
            rows += found
        return Changes(rows=tuple(rows), cursor=json.dumps(links, sort_keys=True))

    def fetch(self, object: str, id: str) -> Change | None:  # noqa: A002 - the port's
        """Return a row with its polled columns and its lines, or None when it is not there."""
        table = TABLES[object]
        columns = [table.primary, "modifiedon", *self._client.settings.poll_columns.get(object, ())]
        found = self._client.get(object, id, select=columns, expand=table.lines)
        return None if found is None else self._change(object, found)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def accept(self, body: bytes, headers: Mapping[str, str], *, method: str, url: str, now: datetime) -> Changes:  # noqa: ARG002 - the socket is the same for all, and this system signs nothing
        """Return the event of a webhook that carries our key in its header.

        Dataverse signs nothing: the key is the shared secret, so the address has to be reached over TLS.
        """
        settings = self._client.settings
        given = {name.lower(): value for name, value in headers.items()}.get(settings.webhook_header.lower(), "")
        if not settings.webhook_secret or not hmac.compare_digest(given.encode(), settings.webhook_secret.encode()):
            raise Unauthorised("A webhook carries another key than `webhook_secret`: Dataverse did not send it.")
        try:
            told = json.loads(body)
            change = Change(
                object=_PATHS.get(str(told["PrimaryEntityName"]), str(told["PrimaryEntityName"])), id=str(told["PrimaryEntityId"]), version=str(told.get("CorrelationId", "")),
                at=_moment(str(told.get("OperationCreatedOn", ""))), data={"message": told.get("MessageName")},
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as e:
            raise Unauthorised("A webhook of Dataverse carries no event.") from e
        return Changes(rows=(change,), cursor="")

    def _tracked(self, path: str, link: str) -> tuple[list[Change], str]:
        """Return the changes behind a delta link, and the next one. Without one, all rows."""
        columns = ["modifiedon", *self._client.settings.poll_columns.get(path, ())]
        address = link or f"/{path}?{query({'$select': ','.join(columns)})}"
        rows: list[Change] = []
        while True:
            found, following, whole = self._client.page(address, headers=_TRACKED)
            rows += [self._change(path, one) for one in found]
            if not following:
                delta = str(whole.get(_DELTA) or "")
                if not delta:
                    raise Transient(f"Dataverse gave no delta link for {path}; is change tracking on?")
                return rows, delta
            address = following

    @staticmethod
    def _change(path: str, one: Mapping[str, Any]) -> Change:
        gone = str(one.get("@odata.context") or "").endswith("/$deletedEntity")
        stamp = str(one.get("modifiedon") or "")
        key = str(one["id"] if gone else one[TABLES[path].primary])
        return Change(
            object=path, id=key, version="deleted" if gone else str(one.get("@odata.etag") or stamp),
            at=datetime.fromisoformat(stamp) if stamp else None, data=dict(one),
        )  # fmt: skip


def _moment(text: str) -> datetime | None:
    found = _MILLIS.search(text)
    return datetime.fromtimestamp(int(found[1]) / 1000, UTC) if found else None
