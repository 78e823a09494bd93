"""Changes in NetSuite: polled by the moment of change, with an overlap, because it calls nobody."""

import datetime as dt
import re
from collections.abc import Mapping

from adapters.netsuite.client import NetSuiteApi
from adapters.netsuite.records import RECORDS
from adapters.netsuite.suiteql import any_of, literal, moment, select, since
from engine.model.errors import Unauthorised
from engine.model.event import plain_data
from engine.model.value import digest
from engine.ports import Change, Changes

_OVERLAP = dt.timedelta(minutes=5)
"""What is written slowly shows later than its time of change says."""
_FORM = "%Y-%m-%d %H:%M:%S"
_START = "1970-01-01 00:00:00"
_PLACE = re.compile(r"([a-z_]+)=(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:/(\d+))?")


class NetSuiteSource:
    """Tells what changed since a cursor. Safe to share between threads.

    A cursor holds a place for each watched table, in NetSuite's own time: `transaction=2026-11-22 10:00:00` was read to its
    end, and begins five minutes earlier the next time; with `/123` behind it rows after that one are still waiting.
    """

    def __init__(self, api: NetSuiteApi) -> None:
        self._api = api
        watched = [RECORDS[name] for name in api.settings.changes]
        self._types = {one.suiteql: one.kind for one in watched if one.suiteql}
        parties = {one.kind: one.kind for one in watched if not one.suiteql}
        self._tables = [*(["transaction"] if self._types else []), *parties]

    def poll(self, cursor: str) -> Changes:
        """Return up to 1,000 changes of each watched table. The first call lists everything. Raises Transient or Unauthorised."""
        known = {name: (text, after or "") for name, text, after in _PLACE.findall(cursor)}
        rows: list[Change] = []
        places: list[str] = []
        is_all = True
        for table in self._tables:
            found, place, is_done = self._changed(table, *known.get(table, (_START, "")))
            rows += found
            places.append(f"{table}={place}")
            is_all = is_all and is_done
        return Changes(rows=tuple(rows), cursor=";".join(places), is_all=is_all)

    def fetch(self, object: str, id: str) -> Change | None:  # noqa: A002 - the port's
        """Return a record with its sublists, or None when it is not there. Its version is NetSuite's moment of change."""
        found = self._api.record(object, id)
        if found is None:
            return None
        stamp = str(found.get("lastModifiedDate") or "")
        return Change(
            object=object, id=id, version=stamp or digest(plain_data(found))[:16], at=_moment(stamp), data=found
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._api.close()

    def accept(self, body: bytes, headers: Mapping[str, str], *, method: str, url: str, now: dt.datetime) -> Changes:  # noqa: ARG002 - of the port
        """Refuse: NetSuite calls nobody of itself, so whoever calls is not NetSuite."""
        raise Unauthorised("NetSuite sends no events; it is asked for them.")

    def _changed(self, table: str, since_text: str, after: str) -> tuple[list[Change], str, bool]:
        column = "lastmodifieddate"
        columns = ["id", f"{moment(column)} AS changed"]
        where = [any_of("type", list(self._types))] if table == "transaction" else []
        columns += ["type", "tranid", "status", "externalid"] if table == "transaction" else ["entityid", "externalid"]
        if after:
            exact = f"{moment(column)} = {literal(since_text)}"
            where.append(f"(({exact} AND id > {after}) OR {moment(column)} > {literal(since_text)})")
        else:
            where.append(since(column, _earlier(since_text)))
        found, more = self._api.rows(select(*columns, table=table, where=where, order=f"{moment(column)}, id"))
        changes = [self._change(table, row) for row in found]
        if not found:
            return changes, since_text, True
        last = max(found[-1]["changed"], since_text)
        return changes, f"{last}/{found[-1]['id']}" if more else last, not more

    def _change(self, table: str, row: Mapping[str, str]) -> Change:
        kind = self._types[row["type"]] if table == "transaction" else table
        data = {name: row[name] for name in ("tranid", "entityid", "status", "externalid") if name in row}
        return Change(object=kind, id=row["id"], version=row["changed"], data=data)


def _moment(stamp: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _earlier(text: str) -> str:
    if text == _START:
        return text
    return (dt.datetime.strptime(text, _FORM).replace(tzinfo=dt.UTC) - _OVERLAP).strftime(_FORM)
