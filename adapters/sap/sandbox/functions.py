"""Functions and files: what is done to an invoice, and attachments of documents."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from adapters.sap.sandbox.documents import POSTED
from adapters.sap.sandbox.wording import refusal
from adapters.shared.sandbox.server import Call, Reply

Objects = dict[str, list[dict[str, Any]]]
ATTACHMENTS = "AttachmentContentSet"
_LITERAL = re.compile(r"^'((?:[^']|'')*)'$")
_LONGEST_NAME = 255


def _said(call: Call, name: str) -> str:
    match = _LITERAL.match(call.query.get(name, ""))
    return match[1].replace("''", "'") if match else ""


def _invoice(objects: Objects, call: Call) -> dict[str, Any] | None:
    number, year = _said(call, "SupplierInvoice"), _said(call, "FiscalYear")
    rows = objects.get("A_SupplierInvoice", ())
    return next((row for row in rows if (row["SupplierInvoice"], row["FiscalYear"]) == (number, year)), None)


def _post(objects: Objects, call: Call) -> Reply:
    invoice = _invoice(objects, call)
    if invoice is None:
        return refusal(400, "M8/378", "Invoice document does not exist")
    if invoice["SupplierInvoiceStatus"] == POSTED:
        return refusal(400, "M8/394", "Invoice document has already been posted")
    invoice["SupplierInvoiceStatus"] = POSTED
    return Reply(200, {"d": {"Post": {"__metadata": {"type": "PostInvoiceExportParameters"}, "Success": True}}})


def _cancel(objects: Objects, call: Call) -> Reply:
    invoice = _invoice(objects, call)
    if invoice is None:
        return refusal(400, "M8/378", "Invoice document does not exist")
    if not _said(call, "ReversalReason") or not call.query.get("PostingDate", "").startswith("datetime'"):
        return refusal(400, "M8/003", "Enter reversal reason and posting date")
    if invoice["ReverseDocument"] or invoice["SupplierInvoiceStatus"] != POSTED:
        return refusal(400, "M8/287", "Invoice document cannot be cancelled")
    rows = objects["A_SupplierInvoice"]
    number = str(int(rows[-1]["SupplierInvoice"]) + 1)
    reversal = {**invoice, "SupplierInvoice": number, "ReverseDocument": invoice["SupplierInvoice"], "IsReversal": True,
                "SupplierInvoiceIsCreditMemo": "" if invoice["SupplierInvoiceIsCreditMemo"] else "X"}  # fmt: skip
    invoice |= {"ReverseDocument": number, "ReverseDocumentFiscalYear": invoice["FiscalYear"], "IsReversed": True}
    rows.append(reversal)
    made = {"ReverseDocument": number, "FiscalYear": invoice["FiscalYear"], "Success": True}
    return Reply(200, {"d": {"Cancel": made}})


def _attach(objects: Objects, call: Call) -> Reply:
    name, key, kind = (call.headers.get(one, "") for one in ("slug", "linkedsapobjectkey", "businessobjecttypename"))
    if not name or not key or not kind or len(name) > _LONGEST_NAME:
        return refusal(400, "SDOK_CONTENT/001", "Slug, LinkedSAPObjectKey and BusinessObjectTypeName are needed")
    if not call.headers.get("content-type") or call.headers["content-type"].startswith("application/json"):
        return refusal(415, "/IWBEP/CM_MGW_RT/064", "Media type of the file is needed")
    rows = objects.setdefault(ATTACHMENTS, [])
    entity = {
        "ArchiveDocumentID": f"FA163E{len(rows) + 1:014d}", "LogicalDocument": "", "DocumentInfoRecordDocNumber": "",
        "LinkedSAPObjectKey": key, "BusinessObjectTypeName": kind, "FileName": name, "FileSize": str(len(call.body)),
        "MimeType": call.headers["content-type"],
    }  # fmt: skip
    rows.append(entity)
    return Reply(201, {"d": entity})


def _originals(objects: Objects, call: Call) -> Reply:
    key, kind = _said(call, "LinkedSAPObjectKey"), _said(call, "BusinessObjectTypeName")
    rows = objects.get(ATTACHMENTS, ())
    found = [row for row in rows if (row["LinkedSAPObjectKey"], row["BusinessObjectTypeName"]) == (key, kind)]
    return Reply(200, {"d": {"results": found}})


_INVOICES, _FILES = "API_SUPPLIERINVOICE_PROCESS_SRV", "API_CV_ATTACHMENT_SRV"
SERVICES = frozenset({_FILES})
FUNCTIONS: Mapping[tuple[str, str, str], Callable[[Objects, Call], Reply]] = {
    ("POST", _INVOICES, "Post"): _post, ("POST", _INVOICES, "Cancel"): _cancel,
    ("POST", _FILES, ATTACHMENTS): _attach, ("GET", _FILES, "GetAllOriginals"): _originals,
}  # fmt: skip
