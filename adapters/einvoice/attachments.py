"""E-invoices that travel inside a PDF."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf

KNOWN_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")
"""Names that the standards give to the attachment, in order of preference."""

_MAX_SPECS = 1000
_SMALL = 256 * 1024


class Attachment(NamedTuple):
    """One attached file. `content` is None when it could not be unpacked within the limit."""

    name: str
    content: bytes | None

    @property
    def rank(self) -> int:
        """Position of the name among the known ones; unknown names come last."""
        name = self.name.lower()
        return KNOWN_NAMES.index(name) if name in KNOWN_NAMES else len(KNOWN_NAMES)


def xml_attachments(path: Path, *, max_bytes: int, max_parts: int) -> tuple[Attachment, ...]:
    """Return the attached XML files, those with a known name first.

    A PDF that cannot be opened has none: what is wrong with it is for the page reader to say.
    """
    try:
        with pikepdf.open(path) as pdf:
            found: dict[Any, tuple[str, Any]] = {}
            for spec in _specs(pdf):
                name, stream = _name(spec), _stream(spec)
                if stream is not None and _is_xml(name, stream):
                    found.setdefault(stream.objgen, (name, stream))
                if len(found) >= max_parts:
                    break
            read = [Attachment(name, _content(stream, max_bytes)) for name, stream in found.values()]
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, KeyError, RuntimeError):
        return ()
    return tuple(sorted(read, key=lambda attachment: attachment.rank))


def _specs(pdf: Any) -> Iterator[Any]:
    """Yield file specifications: of the name tree, then the associated files."""
    names = pdf.Root.get("/Names")
    tree = names.get("/EmbeddedFiles") if isinstance(names, pikepdf.Dictionary) else None
    if isinstance(tree, pikepdf.Dictionary):
        for index, (_, spec) in enumerate(pikepdf.NameTree(tree).items()):
            if index >= _MAX_SPECS:
                return
            yield spec
    associated = pdf.Root.get("/AF")
    if isinstance(associated, pikepdf.Array):
        yield from list(associated)[:_MAX_SPECS]


def _name(spec: Any) -> str:
    if not isinstance(spec, pikepdf.Dictionary):
        return ""
    return str(spec.get("/UF") or spec.get("/F") or "").rsplit("/", 1)[-1].rsplit("\\", 1)[-1]


def _stream(spec: Any) -> Any | None:
    files = spec.get("/EF") if isinstance(spec, pikepdf.Dictionary) else None
    if not isinstance(files, pikepdf.Dictionary):
        return None
    stream = files.get("/UF") or files.get("/F")
    return stream if isinstance(stream, pikepdf.Stream) else None


def _is_xml(name: str, stream: Any) -> bool:
    return name.lower().endswith(".xml") or str(stream.get("/Subtype", "")) in {"/text/xml", "/application/xml"}


def _content(stream: Any, limit: int) -> bytes | None:
    """Unpack a stream, never past the limit (a small attachment may hold a gigabyte of nothing)."""
    raw = bytes(stream.read_raw_bytes())
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)] if filters else []
    if not names:
        return raw if len(raw) <= limit else None
    if names == ["/FlateDecode"] and stream.get("/DecodeParms") is None:
        return _inflate(raw, limit)
    if "/FlateDecode" in names or len(raw) > _SMALL:
        return None
    content = bytes(stream.read_bytes())
    return content if len(content) <= limit else None


def _inflate(raw: bytes, limit: int) -> bytes | None:
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(raw, limit + 1)
    except zlib.error:
        return None
    return content if len(content) <= limit else None
