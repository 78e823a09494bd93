"""Many OData requests in one call: `multipart/mixed` with changesets (V2, V4) and JSON (V4).

The status of the whole says nothing of the parts: each has its own, and one that is missing is an unknown outcome.
Sources: OData 2.0 "Batch processing", OData 4.01 Protocol section 11.7, OData 4.01 JSON section 19.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import simplejson

from adapters.shared.answers import Answer, NotData

_READS = frozenset({"GET", "HEAD"})
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})(?: [^\r\n]*)?\r?\n")
_LINES = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Part:
    """One request of a batch; the path is relative to the service, without a slash in front."""

    method: str
    path: str
    body: Any = None
    """JSON data; Decimal becomes a number with the same digits."""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing; such parts stand outside of changesets."""
        return self.method in _READS

    def json(self) -> bytes:
        """Return the bytes of its body."""
        return b"" if self.body is None else simplejson.dumps(self.body, use_decimal=True, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Batch:
    """A batch, ready to be sent: header `content-type` and body."""

    content_type: str
    content: bytes
    groups: tuple[tuple[Part, ...], ...]
    """Reads alone, writes of one changeset together, as they stand in the body."""

    def answers(self, answer: Answer) -> tuple[Answer | None, ...]:
        """Return the answer of every part, in order; None: it did not come, nobody knows.

        A changeset that failed has one answer for all its parts. Raises NotData for a body that is no batch.
        """
        if answer.media_type == "application/json":
            return self._by_id(answer)
        found: list[Answer | None] = []
        tops = parts_of(answer.body, _boundary(answer.headers.get("content-type", "")))
        for at, group in enumerate(self.groups):
            inner = _inner(tops[at], answer) if at < len(tops) else ()
            if len(inner) == len(group):
                found += inner
            elif len(inner) == 1 and inner[0].status >= 400:  # noqa: PLR2004 - errors
                found += [inner[0]] * len(group)
            else:
                found += [None] * len(group)
        return tuple(found)

    def _by_id(self, answer: Answer) -> tuple[Answer | None, ...]:
        responses = answer.mapping().get("responses")
        if not isinstance(responses, list) or not all(isinstance(one, dict) for one in responses):
            raise NotData("a batch answers with a list of responses")
        by_id = {str(one.get("id")): one for one in responses}
        count = sum(map(len, self.groups))
        return tuple(_of_json(by_id.get(str(number)), answer) for number in range(1, count + 1))


def multipart(groups: Sequence[Sequence[Part]], *, boundary: str = "") -> Batch:
    """Return a batch of groups: a group of writes is one changeset, all of it or nothing; a read is a group by itself.

    Raises ValueError for a group that mixes both or is empty.
    """
    outer = boundary or f"batch_{uuid.uuid4()}"
    lines: list[bytes] = []
    for at, group in enumerate(groups):
        lines.append(f"--{outer}\r\n".encode())
        if len(group) == 1 and group[0].is_read:
            lines.append(_http(group[0], None))
            continue
        if not group or any(part.is_read for part in group):
            raise ValueError("a changeset has writes in it, and nothing else")
        inner = f"changeset_{at}_{outer}"
        lines.append(f"Content-Type: multipart/mixed; boundary={inner}\r\n\r\n".encode())
        for number, part in enumerate(group, start=1):
            lines.append(f"--{inner}\r\n".encode() + _http(part, f"{at}_{number}"))
        lines.append(f"--{inner}--\r\n".encode())
    lines.append(f"--{outer}--\r\n".encode())
    return Batch(f"multipart/mixed; boundary={outer}", b"".join(lines), tuple(map(tuple, groups)))


def in_json(groups: Sequence[Sequence[Part]]) -> Batch:
    """Return a V4 batch in JSON; a group of several writes becomes an atomicity group."""
    requests: list[dict[str, Any]] = []
    for at, group in enumerate(groups):
        for part in group:
            one: dict[str, Any] = {"id": str(len(requests) + 1), "method": part.method, "url": part.path}
            if len(group) > 1:
                one["atomicityGroup"] = f"g{at}"
            headers = dict(part.headers)
            if part.body is not None:
                headers = {"content-type": "application/json", **headers}
                one["body"] = part.body
            requests.append({**one, **({"headers": headers} if headers else {})})
    content = simplejson.dumps({"requests": requests}, use_decimal=True, ensure_ascii=False).encode()
    return Batch("application/json", content, tuple(map(tuple, groups)))


def parts_of(body: bytes, boundary: str) -> list[bytes]:
    """Return the parts of a multipart body. Raises NotData for one that was cut off before its end."""
    mark = re.escape(boundary.encode())
    pieces = re.split(rb"(?:\A|\r?\n)--" + mark + rb"(--)?[ \t]*(?:\r?\n|\Z)", body)
    if len(pieces) < 3 or b"--" not in pieces[1::2]:  # noqa: PLR2004 - what is before, the end, what is behind
        raise NotData("the batch was cut off")
    return [piece for end, piece in zip(pieces[1::2], pieces[2::2], strict=True) if end is None]


def _http(part: Part, content_id: str | None) -> bytes:
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    head += [f"Content-ID: {content_id}"] if content_id else []
    body = part.json()
    inner = [f"{part.method} {part.path} HTTP/1.1", "Accept: application/json"]
    inner += [f"{name}: {value}" for name, value in part.headers.items()]
    inner += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    lines = "\r\n".join([*head, "", *inner, "", ""])
    if any("\r" in line or "\n" in line for line in inner):
        raise ValueError("a line break in the head of a part")
    return lines.encode() + body + b"\r\n"


def _inner(piece: bytes, whole: Answer) -> tuple[Answer, ...]:
    """Return the answers of one part of the batch: its own, or those of the changeset in it."""
    head, _, rest = _cut(piece)
    media_type = head.get("content-type", "")
    if media_type.lower().startswith("multipart/mixed"):
        return tuple(_answer(_cut(inner)[2], whole) for inner in parts_of(rest, _boundary(media_type)))
    return (_answer(rest, whole),)


def _answer(http: bytes, whole: Answer) -> Answer:
    match = _STATUS.match(http.lstrip(b"\r\n"))
    if match is None:
        raise NotData("a part of the batch is no answer")
    headers, _, body = _cut(http.lstrip(b"\r\n")[match.end() :])
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > len(body):
        raise NotData("a part of the batch was cut off")
    body = body[: int(length)] if length.isdigit() else body.removesuffix(b"\r\n")
    return Answer(int(match.group(1)), headers, body, whole.method, whole.url)


def _cut(text: bytes) -> tuple[dict[str, str], bytes, bytes]:
    """Split headers from what follows them; there may be none."""
    if text.startswith((b"\r\n", b"\n")):
        return {}, b"", text.lstrip(b"\r\n")
    head, rest = ([*_LINES.split(text, maxsplit=1), b""])[:2]
    pairs = (line.partition(":") for line in head.decode("latin-1").splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}, head, rest


def _boundary(content_type: str) -> str:
    match = re.search(r"""boundary=(?:"([^"]+)"|([^\s;]+))""", content_type, re.IGNORECASE)
    if match is None:
        raise NotData(f"{content_type or 'no type'} is no batch")
    return match.group(1) or match.group(2)


def _of_json(one: Mapping[str, Any] | None, whole: Answer) -> Answer | None:
    if one is None or not isinstance(one.get("status"), int):
        return None
    headers = {str(name).lower(): str(value) for name, value in (one.get("headers") or {}).items()}
    body = one.get("body")
    content = b"" if body is None else simplejson.dumps(body, use_decimal=True, ensure_ascii=False).encode()
    return Answer(one["status"], {"content-type": "application/json", **headers}, content, whole.method, whole.url)
