"""A company in Business Central to try flows against: written from the published API, strict, and hostile on demand."""

import itertools
import re
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from adapters.dynamics_bc.sandbox import batches, dimensions
from adapters.dynamics_bc.sandbox.fields import FIELDS, LINES, PRICE
from adapters.dynamics_bc.sandbox.filters import filtered
from adapters.dynamics_bc.sandbox.journals import LEDGER, Journals
from adapters.dynamics_bc.sandbox.journals import LINES as JOURNAL_LINES
from adapters.dynamics_bc.sandbox.values import Refusal, kept
from adapters.shared.sandbox.entra import EntraSandbox
from adapters.shared.sandbox.server import Call, Reply

_ONE = re.compile(r"(\w+)\(([0-9a-fA-F-]{36})\)")
_PAGE = 200
_LISTED = {*FIELDS, "items", "accounts", "journals", "vendorPaymentJournals", "purchaseReceipts", LEDGER}
_READ_ONLY = {"items", "accounts", "purchaseReceipts", LEDGER}
_DIMENSIONS = "dimensionSetLines"
_NAMES = {
    "purchaseInvoices": ("vendorNumber", "vendorInvoiceNumber"), "purchaseCreditMemos": ("vendorNumber", "vendorCreditMemoNumber"),
    "salesInvoices": ("customerNumber", "externalDocumentNumber"),
}  # fmt: skip
"""What may be posted, and the fields of which the company refuses a second posted one."""
_PARTIES = {
    **dict.fromkeys(("purchaseInvoices", "purchaseOrders", "purchaseCreditMemos"), "vendor"),
    **dict.fromkeys(("salesOrders", "salesInvoices"), "customer"),
}
_PARENTS = {lines: parent for parent, lines in LINES.items()}
_SERIES = {
    "purchaseCreditMemos": "PCM",
    "purchaseInvoices": "PI",
    "purchaseOrders": "PO",
    "salesOrders": "SO",
    "salesInvoices": "SI",
}


class BcSandbox(EntraSandbox):
    """One company: vendors V10000 and others stand there; unknown codes are refused."""

    title = "Business Central"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.company = str(uuid.uuid4())
        self._numbers = itertools.count(1001)
        self._ticks = itertools.count()
        self._begin = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)
        self.vat = Decimal("0.19")
        for number in ("V10000", "V20000", "4711", "4712", "E1001"):
            self.stand(
                "vendors",
                number=number,
                displayName=f"Vendor {number}",
                taxRegistrationNumber=f"DE{number}",
                blocked="_x0020_",
            )
        for number in ("C10000", "C20000"):
            self.stand("customers", number=number, displayName=f"Customer {number}", blocked="_x0020_")
        for number in ("6210", "681500", "4674"):
            self.stand("accounts", number=number, displayName=f"Account {number}", blocked=False)
        for number in ("1896-S", "A-1"):
            self.stand("items", number=number, displayName=f"Item {number}", blocked=False)
        self.stand("journals", code="PAYMENTS", displayName="Payments", templateDisplayName="GENERAL")
        self.stand("vendorPaymentJournals", code="BANK", displayName="Payments by bank")
        self.journals = Journals(self.objects)

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits this company."""
        return {"base_url": self.url, **self.credentials, "environment": "Sandbox", "company": "CRONUS"}

    @property
    def scope(self) -> str:
        """Any: tokens are given out for Business Central as a whole, not for an address."""
        return ""

    def stand(self, path: str, **values: Any) -> dict[str, Any]:
        """Put an object there that nobody wrote through the API."""
        row = {"id": str(uuid.uuid4()), "lastModifiedDateTime": self._stamp(), "@odata.etag": self._etag(), **values}
        self.objects.setdefault(path, []).append(row)
        return row

    def invoice_order(self, path: str, number: str) -> None:
        """Receive or ship an order and invoice all of it, as people there would: the order is deleted."""
        with self.lock:
            (order,) = [row for row in self.objects[path] if row["number"] == number]
            self.objects[path].remove(order)
            usual = {"orderNumber": number, "postingDate": order["orderDate"], "status": "Open"}
            lines: list[dict[str, Any]] = order[LINES[path]]
            if path == "salesOrders":
                names = ("customerNumber", "externalDocumentNumber")
                about = {name: order[name] for name in names}
                self.stand("salesInvoices", number=f"PSI{number}", **usual, **about, salesInvoiceLines=lines)
                return
            vendor = {"vendorNumber": order["vendorNumber"]}
            self.stand("purchaseReceipts", number=f"R{number}", **usual, **vendor, purchaseReceiptLines=lines)
            self.stand("purchaseInvoices", number=f"P{number}", **usual, **vendor, purchaseInvoiceLines=lines)

    def is_write(self, call: Call) -> bool:
        """Whether a call changes something: signing in does not, nor does a batch that only asks."""
        return batches.is_write(call) if call.path.endswith("/$batch") else super().is_write(call)

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
            if (token := self.token(call)) is not None:
                return token
            if not self.is_signed_in(call):
                return self.refused_login()
            if call.path.endswith("/$batch"):
                return batches.answered(call, self.reply)
            prefix = f"/v2.0/{self.tenant}/Sandbox/api/v2.0"
            return self._answer(call, unquote(call.path).removeprefix(prefix).strip("/").split("/"))
        except Refusal as refusal:
            return refusal.reply
        except ValueError as e:
            return Refusal(400, "BadRequest", str(e)).reply

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
        row = self._row(path, one[2].lower())
        if row is None:
            raise Refusal(
                404,
                "Internal_RecordNotFound",
                f"The record in table {path} does not exist. Identification fields and values: SystemId='{one[2]}'.",
            )
        if call.method == "GET":
            return Reply(200, self._shown(path, row, call.query.get("$expand", "")))
        if parts[2:] and parts[2].startswith(_DIMENSIONS):
            return dimensions.changed(row, parts[2:], call, is_fixed=self._document(path, row).get("status") != "Draft")
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

    def _row(self, path: str, key: str) -> dict[str, Any] | None:
        """Return an object by its id; lines stand in their documents, and a journal is a journal under either name."""
        if path in _PARENTS:
            rows = [line for row in self.objects.get(_PARENTS[path], ()) for line in row[path]]
        else:
            paths = {"journals", "vendorPaymentJournals"} if path == "journals" else {path}
            rows = [row for one in paths for row in self.objects.get(one, ())]
        return next((row for row in rows if row["id"] == key), None)

    def _document(self, path: str, row: dict[str, Any]) -> Mapping[str, Any]:
        """Return the document that a line is of; a document is its own."""
        if path not in _PARENTS:
            return row
        return next(one for one in self.objects[_PARENTS[path]] if row in one[path])

    def _shown(self, path: str, row: Mapping[str, Any], expand: str) -> dict[str, Any]:
        lines = {**LINES, "purchaseReceipts": "purchaseReceiptLines"}.get(path, "")
        shown = {name: value for name, value in row.items() if name not in {"content", lines, _DIMENSIONS}}
        plain = expand.replace(f"($expand={_DIMENSIONS})", "").split(",")
        if lines and lines in plain:
            is_deep = f"{lines}($expand={_DIMENSIONS})" in expand
            shown[lines] = [
                {name: value for name, value in line.items() if is_deep or name != _DIMENSIONS} for line in row[lines]
            ]
        if _DIMENSIONS in plain:
            shown[_DIMENSIONS] = row.get(_DIMENSIONS, [])
        return shown

    def _created(self, path: str, call: Call) -> Reply:
        if path in _READ_ONLY or path not in FIELDS or path in LINES.values():
            raise Refusal(
                405, "BadRequest_MethodNotAllowed", f"'POST' requests for '{path}' of EDM type are not allowed."
            )
        given = call.data()
        lines = LINES.get(path, "")
        inner = given.pop(lines, []) if lines else []
        values = kept(path, given)
        self._check(path, values)
        written = [self._line(path, line, number) for number, line in enumerate(inner, start=1)]
        row = self.stand(path, **{**self._drafted(path), **values})
        if lines:
            row[lines] = written
            row[_DIMENSIONS] = dimensions.defaults(values.get(f"{_PARTIES[path]}Number"))
            self._total(path, row)
        return Reply(201, self._shown(path, row, ""))

    def _drafted(self, path: str) -> dict[str, Any]:
        if path in _SERIES:
            status = {"status": "Draft"}
            return {"number": f"{_SERIES[path]}{next(self._numbers)}", "currencyCode": "EUR", **status}
        return {"byteSize": 0} if path == "documentAttachments" else {}

    def _check(self, path: str, values: Mapping[str, Any]) -> None:
        """Refuse codes that stand in no table, and what must be given and is not."""
        party = _PARTIES.get(path)
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
        if path in JOURNAL_LINES:
            self.journals.check(path, values)

    def _has(self, path: str, name: str, value: str) -> bool:
        return any(str(row.get(name, "")).casefold() == value.casefold() for row in self.objects.get(path, ()))

    def _line(self, path: str, given: Any, number: int) -> dict[str, Any]:
        values = kept(LINES[path], given)
        what, code = values.get("lineType"), values.get("lineObjectNumber")
        table = {"Item": "items", "Account": "accounts"}.get(str(what))
        if table and not self._has(table, "number", str(code)):
            raise Refusal(400, "Application_DialogException", f'{what} does not exist. ("lineObjectNumber")')
        usual = {"id": str(uuid.uuid4()), "sequence": number * 10000, _DIMENSIONS: dimensions.defaults(code)}
        return {**usual, **values}

    def _total(self, path: str, row: dict[str, Any]) -> None:
        net = sum(
            (Decimal(line.get(PRICE[path], 0)) * Decimal(line.get("quantity", 1)) for line in row[LINES[path]]),
            Decimal(0),
        )
        net = (net - Decimal(row.get("discountAmount", 0))).quantize(Decimal("0.01"))
        if row.get("pricesIncludeTax"):
            net = (net / (1 + self.vat)).quantize(Decimal("0.01"))
        row |= {
            "totalAmountExcludingTax": net, "totalTaxAmount": (net * self.vat).quantize(Decimal("0.01")),
            "totalAmountIncludingTax": (net * (1 + self.vat)).quantize(Decimal("0.01")),
        }  # fmt: skip

    def _changed(self, path: str, row: dict[str, Any], rest: list[str], call: Call) -> Reply:
        match call.method, rest:
            case "POST", ["Microsoft.NAV.post"] if path in _NAMES:
                self._post(path, row)
            case "POST", ["Microsoft.NAV.post"] if path == "journals":
                self.journals.post(row["id"])
            case "PATCH", [] if path in {"vendors", "customers"}:
                return self._amended(path, row, call)
            case "PATCH", ["attachmentContent"] if path == "documentAttachments":
                self._fill(row, call)
            case _:
                raise Refusal(404, "BadRequest_NotFound", "Resource not found for the segment.")
        row |= {"lastModifiedDateTime": self._stamp(), "@odata.etag": self._etag()}
        return Reply(204)

    def _amended(self, path: str, row: dict[str, Any], call: Call) -> Reply:
        """Change fields of a party, as it was read by whoever changes it."""
        if call.headers.get("if-match", "") not in {"*", row["@odata.etag"]}:
            raise Refusal(409, "Request_EntityChanged", "Another user has already changed the record.")
        row |= {**kept(path, call.data()), "lastModifiedDateTime": self._stamp(), "@odata.etag": self._etag()}
        return Reply(200, self._shown(path, row, ""))

    def _post(self, path: str, row: dict[str, Any]) -> None:
        if row["status"] != "Draft":
            raise Refusal(400, "Application_DialogException", "The action can be applied to a draft invoice only.")
        if not any(line.get("lineType") != "Comment" for line in row[LINES[path]]):
            raise Refusal(400, "Application_DialogException", "There is nothing to post.")
        keys = _NAMES[path]
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
