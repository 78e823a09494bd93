"""A file of several documents becomes several documents, each of which knows where it came from."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.model.cut import Cut
from engine.model.document import Document
from engine.model.finding import Finding
from engine.model.page import Page, Reading
from engine.runtime import cutting, intake
from engine.runtime.house import House
from engine.runtime.media_type import MAIL
from engine.stages.opinion_parts import as_documents
from engine.stages.split import Part, Split, cut_before, part_of, split, spoken, unsure
from engine.store import documents, ledger
from engine.store.database import reading as reading_tx
from engine.store.database import transaction

_CUT_OUT = "document_cut_out"
_CUT_OFF = "too_many_pages"
"""The end of such a file was not read; a person has it anyhow."""


def plan(house: House, document: Document, reading: Reading) -> tuple[Split | None, Finding | None]:
    """Return how to take a file apart, or what to ask a person first; neither when it is one document.

    What a person said counts first. What was cut out of a bundle is not cut again, and a sender who asks for a flow
    says that it is one document: then only what is sure is cut.
    """
    said = _said(house, document)
    if said is not None:
        return _as_said(house, reading, said), None
    if is_cut_off(reading) or _is_cut_out(house, document):
        return None, None
    found = split(reading, house.library.vocabularies, separators=house.settings.separator_codes)
    question = unsure(found, has_embedded=reading.embedded is not None)
    if question is not None:
        return None, None if document.flow else question
    return (found if len(found.parts) > 1 else None), None


def is_cut_off(reading: Reading) -> bool:
    """Tell whether only the first pages of a file were read."""
    return any(finding.code == _CUT_OFF for finding in reading.findings)


def unpack(house: House, document: Document, reading: Reading, found: Split) -> list[str]:
    """Cut a file at the planned pages; each part becomes a document of its own with what was read of it.

    Safe to repeat: the parts have the same bytes again. Raises ReadError `cannot_be_cut`.
    """
    readings = [part_of(reading, part) for part in found.parts]
    children: list[str] = []
    with tempfile.TemporaryDirectory(prefix="postroom-parts-") as name:
        files = _files(house, document, found.parts, readings, Path(name))
        for file, part, seen in zip(files, found.parts, readings, strict=True):
            with file.open("rb") as stream:
                arrival = intake.accept(
                    house, stream, name=named(document.name, part), source=document.source, parent_id=document.id,
                    flow=document.flow,
                )  # fmt: skip
            child = arrival.document
            if child.id != document.id and child.id not in children:
                children.append(child.id)
                # an attached e-invoice went with its part: that has to be looked for there
                _remember(house, child, document, part, None if reading.embedded else seen)
    return children


def read_before(house: House, document: Document, revision: int) -> Reading | None:
    """Return what was read of a part while it was still in its bundle, None for any other document."""
    if document.parent_id is None or revision != 1:
        return None
    with reading_tx(house.engine) as tx:
        data = documents.load(tx, document.id, revision, "reading")
    return None if data is None else Reading.model_validate(data)


def note(found: Split, children: Sequence[str]) -> dict[str, Any]:
    """Return what the ledger remembers of a split."""
    parts = [
        {"pages": spoken(part.pages), "confidence": part.confidence, "why": list(part.why)} for part in found.parts
    ]
    return {"children": list(children), "parts": parts, "dropped": spoken(found.dropped)}


def named(name: str, part: Part) -> str:
    """Return the name of a part, for people: `scan.pdf` becomes `scan, pages 2-3.pdf`."""
    path = Path(name)
    pages = spoken(part.pages)
    return f"{path.stem}, {'pages' if len(part.pages) > 1 else 'page'} {pages}{path.suffix}"


def _said(house: House, document: Document) -> Cut | None:
    with reading_tx(house.engine) as tx:
        data = documents.latest(tx, document.id, "cut")
    return None if data is None else Cut.model_validate(data)


def _as_said(house: House, reading: Reading, said: Cut) -> Split | None:
    if not said.begins:
        return None
    return cut_before(
        reading, said.begins, house.library.vocabularies, separators=house.settings.separator_codes, by=said.by
    )


def _is_cut_out(house: House, document: Document) -> bool:
    if document.parent_id is None:
        return False
    with reading_tx(house.engine) as tx:
        parent = documents.get(tx, document.parent_id)
    return parent is not None and parent.blob.media_type != MAIL


def _files(
    house: House, document: Document, parts: Sequence[Part], readings: Sequence[Reading], folder: Path
) -> list[Path]:
    """Write the parts as files: pages of a PDF, frames of a TIFF, else the words in our own JSON."""
    if document.blob.media_type in cutting.CUTTABLE:
        texts = ["".join(word.text for page in seen.pages for word in page.words) for seen in readings]
        return cutting.cut(
            house.blobs.local(document.blob), document.blob.media_type, [part.pages for part in parts], folder,
            texts=texts, limits=house.settings.limits(),
        )  # fmt: skip
    files = []
    for number, seen in enumerate(readings, start=1):
        file = folder / str(number)
        file.write_text(json.dumps(as_ocr_result(seen), ensure_ascii=False, sort_keys=True), encoding="utf-8")
        files.append(file)
    return files


def as_ocr_result(reading: Reading) -> dict[str, Any]:
    """Return pages in our own OCR form (`postroom-ocr` 1), boxes in points."""
    engines = sorted({page.by for page in reading.pages if page.by})
    return {
        "format": "postroom-ocr", "version": 1, "engine": (engines[0] if engines else "postroom")[:60],
        "unit": "point", "pages": [_as_ocr_page(page) for page in reading.pages],
        **({"documents": as_documents(reading)} if reading.opinions else {}),
    }  # fmt: skip


def _as_ocr_page(page: Page) -> dict[str, Any]:
    return {
        "width": page.width, "height": page.height, **({"language": page.language} if page.language else {}),
        "words": [
            {"text": w.text, "box": [w.x0, w.top, w.x1, w.bottom], "confidence": min(max(w.confidence, 0.0), 1.0)}
            for w in page.words
        ],
        "codes": [
            {"symbology": c.symbology, "text": c.text, "box": [c.x0, c.top, c.x1, c.bottom]} for c in page.codes
        ],
        "drawings": [list(box) for box in page.drawings],
    }  # fmt: skip


def _remember(house: House, child: Document, parent: Document, part: Part, seen: Reading | None) -> None:
    """Keep what was read of the part, and where it came from, unless that is known already."""
    with transaction(house.engine) as tx:
        if any(event.kind == _CUT_OUT for event in ledger.story(tx, child.id)):
            return
        if seen is not None and documents.load(tx, child.id, 1, "reading") is None:
            documents.save(tx, child.id, 1, "reading", seen.model_dump(mode="json"))
        ledger.append(
            tx, at=house.clock.now(), document_id=child.id, kind=_CUT_OUT, actor="system",
            data={"parent": parent.id, "pages": spoken(part.pages)},
        )  # fmt: skip
