"""What changed in HubSpot: asked for by time of change, or told by webhooks."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.hubspot.client import HubSpot
from adapters.hubspot.objects import OBJECTS
from adapters.hubspot.settings import HubSpotSettings
from adapters.shared.place import Place
from adapters.shared.signatures import check_hubspot
from engine.model.errors import Rejected, Transient, Unauthorised
from engine.ports import Change, Changes, Surroundings

_OVERLAP = timedelta(seconds=120)
"""Search lags behind writes: each window begins before the last one ended."""
_MOST = 1000
"""Rows of one object in one poll; HubSpot ends a query at 10,000."""
_PAGE = 100
_MOST_RELATED = 500
"""Records that come with another one; each is a call."""
_TYPES = {kind.page: path for path, kind in OBJECTS.items()}
_NAMES = {kind.title.replace(" ", "_"): path for path, kind in OBJECTS.items()}
"""Objects as webhooks call them, by type number (`0-3`) or in the singular (`deal`)."""
_MODIFIED = {"contacts": "lastmodifieddate"}


class HubSpotSource:
    """Implements `Source`, `Fetches` and `MovesIn`."""

    def __init__(self, client: HubSpot, settings: HubSpotSettings, place: Place) -> None:
        self._client = client
        self._settings = settings
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where tokens are kept."""
        self._place.move_in(surroundings)

    def poll(self, cursor: str) -> Changes:
        """Return changes since a cursor: the newest time of change that was seen, by object."""
        seen: dict[str, int] = json.loads(cursor) if cursor else {}
        rows: list[Change] = []
        is_all = True
        for path in self._settings.poll:
            found, is_whole = self._changed(path, seen.get(path, 0))
            rows += found
            is_all &= is_whole
            if found:
                seen[path] = max(_millis(change.at) for change in found)
        return Changes(rows=tuple(rows), cursor=json.dumps(seen, sort_keys=True), is_all=is_all)

    def accept(self, body: bytes, headers: Mapping[str, str], *, method: str, url: str, now: datetime) -> Changes:
        """Return the events of a webhook whose signature is right; version 3 signatures end after five minutes."""
        secret = self._settings.webhook_secret or self._settings.client_secret
        if not secret:
            raise Unauthorised("No secret is bound that webhooks of HubSpot could be checked with (`webhook_secret`).")
        check_hubspot([secret], body, headers, method=method, url=url, now=now)
        try:
            events = json.loads(body)
        except ValueError as e:
            raise Unauthorised("A webhook of HubSpot carries no JSON.") from e
        rows = tuple(
            Change(
                object=_path(event), id=str(event.get("objectId", "")),
                version=str(event.get("eventId", "")), at=_from_millis(event.get("occurredAt")), data=event,
            )
            for event in events
            if isinstance(event, dict) and event.get("objectId") is not None
        )  # fmt: skip
        return Changes(rows=rows, cursor="")

    def fetch(self, object: str, id: str) -> Change | None:  # noqa: A002 - the port's
        """Return a record with its polled properties, and those of the records that `poll_with` names, by their object."""
        path, modified = object, _MODIFIED.get(object, "hs_lastmodifieddate")
        others = self._settings.poll_with.get(path, ())
        properties = sorted({modified, *self._settings.poll_properties.get(path, ())})
        record = self._client.get(OBJECTS[path], id, properties=properties, to=others)
        if record is None:
            return None
        change = self._change(path, modified, record)
        return change.model_copy(
            update={"data": {**change.data, **{other: self._related(record, other) for other in others}}}
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _related(self, record: Mapping[str, Any], other: str) -> list[dict[str, Any]]:
        """Return the properties of the records of one object that a record is associated with, in the order of their ids."""
        there = record.get("associations") or {}
        listed = (there.get(other) or there.get(other.replace("_", " ")) or {}).get("results") or ()
        properties = sorted(self._settings.poll_properties.get(other, ()))
        ids = sorted({str(one["id"]) for one in listed}, key=lambda one: (len(one), one))
        if len(ids) > _MOST_RELATED:
            raise Rejected(f"A record of HubSpot has {len(ids)} {other}; {_MOST_RELATED} are read at most.")
        found = (self._client.get(OBJECTS[other], one, properties=properties) for one in ids)
        return [{**(one.get("properties") or {}), "id": str(one["id"])} for one in found if one is not None]

    def _changed(self, path: str, since: int) -> tuple[list[Change], bool]:
        kind, modified = OBJECTS[path], _MODIFIED.get(path, "hs_lastmodifieddate")
        properties = sorted({modified, *self._settings.poll_properties.get(path, ())})
        start = max(0, since - int(_OVERLAP.total_seconds() * 1000))
        body: dict[str, Any] = {
            "filterGroups": [{"filters": [{"propertyName": modified, "operator": "GTE", "value": str(start)}]}],
            "sorts": [{"propertyName": modified, "direction": "ASCENDING"}], "properties": properties, "limit": _PAGE,
        }  # fmt: skip
        rows: list[Change] = []
        while True:
            data = self._client.search(kind, body)
            results = data.get("results")
            if not isinstance(results, list):
                raise Transient("HubSpot answered a search without results.")
            rows += [self._change(path, modified, record) for record in results]
            after = ((data.get("paging") or {}).get("next") or {}).get("after")
            # a window of which nothing is newer than where it began would be asked for again for ever
            if not after or (len(rows) >= _MOST and _millis(rows[-1].at) > since):
                return rows, not after
            body = {**body, "after": str(after)}

    @staticmethod
    def _change(path: str, modified: str, record: Mapping[str, Any]) -> Change:
        properties = record.get("properties") or {}
        stamp = str(properties.get(modified) or record.get("updatedAt") or "")
        return Change(object=path, id=str(record["id"]), version=stamp, at=_moment(stamp), data=properties)


def _path(event: Mapping[str, Any]) -> str:
    """Return the object of a webhook's event under the name that polls tell it by."""
    named = str(event.get("subscriptionType", "")).partition(".")[0]
    return _TYPES.get(str(event.get("objectTypeId", "")), _NAMES.get(named, named))


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stamp)
    except ValueError:
        return None


def _from_millis(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(str(value)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _millis(at: datetime | None) -> int:
    return 0 if at is None else int(at.timestamp() * 1000)
