"""Master data: accounts as customers, and contacts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.dataverse.client import Dataverse
from adapters.shared.listing import listed
from adapters.shared.odata.literals import literal, query, where
from adapters.shared.place import Place
from engine.model.record import Candidate
from engine.ports import DirectoryPage, Surroundings

_KINDS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "customers": (
        "accounts", "accountid",
        {
            "id": "accountnumber", "name": "name", "street": "address1_line1", "postcode": "address1_postalcode",
            "city": "address1_city", "country": "address1_country", "phone": "telephone1", "email": "emailaddress1",
            "website": "websiteurl",
        },
    ),
    "contacts": (
        "contacts", "contactid",
        {"name": "fullname", "email": "emailaddress1", "phone": "telephone1", "role": "jobtitle", "party_id": "_parentcustomerid_value"},
    ),
}  # fmt: skip
_PAGES = {"prefer": "odata.maxpagesize=500"}
_BLOCKED = 1
"""`statecode` of rows that are out of use."""


class DataverseDirectory:
    """Implements `Directory` and `MovesIn`."""

    def __init__(self, client: Dataverse, place: Place) -> None:
        self._client = client
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over the surroundings."""
        self._place.move_in(surroundings)

    def kinds(self) -> Sequence[str]:
        """Return the kinds that Dataverse lists."""
        return tuple(_KINDS)

    def look_up(self, kind: str, by: Mapping[str, str]) -> Sequence[Candidate]:
        """Return accounts whose columns equal the given values."""
        if kind != "customer":
            return ()
        path, _, columns = self._columns("customers")
        asked = {column: value for column, value in by.items() if column in columns and value}
        if not asked:
            return ()
        only = " and ".join(f"{columns[column]} eq {literal(value, 'v4')}" for column, value in asked.items())
        found, _, _ = self._client.page(f"/{path}?{query({'$filter': only, '$select': self._selected('customers')})}")
        return [
            Candidate(
                kind="customer", id=row["id"], name=row.get("name", ""), score=1.0, evidence=tuple(asked.items()),
                attributes=tuple((column, value) for column, value in row.items() if column not in {"id", "name"}),
            )
            for row in (self._row("customers", one) for one in found)
        ]  # fmt: skip

    def page(self, kind: str, *, after: str, since: datetime | None) -> DirectoryPage:
        """Return a page of all rows, or of those that changed since then."""
        path, _, _ = self._columns(kind)
        options = {"$select": self._selected(kind)}
        if since is not None:
            options["$filter"] = where("v4", ("modifiedon", "ge", since))
        found, following, _ = self._client.page(after or f"/{path}?{query(options)}", headers=_PAGES)
        return DirectoryPage(rows=tuple(self._row(kind, one) for one in found), next=following, is_all=since is None)

    def _columns(self, kind: str) -> tuple[str, str, Mapping[str, str]]:
        path, primary, usual = _KINDS[listed(kind, _KINDS, of="Dataverse")]
        return path, primary, {**usual, **self._client.settings.columns.get(kind, {})}

    def _selected(self, kind: str) -> str:
        _, primary, columns = self._columns(kind)
        return ",".join(sorted({primary, "statecode", *columns.values()}))

    def _row(self, kind: str, one: Mapping[str, Any]) -> dict[str, str]:
        _, primary, columns = self._columns(kind)
        values = {column: str(one[name]) for column, name in columns.items() if one.get(name) not in (None, "")}
        row = {"id": str(one[primary]), **values}
        if kind == "contacts":
            return {**row, "party": "customer"}
        return {**row, "status": "blocked" if one.get("statecode") == _BLOCKED else "open"}
