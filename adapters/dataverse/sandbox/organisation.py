"""An organisation to try flows against: written from the published Web API, strict, and hostile on demand."""

import itertools
import re
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from adapters.dataverse.sandbox import batches
from adapters.dataverse.sandbox.columns import ALTERNATE, PRIMARY
from adapters.dataverse.sandbox.values import Refusal, kept
from adapters.shared.sandbox.edm import GUID
from adapters.shared.sandbox.entra import EntraSandbox
from adapters.shared.sandbox.server import Call, Reply

_ONE = re.compile(r"(\w+)\((.+)\)")
_KEY = re.compile(r"(\w+)='((?:[^']|'')*)'")
_TERM = re.compile(r"(\w+) (eq|ge) ('(?:[^']|'')*'|\S+)(?: and |$)")
_API = "/api/data/v9.2/"
_PAGE = 500
_LINES = {"salesorders": "order_details"}


class DataverseSandbox(EntraSandbox):
    """The Sales tables of one organisation."""

    title = "Dataverse"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.webhook_secret = secrets.token_hex(16)
        self._ticks = itertools.count(1)
        self._begin = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)
        self._log: list[tuple[str, str]] = []
        """(table, id) of every change, in order: what change tracking tells."""

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits this organisation."""
        return {"url": self.url, **self.credentials, "webhook_secret": self.webhook_secret}

    def refused_login(self) -> Reply:
        """Refuse an expired token: Dataverse answers without a body."""
        return Reply(401, body=b"", headers={"www-authenticate": "Bearer error=invalid_token"})

    def throttled(self, seconds: int) -> Reply:
        """Say that the window of five minutes is full."""
        message = "Number of requests exceeded the limit of 6000 over time window of 300 seconds."
        return Refusal(429, "0x80072322", message, headers={"retry-after": str(seconds)}).reply

    def reply(self, call: Call) -> Reply:
        """Answer one call."""
        try:
            if (token := self.token(call)) is not None:
                return token
            if not self.is_signed_in(call):
                return self.refused_login()
            if call.path == f"{_API}$batch":
                return batches.answered(call, self.reply)
            return self._answer(call, unquote(call.path).removeprefix(_API))
        except Refusal as refusal:
            return refusal.reply
        except ValueError as e:
            return Refusal(400, "0x80060888", str(e)).reply

    def change(self, path: str, row: dict[str, Any], **values: Any) -> None:
        """Change a row as somebody there would."""
        row.update(values)
        self._touch(path, row)

    def _answer(self, call: Call, rest: str) -> Reply:
        if rest == "WhoAmI":
            return Reply(
                200, {"@odata.context": "$metadata#WhoAmI", "UserId": str(uuid.uuid5(uuid.NAMESPACE_URL, self.url))}
            )
        one = _ONE.fullmatch(rest)
        path = one[1] if one else rest
        if path not in PRIMARY:
            raise Refusal(404, "0x80060888", f"Resource not found for the segment '{path}'.")
        if one is None:
            return self._created(path, call.data(), call) if call.method == "POST" else self._listed(path, call)
        row = self._row(path, one[2])
        if call.method == "PATCH":
            return self._patched(path, one[2], row, call)
        if row is None:
            raise Refusal(404, "0x80040217", f"{path} With Id = {one[2]} Does Not Exist")
        return Reply(200, self._shown(path, row, call.query))

    def _row(self, path: str, key: str) -> dict[str, Any] | None:
        if GUID.fullmatch(key.lower()):
            name, value = PRIMARY[path], key.lower()
        else:
            found = _KEY.fullmatch(key)
            if found is None or found[1] not in ALTERNATE.get(path, ()):
                raise Refusal(400, "0x80060888", f"Bad Request - Error in query syntax: {key} is no key of {path}.")
            name, value = found[1], found[2].replace("''", "'")
        return next(
            (row for row in self.objects.get(path, ()) if str(row.get(name) or "").casefold() == value.casefold()), None
        )

    def _created(self, path: str, given: Any, call: Call) -> Reply:
        lines = given.pop(_LINES[path], []) if path in _LINES and isinstance(given, dict) else []
        values = kept(path, given, is_new=True)
        for name in (PRIMARY[path], *ALTERNATE.get(path, ())):
            if values.get(name) and self._has(path, name, values[name]):
                code = "0x80040237" if name == PRIMARY[path] else "0x80060892"
                raise Refusal(412, code, "A record with matching key values already exists.")
        row = {PRIMARY[path]: str(uuid.uuid4()), "statecode": 0, "createdon": self._stamp(), **values}
        if path in _LINES:
            row[_LINES[path]] = [
                {**kept(_LINES[path], line, is_new=True), "salesorderdetailid": str(uuid.uuid4())} for line in lines
            ]
        self.objects.setdefault(path, []).append(row)
        self._touch(path, row)
        return self._written(path, row, 201, call)

    def _patched(self, path: str, key: str, row: dict[str, Any] | None, call: Call) -> Reply:
        if row is not None and call.headers.get("if-none-match") == "*":
            raise Refusal(412, "0x80060891", "A record with the specified key values already exists.")
        if row is None:
            if call.headers.get("if-match"):
                raise Refusal(404, "0x80040217", "Does Not Exist")
            named = _KEY.fullmatch(key)
            given = {named[1]: named[2].replace("''", "'")} if named else {PRIMARY[path]: key.lower()}
            return self._created(path, {**call.data(), **given}, call)
        row.update(kept(path, call.data(), is_new=False))
        self._touch(path, row)
        return self._written(path, row, 200, call)

    def _written(self, path: str, row: dict[str, Any], status: int, call: Call) -> Reply:
        if "return=representation" in call.headers.get("prefer", ""):
            return Reply(status, self._shown(path, row, {}))
        return Reply(204, headers={"odata-entityid": f"{self.url}{_API}{path}({row[PRIMARY[path]]})"})

    def _shown(self, path: str, row: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
        names = [name for name in query.get("$select", "").split(",") if name]
        lines = _LINES.get(path, "")
        shown = (
            {name: row.get(name) for name in names}
            if names
            else {k: v for k, v in row.items() if not k.endswith("@odata.bind") and k != lines}
        )
        if lines and query.get("$expand", "").startswith(lines):
            shown[lines] = list(reversed(row[lines]))  # nothing is said of their order
        return {
            "@odata.context": f"$metadata#{path}/$entity",
            "@odata.etag": row["@odata.etag"],
            PRIMARY[path]: row[PRIMARY[path]],
            **shown,
        }

    def _listed(self, path: str, call: Call) -> Reply:
        query = dict(call.query)
        if "$deltatoken" in query:
            return self._delta(path, int(query["$deltatoken"]), call)
        rows = [row for row in self.objects.get(path, ()) if _holds(row, query.get("$filter", ""))]
        start = int(query.get("$skiptoken", "0"))
        page = [self._shown(path, row, query) for row in rows[start : start + _PAGE]]
        data: dict[str, Any] = {"@odata.context": f"$metadata#{path}", "value": page}
        if start + _PAGE < len(rows):
            data["@odata.nextLink"] = (
                f"{self.url}{_API}{path}?$select={query.get('$select', '')}&$skiptoken={start + _PAGE}"
            )
        elif "odata.track-changes" in call.headers.get("prefer", ""):
            data["@odata.deltaLink"] = (
                f"{self.url}{_API}{path}?$select={query.get('$select', '')}&$deltatoken={len(self._log)}"
            )
        return Reply(200, data)

    def _delta(self, path: str, token: int, call: Call) -> Reply:
        if token > len(self._log):
            raise Refusal(
                400, "0x80044352", "Version stamp associated with the client has expired. Please perform a full sync."
            )
        changed = dict.fromkeys(key for table, key in self._log[token:] if table == path)
        rows = [row for row in self.objects.get(path, ()) if row[PRIMARY[path]] in changed]
        link = f"{self.url}{_API}{path}?$select={call.query.get('$select', '')}&$deltatoken={len(self._log)}"
        return Reply(
            200,
            {
                "@odata.context": f"$metadata#{path}/$delta",
                "value": [self._shown(path, row, call.query) for row in rows],
                "@odata.deltaLink": link,
            },
        )

    def _has(self, path: str, name: str, value: str) -> bool:
        return any(str(row.get(name) or "").casefold() == str(value).casefold() for row in self.objects.get(path, ()))

    def _touch(self, path: str, row: dict[str, Any]) -> None:
        row |= {"modifiedon": self._stamp(), "@odata.etag": f'W/"{next(self._ticks)}"'}
        self._log.append((path, row[PRIMARY[path]]))

    def _stamp(self) -> str:
        return (self._begin + timedelta(seconds=len(self._log))).strftime("%Y-%m-%dT%H:%M:%SZ")


def _holds(row: Mapping[str, Any], where: str) -> bool:
    for name, operator, said in _TERM.findall(where):
        value = said[1:-1].replace("''", "'") if said.startswith("'") else said
        there = str(row.get(name) or "")
        if operator == "eq" and there.casefold() != value.casefold():
            return False
        if operator == "ge" and datetime.fromisoformat(there) < datetime.fromisoformat(value):
            return False
    return True
