"""What a file is, by its content and never by its name."""

import json
import mimetypes
import re
from pathlib import Path

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
MAIL = "message/rfc822"

_HEAD = 16 * 1024
_PDF_WITHIN = 1024
"""Readers accept this much junk before the header, and scanners and mail gateways put it there."""
_MAX_JSON = 4 * 1024 * 1024

TEXTRACT = "application/vnd.aws.textract+json"
AZURE = "application/vnd.azure.documentintelligence+json"
GOOGLE = "application/vnd.google.documentai+json"
POSTROOM_OCR = "application/vnd.postroom.ocr+json"
ALTO = "application/alto+xml"
PAGE_XML = "application/vnd.prima.page+xml"
HOCR = "text/vnd.hocr+html"
IDOC = "application/vnd.sap.idoc"
IDOC_XML = "application/vnd.sap.idoc+xml"

_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in (
        (rb"%PDF-", "application/pdf"),
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"II[*+]\x00|MM\x00[*+]", "image/tiff"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", "image/bmp"),
        (rb"RIFF.{4}WEBP", "image/webp"),
        (rb".{4}ftyp(?:heic|heix|mif1|msf1)", "image/heic"),
        (rb"(?:\xef\xbb\xbf)?EDI_DC40[ \d]", IDOC),
        (
            rb"(?:\xff\xfe)?E\x00D\x00I\x00_\x00D\x00C\x004\x000\x00|(?:\xfe\xff)?\x00E\x00D\x00I\x00_\x00D\x00C\x004\x000",
            IDOC,
        ),
        (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", "application/zip"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    )
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SILENT_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_PDF = re.compile(rb"%PDF-\d\.\d")
_COMMENT = re.compile(r"\s*<!--(?:[^-]|-(?!->))*-->")
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|table|span|meta|title|h[1-6]|br|font|center)[\s/>]", re.IGNORECASE
)
_XML = re.compile(r"<(?:\?xml[\s?-]|!DOCTYPE\s|!--|[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?(?:[\s/>]|$))")
_HEADER = re.compile(r"([!-9;-~]+)[ \t]*:|[ \t]|$")
_MAIL_HEADERS = frozenset(
    {
        "from", "to", "cc", "subject", "received", "mime-version", "date", "message-id", "return-path",
        "delivered-to", "reply-to", "sender", "content-type", "dkim-signature",
    }
)  # fmt: skip
_RECOGNISED: tuple[tuple[str, frozenset[str]], ...] = (
    (TEXTRACT, frozenset({"Blocks", "ExpenseDocuments"})),
    (AZURE, frozenset({"analyzeResult", "readResults", "analyze_result", "modelId", "model_id"})),
    (
        GOOGLE,
        frozenset({"textAnchor", "text_anchor", "shardInfo", "shard_info", "entities", "text", "mimeType"}),
    ),
)
"""Keys by which answers of recognition services are known, at the root or one level below `document`."""
_NEEDED: dict[str, frozenset[str]] = {
    AZURE: frozenset({"pages", "status", "readResults"}),
    GOOGLE: frozenset({"pages"}),
}
"""Keys of which one has to stand beside them."""
_LAYOUT_XML = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(alto|PcGts)[\s>]")
_IDOC = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?IDOC(?:\s[^<>]*)?>\s*<(?:[A-Za-z_][\w.-]*:)?EDI_DC40[\s>]")
_FIRST_ELEMENT = re.compile(r"<[A-Za-z_]")
_HOCR_MARK = re.compile(r"class\s*=\s*[\"'][^\"']*\bocr_page\b|name\s*=\s*[\"']ocr-(?:system|capabilities)[\"']")
_LONG_JSON = tuple(
    (re.compile(pattern), media_type)
    for pattern, media_type in (
        (rb'"(?:Blocks|ExpenseDocuments)"\s*:\s*\[', TEXTRACT),
        (rb'"(?:analyzeResult|readResults|analyze_result)"\s*:', AZURE),
        (rb'"(?:textAnchor|text_anchor|shardInfo|shard_info)"\s*:|"pages"\s*:\s*\[\s*\{\s*"page_?[nN]umber"', GOOGLE),
        (rb'"format"\s*:\s*"postroom-ocr"', POSTROOM_OCR),
    )
)
_MAIL_MARKS = frozenset({"from", "to", "subject", "received", "mime-version", "date"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def ending_of(media_type: str) -> str:
    """Return how names of files of a type usually end (`pdf`); `bin` where nobody knows."""
    return (mimetypes.guess_extension(media_type) or ".bin").removeprefix(".")


def sniff(path: Path) -> str:
    """Return the media type of a file: `application/pdf`, `image/tiff`, `application/xml`, `message/rfc822` ...

    An empty file is `application/x-empty`; what is not recognised is `application/octet-stream`. Raises OSError.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        found = _sniff_head(head)
        if found != "text/plain" or not _may_be_json(head):
            return found
        rest = file.read(_MAX_JSON + 1)
        return _sniff_json(head + rest)


def sniff_bytes(content: bytes) -> str:
    """Return the media type of bytes in memory; see `sniff`."""
    found = _sniff_head(content[:_HEAD])
    return _sniff_json(content) if found == "text/plain" and _may_be_json(content) else found


def _sniff_head(head: bytes) -> str:
    if not head:
        return EMPTY
    for signature, media_type in _SIGNATURES:
        if signature.match(head):
            return media_type
    text = _decode(head)
    if text is not None and _is_mail(text):
        return "message/rfc822"
    if _PDF.search(head, 0, _PDF_WITHIN + len("%PDF-1.4")):
        return "application/pdf"
    return UNKNOWN if text is None else _sniff_text(text)


def _decode(head: bytes) -> str | None:
    """Return the text of the head, or None when it is binary."""
    for mark, encoding in (*_BOMS, *_SILENT_UTF16):
        if head.startswith(mark):
            text = head.decode(encoding, errors="replace").removeprefix("\ufeff")
            return None if _CONTROL.search(text) else text
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as e:
        # the head may end in the middle of a character
        is_cut = e.start >= len(head) - 3 and e.reason == "unexpected end of data"
        text = head[: e.start].decode("utf-8") if is_cut else head.decode("latin-1")
    return None if _CONTROL.search(text) else text


def _sniff_text(text: str) -> str:
    start = text.lstrip()
    recognised = _sniff_layout(start)
    if recognised is not None:
        return recognised
    if start.startswith("<?xml"):
        return "application/xml"
    while (comment := _COMMENT.match(start)) is not None:
        start = start[comment.end() :].lstrip()
    if _HTML.match(start):
        return "text/html"
    return "application/xml" if _XML.match(start) else "text/plain"


def _sniff_layout(start: str) -> str | None:
    """Return the media type of recognised pages in markup (hOCR, ALTO, PAGE) and of IDocs, or None."""
    if not start.startswith("<"):
        return None
    if _IDOC.search(start):
        return IDOC_XML
    if _HOCR_MARK.search(start):
        return HOCR
    first = _FIRST_ELEMENT.search(start)
    root = _LAYOUT_XML.match(start, first.start()) if first else None
    return None if root is None else ALTO if root[1] == "alto" else PAGE_XML


def _is_mail(text: str) -> bool:
    """Tell a mail by its header block: nothing but header lines up to the first blank one, two of them well known."""
    names: set[str] = set()
    lines = text.split("\n")
    if lines[0].startswith("From "):  # mbox
        lines = lines[1:]
    for line in lines[:-1] if len(lines) > 1 else lines:
        if not line.strip():
            break
        found = _HEADER.match(line)
        if found is None:
            return False
        names.add((found[1] or "").lower())
    return len(names & _MAIL_HEADERS) > 1 and bool(names & _MAIL_MARKS)


def _may_be_json(content: bytes) -> bool:
    return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _sniff_json(content: bytes) -> str:
    if len(content) > _MAX_JSON:
        known = next((media_type for mark, media_type in _LONG_JSON if mark.search(content)), None)
        # too long to parse for a guess; prose hardly ever starts with a quoted key
        is_json = re.match(rb'\s*[{\[]\s*["{\[]', content[:256])
        return known or "application/json" if is_json else "text/plain"
    try:
        data = json.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return "text/plain"
    return _sniff_keys(data)


def _sniff_keys(data: object) -> str:
    """Return the media type of JSON by the keys of its root; of a list, by those of its first element."""
    root = data[0] if isinstance(data, list) and data else data
    inner = root.get("document") if isinstance(root, dict) else None
    keys = {*(root if isinstance(root, dict) else ()), *(inner if isinstance(inner, dict) else ())}
    if isinstance(root, dict) and root.get("format") == "postroom-ocr":
        return POSTROOM_OCR
    for media_type, marks in _RECOGNISED:
        needed = _NEEDED.get(media_type)
        if keys & marks and (needed is None or keys & needed):
            return media_type
    return "application/json"
