"""Calls to HubSpot's CRM, associations and files APIs, and what its errors mean."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from adapters.hubspot.objects import HubSpotObject
from adapters.hubspot.paths import CURRENT, Paths
from adapters.shared.answers import Answer, ErrorTable, Meaning, Told
from adapters.shared.http import Api, Dialect, Patience, Unsent
from engine.model.errors import Ambiguous, Rejected, Transient, Unauthorised

BASE_URL = "https://api.hubapi.com"
_NOT_FOUND = 404
_MULTI_STATUS = 207
PAGE = 100
"""Records of one page; the most that HubSpot gives (CRM objects API)."""
_WINDOW = 10.0
_AN_HOUR = 3600.0
_POLICY_SECONDS = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": _WINDOW, "DAILY": _AN_HOUR}
"""The daily limit ends at midnight of the portal, whose time zone we do not know: look again every hour."""
ERRORS: ErrorTable = {
    "RATE_LIMITS": Meaning(Unsent, "Its rate limit is reached."),
    "RATE_LIMIT": Meaning(Unsent, "Its rate limit is reached."),
    "VALIDATION_ERROR": Meaning(Rejected, "It refused a value."),
    "OBJECT_NOT_FOUND": Meaning(Rejected, "It does not know what is referred to."),
    "CONFLICT": Meaning(Rejected, "Something with the same unique value stands there."),
    "OBJECT_ALREADY_EXISTS": Meaning(Rejected, "Something with the same unique value stands there."),
    "INVALID_AUTHENTICATION": Meaning(Unauthorised, "The token is wrong or has expired."),
    "EXPIRED_AUTHENTICATION": Meaning(Unauthorised, "The token has expired."),
    "MISSING_SCOPES": Meaning(Unauthorised, "The app lacks a scope for this object."),
    "BANNED": Meaning(Unauthorised, "The portal blocks this app."),
    "423": Meaning(Transient, "The record is locked at this moment."),
}
"""Categories of HubSpot's `Error` schema, and statuses. 423: nothing was written."""


def tell(answer: Answer) -> Told:
    """Read an error: `{category, correlationId, message, errors[], errorType, policyName}` (schema `Error` of its OpenAPI)."""
    data = answer.mapping()
    category = str(data.get("category") or data.get("errorType") or "")
    policy = str(data.get("policyName") or "")
    message = str(data.get("message") or "")
    return Told(
        code=category, message=message.partition("[{")[0].strip()[:500], fields=fields_of(data, message),
        retry_after=_wait(policy, answer),
    )  # fmt: skip


def _wait(policy: str, answer: Answer) -> float | None:
    if not policy or "retry-after" in answer.headers:
        return None
    interval = answer.headers.get("x-hubspot-ratelimit-interval-milliseconds", "")
    if policy != "DAILY" and interval.isdigit():
        return int(interval) / 1000
    return _POLICY_SECONDS.get(policy, _WINDOW)


def fields_of(data: Mapping[str, Any], message: str) -> dict[str, str]:
    """Return the words per property; validation lists them in `errors`, or as JSON at the end of the message."""
    found: dict[str, str] = {}
    for error in data.get("errors") or ():
        names = (error.get("context") or {}).get("propertyName") or [error.get("in") or error.get("code") or ""]
        for name in names:
            found[str(name)] = str(error.get("message", ""))
    start = message.find("[{")
    if start >= 0:
        try:
            listed = json.loads(message[start:])
        except ValueError:
            listed = []
        for one in listed:
            if isinstance(one, dict) and one.get("name"):
                found.setdefault(str(one["name"]), str(one.get("message") or one.get("error") or ""))
    return {name: words for name, words in found.items() if name}


class HubSpot:
    """The calls that the target, the directory and the source make."""

    def __init__(
        self,
        *,
        auth: httpx.Auth,
        base_url: str = BASE_URL,
        paths: Paths = CURRENT,
        secrets: Sequence[str] = (),
        patience: Patience | None = None,
    ) -> None:
        self._paths = paths
        self.api = Api(
            base_url, name="HubSpot", auth=auth, dialect=Dialect(tell, ERRORS), secrets=secrets, patience=patience
        )

    def close(self) -> None:
        """Let go of the connections."""
        self.api.close()

    def get(
        self, kind: HubSpotObject, value: str, *, by: str = "", properties: Sequence[str] = (), to: Sequence[str] = ()
    ) -> dict[str, Any] | None:
        """Return a record by its id, or by a unique property; None when there surely is none.

        Read by key, which is consistent at once; search lags behind writes by seconds and is never used to decide.
        """
        params = {"idProperty": by, "properties": ",".join(properties), "associations": ",".join(to)}
        answer = self.api.read(
            self._paths.objects(kind.path, value),
            params={name: text for name, text in params.items() if text}, expect=(200, _NOT_FOUND),
        )  # fmt: skip
        if answer.status == _NOT_FOUND:
            self._surely_absent(answer)
            return None
        return self._record(answer, is_write=False)

    def create(self, kind: HubSpotObject, properties: Mapping[str, str]) -> dict[str, Any]:
        """Create a record and return it."""
        answer = self.api.write(
            "POST", self._paths.objects(kind.path), json={"properties": dict(properties)}, expect=(201,)
        )
        return self._record(answer, is_write=True)

    def upsert(self, kind: HubSpotObject, by: str, inputs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Create or update up to 100 records by a unique property. Returns `{results, errors}` as HubSpot words them.

        `inputs` are `{id, objectWriteTraceId, properties}`.
        """
        body = {"inputs": [{**one, "idProperty": by} for one in inputs]}
        answer = self.api.write(
            "POST", self._paths.objects(kind.path, "batch", "upsert"), json=body, expect=(200, 201, _MULTI_STATUS)
        )
        data = self.api.object(answer, is_write=True)
        if not isinstance(data.get("results"), list):
            raise Ambiguous("HubSpot answered a batch without results.", detail=answer.text[:200])
        return data

    def associate(self, kind: HubSpotObject, record: str, to: str, other: str) -> None:
        """Relate two records by HubSpot's default association. Doing it twice changes nothing."""
        self.api.write("PUT", self._paths.association(kind.path, record, to, other))

    def search(self, kind: HubSpotObject, body: Mapping[str, Any]) -> dict[str, Any]:
        """Search records: for people and master data, never to decide whether something was written."""
        answer = self.api.read(self._paths.objects(kind.path, "search"), method="POST", json=dict(body))
        return self.api.object(answer)

    def page(self, kind: HubSpotObject, properties: Sequence[str], after: str) -> dict[str, Any]:
        """Return a page of all records of a kind."""
        params = {"limit": str(PAGE), "properties": ",".join(properties), **({"after": after} if after else {})}
        return self.api.object(self.api.read(self._paths.objects(kind.path), params=params))

    def property(self, kind: HubSpotObject, name: str) -> dict[str, Any] | None:
        """Return the definition of a property, or None."""
        answer = self.api.read(self._paths.definition(kind.path, name), expect=(200, _NOT_FOUND))
        return None if answer.status == _NOT_FOUND else self.api.object(answer)

    def file(self, path: str) -> dict[str, Any] | None:
        """Return the file at a path of the file manager, or None."""
        answer = self.api.read(f"{self._paths.files}/stat/{quote(path.lstrip('/'))}", expect=(200, _NOT_FOUND))
        if answer.status == _NOT_FOUND:
            self._surely_absent(answer)
            return None
        found = self.api.object(answer).get("file")
        return found if isinstance(found, dict) and found.get("id") else None

    def upload(self, *, folder: str, name: str, content: bytes, media_type: str) -> dict[str, Any]:
        """Upload a private file; one of the same bytes that lies there already is returned instead of a second one."""
        options = {
            "access": "PRIVATE",
            "duplicateValidationStrategy": "RETURN_EXISTING",
            "duplicateValidationScope": "EXACT_FOLDER",
        }
        parts = {
            "file": (name, content, media_type), "folderPath": (None, folder), "fileName": (None, name),
            "options": (None, json.dumps(options)),
        }  # fmt: skip
        answer = self.api.write("POST", self._paths.files, files=parts, expect=(201,))
        return self._record(answer, is_write=True)

    def _record(self, answer: Answer, *, is_write: bool) -> dict[str, Any]:
        """Return a record that names itself; anything else is no success."""
        data = self.api.object(answer, is_write=is_write)
        if not re.fullmatch(r"[0-9]+", str(data.get("id") or "")):
            kind = Ambiguous if is_write else Transient
            raise kind("HubSpot answered without the id of a record.", detail=self.api.hide(answer.text[:200]))
        return data

    def _surely_absent(self, answer: Answer) -> None:
        """Refuse a 404 that is not HubSpot's own: a proxy that lost its way proves no absence."""
        try:
            data = answer.mapping()
        except ValueError:
            data = {}
        if not data.get("correlationId"):
            raise Transient("Something before HubSpot answered 404.", detail=self.api.hide(answer.text[:200]))
