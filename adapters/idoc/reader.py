"""Reads SAP IDocs that came as documents."""

from collections.abc import Sequence
from pathlib import Path

from adapters.idoc.mapper import embedded
from adapters.shared.idoc import flat_form, xml_form
from adapters.shared.idoc.tree import Idoc
from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.ports import Limits, Piece

VERSION = "idoc@1.0"
_XML = "application/vnd.sap.idoc+xml"
_MOST = 5000
"""IDocs in one file."""


class IdocReader:
    """Turns IDocs, flat and as XML, into canonical fields with their place in the file. Has no pages of its own."""

    @property
    def version(self) -> str:
        """Engine and version as it appears in provenance."""
        return VERSION

    def read(self, path: Path, media_type: str, *, pages: Sequence[int] | None, limits: Limits) -> Reading:
        """Read a file of one IDoc; `pages` means nothing here.

        Raises ReadError `too_large`, `unsafe_xml`, `unreadable_xml`, `unreadable_idoc`.
        """
        del pages
        idoc, *others = _idocs(path, media_type, limits)
        if others:
            raise ReadError("The file holds several IDocs and was not taken apart.", code="unreadable_idoc")
        result, findings = embedded(idoc, by=VERSION)
        return Reading(embedded=result, findings=findings)

    def pieces(self, path: Path, media_type: str, *, limits: Limits) -> Sequence[Piece]:
        """Return each IDoc of a file of several as a file of its own; nothing for a file of one. Raises like `read`."""
        found = _idocs(path, media_type, limits)
        if len(found) == 1:
            return ()
        if len(found) > _MOST:
            raise ReadError("The file holds more IDocs than allowed.", code="too_large", detail=f"{len(found)} IDocs")
        cut = xml_form.pieces_of if media_type == _XML else flat_form.pieces_of
        contents = cut(path.read_bytes(), max_bytes=limits.max_xml_bytes)
        return tuple(Piece(name=_name(idoc), content=content) for idoc, content in zip(found, contents, strict=True))


def _idocs(path: Path, media_type: str, limits: Limits) -> tuple[Idoc, ...]:
    if path.stat().st_size > limits.max_xml_bytes:
        raise ReadError("The IDoc file is larger than allowed.", code="too_large")
    read = xml_form.idocs_of if media_type == _XML else flat_form.idocs_of
    found = read(path.read_bytes(), max_bytes=limits.max_xml_bytes)
    if not found:
        raise ReadError("The file holds no IDoc that can be read.", code="unreadable_idoc")
    return found


def _name(idoc: Idoc) -> str:
    """Name a piece by its message and number: `ORDRSP 0000000235556469`."""
    return " ".join(part for part in (idoc.message or idoc.type, idoc.control.text("DOCNUM")) if part)
