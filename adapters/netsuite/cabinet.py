"""Papers at their records: a file in the file cabinet, attached to a record.

Two steps, and `find` finishes the second: a file is known by its name in its folder, which holds the operation's key, and
attaching it twice changes nothing.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

from adapters.netsuite.client import DOCUMENT, RECORD, STRICT, NetSuiteApi, id_in
from adapters.netsuite.records import RECORDS
from adapters.netsuite.suiteql import select
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation
from engine.ports import Blobs

_MOST_BYTES = 10 * 1024 * 1024
"""Of one request to the document service."""
_STARTS: Mapping[bytes, str] = {
    b"%PDF": "pdf", b"\x89PNG": "png", b"\xff\xd8": "jpg", b"II*\0": "tif", b"MM\0*": "tif", b"<": "xml",
    b"\xef\xbb\xbf<": "xml", b"PK": "zip",
}  # fmt: skip


class Cabinet:
    """The file cabinet of one account."""

    def __init__(self, api: NetSuiteApi) -> None:
        self._api = api
        self.blobs: Blobs | None = None

    def find(self, operation: Operation) -> str | None:
        """Return the id of a file that stands there, attached now if it was not; None when it surely was never put there."""
        known = self._known(operation)
        if known is not None:
            self._attach(operation.payload, known)
        return known

    def put(self, operation: Operation) -> tuple[str, bool]:
        """Return the id of the file, put there if need be and attached, and whether it is new."""
        known = self._known(operation)
        if known is None:
            made = self._upload(operation)
            self._attach(operation.payload, made)
            return made, True
        self._attach(operation.payload, known)
        return known, False

    def _known(self, operation: Operation) -> str | None:
        mark = f"name LIKE '%{operation.short_key}.%'"
        rows, _ = self._api.rows(
            select("id", table="file", where=(mark, f"folder = {self._folder(operation.payload)}"))
        )
        if len(rows) > 1:
            raise Ambiguous(
                f"There are {len(rows)} files with the mark {operation.short_key} in the folder of NetSuite."
            )
        return rows[0]["id"] if rows else None

    def _upload(self, operation: Operation) -> str:
        if self.blobs is None:
            raise Rejected("The bytes of documents are not at hand here.", detail="move_in was not called")
        try:
            with self.blobs.open(str(operation.payload["sha256"])) as stream:
                data = stream.read(_MOST_BYTES + 1)
        except FileNotFoundError as e:
            raise Rejected("The document's bytes are not kept any more.", fields={"sha256": "no such bytes"}) from e
        if len(data) > _MOST_BYTES:
            raise Rejected("The file is larger than the 10 MB that NetSuite takes.", fields={"sha256": "too large"})
        body = {
            "name": file_name(operation, data), "folder": {"id": self._folder(operation.payload)},
            "content": base64.b64encode(data).decode(),
        }  # fmt: skip
        answer = self._api.http.write("POST", f"{DOCUMENT}/file", json=body, headers=STRICT, expect=(204,))
        return id_in(answer, "file")

    def _attach(self, payload: Mapping[str, Any], file: str) -> None:
        to = payload["attachTo"]
        kind = RECORDS[to["record"]].kind
        name = str(to["id"]) if "id" in to else f"eid:{to['externalId']}"
        self._api.http.write("POST", f"{RECORD}/{kind}/{name}/!attach/file/{file}", json={}, expect=(204,))

    def _folder(self, payload: Mapping[str, Any]) -> str:
        folder = str(payload.get("folder", {}).get("id", "")) or self._api.settings.folder
        if not folder.lstrip("-").isdigit():
            message = "The folder of the file cabinet is not named: set `folder` of the target to its id."
            raise Rejected(message, fields={"folder.id": "missing"})
        return folder


def file_name(operation: Operation, data: bytes) -> str:
    """Return a name that no other document has: NetSuite replaces a file of the same name in the same folder.

    The ending says what the bytes are: NetSuite tells the type of a file by it alone.
    """
    ending = next((ending for start, ending in _STARTS.items() if data.lstrip().startswith(start)), "bin")
    stem = re.sub(r"[^\w.-]+", "_", str(operation.payload["name"]))[:150]
    return f"{stem}_{operation.short_key}.{ending}"
