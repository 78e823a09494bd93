"""A Finance environment to try flows against: pending vendor invoices, strict, and hostile on demand."""

import itertools
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import unquote

import simplejson

from adapters.dynamics_fo.sandbox.exports import Queue
from adapters.dynamics_fo.sandbox.imports import Imports
from adapters.dynamics_fo.sandbox.lists import listed
from adapters.shared.sandbox.entra import EntraSandbox
from adapters.shared.sandbox.server import Call, Reply

_HEADERS, _LINES = "VendorInvoiceHeaders", "VendorInvoiceLines"
_ATTACHMENTS = "VendorInvoiceDocumentAttachments"
_MASTERS = ("VendorsV2", "PurchaseOrderHeadersV2", "PurchaseOrderLinesV2", "VendPackingSlipTransBiEntities")
_KEYS = {
    _HEADERS: ("dataAreaId", "HeaderReference"), _LINES: ("dataAreaId", "HeaderReference", "InvoiceLineNumber"),
}  # fmt: skip
_ONE = re.compile(rf"/data/{_HEADERS}\(dataAreaId='(\w+)',HeaderReference='(\w+)'\)")
_REQUEST = re.compile(rb"(\w+) (\S+) HTTP/1\.1\r?\n")
# lengths of the fields behind the entities (Common Data Model, operationsCommon/Finance/AccountsPayable)
_TEXTS: Mapping[str, Mapping[str, int]] = {
    _HEADERS: {
        "dataAreaId": 4, "HeaderReference": 20, "InvoiceAccount": 20, "InvoiceNumber": 20, "Currency": 3, "DueDate": 20,
        "InvoiceDate": 20, "Date": 20, "PurchaseOrderNumber": 20, "TermsOfPayment": 10, "InvoiceDescription": 255,
        "SalesTaxGroup": 10, "DimensionDisplayValue": 500, "DocumentNumber": 20,
    },
    _LINES: {
        "dataAreaId": 4, "HeaderReference": 20, "Currency": 3, "LineDescription": 1000, "MainAccountDisplayValue": 500,
        "ItemNumber": 20, "Unit": 10, "PurchaseOrder": 20, "SalesTaxGroup": 10, "ItemSalesTax": 10, "DimensionDisplayValue": 500,
        "ProcurementCategoryName": 254,
    },
    _ATTACHMENTS: {
        "dataAreaId": 4, "HeaderReference": 20, "TypeId": 10, "Name": 60, "FileName": 259, "FileType": 10, "Notes": 1000,
        "FileContents": 30_000_000,
    },
}  # fmt: skip
_JOURNAL, _TRANSACTIONS = "VendInvoiceJourBiEntities", "VendTransBiEntities"
_READ = frozenset({*_TEXTS, _JOURNAL, _TRANSACTIONS, *_MASTERS})
_BEGIN = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)
_NUMBERS = frozenset({"InvoiceLineNumber", "NetAmount", "UnitPrice", "ReceiveNow", "PurchLineNumber"})


class _Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        inner = {
            "message": message,
            "type": "Microsoft.Dynamics.Platform.Integration.Services.OData.ODataArgumentException",
        }
        self.reply = Reply(status, {"error": {"code": "", "message": "An error has occurred.", "innererror": inner}})


class FoSandbox(EntraSandbox):
    """One legal entity, `usmf`, with vendors 1001, 4711 and V10000."""

    title = "Dynamics 365 Finance"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host=host, port=port)
        self.vendors = {"1001", "4711", "4712", "V10000", "V20000"}
        self.hidden: set[str] = set()
        """Data entities that this environment does not show."""
        self.imports = Imports(self)
        self.queue = Queue(self)
        self._ticks = itertools.count()

    def settings(self) -> Mapping[str, Any]:
        """Return a binding that fits this environment."""
        recurring = {"Postroom vendor invoices": self.imports.activity}
        return {"url": self.url, "company": "usmf", **self.credentials, "recurring": recurring}

    def stand(self, entity_set: str, **values: Any) -> None:
        """Put a record there that nobody wrote through the API."""
        self.objects.setdefault(entity_set, []).append({"dataAreaId": "usmf", **values})

    def import_rows(self, rows: Mapping[str, list[dict[str, str]]]) -> None:
        """Make pending invoices of the rows of a package; staging columns are the names in capitals."""
        for entity, kind in (("Vendor invoice header", _HEADERS), ("Vendor invoice line", _LINES)):
            names = {name.upper(): name for name in (*_TEXTS[kind], *_NUMBERS)}
            for row in rows.get(entity, ()):
                values: dict[str, Any] = {names[column]: value for column, value in row.items() if column in names}
                self.stand(kind, **values)

    def post(self, number: str) -> None:
        """Post a pending invoice as somebody there would: it leaves the pending ones, and our key is gone."""
        with self.lock:
            (header,) = [row for row in self.objects[_HEADERS] if row["InvoiceNumber"] == number]
            lines = [row for row in self.objects[_LINES] if row["HeaderReference"] == header["HeaderReference"]]
            self.objects[_HEADERS].remove(header)
            self.objects[_LINES] = [row for row in self.objects[_LINES] if row not in lines]
            self.stand_posted(header, sum((Decimal(row["NetAmount"]) for row in lines), Decimal(0)))

    def stand_posted(self, header: Mapping[str, Any], net: Decimal) -> None:
        """Put a posted invoice there: a row of the invoice journal, and a vendor transaction."""
        key = len(self.objects.get(_TRANSACTIONS, ())) + 68719476736
        account, number, voucher = header["InvoiceAccount"], header["InvoiceNumber"], f"VIV{key}"
        stamp = (_BEGIN + timedelta(seconds=next(self._ticks))).isoformat().replace("+00:00", "Z")
        usual = {
            "dataAreaId": header["dataAreaId"], "SourceKey": key, "@odata.etag": f'W/"{secrets.token_hex(8)}"',
            "SysModifiedDateTime": stamp,
        }  # fmt: skip
        about = {"CurrencyCode": header.get("Currency"), "InvoiceDate": f"{header.get('InvoiceDate')}T12:00:00Z"}
        self.objects.setdefault(_JOURNAL, []).append(
            {
                **usual, **about, "InvoiceAccount": account, "OrderAccount": account, "InvoiceId": number,
                "LedgerVoucher": voucher, "SalesBalance": net, "Description": header.get("InvoiceDescription", ""),
            }
        )  # fmt: skip
        self.objects.setdefault(_TRANSACTIONS, []).append(
            {**usual, "AccountNum": account, "Invoice": number, "Voucher": voucher, "AmountCur": -net}
        )

    def is_write(self, call: Call) -> bool:
        """Whether a call changes something: signing in, asking, and an archive that nobody imported yet do not."""
        is_asked = call.path.startswith("/blobs/") or "DataEntities.Get" in call.path
        return super().is_write(call) and not is_asked

    def refused_login(self) -> Reply:
        """Refuse an expired token: without a body."""
        return Reply(401, body=b"", headers={"www-authenticate": "Bearer error=invalid_token"})

    def throttled(self, seconds: int) -> Reply:
        """Say that the environment is busy."""
        reply = _Refusal(429, "This request was throttled because the resources of the environment are in use.").reply
        return Reply(429, reply.data, headers={"retry-after": str(seconds)})

    def reply(self, call: Call) -> Reply:  # noqa: PLR0911 - one line a route
        """Answer one call."""
        try:
            if (token := self.token(call)) is not None:
                return token
            if call.path.startswith("/blobs/"):
                return self.imports.put(call)
            if not self.is_signed_in(call):
                return self.refused_login()
            if call.path.startswith("/api/connector/"):
                return self.imports.enqueue(call) if "/enqueue/" in call.path else self.queue.answered(call)
            if "/Microsoft.Dynamics.DataEntities." in call.path:
                return self.imports.act(call)
            if call.path == "/data/$batch":
                return self._batch(call)
            return self._read(call)
        except _Refusal as refusal:
            return refusal.reply

    def _read(self, call: Call) -> Reply:
        path = unquote(call.path)
        if call.query.get("cross-company") != "true":
            raise _Refusal(404, "No HTTP resource was found: the user's company is another one.")
        one = _ONE.fullmatch(path)
        if one is not None:
            for row in self.objects.get(_HEADERS, ()):
                if (row["dataAreaId"], row["HeaderReference"]) == (one[1], one[2]):
                    return Reply(200, {"@odata.context": "$metadata", **row})
            raise _Refusal(404, f"No {_HEADERS} was found for the key.")
        kind = path.removeprefix("/data/")
        if kind not in _READ or kind in self.hidden:
            raise _Refusal(404, f"No HTTP resource was found that matches {kind}.")
        return listed(call, self.url, self.objects.get(kind, []))

    def _batch(self, call: Call) -> Reply:
        """Carry a changeset out, whole or not at all."""
        message = message_from_bytes(f"content-type: {call.headers['content-type']}\r\n\r\n".encode() + call.body)
        requests = [part for part in message.walk() if part.get_content_type() == "application/http"]
        made: list[tuple[str, dict[str, Any]]] = []
        try:
            for request in requests:
                made.append(self._checked(request, made))
        except _Refusal as refusal:
            return _answered([refusal.reply], is_refused=True)
        for kind, row in made:
            self.objects.setdefault(kind, []).append(row)
        return _answered([Reply(201, {"@odata.context": "$metadata", **row}) for _, row in made], is_refused=False)

    def _checked(self, request: Message, made: list[tuple[str, dict[str, Any]]]) -> tuple[str, dict[str, Any]]:
        text = request.get_payload(decode=True)
        line = _REQUEST.match(text) if isinstance(text, bytes) else None
        if line is None or not isinstance(text, bytes):
            raise _Refusal(400, "The batch is malformed.")
        kind = line[2].decode().rpartition("/")[2]
        if kind not in _TEXTS or line[1] != b"POST":
            raise _Refusal(404, f"No HTTP resource was found that matches {kind}.")
        row = simplejson.loads(text[line.end() :].replace(b"\r\n", b"\n").partition(b"\n\n")[2], use_decimal=True)
        for name, value in row.items():
            _check(kind, name, value)
        standing = [*self.objects.get(kind, ()), *(one for other, one in made if other == kind)]
        keys = _KEYS.get(kind, ())
        if keys and any(all(one.get(key) == row.get(key) for key in keys) for one in standing):
            raise _Refusal(409, "Cannot create a record in Vendor invoice. The record already exists.")
        headers = {one["HeaderReference"] for one in self.objects.get(_HEADERS, ())}
        if kind == _ATTACHMENTS and row.get("HeaderReference") not in headers:
            raise _Refusal(400, "Field 'Header reference' is not found in the related table 'Vendor invoice header'.")
        if kind == _HEADERS and row.get("InvoiceAccount") not in self.vendors:
            raise _Refusal(
                400,
                f"The value '{row.get('InvoiceAccount')}' in field 'Invoice account' is not found in the related table 'Vendors'.",
            )
        return kind, {**row, "@odata.etag": f'W/"{secrets.token_hex(8)}"'}


def _check(kind: str, name: str, value: Any) -> None:
    if name in _NUMBERS and kind == _LINES:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise _Refusal(400, f"Cannot convert the literal '{value}' to the expected type 'Edm.Decimal' of '{name}'.")
        return
    longest = _TEXTS[kind].get(name)
    if longest is None:
        raise _Refusal(400, f"The property '{name}' does not exist on type 'Microsoft.Dynamics.DataEntities.{kind}'.")
    if not isinstance(value, str) or len(value) > longest:
        raise _Refusal(400, f"The value of '{name}' is no text of at most {longest} characters.")


def _answered(answers: list[Reply], *, is_refused: bool) -> Reply:
    """Write the answers of a changeset: one for each request, or one refusal for all."""
    outer, inner = f"batchresponse_{secrets.token_hex(4)}", f"changesetresponse_{secrets.token_hex(4)}"
    parts = b"".join(
        _part(outer if is_refused else inner, answer, number) for number, answer in enumerate(answers, start=1)
    )
    if not is_refused:
        head = f"--{outer}\r\nContent-Type: multipart/mixed; boundary={inner}\r\n\r\n".encode()
        parts = head + parts + f"--{inner}--\r\n".encode()
    return Reply(
        200, body=parts + f"--{outer}--\r\n".encode(), headers={"content-type": f"multipart/mixed; boundary={outer}"}
    )


def _part(mark: str, answer: Reply, number: int) -> bytes:
    head = f"--{mark}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {number}\r\n\r\n"
    return (
        f"{head}HTTP/1.1 {answer.status} X\r\nContent-Type: application/json\r\n\r\n".encode()
        + answer.content()
        + b"\r\n"
    )
