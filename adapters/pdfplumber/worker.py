"""Runs in a guarded child: opens the file and yields its pages as JSON, one at a time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as c

from adapters.pdfplumber.drawing import Drawing, Picture, rules
from adapters.pdfplumber.geometry import Frame
from adapters.pdfplumber.glyphs import are_digits_disguised
from adapters.pdfplumber.letters import ink
from adapters.pdfplumber.packing import Packed, columns, packed
from adapters.pdfplumber.regions import codes_of
from adapters.pdfplumber.scribbles import scribbles
from adapters.pdfplumber.sight import HiddenWord, look
from adapters.pdfplumber.trust import distrust
from adapters.pdfplumber.words import RawWord, main_angle
from adapters.shared.rendering import open_pdf

_ANNOTATIONS_WITH_TEXT = (c.FPDF_ANNOT_WIDGET, c.FPDF_ANNOT_FREETEXT, c.FPDF_ANNOT_STAMP, c.FPDF_ANNOT_INK)
DISGUISED = "digits drawn as other digits"
_MOST_HIDDEN = 2000
_GARBAGE = ("unmapped characters", "garbled characters", "damaged page")


def handle(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield `{"count"}` and then one object per wanted page: size, words, rules, and why its text is not trusted.

    Request: `path`, `pages` (1-based, None for the first `first` of all), `max_pages`.
    """
    with open_pdf(Path(request["path"]), max_pages=request["max_pages"]) as pdf:
        yield {"count": len(pdf)}
        empty: set[Picture] = set()
        wanted = request["pages"] or range(1, min(len(pdf), request.get("first", len(pdf))) + 1)
        for number in wanted:
            if 1 <= number <= len(pdf):
                yield _with_second_opinion(_page(pdf, number, empty), Path(request["path"]))


def _with_second_opinion(page: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the page with pdfplumber's words when pdfium's are garbage and pdfplumber's are not."""
    if page["why"] not in _GARBAGE:
        return page
    from adapters.pdfplumber.second import second_words

    words = second_words(path, page["number"])
    texts = [word[0] for word in words]
    letters = sum(map(len, texts))
    cids = sum(text.count("(cid:") for text in texts)
    if distrust(texts, visible=letters, hidden=0, unmapped=10 * cids, coverage=0.0, paths=0):
        return page
    return page | {"why": "", "words": packed(texts, [word[1:] for word in words]), "by": "second"}


def _page(pdf: Any, number: int, empty: set[Picture]) -> dict[str, Any]:
    try:
        page = pdf[number - 1]
    except pypdfium2.PdfiumError:
        return {
            "number": number, "width": 595, "height": 842, "rotation": 0, "why": "damaged page", "words": packed((), ()),
            "rules": columns(()), "drawings": columns(()), "hidden": packed((), ()), "reasons": [], "codes": [],
        }  # fmt: skip
    try:
        if _has_text_in_annotations(page):
            page.flatten()
            page.close()
            page = pdf[number - 1]
        return {"number": number} | _contents(page, empty)
    finally:
        page.close()


def _contents(page: Any, empty: set[Picture]) -> dict[str, Any]:
    left, bottom, right, top = page.get_bbox()
    stored = Frame(left, bottom, right, top, page.get_rotation())
    drawing = Drawing(page)
    coverage, last_image = drawing.coverage(stored)
    textpage = page.get_textpage()
    try:
        found = ink(textpage, drawing.order, last_image if coverage > 0.5 else -1)  # noqa: PLR2004 - most of the page
        seen = look(page, found, drawing, stored)
        is_disguised = are_digits_disguised(textpage, found)
    finally:
        textpage.close()
    angle = main_angle(found.letters)
    frame = stored if angle is None else stored._replace(rotation=angle)
    why = distrust(
        [word.text for word in seen.words],
        visible=found.visible, hidden=found.hidden, unmapped=found.unmapped, coverage=coverage, paths=drawing.paths,
    )  # fmt: skip
    if is_disguised and not why:
        why = DISGUISED
    width, height = frame.size
    unread = seen.words if why == DISGUISED else [hidden.word for hidden in seen.hidden[:_MOST_HIDDEN]]
    return {
        "width": round(width, 2), "height": round(height, 2), "rotation": frame.rotation,
        "why": "" if drawing.objects == 0 else why,
        "words": _placed(() if why else seen.words, frame),
        "rules": columns(rules(drawing, frame)),
        "drawings": columns(scribbles(drawing, stored, frame)),
        "hidden": _placed(unread, frame),
        "reasons": _reasons(seen.hidden),
        "codes": codes_of(page, drawing, stored, frame, empty=empty, is_picture=why not in ("", DISGUISED)),
    }  # fmt: skip


def _reasons(hidden: Sequence[HiddenWord]) -> list[tuple[str, int]]:
    """Return why words are hidden, the most frequent reason first."""
    return Counter(word.why for word in hidden).most_common()


def _placed(found: Sequence[RawWord], frame: Frame) -> Packed:
    """Return words placed on the upright page; hidden ones may lie outside it."""
    bounds = np.array([word.bounds for word in found]).reshape(-1, 4)
    return packed([word.text for word in found], frame.boxes(bounds))


def _has_text_in_annotations(page: Any) -> bool:
    """Whether filled form fields, typed notes, stamps or ink lie on the page."""
    for index in range(min(c.FPDFPage_GetAnnotCount(page.raw), 2000)):
        annotation = c.FPDFPage_GetAnnot(page.raw, index)
        kind = c.FPDFAnnot_GetSubtype(annotation)
        c.FPDFPage_CloseAnnot(annotation)
        if kind in _ANNOTATIONS_WITH_TEXT:
            return page.formenv is not None
    return False
