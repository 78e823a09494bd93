"""A company in Business Central to try flows against: written from the published API, strict, and hostile on demand."""

import itertools
import re
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, unquote

from adapters.dynamics_bc.sandbox.fields import FIELDS, LINES, PRICE
from adapters.dynamics_bc.sandbox.filters import filtered
from adapters.dynamics_bc.sandbox.values import Refusal, kept
from adapters.shared.sandbox.server import Call, Reply, Sandbox

_ONE = re.compile(r"(\w+)\(([0-9a-fA-F-]{36})\)")
_PAGE = 200
_LISTED = {*FIELDS, "items", "accounts", "journals", "purchaseReceipts"}
_SERIES = {"purchaseInvoices": "PI", "purchaseOrders": "PO", "salesOrders": "SO", "salesInvoices": "SI"}


class BcSandbox(Sandbox):
    """One company: vendors V10000 and others stand there; unknown codes are refused."""

    title = "Business Central"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.tenant, self.client_id, self.client_secret = str(uuid.uuid4()), str(uuid.uuid4()), secrets.token_hex(16)
        self.company = str(uuid.uuid4())
        self._tokens: set[str] = set()
        self._numbers = itertools.count(1001)
        self._ticks = itertools.count()
        self._begin = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)
        self.vat = Decimal("0.19")
        for number in ("V10000", "V20000", "4711", "4712"):
            self.stand(
                "vendors",
                number=number,
                displayName=f"Vendor {number}",
                taxRegistrationNumber=f"DE{number}",
                blocked="_x0020_",
            )
        for number in ("C10000", "C20000"):
            self.stand("customers", number=number, displayName=f"Customer {number}", blocked="_x0020_")
        for number in ("6210", "681500"):
            self.stand("accounts", number=number, displayName=f"Account {number}", blocked=False)
        for number in ("1896-S", "A-1"):
            self.stand("items", number=number, displayName=f"Item {number}", blocked=False)
        self.stand("journals", displayName="PAYMENTS")

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits this company."""
        return {
            "base_url": self.url, "login_url": f"{self.url}/login", "tenant": self.tenant, "environment": "Sandbox",
            "company": "CRONUS", "client_id": self.client_id, "client_secret": self.client_secret,
        }  # fmt: skip

    def stand(self, path: str, **values: Any) -> dict[str, Any]:
        """Put an object there that nobody wrote through the API."""
        row = {"id": str(uuid.uuid4()), "lastModifiedDateTime": self._stamp(), "@odata.etag": self._etag(), **values}
        self.objects.setdefault(path, []).append(row)
        return row

    def is_write(self, call: Call) -> bool:
        """Whether a call changes something: signing in does not."""
        return super().is_write(call) and not call.path.startswith("/login/")

    def expire_tokens(self) -> None:
        """Take all access tokens back."""
        self._tokens.clear()

    def refused_login(self) -> Reply:
        """Refuse an expired token in the words of Business Central."""
        return Refusal(
            401, "Authentication_InvalidCredentials", "The server has rejected the client credentials."
        ).reply

    def throttled(self, seconds: int) -> Reply:
        """Say that the window of five minutes is full."""
        reply = Refusal(
            429, "Application_TooManyRequests", "Too many requests reached. Actual (6001). Maximum (6000)."
        ).reply
        return Reply(429, reply.data, headers={"retry-after": str(seconds)})

    def reply(self, call: Call) -> Reply:
        """Answer one call."""
        try:
            if call.path == f"/login/{self.tenant}/oauth2/v2.0/token":
                return self._token(call)
            if call.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
                return self.refused_login()
            prefix = f"/v2.0/{self.tenant}/Sandbox/api/v2.0"
            return self._answer(call, unquote(call.path).removeprefix(prefix).strip("/").split("/"))
        except Refusal as refusal:
            return refusal.reply
        except ValueError as e:
            return Refusal(400, "BadRequest", str(e)).reply

    def _token(self, call: Call) -> Reply:
        form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return Reply(
                401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}
            )
        if not form.get("scope", "").endswith("/.default"):
            return Reply(
                400,
                {
                    "error": "invalid_scope",
                    "error_description": "AADSTS70011: The provided value for scope is not valid.",
                },
            )
        token = secrets.token_hex(24)
        self._tokens.add(token)
        return Reply(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def _answer(self, call: Call, parts: list[str]) -> Reply:
        if parts == ["companies"]:
            companies = [{"id": self.company, "name": "CRONUS"}]
            return Reply(200, {"value": filtered(companies, call.query.get("$filter", ""))})
        if not parts or parts[0] != f"companies({self.company})":
            raise Refusal(404, "Internal_CompanyNotFound", "Cannot find the company.")
        one = _ONE.fullmatch(parts[1])
        path = one[1] if one else parts[1]
        if path not in _LISTED:
            raise Refusal(404, "BadRequest_NotFound", f"Resource not found for the segment '{parts[1]}'.")
        if one is None:
            return self._listed(call, path) if call.method == "GET" else self._created(path, call)
        row = next((row for row in self.objects.get(path, ()) if row["id"] == one[2].lower()), None)
        if row is None:
            raise Refusal(
                404,
                "Internal_RecordNotFound",
                f"The record in table {path} does not exist. Identification fields and values: SystemId='{one[2]}'.",
            )
        if call.method == "GET":
            return Reply(200, self._shown(path, row, call.query.get("$expand", "")))
        return self._changed(path, row, parts[2:], call)

    def _listed(self, call: Call, path: str) -> Reply:
        rows = filtered(self.objects.get(path, []), call.query.get("$filter", ""))
        start = int(call.query.get("$skiptoken", "0"))
        size = min(int(call.query.get("$top") or _PAGE), _PAGE)
        page = [self._shown(path, row, call.query.get("$expand", "")) for row in rows[start : start + size]]
        more = start + size < len(rows) and "$top" not in call.query
        query = "&".join(f"{name}={value}" for name, value in call.query.items() if name != "$skiptoken")
        following = {"@odata.nextLink": f"{self.url}{call.path}?{query}&$skiptoken={start + size}"} if more else {}
        return Reply(200, {"@odata.context": "$metadata", "value": page, **following})

    def _shown(self, path: str, row: Mapping[str, Any], expand: str) -> dict[str, Any]:
        lines = LINES.get(path, "")
        hidden = {"content"} if lines == expand else {"content", lines}
        return {name: value for name, value in row.items() if name not in hidden}

    def _created(self, path: str, call: Call) -> Reply:
        given = call.data()
        lines = LINES.get(path, "")
        inner = given.pop(lines, []) if lines else []
        values = kept(path, given)
        self._check(path, values)
        written = [self._line(path, line, number) for number, line in enumerate(inner, start=1)]
        row = self.stand(path, **{**self._drafted(path), **values})
        if lines:
            row[lines] = written
            self._total(path, row)
        return Reply(201, self._shown(path, row, lines))

    def _drafted(self, path: str) -> dict[str, Any]:
        if path in _SERIES:
            status = {"status": "Draft"}
            return {"number": f"{_SERIES[path]}{next(self._numbers)}", "currencyCode": "EUR", **status}
        return {"byteSize": 0} if path == "documentAttachments" else {}

    def _check(self, path: str, values: Mapping[str, Any]) -> None:
        """Refuse codes that stand in no table, and what must be given and is not."""
        party = {
            "purchaseInvoices": "vendor",
            "purchaseOrders": "vendor",
            "salesOrders": "customer",
            "salesInvoices": "customer",
        }.get(path)
        if party is not None:
            number = values.get(f"{party}Number")
            if not number and not values.get(f"{party}Id"):
                raise Refusal(
                    400, "Application_DialogException", f'A "{party}Number" or a "{party}Id" must be provided.'
                )
            if number and not self._has(f"{party}s", "number", str(number)):
                raise Refusal(400, "Application_DialogException", f'The {party} cannot be found ("{party}Number").')
        if path in {"vendors", "customers"}:
            if not values.get("displayName"):
                raise Refusal(400, "Application_DialogException", 'A "displayName" must be provided.')
            if self._has(path, "number", str(values.get("number"))):
                raise Refusal(
                    400, "Internal_EntityWithSameKeyExists", f'The record in table {path} already exists. ("number")'
                )
        if path == "journalLines" and not self._has("journals", "id", str(values.get("journalId"))):
            raise Refusal(
                400,
                "Application_DialogException",
                "You must specify a journal batch ID or a journal ID to get a journal line.",
            )

    def _has(self, path: str, name: str, value: str) -> bool:
        return any(str(row.get(name, "")).casefold() == value.casefold() for row in self.objects.get(path, ()))

    def _line(self, path: str, given: Any, number: int) -> dict[str, Any]:
        values = kept(LINES[path], given)
        what, code = values.get("lineType"), values.get("lineObjectNumber")
        table = {"Item": "items", "Account": "accounts"}.get(str(what))
        if table and not self._has(table, "number", str(code)):
            raise Refusal(400, "Application_DialogException", f'{what} does not exist. ("lineObjectNumber")')
        return {"id": str(uuid.uuid4()), "sequence": number * 10000, **values}

    def _total(self, path: str, row: dict[str, Any]) -> None:
        net = sum(
            (Decimal(line.get(PRICE[path], 0)) * Decimal(line.get("quantity", 1)) for line in row[LINES[path]]),
            Decimal(0),
        )
        net = (net - Decimal(row.get("discountAmount", 0))).quantize(Decimal("0.01"))
        row |= {
            "totalAmountExcludingTax": net, "totalTaxAmount": (net * self.vat).quantize(Decimal("0.01")),
            "totalAmountIncludingTax": (net * (1 + self.vat)).quantize(Decimal("0.01")),
        }  # fmt: skip

    def _changed(self, path: str, row: dict[str, Any], rest: list[str], call: Call) -> Reply:
        match call.method, rest:
            case "POST", ["Microsoft.NAV.post"] if path in {"purchaseInvoices", "salesInvoices"}:
                self._post(path, row)
            case "PATCH", ["attachmentContent"] if path == "documentAttachments":
                self._fill(row, call)
            case _:
                raise Refusal(404, "BadRequest_NotFound", "Resource not found for the segment.")
        row |= {"lastModifiedDateTime": self._stamp(), "@odata.etag": self._etag()}
        return Reply(204)

    def _post(self, path: str, row: dict[str, Any]) -> None:
        if row["status"] != "Draft":
            raise Refusal(400, "Application_DialogException", "The action can be applied to a draft invoice only.")
        if not any(line.get("lineType") != "Comment" for line in row[LINES[path]]):
            raise Refusal(400, "Application_DialogException", "There is nothing to post.")
        keys = (
            ("vendorNumber", "vendorInvoiceNumber")
            if path == "purchaseInvoices"
            else ("customerNumber", "externalDocumentNumber")
        )
        for other in self.objects[path]:
            if other is not row and other["status"] != "Draft" and all(other.get(k) == row.get(k) for k in keys):
                raise Refusal(
                    400, "Application_DialogException", f"{keys[1]} {row.get(keys[1])} already exists for this party."
                )
        row |= {"status": "Open", "number": f"P{row['number']}"}

    def _fill(self, row: dict[str, Any], call: Call) -> None:
        wanted = call.headers.get("if-match", "")
        if wanted not in {"*", row["@odata.etag"]}:
            raise Refusal(409, "Request_EntityChanged", "Another user has already changed the record.")
        row |= {"byteSize": len(call.body), "content": call.body.hex()}

    def _stamp(self) -> str:
        moment = self._begin + timedelta(seconds=next(self._ticks))
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _etag(self) -> str:
        return f'W/"{secrets.token_hex(8)}"'
