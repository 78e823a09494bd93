"""Master data: companies as customers, and contacts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.hubspot import client
from adapters.hubspot.client import HubSpot
from adapters.hubspot.objects import OBJECTS, HubSpotObject
from adapters.hubspot.settings import HubSpotSettings
from adapters.shared.listing import listed
from adapters.shared.place import Place
from engine.model.errors import Transient
from engine.model.record import Candidate
from engine.ports import DirectoryPage, Surroundings

_KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "customers": (
        "companies",
        {
            "name": "name", "street": "address", "postcode": "zip", "city": "city", "phone": "phone", "website": "domain",
            "parent_id": "hs_parent_company_id",
        },
    ),
    "contacts": ("contacts", {"email": "email", "phone": "phone", "role": "jobtitle"}),
}  # fmt: skip
_MODIFIED = {"contacts": "lastmodifieddate"}
_MOST_FOUND = 20


class HubSpotDirectory:
    """Implements `Directory`."""

    def __init__(self, client: HubSpot, settings: HubSpotSettings, place: Place) -> None:
        self._client = client
        self._settings = settings
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over where tokens are kept."""
        self._place.move_in(surroundings)

    def kinds(self) -> Sequence[str]:
        """Return the kinds that HubSpot lists."""
        return tuple(_KINDS)

    def look_up(self, kind: str, by: Mapping[str, str]) -> Sequence[Candidate]:
        """Return companies whose properties equal the given values of our columns."""
        if kind != "customer":
            return ()
        record, columns = self._columns("customers")
        filters = [
            {"propertyName": columns[column], "operator": "EQ", "value": value}
            for column, value in by.items()
            if column in columns and value
        ]
        if not filters:
            return ()
        body = {
            "filterGroups": [{"filters": filters}],
            "properties": sorted(set(columns.values())),
            "limit": _MOST_FOUND,
        }
        found = _results(self._client.search(record, body))
        evidence = tuple((column, by[column]) for column in by if column in columns)
        return [
            Candidate(
                kind="customer",
                id=row["id"],
                name=row.get("name", ""),
                score=1.0,
                evidence=evidence,
                attributes=tuple((column, value) for column, value in row.items() if column not in {"id", "name"}),
            )
            for row in map(self._row("customers"), found)
        ]

    def page(self, kind: str, *, after: str, since: datetime | None) -> DirectoryPage:
        """Return a page of all records, or of those that changed since then."""
        record, columns = self._columns(kind)
        properties = sorted(set(columns.values()) | ({"firstname", "lastname"} if kind == "contacts" else set()))
        if since is None:
            data = self._client.page(record, properties, after)
        else:
            modified = _MODIFIED.get(record.path, "hs_lastmodifieddate")
            data = self._client.search(record, {
                "filterGroups": [{"filters": [{"propertyName": modified, "operator": "GTE", "value": str(int(since.timestamp() * 1000))}]}],
                "sorts": [{"propertyName": modified, "direction": "ASCENDING"}], "properties": properties, "limit": client.PAGE,
                **({"after": after} if after else {}),
            })  # fmt: skip
        results = _results(data)
        following = ((data.get("paging") or {}).get("next") or {}).get("after") or ""
        return DirectoryPage(rows=tuple(map(self._row(kind), results)), next=str(following), is_all=since is None)

    def _columns(self, kind: str) -> tuple[HubSpotObject, Mapping[str, str]]:
        path, usual = _KINDS[listed(kind, _KINDS, of="HubSpot")]
        return OBJECTS[path], {**usual, **self._settings.columns.get(kind, {})}

    def _row(self, kind: str) -> Any:
        _, columns = self._columns(kind)

        def row(record: Mapping[str, Any]) -> dict[str, str]:
            there = record.get("properties") or {}
            values = {column: str(there[name]) for column, name in columns.items() if there.get(name)}
            if kind == "contacts":
                values["name"] = " ".join(filter(None, [there.get("firstname"), there.get("lastname")])) or str(
                    record["id"]
                )
                values["party"] = "customer"
                if there.get("associatedcompanyid"):
                    values["party_id"] = str(there["associatedcompanyid"])
            return {"id": str(record["id"]), **values}

        return row


def _results(data: Mapping[str, Any]) -> list[Any]:
    results = data.get("results")
    if not isinstance(results, list):
        raise Transient("HubSpot answered a list without results.")
    return results
