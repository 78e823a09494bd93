"""E-invoices that travel inside a PDF."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf

KNOWN_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")
"""Names that the standards give to the attachment, in order of preference."""

_DATA = frozenset({"/Alternative", "/Data", "/Source"})
"""Relationships (PDF 2.0, table 43) of a file that says the same as the pages."""
_MAX_SPECS = 1000
_MAX_PAGES = 50
"""Pages that are searched for files attached by an annotation."""
_SMALL = 256 * 1024


class Attachment(NamedTuple):
    """One attached file. `content` is None when it could not be unpacked within the limit."""

    name: str
    content: bytes | None
    is_data: bool = False
    """Whether the PDF says that the file carries the data of its pages."""

    @property
    def rank(self) -> tuple[int, bool]:
        """Position of the name among the known ones; of unknown names, files said to be the data come first."""
        name = self.name.lower()
        return KNOWN_NAMES.index(name) if name in KNOWN_NAMES else len(KNOWN_NAMES), not self.is_data


def xml_attachments(path: Path, *, max_bytes: int, max_parts: int) -> tuple[Attachment, ...]:
    """Return the attached XML files, those with a known name first.

    A PDF that cannot be opened has none: what is wrong with it is for the page reader to say.
    """
    try:
        with pikepdf.open(path) as pdf:
            found: dict[Any, tuple[str, Any, bool]] = {}
            for spec in _specs(pdf):
                name, stream = _name(spec), _stream(spec)
                if stream is not None and _is_xml(name, stream):
                    found.setdefault(stream.objgen, (name, stream, str(spec.get("/AFRelationship", "")) in _DATA))
                if len(found) >= max_parts:
                    break
            read = [Attachment(name, _content(stream, max_bytes), is_data) for name, stream, is_data in found.values()]
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, KeyError, RuntimeError):
        return ()
    return tuple(sorted(read, key=lambda attachment: attachment.rank))


def _specs(pdf: Any) -> Iterator[Any]:
    """Yield file specifications: of the name tree, then the associated files, then those of annotations."""
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
    for page in list(pdf.pages)[:_MAX_PAGES]:
        notes = page.obj.get("/Annots")
        for note in list(notes)[:_MAX_SPECS] if isinstance(notes, pikepdf.Array) else []:
            if isinstance(note, pikepdf.Dictionary) and str(note.get("/Subtype", "")) == "/FileAttachment":
                yield note.get("/FS")


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
    if name.lower().endswith(".xml") or str(stream.get("/Subtype", "")) in {"/text/xml", "/application/xml"}:
        return True
    return _starts_like_xml(bytes(stream.read_raw_bytes()), str(stream.get("/Filter", "")))


def _starts_like_xml(raw: bytes, packed: str) -> bool:
    """Tell XML by its first bytes, whatever its name says."""
    start = raw[:512]
    if packed == "/FlateDecode":
        try:
            start = zlib.decompressobj().decompress(raw, 512)
        except zlib.error:
            return False
    return (
        start.replace(b"\x00", b"")
        .lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
        .startswith((b"<?xml", b"<rsm:", b"<Invoice", b"<CreditNote"))
    )


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
