"""A stand-in for a NetSuite account, written from Oracle's help and REST API browser."""

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import simplejson

from adapters.netsuite.sandbox.checks import Complaint, complaints, error
from adapters.netsuite.sandbox.contract import LINES, RECORDS, SQL_TYPES, TABLES, TRANSFORMS
from adapters.netsuite.sandbox.identity import CERTIFICATE, CLIENT, CONSUMER, TOKEN, Gate
from adapters.netsuite.sandbox.masters import masters, standing
from adapters.netsuite.sandbox.sql import BadQuery, run
from adapters.netsuite.sandbox.tables import table
from adapters.shared.sandbox.server import Call, Reply, Sandbox

_REST = "/services/rest"
_RECORD = re.compile(rf"{_REST}/record/v1/([A-Za-z]+)(?:/([^/]+))?(?:/!transform/([A-Za-z]+))?(?:/!attach/file/(\d+))?")
_JOB = re.compile(rf"{_REST}/async/v1/job/(\d+)(/task/1/result)?")
_RESOURCE = "application/vnd.oracle.resource+json"
_MOST = 10 * 1024 * 1024
_LIMIT = 5
_NO_SERVICE: Complaint = ("NONEXISTENT_URL", "", "The requested service does not exist.")


class NetSuiteSandbox(Sandbox):
    """An account `1234567_SB1` with an integration record for each way to sign in."""

    title = "NetSuite"

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        auth: str = "oauth2",
        algorithm: str = "ES256",
        role: str = "integration",
    ) -> None:
        """`auth` is what `settings` signs in with: `oauth2` or `tba`. `role` `administrator` may see the limits."""
        super().__init__(host=host, port=port)
        self._auth, self._role = auth, role
        self.gate = Gate("1234567_SB1", algorithm=algorithm)
        self.masters = masters()
        self.standing = standing()
        self._parties: dict[tuple[str, str], dict[str, Any]] = {}
        self.attached: list[tuple[str, str, str]] = []
        self._jobs: dict[str, tuple[str, Reply]] = {}
        """Outcome by job, with the idempotency key it was begun under."""
        self._made_by: dict[str, tuple[str, dict[str, Any]]] = {}
        """What was made under each external id."""
        self._next = 10_000

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits it."""
        common = {"account": "1234567_SB1", "base_url": self.url}
        if self._auth == "tba":
            keys = {"consumer_key": CONSUMER[0], "consumer_secret": CONSUMER[1]}
            return {**common, **keys, "token_id": TOKEN[0], "token_secret": TOKEN[1]}
        return {
            **common, "client_id": CLIENT, "certificate_id": CERTIFICATE, "private_key": self.gate.private_key,
            "algorithm": self.gate.algorithm,
        }  # fmt: skip

    def is_write(self, call: Call) -> bool:
        """Whether a call changes a record or a file; queries and sign-ins are asked by POST too."""
        return call.method not in {"GET", "HEAD"} and call.path.startswith((f"{_REST}/record/", f"{_REST}/document/"))

    def throttled(self, seconds: float) -> Reply:  # noqa: ARG002 - the base says how long
        """Return the answer above the limit of concurrent calls. It says nothing of a time to wait."""
        words = "Concurrent request limit exceeded. Request blocked."
        return _reply(429, error(429, "Too Many Requests", ("CONCURRENCY_LIMIT_EXCEEDED", "", words)))

    def refused_login(self) -> Reply:
        """Return the answer to a wrong signature or an ended token."""
        words = "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI."
        return _reply(401, error(401, "Unauthorized", ("INVALID_LOGIN", "", words)))

    def expire_tokens(self) -> None:
        """Take the access tokens back. Token-based authentication has none that end."""
        self.gate.tokens.clear()

    def changed_schema(self, reply: Reply) -> Reply:
        """Return the answer without what the contract promises of it, the address of a new record too."""
        return Reply(reply.status, ["changed"] if reply.content() else None)

    def reply(self, call: Call) -> Reply:
        """Answer one call."""
        if call.path == f"{_REST}/auth/oauth2/v1/token":
            status, data = self.gate.token(call, f"{self.url}{call.path}")
            return Reply(status, data)
        if not self.gate.admits(call, f"http://{call.headers.get('host', '')}{call.path}"):
            return self.refused_login()
        return self._served(call) or _refused(404, "Not Found", _NO_SERVICE)

    def _served(self, call: Call) -> Reply | None:
        """Answer a call of somebody who may call; None for an address that there is not."""
        by_post = {f"{_REST}/query/v1/suiteql": self._queried, f"{_REST}/document/v1/file": self._uploaded}
        if call.method == "POST" and call.path in by_post:
            return by_post[call.path](call)
        if call.path == f"{_REST}/system/v1/governanceLimits":
            return self._limits()
        if (job := _JOB.fullmatch(call.path)) and call.method == "GET":
            return self._job(job.group(1), is_result=bool(job.group(2)))
        if (place := _RECORD.fullmatch(call.path)) and place.group(1) in RECORDS:
            return self._record(call, *place.groups())
        return None

    def _record(self, call: Call, kind: str, name: str | None, target: str | None, file: str | None) -> Reply:
        if file is not None and call.method == "POST":
            return self._attach(kind, name or "", file)
        if call.method == "GET" and name and not target:
            found = self._found(kind, name)
            return _reply(200, _as_read(found), f"{_RESOURCE}; type=singular") if found else _absent()
        makes = (call.method == "POST" and (name is None) == (target is None)) or (
            call.method in {"PUT", "PATCH"} and name and not target
        )
        if not makes:
            return _refused(405, "Method Not Allowed", ("INVALID_REQUEST", "", "This method is not supported."))
        if "respond-async" in call.headers.get("prefer", ""):
            return self._begun(call, kind, name, target)
        return self._made(call, kind, name, target)

    def _made(self, call: Call, kind: str, name: str | None, target: str | None) -> Reply:
        try:
            body = call.data()
        except ValueError:
            return _bad(("INVALID_CONTENT", "", "Invalid content in the request body."))
        if isinstance(body, dict) and call.headers.get("x-netsuite-propertynamevalidation") != "Error":
            body = {
                name: value for name, value in body.items() if name in RECORDS[target or kind]
            }  # dropped in silence
        if call.method in {"PUT", "PATCH"}:
            return (self._upserted if call.method == "PUT" else self._amended)(kind, name or "", body)
        if target is None:
            return self._inserted(kind, body, {})
        source = self._found(kind, name or "")
        if source is None:
            return _absent()
        if target not in TRANSFORMS.get(kind, frozenset()):
            return _bad(("INVALID_REQUEST", "", f"Transformation of {kind} to {target} is not supported."))
        return self._transformed(kind, target, source, body)

    def _transformed(self, kind: str, target: str, source: Mapping[str, Any], body: Any) -> Reply:
        """Make a record from another one: the body says what is otherwise."""
        party = "customer" if target == "customerPayment" else "entity"
        taken: dict[str, Any] = {"createdFrom": {"id": source["id"]}}
        if target != "itemReceipt":
            taken[party] = {"id": source["id"]} if kind in {"vendor", "customer"} else source.get("entity")
            taken |= _copied_lines(source, target)
        lines = source.get("item", {}).get("items", ())
        known = {row.get("line", number) for number, row in enumerate(lines, 1)}
        given = body.get("item", {}).get("items", ()) if isinstance(body, dict) else ()
        for index, row in enumerate(given if target == "itemReceipt" else ()):
            if row.get("orderLine") not in known:
                path = f"item.items[{index}].orderLine"
                return _bad(("INVALID_KEY_OR_REF", path, f"Invalid order line {row.get('orderLine')}."))
        if target == "itemReceipt" and isinstance(body, dict):
            body = {**body, "item": {"items": _received(lines, given)}}
        return self._inserted(target, body, taken)

    def _inserted(self, kind: str, body: Any, taken: Mapping[str, Any]) -> Reply:
        given = (
            {**{name: value for name, value in taken.items() if name != "createdFrom"}, **body}
            if isinstance(body, dict)
            else body
        )
        wrong = list(complaints(given, RECORDS[kind], self._exists))
        if wrong:
            return _bad(*wrong)
        if (external := given.get("externalId")) and self._is_taken(kind, external):
            return _bad(("USER_ERROR", "", "Error while accessing a resource. This record already exists."))
        if (number := given.get("entityId")) and self._exists(kind, "entityid", number):
            words = f"A {kind} record with this name already exists. Every {kind} record must have a unique name."
            return _bad(("USER_ERROR", "entityId", words))
        self._next += 1
        made = {"id": str(self._next), **taken, **given, "lastModifiedDate": self._now(), "createdDate": self._now()}
        made |= {"status": "A"} if kind in SQL_TYPES else {}
        self.objects.setdefault(kind, []).append(made)
        if external:
            self._made_by[external] = (kind, made)
        return self._named(kind, made)

    def _upserted(self, kind: str, name: str, body: Any) -> Reply:
        if not name.startswith("eid:"):
            return _bad(("INVALID_PARAMETER", "", "An upsert names the record by its external id."))
        found = self._found(kind, name)
        if found is None:
            return self._inserted(
                kind, {**body, "externalId": name.removeprefix("eid:")} if isinstance(body, dict) else body, {}
            )
        wrong = list(complaints(body, RECORDS[kind], self._exists, is_new=False))
        if wrong:
            return _bad(*wrong)
        found.update({**body, "lastModifiedDate": self._now()})
        return self._named(kind, found)

    def _amended(self, kind: str, name: str, body: Any) -> Reply:
        """Change a record: lines of the address book are added, and one of them is billed."""
        found = self._found(kind, name)
        if found is None:
            return _absent()
        wrong = list(complaints(body, RECORDS[kind], self._exists, is_new=False))
        if wrong:
            return _bad(*wrong)
        added = body.get("addressBook", {}).get("items", [])
        book = found.get("addressBook", {}).get("items", [])
        if any(one.get("defaultBilling") for one in added):
            book = [{**one, "defaultBilling": False} for one in book]
        lines = {"addressBook": {"items": [*book, *added]}} if added else {}
        found.update({**body, **lines, "lastModifiedDate": self._now()})
        return self._named(kind, found)

    def _named(self, kind: str, record: Mapping[str, Any]) -> Reply:
        return Reply(204, headers={"location": f"{self.url}{_REST}/record/v1/{kind}/{record['id']}"})

    def _begun(self, call: Call, kind: str, name: str | None, target: str | None) -> Reply:
        key = call.headers.get("x-netsuite-idempotency-key", "")
        known = next((job for job, (used, _) in self._jobs.items() if key and used == key), None)
        if known is not None:
            words = "A request with the same idempotency key is already submitted."
            refusal = _refused(400, "Conflict", ("IDEMPOTENCY_ERROR", "", words))
            return Reply(
                400, body=refusal.body, headers={**refusal.headers, "location": f"{_REST}/async/v1/job/{known}"}
            )
        job = str(len(self._jobs) + 1)
        self._jobs[job] = (key, self._made(call, kind, name, target))
        place = {"location": f"{_REST}/async/v1/job/{job}", "preference-applied": "respond-async"}
        return Reply(202, headers=place)

    def _job(self, job: str, *, is_result: bool) -> Reply:
        if job not in self._jobs:
            return _absent()
        outcome = self._jobs[job][1]
        if is_result:
            return outcome
        progress = "succeeded" if outcome.status == 204 else "failed"  # noqa: PLR2004 - no content
        return _reply(200, {"completed": True, "id": job, "progress": progress})

    def _queried(self, call: Call) -> Reply:
        if "transient" not in call.headers.get("prefer", ""):
            words = "Missing or invalid header. The required header is Prefer: transient."
            return _bad(("INVALID_HEADER", "", words))
        try:
            limit, offset = int(call.query.get("limit", "1000")), int(call.query.get("offset", "0"))
            body = call.data()
            if not 0 < limit <= 1000 or not 0 <= offset < 100_000 or set(body) != {"q"}:  # noqa: PLR2004 - of the vendor
                raise BadQuery("Invalid limit, offset or body of the query.")  # noqa: TRY301 - answered like any other
            rows = run(body["q"], self._table)
        except (BadQuery, ValueError, TypeError, KeyError) as e:
            return _bad(("INVALID_PARAMETER", "", str(e)))
        part = rows[offset : offset + limit]
        more = offset + limit < len(rows)
        items = [{"links": [], **row} for row in part]
        data = {
            "links": [],
            "count": len(part),
            "hasMore": more,
            "items": items,
            "offset": offset,
            "totalResults": len(rows),
        }
        return _reply(200, data)

    def _uploaded(self, call: Call) -> Reply:
        try:
            body = call.data()
            name, folder, data = body["name"], body["folder"]["id"], base64.b64decode(body["content"], validate=True)
        except (ValueError, KeyError, TypeError, binascii.Error):
            return _bad(("USER_ERROR", "", "Please enter value(s) for: Folder"))
        if len(data) > _MOST:
            return _bad(("USER_ERROR", "content", "The file is larger than 10 MB."))
        self.masters["file"] = [one for one in self.masters["file"] if (one["name"], one["folder"]) != (name, folder)]
        self._next += 1
        made = {"id": str(self._next), "name": name, "folder": folder}
        self.masters["file"].append(made)
        self.objects.setdefault("file", []).append({**made, "size": len(data)})
        return Reply(204, headers={"location": f"{self.url}{_REST}/document/v1/file/{made['id']}"})

    def _attach(self, kind: str, name: str, file: str) -> Reply:
        found = self._found(kind, name)
        identity = found["id"] if found else name if self._exists(kind, "id", name) else ""
        if not identity or not self._exists("file", "id", file):
            return _absent()
        if (kind, identity, file) not in self.attached:
            self.attached.append((kind, identity, file))
        return Reply(204)

    def _limits(self) -> Reply:
        if self._role != "administrator":
            words = "Permission Violation: You need a higher permission to access this page."
            return _refused(403, "Forbidden", ("INSUFFICIENT_PERMISSION", "", words))
        return _reply(
            200,
            {
                "accountConcurrencyLimit": _LIMIT,
                "accountUnallocatedConcurrencyLimit": _LIMIT,
                "limitType": "accountSpecific",
            },
        )

    def _records(self, kind: str) -> list[dict[str, Any]]:
        return [*self.standing.get(kind, ()), *self.objects.get(kind, ())]

    def _found(self, kind: str, name: str) -> dict[str, Any] | None:
        column, key = ("externalId", name.removeprefix("eid:")) if name.startswith("eid:") else ("id", name)
        made = self._made_by.get(key) if column == "externalId" else None
        if made is not None and made[0] == kind and made[1].get(column) == key:
            return made[1]
        found = next((one for one in self._records(kind) if one.get(column) == key), None)
        if found is None and kind in {"vendor", "customer"}:
            row = next((one for one in self.masters[kind] if one.get(column.lower()) == key), None)
            return (
                self._parties.setdefault((kind, key), {"id": row["id"], "companyName": row["companyname"]})
                if row
                else None
            )
        return found

    def _is_taken(self, kind: str, external: str) -> bool:
        """Whether an external id is taken, among all records that share it."""
        made = self._made_by.get(external)
        share = made is not None and (made[0] in SQL_TYPES) == (kind in SQL_TYPES)
        return share and made is not None and made[1].get("externalId") == external

    def _exists(self, name: str, column: str, key: str) -> bool:
        return name in TABLES and any(str(row.get(column, "")) == key for row in self._table(name))

    def _table(self, name: str) -> list[Mapping[str, Any]]:
        kinds = {*self.standing, *self.objects}
        return table(name, self.masters, {kind: self._records(kind) for kind in kinds})

    def _now(self) -> str:
        return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _received(lines: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the lines of a receipt: what the body does not leave out comes in full, whether it is named or not."""
    told = {row["orderLine"]: row for row in given}
    numbered = [(row.get("line", number), row) for number, row in enumerate(lines, 1)]
    whole = [
        {"orderLine": line, "quantity": row.get("quantity", 0) - row.get("quantityReceived", 0)}
        for line, row in numbered if line not in told
    ]  # fmt: skip
    return [*(row for row in given if row.get("itemReceive", True)), *whole]


def _copied_lines(source: Mapping[str, Any], target: str) -> dict[str, Any]:
    """Return lines, currency and subsidiary of a record, as far as the one that is made from it has them."""
    taken = {name: source[name] for name in ("currency", "subsidiary") if name in source}
    for name in ("item", "expense"):
        allowed = LINES.get(RECORDS[target].get(name, "").rpartition(":")[2], {})
        rows = [
            {key: value for key, value in row.items() if allowed.get(key, "told") != "told"}
            for row in source.get(name, {}).get("items", ())
        ]
        if rows and allowed:
            taken[name] = {"items": rows}
    return taken


def _as_read(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as it is read: references with links, numbers without zeros at their end."""
    read = {name: _shown(value) for name, value in record.items()}
    return {"links": [], **read}


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value.normalize() if value else Decimal(0)
    if isinstance(value, Mapping):
        return {"links": [], **{name: _shown(inner) for name, inner in value.items()}}
    return [_shown(one) for one in value] if isinstance(value, list) else value


def _reply(status: int, data: Mapping[str, Any], kind: str = f"{_RESOURCE}; type=collection") -> Reply:
    body = simplejson.dumps(data, use_decimal=True, ensure_ascii=False).encode()
    return Reply(status, body=body, headers={"content-type": kind})


def _refused(status: int, title: str, *found: Complaint) -> Reply:
    return _reply(status, error(status, title, *found), f"{_RESOURCE}; type=error")


def _bad(*found: Complaint) -> Reply:
    return _refused(400, "Bad Request", *found)


def _absent() -> Reply:
    words = "The record instance does not exist. Provide a valid record instance ID."
    return _refused(404, "Not Found", ("NONEXISTENT_ID", "", words))
