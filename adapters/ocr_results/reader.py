"""Reads what a recognition service or engine made of a document, in the place of its picture."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from adapters.ocr_results import alto, azure, google, hocr, page_xml, postroom_ocr, textract
from adapters.ocr_results.markup import Element, parse_html, parse_xml
from adapters.ocr_results.tree import Tree, load, misshapen
from adapters.ocr_results.worded import worded
from engine.model.page import Reading
from engine.ports import Limits

VERSION = "ocr_results@1.1"

_JSON: Mapping[str, Callable[[Tree, Limits], Reading]] = {
    "application/vnd.aws.textract+json": textract.read,
    "application/vnd.azure.documentintelligence+json": azure.read,
    "application/vnd.google.documentai+json": google.read,
    "application/vnd.postroom.ocr+json": postroom_ocr.read,
}
_XML: Mapping[str, Callable[[Element, Limits], Reading]] = {
    "application/alto+xml": alto.read,
    "application/vnd.prima.page+xml": page_xml.read,
}
_HOCR = "text/vnd.hocr+html"


class OcrResultReader:
    """Turns words, boxes and fields of other engines into pages and opinions."""

    @property
    def version(self) -> str:
        """Engine and version as it appears in provenance."""
        return VERSION

    def read(self, path: Path, media_type: str, *, pages: Sequence[int] | None, limits: Limits) -> Reading:
        """Read one result; `pages` (1-based) leaves out the others.

        Raises ReadError `unreadable_ocr_result`, `unsafe_xml`, `too_large` or `too_many_pages`, nothing else.
        """
        reading = worded(_read(path, media_type, limits))
        if pages is None:
            return reading
        wanted = frozenset(pages)
        return reading.model_copy(update={"pages": tuple(page for page in reading.pages if page.number in wanted)})


def _read(path: Path, media_type: str, limits: Limits) -> Reading:
    if media_type in _JSON:
        return _JSON[media_type](load(path, max_bytes=limits.max_bytes), limits)
    if media_type in _XML:
        return _XML[media_type](parse_xml(path, max_bytes=limits.max_xml_bytes), limits)
    if media_type == _HOCR:
        return hocr.read(parse_html(path, max_bytes=limits.max_xml_bytes), limits)
    raise misshapen(f"{media_type} is no recognition result")
