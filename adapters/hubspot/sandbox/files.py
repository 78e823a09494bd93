"""The file manager of a portal."""

import hashlib
import json
from email import message_from_bytes, policy
from email.message import Message
from typing import Any, Protocol

from adapters.shared.sandbox.server import Call, Reply


class _Portal(Protocol):
    objects: dict[str, list[dict[str, Any]]]

    def stamp(self) -> str: ...

    def new_id(self) -> str: ...


class Uploads:
    """Uploaded files, by path."""

    def __init__(self, portal: _Portal) -> None:
        self._portal = portal

    def reply(self, call: Call, rest: list[str]) -> Reply:
        """Answer an upload, or say what lies at a path."""
        if call.method == "POST" and not rest:
            return self._upload(call)
        if call.method == "GET" and rest[:1] == ["stat"]:
            path = "/" + "/".join(rest[1:])
            for record in self._portal.objects.get("files", ()):
                if record["path"] == path:
                    return Reply(200, {"file": record, "matched": True})
        return Reply(
            404, {"status": "error", "message": "File not found", "correlationId": "f", "category": "OBJECT_NOT_FOUND"}
        )

    def _upload(self, call: Call) -> Reply:
        parts = _parts(call)
        options = json.loads(_bytes(parts["options"]) or b"{}")
        if (
            options.get("access") not in {"PRIVATE", "PUBLIC_INDEXABLE", "PUBLIC_NOT_INDEXABLE"}
            or "folderPath" not in parts
        ):
            return Reply(
                400,
                {
                    "status": "error",
                    "message": "access and folderPath are required",
                    "correlationId": "f",
                    "category": "VALIDATION_ERROR",
                },
            )
        content = _bytes(parts["file"])
        folder = _bytes(parts["folderPath"]).decode()
        path, digest = f"{folder}/{parts['file'].get_filename()}", hashlib.sha256(content).hexdigest()
        for record in self._portal.objects.get("files", ()):
            is_same = record["path"].rpartition("/")[0] == folder and record["sha256"] == digest
            if is_same and options.get("duplicateValidationStrategy") == "RETURN_EXISTING":
                return Reply(201, record)
        record = {
            "id": self._portal.new_id(), "path": path, "size": len(content), "access": options["access"], "sha256": digest,
            "updatedAt": self._portal.stamp(),
        }  # fmt: skip
        self._portal.objects.setdefault("files", []).append(record)
        return Reply(201, record)


def _parts(call: Call) -> dict[str, Message]:
    head = f"content-type: {call.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + call.body, policy=policy.HTTP).walk()
    named = {str(part.get_param("name", header="content-disposition")): part for part in parts}
    return {name: part for name, part in named.items() if not part.is_multipart()}


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
