"""$batch as Dataverse answers it: requests in `multipart/mixed`, one answer for each."""

import re
import secrets
from collections.abc import Callable
from email import message_from_bytes
from urllib.parse import urlsplit

from adapters.shared.sandbox.server import Call, Reply

_LINE = re.compile(rb"(\w+) (\S+) HTTP/1\.1\r?\n")


def answered(call: Call, reply: Callable[[Call], Reply]) -> Reply:
    """Carry each request of a batch out, and go on after one that is refused when the caller wants it so."""
    message = message_from_bytes(f"content-type: {call.headers['content-type']}\r\n\r\n".encode() + call.body)
    goes_on = "odata.continue-on-error" in call.headers.get("prefer", "")
    answers: list[Reply] = []
    for part in message.walk():
        if part.get_content_type() != "application/http":
            continue
        answers.append(reply(_inner(call, part.get_payload(decode=True))))  # type: ignore[arg-type]  # bytes, of a leaf
        if answers[-1].status >= 400 and not goes_on:  # noqa: PLR2004 - errors
            break
    mark = f"batchresponse_{secrets.token_hex(8)}"
    body = b"".join(_written(mark, answer) for answer in answers) + f"--{mark}--\r\n".encode()
    return Reply(200, body=body, headers={"content-type": f"multipart/mixed; boundary={mark}"})


def _inner(call: Call, text: bytes) -> Call:
    line = _LINE.match(text)
    if line is None:
        raise ValueError("a part of the batch is no request")
    head, _, body = text[line.end() :].replace(b"\r\n", b"\n").partition(b"\n\n")
    headers = dict(one.split(": ", 1) for one in head.decode().splitlines() if ": " in one)
    address = urlsplit(line[2].decode())
    prefix = call.path.removesuffix("$batch")
    path = address.path if address.path.startswith("/") else prefix + address.path
    return Call(line[1].decode(), path, {}, {**call.headers, **{k.lower(): v for k, v in headers.items()}}, body)


def _written(mark: str, answer: Reply) -> bytes:
    body = answer.content()
    head = f"--{mark}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 {answer.status} X\r\n"
    headers = {"Content-Type": "application/json; odata.metadata=minimal", **answer.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{head}{lines}\r\n".encode() + body + b"\r\n"
