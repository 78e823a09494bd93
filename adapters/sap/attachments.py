"""Files beside an object of SAP, through API_CV_ATTACHMENT_SRV. The bytes come from our blobs."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from adapters.sap.client import SapClient
from adapters.sap.wire import quoted
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation, Receipt
from engine.ports import Blobs

SERVICE = "API_CV_ATTACHMENT_SRV"
_KEY = ("LogicalDocument", "ArchiveDocumentID", "DocumentInfoRecordDocNumber")
_MAGIC: Mapping[bytes, tuple[str, str]] = {
    b"%PDF": ("application/pdf", "pdf"), b"\x89PNG": ("image/png", "png"), b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"II*\x00": ("image/tiff", "tif"), b"MM\x00*": ("image/tiff", "tif"), b"PK\x03\x04": ("application/zip", "zip"),
    b"<?xml": ("application/xml", "xml"), b"\xef\xbb\xbf<?xml": ("application/xml", "xml"),
}  # fmt: skip
_UNKNOWN = ("application/octet-stream", "bin")
_LONGEST_STEM = 60


class Attachment:
    """A document attached to an object. Its file name carries our key, so that it is found again."""

    def __init__(self, client: SapClient, blobs: Blobs | None) -> None:
        self._client = client
        self._blobs = blobs

    def find(self, operation: Operation) -> Receipt | None:
        """Return the receipt of a file with our key beside the object. Raises Ambiguous when it is of another length."""
        kind, key = _linked(operation)
        asked = (
            f"LinkedSAPObjectKey={quote(quoted(key), safe='')}&BusinessObjectTypeName={quote(quoted(kind), safe='')}"
        )
        found = [
            row for row in self._client.rows_of(f"{SERVICE}/GetAllOriginals?{asked}")
            if operation.short_key in str(row.get("FileName") or "")
        ]  # fmt: skip
        if not found:
            return None
        size = str(found[0].get("FileSize") or "").strip()
        if size.isdigit() and int(size) and int(size) != len(self._bytes(operation)):
            raise Ambiguous(
                f"SAP: {found[0]['FileName']} stands there with {size} bytes, and ours is of another length."
            )
        return self._receipt(operation, found[0], outcome="already_there")

    def send(self, operation: Operation) -> Receipt:
        """Attach it."""
        kind, key = _linked(operation)
        content = self._bytes(operation)
        media_type, ending = next((known for magic, known in _MAGIC.items() if content.startswith(magic)), _UNKNOWN)
        headers = {
            "content-type": media_type, "slug": f"{_stem(operation)}_{operation.short_key}.{ending}",
            "businessobjecttypename": kind, "linkedsapobjectkey": key,
        }  # fmt: skip
        path = f"{SERVICE}/AttachmentContentSet"
        answer = self._client.api.write("POST", path, content=content, headers=headers, expect=(201,))
        made = self._client.inner(answer)
        return self._receipt(operation, made, outcome="created", status=answer.status)

    def _bytes(self, operation: Operation) -> bytes:
        sha256 = str(operation.payload.get("sha256") or "")
        if self._blobs is None or not sha256:
            raise Rejected("SAP: which document is attached must be said.", fields={"sha256": "must be said"})
        try:
            with self._blobs.open(sha256) as stream:
                return stream.read()
        except FileNotFoundError as e:
            raise Rejected(
                "The document that is to be attached is not here any more.", fields={"sha256": "is gone"}
            ) from e

    def _receipt(self, operation: Operation, entity: Mapping[str, Any], *, outcome: Any, status: int = 200) -> Receipt:
        number = next((str(entity[name]) for name in _KEY if entity.get(name)), "")
        if not number:
            raise Ambiguous("SAP answered without the number of the attachment.")
        kind, key = _linked(operation)
        return Receipt(
            key=operation.key, external_id=number, outcome=outcome,
            request={"method": "POST", "path": f"{SERVICE}/AttachmentContentSet", "digest": str(operation.payload["sha256"])[:16]},
            response={"FileName": str(entity.get("FileName") or ""), "object": f"{kind} {key}", "status": status},
        )  # fmt: skip


def _linked(operation: Operation) -> tuple[str, str]:
    kind, key = (str(operation.payload.get(name) or "") for name in ("BusinessObjectTypeName", "LinkedSAPObjectKey"))
    if not kind or not key:
        raise Rejected("SAP: to what it is attached must be said.", fields={"LinkedSAPObjectKey": "must be said"})
    return kind, key


def _stem(operation: Operation) -> str:
    """Return the file name without its ending, of signs that any system keeps."""
    wanted = str(operation.payload.get("FileName") or "document").rpartition(".")
    return re.sub(r"[^A-Za-z0-9-]+", "-", wanted[0] or wanted[2])[:_LONGEST_STEM].strip("-") or "document"
