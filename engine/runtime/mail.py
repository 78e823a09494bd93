"""Takes an e-mail apart into the documents that it carries."""

import base64
import binascii
import io
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import cast
from urllib.parse import unquote

from PIL import Image

from engine.model.errors import ReadError
from engine.model.finding import Finding
from engine.model.value import Value
from engine.ports import Limits
from engine.runtime.media_type import sniff_bytes
from engine.runtime.names import printable_name

_ENDINGS = {
    "application/pdf": "pdf", "application/xml": "xml", "application/json": "json", "application/zip": "zip",
    "message/rfc822": "eml", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif", "image/gif": "gif",
    "image/bmp": "bmp", "image/webp": "webp", "text/plain": "txt", "text/html": "html",
    "application/vnd.sap.idoc": "idoc", "application/vnd.sap.idoc+xml": "xml",
}  # fmt: skip
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_BODIES = frozenset({"text/plain", "text/html"})
_CID = re.compile(r"cid:([^\"'\s>)]+)", re.IGNORECASE)
_LOGO_SIDE = 100
"""Pixels: nothing that people read is narrower."""
_PAGE_SIDE = 600
"""Pixels: an image shown inside the mail is taken for a scan or photo of a document from this side on."""
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, binascii.Error)
"""What the standard library raises over headers and payloads that break the rules."""


class MailPart(Value):
    """One document taken out of a mail."""

    name: str
    """Made printable; for people only."""
    media_type: str
    """By content, not by what the mail says."""
    content: bytes


class MailParts(Value):
    """A mail taken apart."""

    subject: str
    sender: str
    """The bare address of the sender, or an empty text."""
    message_id: str
    date: datetime | None
    """When the sender says that it was sent, in UTC."""
    parts: tuple[MailPart, ...] = ()
    text: str = ""
    """The plain body."""
    html: str = ""
    """The HTML body, as it came: never show it."""
    findings: tuple[Finding, ...] = ()


def unpack(path: Path, *, limits: Limits) -> MailParts:
    """Take a mail (RFC 5322 with MIME) apart.

    Attached mails are kept whole as parts. Left out are signatures and the images of the mail's own dress: those shown
    inside it that are narrower than 100 pixels, or referenced by the HTML and too small for a page. Raises ReadError
    `too_large` past `limits.max_bytes` and `unreadable_mail`; parts past `limits.max_parts` become a finding.
    """
    if path.stat().st_size > limits.max_bytes:
        raise ReadError("The mail is larger than allowed.", code="too_large")
    try:
        with path.open("rb") as file:
            message = BytesParser(policy=policy.default).parse(file)
        return _assemble(message, limits)
    except RecursionError as e:
        raise ReadError("The mail is nested too deeply to be read.", code="unreadable_mail") from e


def _assemble(message: EmailMessage, limits: Limits) -> MailParts:
    leaves = list(_walk(message))
    bodies = [leaf for leaf in leaves if _is_body(leaf)]
    html = "\n".join(_text(leaf) for leaf in bodies if leaf.get_content_type() == "text/html")
    shown = {unquote(found).strip("<>").lower() for found in _CID.findall(html)}
    rest = [leaf for leaf in leaves if not _is_body(leaf)]
    parts, left_out = _parts(rest[: limits.max_parts], shown)
    return MailParts(
        subject=_header(message, "Subject"), sender=parseaddr(_header(message, "From"))[1],
        message_id=_header(message, "Message-ID").strip("<>"), date=_date(_header(message, "Date")),
        parts=tuple(parts), html=html, findings=(*_left_out(left_out), *_cut(len(rest), limits.max_parts)),
        text="\n".join(_text(leaf) for leaf in bodies if leaf.get_content_type() == "text/plain"),
    )  # fmt: skip


def _walk(message: Message) -> Iterator[Message]:
    """Yield leaves in order, without looking into attached mails. Keeps its own stack: nesting may be hostile."""
    stack = [message]
    while stack:
        part = stack.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            stack.extend(reversed(cast("list[Message]", part.get_payload())))
        elif part.get_content_type() not in _SIGNATURES:
            yield part


def _is_body(part: Message) -> bool:
    is_text = part.get_content_type() in _BODIES
    return is_text and _disposition(part) != "attachment" and not _file_name(part)


def _parts(leaves: list[Message], shown: set[str]) -> tuple[list[MailPart], list[str]]:
    parts: list[MailPart] = []
    left_out: list[str] = []
    for number, leaf in enumerate(leaves, start=1):
        content = _content(leaf)
        media_type = "message/rfc822" if leaf.get_content_type() == "message/rfc822" else sniff_bytes(content)
        name = printable_name(_file_name(leaf) or _own_name(leaf, number, media_type))
        if not content and not _file_name(leaf):
            continue
        if media_type.startswith("image/") and _is_dress(leaf, content, shown):
            left_out.append(name)
        else:
            parts.append(MailPart(name=name, media_type=media_type, content=content))
    return parts, left_out


def _is_dress(part: Message, content: bytes, shown: set[str]) -> bool:
    """Tell logos and icons from scans and photos that a mail program shows inside the mail."""
    is_referenced = _header(part, "Content-ID").strip("<> ").lower() in shown
    if _disposition(part) == "attachment" and not is_referenced:
        return False
    side = _shorter_side(content)
    if side is None:
        return False
    return side < (_PAGE_SIDE if is_referenced else _LOGO_SIDE)


def _shorter_side(content: bytes) -> int | None:
    try:
        with Image.open(io.BytesIO(content)) as image:
            return min(image.size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _left_out(names: list[str]) -> tuple[Finding, ...]:
    if not names:
        return ()
    left_out = Finding(
        code="inline_images_left_out", severity="info",
        message="Small images that belong to the look of the mail were not read.",
        evidence=tuple(("image", name) for name in names[:20]),
    )  # fmt: skip
    return (left_out,)


def _cut(count: int, limit: int) -> tuple[Finding, ...]:
    if count <= limit:
        return ()
    cut = Finding(
        code="too_many_parts", severity="error",
        message="The mail has more attachments than allowed. Take the rest out by hand.",
        evidence=(("attachments", str(count)), ("limit", str(limit))),
    )  # fmt: skip
    return (cut,)


def _content(part: Message) -> bytes:
    """Return the decoded bytes of a leaf; what cannot be decoded is returned as it came."""
    if part.get_content_maintype() == "message" and part.is_multipart():
        return _attached_mail(part)
    try:
        payload = part.get_payload(decode=True)
    except _BROKEN:
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _attached_mail(part: Message) -> bytes:
    inner = cast("list[Message]", part.get_payload())
    if not inner:
        return b""
    encoding = _header(part, "Content-Transfer-Encoding").strip().lower()
    if encoding in {"base64", "quoted-printable"} and not inner[0].keys():
        # against the rules and common: the standard library takes the encoded text for the body of a mail
        body = str(inner[0].get_payload()).encode("utf-8", "surrogateescape")
        try:
            return base64.b64decode(body) if encoding == "base64" else quopri.decodestring(body)
        except binascii.Error:
            return body
    try:
        return inner[0].as_bytes(policy=policy.compat32)
    except _BROKEN:
        return str(inner[0]).encode("utf-8", "surrogateescape")


def _text(part: Message) -> str:
    content = _content(part)
    charset = part.get_content_charset("utf-8")
    try:
        return content.decode(charset, errors="replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", errors="replace")


def _disposition(part: Message) -> str:
    try:
        return part.get_content_disposition() or ""
    except _BROKEN:
        return ""


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except _BROKEN:
        return ""
    return _words(name) if "=?" in name else name


def _own_name(part: Message, number: int, media_type: str) -> str:
    """Name a part that has no name: an attached mail by its subject, others by their position."""
    ending = _ENDINGS.get(media_type, "bin")
    if media_type == "message/rfc822" and part.is_multipart():
        inner = cast("list[Message]", part.get_payload())
        subject = _header(inner[0], "Subject").replace("/", "-").replace("\\", "-") if inner else ""
        if subject:
            return f"{subject[:80]}.{ending}"
    return f"part-{number}.{ending}"


def _header(message: Message, name: str) -> str:
    """Return a header in one line of readable text; empty when it is missing or beyond repair."""
    try:
        value = str(message.get(name, ""))
    except _BROKEN:
        raw = next((str(text) for key, text in message.raw_items() if key.lower() == name.lower()), "")
        value = _words(raw)
    return " ".join(value.encode("utf-8", "replace").decode().split())


def _words(raw: str) -> str:
    """Decode RFC 2047 encoded words wherever they stand."""
    try:
        return str(make_header(decode_header(raw)))
    except _BROKEN:
        return raw


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
