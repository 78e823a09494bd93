"""Master data out of NetSuite, in our columns (engine/model/master_kinds.py)."""

import datetime as dt
from collections.abc import Mapping, Sequence

from adapters.netsuite.client import PAGE, NetSuiteApi
from adapters.netsuite.kinds import KINDS, PARTY_COLUMNS, PARTY_TABLES, Listing
from adapters.netsuite.suiteql import any_of, equal, select
from adapters.netsuite.suiteql import since as not_before
from adapters.shared.listing import listed
from engine.model.record import Candidate
from engine.ports import DirectoryPage

_OVERLAP = dt.timedelta(hours=26)
"""SuiteQL tells times in the time zone of the account, which it does not name: what is asked for goes back a day more."""
_MOST_CANDIDATES = 50


class NetSuiteDirectory:
    """Lists and looks up master data by SuiteQL. Safe to share between threads."""

    def __init__(self, api: NetSuiteApi) -> None:
        self._api = api

    def kinds(self) -> Sequence[str]:
        """Return the kinds that it lists."""
        return tuple(KINDS)

    def page(self, kind: str, *, after: str, since: dt.datetime | None) -> DirectoryPage:
        """Return up to 1,000 rows of a kind. Pages go by the key, not by a count of rows: SuiteQL counts to 100,000.

        Raises LookupError for a kind that it does not list, Transient or Unauthorised.
        """
        listing = KINDS[listed(kind, KINDS, of="NetSuite")]
        where = [*listing.where, *_after(listing, after)]
        if since is not None and listing.changed:
            where.append(_since(listing.changed, since))
        keys = [f"{key} AS key{number}" for number, key in enumerate(listing.keys)]
        query = select(*keys, *listing.columns, table=listing.table, where=where, order=", ".join(listing.keys))
        rows, more = self._api.rows(query)
        last = "/".join(rows[-1][f"key{number}"] for number in range(len(keys))) if rows else ""
        is_last = not more and len(rows) < PAGE
        shaped = tuple({name: value for name, value in listing.shape(row).items() if value} for row in rows)
        is_all = since is None or not listing.changed
        return DirectoryPage(rows=shaped, next="" if is_last else last, is_all=is_all)

    def look_up(self, kind: str, by: Mapping[str, str]) -> Sequence[Candidate]:
        """Return candidates of a kind (`vendor`, `customer`, `purchase_order`) by canonical fields."""
        if kind == "purchase_order":
            return self._orders(by)
        if kind not in PARTY_TABLES:
            return ()
        said = {column: by[field] for field, column in PARTY_COLUMNS[kind].items() if by.get(field)}
        if not said:
            return ()
        table = KINDS[f"{kind}s"]
        condition = " OR ".join(equal(column, text) for column, text in said.items())
        rows, _ = self._api.rows(select(*table.columns, table=table.table, where=(*table.where, f"({condition})")))
        return tuple(_party(kind, table.shape(row), by) for row in rows[:_MOST_CANDIDATES])

    def _orders(self, by: Mapping[str, str]) -> Sequence[Candidate]:
        number = by.get("po_number", "").strip()
        if not number:
            return ()
        listing = KINDS["orders"]
        where = (*listing.where, any_of("t.tranid", [number]))
        rows, _ = self._api.rows(select(*listing.columns, table=listing.table, where=where))
        shaped = [listing.shape(row) for row in rows[:_MOST_CANDIDATES]]
        return tuple(
            Candidate(
                kind="purchase_order", id=row["number"], name=row["number"], score=1.0,
                attributes=_attributes(row), evidence=(("po_number", number),),
            )
            for row in shaped
        )  # fmt: skip


def _party(kind: str, row: Mapping[str, str], by: Mapping[str, str]) -> Candidate:
    agreed = [
        (field, by[f"{kind}_{field}"])
        for field in ("tax_id", "name", "email")
        if by.get(f"{kind}_{field}") and by[f"{kind}_{field}"].casefold() in row.get(field, "").casefold().split(";")
    ]
    said = Candidate(
        kind="vendor" if kind == "vendor" else "customer", id=row["id"], name=row["name"],
        score=1.0 if agreed else 0.5, evidence=tuple(agreed),
    )  # fmt: skip
    named = {f"{kind}_{name}" if name in {"name", "tax_id", "email"} else name: value for name, value in row.items()}
    return said.model_copy(update={"attributes": _attributes(named)})


def _attributes(row: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in row.items() if value)


def _after(listing: Listing, after: str) -> Sequence[str]:
    """Return the condition that a row comes after a key, by all of its columns."""
    if not after:
        return ()
    values = after.split("/")
    if len(values) != len(listing.keys) or not all(value.isdigit() for value in values):
        raise LookupError(f"{after!r} is no place in this list")
    either = [
        " AND ".join(
            [
                *(f"{key} = {value}" for key, value in zip(listing.keys[:at], values, strict=False)),
                f"{key} > {values[at]}",
            ]
        )
        for at, key in enumerate(listing.keys)
    ]
    return (f"({' OR '.join(f'({one})' for one in either)})",)


def _since(column: str, moment: dt.datetime) -> str:
    text = (moment.astimezone(dt.UTC) - _OVERLAP).strftime("%Y-%m-%d %H:%M:%S")
    return not_before(column, text)
