"""`$batch`: requests in parts, change sets in which all or nothing is done."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from adapters.shared.sandbox.server import Call, Reply

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_REASONS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    400: "Bad Request",
    404: "Not Found",
    500: "Internal Server Error",
}


def answered(call: Call, serve: Callable[[Call], Reply], undo: Callable[[], Callable[[], None]]) -> Reply:
    """Answer a batch: `serve` does one request, `undo` returns what takes back whatever is done from now on."""
    boundary = _boundary(call.headers)
    if not boundary:
        return Reply(400, {"error": {"code": "/IWFND/CM_MGW/001", "message": {"lang": "en", "value": "No boundary"}}})
    parts: list[bytes] = []
    for headers, body in _parts(call.body, boundary):
        inner = _boundary(headers)
        parts.append(_change_set(call, body, inner, serve, undo) if inner else _wrapped(serve(_request(call, body))))
    out = b"".join(b"--answer\r\n" + part + b"\r\n" for part in parts) + b"--answer--\r\n"
    return Reply(
        202, body=out, headers={"content-type": "multipart/mixed; boundary=answer", "dataserviceversion": "2.0"}
    )


def _change_set(
    call: Call, body: bytes, boundary: str, serve: Callable[[Call], Reply], undo: Callable[[], Callable[[], None]]
) -> bytes:
    take_back = undo()
    replies: list[tuple[Mapping[str, str], Reply]] = []
    for headers, inner in _parts(body, boundary):
        reply = serve(_request(call, inner))
        if reply.status >= 400:  # noqa: PLR2004 - an error of one undoes all, and it alone is answered
            take_back()
            return _wrapped(reply)
        replies.append((headers, reply))
    parts = b"".join(
        b"--changes\r\n" + _wrapped(reply, headers.get("content-id", "")) + b"\r\n" for headers, reply in replies
    )
    return b"Content-Type: multipart/mixed; boundary=changes\r\n\r\n" + parts + b"--changes--\r\n"


def _boundary(headers: Mapping[str, str]) -> str:
    match = _BOUNDARY.search(headers.get("content-type", ""))
    return match[1] if match else ""


def _parts(body: bytes, boundary: str) -> Iterator[tuple[dict[str, str], bytes]]:
    for chunk in body.split(b"--" + boundary.encode())[1:]:
        if chunk.startswith(b"--"):
            return
        head, _, rest = chunk.lstrip(b"\r\n").partition(b"\r\n\r\n")
        lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n") if ":" in line)
        yield {name.strip().lower(): value.strip() for name, _, value in lines}, rest


def _request(call: Call, raw: bytes) -> Call:
    head, _, body = raw.lstrip(b"\r\n").partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    parts = urlsplit(target)
    root = call.path.removesuffix("/$batch")
    path = parts.path if parts.path.startswith("/") else f"{root}/{parts.path}"
    fields = (line.partition(":") for line in lines if ":" in line)
    headers = {**call.headers, **{name.strip().lower(): value.strip() for name, _, value in fields}}
    return Call(method, path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body.removesuffix(b"\r\n"))


def _wrapped(reply: Reply, content_id: str = "") -> bytes:
    body = reply.body if reply.body is not None else b"" if reply.data is None else json.dumps(reply.data).encode()
    about = f"Content-ID: {content_id}\r\n" if content_id else ""
    head = (
        f"Content-Type: application/http\r\n{about}Content-Transfer-Encoding: binary\r\n\r\n"
        f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Status')}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
