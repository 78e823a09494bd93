"""A HubSpot portal to try flows against: written from the published API, strict, and hostile on demand."""

import itertools
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

from adapters.hubspot.sandbox.files import Uploads
from adapters.hubspot.sandbox.properties import KEY, REQUIRED, TYPES, kept, unique_of
from adapters.hubspot.sandbox.searching import searched
from adapters.hubspot.sandbox.versions import TOKENS, unversioned
from adapters.shared.sandbox.server import Call, Reply, Sandbox

_MOST_INPUTS = 100


class Refusal(Exception):
    """A call that the portal does not carry out."""

    def __init__(self, status: int, category: str, message: str, errors: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.reply = Reply(
            status,
            {
                "status": "error", "message": message, "correlationId": secrets.token_hex(8), "category": category,
                **({"errors": errors} if errors else {}),
            },
        )  # fmt: skip


class HubSpotSandbox(Sandbox):
    """Companies, contacts, deals, line items, tickets, tasks, notes and files of one portal."""

    title = "HubSpot"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.client_id, self.client_secret, self.refresh_token = (
            "sandbox-app",
            secrets.token_hex(16),
            secrets.token_hex(16),
        )
        self.private_app_token = f"pat-{secrets.token_hex(12)}"
        self.undeclared: set[str] = set()
        """Objects on which nobody made the key property yet."""
        self._tokens: set[str] = set()
        self._ids = itertools.count(101)
        self._clock = itertools.count()
        self._begin = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)
        self._related: dict[tuple[str, str, str], list[str]] = {}
        self._uploads = Uploads(self)

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits this portal."""
        return {
            "base_url": self.url, "client_id": self.client_id, "client_secret": self.client_secret,
            "refresh_token": self.refresh_token, "portal_id": "4711",
        }  # fmt: skip

    def is_write(self, call: Call) -> bool:
        """Whether a call changes something: searches and log-ins do not."""
        return super().is_write(call) and not call.path.endswith("/search") and not call.path.startswith("/oauth/")

    def expire_tokens(self) -> None:
        """Take all access tokens back."""
        self._tokens.clear()

    def refused_login(self) -> Reply:
        """Refuse an expired token in HubSpot's words."""
        return Refusal(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.").reply

    def throttled(self, seconds: int) -> Reply:
        """Say that the ten-second window is full."""
        return Reply(
            429,
            {
                "status": "error", "message": "You have reached your ten_secondly_rolling limit.", "errorType": "RATE_LIMIT",
                "policyName": "TEN_SECONDLY_ROLLING", "correlationId": secrets.token_hex(8),
            },
            headers={"x-hubspot-ratelimit-interval-milliseconds": str(seconds * 1000)},
        )  # fmt: skip

    def reply(self, call: Call) -> Reply:
        """Answer one call."""
        try:
            if call.path in TOKENS:
                return self._token(call)
            self._check_login(call)
            return self._answer(call)
        except Refusal as refusal:
            return refusal.reply

    def stamp(self) -> str:
        """Return the next moment of this portal's own clock."""
        moment = self._begin + timedelta(seconds=next(self._clock))
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def new_id(self) -> str:
        """Return an id that nothing has."""
        return str(next(self._ids))

    def _token(self, call: Call) -> Reply:
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        given = (form.get("grant_type"), form.get("client_id"), form.get("client_secret"), form.get("refresh_token"))
        if given != ("refresh_token", self.client_id, self.client_secret, self.refresh_token):
            return Reply(
                400,
                {"status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token", "correlationId": "1"},
            )
        token = secrets.token_hex(24)
        self._tokens.add(token)
        return Reply(
            200,
            {"access_token": token, "refresh_token": self.refresh_token, "expires_in": 1800, "token_type": "bearer"},
        )

    def _check_login(self, call: Call) -> None:
        given = call.headers.get("authorization", "").removeprefix("Bearer ")
        if given != self.private_app_token and given not in self._tokens:
            raise Refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")

    def _answer(self, call: Call) -> Reply:  # noqa: PLR0911 - one line a route
        match call.method, unversioned([unquote(part) for part in call.path.strip("/").split("/")]):
            case "POST", ["crm", "objects", kind, "batch", "upsert"] if kind in TYPES:
                return self._upsert(kind, call.data())
            case "POST", ["crm", "objects", kind, "search"] if kind in TYPES:
                return Reply(200, searched(self.objects.get(kind, []), call.data()))
            case "POST", ["crm", "objects", kind] if kind in TYPES:
                return Reply(201, self._created(kind, call.data()))
            case "GET", ["crm", "objects", kind] if kind in TYPES:
                return self._listed(kind, call.query)
            case "GET", ["crm", "objects", kind, key] if kind in TYPES:
                return Reply(200, self._shown(kind, self._one(kind, key, call.query.get("idProperty", "")), call.query))
            case "PUT", ["crm", "objects", kind, one, "associations", "default", to, other]:
                return self._associate(kind, one, to, other)
            case "GET", ["crm", "properties", kind, name] if kind in TYPES:
                return self._property(kind, name)
            case _, ["files", "files", *rest]:
                return self._uploads.reply(call, rest)
        raise Refusal(404, "OBJECT_NOT_FOUND", f"No handler for {call.method} {call.path}")

    def _checked(self, kind: str, given: Any, *, is_new: bool) -> dict[str, str | None]:
        if not isinstance(given, dict) or not isinstance(given.get("properties"), dict):
            raise Refusal(400, "VALIDATION_ERROR", "Invalid input JSON: properties are required")
        errors: list[dict[str, Any]] = []
        values: dict[str, str | None] = {}
        for name, value in given["properties"].items():
            try:
                if name == KEY and kind in self.undeclared:
                    raise ValueError("PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')  # noqa: TRY301 - one way out
                values[name] = kept(kind, name, value)
            except ValueError as e:
                code, message = e.args
                errors.append({"message": message, "code": code, "context": {"propertyName": [name]}})
        errors += [
            {"message": f"{name} is required", "code": "REQUIRED_FIELD", "context": {"propertyName": [name]}}
            for name in REQUIRED.get(kind, ())
            if is_new and not values.get(name)
        ]
        if errors:
            raise Refusal(400, "VALIDATION_ERROR", "Property values were not valid", errors)
        return values

    def _created(self, kind: str, given: Any) -> dict[str, Any]:
        values = self._checked(kind, given, is_new=True)
        for name in unique_of(kind):
            there = values.get(name) and self._by(kind, name, values[name] or "")
            if there:
                what = kind.title().rstrip("s")
                raise Refusal(409, "CONFLICT", f"{what} already exists. Existing ID: {there['id']}")
        now = self.stamp()
        record = {"id": self.new_id(), "properties": values, "createdAt": now, "updatedAt": now, "archived": False}
        values["hs_lastmodifieddate"] = values["lastmodifieddate"] = now
        self.objects.setdefault(kind, []).append(record)
        return self._shown(kind, record, {})

    def _upsert(self, kind: str, body: Any) -> Reply:
        inputs = body.get("inputs") if isinstance(body, dict) else None
        if not isinstance(inputs, list) or not 0 < len(inputs) <= _MOST_INPUTS:
            raise Refusal(400, "VALIDATION_ERROR", f"inputs must hold 1 to {_MOST_INPUTS} objects")
        results, errors = [], []
        for one in inputs:
            by = one.get("idProperty", "")
            if by not in unique_of(kind) or (by == KEY and kind in self.undeclared):
                raise Refusal(400, "VALIDATION_ERROR", f"{by} is not a unique property of {kind}")
            try:
                results.append(self._upserted(kind, by, one))
            except Refusal as refusal:
                data = refusal.reply.data
                errors.append(
                    {**data, "context": {"ids": [one.get("id")], "objectWriteTraceId": [one.get("objectWriteTraceId")]}}
                )
        extra = {"numErrors": len(errors), "errors": errors} if errors else {}
        return Reply(207 if errors else 200, {"status": "COMPLETE", "results": results, **extra})

    def _upserted(self, kind: str, by: str, one: Mapping[str, Any]) -> dict[str, Any]:
        there = self._by(kind, by, str(one.get("id", "")))
        if there is None:
            made = self._created(kind, {"properties": {**one.get("properties", {}), by: one.get("id")}})
        else:
            there["properties"].update(self._checked(kind, one, is_new=False))
            there["updatedAt"] = there["properties"]["hs_lastmodifieddate"] = there["properties"][
                "lastmodifieddate"
            ] = self.stamp()
            made = self._shown(kind, there, {})
        return {
            **made,
            "new": there is None,
            **({"objectWriteTraceId": one["objectWriteTraceId"]} if one.get("objectWriteTraceId") else {}),
        }

    def _by(self, kind: str, name: str, value: str) -> dict[str, Any] | None:
        wanted = value.casefold() if name == "email" else value
        for record in self.objects.get(kind, ()):
            if record["properties"].get(name) == wanted:
                return record
        return None

    def _one(self, kind: str, key: str, by: str) -> dict[str, Any]:
        if by and (by not in unique_of(kind) or (by == KEY and kind in self.undeclared)):
            raise Refusal(400, "VALIDATION_ERROR", f"{by} is not a unique property of {kind}")
        found = self._by(kind, by, key) if by else next((o for o in self.objects.get(kind, ()) if o["id"] == key), None)
        if found is None:
            raise Refusal(404, "OBJECT_NOT_FOUND", f"Object not found. objectId {key}")
        return found

    def _shown(self, kind: str, record: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
        names = [name for name in query.get("properties", "").split(",") if name]
        properties = {name: record["properties"].get(name) for name in names} if names else dict(record["properties"])
        shown = {**record, "properties": properties}
        for to in filter(None, query.get("associations", "").split(",")):
            others = self._related.get((kind, str(record["id"]), to), [])
            if others:
                shown.setdefault("associations", {})[to] = {
                    "results": [{"id": other, "type": f"{kind}_to_{to}"} for other in others]
                }
        return shown

    def _listed(self, kind: str, query: Mapping[str, str]) -> Reply:
        rows, size, start = self.objects.get(kind, []), int(query.get("limit", "10")), int(query.get("after", "0"))
        page = [self._shown(kind, record, query) for record in rows[start : start + size]]
        following = {"paging": {"next": {"after": str(start + size)}}} if start + size < len(rows) else {}
        return Reply(200, {"results": page, **following})

    def _associate(self, kind: str, one: str, to: str, other: str) -> Reply:
        self._one(kind, one, "")
        self._one(to, other, "")
        for key in ((kind, one, to), (to, other, kind)):
            others = self._related.setdefault(key, [])
            value = other if key[0] == kind and key[1] == one else one
            if value not in others:
                others.append(value)
        return Reply(200, {"status": "COMPLETE", "results": [{"from": {"id": one}, "to": {"id": other}}]})

    def _property(self, kind: str, name: str) -> Reply:
        if (name == KEY and kind in self.undeclared) or (name != KEY and name not in TYPES[kind]):
            raise Refusal(404, "OBJECT_NOT_FOUND", f"No property {name}")
        return Reply(200, {"name": name, "type": "string", "hasUniqueValue": name in unique_of(kind)})
